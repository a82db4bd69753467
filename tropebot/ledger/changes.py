"""What has been read of recent changes, and the pages that are to be judged because of it.

Must not lose a change: seen rows, the work they make and the new watermark are one transaction.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec

from tropebot.ledger.store import Store, moment, stamp
from tropebot.ledger.strays import Stray, StrayRows
from tropebot.ledger.templates import Templates
from tropebot.model import Change

NEW = "new"
"""The reason of a page that recent changes showed being made."""
RENEWAL = "renewal"
"""The reason of a page that nobody edited, but what it is judged by changed."""
STANDING = "standing"
"""The reason of a page that nobody edited: what was found there may be treated otherwise now."""
BY_HAND = "by hand"
"""The reason of a page that a person named, and that nobody's change asks for."""
VOTED_ON = "voted-on"
"""The note of the namespaces on whose talk pages votes are cast."""
_LISTS = "renewal-lists"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be judged, why, and when the change happened that asks for it (``None``: no change did).

    ``hooks`` are the changes after which it is judged, in a rule pack's words; none: every rule is asked.
    """

    page_id: int
    reason: str
    changed_at: datetime | None = None
    hooks: frozenset[str] = frozenset()


class Changes:
    """Cursors, seen rows and work."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def cursor(self, name: str) -> datetime | None:
        """A stored moment of server time."""
        value = self.note(name)
        return moment(value) if value else None

    def set_cursor(self, name: str, at: datetime) -> None:
        self.set_note(name, stamp(at))

    def note(self, name: str) -> str:
        """A stored word; empty if there is none."""
        row = self._store.row("SELECT value FROM meta WHERE name = ?", (name,))
        return str(row[0]) if row else ""

    def set_note(self, name: str, value: str) -> None:
        self._store.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def waiting_lists(self) -> dict[str, str]:
        """Lists of pages to be judged again, in order, with the place from which each goes on."""
        found: dict[str, str] = json.loads(self.note(_LISTS) or "{}")
        return found

    def set_waiting_lists(self, lists: Mapping[str, str]) -> None:
        self.set_note(_LISTS, json.dumps(lists) if lists else "")

    def unseen(self, changes: Iterable[Change]) -> list[Change]:
        """Those of the changes that no pass has taken yet."""
        return [
            change
            for change in changes
            if not self._store.row("SELECT 1 FROM seen_rc WHERE rcid = ?", (change.rcid,))
        ]

    def take(
        self,
        changes: Iterable[Change],
        work: Iterable[Work],
        cursors: Mapping[str, datetime],
        *,
        forget_before: datetime,
        strays: Iterable[Stray] = (),
        lists: Iterable[str] = (),
        moved: Collection[str] = (),
    ) -> None:
        """Note changes as seen, with the work they make and the new cursors, all or nothing.

        ``strays`` are our own edits among them; those that this ledger knows are left out. ``lists`` are to
        be read from their beginning, after those that wait. Under the titles ``moved`` a page may be gone.
        """
        with self._store.transaction():
            StrayRows(self._store).note(strays)
            for change in changes:
                self._store.execute(
                    "INSERT OR IGNORE INTO seen_rc VALUES (?, ?)",
                    (change.rcid, stamp(change.timestamp)),
                )
            Templates(self._store).forget(moved)
            for item in work:
                self.add(item)
            for name, at in cursors.items():
                self.set_cursor(name, at)
            if again := tuple(lists):
                waiting = self.waiting_lists()
                rest = {name: place for name, place in waiting.items() if name not in again}
                self.set_waiting_lists({**rest, **dict.fromkeys(again, "")})
            self._store.execute("DELETE FROM seen_rc WHERE at < ?", (stamp(forget_before),))

    def add(self, item: Work, *, due: datetime | None = None) -> None:
        """Put a page to be judged, now or not before ``due``; a newer change replaces an older one.

        That the page was seen being made is kept until it has been judged, and so are all hooks; that
        something found stands there is the weakest of reasons.
        """
        self._store.execute(
            "INSERT INTO work (page_id, due, changed_at, reason, hooks) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (page_id) DO UPDATE SET"
            " due = min(due, excluded.due), changed_at = max(changed_at, excluded.changed_at),"
            " reason = CASE WHEN reason = ? OR excluded.reason = ? THEN reason ELSE excluded.reason END,"
            " hooks = CASE WHEN hooks = '' OR excluded.hooks = '' THEN ''"
            " WHEN instr(hooks, excluded.hooks) THEN hooks"
            " ELSE hooks || ' ' || excluded.hooks END",
            (
                item.page_id,
                stamp(due) if due else "",
                stamp(item.changed_at) if item.changed_at else "",
                item.reason,
                " ".join(sorted(item.hooks)),
                NEW,
                STANDING,
            ),
        )

    def due(self, now: datetime, limit: int) -> list[Work]:
        """Pages to be judged now, the longest waiting first; those that no change asks for come last."""
        rows = self._store.rows(
            "SELECT * FROM work WHERE due <= ? ORDER BY due, changed_at = '', changed_at, page_id"
            " LIMIT ?",
            (stamp(now), limit),
        )
        return [
            Work(
                page_id=row["page_id"],
                reason=row["reason"],
                changed_at=moment(row["changed_at"]) if row["changed_at"] else None,
                hooks=frozenset(row["hooks"].split()),
            )
            for row in rows
        ]

    def hasten(self) -> None:
        """What was put off is judged now: what kept it from being judged in full is gone."""
        self._store.execute("UPDATE work SET due = ''")

    def waiting(self, now: datetime) -> int:
        """How many pages are to be judged now."""
        row = self._store.row("SELECT count(*) FROM work WHERE due <= ?", (stamp(now),))
        return int(row[0]) if row else 0

    def judged(self, page_id: int) -> None:
        """The page has been judged; what remains to be done about it stands elsewhere in the ledger."""
        self._store.execute("DELETE FROM work WHERE page_id = ?", (page_id,))
