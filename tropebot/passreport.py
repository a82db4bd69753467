"""What a pass did, put together from those who did it.

Must not do anything itself, nor tell it to anybody.
"""

from collections.abc import Sequence
from datetime import datetime

from tropebot.enforcer import Enforcer
from tropebot.errors import Exit
from tropebot.intake import Taken
from tropebot.model import Kind
from tropebot.rounds import Rounds
from tropebot.runreport import BreakReport, RunReport


def run_report(
    enforcer: Enforcer,
    rounds: Rounds,
    taken: Taken,
    *,
    deferred: int,
    reads: int,
    writes: int,
    seconds: float,
    notes: Sequence[str],
    breaks: tuple[BreakReport, ...],
    polled: datetime | None,
    problem: str,
    exit_code: Exit,
) -> RunReport:
    """The report of a run; ``deferred`` is what others than the rounds left for the next one."""
    counts = enforcer.counts
    return RunReport(
        run=enforcer.run,
        dry_run=enforcer.rehearsing,
        changes=taken.changes,
        pages=len(rounds.pages),
        flags=counts[Kind.FLAG],
        unflags=counts[Kind.UNFLAG],
        fixes=counts[Kind.FIX],
        promotions=rounds.promoter.promoted,
        notices=counts[Kind.NOTICE],
        deferred=deferred + rounds.deferred + rounds.workshop.deferred,
        refused=counts["refused"],
        reads=reads,
        writes=writes,
        seconds=seconds,
        findings=tuple(each for found in rounds.findings.values() for each in found),
        reported=tuple(rounds.reported),
        written=tuple(enforcer.written),
        verdicts=dict(rounds.verdicts),
        drafts=rounds.workshop.told(),
        held=tuple(each for held in rounds.held.values() for each in held),
        notes=tuple(dict.fromkeys(notes)),
        breaks=breaks,
        gap=taken.gap,
        polled=polled,
        problem=problem,
        exit_code=exit_code,
    )
