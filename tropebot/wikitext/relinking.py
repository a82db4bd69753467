"""Links that lead to a page that moved, made to lead to its new title.

Must not touch more than a link's target, nor a link whose fate only the wiki knows: one inside a template,
one made of other things, one in a comment.
"""

from collections.abc import Mapping

from tropebot.wikitext.document import Document
from tropebot.wikitext.names import title
from tropebot.wikitext.preprocess import LINK
from tropebot.wikitext.uses import LinkUse

_NOT_PLAIN = frozenset("{}<>&%\n")


def relinked(document: Document, moved: Mapping[str, str]) -> str:
    """The text with every plain link to one of the old titles led to the new one; titles are full ones.

    The words that a reader sees stay; of a link without words they are the title. The part of a page that a
    link names stays too.
    """
    text = document.text
    for link in reversed(document.links):
        target = link.target
        if link.start + 2 + len(target) > len(text) or not _plain(document, link):
            continue
        found = title(target, document.facts)
        new = "" if found.interwiki else moved.get(found.text, "")
        if new:
            _, mark, fragment = target.partition("#")
            start = link.start + 2
            text = f"{text[:start]}{new}{mark}{fragment}{text[start + len(target) :]}"
    return text


def _plain(document: Document, link: LinkUse) -> bool:
    """Whether the link stands as it is read, in the page's own text or in another link's words."""
    start = link.start + 2
    if not _NOT_PLAIN.isdisjoint(link.target):
        return False
    if document.text[start : start + len(link.target)] != link.target:
        return False
    parent = document.constructs[link.index].parent
    while parent >= 0:
        if document.constructs[parent].kind != LINK:
            return False
        parent = document.constructs[parent].parent
    return True
