"""The pages judged lately and the rules that asked for a write there: what a breaker goes by.

Must not decide when a breaker opens. A page counts once, as it was judged last.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from tropebot.ledger.store import Store, stamp

WINDOW = 1000
"""Pages of one scope that are remembered, the latest."""

KEPT = timedelta(days=7)
"""How long a page is remembered: what happens over months is not sudden."""


class JudgedPages:
    """The rows of ``judged``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(
        self,
        page_id: int,
        scope: str,
        codes: Collection[str],
        *,
        found: Collection[str],
        at: datetime,
    ) -> None:
        """A page was judged, and ``codes`` are the rules that asked for a write.

        A rule that asked before and still finds something (``found``) has asked: its flag may stand by now.
        """
        row = self._store.row("SELECT codes FROM judged WHERE page_id = ?", (page_id,))
        asked = set(json.loads(row[0])) & set(found) if row else set()
        if asked and asked >= set(codes):
            return
        self._store.execute(
            "INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?)",
            (page_id, scope, stamp(at), json.dumps(sorted(asked | set(codes)))),
        )

    def share(self, code: str, scopes: Collection[str], *, since: str = "") -> tuple[int, int]:
        """On how many of the pages judged since then a rule asked for a write, and how many those are.

        ``since`` is as the ledger keeps moments.
        """
        row = self._store.row(
            "SELECT sum(EXISTS (SELECT 1 FROM json_each(codes) WHERE value = ?1)), count(*)"
            " FROM judged WHERE at > ?2 AND scope IN (SELECT value FROM json_each(?3))",
            (code, since, json.dumps(sorted(scopes))),
        )
        return (int(row[0] or 0), int(row[1])) if row else (0, 0)

    def forget_old(self, now: datetime) -> None:
        """Keep what the window holds."""
        self._store.execute("DELETE FROM judged WHERE at < ?", (stamp(now - KEPT),))
        self._store.execute(
            "DELETE FROM judged WHERE page_id IN (SELECT page_id FROM (SELECT page_id, row_number()"
            " OVER (PARTITION BY scope ORDER BY at DESC, page_id) AS place FROM judged) WHERE place > ?)",
            (WINDOW,),
        )
