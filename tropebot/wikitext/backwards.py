"""Taking one edit back out of a later text: line by line, or a section that was appended as a whole.

Must not guess: what people have edited, or answered, stays as it is.
"""

from tropebot.wikitext.late import late
from tropebot.wikitext.merge import Reversal, taken_back

__all__ = ["Reversal", "line_taken_back", "section_taken_back", "taken_back"]

_NEXT_SECTION = late(r"\n+==?[^=\n]")


def line_taken_back(before: str, after: str, now: str) -> Reversal:
    """``now`` without the line that before → after appended, whatever lines stand round it by now.

    One that is no longer there, or not as it was, leaves ``now`` as it is, with nothing ``left``.
    """
    line = after.removeprefix(before).strip("\n")
    if not after.startswith(before) or "\n" in line:
        return taken_back(before, after, now)
    lines = now.split("\n")
    if not line or line not in lines:
        return Reversal(text=now)
    at = len(lines) - 1 - lines[::-1].index(line)
    return Reversal(text="\n".join((*lines[:at], *lines[at + 1 :])))


def section_taken_back(before: str, after: str, now: str) -> Reversal:
    """``now`` without the section that before → after appended, unless somebody wrote below it there.

    A section that is no longer there (archived, removed) leaves ``now`` as it is, with nothing ``left``.
    """
    if now == after:
        return Reversal(text=before)
    if not after.startswith(before):
        return taken_back(before, after, now)
    section = after[len(before) :].strip("\n")
    found = now.count(section) if section else 0
    if found != 1:
        return Reversal(text=now, left=max(0, found - 1))
    start = now.index(section)
    above, below = now[:start].rstrip("\n"), now[start + len(section) :]
    if below.strip() and not _NEXT_SECTION.match(below):
        return Reversal(text=now, left=1)
    parts = [part for part in (above, below.strip("\n")) if part]
    return Reversal(text="\n\n".join(parts))
