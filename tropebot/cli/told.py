"""A run's report as people and machines read it; shared by `patrol` and `promote`.

Must not leave out anything that was, or in a rehearsal would be, written to the wiki.
"""

import sys

from tropebot.cli.shared import finding_fields, print_line, say, shared, warn
from tropebot.enforcer import Written
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.model import Move
from tropebot.runreport import DraftReport, RunReport


def tell(report: RunReport, *, always: bool = False) -> Exit:
    """Print the report; nothing where nothing happened and nobody watches. The run's exit code.

    ``always`` prints it even then.
    """
    if shared().as_json:
        _print_json(report)
    elif always or report.written or sys.stdout.isatty() or shared().verbosity:
        _print(report)
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
    if report.dry_run or shared().verbosity:
        for finding in report.findings:
            text = message(finding.message, *finding.params)
            say(f"{finding.title}:{finding.line}: {finding.code} {finding.rule}: {text}")
    for written in report.written:
        _print_written(written, whole=report.dry_run or shared().verbosity > 0)
    for draft in report.drafts:
        _print_draft(draft)
    for held in report.held:
        say(f"{'not done':<10} {held.title}: {held.held.code}: {message(held.held.why)}")
    counts = report.counts()
    done = "would be written" if report.dry_run else "written"
    say(
        f"{'Dry run' if report.dry_run else 'Run'} {report.run}: {report.changes} changes, "
        f"{report.pages} pages judged, {len(report.findings)} findings; {done}: "
        f"{report.flags} flags, {report.unflags} unflagged, {report.fixes} fixes, "
        f"{report.promotions} promotions, {report.notices} messages; "
        f"{report.deferred} deferred, {report.refused} refused; "
        f"{report.reads} reads, {report.writes} writes, {counts['seconds']:.1f} s."
    )


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


def _gist(summary: str) -> str:
    """A summary without the mark and the link to the policy, which only matter on the wiki."""
    return summary.partition("] ")[2].rpartition(" ([[:")[0] or summary


def _print_draft(draft: DraftReport) -> None:
    holds = "; ".join(message(hold.message, *hold.params) for hold in draft.holds)
    ready = message("hold-none", draft.works, draft.minimum)
    say(f"{'draft':<10} {draft.title}: {holds or ready}")
