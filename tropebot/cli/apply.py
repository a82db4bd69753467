"""`tropebot apply`: carries out a plan that was reviewed, page by page, where nothing has changed since.

Must not decide what may still be done; `plans.py` does.
"""

import sys
from pathlib import Path

import click

from tropebot import __version__
from tropebot.cli.bars import bar
from tropebot.cli.shared import print_line, say, shared, shared_options, warn
from tropebot.errors import ConfigError, Exit
from tropebot.i18n.counts import counted


@click.command(name="apply")
@click.argument("plan", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@shared_options
def command(plan: Path) -> Exit:
    """Carry out the plan in FILE, as `tropebot plan` made it.

    Of each entry the bot works out anew what it would write. Where that is what the entry shows, it is
    written; where the page or the policy has changed since, it is not, and the reason is told (exit code 7).
    A plan for another wiki, account or version, or one that was altered, is refused as a whole.
    """
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened  # noqa: PLC0415
    from tropebot.athome import API_URL  # noqa: PLC0415
    from tropebot.cleanup import BY_POLICY, Wanted, clean_up  # noqa: PLC0415
    from tropebot.plans import Approved, Origin, decoded, outcome  # noqa: PLC0415
    from tropebot.undoable import assert_not_forbidden  # noqa: PLC0415

    document = _read(plan)
    with opened(shared().home) as patrol, bar("applying") as patrol.progress:
        wiki = patrol.ledger.changes.note(API_URL)
        origin = Origin(version=__version__, wiki=wiki, account=patrol.account)
        approved = Approved(decoded(document, origin))
        entries = approved.plan.entries
        if not entries:
            return _nothing()
        assert_not_forbidden(patrol.forbid, to="carry out a plan")
        wanted = Wanted(
            job=BY_POLICY,
            titles=[each.page for each in entries],
            moments={each.page_id: each.read for each in entries if each.read},
        )
        report = clean_up(patrol, wanted, review=approved)
    done = 0
    for entry in entries:
        carried_out, why = outcome(entry, approved, report)
        done += carried_out
        _tell(entry.page, entry.do, carried_out, why)
    for note in report.notes:
        warn(note)
    _sum_up(report.run, done, len(entries), report.notices)
    if report.problem:
        warn(report.problem)
        return report.exit_code
    return Exit.DONE if done == len(entries) else Exit.INCOMPLETE


def _nothing() -> Exit:
    """An empty plan is no run: nothing is asked of the wiki, and nothing noted."""
    if shared().as_json:
        print_line("run", run=None, done=0, refused=0, notices=0)
    else:
        say("Nothing to do: the plan is empty.")
    return Exit.DONE


def _read(path: Path) -> bytes:
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read()
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from None


def _tell(page: str, do: str, done: bool, why: str) -> None:
    if shared().as_json:
        print_line("entry", title=page, do=do, done=done, why=why)
    elif done:
        say(f"{do:<10} {page}")
    else:
        say(f"{'not done':<10} {page}: {do}: {why}")


def _sum_up(run: int, done: int, entries: int, messages: int) -> None:
    if shared().as_json:
        print_line("run", run=run, done=done, refused=entries - done, notices=messages)
    else:
        back = f" `tropebot undo {run}` takes it back." if done else ""
        say(
            f"Run {run}: {done} of {counted(entries, 'entry', 'entries')} carried out,"
            f" {counted(messages, 'message')}.{back}"
        )
