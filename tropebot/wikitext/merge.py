"""Three texts into one, by whole lines, as MediaWiki merges an edit on an older revision.

Must not guess: where both sides touch the same or neighbouring lines differently there is no merge.
Sources: `wfMerge` and `EditPage::mergeChangesIntoContent` (1.39), which call diff3.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

MOST_LINES = 4000
"""Lines that may differ between two texts; difflib's time grows with their square."""


class _Hunk(msgspec.Struct, frozen=True):
    """Lines ``low`` to ``high`` of the base became ``lines``; ``side`` is 0 or 1."""

    low: int
    high: int
    lines: tuple[str, ...]
    side: int


class Reversal(msgspec.Struct, frozen=True, kw_only=True):
    """A later text without one edit; ``left`` counts the places that stay because people edited there."""

    text: str
    left: int = 0


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Both sides' changes of ``base`` in one text; ``None`` where they cannot be told apart.

    ``merged(after, before, now)`` takes one edit (before → after) back out of a later text.
    """
    found = _merged(base, mine, theirs)
    return found.text if found is not None and not found.left else None


def taken_back(before: str, after: str, now: str) -> Reversal:
    """``now`` without the edit before → after, as far as nobody has edited the same or neighbouring lines."""
    return _merged(after, before, now) or Reversal(text=now, left=1)


def _merged(base: str, mine: str, theirs: str) -> Reversal | None:
    """Both sides' changes; where they touch, theirs stand. ``None``: too long to be compared."""
    if mine in (base, theirs):
        return Reversal(text=theirs)
    if theirs == base:
        return Reversal(text=mine)
    lines = base.split("\n")
    hunks: list[_Hunk] = []
    for side, text in enumerate((mine, theirs)):
        found = _hunks(lines, text.split("\n"), side)
        if found is None:
            return None
        hunks += found
    hunks.sort(key=lambda hunk: (hunk.low, hunk.high))
    result: list[str] = []
    position = left = 0
    for group in _groups(hunks):
        low, high = group[0].low, max(hunk.high for hunk in group)
        versions = {
            side: _applied(lines, low, high, [hunk for hunk in group if hunk.side == side])
            for side in {hunk.side for hunk in group}
        }
        left += len(set(versions.values())) > 1
        result += lines[position:low]
        result += versions[max(versions)]
        position = high
    return Reversal(text="\n".join([*result, *lines[position:]]), left=left)


def _hunks(base: Sequence[str], other: Sequence[str], side: int) -> list[_Hunk] | None:
    start = 0
    while start < min(len(base), len(other)) and base[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(base), len(other)) - start and base[len(base) - 1 - end] == other[-1 - end]:
        end += 1
    left, right = base[start : len(base) - end], other[start : len(other) - end]
    if len(left) > MOST_LINES or len(right) > MOST_LINES:
        return None
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return [
        _Hunk(start + low, start + high, tuple(right[first:last]), side)
        for tag, low, high, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _groups(hunks: Sequence[_Hunk]) -> list[list[_Hunk]]:
    """Hunks that touch one another, kept together; neighbours count as touching, as for diff3."""
    groups: list[list[_Hunk]] = []
    high = -1
    for hunk in hunks:
        if groups and hunk.low <= high:
            groups[-1].append(hunk)
        else:
            groups.append([hunk])
        high = max(high, hunk.high)
    return groups


def _applied(lines: Sequence[str], low: int, high: int, hunks: Sequence[_Hunk]) -> tuple[str, ...]:
    result: list[str] = []
    position = low
    for hunk in hunks:
        result += lines[position : hunk.low]
        result += hunk.lines
        position = hunk.high
    return (*result, *lines[position:high])
