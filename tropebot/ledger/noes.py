"""People's lasting noes, as a person looks at them and clears them.

Must not raise one: `Pages` notes them where they are seen.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec

from tropebot.ledger.store import Store, stamp


class No(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that keeps off a page, and since when (ISO 8601); ``title`` as we knew the page last."""

    page_id: int
    title: str
    code: str
    why: str
    at: str


class Noes:
    """The rows of ``lasting_no``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def standing(self, page_ids: Collection[int] | None = None, code: str = "") -> list[No]:
        """The noes that stand, oldest first; of some pages, of one rule, or all."""
        rows = self._store.rows(
            "SELECT lasting_no.*, coalesce(page.title, (SELECT title FROM intent WHERE intent.page_id ="
            " lasting_no.page_id ORDER BY id DESC LIMIT 1), '') AS title FROM lasting_no"
            " LEFT JOIN page USING (page_id) WHERE cleared_at = '' AND (?1 = '' OR code = ?1)"
            " ORDER BY at, page_id, code",
            (code,),
        )
        return [
            No(
                page_id=row["page_id"],
                title=row["title"],
                code=row["code"],
                why=row["why"],
                at=row["at"],
            )
            for row in rows
            if page_ids is None or row["page_id"] in page_ids
        ]

    def pages_called(self, title: str) -> frozenset[int]:
        """The pages that we knew by a title, or wrote to there; they may have been moved since."""
        rows = self._store.rows(
            "SELECT page_id FROM intent WHERE title = ?1 AND page_id <> 0"
            " UNION SELECT page_id FROM page WHERE title = ?1",
            (title,),
        )
        return frozenset(row[0] for row in rows)

    def clear(self, no: No, *, at: datetime) -> None:
        """The rule may judge the page anew, as if its finding were seen for the first time."""
        with self._store.transaction():
            self._store.execute(
                "UPDATE lasting_no SET cleared_at = ? WHERE page_id = ? AND code = ?"
                " AND cleared_at = ''",
                (stamp(at), no.page_id, no.code),
            )
            self._store.execute(
                "UPDATE episode SET closed_at = ? WHERE page_id = ? AND code = ?"
                " AND closed_at = '' AND flag NOT IN ('ours', 'theirs')",
                (stamp(at), no.page_id, no.code),
            )
