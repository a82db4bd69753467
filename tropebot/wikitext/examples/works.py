"""Titles in a shown line, the work that they or a link name, and the words beside them.

Must not read markup: it is given what a line shows and where italics and links stand in it.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from tropebot.wikitext.examples.values import TooMuch
from tropebot.wikitext.examples.vocabulary import Leads, Target
from tropebot.wikitext.late import late

_MARKS = '"“”„«»「」『』'
_QUOTE = late(f"[{_MARKS}]")
_PAIRS = {"”": "“„", "»": "«", "」": "「", "』": "『"}
_LEADING = " \t\u00a0'‘’‹‚" + _MARKS
_SPEECH = (".", ",", "!", "?", "。", "、", "！", "？", "，")
_UNSPACED = late(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_WORD = late(r"[^\W_]+(?:(?:['’‐‑]|(?<!-)-(?!-))+[^\W_]+)*")
MOST_MARKS = 20_000
"""Quotation marks in one line; more are no sentence for people."""
_TITLE_END = " \t\u00a0:,;"


class Words(msgspec.Struct, frozen=True):
    """How many words: in scripts with spaces, and characters of scripts without."""

    spaced: int = 0
    unspaced: int = 0

    def __add__(self, other: "Words") -> "Words":
        return Words(self.spaced + other.spaced, self.unspaced + other.unspaced)

    @property
    def count(self) -> int:
        """Two characters of a script without spaces are a word."""
        return self.spaced + self.unspaced // 2


class Work(msgspec.Struct, frozen=True):
    """A work as an entry names it; ``target`` is the linked page's title, ``""`` without a link.

    ``names`` are the texts that stand for it: of a link its target and label.
    """

    name: str
    target: str
    names: frozenset[str]


class Link(msgspec.Struct, frozen=True):
    start: int
    end: int
    target: Target
    label: str


class _Span(msgspec.Struct, frozen=True):
    """A part in italics or, marks and all, in quotation marks."""

    start: int
    end: int
    inner: str
    quoted: bool


class Title(msgspec.Struct, frozen=True):
    """A span that is a title, and the work link that it is, holds or is held by."""

    span: _Span
    link: Link | None


def titles(whole: str, italics: Sequence[tuple[int, int]], links: Sequence[Link]) -> list[Title]:
    """The spans that are titles, in the order in which they begin."""
    spans = [_Span(a, b, whole[a:b], False) for a, b in italics if whole[a:b].strip()]
    spans += _quotations(whole)
    spans.sort(key=lambda span: (span.start, span.end))
    works = [link for link in links if link.target.leads is Leads.WORK]
    ends = [link.end for link in works]
    found: list[Title] = []
    for span in spans:
        link = _overlapping(span, works, ends)
        if link is not None or _reads_as_title(span):
            found.append(Title(span, link))
    return found


def _overlapping(span: _Span, works: Sequence[Link], ends: Sequence[int]) -> Link | None:
    """The first link to a work that the span is, holds or is held by."""
    first = bisect_right(ends, span.start)
    return works[first] if first < len(works) and works[first].start < span.end else None


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
    if sum(map(whole.count, _MARKS)) > MOST_MARKS:
        raise TooMuch
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


def naming(titles: Sequence[Title], links: Sequence[Link]) -> tuple[Title | None, Link | None]:
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


def named_work(title: Title | None, link: Link | None) -> Work | None:
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


def without(whole: str, taken: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in sorted(taken):
        if start > position:
            parts.append(whole[position:start])
        position = max(position, end)
    parts.append(whole[position:])
    return " ".join(parts)


def words_in(text: str) -> Words:
    if text.isascii():
        return Words(len(_WORD.findall(text)))
    text = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in {"Mn", "Mc", "Me", "Cf"}
    )
    text, unspaced = _UNSPACED.subn(" ", text)
    return Words(len(_WORD.findall(text)), unspaced)
