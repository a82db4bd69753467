"""What tropebot asks a wiki, in as few requests as the API allows.

Must not write to the wiki or judge what it reads. Fulfils `ports.WikiReader`; raises `Unavailable`,
`NotAllowed` or, past the run's deadline, `Incomplete`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from tropebot.model import (
    TEMPLATE,
    Authorship,
    Deletion,
    Linking,
    Page,
    Person,
    Poll,
    Revision,
    TitleInfo,
    WikiSize,
)
from tropebot.policy.schema import Policy
from tropebot.wiki import values
from tropebot.wiki.abouttitles import Titles, subpages_of
from tropebot.wiki.allpages import AllPages, fetch_size
from tropebot.wiki.api import Api
from tropebot.wiki.authors import Authors
from tropebot.wiki.facts import Facts
from tropebot.wiki.histories import Histories
from tropebot.wiki.listings import Listing, page_ids, recent_pages
from tropebot.wiki.people import People, accounts_of, people_named, people_of
from tropebot.wiki.polling import Polls
from tropebot.wiki.rows import batches, by_title, merged
from tropebot.wiki.surroundings import Surroundings
from tropebot.wikitext.facts import WikiFacts

Json = Mapping[str, Any]

PAGE_PARAMETERS = {
    "prop": ("revisions", "info", "templates", "categories", "imageinfo"),
    "rvslots": "main",
    "rvprop": ("ids", "timestamp", "user", "content", "comment"),
    "tllimit": "max",
    "cllimit": "max",
    "iiprop": ("user", "timestamp", "comment"),
}


class Reader:
    """Reads one wiki as one account."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._facts = Facts(api)
        self._polls = Polls(api, self._facts)
        self._titles = Titles(api, self._facts)
        self._histories = Histories(api)
        self._surroundings = Surroundings(api)
        self._people = People(api)
        self._authors = Authors(api)
        self._all_pages = AllPages(api, self._surroundings, PAGE_PARAMETERS)

    def poll(self, *, since: datetime | None, watch: Collection[str], limit: int) -> Poll:
        """Changes, the pages that steer us, and who we are."""
        return self._polls.poll(since=since, watch=watch, limit=limit)

    # Pages

    def fetch_pages(self, titles: Collection[str]) -> Mapping[str, Page | None]:
        """Pages by the titles asked for; `Page.title` is the wiki's own form of it."""
        found: dict[str, Page | None] = {}
        for batch in batches(tuple(dict.fromkeys(titles)), self._api.many):
            answers = tuple(self._api.query_all({"titles": batch, **PAGE_PARAMETERS}))
            found |= _by_title(answers, batch)
        return self._surroundings.completed(found)

    def fetch_pages_by_id(self, page_ids: Collection[int]) -> Mapping[int, Page | None]:
        """Pages by id, wherever they stand now."""
        found: dict[int, Page | None] = {}
        for batch in batches(tuple(dict.fromkeys(page_ids)), self._api.many):
            answers = tuple(self._api.query_all({"pageids": batch, **PAGE_PARAMETERS}))
            found |= _by_id(answers, batch)
        return self._surroundings.completed(found)

    def fetch_page_and_subpages(
        self, page_id: int, title: str
    ) -> tuple[Page | None, Mapping[str, int]]:
        """The page wherever it stands now, and all pages below the title, in one query."""
        asked = {"pageids": (page_id,), **PAGE_PARAMETERS, **self._titles.below(title)}
        answers = tuple(self._api.query_all(asked))
        found = self._surroundings.completed(_by_id(answers, (page_id,)))
        return found[page_id], subpages_of(answers)

    def fetch_people_and_pages(
        self, names: Collection[str], titles: Collection[str]
    ) -> tuple[Mapping[str, Person], Mapping[str, Page | None]]:
        """Accounts as they stand now and, with the same queries, pages as they stand alone."""
        many = self._api.many
        people = {name: Person(name=name) for name in names}
        pages: dict[str, Page | None] = {}
        for accounts, batch in zip_longest(
            batches(accounts_of(names), many),
            batches(tuple(dict.fromkeys(titles)), many),
            fillvalue=(),
        ):
            more = {"titles": batch, **PAGE_PARAMETERS} if batch else {}
            answers = tuple(self._api.query_all({**people_named(accounts), **more}))
            people |= people_of(answers[0])
            pages |= _by_title(answers, batch)
        return people | self._people.addresses(names), pages

    # The wiki, its users and titles

    def fetch_facts(self, policy: Policy, *, templates: Collection[str] = ()) -> WikiFacts:
        """What the wiki says of itself; the same object as long as the wiki says the same."""
        facts = self._facts.fetch(policy)
        prefix = facts.namespace_names.get(TEMPLATE, "Template")
        there = (*facts.licence_category_members, *facts.template_redirects)
        self._surroundings.begin((*templates, *(f"{prefix}:{name}" for name in there)))
        return facts

    def fetch_authors(self, page_ids: Collection[int]) -> Mapping[int, Authorship | None]:
        """The first authors; None for a page that is gone or whose author is hidden."""
        return self._authors.of_pages(page_ids)

    def fetch_background(
        self, page_id: int, title: str
    ) -> tuple[Authorship | None, Deletion | None]:
        """The first author, by the whole history, and the last deletion under the title, in one query."""
        return self._authors.with_deletion(page_id, title)

    def fetch_page_ids(
        self,
        *,
        using: str = "",
        category: str = "",
        namespace: int = 0,
        after: str = "",
        limit: int,
    ) -> tuple[tuple[int, ...], str]:
        """A slice of the pages that use a template, are in a category, or of those of a namespace."""
        listing = Listing.of(using=using, category=category, namespace=namespace)
        return page_ids(self._api, listing, after=after, limit=limit)

    def fetch_recent(self, limit: int) -> tuple[int, ...]:
        """The pages that changed last, newest first, without talk pages."""
        return recent_pages(self._api, limit)

    def fetch_slice(self, namespace: int, *, after: str = "") -> tuple[tuple[Page, ...], str]:
        """The next pages of a namespace, and where to go on."""
        return self._all_pages.slice(namespace, after)

    def fetch_size(self) -> WikiSize:
        """How many pages there are, by the wiki's own count."""
        return fetch_size(self._api)

    def fetch_past_titles(self, page_id: int, *, draft: str) -> frozenset[str]:
        """Titles that the page has had, and some more that its history links to."""
        return self._surroundings.past_titles(page_id, draft)

    def fetch_moved_from(self, titles: Collection[str], *, namespace: int) -> frozenset[str]:
        """Those of the namespace's titles that some page was ever moved away from."""
        return self._surroundings.moved_from(titles, namespace)

    def fetch_groups(self, user: str) -> frozenset[str]:
        """An account's groups, those that everybody is in left out."""
        return self._people.groups(user)

    def fetch_people(self, names: Collection[str]) -> Mapping[str, Person]:
        """Accounts as they stand now."""
        return self._people.people(names)

    def fetch_writers(self, title: str, *, after: int) -> tuple[str, ...]:
        """Who saved the page's revisions after that one."""
        return self._people.writers(title, after)

    def fetch_subpages(self, title: str) -> Mapping[str, int]:
        """All pages below the title; a redirect that a move left there is none of them."""
        return self._titles.subpages(title)

    def fetch_linking(self, title: str, *, limit: int) -> tuple[Linking, ...]:
        """Pages that link to the title, redirects to it too."""
        return self._titles.linking(title, limit)

    def fetch_deletion(self, title: str) -> Deletion | None:
        """The last deletion under the title."""
        return self._titles.deletion(title)

    def fetch_titles(
        self, titles: Sequence[str], *, beside: Collection[str] = ()
    ) -> Mapping[str, TitleInfo]:
        """Titles as the wiki's own normaliser reads them, and why nothing can be moved there."""
        return self._titles.infos(titles, beside)

    # Histories

    def fetch_revisions(self, rev_ids: Collection[int]) -> Mapping[int, Revision | None]:
        """Revisions with their texts."""
        return self._histories.revisions(rev_ids)

    def fetch_history(self, page_id: int, limit: int) -> Sequence[Revision]:
        """The newest revisions of a page, newest first, without their texts."""
        return self._histories.of_page(page_id, limit)

    def fetch_imports(self, namespace: int) -> frozenset[int]:
        """Ids of pages of the namespace that were imported."""
        return self._histories.imported(namespace)

    def fetch_own_marks(self, prefix: str, limit: int) -> Sequence[Revision]:
        """Our own newest revisions with the prefix in their summaries, newest first."""
        return self._histories.own(prefix, limit)

    # Our own traces

    def find_mark(self, mark: str, *, page_id: int, title: str, since: datetime) -> int | None:
        """Our revision, or our move's log entry, whose summary begins with the mark.

        Looked for in the page's history, in the move log and among all our edits since then: whatever became
        of the page, one of them still shows it.
        """
        return self._histories.marked(mark, page_id=page_id, title=title, since=since)


def _by_title(answers: Sequence[Json], titles: Sequence[str]) -> dict[str, Page | None]:
    read_at = values.moment(answers[0]["curtimestamp"])
    rows = by_title(answers, titles)
    return {
        title: values.page(row, read_at=read_at) if row else None for title, row in rows.items()
    }


def _by_id(answers: Sequence[Json], page_ids: Sequence[int]) -> dict[int, Page | None]:
    read_at = values.moment(answers[0]["curtimestamp"])
    rows = {row.get("pageid"): row for row in merged(answers)}
    return {
        page_id: values.page(rows[page_id], read_at=read_at) if page_id in rows else None
        for page_id in page_ids
    }
