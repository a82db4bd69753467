"""Templates that a read showed to exist, so that not each pass asks for all of them again.

Must not outlive a change of theirs: whoever reads recent changes has those forgotten that a log names, and
all of them after a gap. After a day all are forgotten anyway.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from tropebot.ledger.store import Store, moment, stamp

KEPT = timedelta(days=1)
MOST = 5_000
"""How many are kept; with one more it begins anew."""
_NOTE = "templates-there"


class Templates:
    """Full titles, in one note."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def there(self, now: datetime) -> frozenset[str]:
        """Those that were seen to exist within the last day of server time."""
        since, titles = self._note()
        return titles if since and now - since < KEPT else frozenset()

    def seen(self, titles: Collection[str], now: datetime) -> None:
        """These were there just now."""
        since, _ = self._note()
        known = self.there(now)
        if not known.issuperset(titles):
            both = known.union(titles)
            self._keep(
                since if known and since else now, both if len(both) <= MOST else frozenset(titles)
            )

    def forget(self, titles: Collection[str]) -> None:
        """Something happened to these: whether they are there is asked again."""
        since, known = self._note()
        if since and not known.isdisjoint(titles):
            self._keep(since, known.difference(titles))

    def forget_all(self) -> None:
        """Nobody saw what may have happened."""
        self._store.execute("DELETE FROM meta WHERE name = ?", (_NOTE,))

    def _note(self) -> tuple[datetime | None, frozenset[str]]:
        row = self._store.row("SELECT value FROM meta WHERE name = ?", (_NOTE,))
        if row is None:
            return None, frozenset()
        note = json.loads(row[0])
        return moment(note["since"]), frozenset(note["titles"])

    def _keep(self, since: datetime, titles: frozenset[str]) -> None:
        note = json.dumps({"since": stamp(since), "titles": sorted(titles)}, ensure_ascii=False)
        self._store.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NOTE, note))
