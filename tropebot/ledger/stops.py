"""What stops the bot until a person says “go on”: an open breaker, the end of a trial, a message to it.

Must not decide what a stop stops, nor when one begins: who raises it knows.
"""

from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

import msgspec

from tropebot.ledger.store import Store, stamp


class StopKind(StrEnum):
    """Why the bot was stopped; the subject says what more there is to know.

    A breaker's subject is a rule's code (or an action), a message's the revision of the talk page, a
    trial's is empty, that of lost rights names them.
    """

    BREAKER = "breaker"
    TRIAL = "trial"
    MESSAGE = "message"
    RIGHTS = "rights"


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One stop; times are ISO 8601, ``cleared_at`` empty while it stands."""

    kind: str
    subject: str
    since: str
    why: str
    cleared_at: str = ""


class Stops:
    """The rows of ``stop``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def raise_(self, kind: str, subject: str, why: str, *, at: datetime) -> bool:
        """Stop; false where the same stop stands already, so that nobody is alerted twice."""
        return bool(
            self._store.execute(
                "INSERT OR IGNORE INTO stop (kind, subject, since, why) VALUES (?, ?, ?, ?)",
                (kind, subject, stamp(at), why),
            )
        )

    def standing(self, kind: str | None = None) -> list[Stop]:
        """The stops that nobody has cleared, oldest first; of one kind or of all."""
        rows = self._store.rows(
            "SELECT * FROM stop WHERE cleared_at = '' AND (?1 IS NULL OR kind = ?1) ORDER BY id",
            (kind,),
        )
        return [_stop(row) for row in rows]

    def latest(self, kind: str, subject: str | None = None) -> Stop | None:
        """The newest stop of a kind (and subject), standing or cleared: a message stops only once."""
        row = self._store.row(
            "SELECT * FROM stop WHERE kind = ?1 AND (?2 IS NULL OR subject = ?2) ORDER BY id DESC",
            (kind, subject),
        )
        return _stop(row) if row else None

    def clear(self, kind: str, subject: str | None = None, *, at: datetime) -> list[Stop]:
        """A person says “go on”: those of a kind (and subject) that stood until now."""
        with self._store.transaction():
            gone = [
                stop for stop in self.standing(kind) if subject is None or stop.subject == subject
            ]
            for stop in gone:
                self._store.execute(
                    "UPDATE stop SET cleared_at = ? WHERE kind = ? AND subject = ? AND cleared_at = ''",
                    (stamp(at), stop.kind, stop.subject),
                )
        return gone


def _stop(row: Row) -> Stop:
    return Stop(
        kind=row["kind"],
        subject=row["subject"],
        since=row["since"],
        why=row["why"],
        cleared_at=row["cleared_at"],
    )
