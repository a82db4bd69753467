"""One line as it is shown: its text, titles, links and signature, and the work that it names.

Must not know lists or other lines. Follows `Parser::doQuotes` and `handleInternalLinks` of MediaWiki
1.39: links first, then runs of apostrophes line by line, in a link's label for themselves; what is
still open at the line's end is closed there. Character references are decoded when all else is done.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from tropebot.wikitext.examples.flow import CONTROLS, UNSIGNED
from tropebot.wikitext.examples.vocabulary import Leads, PageNames, Target
from tropebot.wikitext.names import decoded

_TOKEN = re.compile(
    r"\[\[(?P<target>[^\[\]{}<>|\n]++)"
    r"(?:\|(?P<label>(?:[^\[\]]|\[(?!\[)|\](?!\]))++))?\]\](?P<trail>[a-z]*)"
    r"|(?P<quotes>''+)"
    r"|</?(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>"
    r"|(?P<external>\[(?:(?:https?|ftp):)?//[^\s\[\]<>\"]+|\[mailto:[^\s\[\]<>\"]+)"
    r"|(?P<url>(?:https?|ftp)://(?:[^\s<>\[\]\"']|'(?!'))+)"
    r"|(?P<switch>__[A-Z]+__)"
    rf"|(?P<control>[{CONTROLS}]+)"
)
_ITALIC = frozenset({"i", "em", "cite"})
_BOLD = frozenset({"b", "strong"})
_GAPS = frozenset({"br", "p", "div", "td", "th", "tr", "li", "ul", "ol", "dd", "dt", "blockquote"})
_MARKS = '"“”„«»「」『』'
_QUOTE = re.compile(f"[{_MARKS}]")
_PAIRS = {"”": "“„", "»": "«", "」": "「", "』": "『"}
_LEADING = " \t\u00a0'‘’‹‚" + _MARKS
_SPEECH = (".", ",", "!", "?", "。", "、", "！", "？", "，")
_SIGNED = re.compile(r"~~~")
_DATE = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?[^\W\d_]{3,}\.?,? \d{4}\b"
    r"|\b[^\W\d_]{3,}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"[^\W_]+(?:(?:['’‐‑]|(?<!-)-(?!-))+[^\W_]+)*")
_TITLE_END = " \t\u00a0:,;"


@dataclass(frozen=True, slots=True)
class Words:
    """How many words: in scripts with spaces, and characters of scripts without."""

    spaced: int = 0
    unspaced: int = 0

    def __add__(self, other: "Words") -> "Words":
        return Words(self.spaced + other.spaced, self.unspaced + other.unspaced)

    @property
    def count(self) -> int:
        """Two characters of a script without spaces are a word."""
        return self.spaced + self.unspaced // 2


@dataclass(frozen=True, slots=True)
class Work:
    """A work as an entry names it; ``target`` is the linked page's title, ``""`` without a link.

    ``names`` are the texts that stand for it: of a link its target and label.
    """

    name: str
    target: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of a line.

    ``words`` counts without titles, ``own_words`` also without the link that names the work; ``rest``
    is what follows the title. ``bold`` says that all of it is bold, a final colon aside.
    """

    shown: str
    work: Work | None
    rest: str
    words: Words
    own_words: Words
    signed: bool
    bold: bool


@dataclass(frozen=True, slots=True)
class _Link:
    start: int
    end: int
    target: Target
    label: str


@dataclass(frozen=True, slots=True)
class _Span:
    """A part in italics or, marks and all, in quotation marks."""

    start: int
    end: int
    inner: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Title:
    """A span that is a title, and the work link that it is, holds or is held by."""

    span: _Span
    link: _Link | None


@dataclass(slots=True)
class _Shown:
    """What is put together while a line is read from left to right."""

    names: PageNames
    parts: list[str] = field(default_factory=list)
    length: int = 0
    links: list[tuple[int, int, Target]] = field(default_factory=list)
    italics: list[tuple[int, int]] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
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
        tokens = list(_TOKEN.finditer(text))
        marks = _apostrophes(text, tokens)
        italic_from = -1
        bold = False
        opened: dict[str, list[int]] = {}
        position = 0
        for token in tokens:
            self.add(decoded(text[position : token.start()]))
            position = token.end()
            if token["quotes"]:
                literal, italic, strong = marks[token.start()]
                self.add("'" * literal)
                if strong:
                    bold = not bold
                    self.strong += 1 if bold else -1
                if italic:
                    italic_from = self._toggled(italic_from)
            elif token["target"]:
                self._link(token)
            elif token["tag"]:
                self._tag(token, opened)
        self.add(decoded(text[position:]))
        if italic_from >= 0:
            self._toggled(italic_from)
        self.strong -= bold + sum(len(opened.get(name, ())) for name in _BOLD)

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
            if name in _ITALIC:
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
    links = [_Link(start, end, target, whole[start:end]) for start, end, target in shown.links]
    titles = _titles(whole, shown.italics, links)
    title, link = _naming(titles, links)
    taken = [(title.span.start, title.span.end) for title in titles]
    words = _words(_without(whole, taken))
    own_words, rest = words, ""
    if link is not None:
        own_words = _words(_without(whole, [*taken, (link.start, link.end)]))
    if title is not None or link is not None:
        rest = whole[max(title.span.end if title else 0, link.end if link else 0) :]
    return Line(
        shown=" ".join(whole.split()),
        work=_work(title, link),
        rest=rest,
        words=words,
        own_words=own_words,
        signed=_signed(text, whole, links),
        bold=shown.any_strong and "".join(shown.plain).strip() in {"", ":"},
    )


def _titles(whole: str, italics: Sequence[tuple[int, int]], links: Sequence[_Link]) -> list[_Title]:
    """The spans that are titles, in the order in which they begin."""
    spans = [_Span(a, b, whole[a:b], False) for a, b in italics if whole[a:b].strip()]
    spans += _quotations(whole)
    spans.sort(key=lambda span: (span.start, span.end))
    ends = [link.end for link in links]
    found: list[_Title] = []
    for span in spans:
        link = _overlapping(span, links, ends)
        if link is not None or _reads_as_title(span):
            found.append(_Title(span, link))
    return found


def _overlapping(span: _Span, links: Sequence[_Link], ends: Sequence[int]) -> _Link | None:
    """The first link to a work that the span is, holds or is held by."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if ends[middle] > span.start:
            high = middle
        else:
            low = middle + 1
    while low < len(links) and links[low].start < span.end:
        if links[low].target.leads is Leads.WORK:
            return links[low]
        low += 1
    return None


def _reads_as_title(span: _Span) -> bool:
    if span.quoted:
        text = span.inner.strip()
        return not text.endswith(_SPEECH) and _WORD.search(text) is not None
    first = span.inner.lstrip(_LEADING)[:1]
    return bool(first) and unicodedata.category(first) in {"Lu", "Lt", "Lo", "Nd", "Nl", "No"}


def _quotations(whole: str) -> list[_Span]:
    """Everything in paired double quotation marks; a mark after a digit (`7"`) opens nothing."""
    found: list[_Span] = []
    opened: dict[str, int] = {}
    for match in _QUOTE.finditer(whole):
        mark, at = match[0], match.start()
        before, after = whole[at - 1 : at], whole[at + 1 : at + 2]
        opening = ""
        if mark == '"':
            opening = '"' if '"' in opened and not _opens_again(before, after) else ""
            if not opening and not (before.isdigit() or after.isspace() or not after):
                opened['"'] = at
        elif mark == "“":
            opening = "„" if "„" in opened else ""
            if not opening:
                opened["“"] = at
        elif mark in _PAIRS:
            opening = next((mate for mate in _PAIRS[mark] if mate in opened), "")
        else:
            opened[mark] = at
        if opening:
            start = opened.pop(opening)
            found.append(_Span(start, at + 1, whole[start + 1 : at], True))
    return found


def _opens_again(before: str, after: str) -> bool:
    return before.isspace() and after.isalnum()


def _naming(titles: Sequence[_Title], links: Sequence[_Link]) -> tuple[_Title | None, _Link | None]:
    """The title and the link that name the work, by the order of docs/examples.md."""
    linked = next((title for title in titles if title.link), None)
    if linked is not None:
        return linked, linked.link
    italic = next((title for title in titles if not title.span.quoted), None)
    if italic is not None:
        return italic, None
    link = next((link for link in links if link.target.leads is Leads.WORK), None)
    if link is not None:
        return None, link
    return next(iter(titles), None), None


def _work(title: _Title | None, link: _Link | None) -> Work | None:
    if link is not None:
        page = link.target.page.name
        texts = [page, page.partition("/")[0], link.label]
        if title is not None:
            texts.append(title.span.inner)
        names = frozenset(key for key in map(work_key, texts) if key)
        return Work(page, work_key(page.partition("/")[0] or page), names)
    if title is not None:
        name = _bare(title.span.inner)
        return Work(name, "", frozenset({work_key(name)}))
    return None


def work_key(name: str) -> str:
    """A title without what makes no difference: case, underscores, a leading article."""
    words = _bare(name.replace("_", " ")).casefold().split()
    if len(words) > 1 and words[0] in {"the", "a", "an"}:
        words = words[1:]
    return unicodedata.normalize("NFC", " ".join(words))


def _bare(name: str) -> str:
    """A title without the marks and separators round it."""
    return " ".join(name.rstrip(_TITLE_END + _MARKS).lstrip(" \t\u00a0" + _MARKS).split())


def _without(whole: str, taken: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in sorted(taken):
        if start > position:
            parts.append(whole[position:start])
        position = max(position, end)
    parts.append(whole[position:])
    return " ".join(parts)


def _words(text: str) -> Words:
    if text.isascii():
        return Words(len(_WORD.findall(text)))
    text = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in {"Mn", "Mc", "Me", "Cf"}
    )
    text, unspaced = _UNSPACED.subn(" ", text)
    return Words(len(_WORD.findall(text)), unspaced)


def _signed(text: str, whole: str, links: Sequence[_Link]) -> bool:
    if UNSIGNED in text or _SIGNED.search(text):
        return True
    if not any(link.target.leads is Leads.USER for link in links):
        return False
    return "(talk)" in whole.casefold() or _DATE.search(whole) is not None
