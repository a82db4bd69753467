"""The words of a page's description: what readers see as text before the examples begin.

Must not know how many are wanted. Templates, files, categories, comments and tags are no words, and of a link
only what is shown is.
"""

from bisect import bisect_left
from collections.abc import Collection

from tropebot.model import CATEGORY, FILE
from tropebot.wikitext.document import Document
from tropebot.wikitext.late import late
from tropebot.wikitext.names import title
from tropebot.wikitext.preprocess import LINK, LONGEST_NAME, MARKER, Construct

_WORD = late(r"[^\W_]+(?:['’][^\W_]+)*")
_TAG = late(r"</?[A-Za-z][^<>]*>")


def description_words(document: Document, openers: Collection[str]) -> int:
    """How many words stand before the first opener of examples (canonical names), or the first heading."""
    text = document.readable.text
    starts = [use.start for use in document.uses(openers)]
    starts += [heading.start for heading in document.headings]
    origin = min(starts, default=len(document.text))
    end = bisect_left(range(len(text)), origin, key=document.readable.origin)
    kept: list[str] = []
    position = 0
    for construct in document.constructs:
        if construct.start >= end:
            break
        if construct.start < position:
            continue
        kept.append(text[position : construct.start])
        position = _shown_from(construct, document)
    kept.append(text[position:end])
    shown = _TAG.sub(" ", "".join(kept).replace(MARKER, " "))
    return len(_WORD.findall(shown))


def _shown_from(construct: Construct, document: Document) -> int:
    """Where what a construct shows begins; its end where it shows no words of its own."""
    if construct.kind != LINK:
        return construct.end
    start, end = construct.inner
    bar = min(construct.bars[0] if construct.bars else end, start + LONGEST_NAME)
    target = document.readable.text[start:bar]
    page = title(target, document.facts)
    if page.namespace in (FILE, CATEGORY) and not target.lstrip().startswith(":"):
        return construct.end
    return construct.bars[-1] + 1 if construct.bars else start
