"""One line as it is shown: its text, titles, links and signature, and the work that it names.

Must not know lists or other lines. Follows `Parser::doQuotes` and `handleInternalLinks` of MediaWiki
1.39: links first, then runs of apostrophes line by line, in a link's label for themselves; what is
still open at the line's end is closed there. Character references are decoded when all else is done.
"""

import re
from collections.abc import Sequence
from itertools import islice

import msgspec

from tropebot.wikitext.examples.flow import CONTROLS, UNSIGNED
from tropebot.wikitext.examples.values import TooMuch
from tropebot.wikitext.examples.vocabulary import Leads, PageNames, Target
from tropebot.wikitext.examples.works import (
    Link,
    Words,
    Work,
    named_work,
    naming,
    titles,
    without,
    words_in,
)
from tropebot.wikitext.late import late
from tropebot.wikitext.names import decoded

_TOKEN = late(
    r"\[\[(?P<target>[^\[\]{}<>|\n]++)"
    r"(?:\|(?P<label>(?:[^\[\]]|\[(?!\[)|\](?!\]))++))?\]\](?P<trail>[a-z]*)"
    r"|(?P<quotes>''+)"
    r"|</?(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>"
    r"|(?P<external>\[(?:(?:https?|ftp):)?//[^\s\[\]<>\"]+|\[mailto:[^\s\[\]<>\"]+)"
    r"|(?P<end>\])"
    r"|(?P<url>(?:https?|ftp)://(?:[^\s<>\[\]\"']++|'(?!'))++)"
    r"|(?P<switch>__[A-Z]+__)"
    rf"|(?P<control>[{CONTROLS}]+)"
)
MOST_TOKENS = 20_000
"""Links, tags and runs of apostrophes in one line; more are no sentence for people."""

_DEEPEST_ITALICS = 10
_ITALIC = frozenset({"i", "em", "cite"})
_BOLD = frozenset({"b", "strong"})
_GAPS = frozenset({"br", "p", "div", "td", "th", "tr", "li", "ul", "ol", "dd", "dt", "blockquote"})
_SIGNED = late(r"~~~")
_DATE = late(
    r"\b\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?[^\W\d_]{3,}\.?,? \d{4}\b"
    r"|\b[^\W\d_]{3,}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
)


class Line(msgspec.Struct, frozen=True):
    """What is shown of a line.

    ``beside`` is the text without titles and ``words`` counts it; ``own_words`` counts it also without
    the link that names the work; ``rest`` is what follows the title. ``bold`` says that all of it is
    bold, a final colon aside.
    """

    shown: str
    work: Work | None
    rest: str
    beside: str
    words: Words
    own_words: Words
    signed: bool
    bold: bool


class _State(msgspec.Struct):
    """What is open while a line, or a label, is read: ``opened`` holds where tags began, by name."""

    italic_from: int = -1
    bold: bool = False
    outside: bool = False
    opened: dict[str, list[int]] = {}


class _Shown(msgspec.Struct):
    """What is put together while a line is read from left to right."""

    names: PageNames
    parts: list[str] = []
    length: int = 0
    links: list[tuple[int, int, Target]] = []
    italics: list[tuple[int, int]] = []
    plain: list[str] = []
    strong: int = 0
    any_strong: bool = False

    def add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)
            if self.strong > 0:
                self.any_strong = True
            else:
                self.plain.append(text)

    def read(self, text: str) -> None:
        """Shows a line, or a label, with the apostrophes and tags in it."""
        tokens = list(islice(_TOKEN.finditer(text), MOST_TOKENS + 1))
        if len(tokens) > MOST_TOKENS:
            raise TooMuch
        marks = _apostrophes(text, tokens)
        state = _State()
        position = 0
        for token in tokens:
            self.add(decoded(text[position : token.start()]))
            position = token.end()
            if token["quotes"]:
                self._apostrophes(marks[token.start()], state)
            elif token["target"]:
                self._link(token)
            elif token["tag"]:
                self._tag(token, state.opened)
            elif token["external"] or token["end"]:
                self.add("]" if token["end"] and not state.outside else "")
                state.outside = bool(token["external"])
        self.add(decoded(text[position:]))
        if state.italic_from >= 0:
            self._toggled(state.italic_from)
        self.strong -= state.bold + sum(len(state.opened.get(name, ())) for name in _BOLD)

    def _apostrophes(self, mark: tuple[int, bool, bool], state: "_State") -> None:
        literal, italic, strong = mark
        self.add("'" * literal)
        if strong:
            state.bold = not state.bold
            self.strong += 1 if state.bold else -1
        if italic:
            state.italic_from = self._toggled(state.italic_from)

    def _toggled(self, start: int) -> int:
        if start < 0:
            return self.length
        self.italics.append((start, self.length))
        return -1

    def _tag(self, token: re.Match[str], opened: dict[str, list[int]]) -> None:
        name = token["tag"].lower()
        if name in _GAPS:
            self.add(" ")
        if name not in _ITALIC and name not in _BOLD:
            return
        starts = opened.setdefault(name, [])
        if token[0][1] != "/":
            starts.append(self.length)
            self.strong += name in _BOLD
        elif starts:
            start = starts.pop()
            self.strong -= name in _BOLD
            if name in _ITALIC and len(starts) < _DEEPEST_ITALICS:
                self.italics.append((start, self.length))

    def _link(self, token: re.Match[str]) -> None:
        start = self.length
        if token["label"] is None:
            self.add(decoded(token["target"]).strip().removeprefix(":"))
        else:
            self.read(token["label"])
        self.add(token["trail"])
        self.links.append((start, self.length, self.names.target(token["target"])))


def _apostrophes(text: str, tokens: Sequence[re.Match[str]]) -> dict[int, tuple[int, bool, bool]]:
    """Runs of apostrophes by offset: how many are literal, whether italics and bold change there."""
    runs = [token for token in tokens if token["quotes"]]
    literal = [_LITERAL.get(len(run[0]), max(0, len(run[0]) - 5)) for run in runs]
    kind = [len(run[0]) - extra for run, extra in zip(runs, literal, strict=True)]
    italics = sum(1 for width in kind if width != 3)
    bolds = sum(1 for width in kind if width != 2)
    if italics % 2 and bolds % 2:
        odd = _misread(text, tokens, kind)
        if odd >= 0:
            literal[odd] += 1
            kind[odd] = 2
    return {
        run.start(): (extra, width != 3, width != 2)
        for run, extra, width in zip(runs, literal, kind, strict=True)
    }


_LITERAL = {2: 0, 3: 0, 4: 1}


def _misread(text: str, tokens: Sequence[re.Match[str]], kind: Sequence[int]) -> int:
    """Which bold mark is an apostrophe before italics: after a single letter, a word, a space; or -1."""
    multi = space = -1
    index = -1
    since = 0
    link_end = -1
    for token in tokens:
        if token["target"]:
            link_end = token.end()
        if not token["quotes"]:
            continue
        index += 1
        start = token.start()
        before = "->" if start == link_end else text[max(since, start - 2) : start]
        since = token.end()
        if kind[index] != 3:
            continue
        if len(token[0]) == 4:
            before = before[-1:] + "'"
        if before[-1:] == " ":
            space = index if space < 0 else space
        elif len(before) == 2 and before[0] == " ":
            return index
        elif multi < 0:
            multi = index
    return multi if multi >= 0 else space


def read_line(text: str, names: PageNames) -> Line:
    """What is shown of one line of the flow."""
    shown = _Shown(names)
    shown.read(text)
    whole = "".join(shown.parts)
    links = [Link(start, end, target, whole[start:end]) for start, end, target in shown.links]
    found = titles(whole, shown.italics, links)
    title, link = naming(found, links)
    taken = [(title.span.start, title.span.end) for title in found]
    beside = without(whole, taken)
    words = words_in(beside)
    own_words, rest = words, ""
    if link is not None:
        own_words = words_in(without(whole, [*taken, (link.start, link.end)]))
    if title is not None or link is not None:
        rest = whole[max(title.span.end if title else 0, link.end if link else 0) :]
    return Line(
        shown=" ".join(whole.split()),
        work=named_work(title, link),
        rest=rest,
        beside=beside,
        words=words,
        own_words=own_words,
        signed=_signed(text, whole, links),
        bold=shown.any_strong and "".join(shown.plain).strip() in {"", ":"},
    )


def _signed(text: str, whole: str, links: Sequence[Link]) -> bool:
    if UNSIGNED in text or _SIGNED.search(text):
        return True
    if not any(link.target.leads is Leads.USER for link in links):
        return False
    return "(talk)" in whole.casefold() or _DATE.search(whole) is not None
