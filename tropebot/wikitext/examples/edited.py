"""A text made from another one by edits, whose offsets lead back to it; and the marks that edits leave.

Must not know what is edited out.
"""

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

LABEL = "\x01"
OPAQUE = "\x02"


class Edit(msgspec.Struct, frozen=True):
    """``text[start:end]`` is to be replaced."""

    start: int
    end: int
    replacement: str


class Text:
    """A text made from another one by edits, whose offsets lead back to it."""

    def __init__(self, source: str, edits: Iterable[Edit]) -> None:
        parts: list[str] = []
        self._starts = [0]
        self._shifts = [0]
        position = length = 0
        for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
            if edit.end < position or (edit.end == position and edit.start < position):
                continue
            start = max(edit.start, position)
            parts += [source[position:start], edit.replacement]
            length += start - position
            self._starts += [length, length + len(edit.replacement)]
            self._shifts += [start - length, edit.end - length - len(edit.replacement)]
            length += len(edit.replacement)
            position = edit.end
        parts.append(source[position:])
        self.text = "".join(parts)

    def origin(self, offset: int) -> int:
        """Where what stands at ``offset`` stood in the source."""
        return offset + self._shifts[bisect_right(self._starts, offset) - 1]
