"""What is asked to be taken back: which effects those are, and in which order.

Must not write to the wiki, or to the ledger.
"""

from tropebot.errors import ConfigError, LedgerError, UnknownNamespace
from tropebot.ledger import Ledger
from tropebot.model import Intent, Kind
from tropebot.policy.forbid import Forbid
from tropebot.policy.force import PolicyInForce
from tropebot.policy.merge import closest
from tropebot.promoter import PROMOTED
from tropebot.rules import all_rules
from tropebot.undoreport import Asked

UNDO_RUN = "undo"
"""The kind of a run that takes back."""

PROMOTION_STEPS = {Kind.LISTED: 0, Kind.LINKS: 1, Kind.AFTER: 2, Kind.MOVE: 3, Kind.STRIP: 4}
"""The order in which a promotion is taken back: a subpage never stands in Main without its page, and markup
is put back only where the draft stands in the Workshop again."""

ELSEWHERE = frozenset({Kind.LISTED, Kind.LINKS})
"""Steps of a promotion on other pages: asked for by its number, one is taken back without the others."""


def assert_undoable(ledger: Ledger, asked: Asked) -> None:
    """Raise `ConfigError` where the ledger knows no such run or effect, or it was a taking back itself."""
    run = ledger.runs.get(asked.run) if asked.run else None
    if asked.run and run is None:
        raise ConfigError(f"There is no run {asked.run}; `tropebot runs` lists the last ones.")
    if run is not None and run.kind == UNDO_RUN:
        raise ConfigError(
            f"Run {asked.run} took back what the bot had done: that is not put back. `tropebot resume --page"
            " TITLE` lets the bot judge a page anew."
        )
    if asked.intent:
        try:
            ledger.intents.get(asked.intent)
        except LedgerError:
            raise ConfigError(
                f"There is no intent {asked.intent}; `tropebot runs show N` lists those of a run."
            ) from None
    if asked.rule and not _is_known(ledger, asked.rule):
        known = (*(rule.code for rule in all_rules()), PROMOTED)
        raise ConfigError(
            f"There is no rule “{asked.rule}”{closest(asked.rule, known)}; `tropebot rules` lists them."
        )


def _is_known(ledger: Ledger, word: str) -> bool:
    """Whether a rule is called so; one whose pack is gone is known by what it did."""
    if word == PROMOTED or any(word == rule.code for rule in all_rules()):
        return True
    return any(_about(ledger, each, word) for each in ledger.undone.effects())


def assert_not_forbidden(forbid: Forbid, *, to: str = "take something back") -> None:
    """Raise `ConfigError` where the operator's own file forbids all writing.

    What it says of single actions and rules is about what the bot does of itself.
    """
    if "write" in forbid.actions:
        raise ConfigError(
            f"tropebot.toml forbids all writing: take “write” out of [forbid] actions to {to}."
            " The run page may go on stopping the bot meanwhile."
        )


def kept_out(forbid: Forbid, force: PolicyInForce) -> frozenset[int]:
    """The namespaces in which the operator's own file forbids to write. Raises `UnknownNamespace`."""
    for name in forbid.namespaces:
        if not force.namespaces((name,)):
            raise UnknownNamespace(
                f"tropebot.toml [forbid] namespaces: the wiki has no namespace “{name}”; correct it."
            )
    return force.namespaces(forbid.namespaces)


def effects_asked(ledger: Ledger, asked: Asked) -> list[Intent]:
    """The effects asked for, newest first; a promotion of which one step is among them as a whole."""
    undone = ledger.undone
    effects: dict[int, Intent] = {}
    for effect in undone.effects(run=asked.run, intent=asked.intent, since=asked.since):
        if not _about(ledger, effect, asked.rule):
            continue
        alone = effect.kind not in PROMOTION_STEPS or (asked.intent and effect.kind in ELSEWHERE)
        whole = [effect] if alone else undone.of_promotion(effect.episode)
        whole.sort(key=lambda each: PROMOTION_STEPS.get(each.kind, 0))
        effects |= {each.intent_id: each for each in whole}
    wanted = effects.keys() if asked.only is None else asked.only
    return [effect for number, effect in effects.items() if number in wanted]


def _about(ledger: Ledger, effect: Intent, rule: str) -> bool:
    """Whether an effect is a rule's own; a message is if it tells of nothing else."""
    if not rule:
        return True
    if effect.kind is Kind.NOTICE:
        return ledger.undone.subjects_told(effect.details.get("news", ())) == {rule}
    if effect.kind in PROMOTION_STEPS:
        return rule == PROMOTED
    return rule in effect.codes or rule == effect.subject
