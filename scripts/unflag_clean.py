"""Take the bot's own flags off pages and files that are in order by now.

Without a way to name pages, all are looked at on which such a flag stands. Flags that people placed stay.
"""

from tropebot.cleanup import Job
from tropebot.cli.cleanup import clean, run_script
from tropebot.model import Kind

JOB = Job(name="unflag_clean", kinds=frozenset({Kind.UNFLAG}), about="flagged")

if __name__ == "__main__":
    run_script(clean(JOB), __doc__)
