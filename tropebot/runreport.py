"""What one run did, in figures and sentences: the value that the command line prints.

Must not hold anything that a later run needs; that is the ledger's.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.model import Finding
from tropebot.planning import Held
from tropebot.policy.broken import Break, sentences
from tropebot.promotion import Hold, for_people
from tropebot.written import Written

MOST_STORED = 500
"""Findings, and drafts, of one run that the ledger keeps."""


class DraftReport(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that was judged: how many examples it has, and what holds it in the Workshop.

    ``new``: it waits for a person, and did not before, or for something else.
    """

    title: str
    works: int
    minimum: int
    holds: tuple[Hold, ...]
    new: bool = False

    @property
    def ready(self) -> bool:
        """Nothing in the draft or its title holds it; the policy or the page may keep the bot off."""
        return all(hold.message.startswith("held-") for hold in self.holds)

    @property
    def waits(self) -> bool:
        """Whether it waits for a person: to move it, or to settle what keeps the bot from it."""
        return bool(self.holds) and (self.ready or for_people(self.holds))

    def sentence(self) -> str:
        """Whether it is ready, and why it stays all the same: for people, each reason once."""
        reasons = dict.fromkeys(message(hold.message, *hold.params) for hold in self.holds)
        told = "; ".join(reasons)
        if not self.ready:
            return told
        ready = message("hold-none", self.works, self.minimum)
        return f"{ready}; {message('hold-not-moved', told)}" if told else ready


class HeldReport(msgspec.Struct, frozen=True, kw_only=True):
    """An action that was not taken on a page, and why; ``new``: that is not as it was before."""

    title: str
    held: Held
    new: bool = True


class BreakReport(msgspec.Struct, frozen=True, kw_only=True):
    """A break that stands; ``new``: this run was the first to see it."""

    what: Break
    since: datetime
    new: bool

    @property
    def matters(self) -> bool:
        """Whether something was in order before, or something rests on it."""
        return bool(self.what.sound_rev) or not self.what.spared

    def fields(self) -> Mapping[str, Any]:
        """What machines read."""
        what = self.what
        return {
            "title": what.title,
            "fault": str(what.fault),
            "message": " ".join(message(key, *params) for key, params in sentences(what)),
            "rev_id": what.rev_id,
            "user": what.user,
            "rules": sorted(what.codes),
            "promotions": not what.promotes,
            "since": self.since.isoformat(timespec="seconds"),
            "new": self.new,
            "matters": self.matters,
        }


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``written`` is what was sent, in a rehearsal what would be.

    ``reported`` are findings seen for the first time about which nothing is done but to report them.
    ``verdicts`` counts the pages that were judged: `clean`, `found`, or `exempt:` and why.
    ``problem`` says in one line what ended the run early, ``gap`` from when to when changes are missing,
    ``polled`` the server's time up to which recent changes were read, if they were.
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
    reported: tuple[Finding, ...] = ()
    written: tuple[Written, ...] = ()
    drafts: tuple[DraftReport, ...] = ()
    held: tuple[HeldReport, ...] = ()
    breaks: tuple[BreakReport, ...] = ()
    notes: tuple[str, ...] = ()
    verdicts: Mapping[str, int] = {}
    gap: tuple[datetime, datetime] | None = None
    polled: datetime | None = None
    problem: str = ""
    exit_code: Exit = Exit.DONE

    def decisions(self) -> Mapping[tuple[str, str], int]:
        """Rule code (or `promotion`) and what was decided, a deed or the reason why nothing: how often."""
        return Counter(
            [
                *((each.action.subject, str(each.action.kind)) for each in self.written),
                *((each.held.code, each.held.why) for each in self.held),
                *((each.code, "report") for each in self.reported),
                *(("promotion", hold.message) for draft in self.drafts for hold in draft.holds),
            ]
        )

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
            "breaks": sum(each.matters for each in self.breaks),
            "requests": {"read": self.reads, "write": self.writes},
            "seconds": round(self.seconds, 3),
        }

    def stored(self) -> Mapping[str, Any]:
        """What the ledger keeps of the run: figures, findings and drafts, of these so many at most."""
        return {
            **self.counts(),
            "exit_code": int(self.exit_code),
            "broken": [each.fields() for each in self.breaks],
            "found": [
                {
                    "title": finding.title,
                    "code": finding.code,
                    "rule": finding.rule,
                    "message": message(finding.message, *finding.params),
                    "line": finding.line,
                }
                for finding in self.findings[:MOST_STORED]
            ],
            "drafts": [
                {
                    "title": draft.title,
                    "works": draft.works,
                    "minimum": draft.minimum,
                    "message": draft.sentence(),
                }
                for draft in self.drafts[:MOST_STORED]
            ],
        }


def incomplete(gap: tuple[datetime, datetime] | None, unsettled: int) -> str:
    """Why a pass that came to its end did not do all; empty if it did.

    ``unsettled``: writes of which nobody knows what became of them.
    """
    if gap:
        return (
            f"The wiki no longer keeps the changes from {gap[0]:%Y-%m-%d %H:%M:%S} to"
            f" {gap[1]:%Y-%m-%d %H:%M:%S} (UTC): what happened between was not judged."
        )
    if unsettled:
        writes = counted(unsettled, "write")
        return f"What became of {writes} is not known yet: run again to settle it."
    return ""
