"""List pages and files that have borne a flag of the bot for longer than the policy's warning time.

That time is the policy's flags.CODE.warning_days. With --nominate each gets the template that nominates it
for deletion ({{delete|…}}); nothing is deleted. What has been put in order meanwhile is not on the list.
"""

import click

from tropebot.cli.cleanup import run_script
from tropebot.cli.expired import expired

MORE = (
    click.Option(["--nominate"], is_flag=True, help="Nominate them for deletion, with --apply."),
)

if __name__ == "__main__":
    run_script(expired, __doc__, more=MORE)
