"""The ledger: what the bot meant to do, did, saw and was told, in one SQLite file per wiki and account.

The only package that imports sqlite3. Must not import anything of the wiki or decide what is to be done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tropebot.ledger.breaks import Breaks
from tropebot.ledger.changes import Changes
from tropebot.ledger.drafts import DraftRows
from tropebot.ledger.intents import Intents
from tropebot.ledger.judged import JudgedPages
from tropebot.ledger.news import NewsRows
from tropebot.ledger.noes import Noes
from tropebot.ledger.overview import Overview
from tropebot.ledger.pages import Pages
from tropebot.ledger.promotions import Promotions
from tropebot.ledger.runs import Runs
from tropebot.ledger.stops import Stops
from tropebot.ledger.store import Store, locked, open_store
from tropebot.ledger.strays import StrayRows
from tropebot.ledger.templates import Templates
from tropebot.ledger.undone import Undone
from tropebot.ledger.upkeep import Upkeep

__all__ = ["Ledger", "locked", "open_ledger"]


class Ledger:
    """The tables by what they are about; ``transaction`` spans them all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.breaks = Breaks(store)
        self.changes = Changes(store)
        self.drafts = DraftRows(store)
        self.intents = Intents(store)
        self.judged = JudgedPages(store)
        self.news = NewsRows(store)
        self.noes = Noes(store)
        self.overview = Overview(store)
        self.pages = Pages(store)
        self.promotions = Promotions(store)
        self.runs = Runs(store)
        self.stops = Stops(store)
        self.strays = StrayRows(store)
        self.templates = Templates(store)
        self.undone = Undone(store)
        self.upkeep = Upkeep(store)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes within it happen, or none."""
        with self._store.transaction():
            yield

    def anything_waits(self, now: datetime) -> bool:
        """Whether a page, a write, a promotion or a message is still to be seen to."""
        return bool(
            self.changes.waiting(now)
            or self.intents.open()
            or self.promotions.open()
            or self.news.waiting()
        )

    def scratch_copy(self) -> "Ledger":
        """A copy in memory, for a rehearsal."""
        return Ledger(self._store.scratch_copy())

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


def open_ledger(path: Path) -> Ledger:
    """Open or make a ledger. Raises `LedgerError` before anything could be sent."""
    return Ledger(open_store(path))
