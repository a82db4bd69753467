"""Flag pages that lack basic markup (TB101), with the template that the policy names.

It flags what the patrol would flag, also where the policy only has such pages reported: what people took off,
what asks bots to keep away and what the wiki's policy exempts is left alone. Authors are told once.
"""

from tropebot.cleanup import Job
from tropebot.cli.cleanup import clean, run_script
from tropebot.model import Kind

JOB = Job(name="flag_missing_markup", kinds=frozenset({Kind.FLAG}), codes=("TB101",), word="flag")

if __name__ == "__main__":
    run_script(clean(JOB), __doc__)
