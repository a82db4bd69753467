"""Missing markup that has one right place and no content of its own, put there.

Must not guess: where one of the missing elements has no certain place, or the page would not read as
wanted afterwards, there is no fix. What is there already is never moved.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from tropebot.wikitext.document import Document
from tropebot.wikitext.elements import OWN_NAME
from tropebot.wikitext.late import late
from tropebot.wikitext.names import capitalised, interlanguage

_SORT_KEYS = frozenset({"DEFAULTSORT", "DEFAULTSORTKEY", "DEFAULTCATEGORYSORT"})
_CLOSING_TAGS = late(r"(?:\s*</(?:onlyinclude|noinclude|includeonly)\s*>)+", re.IGNORECASE)
_ARTICLE = late(r"(A|An|The) (\S.*)", re.DOTALL)
_REFERENCES_TAG = late(r"<references\b", re.IGNORECASE)


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """What may be put on a page of this type; names of templates are canonical.

    ``header`` is empty unless the type is certain and the policy lets us add it; ``sort_articles`` says
    whether a `DEFAULTSORT` goes along where the title begins with an article.
    """

    footers: frozenset[str] = frozenset()
    reflists: frozenset[str] = frozenset()
    header: str = ""
    sort_articles: bool = False
    reference_headings: frozenset[str] = frozenset({"references", "footnotes"})


Reader = Callable[[str], Document]


def mechanical_fix(
    document: Document, missing: Sequence[str], layout: Layout, read: Reader
) -> str | None:
    """The text with every missing element where it belongs; ``None`` where one has no certain place.

    ``missing`` are names of elements as TB101 gives them. ``read`` reads the new text, which is given back
    only if each element is then used, and everything that was used before still is.
    """
    todo = [element for element in missing if not _present(document, element)]
    parts = [_part(document, element, layout) for element in todo]
    if not todo or "" in parts:
        return None
    text = document.text
    for part in ("category", "footer", "reflist", "header"):
        elements = [each for each, its in zip(todo, parts, strict=True) if its == part]
        for element in elements:
            changed = _PLACED[part](read(text), element.partition(":")[2], layout)
            if changed is None:
                return None
            text = changed
    if layout.sort_articles:
        text = _with_sort_key(read(text), layout)
    return text if _holds(read(text), document, todo) else None


def _part(document: Document, element: str, layout: Layout) -> str:
    """Which part of a page an element belongs to; empty where that is not certain."""
    if element == OWN_NAME:
        return "category"
    name = _template(document, element)
    if name in layout.reflists:
        return "reflist"
    if name in layout.footers:
        return "footer"
    return "header" if name and name == layout.header else ""


def _template(document: Document, element: str) -> str:
    """The canonical name of the template that an element asks for; empty where it asks for something else."""
    kind, _, name = element.partition(":")
    return capitalised(name, document.facts) if kind == "template" else ""


def _present(document: Document, element: str) -> bool:
    if element == OWN_NAME:
        return any(use.name == document.page.name for use in document.categories)
    return _template(document, element) in document.template_names


def _holds(changed: Document, before: Document, elements: Sequence[str]) -> bool:
    """Whether the new text uses the elements for certain, and all that was used before."""
    certain = {use.name for use in changed.templates if use.certain}
    categories = {use.name for use in changed.categories if use.certain}
    wanted = {_template(changed, element) for element in elements if element != OWN_NAME}
    return (
        (OWN_NAME not in elements or changed.page.name in categories)
        and wanted <= certain
        and before.template_names <= changed.template_names
        and {use.name for use in before.categories} <= {use.name for use in changed.categories}
    )


class _Tail(msgspec.Struct, frozen=True):
    """What closes a page, as offsets of its text: where all else ends, and where the last footer does.

    ``categories`` is where the first closing category begins, -1 without one; ``last`` where the last thing
    ends that is no interlanguage link.
    """

    content: int
    footer: int
    categories: int
    last: int


def _tail(document: Document, layout: Layout) -> _Tail:
    text, items = document.readable.text, document.constructs
    kinds = _closing_kinds(document, layout)
    end = last = _end_of_text(text, len(text))
    footer = categories = -1
    languages_only = True
    for index in reversed(document.children.get(-1, ())):
        kind = kinds.get(index, "")
        if items[index].end != end or not kind:
            break
        languages_only = languages_only and kind == "language"
        if kind == "footer" and footer < 0:
            footer = end
        if kind == "category":
            categories = items[index].start
        end = _end_of_text(text, items[index].start)
        if languages_only:
            last = end
    return _Tail(
        content=_behind(document, end),
        footer=_behind(document, end if footer < 0 else footer),
        categories=categories if categories < 0 else document.readable.origin(categories),
        last=_behind(document, last),
    )


def _end_of_text(text: str, end: int) -> int:
    """Where what stands before ``end`` ends, white space aside."""
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _closing_kinds(document: Document, layout: Layout) -> Mapping[int, str]:
    """What may close a page, by construct; the order rule lets the same stand behind a footer."""
    kinds = {use.index: "category" for use in document.categories}
    kinds |= {use.index: "footer" for use in document.uses(layout.footers)}
    for link in document.links:
        if interlanguage(link.target, document.facts):
            kinds[link.index] = "language"
    for index in document.children.get(-1, ()):
        if document.function(index) in _SORT_KEYS:
            kinds[index] = "sort"
    return kinds


def _behind(document: Document, end: int) -> int:
    """The place in the page's text behind what ends there, and behind the inclusion tags that it closes."""
    place = document.readable.origin_of_end(end)
    closing = _CLOSING_TAGS.match(document.text, place)
    return closing.end() if closing else place


def _line_put(text: str, place: int, line: str) -> str:
    """The text with a line of its own at a place where something ends."""
    before, after = text[:place], text[place:]
    if not before:
        return f"{line}\n{after}"
    return f"{before}\n{line}{'' if not after or after.startswith(chr(10)) else chr(10)}{after}"


def _with_header(document: Document, name: str, _layout: Layout) -> str:
    return f"{{{{{name}}}}}\n{document.text}"


def _with_footer(document: Document, name: str, layout: Layout) -> str:
    return _line_put(document.text, _tail(document, layout).content, f"{{{{{name}}}}}")


def _with_own_category(document: Document, _name: str, layout: Layout) -> str:
    tail, line = _tail(document, layout), "[[Category:{{PAGENAME}}]]"
    if tail.categories < 0:
        return _line_put(document.text, tail.footer, line)
    return f"{document.text[: tail.categories]}{line}\n{document.text[tail.categories :]}"


def _with_reflist(document: Document, name: str, layout: Layout) -> str | None:
    """Under an empty heading for references, else where the content ends; a filled one leaves it open."""
    if _REFERENCES_TAG.search(document.readable.text):
        return None
    content, line = _tail(document, layout).content, f"{{{{{name}}}}}"
    starts = [*(heading.start for heading in document.headings), content]
    places = [
        (document.text.find("\n", heading.start, content), following)
        for heading, following in zip(document.headings, starts[1:], strict=True)
        if heading.text.strip("' ").casefold() in layout.reference_headings
    ]
    if not places:
        return _line_put(document.text, content, line)
    place = content if places[0][0] < 0 else places[0][0]
    if len(places) > 1 or document.text[place : max(place, places[0][1])].strip():
        return None
    return _line_put(document.text, place, line)


def _with_sort_key(document: Document, layout: Layout) -> str:
    """With `DEFAULTSORT` for a title that begins with an article; subpages sort under their base page."""
    article = _ARTICLE.fullmatch(document.page.name)
    sorted_already = any(
        document.function(index) in _SORT_KEYS for index in range(len(document.constructs))
    )
    if article is None or sorted_already or "/" in document.page.name:
        return document.text
    line = f"{{{{DEFAULTSORT:{article[2]}, {article[1]}}}}}"
    return _line_put(document.text, _tail(document, layout).last, line)


_PLACED: Mapping[str, Callable[[Document, str, Layout], str | None]] = MappingProxyType(
    {
        "header": _with_header,
        "footer": _with_footer,
        "reflist": _with_reflist,
        "category": _with_own_category,
    }
)
