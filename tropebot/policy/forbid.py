"""What the operator's own file forbids: applied last, so that no page on the wiki can allow it.

Must not read that file (`home.py` does) and must never widen a policy.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from tropebot.policy.schema import ActionWord, Count, Limits, Names, Policy

Deed = Literal["write", "flag", "unflag", "fix", "notify", "promote"]


class Forbid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The operator's limits; the defaults forbid nothing."""

    actions: Annotated[
        tuple[Deed, ...], Meta(description="What is never done; `write` is all of it.")
    ] = ()
    rules: Annotated[Names, Meta(description="Rule codes that are only ever reported.")] = ()
    namespaces: Annotated[
        Names, Meta(description="Namespaces, by name, in which nothing is written.")
    ] = ()
    writes_per_run: Annotated[
        Count | None, Meta(description="The most edits and moves in one pass.")
    ] = None
    promotions_per_run: Annotated[
        Count | None, Meta(description="The most promotions in one pass.")
    ] = None
    edits_per_minute: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="The most edits a minute; the session's throttle keeps it."),
    ] = None


def within(policy: Policy, forbid: Forbid) -> Policy:
    """The policy with everything taken off that the operator forbids."""
    workshop, notify = policy.workshop, policy.notify
    if "promote" in forbid.actions and workshop.promote == "act":
        workshop = replace(workshop, promote="report")
    if "notify" in forbid.actions:
        notify = replace(notify, enabled=False)
    return replace(
        policy,
        mode="report" if "write" in forbid.actions else policy.mode,
        actions={code: _allowed(code, word, forbid) for code, word in policy.actions.items()},
        workshop=workshop,
        notify=notify,
        limits=_narrowed(policy.limits, forbid),
    )


def _allowed(code: str, word: ActionWord, forbid: Forbid) -> ActionWord:
    deed = "notify" if word == "tell" else word
    if word in ("tell", "flag", "fix") and (deed in forbid.actions or code in forbid.rules):
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
