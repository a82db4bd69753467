"""What the policy relies on: how each page was when it was last sound, and its breaks while they last.

Must not decide what a break is.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from sqlite3 import Row

import msgspec
from msgspec.structs import asdict

from tropebot.ledger.store import Store, moment, stamp
from tropebot.policy.broken import Break, Fault
from tropebot.policy.health import State


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A page that the policy relies on, as it was when it was last sound (``None``: never) and last seen."""

    sound: State | None
    seen: State


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A break that stands, its number and since when it is known."""

    number: int
    since: datetime
    what: Break


class Breaks:
    """The rows of ``relied_on`` and ``breakage``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self) -> Mapping[str, Known]:
        """Every page that was seen, by full title."""
        return {
            row["title"]: Known(sound=_state(row["sound"]), seen=_state(row["seen"]) or State())
            for row in self._store.rows("SELECT * FROM relied_on")
        }

    def note(self, title: str, *, sound: State | None, seen: State) -> None:
        """How the page is now, and how it was when it was last sound."""
        self._store.execute(
            "INSERT OR REPLACE INTO relied_on (title, sound, seen) VALUES (?, ?, ?)",
            (title, json.dumps(asdict(sound)) if sound else "", json.dumps(asdict(seen))),
        )

    def forget(self, titles: Collection[str]) -> None:
        """The policy relies on these no longer."""
        for title in titles:
            self._store.execute("DELETE FROM relied_on WHERE title = ?", (title,))

    def standing(self) -> list[Standing]:
        """The breaks that nobody has mended, oldest first."""
        rows = self._store.rows("SELECT * FROM breakage WHERE closed_at = '' ORDER BY id")
        return [_standing(row) for row in rows]

    def begin(self, what: Break, *, at: datetime) -> int:
        """A break begins; its number. One that stands goes on, as it shows itself now."""
        with self._store.transaction():
            row = self._store.row(
                "SELECT id FROM breakage WHERE title = ? AND closed_at = ''", (what.title,)
            )
            shown = (what.fault, json.dumps(what.params), " ".join(sorted(what.codes)))
            if row is not None:
                self._store.execute(
                    "UPDATE breakage SET fault = ?, params = ?, codes = ?, promotes = ?, spared = ?"
                    " WHERE id = ?",
                    (*shown, what.promotes, what.spared, row["id"]),
                )
                return int(row["id"])
            return self._store.execute(
                "INSERT INTO breakage (title, fault, params, codes, promotes, spared, rev_id, user,"
                " sound_rev, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    what.title,
                    *shown,
                    what.promotes,
                    what.spared,
                    what.rev_id,
                    what.user,
                    what.sound_rev,
                    stamp(at),
                ),
            )

    def end(self, number: int, *, at: datetime) -> None:
        """A break is mended."""
        self._store.execute("UPDATE breakage SET closed_at = ? WHERE id = ?", (stamp(at), number))

    def was_seen(self, what: Break) -> bool:
        """Whether the same page was broken in the same way by the same revision before."""
        return bool(
            self._store.row(
                "SELECT 1 FROM breakage WHERE title = ? AND fault = ? AND rev_id = ?",
                (what.title, what.fault, what.rev_id),
            )
        )


def _state(stored: str) -> State | None:
    return State(**json.loads(stored)) if stored else None


def _standing(row: Row) -> Standing:
    return Standing(
        number=row["id"],
        since=moment(row["opened_at"]),
        what=Break(
            title=row["title"],
            fault=Fault(row["fault"]),
            params=tuple(json.loads(row["params"])),
            codes=frozenset(row["codes"].split()),
            promotes=bool(row["promotes"]),
            spared=bool(row["spared"]),
            rev_id=row["rev_id"],
            user=row["user"],
            sound_rev=row["sound_rev"],
        ),
    )
