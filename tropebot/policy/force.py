"""The policy in force: the document together with what the wiki says, and where it came from.

What follows from the two is derived once and kept: the value is frozen by convention, and a changed
policy or a changed wiki is a new value. Must not do I/O.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from tropebot.i18n import Wording, wording
from tropebot.model import MAIN, TEMPLATE
from tropebot.policy.broken import Break, silenced
from tropebot.policy.schema import PageType as Declared
from tropebot.policy.schema import Policy
from tropebot.policy.types import known_boilerplate, page_types, preload
from tropebot.wikitext.bounds import beyond_reading
from tropebot.wikitext.document import Document, Unparsable
from tropebot.wikitext.examples import list_items
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.glance import Glance
from tropebot.wikitext.names import Title, called, plain, template_name, title
from tropebot.wikitext.pagetypes import PageType

_Reading = TypeVar("_Reading", bound=Document)
_KEPT = 4
_KEPT_CHARACTERS = 2_500_000
_KEPT_NAMES = 20_000
"""Names, and sets of names, that are looked up, not worked out again: most pages use the same few."""


class PolicyInForce(msgspec.Struct, kw_only=True, eq=False, dict=True):
    """What rules judge by. Compared by identity, so that what is derived from it can be cached.

    ``rev_id`` is the on-wiki policy page's revision, 0 where no page steers. ``breaks`` is what is known
    to be broken of the pages that the policy relies on.
    """

    policy: Policy
    facts: WikiFacts
    rev_id: int = 0
    source: str = "preset"
    breaks: tuple[Break, ...] = ()

    @cached_property
    def _last_read(self) -> dict[tuple[str, Title], Document]:
        return {}

    @cached_property
    def _names(self) -> dict[tuple[str, bool], str]:
        return {}

    @cached_property
    def _named(self) -> dict[Collection[str], frozenset[str]]:
        return {}

    @cached_property
    def _listed(self) -> dict[frozenset[str], frozenset[str]]:
        return {}

    @cached_property
    def _spaces(self) -> dict[Collection[str], frozenset[int]]:
        return {}

    @cached_property
    def wording(self) -> Wording:
        """How people of this wiki are spoken to: in the policy's language, with the wiki's own messages."""
        return wording(self.policy.language, self.facts.messages)[0]

    @property
    def unsaid(self) -> Mapping[str, str]:
        """The wiki's own messages that cannot be said, by key, and why."""
        return wording(self.policy.language, self.facts.messages)[1]

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Redirects of templates by canonical name: the policy's and, over them, the wiki's."""
        facts = self.facts
        known = {
            template_name(alias, facts, {}): template_name(name, facts, {})
            for name, aliases in self.policy.templates.aliases.items()
            for alias in aliases
        }
        return {**known, **facts.template_redirects}

    @cached_property
    def shielding_tags(self) -> frozenset[str]:
        """The tags whose content is not wikitext: of the policy's, those that the wiki has."""
        tags = frozenset(tag.lower() for tag in self.policy.wiki.shielding_tags)
        if self.facts.extension_tags:
            tags &= frozenset(tag.lower() for tag in self.facts.extension_tags)
        return tags | {"nowiki", "pre"}

    @cached_property
    def types(self) -> tuple[PageType, ...]:
        """The page types with what their preloads ask for; one with a broken piece asks for nothing."""
        policy, facts = self.policy, self.facts
        found = page_types(policy, facts, self.aliases, self.namespaces, self._document)
        return tuple(
            replace(each, elements=None) if self._is_unsound(policy.types[each.name]) else each
            for each in found
        )

    @cached_property
    def headers(self) -> frozenset[str]:
        """The header templates of all types."""
        return frozenset(name for each in self.types for name in each.headers)

    @cached_property
    def boilerplate(self) -> Mapping[str, str]:
        """What of all preloads must not stay on a page: comparison key to kind."""
        facts = self.facts
        if self.broken:
            sound = {name: page for name, page in facts.sources.items() if name not in self.broken}
            facts = replace(facts, sources=sound)
        return known_boilerplate(self.policy, facts, self._document)

    @cached_property
    def preload_items(self) -> tuple[str, ...]:
        """The list items of the preloads a draft comes from: an entry that equals one is no example."""
        workshop = self.policy.workshop
        sources = [(workshop.preload, workshop.preload_text)]
        if promoted := self.policy.types.get(workshop.page_type):
            sources.append((promoted.preload, promoted.preload_text))
        texts = (preload(page, fallback, self.facts)[0] for page, fallback in sources)
        return tuple(item for text in texts for item in list_items(text))

    @cached_property
    def implied(self) -> Mapping[str, tuple[str, ...]]:
        """Canonical template names to the categories that they add, magic words as written."""
        implies = self.policy.templates.implies.items()
        return {template_name(name, self.facts, self.aliases): added for name, added in implies}

    @cached_property
    def before_headers(self) -> frozenset[str]:
        """Templates that may stand before a header: hatnotes, flags, and the marks that people put on top.

        Among those are the two that keep bots off, and show nothing.
        """
        policy = self.policy
        flags = [name for flag in policy.flags.values() for name in (flag.template, *flag.aliases)]
        marks = (*policy.exempt.in_use, *policy.workshop.hold)
        return self.templates((*policy.markup.hatnotes, *flags, *marks, "bots", "nobots"))

    @cached_property
    def with_references(self) -> frozenset[str]:
        """Templates that are asked for only where a page has references; empty where always."""
        markup = self.policy.markup
        return self.templates(markup.reflist if markup.reflist_when == "refs" else ())

    @cached_property
    def main_page(self) -> str:
        """The full title of the main page."""
        return self.title(self.facts.main_page).text

    @cached_property
    def exempt_titles(self) -> tuple[str, ...]:
        """Patterns of titles that are never judged."""
        return tuple(map(plain, self.policy.exempt.titles))

    @cached_property
    def workshop(self) -> frozenset[int]:
        """The id of the drafts' namespace, if the wiki has it."""
        return self.namespaces((self.policy.workshop.namespace,))

    @cached_property
    def broken(self) -> frozenset[str]:
        """The full titles of broken pages on which something rests."""
        return frozenset(each.title for each in self.breaks if not each.spared)

    @cached_property
    def silent(self) -> frozenset[str]:
        """The rules that judge nothing, because what they rest on is broken."""
        return silenced(self.breaks)

    def _is_unsound(self, declared: Declared) -> bool:
        templates = (*declared.headers, *declared.footers)
        return declared.preload in self.broken or any(map(self.is_broken, templates))

    def is_broken(self, template: str) -> bool:
        """Whether a template, as the policy writes it, is broken."""
        return title(called(template), self.facts, TEMPLATE).text in self.broken

    def option(self, pack: str, name: str) -> Any:
        """An option of a rule pack, as this policy sets it. Raises `KeyError` for one that there is not."""
        return self.policy.packs[pack][name]

    def templates(self, names: Collection[str]) -> frozenset[str]:
        """Names of templates, as the policy writes them, in canonical form."""
        key = tuple(names)
        known = self._named.get(key)
        if known is None:
            _bound(self._named)
            found = (template_name(name, self.facts, self.aliases) for name in key)
            known = self._named[key] = frozenset(name for name in found if name)
        return known

    def listed(self, titles: frozenset[str]) -> frozenset[str]:
        """The canonical names of templates that are listed by their full titles."""
        known = self._listed.get(titles)
        if known is None:
            written = (f":{each}" if ":" not in each else each for each in titles)
            known = frozenset(template_name(each, self.facts, self.aliases) for each in written)
            _bound(self._listed)
            self._listed[titles] = known
        return known

    def namespaces(self, names: Collection[str]) -> frozenset[int]:
        """The ids of namespaces that the policy names; those that the wiki does not have are left out."""
        asked = tuple(names)
        found = self._spaces.get(asked)
        if found is None:
            _bound(self._spaces)
            known = self.facts.namespaces
            keys = (name.replace("_", " ").strip().lower() for name in asked)
            found = self._spaces[asked] = frozenset(
                known[key] if key else MAIN for key in keys if not key or key in known
            )
        return found

    def document(self, text: str, page: Title) -> Document:
        """A text to be read by this policy's names. Raises `Unparsable` for more than a page holds.

        The last few are kept: a draft and its changes are asked about again and again.
        """
        known = self._last_read.get((text, page))
        if known is None:
            if beyond_reading(text):
                raise Unparsable
            self._make_room(len(text))
            known = self._last_read[text, page] = self._document(text, page)
        return known

    def glance(self, text: str, page: Title) -> Glance:
        """A text at a glance, to prove it clean. Raises `Unparsable` for more than a page holds."""
        if beyond_reading(text):
            raise Unparsable
        return self._read(Glance, text, page)

    def _make_room(self, characters: int) -> None:
        """Forget the oldest texts until few enough are kept, and these not too long together."""
        kept = self._last_read
        while kept and (
            len(kept) >= _KEPT or characters + sum(len(text) for text, _ in kept) > _KEPT_CHARACTERS
        ):
            del kept[next(iter(kept))]

    def _document(self, text: str, page: Title) -> Document:
        """Also of the wiki's own pages, by which everything is judged."""
        return self._read(Document, text, page)

    def _read(self, kind: type[_Reading], text: str, page: Title) -> _Reading:
        return kind(
            text,
            page=page,
            facts=self.facts,
            aliases=self.aliases,
            shielding=self.shielding_tags,
            names=_bound(self._names),
        )

    def title(self, text: str) -> Title:
        """A full title, taken apart as the wiki does."""
        return title(text, self.facts)


def _bound(kept: dict[Any, Any]) -> dict[Any, Any]:
    """What is kept, emptied where it is too much."""
    if len(kept) >= _KEPT_NAMES:
        kept.clear()
    return kept
