"""What was asked to be taken back, and what came of it page by page: the values that the command line prints.

Must not hold anything that a later run needs; that is the ledger's.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from tropebot.errors import Exit
from tropebot.model import Intent, State
from tropebot.written import Written


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which effects to take back; each that is given narrows it. ``since`` is server time.

    ``only`` are intents, of which a person has chosen these and no others.
    """

    run: int = 0
    intent: int = 0
    since: datetime | None = None
    rule: str = ""
    only: frozenset[int] | None = None


class Outcome(StrEnum):
    """What came of one effect that was to be taken back."""

    TAKEN = "taken back"
    PARTLY = "partly taken back"
    LEFT = "left"
    NOTHING = "nothing to do"
    BEFORE = "taken back before"
    CORRECTED = "corrected"
    UNKNOWN = "not known yet"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One effect: ``title`` is where its page stands now."""

    effect: Intent
    outcome: Outcome
    title: str
    why: str = ""


class UndoReport(msgspec.Struct, frozen=True, kw_only=True):
    """One run of taking back. ``written`` is what was sent, in a rehearsal what would be."""

    run: int
    dry_run: bool
    rows: tuple[Row, ...]
    written: tuple[Written, ...]
    reads: int
    writes: int
    seconds: float
    notes: tuple[str, ...] = ()
    problem: str = ""
    exit_code: Exit = Exit.DONE

    def counts(self) -> Mapping[str, Any]:
        """The figures of the last line of `undo --json`."""
        found = Counter(row.outcome for row in self.rows)
        return {
            "run": self.run,
            "taken_back": found[Outcome.TAKEN],
            "partly": found[Outcome.PARTLY],
            "left": found[Outcome.LEFT],
            "nothing": found[Outcome.NOTHING] + found[Outcome.BEFORE],
            "corrected": found[Outcome.CORRECTED],
            "unknown": found[Outcome.UNKNOWN],
            "requests": {"read": self.reads, "write": self.writes},
            "seconds": round(self.seconds, 3),
        }


def outcome_row(effect: Intent, outcome: Outcome, why: str, title: str = "") -> Row:
    """What came of an effect; ``title`` is where its page stands, if not where the effect was."""
    return Row(effect=effect, outcome=outcome, title=title or effect.title, why=why)


def sent_row(effect: Intent, intent: Intent | None, outcome: Outcome, title: str, why: str) -> Row:
    """What came of an effect for which something was sent; ``intent`` is that, ``None``: not known yet."""
    if intent is None:
        return outcome_row(effect, Outcome.UNKNOWN, "run the same again to settle it", title)
    if intent.state is State.DONE:
        return outcome_row(effect, outcome, why, title)
    return outcome_row(effect, Outcome.LEFT, f"the wiki refused it ({intent.why})", effect.title)
