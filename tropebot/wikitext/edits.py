"""Changes of a page's text: flags on and off, templates and categories off, missing markup added.

Must not decide whether a change is wanted or ours to make. Every change is cut or put in at offsets of the
text itself, so that all else stays as it is, byte by byte; nothing in a comment or `<nowiki>` is touched.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from tropebot.wikitext.document import Document
from tropebot.wikitext.inert import inert

_BLANK = " \t"


class Piece(msgspec.Struct, frozen=True, order=True):
    """``text[start:end]`` is to be cut."""

    start: int
    end: int


def has_template(document: Document, names: Collection[str]) -> bool:
    """Whether one of the templates (canonical names) is used, with whatever parameters."""
    return not document.template_names.isdisjoint(names)


def with_template(
    document: Document, template: str, parameters: Mapping[str, str], *, names: Collection[str]
) -> str:
    """The text with the template as its first line; unchanged where one of ``names`` stands already.

    Values are made inert, so that the page gets exactly this template; those left empty are left out.
    """
    if has_template(document, names):
        return document.text
    values = "".join(f"|{name}={inert(value)}" for name, value in parameters.items() if value)
    return f"{{{{{template}{values}}}}}\n{document.text}"


def without(
    document: Document, *, templates: Collection[str] = (), categories: Collection[str] = ()
) -> str:
    """The text without these templates (whatever their parameters) and categories (whatever their sort key).

    Names are canonical. A line that holds nothing else goes too, and white space behind what began a line:
    at the start of a line it would be markup.
    """
    pieces = [
        *(Piece(use.start, use.end) for use in document.uses(templates)),
        *(Piece(use.start, use.end) for use in document.categories if use.name in categories),
    ]
    return _cut(document.text, pieces)


def _cut(text: str, pieces: Iterable[Piece]) -> str:
    kept: list[str] = []
    for start, end, cuts in _lines(text, sorted(pieces)):
        line = text[start:end]
        if cuts:
            line = "".join(text[a:b] for a, b in _between(start, end, cuts))
            if not line.strip():
                continue
            if not text[start : cuts[0].start].strip(_BLANK):
                line = line.lstrip(_BLANK)
        kept.append(line)
    result = "".join(kept)
    lost_last_line = result.endswith("\n") and not text.endswith("\n")
    return result[:-1] if lost_last_line else result


def _lines(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int, list[Piece]]]:
    """Lines with their ends, and the outermost pieces in each; a line break inside a piece ends no line."""
    start = number = 0
    while start < len(text):
        cuts: list[Piece] = []
        end = _line_end(text, start)
        while number < len(pieces) and pieces[number].start < end:
            piece = pieces[number]
            number += 1
            if not cuts or piece.end > cuts[-1].end:
                cuts.append(piece)
                end = max(end, _line_end(text, piece.end))
        yield start, end, cuts
        start = end


def _line_end(text: str, position: int) -> int:
    return (text.find("\n", position) + 1) or len(text)


def _between(start: int, end: int, cuts: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    for piece in cuts:
        yield start, piece.start
        start = piece.end
    yield start, end
