"""What one run did, in figures and sentences: the value that the command line prints.

Must not hold anything that a later run needs; that is the ledger's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tropebot.enforcer import Written
from tropebot.errors import Exit
from tropebot.model import Finding
from tropebot.planning import Held
from tropebot.promotion import Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReport:
    """A draft that was judged: how many examples it has, and what holds it in the Workshop."""

    title: str
    works: int
    minimum: int
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReport:
    """An action that was not taken on a page, and why."""

    title: str
    held: Held


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run. ``written`` is what was sent, in a rehearsal what would be.

    ``problem`` says in one line what ended the run early, ``gap`` from when to when changes are missing.
    """

    run: int
    dry_run: bool
    changes: int = 0
    pages: int = 0
    flags: int = 0
    unflags: int = 0
    fixes: int = 0
    promotions: int = 0
    notices: int = 0
    deferred: int = 0
    refused: int = 0
    reads: int = 0
    writes: int = 0
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    written: tuple[Written, ...] = ()
    drafts: tuple[DraftReport, ...] = ()
    held: tuple[HeldReport, ...] = ()
    notes: tuple[str, ...] = ()
    gap: tuple[datetime, datetime] | None = None
    problem: str = ""
    exit_code: Exit = Exit.DONE

    def counts(self) -> Mapping[str, Any]:
        """The figures of the last line of `patrol --json`."""
        return {
            "run": self.run,
            "changes": self.changes,
            "pages": self.pages,
            "findings": len(self.findings),
            "flags": self.flags,
            "unflags": self.unflags,
            "fixes": self.fixes,
            "promotions": self.promotions,
            "notices": self.notices,
            "deferred": self.deferred,
            "refused": self.refused,
            "requests": {"read": self.reads, "write": self.writes},
            "seconds": round(self.seconds, 3),
        }
