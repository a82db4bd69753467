"""What a bot asks the FakeWiki of the past: revisions, a page's history, its own contributions."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha1

from tests.fake_pages import FakePages, Stored
from tests.fake_pages import Revision as Row
from tropebot.model import Revision


class FakeHistory(FakePages):
    """`ports.WikiReader`'s questions about revisions."""

    def fetch_revisions(self, rev_ids: Collection[int]) -> Mapping[int, Revision | None]:
        self._read("fetch_revisions")
        found: dict[int, Revision | None] = dict.fromkeys(rev_ids)
        for page in self.pages.values():
            for row in page.revisions:
                if row.rev_id in found:
                    hidden = row.rev_id in self.hidden_texts
                    found[row.rev_id] = _revision(page, row, None if hidden else row.text)
        return found

    def fetch_history(self, page_id: int, limit: int) -> Sequence[Revision]:
        self._read("fetch_history")
        page = self._by_id(page_id)
        rows = page.revisions[-limit:] if page else []
        return [_revision(page, row, None, self.hidden_texts) for row in reversed(rows) if page]

    def fetch_imports(self, namespace: int) -> frozenset[int]:
        self._read("fetch_imports")
        return frozenset(
            page.page_id
            for title, page in self.pages.items()
            if title in self.imported and self.normal(title)[0] == namespace
        )

    def fetch_own_marks(self, prefix: str, limit: int) -> Sequence[Revision]:
        self._read("fetch_own_marks")
        rows = [
            _revision(page, row, None)
            for page in self.pages.values()
            for row in page.revisions
            if row.user == self.account
        ]
        rows.sort(key=lambda row: row.rev_id, reverse=True)
        return [row for row in rows[:limit] if prefix in row.comment]

    def _read(self, request: str) -> None:
        self.reads += 1
        self._hook("before", request)


def _revision(page: Stored, row: Row, text: str | None, hidden: Collection[int] = ()) -> Revision:
    return Revision(
        rev_id=row.rev_id,
        parent_id=row.parent,
        page_id=page.page_id,
        title=page.title,
        user=row.user,
        comment=row.comment,
        timestamp=row.timestamp,
        text=text,
        size=len(row.text.encode()),
        sha1=""
        if row.rev_id in hidden
        else sha1(row.text.encode(), usedforsecurity=False).hexdigest(),
        minor=row.minor,
    )
