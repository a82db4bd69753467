"""Move drafts of the Trope Workshop that are ready to the main namespace.

By the rules of `tropebot promote`; what holds a draft is said. Without a way to name pages, every draft is
looked at. Where the policy only has ready drafts reported, this is how people move them.
"""

from tropebot.cleanup import Job
from tropebot.cli.cleanup import clean, run_script

JOB = Job(name="promote_ready_drafts", kinds=frozenset(), drafts=True, about="drafts")

if __name__ == "__main__":
    run_script(clean(JOB), __doc__)
