"""What a page's own row does not tell: which of its templates exist, what is above it, its past titles.

Must not judge any of it. Existence of templates is remembered until `begin`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import Any, TypeVar

from msgspec.structs import replace

from tropebot.model import Page
from tropebot.wiki.api import Api
from tropebot.wiki.rows import batches, by_title, exists
from tropebot.wikitext.names import linked_titles

Json = Mapping[str, Any]
Key = TypeVar("Key")

FEW = 3
"""Titles of which each is asked for by itself."""


class Surroundings:
    """Asks for what is round pages, many at a time."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._existing: set[str] = set()

    def begin(self, existing: Iterable[str]) -> None:
        """Templates may have been made or deleted since; these are known to be there now."""
        self._existing = set(existing)

    def know(self, existing: Iterable[str]) -> None:
        """These are there too."""
        self._existing.update(existing)

    def completed(
        self,
        pages: dict[Key, Page | None],
        *,
        above: Mapping[str, frozenset[str]] = MappingProxyType({}),
        absent: Collection[str] = (),
    ) -> dict[Key, Page | None]:
        """The pages with which of their templates exist and what is on the pages above them.

        What is in ``above`` is known, by title, and what is ``absent`` is not there: neither is asked for.
        """
        found = [page for page in pages.values() if page is not None]
        self._look_for({title for page in found for title in page.templates or ()} - set(absent))
        unknown = {base for page in found for base in titles_above(page)} - set(above)
        bases = {**above, **self._bases(unknown)}
        return {
            key: None if page is None else self._with_surroundings(page, bases)
            for key, page in pages.items()
        }

    def past_titles(self, page_id: int, draft: str) -> frozenset[str]:
        """Every title that the summaries of the page's first 500 (5,000) revisions link to, and ``draft`` if
        anything was ever moved away from there: a move names both titles in the page's history.
        """
        answer = self._api.query(
            {
                "pageids": page_id,
                "prop": "revisions",
                "rvdir": "newer",
                "rvlimit": "max",
                "rvprop": ("ids", "comment"),
                "list": "logevents",
                "letype": "move",
                "letitle": draft,
                "lelimit": 1,
                "leprop": ("ids",),
            }
        )
        query = answer["query"]
        revisions: Sequence[Json] = query["pages"][0].get("revisions", ())
        linked = {
            title for revision in revisions for title in linked_titles(revision.get("comment", ""))
        }
        return frozenset(linked | ({draft} if query.get("logevents") else set()))

    def moved_from(self, titles: Collection[str], namespace: int) -> frozenset[str]:
        """Those of the titles that a page was moved away from, by the log.

        Of many the namespace's whole log of moves is read, which costs a request for each 500 (5,000) rows; a
        log that is longer than asking for each title is given up.
        """
        wanted = frozenset(titles)
        moves = {"list": "logevents", "letype": "move", "leprop": ("ids", "title")}
        if len(wanted) > FEW:
            whole = {**moves, "lenamespace": namespace, "lelimit": "max"}
            found: set[str] = set()
            for number, answer in enumerate(self._api.query_all(whole)):
                found |= {row.get("title", "") for row in answer["query"]["logevents"]} & wanted
                if "continue" not in answer or found == wanted:
                    return frozenset(found)
                if number >= len(wanted):
                    break
        return frozenset(
            title
            for title in sorted(wanted)
            if self._api.query({**moves, "letitle": title, "lelimit": 1})["query"]["logevents"]
        )

    def _look_for(self, titles: set[str]) -> None:
        for batch in batches(tuple(sorted(titles - self._existing)), self._api.many):
            answers = tuple(self._api.query_all({"titles": batch, "prop": "info"}))
            rows = by_title(answers, batch)
            self._existing |= {title for title, row in rows.items() if row and exists(row)}

    def _bases(self, titles: set[str]) -> dict[str, frozenset[str]]:
        """Those that exist, with the templates and categories that the wiki lists for them."""
        found: dict[str, frozenset[str]] = {}
        asked = {"prop": ("templates", "categories"), "tllimit": "max", "cllimit": "max"}
        for batch in batches(tuple(sorted(titles)), self._api.many):
            answers = tuple(self._api.query_all({"titles": batch, **asked}))
            for title, row in by_title(answers, batch).items():
                if row and exists(row):
                    entries = (*row.get("templates", ()), *row.get("categories", ()))
                    found[title] = frozenset(entry["title"] for entry in entries)
        return found

    def _with_surroundings(self, page: Page, bases: Mapping[str, frozenset[str]]) -> Page:
        above = titles_above(page)
        there = [bases[base] for base in above if base in bases]
        return replace(
            page,
            missing_templates=(page.templates or frozenset()) - self._existing,
            base_exists=bool(there) if above else None,
            base_listed=frozenset().union(*there) if above else None,
        )


def titles_above(page: Page) -> tuple[str, ...]:
    """What the page could be a subpage of: its title cut before each slash."""
    *parts, _ = page.title.split("/")
    return tuple(base for base in accumulate(parts, "{}/{}".format) if base)
