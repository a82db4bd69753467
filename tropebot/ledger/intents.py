"""Intents: written down before anything is sent, at most one effect per key, every change of state an event.

Must not send anything. `TRANSITIONS` is the only place that says which state may follow which.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from sqlite3 import Row
from types import MappingProxyType
from typing import Any

from tropebot.errors import LedgerError
from tropebot.ledger.store import Store, moment, stamp
from tropebot.model import Action, Intent, Kind, State

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        # planned → done: an earlier sending, given up as lost, arrived after all.
        State.PLANNED: frozenset({State.SENDING, State.SUPERSEDED, State.DONE}),
        State.SENDING: frozenset({State.DONE, State.REFUSED, State.SUPERSEDED, State.UNKNOWN}),
        State.UNKNOWN: frozenset({State.DONE, State.PLANNED}),
        State.DONE: frozenset(),
        State.REFUSED: frozenset(),
        State.SUPERSEDED: frozenset(),
    }
)


class Intents:
    """The rows of ``intent`` and ``event``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(
        self,
        action: Action,
        *,
        run: int,
        mark: str,
        policy_rev: int,
        at: datetime,
        details: Mapping[str, Any],
    ) -> Intent | None:
        """Write an action down; ``None`` if its key has had its effect, or may be having it.

        A planned intent of the same key is taken up again with the new base, and keeps its mark: so an
        earlier sending that arrives late is recognised as the same effect.
        """
        with self._store.transaction():
            known = self._store.row(
                "SELECT * FROM intent WHERE kind = ? AND page_id = ? AND subject = ? AND episode = ?"
                " AND state <> 'superseded'",
                (action.kind, action.page_id, action.subject, action.episode),
            )
            if known is not None and known["state"] != State.PLANNED:
                return None
            codes = json.dumps(sorted({finding.code for finding in action.findings}))
            told = json.dumps(details, default=list)
            if known is not None:
                self._store.execute(
                    "UPDATE intent SET run = ?, title = ?, base_rev_id = ?, reason = ?, codes = ?,"
                    " policy_rev = ?, details = ? WHERE id = ?",
                    (
                        run,
                        action.title,
                        action.base_rev_id,
                        action.reason,
                        codes,
                        policy_rev,
                        told,
                        known["id"],
                    ),
                )
                return self.get(known["id"])
            number = self._store.execute(
                "INSERT INTO intent (run, kind, page_id, title, subject, episode, base_rev_id, reason,"
                " codes, policy_rev, mark, state, planned_at, details) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    run,
                    action.kind,
                    action.page_id,
                    action.title,
                    action.subject,
                    action.episode,
                    action.base_rev_id,
                    action.reason,
                    codes,
                    policy_rev,
                    mark,
                    State.PLANNED,
                    stamp(at),
                    told,
                ),
            )
            self._note(number, at, "", State.PLANNED, action.reason)
        return self.get(number)

    def change(
        self,
        intent: Intent,
        state: State,
        *,
        at: datetime,
        note: str = "",
        result_rev: int = 0,
        result_old_rev: int = 0,
    ) -> Intent:
        """Move an intent to another state, on the disk when this returns.

        Raises `LedgerError` for a step that `TRANSITIONS` does not have, also where another process
        was faster.
        """
        with self._store.transaction():
            row = self._store.row("SELECT state FROM intent WHERE id = ?", (intent.intent_id,))
            now = State(row[0]) if row else None
            if now is None or now is not intent.state or state not in TRANSITIONS[now]:
                raise LedgerError(
                    f"Intent {intent.intent_id} stands at “{now}” and cannot become “{state}”:"
                    " nothing more is sent; please report this as a bug."
                )
            self._store.execute(
                "UPDATE intent SET state = ?, tries = tries + ?, why = ?,"
                " result_rev = ?, result_old_rev = ? WHERE id = ?",
                (
                    state,
                    state is State.SENDING,
                    note,
                    result_rev or intent.result_rev,
                    result_old_rev or intent.result_old_rev,
                    intent.intent_id,
                ),
            )
            self._note(intent.intent_id, at, now, state, note)
        return self.get(intent.intent_id)

    def get(self, number: int) -> Intent:
        """An intent by its number."""
        row = self._store.row("SELECT * FROM intent WHERE id = ?", (number,))
        if row is None:
            raise LedgerError(f"The ledger holds no intent {number}.")
        return as_intent(row)

    def find(self, kind: Kind, page_id: int, subject: str, episode: int) -> Intent | None:
        """The intent of a key that is not superseded."""
        row = self._store.row(
            "SELECT * FROM intent WHERE kind = ? AND page_id = ? AND subject = ? AND episode = ?"
            " AND state <> 'superseded'",
            (kind, page_id, subject, episode),
        )
        return as_intent(row) if row else None

    def open(self, page_id: int | None = None) -> list[Intent]:
        """Intents planned, sending or unknown, oldest first."""
        rows = self._store.rows(
            "SELECT * FROM intent WHERE state IN ('planned', 'sending', 'unknown')"
            " AND (?1 IS NULL OR page_id = ?1) ORDER BY id",
            (page_id,),
        )
        return [as_intent(row) for row in rows]

    def made(self, rev_id: int) -> bool:
        """Whether an intent made this revision."""
        row = self._store.row("SELECT 1 FROM intent WHERE result_rev = ?", (rev_id,))
        return row is not None

    def as_left(self, rev_id: int) -> bool:
        """Whether this is a flag of ours put on or taken off, on the very revision that was judged."""
        row = self._store.row(
            "SELECT 1 FROM intent WHERE result_rev = ? AND state = 'done'"
            " AND kind IN ('flag', 'unflag') AND result_old_rev = base_rev_id",
            (rev_id,),
        )
        return row is not None

    def sent_at(self, intent: Intent) -> datetime | None:
        """When the intent was sent last, by the server's clock; ``None``: never."""
        row = self._store.row(
            "SELECT max(at) FROM event WHERE intent = ? AND new_state = 'sending'",
            (intent.intent_id,),
        )
        return moment(row[0]) if row and row[0] else None

    def last_event(self) -> datetime | None:
        """When the last change of an intent was noted."""
        row = self._store.row("SELECT max(at) FROM event")
        return moment(row[0]) if row and row[0] else None

    def done_since(self, at: datetime) -> int:
        """How many effects were recorded as done from a moment on."""
        row = self._store.row(
            "SELECT count(*) FROM event WHERE new_state = 'done' AND at >= ?", (stamp(at),)
        )
        return int(row[0]) if row else 0

    def of_run(self, run: int) -> list[Intent]:
        """Every intent of a run, oldest first."""
        rows = self._store.rows("SELECT * FROM intent WHERE run = ? ORDER BY id", (run,))
        return [as_intent(row) for row in rows]

    def of_page(self, page_id: int) -> list[Intent]:
        """Every intent about a page, oldest first."""
        rows = self._store.rows("SELECT * FROM intent WHERE page_id = ? ORDER BY id", (page_id,))
        return [as_intent(row) for row in rows]

    def events(self, intent: Intent) -> list[tuple[str, str, str, str]]:
        """What happened to an intent: time, old state, new state, note."""
        rows = self._store.rows(
            "SELECT at, old_state, new_state, note FROM event WHERE intent = ? ORDER BY id",
            (intent.intent_id,),
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def _note(self, number: int, at: datetime, old: str, new: str, note: str) -> None:
        self._store.execute(
            "INSERT INTO event (intent, at, old_state, new_state, note) VALUES (?, ?, ?, ?, ?)",
            (number, stamp(at), old, new, note),
        )


def as_intent(row: Row) -> Intent:
    """A row of ``intent``."""
    return Intent(
        intent_id=row["id"],
        run=row["run"],
        kind=Kind(row["kind"]),
        page_id=row["page_id"],
        title=row["title"],
        subject=row["subject"],
        episode=row["episode"],
        base_rev_id=row["base_rev_id"],
        reason=row["reason"],
        codes=tuple(json.loads(row["codes"])),
        policy_rev=row["policy_rev"],
        mark=row["mark"],
        state=State(row["state"]),
        tries=row["tries"],
        planned_at=moment(row["planned_at"]),
        result_rev=row["result_rev"],
        result_old_rev=row["result_old_rev"],
        why=row["why"],
        details=json.loads(row["details"]),
    )
