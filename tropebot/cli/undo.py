"""`tropebot undo`: take back what the bot did, and say page by page what came of it.

Must not decide what can be taken back.
"""

from typing import TYPE_CHECKING

import click

from tropebot.cli.bars import bar
from tropebot.cli.moments import moment
from tropebot.cli.shared import NUMBER, print_line, say, shared, shared_options, warn
from tropebot.cli.writes import print_writes, say_wrapped, say_writes
from tropebot.errors import Exit
from tropebot.i18n.counts import counted

if TYPE_CHECKING:
    from tropebot.undoreport import UndoReport


@click.command(name="undo")
@click.argument("run", metavar="[RUN]", type=NUMBER, required=False)
@click.option("--intent", type=NUMBER, metavar="N", help="Only this effect.")
@click.option(
    "--since", metavar="T", help="What was begun since T (2026-05-01T12:00Z, or 3d, 12h, 30m ago)."
)
@click.option("--rule", metavar="CODE", help="Only what this rule did (TB101, promotion …).")
@click.option("--dry-run", is_flag=True, help="Print what would be written; write nothing.")
@shared_options
def command(
    run: int | None, intent: int | None, since: str | None, rule: str | None, dry_run: bool
) -> Exit:
    """Take back what run RUN did, the newest first; see `tropebot runs` for their numbers.

    What people have changed since stays as it is, and is named. What was taken back is not done again on that
    page until `tropebot resume` says so. The run page does not stop it, a block does. After an
    interruption ask for the same again.
    """
    if not (run or intent or since or rule):
        raise click.UsageError("Say what to take back: RUN, --intent, --since or --rule.")
    # imported here: only what needs the wiki waits for it
    from tropebot.app import SystemClock, opened  # noqa: PLC0415
    from tropebot.undoreport import Asked  # noqa: PLC0415

    begin = moment(since, SystemClock().now()) if since else None
    asked = Asked(run=run or 0, intent=intent or 0, since=begin, rule=rule or "")
    with opened(shared().home) as patrol, bar("taking back") as patrol.progress:
        report = patrol.undo(asked, dry_run=dry_run)
    return told(report)


def told(report: "UndoReport") -> Exit:
    """Print what came of it; the run's exit code."""
    if shared().as_json:
        _print_json(report)
    else:
        _print(report)
    for note in report.notes:
        warn(note)
    if report.problem:
        warn(report.problem)
    return report.exit_code


def _print_json(report: "UndoReport") -> None:
    for row in report.rows:
        print_line(
            "undone",
            title=row.title,
            outcome=row.outcome,
            why=row.why,
            kind=row.effect.kind,
            subject=row.effect.subject,
            intent=row.effect.intent_id,
            of_run=0 if row.effect.found else row.effect.run,
            rev_id=row.effect.result_rev,
        )
    print_writes(report.written)
    print_line(
        "run",
        **report.counts(),
        dry_run=report.dry_run,
        notes=report.notes,
        problem=report.problem,
        exit_code=int(report.exit_code),
    )


def _print(report: "UndoReport") -> None:
    for row in report.rows:
        why = f" ({row.why})" if row.why else ""
        effect = " ".join((str(row.effect.kind), row.effect.subject))
        say(f"{row.outcome:<18} {row.title}: {effect}{why}")
    if report.dry_run or shared().verbosity:
        say_writes(report.written, whole=True, rehearsed=report.dry_run)
    counts = report.counts()
    said = "would be taken back" if report.dry_run else "taken back"
    if not report.rows:
        say("The bot did nothing of the kind.")
    say_wrapped(
        f"{'Dry run' if report.dry_run else f'Run {report.run}'}: {counts['taken_back']} {said},"
        f" {counts['partly']} in part, {counts['left']} left, {counts['nothing']} needed nothing,"
        f" {counted(counts['corrected'], 'message')} corrected; {counted(report.reads, 'read')},"
        f" {counted(report.writes, 'write')},"
        f" {report.seconds:.1f} s."
    )
