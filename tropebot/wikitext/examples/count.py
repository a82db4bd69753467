"""Which entries of the region count as examples, and how many works and instances that makes.

Must not look at markup: `structure` says what the entries are and `inline` what a line shows.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

import msgspec

from tropebot.wikitext.bounds import beyond_reading
from tropebot.wikitext.examples.flow import flow
from tropebot.wikitext.examples.inline import Line, read_line
from tropebot.wikitext.examples.structure import Item, region
from tropebot.wikitext.examples.values import (
    NOTES,
    Entry,
    ExampleCount,
    ExampleRules,
    Passed,
    TooMuch,
)
from tropebot.wikitext.examples.vocabulary import SHIELDING, PageNames, vocabulary
from tropebot.wikitext.examples.works import Words, Work
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.late import late
from tropebot.wikitext.names import title as title_of
from tropebot.wikitext.patterns import any_of

MOST_LINES = 15_000
"""Different lines of one page that are read; more are no page for people."""

_NO_ALIASES: Mapping[str, str] = MappingProxyType({})
_SPACE = late(r"\s+")
_TURNS = {
    "subversions": re.compile(r"\bsubver(?:t(?:s|ed|ing)?|sions?)\b", re.IGNORECASE),
    "aversions": re.compile(r"\baver(?:t(?:s|ed|ing)?|sions?)\b", re.IGNORECASE),
    "inversions": re.compile(r"\binver(?:t(?:s|ed|ing)?|sions?)\b", re.IGNORECASE),
}


def count_examples(
    text: str,
    *,
    policy: ExampleRules,
    facts: WikiFacts,
    title: str = "",
    preload_items: Collection[str] = (),
    aliases: Mapping[str, str] = _NO_ALIASES,
    shielding_tags: Collection[str] = SHIELDING,
) -> ExampleCount:
    """The examples of a page as `docs/examples.md` defines them.

    ``title`` is the page's full title; ``preload_items`` are the preload's list items (`list_items`);
    ``shielding_tags`` are extension tags whose content is not wikitext. No text makes it raise.
    """
    words = vocabulary(policy, facts, aliases, shielding_tags)
    names = PageNames(words, title_of(title, facts))
    try:
        return _counted(text, policy, names, preload_items)
    except TooMuch:
        return _answer(policy, {"too-many-entries"}, ())


def _counted(
    text: str, policy: ExampleRules, names: PageNames, preload_items: Collection[str]
) -> ExampleCount:
    if beyond_reading(text):
        raise TooMuch
    lines: dict[str, Line] = {}

    def read(line: str) -> Line:
        known = lines.get(line)
        if known is None:
            if len(lines) == MOST_LINES:
                raise TooMuch
            known = lines[line] = read_line(line, names)
        return known

    excluded = names.words.real_life if "real_life" in policy.exclude else frozenset()
    flowing = flow(text, names)
    found = region(flowing, read, names.words, excluded)
    judge = _Judge(policy, read, preload_items)
    entries = tuple(judge.entry(item, flowing.line(item.offset)) for item in found.items)
    passed = tuple(
        Passed(line=flowing.line(offset), reason=reason) for offset, reason in found.passed
    )
    return _answer(policy, found.notes | judge.notes, entries, _surprising(passed, entries))


def _surprising(passed: Sequence[Passed], entries: Sequence[Entry]) -> tuple[Passed, ...]:
    """Without the labels under which works are named, since a label they are."""
    unnamed = set()
    for each in passed:
        below = next((entry for entry in entries if entry.line > each.line), None)
        if below is not None and below.reason == "no-work-named":
            unnamed.add(each.line)
    return tuple(each for each in passed if each.reason != "label" or each.line in unnamed)


def _answer(
    policy: ExampleRules,
    notes: Collection[str],
    entries: tuple[Entry, ...],
    passed: tuple[Passed, ...] = (),
) -> ExampleCount:
    works = sum(1 for entry in entries if entry.counted)
    instances = sum(entry.instances for entry in entries)
    return ExampleCount(
        works=works,
        instances=instances,
        minimum=policy.minimum,
        unit=policy.unit,
        enough=(works if policy.unit == "works" else instances) >= policy.minimum,
        notes=tuple(note for note in NOTES if note in notes),
        entries=entries,
        passed=passed,
    )


class _Known(msgspec.Struct):
    """The works of the entries that count, by all that a later entry can call them."""

    targets: set[str] = msgspec.field(default_factory=set)
    linked: set[str] = msgspec.field(default_factory=set)
    unlinked: set[str] = msgspec.field(default_factory=set)

    def __contains__(self, work: Work) -> bool:
        if work.target:
            return work.target in self.targets or bool(work.names & self.unlinked)
        return bool(work.names & (self.unlinked | self.linked))

    def add(self, work: Work) -> None:
        if work.target:
            self.targets.add(work.target)
            self.linked |= work.names
        else:
            self.unlinked |= work.names


class _Context(msgspec.Struct, frozen=True):
    """An item's words without titles, all that it shows, and how many children stand for themselves."""

    words: int
    shown: str
    rest: str
    instances: int


class _Judge:
    """Judges entries in their order; a later one may repeat an earlier one."""

    def __init__(
        self, policy: ExampleRules, read: Callable[[str], Line], preload_items: Collection[str]
    ) -> None:
        self.notes: set[str] = set()
        self._policy = policy
        self._read = read
        self._pattern = any_of(tuple(policy.placeholders))
        self._samples = self._sample_texts(preload_items)
        self._works = _Known()
        self._texts: set[str] = set()

    def entry(self, item: Item, line: int) -> Entry:
        """The entry of a first-level item."""
        first = self._read(item.first)
        context = self._context(item, first)
        reason = self._reason(item, first, context)
        text = _SPACE.sub("", context.shown).casefold()
        instances = 0
        if not reason or (reason == "duplicate" and text not in self._texts):
            instances = context.instances
        self._texts.add(text)
        if first.work and (not reason or (reason == "duplicate" and first.work.target)):
            # also what a repeated link calls the work: the next entry may know it by that name alone
            self._works.add(first.work)
        if first.work is None and any(self._read(child.first).work for child in item.children):
            self.notes.add("works-in-children")
        return Entry(
            line=line,
            work=first.work.name if first.work else "",
            counted=not reason,
            reason=reason,
            instances=instances,
        )

    def _reason(self, item: Item, first: Line, context: _Context) -> str:
        if self._is_placeholder(item, first, context):
            return "placeholder"
        if first.signed:
            return "talk"
        if first.work is None:
            return "no-work-named"
        if context.words < self._policy.min_context_words:
            return "no-context"
        if item.excluded or self._turns(first):
            return "excluded"
        return "duplicate" if first.work in self._works else ""

    def _context(self, item: Item, first: Line) -> _Context:
        words = first.own_words + self._more_words(item.more)
        instances = 0
        shown = [first.shown, *(self._read(line).shown for line in item.more)]
        for child in item.children:
            reading = self._read(child.first)
            shown += [reading.shown, *(self._read(line).shown for line in child.more)]
            if reading.signed or self._is_sample(reading.shown):
                continue
            own = reading.words + self._more_words(child.more)
            words += own
            instances += own.count >= self._policy.min_context_words
        behind = " ".join((first.rest, *shown[1:]))
        return _Context(words.count, " ".join(shown), behind, max(1, instances))

    def _more_words(self, lines: Sequence[str]) -> Words:
        readings = (self._read(line) for line in lines)
        spaced = unspaced = 0
        for reading in readings:
            if not reading.signed:
                spaced += reading.words.spaced
                unspaced += reading.words.unspaced
        return Words(spaced, unspaced)

    def _is_placeholder(self, item: Item, first: Line, context: _Context) -> bool:
        if not context.shown:
            return not (item.first.strip() or item.more or item.children) and "" in self._samples
        if self._is_sample(first.shown):
            return True
        whole = _sample_key(context.shown)
        if whole in self._samples or self._matches(context.shown):
            return True
        behind = _sample_key(context.rest)
        return bool(behind) and first.work is not None and behind in self._samples

    def _is_sample(self, shown: str) -> bool:
        return bool(shown) and (_sample_key(shown) in self._samples or self._matches(shown))

    def _matches(self, shown: str) -> bool:
        return self._pattern is not None and self._pattern.fullmatch(shown.strip()) is not None

    def _sample_texts(self, preload_items: Collection[str]) -> frozenset[str]:
        """What the preload's items show, and what they show behind their titles."""
        found: set[str] = set()
        for item in preload_items:
            line = self._read(item)
            found.add(_sample_key(line.shown))
            if line.work is not None and (behind := _sample_key(line.rest)):
                found.add(behind)
        return frozenset(found)

    def _turns(self, first: Line) -> bool:
        return any(
            _TURNS[kind].search(first.beside) for kind in self._policy.exclude if kind in _TURNS
        )


def _sample_key(shown: str) -> str:
    """A text as it is compared with the preload's: without case, and separators round it."""
    return _SPACE.sub(" ", shown).strip(" \t\n:–—-.…").casefold()
