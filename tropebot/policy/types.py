"""The page types as the policy in force has them: what each is known by and what it asks for.

Must not look at a page. The elements come from the wiki's own preload; the policy's text takes its
place where the wiki's cannot be read, and with neither the type asks for nothing (`elements` is `None`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping

from tropebot.policy.schema import PageType as Declared
from tropebot.policy.schema import Policy
from tropebot.wikitext.document import Document
from tropebot.wikitext.elements import (
    CATEGORY,
    FOOTER_LAST,
    HEADER_FIRST,
    ORDER,
    TEMPLATE,
    Element,
    category_element,
    element_named,
    heading_element,
    template_element,
)
from tropebot.wikitext.facts import SourcePage, WikiFacts
from tropebot.wikitext.names import Title, category_name, plain, template_name, title
from tropebot.wikitext.pagetypes import PageType
from tropebot.wikitext.preload import boilerplate, preloaded

Read = Callable[[str, Title], Document]
_ANY = Title(name="Page", text="Page")
"""Stands for the page that a preload is loaded into."""
POLICY = "policy"
"""The source of a preload that the wiki did not give."""


def page_types(
    policy: Policy,
    facts: WikiFacts,
    aliases: Mapping[str, str],
    namespaces: Callable[[Collection[str]], frozenset[int]],
    read: Read,
) -> tuple[PageType, ...]:
    """Every type of the policy, ready to judge by."""
    return tuple(
        PageType(
            name=name,
            headers=_names(declared.headers, facts, aliases),
            namespaces=namespaces(declared.namespaces),
            categories=frozenset(
                title(each, facts, default=14).name for each in declared.categories
            ),
            subpages=frozenset(map(plain, declared.subpages)),
            patterns=tuple(map(plain, declared.subpage_patterns)),
            footers=_names(declared.footers, facts, aliases),
            elements=_elements(declared, facts, aliases, read),
            source=preload(declared.preload, declared.preload_text, facts)[1],
        )
        for name, declared in policy.types.items()
    )


def preload(page: str, fallback: str, facts: WikiFacts) -> tuple[str, str]:
    """A preload's text as it reaches the edit box, and where it comes from (page@revision or `policy`).

    Both are empty where there is neither.
    """
    source = source_page(page, facts)
    text = preloaded(source.text) if source else ""
    if source and text.strip():
        return text, f"{source.title}@{source.rev_id}"
    return preloaded(fallback), POLICY if fallback.strip() else ""


def source_titles(policy: Policy) -> frozenset[str]:
    """The pages of the wiki that the policy is read from: its preloads and the list of licences."""
    return frozenset(
        (
            policy.workshop.preload,
            policy.files.licences_page,
            *(kind.preload for kind in policy.types.values()),
        )
    ) - {""}


def source_page(page: str, facts: WikiFacts) -> SourcePage | None:
    """The page that the policy is read from, whatever way its title is written."""
    if not page:
        return None
    return facts.sources.get(page) or facts.sources.get(title(page, facts).text)


def known_boilerplate(policy: Policy, facts: WikiFacts, read: Read) -> Mapping[str, str]:
    """What must not stay on any page, of all preloads together: comparison key to kind."""
    found: dict[str, str] = {}
    sources = [(each.preload, each.preload_text) for each in policy.types.values()]
    for page, fallback in (*sources, (policy.workshop.preload, policy.workshop.preload_text)):
        text, _ = preload(page, fallback, facts)
        found |= boilerplate(read(text, _ANY))
    return found


def _names(
    written: Collection[str], facts: WikiFacts, aliases: Mapping[str, str]
) -> tuple[str, ...]:
    names = (template_name(each, facts, aliases) for each in written)
    return tuple(dict.fromkeys(name for name in names if name))


def _elements(
    declared: Declared, facts: WikiFacts, aliases: Mapping[str, str], read: Read
) -> tuple[Element, ...] | None:
    """What the type asks for, in order; `None` where a preload was named and none could be read."""
    text, source = preload(declared.preload, declared.preload_text, facts)
    if not source and declared.preload:
        return None
    headers = _names(declared.headers, facts, aliases)
    footers = _names(declared.footers, facts, aliases)
    added = [
        element
        for name in declared.require
        if (element := element_named(name, facts, aliases)) is not None
    ]
    asked = list(_of_templates(read(text, _ANY), headers, footers))
    asked += _of_categories(read(text, _ANY), facts)
    asked += added
    asked += map(heading_element, declared.required_headings)
    asked += [Element(ORDER, HEADER_FIRST)] if headers else []
    asked += [Element(ORDER, FOOTER_LAST)] if footers else []
    optional = [element_named(name, facts, aliases) for name in declared.optional]
    spared = {_key(element) for element in optional if element is not None}
    kept = {
        _key(element): element
        for element in asked
        if _key(element) not in spared and not _is_within(element, added)
    }
    return tuple(kept.values())


def _of_templates(
    document: Document, headers: tuple[str, ...], footers: tuple[str, ...]
) -> Iterator[Element]:
    """The templates that a preload calls; one of the type's headers, and footers, stands for the others."""
    called = tuple(dict.fromkeys(use.name for use in document.templates))
    if headers and not set(called) & set(headers):
        yield template_element(headers)
    for name in called:
        group = next((each for each in (headers, footers) if name in each), (name,))
        yield template_element(group, label=(name,))


def _of_categories(document: Document, facts: WikiFacts) -> Iterator[Element]:
    for link in document.links:
        if category_name(link.target.replace("{{", "").replace("}}", ""), facts):
            _, _, written = link.target.partition(":")
            if "{{{" not in written:
                yield category_element(written)


def _key(element: Element) -> tuple[str, frozenset[str] | str]:
    """By what two elements are the same: a set of alternatives is the set, in any order."""
    if element.kind in (TEMPLATE, CATEGORY):
        return element.kind, frozenset(element.alternatives)
    return element.kind, element.name


def _is_within(element: Element, added: list[Element]) -> bool:
    """Whether the policy asks for a set of alternatives that this template is one of."""
    return element.kind == TEMPLATE and any(
        each.kind == TEMPLATE
        and each is not element
        and set(element.alternatives) < set(each.alternatives)
        for each in added
    )
