"""What a dump knows of its wiki: redirects, sources, licences, what templates use, which pages there are.

Must not judge pages, and keeps no text but that of the pages that the policy is read from. What only a wiki
can work out, inside parser functions and parameters of templates, is in doubt; the doubt goes to the page.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate
from urllib.parse import unquote, urlsplit

import msgspec

from tropebot.audit.calls import Calls
from tropebot.audit.values import DumpPage, SiteInfo
from tropebot.i18n.overrides import PREFIX
from tropebot.model import MEDIAWIKI, TEMPLATE
from tropebot.policy.offline import facts_from
from tropebot.policy.schema import Policy
from tropebot.policy.types import source_titles
from tropebot.wikitext.bounds import beyond_reading
from tropebot.wikitext.document import Document
from tropebot.wikitext.elements import category_of
from tropebot.wikitext.facts import DEFAULT_NAMESPACES, SourcePage, WikiFacts
from tropebot.wikitext.names import Title, full_title, title
from tropebot.wikitext.preload import preloaded

_ANY = Title(name="Page", text="Page")
_HASH_BYTES = 8


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What a page that transcludes a template gets from it: templates by name, categories as written.

    ``members`` are the categories of the template's own page.
    """

    redirect: str = ""
    certain: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Survey:
    """What was seen of a dump, or of a part of it; parts add up in any order.

    ``titles`` are hashes of the pages that may have others below them, ``bases`` the titles asked for.
    """

    templates: dict[str, Used] = field(default_factory=dict)
    sources: dict[str, SourcePage] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    titles: "array[int]" = field(default_factory=lambda: array("Q"))
    bases: set[str] = field(default_factory=set)
    uploads: bool = False
    calls: Calls = field(default_factory=Calls)

    def add(self, other: "Survey") -> None:
        """Take in what was seen of another part."""
        self.templates |= other.templates
        self.sources |= other.sources
        self.messages |= other.messages
        self.titles.extend(other.titles)
        self.bases |= other.bases
        self.uploads |= other.uploads
        self.calls.add(other.calls)


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the wiki beside its facts, in a form that can be sent.

    ``lacking`` is a template that so many pages call that a dump without it has a part of the wiki's.
    """

    site: SiteInfo
    templates: Mapping[str, Used] = {}
    sources: Mapping[str, SourcePage] = {}
    messages: Mapping[str, str] = {}
    bases: frozenset[str] = frozenset()
    uploads: bool = False
    surveyed: bool = True
    lacking: str = ""


def known_from(site: SiteInfo, survey: Survey) -> Knowledge:
    """What a whole survey comes to."""
    asked = {_hash(base): base for base in survey.bases}
    return Knowledge(
        site=site,
        templates=survey.templates,
        sources=survey.sources,
        messages=survey.messages,
        bases=frozenset(asked[each] for each in survey.titles if each in asked),
        uploads=survey.uploads,
        lacking=survey.calls.lacking(survey.templates) if survey.templates else "",
    )


def site_facts(site: SiteInfo, policy: Policy) -> WikiFacts:
    """The wiki's facts as far as the dump's head and the policy tell them."""
    assumed = facts_from(policy)
    if not site.namespaces:
        return assumed
    names = {number: name.replace("_", " ") for number, name in site.namespaces.items()}
    aliases = {
        alias: number
        for alias, number in (*DEFAULT_NAMESPACES.items(), *assumed.namespaces.items())
        if number in names
    }
    return WikiFacts(
        namespaces={**aliases, **{name.lower(): number for number, name in names.items()}},
        namespace_names=names,
        first_letter_case=site.case != "case-sensitive",
        interwiki=assumed.interwiki,
        interlanguage=assumed.interlanguage,
        extension_tags=assumed.extension_tags,
        main_page=_main_page(site.base) or policy.wiki.main_page,
        licence_category_members=assumed.licence_category_members,
        transcludes_licence=assumed.transcludes_licence,
    )


def facts_of(known: Knowledge, policy: Policy) -> WikiFacts:
    """The facts that the policy is put in force with."""
    site = site_facts(known.site, policy)
    if not known.surveyed:
        return site
    category = title(f"Category:{policy.files.licence_category}", site).name
    members = {name for name, used in known.templates.items() if category in used.members}
    return WikiFacts(
        namespaces=site.namespaces,
        namespace_names=site.namespace_names,
        first_letter_case=site.first_letter_case,
        interwiki=site.interwiki,
        interlanguage=site.interlanguage,
        extension_tags=site.extension_tags,
        main_page=site.main_page,
        template_redirects={
            name: used.redirect for name, used in known.templates.items() if used.redirect
        },
        sources={each: known.sources.get(each) for each in source_titles(policy)},
        messages=known.messages,
        licence_category_members=frozenset(members) if category else frozenset(),
        transcludes_licence=site.transcludes_licence,
    )


def surveyed(
    pages: Iterable[DumpPage], policy: Policy, facts: WikiFacts, exempt: Collection[int]
) -> Survey:
    """What pages say of their wiki; those in ``exempt`` namespaces are no page's base."""
    found = Survey()
    wanted = {title(each, facts).text: each for each in source_titles(policy)}
    tags = frozenset(tag.lower() for tag in policy.wiki.shielding_tags) | {"nowiki", "pre"}
    for page in pages:
        found.uploads = found.uploads or page.upload is not None
        found.calls.see(page, facts)
        if page.namespace == TEMPLATE:
            name = page.title.partition(":")[2]
            found.templates[name] = _used(page, facts, tags)
        if page.namespace not in exempt:
            found.titles.append(_hash(page.title))
            if "/" in page.title:
                found.bases.update(above(page.title))
        if page.text is not None and page.title in wanted:
            found.sources[wanted[page.title]] = SourcePage(
                title=page.title, rev_id=page.rev_id, text=page.text
            )
        if page.namespace == MEDIAWIKI and page.text is not None:
            key = page.title.partition(":")[2]
            key = key[:1].lower() + key[1:]
            if key.startswith(PREFIX):
                found.messages[key.removeprefix(PREFIX)] = page.text
    return found


def above(page_title: str) -> tuple[str, ...]:
    """What a page could be a subpage of: its title cut before each slash."""
    *parts, _ = page_title.split("/")
    return tuple(base for base in accumulate(parts, "{}/{}".format) if base)


def _used(page: DumpPage, facts: WikiFacts, tags: Collection[str]) -> Used:
    redirect = title(page.redirect, facts) if page.redirect else Title()
    if redirect.namespace == TEMPLATE and redirect.name:
        return Used(redirect=redirect.name)
    if page.text is None or beyond_reading(page.text):
        return Used()
    own = Document(
        page.text, page=title(page.title, facts), facts=facts, aliases={}, shielding=tags
    )
    given = Document(preloaded(page.text), page=_ANY, facts=facts, aliases={}, shielding=tags)
    certain = dict.fromkeys(use.name for use in given.templates if use.certain)
    doubtful = dict.fromkeys(use.name for use in given.templates if use.name not in certain)
    return Used(
        certain=tuple(certain),
        doubtful=tuple(doubtful),
        categories=tuple(
            given.readable.text[slice(*given.parts(use.index)[0])].partition(":")[2].strip()
            for use in given.categories
            if use.name
        ),
        members=tuple(use.name for use in own.categories if use.name),
    )


class Transclusions:
    """What a page uses through templates, by the dump: what online the wiki's own lists say."""

    def __init__(self, known: Knowledge, facts: WikiFacts, trusted: Collection[str]) -> None:
        """In doubt a template that another one calls is used if it is ``trusted``: a licence."""
        self._known, self._facts, self._trusted = known, facts, frozenset(trusted)
        self._reached: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def listed(self, document: Document) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Templates (full titles), categories, and of the templates those that are missing for certain."""
        names = {use.name: False for use in document.templates}
        names.update((use.name, True) for use in document.templates if use.certain)
        templates: set[str] = set()
        categories = {use.name for use in document.categories if use.name}
        missing: set[str] = set()
        for name, certain in names.items():
            reached, written = self._through(name)
            templates |= reached
            categories |= {category_of(each, document.page, self._facts) for each in written}
            if certain:
                missing |= self._missing(reached)
        return (
            frozenset(map(self._title, templates)),
            frozenset(categories),
            frozenset(map(self._title, missing)),
        )

    def _missing(self, names: Iterable[str]) -> set[str]:
        """Those that the dump does not have; a trusted one may be there without being called.

        Of a part of a wiki's templates none is missing for certain.
        """
        if self._known.lacking:
            return set()
        known = self._known.templates
        return {
            name
            for name in names
            if name not in known and ":" not in name and name not in self._trusted
        }

    def _through(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        found = self._reached.get(name)
        if found is not None:
            return found
        names = {name: None}
        written: set[str] = set()
        waiting = [name]
        while waiting:
            used = self._known.templates.get(waiting.pop())
            if used is None:
                continue
            written.update(used.categories)
            called = [*used.certain, *(each for each in used.doubtful if each in self._trusted)]
            if used.redirect:
                called.append(used.redirect)
            fresh = [each for each in called if each not in names]
            names.update(dict.fromkeys(fresh))
            waiting += fresh
        found = self._reached[name] = frozenset(names), frozenset(written)
        return found

    def _title(self, name: str) -> str:
        if ":" in name:
            return name.removeprefix(":")
        return full_title(TEMPLATE, name, self._facts)


def _main_page(base: str) -> str:
    """The main page's title by its address."""
    parts = urlsplit(base)
    query = dict(part.partition("=")[::2] for part in parts.query.split("&"))
    path = parts.path.partition("/wiki/")[2] or parts.path.rpartition("/")[2]
    return unquote(query.get("title") or path).replace("_", " ").strip()


def _hash(page_title: str) -> int:
    return int.from_bytes(blake2b(page_title.encode(), digest_size=_HASH_BYTES).digest(), "big")
