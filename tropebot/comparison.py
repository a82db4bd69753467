"""Two policies over the same pages: what is flagged, reported or promoted by one and not by the other.

Must not read the wiki or the ledger; pages may come from a wiki, a ledger or a dump alike.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum

import msgspec

from tropebot.model import Finding
from tropebot.planning import Judged, Past, action_word, why_not
from tropebot.policy.force import PolicyInForce
from tropebot.promotion import Hold


class Fate(StrEnum):
    """What one policy does about one finding, or about a draft."""

    NOTHING = ""
    REPORT = "reported"
    TELL = "told"
    FLAG = "flagged"
    FIX = "fixed"
    READY = "ready"
    PROMOTE = "promoted"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One page by one policy: its findings with what is done about each, and the draft that it may be.

    ``unknown`` are codes about which this policy's look says nothing; ``holds`` are what keeps a draft.
    """

    title: str
    findings: tuple[tuple[Finding, Fate], ...] = ()
    draft: Fate = Fate.NOTHING
    holds: tuple[Hold, ...] = ()
    unknown: frozenset[str] = frozenset()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changes: ``code`` is the rule's, empty for a draft; ``finding`` is what is found."""

    title: str
    code: str
    before: Fate
    after: Fate
    finding: Finding | None = None
    holds: tuple[Hold, ...] = msgspec.field(default=())

    @property
    def word(self) -> str:
        """What happens newly, or no more: `flagged`, `no-longer-flagged` …"""
        if self.after is Fate.NOTHING or (self.before in _ACTS and self.after not in _ACTS):
            return f"no-longer-{self.before}"
        return str(self.after)


_ACTS = frozenset({Fate.TELL, Fate.FLAG, Fate.FIX, Fate.PROMOTE})
_FATES = {"report": Fate.REPORT, "tell": Fate.TELL, "flag": Fate.FLAG, "fix": Fate.FIX}


def outcome(
    judged: Judged,
    past: Past,
    force: PolicyInForce,
    *,
    holds: tuple[Hold, ...] | None = None,
) -> Outcome:
    """What the policy does with a judged page; ``holds`` of a draft, ``None`` for a page that is none."""
    if judged.exempt:
        return Outcome(title=judged.page.title)
    only_reported = bool(why_not(judged, force, too_old=False))
    kept_off = past.noes | judged.no_edit_codes
    found: dict[str, tuple[Finding, Fate]] = {}
    for finding in judged.findings:
        fate = _FATES.get(action_word(finding.code, force), Fate.NOTHING)
        if fate in _ACTS and (only_reported or finding.code in kept_off):
            fate = Fate.REPORT
        found.setdefault(finding.code, (finding, fate))
    return Outcome(
        title=judged.page.title,
        findings=tuple(found.values()),
        draft=_draft(force, holds, only_reported=only_reported),
        holds=holds or (),
        unknown=judged.unjudged,
    )


def differences(before: Outcome, after: Outcome) -> Iterator[Difference]:
    """What the second policy does otherwise, rule by rule; nothing is said of what either does not know."""
    first = {finding.code: (finding, fate) for finding, fate in before.findings}
    second = {finding.code: (finding, fate) for finding, fate in after.findings}
    for code in sorted(_known(first.keys() | second.keys(), before, after)):
        old, was = first.get(code, (None, Fate.NOTHING))
        new, becomes = second.get(code, (None, Fate.NOTHING))
        if was is not becomes:
            yield Difference(
                title=after.title, code=code, before=was, after=becomes, finding=new or old
            )
    if before.draft is not after.draft:
        yield Difference(
            title=after.title,
            code="",
            before=before.draft,
            after=after.draft,
            holds=after.holds,
        )


def _known(codes: Collection[str], before: Outcome, after: Outcome) -> set[str]:
    return {code for code in codes if code not in (before.unknown | after.unknown)}


def _draft(force: PolicyInForce, holds: tuple[Hold, ...] | None, *, only_reported: bool) -> Fate:
    promote = force.policy.workshop.promote
    if holds is None or holds or promote == "no":
        return Fate.NOTHING
    return Fate.PROMOTE if promote == "act" and not only_reported else Fate.READY
