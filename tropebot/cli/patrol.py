"""`tropebot patrol`: one pass over recent changes, for cron and for people.

Must not decide anything: it opens the bot home, runs the loop and prints what came of it.
"""

import click

from tropebot.cli.bars import bar
from tropebot.cli.moments import moment
from tropebot.cli.shared import NUMBER, shared, shared_options
from tropebot.errors import Exit


@click.command(name="patrol")
@click.option("--dry-run", is_flag=True, help="Print what would be written; write nothing.")
@click.option("--limit", type=NUMBER, metavar="N", help="Judge at most N pages.")
@click.option(
    "--since",
    metavar="T",
    help="Begin with the changes since T (2026-05-01T12:00Z, or 3d, 12h, 30m ago), not where the last "
    "pass ended.",
)
@shared_options
def command(dry_run: bool, limit: int | None, since: str | None) -> Exit:
    """Read recent changes from where the last pass ended, judge the pages, do what the policy says.

    A new bot home begins with the changes of now; ask for older ones with --since. Where nothing was
    written nothing is printed, but to a terminal or with -v.
    """
    # imported here: only what needs the wiki waits for it
    from tropebot.app import SystemClock, opened  # noqa: PLC0415
    from tropebot.cli.told import tell  # noqa: PLC0415

    begin = moment(since, SystemClock().now()) if since else None
    with opened(shared().home) as patrol, bar("working") as patrol.progress:
        report = patrol.run(dry_run=dry_run, limit=limit, since=begin)
    return tell(report, always=dry_run)
