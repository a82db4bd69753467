"""Reads what a draft's own row does not tell: its talk page, its history in short, its creator's others.

Must not judge. Talk pages are read together, a history only where the draft has changed since it was read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import TypeVar

from msgspec.structs import replace

from tropebot.ledger import Ledger
from tropebot.model import Authorship, DraftLife, Page, Revision
from tropebot.origins import first_authors
from tropebot.policy.drafts import asks_lives
from tropebot.policy.force import PolicyInForce
from tropebot.ports import WikiReader
from tropebot.wikitext.names import full_title
from tropebot.workshop import life, measure

REVISIONS = 500
"""How much of a draft's history is looked through, the newest."""

REDIRECT = 500
"""Bytes: a redirect is not longer."""

Key = TypeVar("Key")


@dataclass
class DraftFacts:
    """Completes pages that are drafts; ``account`` is the bot's own."""

    reader: WikiReader
    ledger: Ledger
    force: PolicyInForce
    account: str

    def completed(
        self, pages: Mapping[Key, Page | None], *, now: datetime, lives: bool = False
    ) -> dict[Key, Page | None]:
        """The pages, drafts among them with what the policy asks about them; ``now`` is server time.

        ``lives``: whatever it asks, their histories too.
        """
        drafts = [page for page in pages.values() if page and self._is_draft(page)]
        ids = {page.page_id for page in drafts}
        self.ledger.drafts.forget({page.page_id for page in pages.values() if page} - ids)
        if not drafts:
            return dict(pages)
        talks = self._talks(drafts)
        known = self._lives(drafts, now) if lives or asks_lives(self.force) else {}
        whole = {
            page.page_id: replace(
                page, talk=talks.get(page.page_id, page.talk), life=known.get(page.page_id)
            )
            for page in drafts
        }
        return {key: page and whole.get(page.page_id, page) for key, page in pages.items()}

    def with_talk(self, page: Page) -> Page:
        """A page with the text of its talk page, if votes may stand there."""
        return replace(page, talk=self._talks([page]).get(page.page_id))

    def _is_draft(self, page: Page) -> bool:
        in_workshop = page.namespace in self.force.workshop
        return in_workshop and not page.redirect and not page.base_exists

    def _talks(self, drafts: Sequence[Page]) -> dict[int, str]:
        """The texts of talk pages by their draft's id, where the policy asks for votes."""
        wanted = self.force.policy.workshop.approval
        if not (wanted.votes or wanted.oppose):
            return {}
        titles = {page.page_id: self._talk_title(page) for page in drafts}
        pages = self.reader.fetch_pages(sorted(set(titles.values())))
        return {page_id: _words_of(pages.get(title)) for page_id, title in titles.items()}

    def _talk_title(self, page: Page) -> str:
        title = self.force.title(page.title)
        return full_title(title.namespace + 1, title.name, self.force.facts)

    def _lives(self, drafts: Sequence[Page], now: datetime) -> dict[int, DraftLife]:
        by = measure(self.force.policy.workshop.stale)
        found = self.ledger.drafts.known({page.page_id: page.rev_id for page in drafts}, by)
        unread = [page for page in drafts if page.page_id not in found]
        if unread:
            found |= self._read_lives(unread)
        with self.ledger.transaction():
            for page in drafts:
                if known := found.get(page.page_id):
                    self.ledger.drafts.note(page.page_id, page.rev_id, known, measure=by, at=now)
        rows = self.ledger.drafts
        return {page_id: rows.placed(page_id, each, now=now) for page_id, each in found.items()}

    def _read_lives(self, drafts: Sequence[Page]) -> dict[int, DraftLife]:
        reader = self.reader
        histories = {each.page_id: reader.fetch_history(each.page_id, REVISIONS) for each in drafts}
        authors = self._authors(histories)
        imports = frozenset().union(*(reader.fetch_imports(each) for each in self.force.workshop))
        bots = self._bots(histories.values())
        found = {
            page_id: life(
                history,
                authors.get(page_id),
                self.force.policy.workshop.stale,
                bots=bots,
                imported=page_id in imports,
                namespace_of=lambda title: self.force.title(title).namespace,
            )
            for page_id, history in histories.items()
        }
        return {page_id: each for page_id, each in found.items() if each is not None}

    def _authors(self, histories: Mapping[int, Sequence[Revision]]) -> dict[int, Authorship]:
        """Who began each page: by its first revision; where that may be a redirect, the wiki is asked."""
        firsts = {page_id: rows[-1] for page_id, rows in histories.items() if rows}
        short = [row.rev_id for row in firsts.values() if row.size <= REDIRECT]
        texts = self.reader.fetch_revisions(short) if short else {}
        unsaid = {
            page_id
            for page_id, row in firsts.items()
            if row.parent_id or (row.size <= REDIRECT and _may_redirect(texts.get(row.rev_id)))
        }
        said = {
            page_id: Authorship(user=row.user, user_id=0, created=row.timestamp)
            for page_id, row in firsts.items()
            if page_id not in unsaid and row.user
        }
        return said | first_authors(unsaid, self.ledger, self.reader)

    def _bots(self, histories: Collection[Sequence[Revision]]) -> frozenset[str]:
        """The bots among those who edited, and we."""
        names = {row.user for history in histories for row in history} - {"", self.account}
        people = self.reader.fetch_people(sorted(name for name in names if not is_address(name)))
        groups = {name: person.groups for name, person in people.items()}
        return frozenset({self.account, *(name for name in groups if "bot" in groups[name])})


def is_address(name: str) -> bool:
    """Whether this is the address of somebody without an account."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _may_redirect(first: Revision | None) -> bool:
    """Whether a revision may be a redirect, in whatever language; a hidden text may be anything."""
    return first is None or first.text is None or first.text.lstrip().startswith("#")


def _words_of(page: Page | None) -> str:
    """A talk page's text; none where it is a redirect or no wikitext."""
    if page is None or page.redirect or page.content_model != "wikitext":
        return ""
    return page.text
