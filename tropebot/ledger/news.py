"""What people are still to be told, and what they have been told: one row per page, subject and episode.

Must not send anything or choose the words.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Row
from typing import Any

import msgspec

from tropebot.ledger.store import Store
from tropebot.model import Finding


class News(msgspec.Struct, frozen=True, kw_only=True):
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
        findings: Sequence[Mapping[str, Any]] = (),
        recipient: str = "",
    ) -> None:
        """Something happened that a person is to be told, once; findings as `finding_row` makes them."""
        self._store.execute(
            "INSERT OR IGNORE INTO notice"
            " (page_id, subject, episode, title, target, findings, recipient)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (page_id, subject, episode, title, target, json.dumps(list(findings)), recipient),
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

    def bundle(self, numbers: Sequence[int], batch: int) -> None:
        """Put rows into the one message that they are told in, so that a resumed pass tells the same."""
        with self._store.transaction():
            for number in numbers:
                self._store.execute("UPDATE notice SET batch = ? WHERE id = ?", (batch, number))

    def settle(self, numbers: Sequence[int], *, told: bool, why: str = "") -> None:
        """The rows have been told, or never will be."""
        with self._store.transaction():
            for number in numbers:
                self._store.execute(
                    "UPDATE notice SET state = ?, why = ? WHERE id = ?",
                    ("told" if told else "skipped", why, number),
                )

    def forget_ended(self, page_id: int, codes: Collection[str], why: str) -> None:
        """Of findings that are only told: those that ended before anybody was told."""
        self._store.execute(
            "UPDATE notice SET state = 'skipped', why = ? WHERE state = 'waiting' AND batch = 0"
            " AND page_id = ? AND subject IN (SELECT value FROM json_each(?)) AND NOT EXISTS"
            " (SELECT 1 FROM episode WHERE episode.id = notice.episode AND closed_at = '')",
            (why, page_id, json.dumps(sorted(codes))),
        )

    def forget(self, page_id: int, subject: str, episode: int, why: str) -> None:
        """What was to be told is no longer so."""
        self._store.execute(
            "UPDATE notice SET state = 'skipped', why = ? WHERE state = 'waiting'"
            " AND page_id = ? AND subject = ? AND episode = ?",
            (why, page_id, subject, episode),
        )


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as the ledger keeps it."""
    return {
        "code": finding.code,
        "rule": finding.rule,
        "title": finding.title,
        "page_id": finding.page_id,
        "rev_id": finding.rev_id,
        "message": finding.message,
        "params": list(finding.params),
        "line": finding.line,
        "details": dict(finding.details),
    }


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
