"""Effects to be taken back, and what was taken back before.

Must not decide what can be taken back.
"""

from collections.abc import Collection
from datetime import datetime

from tropebot.ledger.intents import as_intent
from tropebot.ledger.store import Store, stamp
from tropebot.model import Intent, Kind

AFTERWARDS = (Kind.AFTER, Kind.LINKS, Kind.LISTED)
PROMOTING = (Kind.STRIP, Kind.MOVE, *AFTERWARDS)

_EFFECTS = (
    "SELECT * FROM intent WHERE state = 'done' AND kind NOT IN ('undo', 'undo-move', 'correction')"
)
_FOUND = "(kind = 'flag' AND episode < 0)"
_TAKEN_BACK = (
    "EXISTS (SELECT 1 FROM intent AS undo WHERE undo.kind = 'undo' AND undo.state = 'done'"
    " AND undo.episode = intent.id)"
)
_NEWEST = " ORDER BY (SELECT max(event.id) FROM event WHERE event.intent = intent.id) DESC"


class Undone:
    """Questions to ``intent`` that only an undo asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def effects(
        self, *, run: int = 0, intent: int = 0, since: datetime | None = None
    ) -> list[Intent]:
        """What was done on the wiki, the newest first; each narrows it where it is given.

        A run's effects are those that it had itself, and none that it found there.
        """
        rows = self._store.rows(
            f"{_EFFECTS} AND (?1 = 0 OR (run = ?1 AND NOT {_FOUND})) AND (?2 = 0 OR id = ?2)"
            f" AND (?3 = '' OR planned_at >= ?3){_NEWEST}",
            (run, intent, stamp(since) if since else ""),
        )
        return [as_intent(row) for row in rows]

    def of_promotion(self, number: int) -> list[Intent]:
        """Everything that one promotion has done, the newest first."""
        kinds = ", ".join(f"'{kind}'" for kind in PROMOTING)
        rows = self._store.rows(
            f"{_EFFECTS} AND kind IN ({kinds}) AND episode = ?{_NEWEST}", (number,)
        )
        return [as_intent(row) for row in rows]

    def later_reports(self, effect: Intent) -> frozenset[int]:
        """The reports that were saved on a report's page since, but for those that were taken back."""
        rows = self._store.rows(
            "SELECT id FROM intent WHERE kind = 'report' AND state = 'done' AND subject = ? AND id > ?"  # noqa: S608
            f" AND NOT {_TAKEN_BACK}",
            (effect.subject, effect.intent_id),
        )
        return frozenset(row[0] for row in rows)

    def report_taken_back(self, title: str) -> Intent | None:
        """The last report saved on a page, if it was taken back."""
        row = self._store.row(
            f"SELECT *, {_TAKEN_BACK} AS taken_back FROM intent WHERE kind = 'report'"  # noqa: S608
            " AND state = 'done' AND subject = ? ORDER BY id DESC LIMIT 1",
            (title,),
        )
        return as_intent(row) if row and row["taken_back"] else None

    def tries(self, effect: Intent) -> list[Intent]:
        """What was written down so far to take an effect back, the oldest first."""
        rows = self._store.rows(
            "SELECT * FROM intent WHERE kind IN ('undo', 'undo-move', 'correction') AND episode = ?"
            " AND state <> 'superseded' ORDER BY id",
            (effect.intent_id,),
        )
        return [as_intent(row) for row in rows]

    def pages_told(self, numbers: Collection[int]) -> frozenset[int]:
        """The pages that a message was about."""
        return frozenset(
            int(row[0])
            for number in numbers
            for row in self._store.rows("SELECT page_id FROM notice WHERE id = ?", (number,))
        )

    def subjects_told(self, numbers: Collection[int]) -> frozenset[str]:
        """What a message was about: the subjects of the news that it told."""
        return frozenset(
            str(row[0])
            for number in numbers
            for row in self._store.rows("SELECT subject FROM notice WHERE id = ?", (number,))
        )
