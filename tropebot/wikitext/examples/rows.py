"""The lines of a page's flow, each with what it is: heading, label, list item, table row, text.

Must not know the region or put lines together. Follows `BlockLevelPass`, `handleHeadings` and
`handleTables` of MediaWiki 1.39.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import NamedTuple

from tropebot.wikitext.examples.edited import LABEL
from tropebot.wikitext.examples.flow import FILE_LINK, UNSEEN, Flow
from tropebot.wikitext.examples.inline import Line
from tropebot.wikitext.examples.vocabulary import name_key
from tropebot.wikitext.late import late

MARKERS = late(r"[*#:;]+")
_HEADING = late(r"\s*<h([1-6])(?=[\s>])[^<>]*>(.*)</h\1\s*>\s*", re.IGNORECASE)
_TABLE = late(r":*\s*\{\|")
_BOLD = late(r"'''|<b[\s>]|<strong[\s>]", re.IGNORECASE)
_LINK = late(r"\[\[[^\[\]]*\]\]|<[^<>]*>")
_DEFINED = late(r":(?!//)\s*\S")
_OPENS = late(r"examples(?: include| of(?: .+)?)?")
_SENTENCES = late(r"[.!?] ")

Read = Callable[[str], Line]
_TITLED = late(
    r"[ \t:*#;]*(?:'{2,5}(?:\[\[[^\[\]\n]{1,300}\]\]|[^'\[\]\n]{1,300})'{2,5}|\[\[[^\[\]\n]{1,300}\]\])"
    r"'{0,5} ?(?:\([^()\n]{1,60}\) ?)?(?::|[-–—])"
)


class Kind(Enum):
    """What a line is."""

    BLANK = auto()
    HEADING = auto()
    LABEL = auto()
    ITEM = auto()
    CONTINUED = auto()
    INDENTED = auto()
    TABLE = auto()
    APART = auto()
    TEXT = auto()


class Row(NamedTuple):
    """A line of the flow: ``text`` without its markers; ``level`` of a heading, depth of an item."""

    kind: Kind
    offset: int
    text: str
    level: int = 0
    name: str = ""
    opens: bool = False
    raw: str = ""

    @property
    def is_titled(self) -> bool:
        """Whether the line begins with a title and a colon or dash, as an entry of a list would."""
        return _TITLED.match(self.raw) is not None


_BLANK = Row(Kind.BLANK, -1, "")


class Rows:
    """The lines of the flow, each with what it is."""

    def __init__(self, flow: Flow, read: Read) -> None:
        self._flow = flow
        self._read = read
        self._tables = 0

    def __iter__(self) -> Iterator[Row]:
        offset = 0
        for line in self._flow.text.split("\n"):
            yield self._row(offset, line) if line else _BLANK
            offset += len(line) + 1

    def _row(self, offset: int, line: str) -> Row:
        bare = line.strip()
        if not bare:
            return _BLANK
        heading = _heading(line)
        if heading:
            level, text = heading
            name = name_key(self._read(text).shown)
            return Row(Kind.HEADING, offset, text, level, name, _opens(name, True), raw=line)
        if line[0] in "*#:;":
            return self._list_row(offset, line)
        if line[0] == LABEL:
            name = name_key(self._read(line[1:]).shown)
            return Row(Kind.LABEL, offset, line[1:], 0, name, _opens(name, True), raw=line)
        if line.startswith("----") or not bare.strip(f"{FILE_LINK}{UNSEEN} \t"):
            return Row(Kind.APART, offset, line, raw=line)
        if line[0].isspace() and bare[0] in "*#":
            return Row(Kind.INDENTED, offset, line, raw=line)
        if self._is_table(bare):
            return Row(Kind.TABLE, offset, line, raw=line)
        return self._text_row(offset, line)

    def _list_row(self, offset: int, line: str) -> Row:
        match = MARKERS.match(line)
        markers = match[0] if match else ""
        text = line[len(markers) :]
        if line[0] == ":" and self._is_table(line):
            return Row(Kind.TABLE, offset, line, raw=line)
        if line[0] == ";":
            name = name_key(self._read(term(text)).shown)
            return Row(Kind.LABEL, offset, text, 0, name, _opens(name, True), raw=line)
        if line[0] == ":" or markers[-1] in ":;":
            return Row(Kind.CONTINUED, offset, text, raw=line)
        return Row(Kind.ITEM, offset, text, len(markers), raw=line)

    def _is_table(self, bare: str) -> bool:
        if _TABLE.match(bare):
            self._tables += 1
            return True
        if self._tables and bare.startswith("|}"):
            self._tables -= 1
            return True
        return bool(self._tables) and bare[0] in "|!"

    def _text_row(self, offset: int, line: str) -> Row:
        if _BOLD.search(line):
            reading = self._read(line)
            if reading.bold:
                name = name_key(reading.shown)
                return Row(Kind.LABEL, offset, line, 0, name, _opens(name, True), raw=line)
        opens = False
        if "examples" in line.casefold():
            shown = self._read(line).shown
            opens = _opens(name_key(shown), shown.rstrip().endswith((":", "：")))
        return Row(Kind.TEXT, offset, line, opens=opens, raw=line)


def _heading(line: str) -> tuple[int, str] | None:
    if line[0] == "=":
        text = line.rstrip()
        left = len(text) - len(text.lstrip("="))
        if left == len(text):
            level = min(6, (left - 1) // 2)
            return (level, text[level:-level]) if level else None
        right = len(text) - len(text.rstrip("="))
        level = min(6, left, right)
        return (level, text[level:-level]) if level else None
    if "<" in line and (match := _HEADING.fullmatch(line)):
        return int(match[1]), match[2]
    return None


def term(text: str) -> str:
    """A `;` line's term: what stands before its definition."""
    bare = _LINK.sub(lambda match: "\x02" * len(match[0]), text)
    match = _DEFINED.search(bare)
    return text[: match.start()] if match else text


def _opens(name: str, marked: bool) -> bool:
    """Whether a line reads as an opener; ``marked``: a heading, in bold, or with a colon.

    A line of several sentences is prose, whatever it begins with.
    """
    if not _OPENS.fullmatch(name) or _SENTENCES.search(name):
        return False
    return marked or name != "examples"
