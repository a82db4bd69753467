"""A page's text as MediaWiki's preprocessor reads it: what is left of it, and its braces and links.

Must not judge names or know a page type. Linear in the length of any text, whatever is left open in
it: one pass takes out comments and shielded parts, one pass over a stack pairs `{{…}}`, `{{{…}}}` and
`[[…]]` by the rules of `Preprocessor_Hash` (1.39): the innermost opening counts, a run is paired from
the inside, and what is never closed is literal text.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from tropebot.wikitext.late import late
from tropebot.wikitext.shielding import COMMENT, INCLUDEONLY, INCLUSION_TAG, Span

TEMPLATE = "{{"
ARGUMENT = "{{{"
LINK = "[["
DEEPEST = 100
"""Constructs around one that MediaWiki still expands (`$wgMaxPPExpandDepth`); deeper ones are unused."""

LONGEST_NAME = 2_000
"""Characters in which a name of a call is looked for, white space round it included."""

MARKER = "\x7f"
"""Stands for a shielded part: something is shown there, and no title may hold it."""

_INVISIBLE = frozenset({COMMENT, INCLUDEONLY, INCLUSION_TAG, "templatestyles"})
# A link with no bracket or brace in it is one token: most of a page's constructs are such links.
_TOKENS = r"\[\[(?P<plain>[^\[\]{}]*+)\]\](?!\])|\{\{+|\}\}+|\[\[+|\]\]+|\||\n(?==)"
_TOKEN = late(f"(?P<token>{_TOKENS})")
# The same, but of plain links only those that may lead out of the main namespace, or whose marks may count
# for what is round them. What is passed over is passed over in one go; no match begins in it.
_MUTE_LINK = r"\[\[[^\[\]{}:&%<=\n']*+(?:'(?!')[^\[\]{}:&%<=\n']*+)*+\]\](?!\])"
_TELLING = late(
    rf"(?:[^\[\]{{}}|\n]++|\n(?!=)|{_MUTE_LINK}|\[(?!\[)|\](?!\])|\{{(?!\{{)|\}}(?!\}}))*+"
    rf"(?:(?P<token>{_TOKENS})|\Z)"
)
_HEADING = "\n"


class Readable(msgspec.Struct, frozen=True):
    """A text without its comments and shielded parts; ``origin`` maps an offset back to the page."""

    text: str
    _starts: tuple[int, ...] = (0,)
    _shifts: tuple[int, ...] = (0,)

    def origin(self, offset: int) -> int:
        """Where the character at ``offset`` stands in the page's own text."""
        return offset + self._shifts[bisect_right(self._starts, offset) - 1]

    def origin_of_end(self, offset: int) -> int:
        """Where a part ends in the page's own text that ends before ``offset`` here."""
        if not offset:
            return 0
        following = bisect_left(self._starts, offset)
        if self.text[offset - 1] == MARKER and self._starts[following : following + 1] == (offset,):
            return offset + self._shifts[following]
        return self.origin(offset - 1) + 1


def readable(text: str, spans: Collection[Span]) -> Readable:
    """What the preprocessor passes on of a text without its comments and shielded parts (``spans``)."""
    parts: list[str] = []
    starts, shifts = [0], [0]
    position = length = 0
    if not spans:
        return Readable(text)
    for span in spans:
        parts.append(text[position : span.start])
        length += span.start - position
        position = span.end
        if span.kind not in _INVISIBLE:
            parts.append(MARKER)
            starts.append(length)
            shifts.append(span.start - length)
            length += 1
        starts.append(length)
        shifts.append(span.end - length)
    parts.append(text[position:])
    return Readable("".join(parts), tuple(starts), tuple(shifts))


class Construct(NamedTuple):
    """A paired `{{…}}`, `{{{…}}}` or `[[…]]`; ``bars`` are the offsets of its own bars.

    ``parent`` is the index of the construct that holds it, or -1.
    """

    kind: str
    start: int
    end: int
    bars: tuple[int, ...]
    parent: int = -1

    @property
    def inner(self) -> tuple[int, int]:
        """Where what stands between the brackets begins and ends."""
        return self.start + len(self.kind), self.end - len(self.kind)


_Found = tuple[int, int, str, tuple[int, ...]]
"""Where a construct begins, where it ends (negative, so that outer ones sort first), kind and bars."""


class _Open(msgspec.Struct):
    """A run of opening brackets that waits for its closing one; ``count`` of them are left.

    A line within a call that begins as a heading does waits likewise, for its end: until then it holds
    neither bars nor closing brackets of the call. ``named`` says that the last part has its `=`.
    """

    bracket: str
    start: int
    count: int
    bars: list[int] = []
    named: bool = False


def constructs(text: str, *, telling: bool = False) -> tuple[Construct, ...]:
    """Every construct of the text, in the order in which they begin, outer before inner.

    With ``telling`` those are left out that are plain links to pages of the main namespace: most of all.
    """
    found: list[_Found] = []
    stack: list[_Open] = []
    seen = 0
    for token in (_TELLING if telling else _TOKEN).finditer(text):
        start, end = token.span("token")
        if start < 0:  # behind the last one
            break
        if stack and stack[-1].bracket == _HEADING and text.find("\n", seen, start + 1) >= 0:
            stack.pop()
        seen = end
        if token["plain"] is not None:
            found.append((start, -end, LINK, _bars(text, start, end)))
            continue
        bracket = text[start]
        if bracket == "|":
            if stack and stack[-1].bracket != _HEADING:
                stack[-1].bars.append(start)
                stack[-1].named = False
        elif bracket == _HEADING:
            if stack and _begins_heading(text, end, stack[-1]):
                stack.append(_Open(_HEADING, start, 0))
        elif bracket in "{[":
            stack.append(_Open(bracket, start, end - start))
        else:
            _close(stack, found, "{" if bracket == "}" else "[", start, end)
    return _nested(found)


def _begins_heading(text: str, start: int, piece: _Open) -> bool:
    """Whether a line within ``piece`` begins as a heading; the first lone `=` of a part names it instead."""
    if piece.bracket == "[" or not piece.bars or text.startswith("==", start):
        return True
    if not piece.named:
        piece.named = True
        return text.find("=", piece.bars[-1], start) >= 0
    return True


def own_equals(text: str, start: int, end: int, held: Iterable[tuple[int, int]]) -> int:
    """The `=` that parts a parameter's name from its value, or -1.

    It stands neither in ``held``, what the parameter holds in order, nor in a line that begins as a heading.
    """
    position = start
    in_heading = False
    for held_start, held_end in (*held, (end, end)):
        while position < held_start:
            if in_heading:
                position = text.find("\n", position, held_start)
                in_heading = position < 0
            found = -1 if in_heading else text.find("=", position, held_start)
            if found < 0:
                break
            in_heading = text[found - 1] == "\n" and text.startswith("==", found)
            if not in_heading:
                return found
            position = found + 1
        position = max(position, held_end)
    return -1


def depths(found: Sequence[Construct]) -> tuple[int, ...]:
    """How many constructs hold each construct."""
    result: list[int] = []
    for _, _, _, _, parent in found:
        result.append(result[parent] + 1 if parent >= 0 else 0)
    return tuple(result)


def _bars(text: str, start: int, end: int) -> tuple[int, ...]:
    bar = text.find("|", start, end)
    if bar < 0:
        return ()
    bars = [bar]
    while (bar := text.find("|", bar + 1, end)) >= 0:
        bars.append(bar)
    return tuple(bars)


def _close(
    stack: list[_Open],
    found: list[_Found],
    bracket: str,
    position: int,
    end: int,
) -> None:
    """Pairs a run of closing brackets with what is open, as far as the innermost opening allows."""
    while stack and stack[-1].bracket == bracket and end - position >= 2:
        piece = stack[-1]
        width = min(piece.count, end - position, 3 if bracket == "{" else 2)
        start = piece.start + piece.count - width
        position += width
        found.append((start, -position, bracket * width, tuple(piece.bars)))
        piece.count -= width
        piece.bars = []
        if piece.count < 2:
            stack.pop()


def _nested(found: list[_Found]) -> tuple[Construct, ...]:
    found.sort()
    result: list[Construct] = []
    holders: list[tuple[int, int]] = []
    for index, (start, negative_end, kind, bars) in enumerate(found):
        while holders and holders[-1][1] <= start:
            holders.pop()
        parent = holders[-1][0] if holders else -1
        result.append(Construct(kind, start, -negative_end, bars, parent))
        holders.append((index, -negative_end))
    return tuple(result)
