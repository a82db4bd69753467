"""List pages and files that have borne a flag for longer than the policy's warning time.

That time is the policy's flags.CODE.warning_days. With --nominate each gets the template that nominates it
for deletion ({{delete|…}}). With --delete an administrator's account deletes what is confirmed page by page.
What has been put in order meanwhile is not on the list.
"""

import click

from tropebot.cli.cleanup import run_script
from tropebot.cli.expired import expired

MORE = (
    click.Option(["--nominate"], is_flag=True, help="Nominate them for deletion, with --apply."),
    click.Option(
        ["--delete"],
        is_flag=True,
        help="Delete what you confirm, with --apply; each is asked about.",
    ),
)

if __name__ == "__main__":
    run_script(expired, __doc__, more=MORE)
