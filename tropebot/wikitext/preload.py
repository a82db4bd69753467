"""A preload page as MediaWiki loads it into the edit box, and what of it must not stay on a page.

Must not know a page type. Source: `Parser::getPreloadText` (1.39): what is inside `<onlyinclude>` if
there is any, otherwise the text without `<noinclude>` parts and with `<includeonly>` tags taken off;
comments stay.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

import msgspec

from tropebot.wikitext.document import Document
from tropebot.wikitext.late import late
from tropebot.wikitext.names import function_name
from tropebot.wikitext.preprocess import LINK, MARKER
from tropebot.wikitext.shielding import COMMENT

_ONLY = late(r"<onlyinclude>(.*?)(?:</onlyinclude>|\Z)", re.DOTALL)
_PIECE = late(
    r"<!--.*?(?:-->|\Z)|<nowiki(?=[\s>])[^>]*>.*?</nowiki\s*>|<pre(?=[\s>])[^>]*>.*?</pre\s*>"
    r"|(?P<out><noinclude(?=[\s/>])[^>]*>(?<=/>)"
    r"|<noinclude(?=[\s/>])[^>]*>(?<!/>).*?(?:</noinclude\s*>|\Z)"
    r"|</?(?:includeonly|onlyinclude|noinclude)(?=[\s/>])[^>]*>)",
    re.DOTALL | re.IGNORECASE,
)
_ITEM = late(r"[*#]+[:;*#]*")
_KEPT_AS_IS = late(r"__[A-Z]+__|=+.*=+|-{4,}|;.*|.*:'*|'*examples?\b.*", re.IGNORECASE | re.DOTALL)
_LINE = late(r"^.+", re.MULTILINE)
_HEAD = 6
"""Characters by which most lines are told from all that is looked for."""
_WORD = late(r"[^\W\d_]{2,}")
_WORDS = late(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}")


def preloaded(text: str) -> str:
    """What of a preload page's text reaches the edit box."""
    if "<onlyinclude>" in text and "</onlyinclude>" in text:
        text = "".join(match[1] for match in _ONLY.finditer(text))
    return _PIECE.sub(lambda match: "" if match["out"] else match[0], text)


class Leftover(msgspec.Struct, frozen=True):
    """A piece of a preload that stands on a page as it stood there."""

    kind: str
    text: str
    line: int


def key_of(text: str) -> str:
    """The text by which two pieces are compared: without white space."""
    return "".join(text.split())


def leftovers(document: Document, known: Mapping[str, str]) -> Iterator[Leftover]:
    """The pieces of preloads on the page; ``known`` maps their keys to their kind (`boilerplate`)."""
    heads = frozenset(key[:_HEAD] for key in known)
    for kind, text, offset in chain(_comments(document), _lines(document, _beginning(heads))):
        if known.get(key_of(text)) == kind:
            yield Leftover(kind, text.strip(), document.line_at(offset))


@lru_cache(maxsize=8)
def _beginning(heads: frozenset[str]) -> re.Pattern[str]:
    """The lines that begin with one of these, white space aside: most lines need no other look."""
    spaced = sorted(r"[^\S\n]*".join(map(re.escape, head)) for head in heads)
    return re.compile(rf"^[^\S\n]*+(?:{'|'.join(spaced) or '(?!)'}).*", re.MULTILINE)


def boilerplate(document: Document) -> Mapping[str, str]:
    """A preload's help comments, sample bullets and placeholders, by what they are compared by.

    A placeholder is a line of text, or a template whose parameters are sentences; a label, a heading and
    the opener of the examples are meant to stay.
    """
    found: dict[str, str] = {}
    bare = _without_markup(document)
    for kind, text, offset in _pieces(document):
        if kind == "placeholder":
            line = document.line_at(offset)
            if not _is_placeholder(text, bare[line - 1]):
                continue
        found[key_of(text)] = kind
    return found


def _is_placeholder(text: str, bare: str) -> bool:
    text = text.strip()
    if _KEPT_AS_IS.fullmatch(text):
        return False
    if text.startswith("{{") and text.endswith("}}"):
        _, bar, parameters = text.partition("|")
        return bool(bar) and not function_name(text[2:]) and bool(_WORDS.search(parameters))
    return bool(_WORD.search(bare))


def _pieces(document: Document) -> Iterator[tuple[str, str, int]]:
    """Comments, list items and lines of text with their kind and offset in the page's own text."""
    return chain(_comments(document), _lines(document, _LINE))


def _comments(document: Document) -> Iterator[tuple[str, str, int]]:
    text = document.text
    for span in document.shielded:
        if span.kind == COMMENT and text[span.start + 4 : span.end].strip("-> \n"):
            yield "comment", text[span.start : span.end], span.start


def _lines(document: Document, wanted: re.Pattern[str]) -> Iterator[tuple[str, str, int]]:
    """The lines of the readable text that the pattern matches (from their beginnings), but blank ones."""
    readable = document.readable
    for match in wanted.finditer(readable.text):
        line = match[0]
        if line.strip() and MARKER not in line:
            indent = len(line) - len(line.lstrip())
            kind = "bullet" if _ITEM.match(line) else "placeholder"
            yield kind, line, readable.origin(match.start() + indent)


def _without_markup(document: Document) -> list[str]:
    """The page's own lines without braces and category links."""
    text = document.text
    categories = {use.index for use in document.categories}
    parts: list[str] = []
    position = 0
    for index in document.children.get(-1, ()):
        construct = document.constructs[index]
        if construct.kind == LINK and index not in categories:
            continue
        start = document.readable.origin(construct.start)
        end = document.readable.origin_of_end(construct.end)
        parts += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end
    return "".join((*parts, text[position:])).split("\n")
