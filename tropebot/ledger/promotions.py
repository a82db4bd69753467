"""Promotions under way and past: which step is next, and what was tried and refused before.

Must not choose the next step: `promotion.NEXT` does.
"""

from datetime import datetime
from sqlite3 import Row

from tropebot.errors import LedgerError
from tropebot.ledger.store import Store, stamp
from tropebot.promotion import ENDED, Promotion, Step


class Promotions:
    """The rows of ``promotion``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(
        self,
        *,
        run: int,
        page_id: int,
        title: str,
        target: str,
        text_hash: str,
        original: str,
        stripped: str,
        works: int,
        base_rev_id: int,
        at: datetime,
    ) -> Promotion:
        """Write a new attempt down."""
        number = self._store.execute(
            "INSERT INTO promotion (run, page_id, title, target, text_hash, original, stripped,"
            " works, base_rev_id, state, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                page_id,
                title,
                target,
                text_hash,
                original,
                stripped,
                works,
                base_rev_id,
                Step.STRIP,
                stamp(at),
            ),
        )
        return self.get(number)

    def advance(self, promotion: Promotion, step: Step, *, why: str = "") -> Promotion:
        """Note the step that is next, or how the promotion ended."""
        self._store.execute(
            "UPDATE promotion SET state = ?, open = ?, why = CASE ? WHEN '' THEN why ELSE ? END"
            " WHERE id = ?",
            (step, step not in ENDED, why, why, promotion.number),
        )
        return self.get(promotion.number)

    def stripped_at(self, promotion: Promotion, rev_id: int) -> Promotion:
        """Note the revision that the strip made."""
        self._store.execute(
            "UPDATE promotion SET strip_rev = ? WHERE id = ?", (rev_id, promotion.number)
        )
        return self.get(promotion.number)

    def get(self, number: int) -> Promotion:
        """A promotion by its number."""
        row = self._store.row("SELECT * FROM promotion WHERE id = ?", (number,))
        if row is None:
            raise LedgerError(f"The ledger holds no promotion {number}.")
        return _promotion(row)

    def open(self) -> list[Promotion]:
        """Promotions that have not ended, oldest first."""
        rows = self._store.rows("SELECT * FROM promotion WHERE open = 1 ORDER BY id")
        return [_promotion(row) for row in rows]

    def of_page(self, page_id: int) -> list[Promotion]:
        """Every attempt with a page, oldest first, but for those that a person has forgiven."""
        rows = self._store.rows(
            "SELECT * FROM promotion WHERE page_id = ? AND forgiven_at = '' ORDER BY id", (page_id,)
        )
        return [_promotion(row) for row in rows]

    def forgive(self, page_id: int, *, at: datetime) -> bool:
        """A person lets the bot try a page anew: whether there was an earlier attempt."""
        return bool(
            self._store.execute(
                "UPDATE promotion SET forgiven_at = ?"
                " WHERE page_id = ? AND open = 0 AND forgiven_at = ''",
                (stamp(at), page_id),
            )
        )


def _promotion(row: Row) -> Promotion:
    return Promotion(
        number=row["id"],
        run=row["run"],
        page_id=row["page_id"],
        title=row["title"],
        target=row["target"],
        text_hash=row["text_hash"],
        original=row["original"],
        stripped=row["stripped"],
        works=row["works"],
        base_rev_id=row["base_rev_id"],
        strip_rev=row["strip_rev"],
        step=Step(row["state"]),
        why=row["why"],
    )
