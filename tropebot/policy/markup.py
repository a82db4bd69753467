"""What one page uses of what its type asks for, by the policy in force.

Must not decide what follows: rules do. Online the wiki's own lists say what is used where only it can
know, and satisfy a requirement; offline the doubt goes to the page.
"""

from collections.abc import Iterator
from functools import lru_cache

from tropebot.model import DISAMBIGUATION, Page
from tropebot.policy.force import PolicyInForce
from tropebot.wikitext.document import Document
from tropebot.wikitext.elements import (
    CATEGORY,
    HEADER_FIRST,
    HEADING,
    TEMPLATE,
    Element,
    category_of,
    heading_key,
    named_for,
)
from tropebot.wikitext.names import category_name, plain
from tropebot.wikitext.order import footer_is_last, header_is_first
from tropebot.wikitext.pagetypes import PageType, Recognition, recognition

_BOXES = frozenset({"Ambox", "Mbox", "Message box", "Article message box"})
"""What message boxes are made with; seen on a page only through the templates that are boxes."""

_ASKED = 2
"""Several rules ask the same of a page, one page after the other."""


def listed_templates(page: Page, force: PolicyInForce) -> frozenset[str]:
    """The templates that the wiki, or a second reading, says the page uses; canonical names."""
    return force.listed((page.templates or frozenset()) | page.second_reading)


def written_templates(page: Page, document: Document, force: PolicyInForce) -> frozenset[str]:
    """The templates that the page's own text calls; what only the wiki can know, as it says."""
    if page.templates is None:
        return document.template_names
    listed = listed_templates(page, force)
    return frozenset(use.name for use in document.templates if use.certain or use.name in listed)


@lru_cache(maxsize=_ASKED)
def used_templates(page: Page, document: Document, force: PolicyInForce) -> frozenset[str]:
    """Every template that the page uses, through other templates too where the wiki was asked."""
    return written_templates(page, document, force) | listed_templates(page, force)


@lru_cache(maxsize=_ASKED)
def page_categories(page: Page, document: Document, force: PolicyInForce) -> frozenset[str]:
    """The categories that the page is in, with those that its templates add."""
    listed = frozenset(plain(name) for name in page.categories or ()) | {
        name for title in page.second_reading if (name := category_name(title, force.facts))
    }
    online = page.categories is not None
    written = {
        use.name for use in document.categories if use.certain or not online or use.name in listed
    }
    implied = {
        category_of(name, document.page, force.facts)
        for template in used_templates(page, document, force)
        for name in force.implied.get(template, ())
    }
    return listed | implied | (written - {""})


@lru_cache(maxsize=_ASKED)
def recognised(page: Page, document: Document, force: PolicyInForce) -> Recognition:
    """The page's type, or what can be said of it."""
    known = force.headers
    headers = written_templates(page, document, force) & known
    return recognition(
        document.page,
        force.types,
        headers=headers or _only_header(listed_templates(page, force) & known, force),
        categories=page_categories(page, document, force),
        base_is_typed=_base_is_typed(page, known, force),
    )


def _base_is_typed(page: Page, headers: frozenset[str], force: PolicyInForce) -> bool | None:
    """Whether a page above this one is of a type, by its header or a category; ``None``: not known."""
    if not page.base_exists or page.base_listed is None:
        return page.base_exists
    listed = page.base_listed
    types = frozenset(name for each in force.types for name in each.categories)
    return not headers.isdisjoint(force.listed(listed)) or not types.isdisjoint(
        category_name(title, force.facts) for title in listed
    )


def _only_header(listed: frozenset[str], force: PolicyInForce) -> frozenset[str]:
    """Headers that come through other templates, where they speak of one type alone."""
    shared = [set(listed) & set(each.headers) for each in force.types]
    return listed if sum(map(bool, shared)) == 1 or len(listed) == 1 else frozenset()


def missing_elements(
    page: Page, document: Document, force: PolicyInForce, page_type: PageType
) -> Iterator[Element]:
    """The elements that the type asks for and the page has not, as they are called on this page."""
    used = used_templates(page, document, force)
    categories = page_categories(page, document, force)
    doubtful = page.categories is None and any(not use.name for use in document.categories)
    optional = force.policy.types[page_type.name].optional
    for element in page_type.elements or ():
        if element.kind == TEMPLATE:
            met = not used.isdisjoint(element.alternatives) or (
                force.with_references.issuperset(element.alternatives)
                and not document.has_references
            )
        elif element.kind == CATEGORY:
            name = category_of(element.alternatives[0], document.page, force.facts)
            met = doubtful or name in categories
        elif element.kind == HEADING:
            met = any(heading_key(each.text) in element.alternatives for each in document.headings)
        elif element.name == HEADER_FIRST:
            met = header_is_first(
                document,
                page_type.headers,
                before=force.before_headers,
                boxes=not _BOXES.isdisjoint(listed_templates(page, force)),
            )
        else:
            met = footer_is_last(document, page_type.footers)
        named = named_for(element, document.page, force.facts)
        if not met and named.name not in optional:
            yield named


def page_kind(page: Page, document: Document, force: PolicyInForce) -> str:
    """The page's type by name, or that it leads to several others; empty where it is neither."""
    marks = force.templates(force.policy.markup.disambiguation)
    if not marks.isdisjoint(used_templates(page, document, force)):
        return DISAMBIGUATION
    page_type = recognised(page, document, force).type
    return page_type.name if page_type else ""


def may_bypass(page: Page, document: Document, force: PolicyInForce) -> bool:
    """Whether the page is what drafts become, so that it ought to have been one."""
    page_type = recognised(page, document, force).type
    return (
        page_type is not None
        and page_type.name == force.policy.workshop.page_type
        and page.namespace in page_type.namespaces
    )
