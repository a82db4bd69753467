"""`tropebot ledger`: a copy of what the bot remembers, a check of it, and throwing away what is old.

Must not ask the wiki.
"""

from pathlib import Path

import click

from tropebot.cli.shared import print_line, say, shared, shared_options
from tropebot.errors import Exit, LedgerError
from tropebot.i18n.counts import counted


@click.group(name="ledger")
@shared_options
def command() -> None:
    """Look after the ledger: what the bot meant to do, did, saw and was told."""


@command.command(name="backup")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@shared_options
def backup(file: Path) -> Exit:
    """Copy the ledger to FILE, also while a run works; an existing file is not overwritten.

    To put a copy back, stop the bot and copy FILE over the ledger in the home’s `state` directory, without
    its `-wal` and `-shm` files. What the bot did since the copy it then finds on the wiki by its marks.
    """
    # imported here: the ledger brings SQLite, which --help need not wait for
    from tropebot.athome import ledger_of  # noqa: PLC0415

    with ledger_of(shared().home) as ledger:
        ledger.upkeep.back_up(file)
    _tell("backup", f"Copied to {file}.", file=str(file), bytes=file.stat().st_size)
    return Exit.DONE


@command.command(name="check")
@shared_options
def check() -> Exit:
    """Check the whole file, and that its rows agree with one another."""
    from tropebot.athome import ledger_of  # noqa: PLC0415  as above

    with ledger_of(shared().home) as ledger:
        problems, figures = ledger.upkeep.problems(), ledger.upkeep.figures()
    for problem in problems:
        _tell("problem", problem, message=problem)
    if problems:
        raise LedgerError(
            f"The ledger is not sound ({counted(len(problems), 'problem')}): put a backup in its place; the"
            " bot finds on the wiki what it has done since."
        )
    said = ", ".join(f"{number} {name}" for name, number in figures.items())
    _tell("ledger", f"The ledger is sound. Rows: {said}.", sound=True, rows=figures)
    return Exit.DONE


@command.command(name="prune")
@click.option(
    "--days", type=click.IntRange(min=30), required=True, metavar="N", help="Keep the last N days."
)
@shared_options
def prune(days: int) -> Exit:
    """Throw away what ended more than N days (at least 30) before the last run.

    What keeps a thing from being done twice stays: standing flags, open findings, people’s noes, fixes, and
    that a draft was promoted or refused. What was thrown away `tropebot undo` can no longer take back.
    """
    from tropebot.athome import locked_ledger_of  # noqa: PLC0415  as above

    with locked_ledger_of(shared().home) as ledger:
        gone = ledger.upkeep.prune(days=days)
    said = ", ".join(f"{number} {name}" for name, number in gone.items()) or "nothing was that old"
    _tell("pruned", f"Thrown away: {said}.", rows=gone)
    return Exit.DONE


def _tell(kind: str, text: str, **fields: object) -> None:
    if shared().as_json:
        print_line(kind, **fields)
    else:
        say(text)
