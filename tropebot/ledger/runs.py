"""Runs: when the bot worked, by which policy, and what came of it.

Must not hold anything that the bot decides by.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from sqlite3 import Row
from typing import Any

import msgspec

from tropebot.ledger.store import Store, stamp


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One run as the ledger keeps it; times are ISO 8601, ``ended_at`` empty for one that never ended."""

    number: int
    kind: str
    started_at: str
    ended_at: str
    policy_rev: int
    status: str
    report: Mapping[str, Any]


class Runs:
    """The rows of ``run``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, kind: str, *, policy_rev: int, at: datetime) -> int:
        """A run begins; its number. One that never ended is noted as broken off."""
        self._store.execute("UPDATE run SET status = 'broken off' WHERE status = 'open'")
        return self._store.execute(
            "INSERT INTO run (kind, started_at, policy_rev) VALUES (?, ?, ?)",
            (kind, stamp(at), policy_rev),
        )

    def end(
        self,
        number: int,
        *,
        status: str,
        report: Mapping[str, Any],
        at: datetime,
        idle: bool = False,
    ) -> None:
        """A run ended. Of those in which nothing happened (``idle``) only the last is kept: a daemon looks
        thousands of times a day."""
        if idle:
            self._store.execute("DELETE FROM run WHERE idle AND id < ?", (number,))
        self._store.execute(
            "UPDATE run SET status = ?, report = ?, ended_at = ?, idle = ? WHERE id = ?",
            (status, json.dumps(report), stamp(at), idle, number),
        )

    def latest(self, limit: int = 20) -> list[RunRow]:
        """The newest runs, newest first."""
        rows = self._store.rows("SELECT * FROM run ORDER BY id DESC LIMIT ?", (limit,))
        return [_run(row) for row in rows]

    def get(self, number: int) -> RunRow | None:
        """A run by its number."""
        row = self._store.row("SELECT * FROM run WHERE id = ?", (number,))
        return _run(row) if row else None


def _run(row: Row) -> RunRow:
    return RunRow(
        number=row["id"],
        kind=row["kind"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        policy_rev=row["policy_rev"],
        status=row["status"],
        report=json.loads(row["report"]),
    )
