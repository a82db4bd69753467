"""Votes on a talk page: who is in favour and who objects, by the patterns of a policy.

Must not decide how many votes are enough. What is in a comment, a shielding tag or struck out is no vote. In
doubt a vote in favour does not count and an objection does.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from tropebot.wikitext.document import Document
from tropebot.wikitext.late import late
from tropebot.wikitext.names import plain, title
from tropebot.wikitext.patterns import any_of

UNSIGNED = "?"
"""Stands for whoever objected without a signature."""

_STRIKE = late(r"<(/?)(?:s|strike|del)(?:\s[^<>]*)?>", re.IGNORECASE)
_SURROGATE = late("[\ud800-\udfff]")  # RE2 reads none
_MARKERS = " \t*#:;"
_QUOTES = late(r"'{2,5}|<[^<>]*>")
_LINK = late(r"\[\[\s*:?\s*([^\[\]|\n]+)")
_HEADING = late(r"(={1,6})(.+?)\1[ \t]*")
_HEADING_MARKS = late(r"'{2,5}|\[\[(?:[^\[\]|]*\|)?|\]\]")
_USER, _USER_TALK, _SPECIAL = 2, 3, -1


class Votes(msgspec.Struct, frozen=True, kw_only=True):
    """Who voted, each once, in the order of the page; ``against`` may hold `UNSIGNED`."""

    support: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def votes(
    document: Document, *, section: str, support: Sequence[str], oppose: Sequence[str]
) -> Votes:
    """The votes on a talk page: lines that a pattern matches as a whole, their list marks taken off.

    The next signature, before another vote or a heading, is the voter's. A vote in favour counts with the
    signature of an account, and of several sections of that name in the last one.
    """
    text = _SURROGATE.sub("\ufffd", document.readable.text)
    wanted = _heading_key(section)
    said = tuple(_sections(_without_struck(text, open_ends=True), wanted))
    unstruck = tuple(_sections(_without_struck(text, open_ends=False), wanted))
    against = [
        name for lines in unstruck for name in _voters(lines, oppose, (*support, *oppose), document)
    ]
    in_favour = [
        name
        for lines in said[-1:]
        for name in _voters(lines, support, (*support, *oppose), document)
        if name and not _is_address(name)
    ]
    return Votes(
        support=tuple(dict.fromkeys(in_favour)),
        against=tuple(dict.fromkeys(name or UNSIGNED for name in against)),
    )


def _without_struck(text: str, *, open_ends: bool) -> str:
    """The text without what is struck out, nested or not; with ``open_ends`` also what is never closed."""
    kept: list[str] = []
    depth = position = 0
    for tag in _STRIKE.finditer(text):
        if not depth:
            kept.append(text[position : tag.start()])
            position = tag.start()
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if not depth:
            kept.append("\n" * text.count("\n", position, tag.end()))
            position = tag.end()
    if depth and not open_ends:
        return text
    return "".join((*kept, "" if depth else text[position:]))


def _sections(text: str, wanted: str) -> Iterator[list[str]]:
    """The lines of each section with that heading, its subsections too; without a heading, the whole page."""
    lines = text.split("\n")
    if not wanted:
        yield lines
        return
    found: list[str] | None = None
    within = 0
    for line in lines:
        heading = _HEADING.fullmatch(line)
        level = len(heading[1]) if heading else 0
        if heading and (found is None or level <= within):
            if found is not None:
                yield found
            found = [] if _heading_key(heading[2]) == wanted else None
            within = level
        elif found is not None:
            found.append(line)
    if found is not None:
        yield found


def _voters(
    lines: Iterable[str], patterns: Sequence[str], every: Sequence[str], document: Document
) -> Iterator[str]:
    """Who made each vote that one of the patterns tells; an empty name where nobody signed it."""
    is_vote, is_any = any_of(tuple(patterns)), any_of(tuple(every))
    if is_vote is None or is_any is None:
        return
    waits = False
    for line in lines:
        shown = _QUOTES.sub("", line).strip().lstrip(_MARKERS).strip()
        if waits and (is_any.fullmatch(shown) or _HEADING.fullmatch(line)):
            yield ""
            waits = False
        waits = waits or bool(is_vote.fullmatch(shown))
        if waits and (name := _signature(line, document)):
            yield name
            waits = False
    if waits:
        yield ""


def _signature(line: str, document: Document) -> str:
    """The account or address to whose user pages or contributions the line's last such link leads."""
    name = ""
    for link in _LINK.finditer(line):
        page = title(link[1], document.facts)
        if page.interwiki or not page.name:
            continue
        if page.namespace in (_USER, _USER_TALK):
            name = page.name.partition("/")[0]
        elif page.namespace == _SPECIAL and "/" in page.name:
            name = page.name.partition("/")[2]
    return name


def _is_address(name: str) -> bool:
    """An address, or a temporary account as MediaWiki names them: nobody knows whether two are two people."""
    return name.startswith("~2") or bool(
        re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*", name)
    )


def _heading_key(text: str) -> str:
    return plain(_HEADING_MARKS.sub("", text)).casefold()
