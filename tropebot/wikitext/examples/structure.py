"""The examples region of a page and the list items in it, read line by line.

Must not judge an item. What belongs to an item beyond MediaWiki's own lists (over blank lines, in
indented lines) is the wikis' own habit: docs/examples.md.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from tropebot.wikitext.examples.flow import OPENER, SUBPAGE, Flow
from tropebot.wikitext.examples.rows import MARKERS, Kind, Read, Row, Rows, term
from tropebot.wikitext.examples.values import TooMuch
from tropebot.wikitext.examples.vocabulary import Vocabulary, name_key
from tropebot.wikitext.late import late

MOST_ENTRIES = 10_000
"""More are no list for people."""

_LIST_TAG = late(r"<(/?)(li|ul|ol)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_ROW_TAG = late(r"<t[rdh](?=[\s/>])", re.IGNORECASE)
_NO_ROWS = ("{|", "|}", "|+")
_LONGEST_NAME = 300


class Item(msgspec.Struct):
    """A list item: its own first line, what continues it, and the items of the next level below it."""

    offset: int
    first: str
    more: list[str] = []
    children: list["Item"] = []
    excluded: bool = False


class Region(msgspec.Struct):
    """What stands in the examples region, or ``found`` is false; ``passed`` are offsets with reasons."""

    found: bool = False
    items: list[Item] = []
    notes: set[str] = msgspec.field(default_factory=set)
    passed: list[tuple[int, str]] = []


def region(flow: Flow, read: Read, words: Vocabulary, excluded: frozenset[str]) -> Region:
    """Finds the region and reads its items; ``excluded`` names sections whose entries do not count."""
    behind, rows, notes = _from_opener(Rows(flow, read), words)
    found = Region(found=rows is not None, notes=notes)
    if rows is None:
        found.notes.add("no-examples-section")
        return found
    skipped = words.not_examples | (words.real_life if flow.no_real_life else frozenset())
    reader = _Reader(found, words, read, skipped, excluded)
    if behind:
        reader.take(behind)
    for row in rows:
        reader.take(row)
    reader.end()
    return found


def _from_opener(
    rows: Iterable[Row], words: Vocabulary
) -> tuple[Row | None, Iterator[Row] | None, set[str]]:
    """What stands behind the opener in its line, the rows after it, and what to note of those before."""
    onward = iter(rows)
    before: list[Row] = []
    for row in onward:
        if row.opens or OPENER in row.raw:
            behind = row.raw.partition(OPENER)[2]
            offset = row.offset + len(row.raw) - len(behind)
            rest = Row(Kind.TEXT, offset, behind, raw=behind) if behind else None
            listed = _lists_under_medium(before, words)
            return rest, onward, {"bullets-before-opener"} if listed else set()
        before.append(row)
    media = (index for index, row in enumerate(before) if row.name in words.media)
    first = next(media, None)
    return None, None if first is None else iter(before[first:]), set()


def _lists_under_medium(rows: Iterable[Row], words: Vocabulary) -> bool:
    """Whether list items stand under a heading or label that names a medium."""
    level, label = 0, False
    for row in rows:
        if row.kind is Kind.HEADING:
            label = False
            if row.name in words.media:
                level = row.level
            elif row.level <= level:
                level = 0
        elif row.kind is Kind.LABEL:
            label = row.name in words.media
        elif (level or label) and (row.kind is Kind.ITEM or _starts_item(row.raw)):
            return True
    return False


def _starts_item(line: str) -> bool:
    return "<" in line and any(
        match[2].lower() == "li" and not match[1] for match in _LIST_TAG.finditer(line)
    )


class _Sections:
    """Which section or label is being read: skipped, or with entries that do not count."""

    def __init__(self, skipped: frozenset[str], excluded: frozenset[str]) -> None:
        self._skipped = skipped
        self._excluded = excluded
        self._levels = {"skipped": 0, "excluded": 0}
        self._labels = {"skipped": "", "excluded": ""}

    def heading(self, level: int, name: str) -> None:
        for what, names in (("skipped", self._skipped), ("excluded", self._excluded)):
            self._labels[what] = ""
            if self._levels[what] and level > self._levels[what]:
                continue
            self._levels[what] = level if name in names else 0

    def label(self, name: str, by: str) -> None:
        """A label, ``by`` a line or a bullet; a bullet in a skipped list of links is no label."""
        for what, names in (("skipped", self._skipped), ("excluded", self._excluded)):
            if by == "bullet" and self._labels[what] == "line":
                continue
            self._labels[what] = by if name in names else ""

    @property
    def skipped(self) -> bool:
        return bool(self._levels["skipped"] or self._labels["skipped"] == "line")

    @property
    def skipped_items(self) -> bool:
        return self.skipped or bool(self._labels["skipped"])

    @property
    def excluded(self) -> bool:
        return bool(self._levels["excluded"] or self._labels["excluded"])


class _Reader:
    """Reads the region's rows into items."""

    def __init__(
        self,
        found: Region,
        words: Vocabulary,
        read: Read,
        skipped: frozenset[str],
        excluded: frozenset[str],
    ) -> None:
        self._found = found
        self._words = words
        self._read = read
        self._sections = _Sections(skipped, excluded)
        self._bases = [0]
        self._item: Item | None = None
        self._depth = 0
        self._child_depth = 0
        self._last: Item | None = None
        self._wraps = False
        self._html: list[str] = []
        self._inside = 0
        self._lists = {"ul": 0, "ol": 0}
        self._listed = False
        self._tabled = False
        self._term = False
        self._awaits_first = False

    def take(self, row: Row) -> None:
        """Reads one more row."""
        if SUBPAGE in row.raw:
            self._found.notes.add("examples-on-subpages")
        if row.kind is Kind.HEADING:
            self._sections.heading(row.level, row.name)
            self._close()
            self._item = None
            self._bases = [0]
            while self._html:
                self._pop_html()
            return
        if row.kind is Kind.LABEL:
            self._sections.label(row.name, "line")
            self._close()
        if self._sections.skipped:
            return
        if row.kind is Kind.LABEL:
            self._definition(row)
        elif "<" in row.raw and _LIST_TAG.search(row.raw):
            self._html_row(row)
        else:
            self._plain_row(row)

    def end(self) -> None:
        """Says what only the whole region shows."""
        if self._tabled and not self._listed:
            self._found.notes.add("examples-not-in-list")

    def _close(self) -> None:
        self._last = None
        self._wraps = False

    def _definition(self, row: Row) -> None:
        self._term = row.raw[0] == ";"
        if self._term and term(row.text) != row.text:
            self._tabled = True

    def _plain_row(self, row: Row) -> None:
        if row.kind is Kind.ITEM:
            self._start_item(row.offset, row.level + self._inside, row.text)
        elif row.kind is Kind.CONTINUED:
            self._continue(row)
        elif row.kind is Kind.TEXT:
            self._text(row)
        elif row.kind is Kind.BLANK or row.kind is Kind.APART:
            self._wraps = False
        else:
            self._close()
            if row.kind is Kind.INDENTED:
                self._found.notes.add("indented-bullet")
            else:
                self._tabled = self._tabled or not row.raw.strip(" \t:").startswith(_NO_ROWS)
        if row.kind not in {Kind.BLANK, Kind.CONTINUED}:
            self._term = False

    def _continue(self, row: Row) -> None:
        if self._term and row.raw[0] == ":":
            self._tabled = True
        if self._last is not None:
            self._last.more.append(row.text)
            self._wraps = True
        else:
            self._pass(row)

    def _pass(self, row: Row) -> None:
        if row.is_titled:
            self._found.passed.append((row.offset, "outside-list"))

    def _text(self, row: Row) -> None:
        text = row.text
        if _ROW_TAG.search(text):
            self._tabled = True
        if self._wraps and self._last is not None:
            if self._awaits_first and not self._last.first.strip():
                self._last.first = text
            else:
                self._last.more.append(text)
            self._awaits_first = False
        else:
            self._last = None
            self._pass(row)

    def _start_item(self, offset: int, depth: int, text: str, *, html: bool = False) -> None:
        self._listed = True
        self._awaits_first = html
        while depth <= self._bases[-1] and len(self._bases) > 1:
            self._bases.pop()
            self._item = None
        if self._item is None or depth <= max(self._depth, self._bases[-1] + 1):
            self._start_entry(offset, depth, text)
        elif not self._item.children or depth <= self._child_depth:
            self._child_depth = depth
            self._last = Item(offset, text)
            self._item.children.append(self._last)
        else:
            self._last = self._item.children[-1]
            self._last.more.append(text)
        self._wraps = True

    def _start_entry(self, offset: int, depth: int, text: str) -> None:
        name = name_key(self._read(text).shown) if len(text) < _LONGEST_NAME else ""
        self._item = self._last = None
        if name in self._words.media:
            self._sections.label(name, "bullet")
            self._bases.append(depth)
            self._found.passed.append((offset, "label"))
            return
        self._item = self._last = Item(offset, text, excluded=self._sections.excluded)
        self._depth = depth
        if not self._sections.skipped_items:
            self._found.items.append(self._item)
            if len(self._found.items) > MOST_ENTRIES:
                raise TooMuch

    def _html_row(self, row: Row) -> None:
        """A line with `<li>`, `<ul>` or `<ol>`: read piece by piece."""
        opened_before = len(self._html)
        line_depth = 0
        tags = list(_LIST_TAG.finditer(row.raw))
        lead = row.raw[: tags[0].start()]
        if lead.strip():
            text = row.text.removesuffix(row.raw[len(lead) :])
            self._plain_row(
                Row(row.kind, row.offset, text, row.level, row.name, row.opens, raw=lead)
            )
            line_depth = row.level + self._inside if row.kind is Kind.ITEM else 0
        for tag, following in zip(tags, (*tags[1:], None), strict=True):
            text = row.raw[tag.end() : following.start() if following else len(row.raw)]
            offset = row.offset + tag.start()
            self._list_tag(tag, offset, text, line_depth, len(self._html) - opened_before)
        if line_depth:
            while len(self._html) > opened_before:
                self._pop_html()

    def _list_tag(
        self, tag: re.Match[str], offset: int, text: str, line_depth: int, opened: int
    ) -> None:
        name = tag[2].lower()
        if tag[1]:
            self._wraps = False
            self._close_html(name)
        elif name == "li":
            self._close_html("li")
            self._html.append("li")
            self._inside += 1
            nested = line_depth if opened or not line_depth else line_depth - 1
            self._start_item(offset, self._inside + nested, text, html=True)
            return
        else:
            self._html.append(name)
            self._lists[name] += 1
        if text.strip():
            self._text(Row(Kind.TEXT, offset, text, raw=text))

    def _close_html(self, name: str) -> None:
        """Closes an open `<li>` of the innermost list, or a list that is open."""
        if name == "li":
            if self._html and self._html[-1] == "li":
                self._pop_html()
        elif self._lists[name]:
            while self._pop_html() != name:
                pass

    def _pop_html(self) -> str:
        last = self._html.pop()
        if last == "li":
            self._inside -= 1
        else:
            self._lists[last] -= 1
        return last


def list_items(text: str) -> tuple[str, ...]:
    """The list items of a preload's text, without markers and comments, for `count_examples`."""
    return tuple(
        line[match.end() :]
        for line in text.split("\n")
        if (match := MARKERS.match(line)) and line[0] in "*#" and match[0][-1] in "*#"
    )
