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
    Edit,
    EditResult,
    Move,
    MoveResult,
    Page,
    Poll,
    TitleInfo,
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

    def fetch_facts(self, policy: Policy) -> WikiFacts:
        """What the wiki itself says: namespaces, redirects of templates, preloads, licences."""

    def fetch_authorship(self, page_id: int) -> Authorship | None:
        """Who made the page's first revision that is not a redirect."""

    def fetch_titles(self, titles: Sequence[str]) -> Mapping[str, TitleInfo]:
        """Titles as the wiki's own normaliser reads them."""

    def fetch_groups(self, user: str) -> frozenset[str]:
        """The groups that an account is in; empty for an account that does not exist or an IP."""

    def fetch_subpages(self, title: str) -> Mapping[str, int]:
        """Titles and ids of all pages below ``title`` and its slash in its namespace, but for redirects."""

    def find_mark(self, mark: str, *, page_id: int, title: str, since: datetime) -> int | None:
        """The revision (or, of a move, log) id whose summary begins with the mark, by this account."""


class WikiWriter(Protocol):
    """Writes: one request each, never repeated behind our back, always conditional.

    Raise `Conflict` (judge again), `Refused` (record), `OutcomeUnknown` (look first), `NotAllowed`.
    """

    def edit(self, edit: Edit) -> EditResult: ...

    def move(self, move: Move) -> MoveResult: ...
