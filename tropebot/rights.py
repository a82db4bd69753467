"""What the policy asks for, what rights doing it needs, and what a rule therefore does on a wiki.

Must not ask the wiki: the account's rights come in. Where they are not told, nothing is said to be lacking.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import msgspec

from tropebot.i18n import message
from tropebot.policy.broken import Break
from tropebot.policy.forbid import Forbid
from tropebot.policy.schema import Policy
from tropebot.rules.rule import Rule
from tropebot.wikitext.facts import WikiFacts

ACTING = frozenset({"flag", "fix"})
"""The words of a policy's actions that lead to writes."""
StateWord = Literal["acts", "reports", "off"]


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the policy asks for (``what``: a rule's code, `promote`, `notify`) and what it needs.

    The ``grants`` are those of a bot password that carry the rights.
    """

    what: str
    rights: tuple[str, ...]
    grants: tuple[str, ...] = ()


class RuleState(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule does on a wiki, and why it does no more; ``lacks`` are rights that the account has not."""

    word: StateWord
    why: str = ""
    lacks: tuple[str, ...] = ()


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule's state depends on beside the policy.

    ``forbid`` is what the operator's own file forbids, which the policy already heeds. ``off`` is what the
    run page switches off, ``stopped`` why the bot as a whole writes nothing, ``breakers`` are rules whose
    breaker is open, ``breaks`` what is broken of what the policy relies on.
    """

    rights: frozenset[str]
    facts: WikiFacts
    forbid: Forbid = msgspec.field(default_factory=Forbid)
    off: Forbid = msgspec.field(default_factory=Forbid)
    stopped: str = ""
    breakers: frozenset[str] = frozenset()
    breaks: tuple[Break, ...] = ()


def rule_demands(policy: Policy, rules: Iterable[Rule]) -> tuple[Demand, ...]:
    """What the rules need whose findings the policy has acted on."""
    if policy.mode != "act":
        return ()
    return tuple(
        Demand(what=rule.code, rights=rule.needs.rights, grants=rule.needs.grants)
        for rule in rules
        if rule.needs.rights and policy.actions.get(rule.code) in ACTING
    )


def demands(policy: Policy, rules: Iterable[Rule]) -> tuple[Demand, ...]:
    """All that the policy asks for, rules and what stands beside them."""
    found = list(rule_demands(policy, rules))
    if policy.mode == "act" and policy.workshop.promote == "act":
        promote = Demand(what="promote", rights=("edit", "move"), grants=("createeditmovepage",))
        found.append(promote)
    if policy.mode == "act" and policy.notify.enabled:
        found.append(Demand(what="notify", rights=("edit",), grants=("basic", "editpage")))
    return tuple(found)


def lacking(wanted: Iterable[Demand], rights: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The rights that the account has not, by what it cannot do without them."""
    if not rights:
        return {}
    missing = {
        demand.what: tuple(right for right in demand.rights if right not in rights)
        for demand in wanted
    }
    return {what: names for what, names in missing.items() if names}


def rule_state(rule: Rule, policy: Policy, around: Circumstances) -> RuleState:
    """What the rule does where the policy and these circumstances stand."""
    word = policy.actions.get(rule.code, "report")
    if word == "none":
        return RuleState(word="off", why=message("state-none"))
    if not rule.needs.met(around.facts):
        return RuleState(word="off", why=message("state-other-wiki", rule.pack))
    if broken := [each.title for each in around.breaks if rule.code in each.codes]:
        return RuleState(word="off", why=message("state-broken", "”, “".join(broken)))
    if word not in ACTING or policy.mode != "act":
        return RuleState(word="reports", why=_why_reported(rule, policy, around.forbid))
    if around.stopped:
        return RuleState(word="reports", why=message("state-stopped", around.stopped))
    if rule.code in around.off.rules or word in around.off.actions:
        return RuleState(word="reports", why=message("state-switched-off"))
    if rule.code in around.breakers:
        return RuleState(word="reports", why=message("state-breaker", rule.code))
    lacks = lacking(rule_demands(policy, (rule,)), around.rights).get(rule.code, ())
    if lacks:
        said = message("state-lacks", *_listed(lacks, rule))
        return RuleState(word="reports", why=said, lacks=lacks)
    return RuleState(word="acts")


def _why_reported(rule: Rule, policy: Policy, forbid: Forbid) -> str:
    """Why a policy, or what the operator forbids, has findings reported and no more."""
    if "write" in forbid.actions or rule.code in forbid.rules:
        return message("state-forbidden")
    return message("state-report" if policy.mode == "act" else "state-report-only")


def _listed(lacks: Collection[str], rule: Rule) -> tuple[str, str]:
    return "”, “".join(lacks), ", ".join(rule.needs.grants) or "–"
