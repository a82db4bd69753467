"""A run's report as people and machines read it; shared by `patrol` and `promote`.

Must not leave out anything that was, or in a rehearsal would be, written to the wiki.
"""

import sys
from collections.abc import Iterable

from tropebot.cli.shared import finding_fields, print_line, say, shared, warn
from tropebot.cli.writes import print_writes, say_wrapped, say_writes
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.model import Finding
from tropebot.planning import ONLY_REPORTED
from tropebot.runreport import DraftReport, RunReport


def tell(report: RunReport, *, always: bool = False) -> Exit:
    """Print the report; where nothing was written and nobody watches, what was newly found and who waits.

    ``always`` prints all of it even then. The run's exit code.
    """
    broken_off = report.exit_code is Exit.INTERRUPTED
    if shared().as_json:
        _print_json(report)
    elif always or broken_off or report.written or sys.stdout.isatty() or shared().verbosity:
        _print(report)
    else:
        _print_findings(report.reported)
        for draft in report.drafts:
            if draft.new:
                _print_draft(draft)
    for note in report.notes:
        warn(note)
    if report.problem:
        warn(report.problem)
    return report.exit_code


def _print_json(report: RunReport) -> None:
    for finding in report.findings:
        print_line("finding", **finding_fields(finding))
    for draft in report.drafts:
        print_line(
            "draft",
            title=draft.title,
            works=draft.works,
            minimum=draft.minimum,
            ready=draft.ready,
            holds=[message(hold.message, *hold.params) for hold in draft.holds],
        )
    for held in report.held:
        print_line(
            "held",
            title=held.title,
            code=held.held.code,
            reason=held.held.why,
            message=message(held.held.why),
        )
    for broken in report.breaks:
        print_line("break", **broken.fields())
    print_writes(report.written)
    print_line(
        "run",
        **report.counts(),
        dry_run=report.dry_run,
        notes=report.notes,
        problem=report.problem,
        exit_code=int(report.exit_code),
    )


def _print(report: RunReport) -> None:
    whole = report.dry_run or shared().verbosity > 0
    _print_findings(report.findings if whole else report.reported)
    say_writes(report.written, whole=whole, rehearsed=report.dry_run)
    for draft in report.drafts:
        _print_draft(draft)
    _print_held(report)
    for broken in report.breaks:
        if broken.matters and not broken.new:  # of a new one the notes tell
            say_wrapped(f"{'broken':<10} {broken.what.title}: {broken.fields()['message']}")
    counts = report.counts()
    done = "would be written" if report.dry_run else "written"
    say_wrapped(
        f"{'Dry run' if report.dry_run else f'Run {report.run}'}: "
        f"{counted(report.changes, 'change')}, {counted(report.pages, 'page')} judged, "
        f"{counted(len(report.findings), 'finding')}; {done}: "
        f"{counted(report.flags, 'flag')}, {report.unflags} unflagged, "
        f"{counted(report.fixes, 'fix', 'fixes')}, {counted(report.promotions, 'promotion')}, "
        f"{counted(report.notices, 'message')}; "
        f"{report.deferred} deferred, {report.refused} refused; "
        f"{counted(report.reads, 'read')}, {counted(report.writes, 'write')}, {counts['seconds']:.1f} s."
    )


def _print_findings(findings: Iterable[Finding]) -> None:
    for finding in findings:
        text = message(finding.message, *finding.params)
        say(f"{finding.title}:{finding.line}: {finding.code} {finding.rule}: {text}")


def _print_held(report: RunReport) -> None:
    """What was not done, of what was so before only where all is told; that the policy only reports once."""
    whole = report.dry_run or shared().verbosity > 0
    shown = [held for held in report.held if held.new or whole]
    only_reported = [held for held in shown if held.held.why == ONLY_REPORTED]
    for held in shown:
        if held not in only_reported:
            say(f"{'not done':<10} {held.title}: {held.held.code}: {message(held.held.why)}")
    if only_reported:
        say(f"{'not done':<10} {message('held-report-only-all', len(only_reported))}")


def _print_draft(draft: DraftReport) -> None:
    say(f"{'draft':<10} {draft.title}: {draft.sentence()}")
