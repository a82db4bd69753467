"""Add missing markup to pages (TB101), where each piece has one right place and nothing else changes.

What only a person can place is left alone, and so is a page on which somebody took such a fix back.
"""

from tropebot.cleanup import Job
from tropebot.cli.cleanup import clean, run_script
from tropebot.model import Kind

JOB = Job(name="fix_markup", kinds=frozenset({Kind.FIX}), codes=("TB101",), word="fix")

if __name__ == "__main__":
    run_script(clean(JOB), __doc__)
