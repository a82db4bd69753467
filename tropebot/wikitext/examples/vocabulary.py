"""The policy's names in the form in which a page's names are compared with them.

Must not read a page. What a name on a page stands for is asked here and remembered, since a list names
the same templates and works again and again.
"""

from collections.abc import Collection, Mapping
from enum import Enum, auto
from functools import lru_cache
from typing import Generic, TypeVar
from urllib.parse import unquote

import msgspec

from tropebot.model import CATEGORY, FILE, MAIN, USER_TALK
from tropebot.wikitext.examples.values import ContainerRules, ExampleRules
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.late import late
from tropebot.wikitext.names import (
    Title,
    decoded,
    interlanguage,
    magic_words,
    template_name,
    title,
)

USER = 2
CONTENT_TAGS = frozenset({"ref", "references", "gallery", "nowiki", "pre", "syntaxhighlight"})
"""Never content, whatever the wiki says of its extensions (docs/examples.md)."""
SHIELDING = CONTENT_TAGS | {
    "source",
    "math",
    "score",
    "timeline",
    "templatedata",
    "templatestyles",
    "graph",
    "mapframe",
    "maplink",
    "inputbox",
}

_SPACE = late(r"\s+")
_PAGE_WORD = late(r"\{\{\s*([A-Z]+)\s*\}\}")
_ODD = late(r"[^\x00-\x7f]|[:&%</]")


class Call(Enum):
    """What a template call means for the count."""

    OPENER = auto()
    UNSIGNED = auto()
    NO_REAL_LIFE = auto()
    CONTAINER = auto()
    TEXT = auto()
    SUBPAGE = auto()
    BAR = auto()
    EQUALS = auto()
    OTHER = auto()


class Leads(Enum):
    """Where a link leads, as far as the count cares."""

    WORK = auto()
    USER = auto()
    FILE = auto()
    UNSEEN = auto()
    ELSEWHERE = auto()


_CHARACTERS = {"!": Call.BAR, "=": Call.EQUALS}
_UNSEEN = {FILE: Leads.FILE, CATEGORY: Leads.UNSEEN}


class Target(msgspec.Struct, frozen=True):
    """A link's target: where it leads, and the page's title."""

    leads: Leads
    page: Title


def name_key(shown: str) -> str:
    """A heading's, label's or medium's shown text in the form in which two are compared."""
    return _SPACE.sub(" ", shown).strip().rstrip(":：").rstrip().casefold()


class Vocabulary:
    """One policy's names on one wiki."""

    def __init__(
        self,
        rules: ExampleRules,
        facts: WikiFacts,
        aliases: Mapping[str, str],
        shielding: frozenset[str],
    ) -> None:
        self.facts = facts
        self.aliases = aliases
        self.shielding = shielding
        self.media = frozenset(map(name_key, rules.media))
        self.not_examples = frozenset(map(name_key, rules.not_examples))
        self.real_life = frozenset(map(name_key, rules.real_life))
        self.containers: Mapping[str, ContainerRules] = {
            template_name(name, facts, aliases): value for name, value in rules.containers.items()
        }
        self.meanings = self._meanings(rules)
        self.likely = self._likely()

    def _meanings(self, rules: ExampleRules) -> Mapping[str, Call]:
        meanings: dict[str, Call] = {}
        for names, call in (
            (rules.text_templates, Call.TEXT),
            (rules.containers, Call.CONTAINER),
            (rules.unsigned, Call.UNSIGNED),
            (rules.no_real_life, Call.NO_REAL_LIFE),
            (rules.openers, Call.OPENER),
        ):
            meanings.update((template_name(name, self.facts, self.aliases), call) for name in names)
        meanings.pop("", None)
        return meanings

    def _likely(self) -> frozenset[str]:
        """Every plain spelling that can mean something, so that most names need no closer look."""
        redirects = {**self.facts.template_redirects, **self.aliases}
        known = [
            name
            for name in redirects
            if template_name(name, self.facts, self.aliases) in self.meanings
        ]
        return frozenset(_loose(name) for name in (*known, *self.meanings))


class PageNames:
    """What names mean on one page, whose title is ``own``; what was asked once is remembered."""

    def __init__(self, words: Vocabulary, own: Title) -> None:
        self.words = words
        self.own = own
        self._calls: dict[str, tuple[Call, str]] = {}
        self._targets: dict[str, Target] = {}

    def call(self, raw: str) -> tuple[Call, str]:
        """What `{{raw|…}}` means, and the template's canonical name."""
        known = self._calls.get(raw)
        if known is None:
            known = self._calls[raw] = self._call(raw)
        return known

    def target(self, raw: str) -> Target:
        """Where `[[raw]]` leads."""
        known = self._targets.get(raw)
        if known is None:
            known = self._targets[raw] = self._target(raw)
        return known

    def _call(self, raw: str) -> tuple[Call, str]:
        name = raw.strip()
        if name in _CHARACTERS:
            return _CHARACTERS[name], ""
        if "{{" in name:
            values = magic_words(self.own)
            name = _PAGE_WORD.sub(lambda match: values.get(match[1], match[0]), name)
        if name.startswith("/"):
            return (Call.SUBPAGE if name.strip("/ ") else Call.OTHER), ""
        words = self.words
        if not _ODD.search(name) and _loose(name) not in words.likely:
            return Call.OTHER, name
        canonical = template_name(name, words.facts, words.aliases)
        if canonical in words.meanings:
            return words.meanings[canonical], canonical
        full = canonical.removeprefix(":")
        if self.own.name and full.startswith((f"{self.own.text}/", f"{self.own.name}/")):
            return Call.SUBPAGE, canonical
        return Call.OTHER, canonical

    def _target(self, raw: str) -> Target:
        text = decoded(unquote(raw) if "%" in raw else raw).strip()
        page = title(text, self.words.facts)
        if text.startswith(("/", "../", "#")) or page.interwiki or not page.name:
            unseen = bool(page.interwiki) and interlanguage(text, self.words.facts)
            return Target(Leads.UNSEEN if unseen else Leads.ELSEWHERE, page)
        if page.namespace == MAIN:
            return Target(Leads.ELSEWHERE if self._is_own(page.name) else Leads.WORK, page)
        if page.namespace in {USER, USER_TALK}:
            return Target(Leads.USER, page)
        if page.namespace in _UNSEEN and not text.startswith(":"):
            return Target(_UNSEEN[page.namespace], page)
        return Target(Leads.ELSEWHERE, page)

    def _is_own(self, name: str) -> bool:
        own = self.own.name
        return bool(own) and (name == own or name.startswith(f"{own}/"))


def _loose(name: str) -> str:
    return _SPACE.sub(" ", name.replace("_", " ")).strip().casefold()


_T = TypeVar("_T")


class _Same(msgspec.Struct, Generic[_T], frozen=True, eq=False):
    """A value as a key of a cache: equal only to itself, and kept as long as the key is."""

    value: _T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


@lru_cache(maxsize=16)
def _vocabulary(
    rules: _Same[ExampleRules],
    facts: _Same[WikiFacts],
    aliases: _Same[Mapping[str, str]],
    shielding: frozenset[str],
) -> Vocabulary:
    return Vocabulary(rules.value, facts.value, aliases.value, shielding)


def vocabulary(
    rules: ExampleRules,
    facts: WikiFacts,
    aliases: Mapping[str, str],
    shielding: Collection[str] = SHIELDING,
) -> Vocabulary:
    """The vocabulary of a policy on a wiki; the last few are kept."""
    tags = frozenset(tag.lower() for tag in shielding) | CONTENT_TAGS
    return _vocabulary(_Same(rules), _Same(facts), _Same(aliases), tags)
