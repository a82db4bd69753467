"""Headings of media under which nobody has put anything, cut off.

Must not guess what a reader would miss: a heading goes only if it is named, stands in the page's own text,
and nothing but empty list items is under it. A comment is something: an editor left it there.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from tropebot.wikitext.document import Document
from tropebot.wikitext.elements import heading_key
from tropebot.wikitext.late import late
from tropebot.wikitext.names import interlanguage

_EMPTY_ITEMS = late(r"(?:[ \t]*[*#:;]*[ \t]*(?:\n|\Z))*")
_SORT_KEYS = frozenset({"DEFAULTSORT", "DEFAULTSORTKEY", "DEFAULTCATEGORYSORT"})


class _Section(msgspec.Struct, frozen=True):
    """A heading with what is under it before the next one; ``bare``: nothing is."""

    level: int
    start: int
    end: int
    named: bool
    bare: bool


def without_empty_headings(
    document: Document, names: Collection[str], *, closing: Collection[str] = ()
) -> str:
    """The text without the named headings that have nothing under them, nor under headings below them.

    ``closing`` are canonical names of templates that close a page and belong to no section.
    """
    sections = _sections(document, frozenset(map(_key, names)), closing)
    text, last = document.text, len(document.text)
    gone: set[int] = set()
    for number in reversed(range(len(sections))):
        section = sections[number]
        below = number + 1
        while below < len(sections) and sections[below].level > section.level:
            if below not in gone:
                break
            below += 1
        else:
            if section.named and section.bare:
                gone.add(number)
    for number in sorted(gone, reverse=True):
        text = text[: sections[number].start] + text[sections[number].end :]
    if gone and sections[max(gone)].end == last:
        ending = document.text[len(document.text.rstrip("\n")) :]
        return text.rstrip("\n") + ending if text.strip() else ""
    return text


def _sections(
    document: Document, names: Collection[str], closing: Collection[str]
) -> Sequence[_Section]:
    """The sections of the page's own text; ``end`` is where the next thing stands that is there."""
    text = document.text
    calls = [(use.start, use.end) for use in document.templates]
    closed = _closing(document, closing)
    headings = [
        heading
        for heading in document.headings
        if not any(start <= heading.start < end for start, end in calls)
    ]
    found = []
    for number, heading in enumerate(headings):
        following = headings[number + 1].start if number + 1 < len(headings) else len(text)
        line_end = (text.find("\n", heading.start) + 1) or len(text)
        items = _EMPTY_ITEMS.match(text, line_end, following)
        end = min(items.end(), following) if items else line_end
        found.append(
            _Section(
                level=heading.level,
                start=heading.start,
                end=end,
                named=_key(heading.text) in names,
                bare=_only_closing(text, end, following, closed),
            )
        )
    return found


def _closing(document: Document, names: Collection[str]) -> Mapping[int, int]:
    """What closes a page, as offsets: templates by name, categories, sort keys, links to other languages."""
    spans = {use.start: use.end for use in document.uses(names)}
    spans |= {use.start: use.end for use in document.categories}
    for link in document.links:
        if interlanguage(link.target, document.facts):
            spans[link.start] = link.end
    for index in document.children.get(-1, ()):
        if document.function(index) in _SORT_KEYS:
            start, end = document.constructs[index].start, document.constructs[index].end
            spans[document.readable.origin(start)] = document.readable.origin_of_end(end)
    return spans


def _only_closing(text: str, start: int, end: int, closed: Mapping[int, int]) -> bool:
    """Whether nothing stands there but what closes the page."""
    while start < end:
        if text[start].isspace():
            start += 1
        elif start in closed:
            start = closed[start]
        else:
            return False
    return True


def _key(text: str) -> str:
    return heading_key(text).casefold()
