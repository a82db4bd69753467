"""Text of others made harmless for a terminal and a log: what it shows stays, what it would do does not.

Must not shorten or drop anything: every character that acts is written out as an escape.
"""

import re

# C0 and C1 but for tab and line feed; line and paragraph separators; marks that turn the direction of text.
_ACTS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def shown(text: str) -> str:
    """The text with everything escaped that could move the cursor, colour, turn or break a line."""
    return _ACTS.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """`shown`, and in one line."""
    return shown(text).replace("\n", "\\n")
