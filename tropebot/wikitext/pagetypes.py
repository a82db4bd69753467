"""Which type a page is of: by its header template, its title as a subpage, or a category.

Must not know where the types come from or what they require. The order of the types decides nothing.
"""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from fnmatch import fnmatchcase

import msgspec

from tropebot.wikitext.elements import Element
from tropebot.wikitext.names import Title


class PageType(msgspec.Struct, frozen=True, kw_only=True):
    """A type as the policy in force has it: canonical names, ids, and the elements it asks for.

    ``elements`` is ``None`` where neither the preload nor a fallback could be read: nothing is judged.
    ``source`` is the page (with revision) or `policy` from which the preload was taken.
    """

    name: str
    headers: tuple[str, ...] = ()
    namespaces: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()
    subpages: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    elements: tuple[Element, ...] | None = ()
    source: str = ""

    @property
    def is_of_subpages(self) -> bool:
        """Whether only subpages are of this type."""
        return bool(self.subpages or self.patterns)


class Verdict(StrEnum):
    """What can be said of a page's type."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    NOT_JUDGED = "not judged"


class Recognition(msgspec.Struct, frozen=True):
    """The types that were found, or of which the page could be."""

    verdict: Verdict
    types: tuple[PageType, ...] = ()

    @property
    def type(self) -> PageType | None:
        """The page's type where it is known."""
        return self.types[0] if self.verdict is Verdict.KNOWN else None


def recognition(
    page: Title,
    types: Iterable[PageType],
    *,
    headers: Collection[str],
    categories: Collection[str],
    base_is_typed: bool | None,
) -> Recognition:
    """The type of a page that uses these templates and is in these categories.

    ``base_is_typed`` says whether the page above a subpage exists and is of a type; ``None`` where the
    wiki was not asked.
    """
    types = tuple(types)
    by_title = tuple(each for each in types if _fits(each, page.name))
    if not by_title and "/" in page.name and base_is_typed:
        return Recognition(Verdict.NOT_JUDGED)
    candidates = by_title or tuple(each for each in types if not each.is_of_subpages)
    found = _by_header(candidates, headers)
    if not found and by_title:
        verdict = Verdict.KNOWN if len(by_title) == 1 else Verdict.UNKNOWN
        return Recognition(verdict, by_title)
    if not found:
        found = tuple(each for each in candidates if each.categories & set(categories))
    if not found:
        return Recognition(Verdict.UNKNOWN, candidates)
    if len(found) == 1:
        return Recognition(Verdict.KNOWN, found)
    return _settled(found, headers, categories)


def _settled(
    found: tuple[PageType, ...], headers: Collection[str], categories: Collection[str]
) -> Recognition:
    """Of several types found: a conflict, unless one header stands for them all.

    What the policy itself leaves open, by giving one header to two types, is not judged.
    """
    shared = set(headers).intersection(*(each.headers for each in found))
    if not shared:
        return Recognition(Verdict.CONFLICT, found)
    narrowed = tuple(each for each in found if each.categories & set(categories))
    return Recognition(Verdict.KNOWN if len(narrowed) == 1 else Verdict.NOT_JUDGED, narrowed)


def _by_header(types: Iterable[PageType], headers: Collection[str]) -> tuple[PageType, ...]:
    return tuple(each for each in types if not set(headers).isdisjoint(each.headers))


def _fits(page_type: PageType, name: str) -> bool:
    """Whether a title is that of one of the type's subpages."""
    follows = tuple(_after_slash(name))
    return any(rest in page_type.subpages for rest in follows if "/" not in rest) or any(
        fnmatchcase(rest, pattern) for rest in follows for pattern in page_type.patterns
    )


def _after_slash(name: str) -> Iterator[str]:
    """What follows each slash that a base title stands before."""
    for position, character in enumerate(name):
        if character == "/" and position and position + 1 < len(name):
            yield name[position + 1 :]
