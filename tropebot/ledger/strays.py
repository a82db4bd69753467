"""Revisions of ours that this ledger knows nothing of: it was lost, or an old copy was put back.

Must not decide what they were: `tropebot.strays` reads them.
"""

import re
from collections.abc import Iterable
from datetime import datetime

import msgspec

from tropebot.ledger.store import Store, moment, stamp

MARK = re.compile(r"\[tb:[0-9a-f]+\]")
"""The mark in a summary of ours; that of a move stands behind the wiki's own words."""


class Stray(msgspec.Struct, frozen=True, kw_only=True):
    """A page with a mark of ours that is not in the ledger."""

    page_id: int
    rev_id: int
    mark: str
    at: datetime


class StrayRows:
    """The rows of ``stray``: the newest of each page."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, strays: Iterable[Stray]) -> list[Stray]:
        """Keep those whose marks no intent bears; gives them back.

        An intent that this ledger has not sent, but whose mark is on the wiki, was sent after this copy
        of the ledger was made: it is looked for as if its answer had been lost.
        """
        strays = list(strays)
        for stray in strays:
            self._store.execute(
                "UPDATE intent SET tries = 1 WHERE mark = ? AND state = 'planned' AND tries = 0",
                (stray.mark,),
            )
        kept = [stray for stray in strays if not self.known(stray.mark)]
        for stray in kept:
            self._store.execute(
                "INSERT INTO stray VALUES (?, ?, ?, ?) ON CONFLICT (page_id) DO UPDATE SET"
                " rev_id = excluded.rev_id, mark = excluded.mark, at = excluded.at"
                " WHERE excluded.rev_id > rev_id",
                (stray.page_id, stray.rev_id, stray.mark, stamp(stray.at)),
            )
        return kept

    def known(self, mark: str) -> bool:
        """Whether an intent bears a mark."""
        return self._store.row("SELECT 1 FROM intent WHERE mark = ?", (mark,)) is not None

    def sent(self, mark: str) -> bool:
        """Whether an intent bears a mark that, as far as this ledger knows, may have been sent."""
        row = self._store.row(
            "SELECT 1 FROM intent WHERE mark = ? AND (state <> 'planned' OR tries > 0)", (mark,)
        )
        return row is not None

    def of_page(self, page_id: int) -> Stray | None:
        """The page's newest unknown mark."""
        row = self._store.row("SELECT * FROM stray WHERE page_id = ?", (page_id,))
        if row is None:
            return None
        return Stray(
            page_id=row["page_id"], rev_id=row["rev_id"], mark=row["mark"], at=moment(row["at"])
        )

    def forget(self, page_id: int) -> None:
        """The page's marks have been read."""
        self._store.execute("DELETE FROM stray WHERE page_id = ?", (page_id,))
