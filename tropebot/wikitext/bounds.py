"""Whether a text's shape could keep a backtracking parser busy for long: one linear look.

Must not parse. The field's parsers try each opening bracket or tag again when its closing one is missing, so
their time grows with the openings left open times the length; a page as people write it has few.
"""

import re

_FEW = 40
_WORK = 2_000_000
"""Openings left open times characters: about a fifth of a second of mwparserfromhell 0.7.2."""

# Tags that people leave open by right (`<br>`, `<li>`) cost the parser nothing.
_MARK = re.compile(
    r"(?P<open>\{\{|\[\[|\{\||\[(?=\w+:|//)|<(?!(?:br|hr|wbr|li|d[td]|t[rdh])\b)(?=[a-z]))"
    r"|\}\}|\]\]|\|\}|</[a-z]|/>|\]",
    re.IGNORECASE,
)
_FAMILY = {"}}": "{{", "]]": "[[", "|}": "{|", "]": "["}


def over_bounds(text: str) -> bool:
    """Whether too much is left open; ``text`` is without comments and shielded parts."""
    if len(text) * _FEW <= _WORK and text.count("{") + text.count("[") + text.count("<") <= _FEW:
        return False
    depth = dict.fromkeys(("{{", "[[", "{|", "[", "<"), 0)
    for match in _MARK.finditer(text):
        if match["open"]:
            depth[match[0]] += 1
        elif depth[family := _FAMILY.get(match[0], "<")]:
            depth[family] -= 1
    left_open = sum(depth.values())
    return left_open > _FEW and left_open * len(text) > _WORK
