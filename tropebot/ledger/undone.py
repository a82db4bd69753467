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
    "SELECT * FROM intent WHERE state = 'done'"
    # a report tells what is: the next one tells that something was taken back
    " AND kind NOT IN ('undo', 'undo-move', 'correction', 'report')"
)
_NEWEST = " ORDER BY (SELECT max(event.id) FROM event WHERE event.intent = intent.id) DESC"


class Undone:
    """Questions to ``intent`` that only an undo asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def effects(
        self, *, run: int = 0, intent: int = 0, since: datetime | None = None
    ) -> list[Intent]:
        """What was done on the wiki, the newest first; each narrows it where it is given."""
        rows = self._store.rows(
            f"{_EFFECTS} AND (?1 = 0 OR run = ?1) AND (?2 = 0 OR id = ?2)"
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
