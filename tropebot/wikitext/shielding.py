"""Which parts of a text MediaWiki does not read as wikitext: comments, `<nowiki>`, `<includeonly>` …

One linear pass from left to right, as the preprocessor does it: what opens first wins. Must not parse
templates or links. Source: Manual:Parser, `Preprocessor_Hash` (1.39): an unclosed comment or
inclusion tag runs to the end of the text, an unclosed extension tag is literal text.
"""

import re
from collections.abc import Collection
from functools import lru_cache

import msgspec

from tropebot.wikitext.late import late

COMMENT = "comment"
INCLUDEONLY = "includeonly"
INCLUSION_TAG = "inclusion-tag"


class Span(msgspec.Struct, frozen=True):
    """``text[start:end]`` is not wikitext; ``kind`` is ``comment``, a tag's name or ``inclusion-tag``."""

    start: int
    end: int
    kind: str


@lru_cache(maxsize=16)
def _opener(tags: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, tags), key=len, reverse=True))
    return re.compile(
        rf"<!--|<(?P<tag>{names}|includeonly)(?=[\s/>])(?P<attributes>[^>]*)>"
        r"|</?(?:noinclude|onlyinclude)(?=[\s/>])[^>]*>|</includeonly\s*>",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def _closer(tag: str) -> re.Pattern[str]:
    return re.compile(rf"</{re.escape(tag)}\s*>", re.IGNORECASE)


def shielded(text: str, tags: Collection[str]) -> tuple[Span, ...]:
    """The parts of a page's own text that are not wikitext when the page itself is shown.

    ``tags`` are the extension tags that shield their content. The tags of ``noinclude`` and
    ``onlyinclude`` are spans of their own; what stands between them is wikitext.
    """
    if "<" not in text:
        return ()
    opener = _opener(frozenset(tag.lower() for tag in tags))
    spans: list[Span] = []
    unclosed: set[str] = set()
    position = 0
    # behind the last `>` no tag is complete: not looking for its end there keeps the pass linear
    last = text.rfind(">") + 1
    while match := opener.search(text, position, last):
        start, end = match.span()
        tag = (match["tag"] or "").lower()
        if match[0] == "<!--":
            close = text.find("-->", end)
            end, kind = (len(text) if close < 0 else close + 3), COMMENT
        elif not tag:
            kind = INCLUSION_TAG
        elif match["attributes"].endswith("/"):
            kind = tag
        elif tag in unclosed:
            position = end
            continue
        else:
            closer = _closer(tag).search(text, end)
            if closer is None and tag != INCLUDEONLY:
                unclosed.add(tag)
                position = end
                continue
            end, kind = (closer.end() if closer else len(text)), tag
        spans.append(Span(start, end, kind))
        position = end
    comment = text.find("<!--", position)
    if comment >= 0:
        spans.append(Span(comment, len(text), COMMENT))
    return tuple(spans)


def blanked(text: str, spans: Collection[Span]) -> str:
    """The text with every span's characters replaced by spaces, newlines kept: offsets and lines stay."""
    parts: list[str] = []
    position = 0
    for span in spans:
        parts.append(text[position : span.start])
        parts.append(_BLANK.sub(" ", text[span.start : span.end]))
        position = span.end
    parts.append(text[position:])
    return "".join(parts)


def removed(text: str, spans: Collection[Span]) -> str:
    """The text without the spans, as the preprocessor passes it on."""
    parts: list[str] = []
    position = 0
    for span in spans:
        parts.append(text[position : span.start])
        position = span.end
    parts.append(text[position:])
    return "".join(parts)


_BLANK = late(r"[^\n]")
