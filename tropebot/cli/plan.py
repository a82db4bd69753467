"""`tropebot plan`: what the bot would do, as a document that is reviewed away from the wiki.

Must not write to the wiki. `tropebot apply` carries it out.
"""

from pathlib import Path

import click

from tropebot import __version__
from tropebot.cli.bars import bar
from tropebot.cli.moments import moment
from tropebot.cli.shared import NUMBER, say, shared, shared_options, warn
from tropebot.errors import ConfigError, Exit
from tropebot.i18n.counts import counted


@click.command(name="plan")
@click.argument("titles", metavar="[TITLE]…", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default="-",
    metavar="FILE",
    help="Where to write the plan (default: stdout).",
)
@click.option("--limit", type=NUMBER, metavar="N", help="Judge at most N pages.")
@click.option("--since", metavar="T", help="Begin with the changes since T, as `patrol` does.")
@shared_options
def command(titles: tuple[str, ...], out: Path, limit: int | None, since: str | None) -> Exit:
    """Write down, in JSON, what the bot would do about the pages with these TITLEs; without any,
    about recent changes. Nothing is written to the wiki.

    Each entry names page, revision, reason, diff and the exact API parameters. A reviewer may take entries
    out, and change nothing else. `tropebot apply FILE` carries out what is left. A title without a page
    makes the exit code 2.
    """
    if titles and since:
        raise click.UsageError("--since is about recent changes: leave the titles out.")
    # imported here: only what needs the wiki waits for it
    from tropebot.app import SystemClock, opened  # noqa: PLC0415
    from tropebot.athome import API_URL  # noqa: PLC0415
    from tropebot.cleanup import rehearsed  # noqa: PLC0415
    from tropebot.cli.cleanup import left_alone  # noqa: PLC0415
    from tropebot.plans import Origin, encoded, planned  # noqa: PLC0415

    begin = moment(since, SystemClock().now()) if since else None
    with opened(shared().home) as patrol, bar("judging") as patrol.progress:
        report, force = rehearsed(patrol, titles=titles, since=begin, limit=limit)
        wiki = patrol.ledger.changes.note(API_URL)
        origin = Origin(version=__version__, wiki=wiki, account=patrol.account)
    for note in report.notes:
        warn(note)
    if report.problem:
        warn(report.problem)
        return report.exit_code
    for line in left_alone(report) if titles else ():
        warn(line)
    code = Exit.CONFIG if titles and limit is None and _lacks(titles, report.pages) else Exit.DONE
    plan = planned(report, force, origin)
    document = encoded(plan)
    if str(out) == "-":
        say(document.decode().removesuffix("\n"))
        return code
    try:
        out.write_bytes(document)
    except OSError as error:
        raise ConfigError(f"“{out}” cannot be written: {error.strerror}.") from None
    warn(_summary(len(plan.entries), out))
    return code


def _lacks(titles: tuple[str, ...], pages: int) -> bool:
    """Whether a title that was named has no page; the notes say which."""
    return pages < len({title.replace("_", " ").strip() for title in titles})


def _summary(entries: int, out: Path) -> str:
    if not entries:
        return f"Nothing to do: the plan in “{out}” is empty."
    what, them = counted(entries, "entry", "entries"), "it" if entries == 1 else "them"
    return f"{what} in “{out}”; `tropebot apply` carries {them} out."
