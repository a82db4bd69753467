"""The lives of the drafts as last read, so that no history is asked for twice, and whose drafts are alive.

Must not decide what a substantial edit is or how many drafts are too many.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from sqlite3 import Row

from msgspec.structs import replace

from tropebot.ledger.store import Store, moment, stamp
from tropebot.model import DraftLife
from tropebot.promotion import Hold

ALIVE = timedelta(days=2)
"""How long a draft counts as alive that nobody has seen again; the Workshop is looked through once a day."""


class DraftRows:
    """The rows of ``draft``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, revisions: Mapping[int, int], measure: str) -> dict[int, DraftLife]:
        """Lives by page id of those drafts (page id to newest revision) whose history was read up to there.

        ``measure`` names how substantial edits were told from others: by another one nothing is known.
        """
        rows = self._store.rows(
            "SELECT * FROM draft WHERE measure = ? AND page_id IN (SELECT value FROM json_each(?))",
            (measure, json.dumps(sorted(revisions))),
        )
        return {
            row["page_id"]: _life(row) for row in rows if row["rev_id"] == revisions[row["page_id"]]
        }

    def note(
        self, page_id: int, rev_id: int, life: DraftLife, *, measure: str, at: datetime
    ) -> None:
        """The draft is alive, and this is its life up to that revision; ``at`` is server time."""
        self._store.execute(
            "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                page_id,
                rev_id,
                measure,
                life.creator,
                stamp(life.created),
                stamp(life.touched),
                life.imported,
                life.returned,
                stamp(at),
            ),
        )

    def placed(self, page_id: int, life: DraftLife, *, now: datetime) -> DraftLife:
        """The life with its place among the creator's live drafts, the oldest first.

        Imported drafts, those that came back from the main namespace, and those of nobody known have none.
        """
        rows = self._store.rows(
            "SELECT page_id FROM draft WHERE creator = ? AND creator <> '' AND imported = 0"
            " AND returned = 0 AND seen_at >= ? ORDER BY created, page_id",
            (life.creator, stamp(now - ALIVE)),
        )
        ids = [row[0] for row in rows]
        place = ids.index(page_id) + 1 if page_id in ids else 0
        return replace(life, place=place, live=len(ids))

    def stands(
        self,
        page_id: int,
        *,
        title: str,
        works: int,
        minimum: int,
        ready: bool,
        holds: Collection[Hold],
        at: datetime,
    ) -> None:
        """How the draft was judged, for lists and reports; ``at`` is server time."""
        said = json.dumps([(hold.message, hold.params) for hold in holds])
        self._store.execute(
            "INSERT OR REPLACE INTO draft_standing VALUES (?, ?, ?, ?, ?, ?, ?)",
            (page_id, title, works, minimum, ready, said, stamp(at)),
        )

    def forget(self, page_ids: Collection[int]) -> None:
        """These pages are no drafts, or no longer."""
        gone = (json.dumps(sorted(page_ids)),)
        for table in ("draft", "draft_standing"):
            self._store.execute(
                f"DELETE FROM {table} WHERE page_id IN (SELECT value FROM json_each(?))",  # noqa: S608
                gone,
            )


def _life(row: Row) -> DraftLife:
    return DraftLife(
        creator=row["creator"],
        created=moment(row["created"]),
        touched=moment(row["touched"]),
        imported=bool(row["imported"]),
        returned=bool(row["returned"]),
    )
