"""Take back what a run of the bot or of a script did, page by page; `tropebot runs` lists them.

What people have changed since stays as it is. What is taken back is not done again on that page. The steps of
one promotion are asked about together.
"""

import click

from tropebot.cli.cleanup import run_script
from tropebot.cli.shared import NUMBER
from tropebot.cli.undoing import undo

MORE = (
    click.Argument(["run"], type=NUMBER),
    click.Option(["--rule"], metavar="CODE", help="Only what this rule did (TB101, promotion …)."),
)

if __name__ == "__main__":
    run_script(undo, __doc__, named=False, more=MORE)
