"""The small Protocols by which patrol and enforcer know the wiki.

Must not import pywikibot, sqlite3 or click: `wiki/` and the tests' FakeWiki both fulfil these, and one
contract test holds both to the same behaviour. Every method does I/O and may raise
`errors.Unavailable` (try later) or `errors.NotAllowed` (stop).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tropebot.model import (
    Authorship,
    Deletion,
    Edit,
    EditResult,
    Linking,
    Move,
    MoveResult,
    Page,
    Person,
    Poll,
    Revision,
    TitleInfo,
    WikiSize,
)
from tropebot.policy.schema import Policy
from tropebot.wikitext.facts import WikiFacts


class WikiReader(Protocol):
    """Reads, in batches; none of them changes anything on the wiki."""

    def poll(self, *, since: datetime | None, watch: Collection[str], limit: int) -> Poll:
        """One query: changes since ``since`` (oldest first; ``None``: none), watched pages, our account."""

    def fetch_pages(self, titles: Collection[str]) -> Mapping[str, Page | None]:
        """Pages by title, 50 (500) a query; ``None`` for a title that does not exist."""

    def fetch_pages_by_id(self, page_ids: Collection[int]) -> Mapping[int, Page | None]:
        """Pages by id wherever they stand now; ``None`` for a page that is gone."""

    def fetch_facts(self, policy: Policy, *, templates: Collection[str] = ()) -> WikiFacts:
        """What the wiki itself says: namespaces, redirects of templates, preloads, licences.

        ``templates`` are known to exist (full titles): pages read from then on do not have them asked for.
        """

    def fetch_page_and_subpages(
        self, page_id: int, title: str
    ) -> tuple[Page | None, Mapping[str, int]]:
        """The page wherever it stands now, and what `fetch_subpages` tells of a title, in one query."""

    def fetch_people_and_pages(
        self, names: Collection[str], titles: Collection[str]
    ) -> tuple[Mapping[str, Person], Mapping[str, Page | None]]:
        """Accounts as they stand now and pages by title, with the same queries.

        What is round the pages (missing templates, pages above them) is not asked for.
        """

    def fetch_authors(self, page_ids: Collection[int]) -> Mapping[int, Authorship | None]:
        """Who made each page's first revision that is not a redirect; ``None`` where that is not told."""

    def fetch_background(
        self, page_id: int, title: str
    ) -> tuple[Authorship | None, Deletion | None]:
        """A page's first author, with whether its history hides anything, and a title's last deletion.

        One query for both; ``page_id`` 0 or an empty title: that is not asked.
        """

    def fetch_titles(
        self, titles: Sequence[str], *, beside: Collection[str] = ()
    ) -> Mapping[str, TitleInfo]:
        """Titles as the wiki's own normaliser reads them.

        Of those ``beside`` it is not asked whether people may create them, which may cost a request each.
        """

    def fetch_page_ids(
        self,
        *,
        using: str = "",
        category: str = "",
        namespace: int = 0,
        after: str = "",
        limit: int,
    ) -> tuple[tuple[int, ...], str]:
        """At most ``limit`` ids of pages and where to go on (``after``; empty: that was all).

        With ``using`` those that use the template of that full title, with ``category`` those in the category
        of that full title, else those of the namespace. Redirects are left out, but from a category.
        Raises `ListRefused` where the wiki does not know ``after``.
        """

    def fetch_recent(self, limit: int) -> tuple[int, ...]:
        """At most so many pages that changed last, by id, the newest first; talk pages are none of them."""

    def fetch_slice(self, namespace: int, *, after: str = "") -> tuple[tuple[Page, ...], str]:
        """The next 50 (500) pages of a namespace without redirects, and where to go on (empty: that was all).

        In the order of titles. ``after`` is what the slice before gave back; raises `ListRefused` where the
        wiki does not know it.
        """

    def fetch_size(self) -> WikiSize:
        """How many pages the wiki counts; only roughly true."""

    def fetch_past_titles(self, page_id: int, *, draft: str) -> frozenset[str]:
        """Titles that the page has had, and ``draft`` if any page ever was moved away from there.

        Titles that its history links to for another reason may be among them.
        """

    def fetch_moved_from(self, titles: Collection[str], *, namespace: int) -> frozenset[str]:
        """Those of the titles, all of that namespace, that some page was ever moved away from."""

    def fetch_linking(self, title: str, *, limit: int) -> tuple[Linking, ...]:
        """At most ``limit`` pages that link to the title, redirects to it too, in one query."""

    def fetch_deletion(self, title: str) -> Deletion | None:
        """The last time that a page was deleted under the title, by the log."""

    def fetch_groups(self, user: str) -> frozenset[str]:
        """The groups that an account is in; empty for an account that does not exist or an IP."""

    def fetch_people(self, names: Collection[str]) -> Mapping[str, Person]:
        """Accounts as they stand now: groups, blocks, age; addresses are looked up for blocks."""

    def fetch_writers(self, title: str, *, after: int) -> tuple[str, ...]:
        """Who saved the page's revisions after that one; an empty name where it is hidden."""

    def fetch_subpages(self, title: str) -> Mapping[str, int]:
        """Titles and ids of all pages below ``title`` and its slash in its namespace, but for redirects."""

    def fetch_revisions(self, rev_ids: Collection[int]) -> Mapping[int, Revision | None]:
        """Revisions with their texts; ``None`` for one that is gone or deleted with its page."""

    def fetch_history(self, page_id: int, limit: int) -> Sequence[Revision]:
        """The newest revisions of a page without their texts, newest first."""

    def fetch_imports(self, namespace: int) -> frozenset[int]:
        """Ids of pages of the namespace that were imported, as far as the log tells."""

    def fetch_own_marks(self, prefix: str, limit: int) -> Sequence[Revision]:
        """Our own newest revisions with ``prefix`` in their summaries, without texts, newest first.

        At most ``limit`` revisions of ours are looked through; those of moves are among them.
        """

    def find_mark(self, mark: str, *, page_id: int, title: str, since: datetime) -> int | None:
        """The revision (or, of a move, log) id whose summary begins with the mark, by this account."""


class WikiWriter(Protocol):
    """Writes: one request each, never repeated behind our back, always conditional.

    Raise `Conflict` (judge again), `Refused` (record), `OutcomeUnknown` (look first), `NotAllowed`.
    """

    def await_turn(self) -> None:
        """Wait until the operator's rate of edits allows the next write; what is asked next is fresh."""

    def assert_time_for(self, wait: float) -> None:
        """Raises `Incomplete` where the run's time will be over after so many seconds."""

    def edit(self, edit: Edit) -> EditResult: ...

    def move(self, move: Move) -> MoveResult: ...

    def delete_page(self, page_id: int, reason: str) -> None:
        """Delete the page of this id; nothing ties that to a revision."""
