"""Whether a header is the first thing on a page and a footer the last.

Must not know the page's type or the policy. The place of a template is that of the outermost construct
that holds it: another template, a link, a pair of tags, a table. Inclusion tags are no construct.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator
from heapq import merge
from itertools import takewhile

from tropebot.wikitext.document import Document
from tropebot.wikitext.late import late
from tropebot.wikitext.names import interlanguage
from tropebot.wikitext.preprocess import LINK, TEMPLATE

_SETTERS = frozenset({"DEFAULTSORT", "DEFAULTSORTKEY", "DEFAULTCATEGORYSORT"})
_DATES = frozenset({"date", "Date"})
_TAG = late(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?=[\s/>])[^<>]*>")
_TABLE = re.compile(  # not late: it is asked of a match whether this one made it
    r"^[ \t:*#;]*\{\||^[ \t]*(?P<close>\|\})(?!\})", re.MULTILINE
)
_VOID = frozenset({"br", "wbr", "hr", "img", "link", "meta"})
_CLOSED_BY_THE_WIKI = frozenset({"p", "li", "dt", "dd", "tr", "td", "th"})
_SWITCH = late(r"__[^\W_](?:[^\W_]|_(?!_))*__")
_QUOTES = late(r"'{2,}")
_SPACE_OR_QUOTES = late(r"(?:\s|\xa0|'{2,})+")
_ITALIC_TAGS = late(r"</?(?:i|em)\s*>", re.IGNORECASE)


def header_is_first(
    document: Document, headers: Collection[str], *, before: Collection[str], boxes: bool = False
) -> bool:
    """Whether nothing that counts stands before the first of the headers.

    ``before`` names the templates that may: hatnotes and flags. So may one that bears a date, as marks of
    work to be done do on any wiki, and with ``boxes`` every one, since it may be a message box. With no
    header on the page: true.
    """
    first = next(document.uses(headers), None)
    if first is None:
        return True
    start, _ = _outermost(document, first.index)
    marks = {
        use.name
        for use in takewhile(lambda use: use.index < first.index, document.templates)
        if boxes or not _DATES.isdisjoint(use.parameters)
    }
    allowed = frozenset(before) | frozenset(headers) | marks
    return _is_nothing(document, 0, start, allowed, leading=True)


def footer_is_last(document: Document, footers: Collection[str]) -> bool:
    """Whether nothing that counts stands after the last of the footers; true where there is none."""
    uses = tuple(document.uses(footers))
    if not uses:
        return True
    _, end = _outermost(document, uses[-1].index)
    return _is_nothing(document, end, len(document.readable.text), frozenset(footers))


def _is_nothing(
    document: Document, start: int, end: int, allowed: frozenset[str], *, leading: bool = False
) -> bool:
    """Whether a stretch of the readable text holds only what does not count."""
    text = document.readable.text
    rest: list[str] = []
    position = start
    templates = {use.index: use.name for use in document.templates}
    categories = {use.index for use in document.categories}
    for index in document.children.get(-1, ()):
        construct = document.constructs[index]
        if construct.end <= start or construct.start >= end:
            continue
        if (
            _counts_not(document, index, leading)
            or index in categories
            or templates.get(index) in allowed
        ):
            replaced = ""
        else:
            replaced = "\x7f"
        rest += [text[position : construct.start], replaced]
        position = construct.end
    rest.append(text[position:end])
    stretch = _visible("".join(rest))
    if leading:
        stretch = "\n".join(
            "" if _is_hatnote(line) else _SWITCH.sub("", line) for line in stretch.split("\n")
        )
    return not _SPACE_OR_QUOTES.sub("", stretch)


def _visible(text: str) -> str:
    """A text without the characters that nobody sees, as a mark of direction or a space of no width."""
    if text.isascii():
        return text
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def _counts_not(document: Document, index: int, leading: bool) -> bool:
    """Whether a top-level construct is a sort key, a displayed title or an interlanguage link."""
    construct = document.constructs[index]
    if construct.kind == LINK:
        start, end = document.parts(index)[0]
        return interlanguage(document.readable.text[start:end], document.facts)
    if construct.kind != TEMPLATE:
        return False
    function = document.function(index)
    return function in _SETTERS or (leading and function == "DISPLAYTITLE")


def _is_hatnote(line: str) -> bool:
    """Whether the line is indented and wholly in italics."""
    if not line.startswith(":"):
        return False
    text = _ITALIC_TAGS.sub("''", line.lstrip(":")).strip()
    italic, position = False, 0
    for quotes in _QUOTES.finditer(text):
        if text[position : quotes.start()].strip() and not italic:
            return False
        if len(quotes[0]) != 3:
            italic = not italic
        position = quotes.end()
    return position > 0 and (italic or not text[position:].strip())


def _outermost(document: Document, index: int) -> tuple[int, int]:
    """Where the outermost construct that holds a template begins and ends, in the readable text."""
    construct = document.constructs[index]
    while construct.parent >= 0:
        construct = document.constructs[construct.parent]
    text = document.readable.text
    if "<" not in text[: construct.start] and "{|" not in text[: construct.start]:
        return construct.start, construct.end
    around = [
        (start, end)
        for start, end in _pairs(document)
        if start <= construct.start and construct.end <= end
    ]
    return (
        min([construct.start, *(start for start, _ in around)]),
        max([construct.end, *(end for _, end in around)]),
    )


def _pairs(document: Document) -> Iterator[tuple[int, int]]:
    """Paired tags and tables; a tag that is never closed holds the rest of the page."""
    text = document.readable.text
    held = [document.constructs[index] for index in document.children.get(-1, ())]
    starts = [construct.start for construct in held]
    opened: dict[str, list[int]] = {}
    for name, tag in _tags(text):
        before = bisect_right(starts, tag.start()) - 1
        if before >= 0 and tag.start() < held[before].end:
            continue
        if not tag["close"]:
            opened.setdefault(name, []).append(tag.start())
        elif opened.get(name):
            yield opened[name].pop(), tag.end()
    for name, waiting in opened.items():
        if name not in _CLOSED_BY_THE_WIKI:
            yield from ((start, len(text)) for start in waiting)


def _tags(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Tags that open or close something, and the marks of tables outside of tags, in their order."""
    tables = _TABLE.finditer(text) if "{|" in text else iter(())
    inside = 0
    for mark in merge(_TAG.finditer(text), tables, key=re.Match.start):
        if mark.start() < inside:
            continue
        inside = mark.end()
        if mark.re is _TABLE:
            yield "{|", mark
        elif mark["name"].lower() not in _VOID and not mark[0].endswith("/>"):
            yield mark["name"].lower(), mark
