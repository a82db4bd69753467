"""What a bot asks the FakeWiki about people: who made a page, who wrote on it, how an account stands."""

from collections.abc import Collection, Mapping

from tests.fake_history import FakeHistory
from tests.fake_pages import REDIRECT
from tropebot.model import Authorship, Deletion, Person


class FakePeople(FakeHistory):
    """`ports.WikiReader`'s questions about people."""

    def fetch_authors(self, page_ids: Collection[int]) -> Mapping[int, Authorship | None]:
        self._read("fetch_authors")
        return {page_id: self._author(page_id) for page_id in page_ids}

    def fetch_background(
        self, page_id: int, title: str
    ) -> tuple[Authorship | None, Deletion | None]:
        self._read("fetch_background")
        author = self._author(page_id, whole=True) if page_id else None
        return author, self.deletions.get(self.normal(title)[1]) if title else None

    def _author(self, page_id: int, *, whole: bool = False) -> Authorship | None:
        page = self._by_id(page_id)
        if page is None:
            return None
        first = next(
            (revision for revision in page.revisions if not REDIRECT.match(revision.text)),
            page.revisions[0],
        )
        return Authorship(
            user=first.user,
            user_id=self._user_id(first.user),
            created=first.timestamp,
            hidden=whole and page.title in self.hidden,
        )

    def fetch_groups(self, user: str) -> frozenset[str]:
        self._read("fetch_groups")
        return self.groups.get(user, frozenset())

    def fetch_people(self, names: Collection[str]) -> Mapping[str, Person]:
        self._read("fetch_people")
        return {name: self._person(name) for name in names}

    def _person(self, name: str) -> Person:
        return Person(
            name=name,
            user_id=self._user_id(name),
            groups=self.groups.get(name, frozenset()),
            blocked=name in self.blocked,
            registered=self.registered.get(name),
            edits=self.edits.get(name),
            gender=self.genders.get(name, ""),
        )

    def fetch_writers(self, title: str, *, after: int) -> tuple[str, ...]:
        self._read("fetch_writers")
        page = self.pages.get(title)
        revisions = page.revisions if page else []
        return tuple(
            dict.fromkeys(revision.user for revision in revisions if revision.rev_id > after)
        )
