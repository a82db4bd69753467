"""A run's report as people and machines read it; shared by `patrol` and `promote`.

Must not leave out anything that was, or in a rehearsal would be, written to the wiki.
"""

import sys
import textwrap
from collections.abc import Iterable

from tropebot.cli.shared import finding_fields, print_line, say, shared, warn
from tropebot.enforcer import Written
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.model import Finding, Move
from tropebot.planning import ONLY_REPORTED
from tropebot.runreport import DraftReport, RunReport

COLUMNS = 80
"""How wide a line for people is, where it can be broken."""


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
    for written in report.written:
        print_line(
            "write",
            kind=written.action.kind,
            log=f"tropebot/{written.action.kind}",
            title=written.payload.title,
            subject=written.action.subject,
            reason=written.action.reason,
            parameters=written.parameters(),
            diff=written.diff(),
        )
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
    for written in report.written:
        _print_written(written, whole=whole)
        if report.dry_run:
            _print_parameters(written)
    for draft in report.drafts:
        _print_draft(draft)
    _print_held(report)
    for broken in report.breaks:
        if not broken.new:  # of a new one the notes tell
            _say_wrapped(f"{'broken':<10} {broken.what.title}: {broken.fields()['message']}")
    counts = report.counts()
    done = "would be written" if report.dry_run else "written"
    _say_wrapped(
        f"{'Dry run' if report.dry_run else 'Run'} {report.run}: {report.changes} changes, "
        f"{report.pages} pages judged, {len(report.findings)} findings; {done}: "
        f"{report.flags} flags, {report.unflags} unflagged, {report.fixes} fixes, "
        f"{report.promotions} promotions, {report.notices} messages; "
        f"{report.deferred} deferred, {report.refused} refused; "
        f"{report.reads} reads, {report.writes} writes, {counts['seconds']:.1f} s."
    )


def _print_findings(findings: Iterable[Finding]) -> None:
    for finding in findings:
        text = message(finding.message, *finding.params)
        say(f"{finding.title}:{finding.line}: {finding.code} {finding.rule}: {text}")


def _print_held(report: RunReport) -> None:
    """What was not done; that the policy only reports is said once for all."""
    only_reported = [held for held in report.held if held.held.why == ONLY_REPORTED]
    for held in report.held:
        if held not in only_reported:
            say(f"{'not done':<10} {held.title}: {held.held.code}: {message(held.held.why)}")
    if only_reported:
        say(f"{'not done':<10} {message('held-report-only-all', len(only_reported))}")


def _say_wrapped(text: str) -> None:
    for line in textwrap.wrap(text, COLUMNS, break_long_words=False, break_on_hyphens=False):
        say(line)


def _print_written(written: Written, *, whole: bool) -> None:
    sent = written.payload
    kind = f"{written.action.kind:<10}"
    if isinstance(sent, Move):
        say(f"{kind} {sent.title} → {sent.target}")
    else:
        say(f"{kind} {sent.title}: {sent.summary if whole else _gist(sent.summary)}")
    if whole:
        for line in written.diff().split("\n") if written.diff() else ():
            say(f"    {line}")


def _print_parameters(written: Written) -> None:
    """What the API would be asked; texts stand above, as a diff, and in full with --json."""
    sent = {**written.parameters()}
    for name in ("text", "appendtext"):
        if name in sent:
            sent[name] = f"({len(sent[name])} characters, as above)"
    asked = " ".join(f"{name}={_quoted(value)}" for name, value in sent.items() if name != "summary")
    for line in textwrap.wrap(
        f"API: {asked}",
        COLUMNS,
        initial_indent="    ",
        subsequent_indent="         ",
        break_long_words=False,
        break_on_hyphens=False,
    ):
        say(line)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value and not value.startswith("(") else value


def _gist(summary: str) -> str:
    """A summary without the mark and the link to the policy, which only matter on the wiki."""
    return summary.partition("] ")[2].rpartition(" ([[:")[0] or summary


def _print_draft(draft: DraftReport) -> None:
    say(f"{'draft':<10} {draft.title}: {draft.sentence()}")
