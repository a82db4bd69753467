"""Where a text has references: `<ref>`, each to its end; and whether the wiki's own tag shows them.

Must not look into one. One that is never closed is literal text.
"""

import re
from bisect import bisect_left

from tropebot.wikitext.late import late

_REF = late(r"<ref(?:\s[^<>]*)?>", re.IGNORECASE)
_REF_END = late(r"</ref\s*>", re.IGNORECASE)
_SHOWN = late(r"<references(?:\s[^<>]*)?/?>", re.IGNORECASE)


def references(text: str) -> tuple[tuple[int, int], ...]:
    """Where every whole `<ref>` of a readable text begins and ends."""
    closing = [match.span() for match in _REF_END.finditer(text)]
    found: list[tuple[int, int]] = []
    position = 0
    for match in _REF.finditer(text):
        start, end = match.span()
        if start < position:
            continue
        if not match[0].endswith("/>"):
            following = bisect_left(closing, (end, end))
            if following == len(closing):
                continue
            end = closing[following][1]
        found.append((start, end))
        position = end
    return tuple(found)


def shown_by_tag(text: str) -> bool:
    """Whether `<references>` stands in a readable text."""
    return _SHOWN.search(text) is not None
