"""Whether a text's size or shape could keep a reader busy for long: one linear look.

Must not parse. The field's parsers try each opening bracket or tag again when its closing one is missing, so
their time grows with the openings left open times the length; a page as people write it has few.
"""

import re

from tropebot.wikitext.late import late

MOST = {
    "{{": 20_000,
    "[[": 20_000,
    "<": 100_000,
    "|": 100_000,
    "\n": 200_000,
    "\n=": 20_000,
    "=": 200_000,
    "&": 100_000,
    "!!": 100_000,
    **dict.fromkeys(("**", "##", "::", ";;"), 100_000),
}
"""How often these may stand on a page that is read at all; more are no page for people."""

_FEW = 40
_WORK = 2_000_000
"""Openings left open times characters: about a fifth of a second of mwparserfromhell 0.7.2."""
_MOST_WORK = 10 * _WORK
"""However few are left open."""

# A whole link or call without markup in it leaves nothing open, and most of a page's marks are such. Tags
# that people leave open by right (`<br>`, `<li>`) cost the parser nothing.
_MARK = late(
    r"\[\[[^\[\]{}<>]*+\]\]|\{\{[^\[\]{}<>]*+\}\}"
    r"|\{\{|\[\[|\{\||\[(?=\w+:|//)|<(?!(?:br|hr|wbr|li|d[td]|t[rdh])\b)(?=[a-z])"
    r"|\}\}|\]\]|\|\}|</[a-z]|/>|\]",
    re.IGNORECASE,
)
# For each run of `=` in a heading mwparserfromhell 0.7.2 calls itself, until its stack is full.
_HEADING = late(r"\n=[^\n]*")
_EQUALS = late(r"=+")
_MOST_EQUALS = 500
_ITEM = late(r"<(/?)li\b", re.IGNORECASE)
_ITEMS_WORK = 100 * _WORK
"""Items as tags left open times characters: in one list they are tried again too."""
_FAMILY = {"}}": "{{", "]]": "[[", "|}": "{|", "]": "["}


def beyond_reading(text: str) -> bool:
    """Whether the text holds more markup than any page for people; such a text is not read."""
    length = len(text)
    return any(most * len(mark) < length and text.count(mark) > most for mark, most in MOST.items())


def over_bounds(text: str) -> bool:
    """Whether too much is left open; ``text`` is without comments and shielded parts."""
    if any(
        len(_EQUALS.findall(heading)) > _MOST_EQUALS for heading in _HEADING.findall(f"\n{text}")
    ):
        return True
    marks = text.count("{") + text.count("[") + text.count("<")
    if marks * len(text) <= (_MOST_WORK if marks <= _FEW else _WORK):
        return False
    items = _ITEM.findall(text)
    if (len(items) - 2 * items.count("/")) * len(text) > _ITEMS_WORK:
        return True
    depth = dict.fromkeys(("{{", "[[", "{|", "[", "<"), 0)
    deepest = 0
    for mark in _MARK.findall(text):
        if mark in depth:
            depth[mark] += 1
            deepest = max(deepest, depth["<"])
        elif len(mark) < 4 and depth[family := _FAMILY.get(mark, "<")]:
            depth[family] -= 1
    left_open = sum(depth.values())
    if deepest > _FEW and text.count("<li") > _FEW:
        left_open += deepest  # items of lists in lists are tried again too, closed as they may be
    return left_open * len(text) > (_MOST_WORK if left_open <= _FEW else _WORK)
