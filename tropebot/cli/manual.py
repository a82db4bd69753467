"""What a rule's manual adds to its docstring: its options as the policy has them, and how to be exempt.

Must not print or judge; `tropebot rules CODE` shows it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tropebot.policy.published import document, keys
from tropebot.policy.schema import Policy
from tropebot.rules.packs import all_packs
from tropebot.rules.rule import Rule

_SECTION = re.compile(r"^Policy keys\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}$|\Z)", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"`([A-Za-z_.]+)`(?:\s*\(([^)]*)\))?")
_WORD = re.compile(r"`([a-z_]+)`")
_WIDEST = 160
_HOOKS = {
    "PageSaveComplete": "it was saved",
    "PageMoveComplete": "it was moved",
    "UploadComplete": "a file was uploaded",
    "PageDeleteComplete": "a template on it was deleted",
    "PageUndeleteComplete": "it was undeleted",
}


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A key of the policy that a rule reads: its value now, as JSON, and what it is for."""

    key: str
    value: str
    description: str


def options(rule: Rule, policy: Policy) -> tuple[Option, ...]:
    """The options of a rule. Raises `KeyError` where its docstring names a key that there is not."""
    described = {key.path: key.description for key in keys()} | {
        f"actions.{rule.code}": "What is done about a finding: none, report, flag or fix.",
        f"flags.{rule.code}": "The flag that “flag” puts on the page.",
    }
    whole = document(policy)
    named = (*named_keys(rule), f"actions.{rule.code}", f"flags.{rule.code}")
    described |= {
        f"packs.{pack.manifest.name}.{name}": option.description
        for pack in all_packs()
        for name, option in pack.manifest.config.items()
    }
    return tuple(
        Option(
            key=key,
            value=f'{_shown(None)}: "report"'
            if key == f"actions.{rule.code}" and rule.code not in policy.actions
            else _shown(_value(whole, key)),
            description=described[key],
        )
        for key in dict.fromkeys(named)
    )


def exemptions(rule: Rule, policy: Policy) -> tuple[str, ...]:
    """How a page is exempt from a rule, or from the bot's edits, in sentences."""
    exempt = policy.exempt
    return (
        "Never judged: redirects, disambiguation pages and the main page"
        + _listed("; titles", exempt.titles)
        + _listed("; namespaces", exempt.namespaces)
        + _listed("; pages that use", [f"{{{{{name}}}}}" for name in exempt.templates])
        + ".",
        f"Judged but never edited for this rule: pages with {{{{bots|deny={rule.code}}}}} or"
        f" {{{{bots|deny={rule.name}}}}}.",
        "Judged but never edited at all: pages with {{nobots}} or {{bots|deny=tropebot}}"
        + _listed(", and now those with", [f"{{{{{name}}}}}" for name in exempt.in_use])
        + ".",
        "A flag that a person takes off is not put back for the same finding, and a fix that a person"
        " reverts is not made again.",
    )


def onward() -> tuple[str, ...]:
    """How a page comes to be judged again, in sentences."""
    return (
        "Every edit of a page has it judged again, and so has a change of what judgement rests on (policy,"
        " preload, licence list, a template); the bot's own flag comes off when the page is in order.",
        "`tropebot check --wiki TITLE` judges a page now, and changes nothing.",
        "Where a person's no stands, `tropebot resume --page TITLE` has the bot act there again.",
    )


def hooks_in_words(rule: Rule) -> str:
    """After what changes the rule is asked of a page, in a sentence."""
    *words, last = [f"{_HOOKS[hook]} ({hook})" for hook in rule.hooks]
    return (
        f"Asked of a page after {', '.join(words)}{' or ' if words else ''}{last}; after any change where the"
        " page has a finding or a flag of it already; and where something changed that pages are judged by."
    )


def named_keys(rule: Rule) -> Iterator[str]:
    """The keys under the docstring's heading; those in brackets are keys of each entry of a table."""
    section = _SECTION.search(rule.documentation)
    for key, inner in _KEY.findall(section[1] if section else ""):
        if inner:
            yield from (f"{key}.NAME.{name}" for name in _WORD.findall(inner))
        else:
            yield key


def _value(whole: Any, path: str) -> Any:
    table, _, key = path.partition(".NAME.")
    value = whole
    for part in table.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if not key:
        return value
    return {name: entry[key] for name, entry in value.items() if entry[key]}


def _shown(value: Any) -> str:
    text = "not set" if value in (None, "", [], {}) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"


def _listed(before: str, names: Any) -> str:
    return f"{before} {', '.join(names)}" if names else ""
