"""Tags of the flow: struck-out text goes, tabs become labelled lines, and a tag never breaks a line.

Must not know templates: they are gone before tags are read, as in MediaWiki's parser.
"""

import re
from collections.abc import Iterator

from tropebot.wikitext.examples.edited import LABEL, OPAQUE, Edit
from tropebot.wikitext.late import late

_TAG = late(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>|\|-\|")
_TABBER = late(r"<(tabber|tabs)(?=[\s>])[^<>]*>", re.IGNORECASE)
_TABBER_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("tabber", "tabs")}
_LONGEST_TAB = 300
_STRIKE = late(r"<(/?)(s|strike|del)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_TAB_END = late(r"=|\|-\||</tabber", re.IGNORECASE)
_TAB_NAME = late(r"""\b(?:name|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")


def tag_edits(text: str) -> Iterator[Edit]:
    """The changes that the tags of a text make."""
    strikes = _strikes(text)
    position = 0
    tabber = False
    while match := _TAG.search(text, position):
        start, position = match.span()
        name = (match["name"] or "").lower()
        opens = bool(name) and not match["close"]
        if name in {"s", "strike", "del"} and opens:
            position = strikes[start]
            lines = "\n" in text[start:position]
            yield Edit(start, position, f"{OPAQUE}\n{OPAQUE}" if lines else OPAQUE)
        elif name == "pre" and opens:
            yield Edit(start, len(text), OPAQUE)
            return
        elif name == "tabber":
            tabber = opens
            position, label = _tab_label(text, position) if opens else (position, "\n")
            yield Edit(start, position, label)
        elif not name and tabber:
            position, label = _tab_label(text, position)
            yield Edit(start, position, label)
        elif name in {"tab", "tabs"}:
            named = _TAB_NAME.search(match[0]) if opens and name == "tab" else None
            label = f"\n{LABEL}{named[1] or named[2] or named[3]}\n" if named else "\n"
            yield Edit(start, position, label)
        elif "\n" in match[0]:
            yield Edit(start, position, match[0].replace("\n", " "))


def tabbers(text: str) -> list[tuple[int, int]]:
    """Where tabs stand as extension tags: a call that holds them has no bar and no `=` of its own there."""
    found: list[tuple[int, int]] = []
    unclosed: set[str] = set()
    position = 0
    while match := _TABBER.search(text, position):
        name, position = match[1].lower(), match.end()
        closing = None if name in unclosed else _TABBER_ENDS[name].search(text, position)
        if closing is None:
            unclosed.add(name)
            continue
        position = closing.end()
        found.append((match.start(), position))
    return found


def _strikes(text: str) -> dict[int, int]:
    """Where struck-out text ends, by where its tag begins.

    Never closed, `<del>` ends with its line and the others with the page (HTML's formatting elements).
    """
    ends: dict[int, int] = {}
    waiting: dict[str, list[re.Match[str]]] = {}
    for match in _STRIKE.finditer(text):
        row = waiting.setdefault(match[2].lower(), [])
        if not match[1]:
            row.append(match)
        elif row:
            ends[row.pop().start()] = match.end()
    for name, row in waiting.items():
        end = -1
        for match in row:
            if end < match.end():
                end = text.find("\n", match.end()) if name == "del" else -1
                end = len(text) if end < 0 else end
            ends[match.start()] = end
    return ends


def _tab_label(text: str, position: int) -> tuple[int, str]:
    """The title of the tab that begins at ``position``: where it ends, and the line it becomes."""
    match = _TAB_END.search(text, position, position + _LONGEST_TAB)
    if match is None or match[0] != "=":
        return position, "\n"
    title = text[position : match.start()].strip()
    if "\n" in title:
        return position, "\n"
    return match.end(), f"\n{LABEL}{title}\n"
