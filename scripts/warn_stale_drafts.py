"""Tell the creators of drafts that nobody has worked on for long (TB301), on their talk pages, once.

What “long” is says the policy (workshop.stale.days). Without a way to name pages, every draft is looked at.
"""

from tropebot.cleanup import Job
from tropebot.cli.cleanup import clean, run_script

JOB = Job(
    name="warn_stale_drafts", kinds=frozenset(), codes=("TB301",), word="tell", about="drafts"
)

if __name__ == "__main__":
    run_script(clean(JOB), __doc__)
