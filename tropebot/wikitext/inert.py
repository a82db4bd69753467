"""Foreign text made inert: titles, names and values of people that go into a text of ours.

Must not judge or drop what it is given: a reader sees the same characters, the wiki sees no markup. Sources:
Help:Magic links, Manual:Tag extensions; HTML entities are resolved after every expansion, so they are safest.
"""

import re

from tropebot.wikitext.late import late

MARKUP = {character: f"&#{ord(character)};" for character in "{}|[]<>=~"}
# Protocols that need no slashes (`$wgUrlProtocols`); the others are told by `://`.
_PROTOCOL = r"(?:bitcoin|geo|magnet|mailto|matrix|news|sips?|sms|tel|urn|xmpp):(?=\S)"
_MARKUP = late(
    r"[{}|\[\]<>=~]|''+|__|://|&(?=#?\w+;)|-(?=-)|\b(?:ISBN|PMID|RFC)(?=\s)"
    rf"|\b(?i:{_PROTOCOL})"
)
_TITLE = late(r"[^\[\]{}|<>#\n]+")
_NO_TITLE = late(rf"~~~|__|://|\b(?i:{_PROTOCOL})")
_SPACE = late(r"\s+")
# Title::secureAndSplit takes the direction marks out of titles too; joiners belong to names and stay.
_UNSEEN = late(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text in one line, without control characters, direction marks and lone surrogates."""
    return _UNSEEN.sub("", _SPACE.sub(" ", text)).strip()


def inert(text: str) -> str:
    """The text as wikitext that shows it and does nothing: no template, link, tag, signature, list or URL.

    Safe as a template's value, in a list item and in a heading.
    """
    line = _MARKUP.sub(_entity, one_line(text))
    if line[:1] in "*#:;!-" and line:
        line = f"&#{ord(line[0])};{line[1:]}"
    return line


def link(title: str, label: str = "") -> str:
    """A link to the page that categorises and embeds nothing; plain text for what is no title."""
    plain = one_line(title)
    if not _TITLE.fullmatch(plain) or plain.startswith(":") or _NO_TITLE.search(plain):
        return inert(label or plain)
    shown = inert(label or plain)
    return f"[[:{plain}]]" if shown == plain else f"[[:{plain}|{shown}]]"


def _entity(match: re.Match[str]) -> str:
    """Its first character as an entity where that is enough, else every one."""
    found = match[0]
    if found in MARKUP:
        return MARKUP[found]
    if found == "://":
        return "&#58;//"
    if found[0].isalpha():
        return f"&#{ord(found[0])};{found[1:]}"
    return "".join(f"&#{ord(character)};" for character in found)
