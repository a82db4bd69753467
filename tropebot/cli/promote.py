"""`tropebot promote`: moves named drafts to the main namespace, by the same rules as the patrol.

Must not decide whether a draft is ready.
"""

import click

from tropebot.cli.shared import shared, shared_options
from tropebot.errors import Exit


@click.command(name="promote")
@click.argument("titles", metavar="TITLE…", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Print what would be done, or what holds the draft.")
@shared_options
def command(titles: tuple[str, ...], dry_run: bool) -> Exit:
    """Promote the drafts with these TITLES (“Trope Workshop:Foo”) if they are ready.

    What is not ready stays, and is said with its reasons. A title that is no draft makes the exit code 2.
    """
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened  # noqa: PLC0415
    from tropebot.cli.told import tell  # noqa: PLC0415

    with opened(shared().home) as patrol:
        report = patrol.promote(titles, dry_run=dry_run)
    code = tell(report, always=True)
    named = {title.replace("_", " ").strip() for title in titles}
    return Exit.CONFIG if code is Exit.DONE and len(report.drafts) < len(named) else code
