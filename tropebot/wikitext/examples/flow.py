"""A page's text as it flows when it is shown: what is not content taken out, containers opened up.

Must not read lists or judge. Follows the order of MediaWiki's parser (1.39): comments and shielding
tags, then braces, then tags. What matters later of what is taken out stays as one control character;
those of the page's own text are replaced first. Every offset leads back to a line of the page.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import heappop, heappush, merge

import msgspec

from tropebot.wikitext.examples.edited import LABEL, OPAQUE, Edit, Text
from tropebot.wikitext.examples.tags import tabbers, tag_edits
from tropebot.wikitext.examples.values import ContainerRules
from tropebot.wikitext.examples.vocabulary import Call, Leads, PageNames
from tropebot.wikitext.late import late
from tropebot.wikitext.preprocess import (
    ARGUMENT,
    DEEPEST,
    LINK,
    LONGEST_NAME,
    TEMPLATE,
    Construct,
    constructs,
    depths,
    own_equals,
)
from tropebot.wikitext.shielding import COMMENT, INCLUDEONLY, INCLUSION_TAG, Span, shielded

OPENER = "\x03"
UNSIGNED = "\x04"
SUBPAGE = "\x05"
FILE_LINK = "\x06"
UNSEEN = "\x07"
CONTROLS = "".join((LABEL, OPAQUE, OPENER, UNSIGNED, SUBPAGE, FILE_LINK, UNSEEN))

_FOREIGN = late("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_GONE = frozenset({COMMENT, INCLUDEONLY, INCLUSION_TAG})
_STANDS_FOR = {
    Call.OPENER: OPENER,
    Call.UNSIGNED: UNSIGNED,
    Call.SUBPAGE: SUBPAGE,
    Call.BAR: "|",
    Call.EQUALS: "=",
}
_TAKEN_OUT = {Leads.FILE: FILE_LINK, Leads.UNSEEN: UNSEEN}
_NAMED = late(r"[^\n\[\]<>{}*#]{0,60}")
_BRACES = late(r"\{\{[^{}]*\}\}")


class Flow(msgspec.Struct, frozen=True, eq=False, dict=True):
    """The text to be read line by line; ``no_real_life`` says that the page bans real life."""

    source: str
    braces: Text
    tags: Text
    no_real_life: bool

    @property
    def text(self) -> str:
        return self.tags.text

    @cached_property
    def _breaks(self) -> Sequence[int]:
        return [match.start() for match in re.finditer("\n", self.source)]

    def line(self, offset: int) -> int:
        """The line of the page's own text, from 1, of what stands at ``offset``."""
        return bisect_left(self._breaks, self.braces.origin(self.tags.origin(offset))) + 1


def flow(text: str, names: PageNames) -> Flow:
    """The page's text as it flows."""
    source = _FOREIGN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    spans = shielded(source, names.words.shielding)
    masked = _masked(source, spans)
    found = constructs(masked)
    braces = Text(
        source, [*_span_edits(source, spans), *_Braces(source, masked, found, names).edits()]
    )
    no_real_life = any(
        names.call(_called(source, masked, construct, names))[0] is Call.NO_REAL_LIFE
        for construct, depth in zip(found, depths(found), strict=True)
        if construct.kind == TEMPLATE and depth <= DEEPEST
    )
    return Flow(source, braces, Text(braces.text, tag_edits(braces.text)), no_real_life)


def _masked(text: str, spans: Iterable[Span]) -> str:
    """The text with spans blotted out at their length: by spaces where nothing is left of them."""
    parts: list[str] = []
    position = 0
    for span in spans:
        blot = " " if span.kind in _GONE else OPAQUE
        parts += [text[position : span.start], blot * (span.end - span.start)]
        position = span.end
    parts.append(text[position:])
    return "".join(parts)


def _span_edits(text: str, spans: Sequence[Span]) -> Iterator[Edit]:
    """Takes spans out; comments alone on a line take it with them, as the preprocessor has it."""
    lone = _lone_comments(text, [span for span in spans if span.kind == COMMENT])
    for span in spans:
        start, end = lone.get(span.start, (span.start, span.end))
        yield Edit(start, end, "" if span.kind in _GONE else OPAQUE)


def _lone_comments(text: str, comments: Sequence[Span]) -> dict[int, tuple[int, int]]:
    """What is taken out instead of a comment, by the comment's start, where it has its line alone."""
    found: dict[int, tuple[int, int]] = {}
    row: list[Span] = []
    for comment in (*comments, None):
        if row and (comment is None or text[row[-1].end : comment.start].strip(" \t")):
            start, end = _line_of(text, row[0].start, row[-1].end)
            if end > row[-1].end and start > 0:
                found[row[0].start] = (start, end)
            row = []
        if comment is not None:
            row.append(comment)
    return found


def _line_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole line(s) of a part and its line end, or the part itself where more stands there."""
    before, after = start, end
    while before and text[before - 1] in " \t":
        before -= 1
    while after < len(text) and text[after] in " \t":
        after += 1
    if before and text[before - 1] == "\n" and text[after : after + 1] == "\n":
        return before, after + 1
    return start, end


def _called(source: str, masked: str, construct: Construct, names: PageNames) -> str:
    """What stands in a call before its first bar, without comments."""
    start = construct.start + 2
    end = min(construct.bars[0] if construct.bars else construct.end - 2, start + LONGEST_NAME)
    raw, part = masked[start:end], source[start:end]
    if "<" in part:
        raw = Text(part, _span_edits(part, shielded(part, names.words.shielding))).text
    return raw


class _Braces:
    """Decides what is left of every call and link, outermost first."""

    def __init__(
        self, source: str, masked: str, found: Sequence[Construct], names: PageNames
    ) -> None:
        self._source = source
        self._masked = masked
        self._found = found
        self._starts = [construct.start for construct in found]
        self._depths = depths(found)
        self._tabbers = tabbers(masked)
        self._names = names

    def edits(self) -> Iterator[Edit]:
        waiting: list[tuple[int, int, str]] = []
        until = 0
        for index, construct in enumerate(self._found):
            while waiting and waiting[0][0] <= construct.start:
                edit = Edit(*heappop(waiting))
                until = max(until, edit.end)
                yield edit
            if construct.start < until:
                continue
            for edit in self._decided(index, construct):
                heappush(waiting, (edit.start, edit.end, edit.replacement))
        while waiting:
            yield Edit(*heappop(waiting))

    def _decided(self, index: int, construct: Construct) -> Iterable[Edit]:
        whole = (construct.start, construct.end)
        too_deep = self._depths[index] > DEEPEST
        if construct.kind == ARGUMENT or (too_deep and construct.kind != LINK):
            return [Edit(*whole, OPAQUE)]
        if too_deep:
            return []
        if construct.kind == LINK:
            return self._link(index, construct)
        raw = _called(self._source, self._masked, construct, self._names)
        call, name = self._names.call(raw)
        if call is Call.CONTAINER:
            return self._container(construct, self._names.words.containers[name])
        if call is Call.TEXT:
            return self._pieces(
                construct,
                [
                    (start, end)
                    for key, start, end in self._parameters(construct)
                    if key.isdecimal()
                ],
                (OPAQUE, " ", ""),
            )
        return [Edit(*whole, _STANDS_FOR.get(call, OPAQUE))]

    def _link(self, index: int, construct: Construct) -> Iterable[Edit]:
        """Files and categories are taken out whole; a label goes on over the line's end."""
        start, end = construct.inner
        bar = construct.bars[0] if construct.bars else end
        target = self._masked[start:bar]
        if "\n" in target or "{" in target or "[" in target:
            return []
        if ":" in target:
            taken = _TAKEN_OUT.get(self._names.target(target).leads)
            if taken:
                return [Edit(construct.start, construct.end, taken)]
        follower = self._starts[index + 1] if index + 1 < len(self._found) else construct.end
        if follower < construct.end:
            return []
        return [
            Edit(match.start(), match.end(), " ")
            for match in re.compile(r"\n(?!\n)").finditer(self._masked, bar, end)
        ]

    def _container(self, construct: Construct, rules: ContainerRules) -> Iterable[Edit]:
        """Each parameter with content on lines of its own, the label on one before it."""
        parameters = list(self._parameters(construct))
        present = [key for key, _, _ in parameters]
        title = next((name for name in rules.title if name in present), None)
        labels = {name.replace("#", "") for name in rules.title if "#" in name}
        contents = {name.replace("#", "") for name in rules.content}
        lines = ""
        edits: list[Edit] = []
        position = construct.start
        for key, start, end in parameters:
            value = self._source[start:end].strip()
            numbered = key.rstrip("0123456789")
            if (key == title or (numbered != key and numbered in labels)) and "\n" not in value:
                lines += f"\n{LABEL}{_BRACES.sub('', value)}\n"
            elif (contents and key not in rules.content and numbered not in contents) or (
                not _NAMED.fullmatch(key)
            ):
                continue
            else:
                edits.append(Edit(position, start, lines or "\n"))
                position, lines = end, ""
        edits.append(Edit(position, construct.end, lines or "\n"))
        return edits

    def _pieces(
        self,
        construct: Construct,
        values: Sequence[tuple[int, int]],
        joints: tuple[str, str, str],
    ) -> Iterable[Edit]:
        """Leaves the values of a call and puts ``joints`` before, between and after them."""
        first, between, last = joints
        if not values:
            return [Edit(construct.start, construct.end, OPAQUE)]
        starts = [construct.start, *(end for _, end in values)]
        ends = [*(start for start, _ in values), construct.end]
        replacements = [first, *(between for _ in values[1:]), last]
        return [Edit(*edit) for edit in zip(starts, ends, replacements, strict=True)]

    def _parameters(self, construct: Construct) -> Iterator[tuple[str, int, int]]:
        """Names of a call's parameters (`1`, `2` … without one) and where their values stand."""
        position = 0
        bars = [bar for bar in construct.bars if not self._in_tabber(construct.start, bar)]
        ends = (*bars, construct.end - 2)[1:]
        for bar, following in zip(bars, ends, strict=True):
            equals = self._equals(bar + 1, following)
            if equals < 0:
                position += 1
                yield str(position), bar + 1, following
                continue
            value = self._masked[equals + 1 : following]
            start = equals + 1 + len(value) - len(value.lstrip())
            end = max(start, following - len(value) + len(value.rstrip()))
            yield self._masked[bar + 1 : equals].strip(), start, end

    def _equals(self, start: int, end: int) -> int:
        """The first `=` of a parameter that is not in a call or link within it, or -1."""
        if self._masked.find("=", start, end) < 0:
            return -1
        held = merge(self._held(start, end), self._tabbers_in(start, end))
        return own_equals(self._masked, start, end, held)

    def _in_tabber(self, start: int, offset: int) -> bool:
        """Whether a place is in a tabber that begins behind ``start``."""
        last = bisect_left(self._tabbers, (offset, offset)) - 1
        return last >= 0 and self._tabbers[last][0] > start and self._tabbers[last][1] > offset

    def _tabbers_in(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        """The tabbers that begin in a stretch."""
        tabbers = self._tabbers
        return tabbers[bisect_left(tabbers, (start, start)) : bisect_left(tabbers, (end, end))]

    def _held(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The outermost calls and links within a parameter."""
        index = bisect_left(self._starts, start)
        while index < len(self._starts) and self._starts[index] < end:
            held = self._found[index]
            yield held.start, held.end
            index = bisect_left(self._starts, held.end, lo=index)
