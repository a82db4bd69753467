"""What the operator's own file forbids: applied last, so that no page on the wiki can allow it.

Must not read that file (`home.py` does) and must never widen a policy.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from tropebot.policy.schema import ActionWord, Limits, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid:
    """The operator's limits; the defaults forbid nothing.

    ``actions`` are of flag, unflag, fix, notify, promote; ``rules`` are codes that are only reported;
    ``namespaces`` are names (main is the empty one) in which nothing is written; a number that is
    `None` caps nothing.
    """

    write: bool = False
    actions: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    namespaces: tuple[str, ...] = ()
    writes_per_run: int | None = None
    promotions_per_run: int | None = None


def within(policy: Policy, forbid: Forbid) -> Policy:
    """The policy with everything taken off that the operator forbids."""
    workshop, notify = policy.workshop, policy.notify
    if "promote" in forbid.actions and workshop.promote == "act":
        workshop = replace(workshop, promote="report")
    if "notify" in forbid.actions:
        notify = replace(notify, enabled=False)
    return replace(
        policy,
        mode="report" if forbid.write else policy.mode,
        actions={code: _allowed(code, word, forbid) for code, word in policy.actions.items()},
        workshop=workshop,
        notify=notify,
        limits=_narrowed(policy.limits, forbid),
    )


def _allowed(code: str, word: ActionWord, forbid: Forbid) -> ActionWord:
    if word in ("flag", "fix") and (word in forbid.actions or code in forbid.rules):
        return "report"
    return word


def _narrowed(limits: Limits, forbid: Forbid) -> Limits:
    return replace(
        limits,
        writes_per_run=_least(limits.writes_per_run, forbid.writes_per_run),
        promotions_per_run=_least(limits.promotions_per_run, forbid.promotions_per_run),
        keep_out=tuple(dict.fromkeys(limits.keep_out + forbid.namespaces)),
        keep_flags=limits.keep_flags or "unflag" in forbid.actions,
    )


def _least(wanted: int, cap: int | None) -> int:
    return wanted if cap is None else min(wanted, cap)
