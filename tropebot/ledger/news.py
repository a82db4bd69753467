"""What people are still to be told, and what they have been told: one row per page, subject and episode.

Must not send anything or choose the words.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from sqlite3 import Row
from typing import Any

from tropebot.ledger.store import Store
from tropebot.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell one person; ``target`` is where a promoted draft stands now."""

    number: int
    page_id: int
    subject: str
    episode: int
    title: str
    target: str
    findings: tuple[Finding, ...]
    recipient: str
    recipient_id: int
    batch: int


class NewsRows:
    """The rows of ``notice``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        *,
        page_id: int,
        subject: str,
        episode: int,
        title: str,
        target: str = "",
        findings: Sequence[Finding] = (),
        recipient: str = "",
    ) -> None:
        """Something happened that a person is to be told, once."""
        told = [asdict(finding) for finding in findings]
        self._store.execute(
            "INSERT OR IGNORE INTO notice"
            " (page_id, subject, episode, title, target, findings, recipient)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (page_id, subject, episode, title, target, json.dumps(told, default=list), recipient),
        )

    def waiting(self) -> list[News]:
        """What nobody has been told yet, oldest first."""
        rows = self._store.rows("SELECT * FROM notice WHERE state = 'waiting' ORDER BY id")
        return [_news(row) for row in rows]

    def address(self, news: News, name: str, user_id: int) -> None:
        """Note who is to be told."""
        self._store.execute(
            "UPDATE notice SET recipient = ?, recipient_id = ? WHERE id = ?",
            (name, user_id, news.number),
        )

    def bundle(self, rows: Sequence[News], batch: int) -> None:
        """Put rows into the one message that they are told in, so that a resumed pass tells the same."""
        with self._store.transaction():
            for each in rows:
                self._store.execute(
                    "UPDATE notice SET batch = ? WHERE id = ?", (batch, each.number)
                )

    def settle(self, rows: Sequence[News], *, told: bool, why: str = "") -> None:
        """The rows have been told, or never will be."""
        with self._store.transaction():
            for each in rows:
                self._store.execute(
                    "UPDATE notice SET state = ?, why = ? WHERE id = ?",
                    ("told" if told else "skipped", why, each.number),
                )


def _news(row: Row) -> News:
    return News(
        number=row["id"],
        page_id=row["page_id"],
        subject=row["subject"],
        episode=row["episode"],
        title=row["title"],
        target=row["target"],
        findings=tuple(_finding(each) for each in json.loads(row["findings"])),
        recipient=row["recipient"],
        recipient_id=row["recipient_id"],
        batch=row["batch"],
    )


def _finding(fields: dict[str, Any]) -> Finding:
    return Finding(**{**fields, "params": tuple(fields["params"])})
