"""Flag files that lack a licence (TB201), or source and author where the policy asks for them (TB202).

Only local files of the File namespace are judged; uploaders are told once. “-start:File:!” is all files.
"""

from tropebot.cleanup import Job
from tropebot.cli.cleanup import clean, run_script
from tropebot.model import Kind

JOB = Job(
    name="flag_unattributed_images",
    kinds=frozenset({Kind.FLAG}),
    codes=("TB201", "TB202"),
    word="flag",
)

if __name__ == "__main__":
    run_script(clean(JOB), __doc__)
