"""Looking after the ledger's file: a copy, a check, and throwing away what nobody needs any more.

Must not throw away what keeps a thing from being done twice: open work, standing flags, people's noes, fixes,
and that a draft was promoted or refused.
"""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from tropebot.errors import LedgerError
from tropebot.ledger.store import Store, moment, stamp

# Each says which rows are older than ?1 and of no more use; a table's newest stays, so that no id comes back.
_INTENTS = """
    SELECT id FROM intent WHERE state IN ('done', 'refused', 'superseded') AND planned_at < ?1
    AND id < (SELECT max(id) FROM intent)
    AND id NOT IN (SELECT intent FROM flag)
    AND NOT (kind = 'fix' AND state = 'done')
    AND NOT (kind IN ('flag', 'unflag', 'fix', 'restore') AND EXISTS (
        SELECT 1 FROM episode WHERE episode.id = intent.episode AND closed_at = ''))
    AND NOT (kind IN ('strip', 'move', 'restore', 'after') AND EXISTS (
        SELECT 1 FROM promotion WHERE promotion.id = intent.episode AND open = 1))
    AND NOT (kind = 'notice' AND EXISTS (
        SELECT 1 FROM notice WHERE notice.batch = intent.episode AND notice.state = 'waiting'))
    AND NOT (kind IN ('undo', 'undo-move', 'correction') AND EXISTS (
        SELECT 1 FROM intent AS effect WHERE effect.id = intent.episode))
"""
_STEPS: Mapping[str, str] = {
    "messages": """
        DELETE FROM notice WHERE state <> 'waiting' AND id < (SELECT max(id) FROM notice)
        AND NOT EXISTS (SELECT 1 FROM intent WHERE kind = 'notice' AND intent.episode = notice.batch)
        AND NOT EXISTS (SELECT 1 FROM episode WHERE episode.id = notice.episode
            AND episode.page_id = notice.page_id AND (closed_at = '' OR closed_at >= ?1))
        AND NOT EXISTS (SELECT 1 FROM promotion WHERE promotion.id = notice.episode
            AND promotion.page_id = notice.page_id AND opened_at >= ?1)
    """,
    "episodes": """
        DELETE FROM episode WHERE closed_at <> '' AND closed_at < ?1
        AND id < (SELECT max(id) FROM episode)
        AND NOT EXISTS (SELECT 1 FROM intent WHERE intent.page_id = episode.page_id
            AND intent.episode = episode.id)
    """,
    "drafts' texts": """
        UPDATE promotion SET original = '', stripped = ''
        WHERE open = 0 AND opened_at < ?1 AND original <> ''
    """,
    "runs": """
        DELETE FROM run WHERE status <> 'open' AND started_at < ?1
        AND id < (SELECT max(id) FROM run)
        AND NOT EXISTS (SELECT 1 FROM intent WHERE intent.run = run.id)
        AND NOT EXISTS (SELECT 1 FROM promotion WHERE promotion.run = run.id)
    """,
    "drafts": "DELETE FROM draft WHERE seen_at < ?1",
    "drafts as judged": "DELETE FROM draft_standing WHERE seen_at < ?1",
    "pages": """
        DELETE FROM page WHERE ?1 <> '' AND page_id NOT IN (SELECT page_id FROM episode)
        AND page_id NOT IN (SELECT page_id FROM lasting_no WHERE cleared_at = '')
    """,
    "authors": """
        DELETE FROM author WHERE created < ?1
        AND page_id NOT IN (SELECT page_id FROM episode WHERE closed_at = '')
        AND page_id NOT IN (SELECT page_id FROM notice WHERE state = 'waiting')
    """,
}
_FIGURES = """
    SELECT 'runs', count(*) FROM run UNION ALL SELECT 'intents', count(*) FROM intent
    UNION ALL SELECT 'events', count(*) FROM event
    UNION ALL SELECT 'episodes', count(*) FROM episode
    UNION ALL SELECT 'messages', count(*) FROM notice
    UNION ALL SELECT 'promotions', count(*) FROM promotion
    UNION ALL SELECT 'noes', count(*) FROM lasting_no
    UNION ALL SELECT 'flags', count(*) FROM flag
"""


class Upkeep:
    """The file as a whole."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def back_up(self, path: Path) -> None:
        """A sound copy at ``path``, readable by nobody else; also while a run works. Raises `LedgerError`."""
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise LedgerError(f"The copy “{path}” cannot be made: {error.strerror}.") from None
        self._store.copy_to(path)

    def problems(self) -> list[str]:
        """What is not as it must be, a sentence each."""
        rows = self._store.rows
        found = [str(row[0]) for row in rows("PRAGMA integrity_check") if row[0] != "ok"]
        found += [
            f"A row of “{row[0]}” names one of “{row[2]}” that there is not."
            for row in rows("PRAGMA foreign_key_check")
        ]
        found += [
            f"Intent {row[0]} stands at “{row[1]}”, but its last event says “{row[2]}”."
            for row in rows(
                "SELECT intent.id, state, new_state FROM intent JOIN event ON event.id ="
                " (SELECT max(id) FROM event WHERE event.intent = intent.id)"
                " WHERE state <> new_state"
            )
        ]
        found += [
            f"Page {row[0]} is noted as flagged by intent {row[1]}, which is not done."
            for row in rows(
                "SELECT flag.page_id, intent.id FROM flag JOIN intent ON intent.id = flag.intent"
                " WHERE intent.state <> 'done'"
            )
        ]
        return found

    def figures(self) -> dict[str, int]:
        """How many rows there are of what grows."""
        return {row[0]: int(row[1]) for row in self._store.rows(_FIGURES)}

    def prune(self, *, days: int) -> dict[str, int]:
        """Throw away what ended so many days before the newest run began; how many rows of what.

        Counted from there, since no clock but the server's is to be trusted.
        """
        newest = self._store.row("SELECT max(started_at) FROM run")
        if newest is None or newest[0] is None:
            return {}
        before: datetime = moment(newest[0]) - timedelta(days=days)
        gone: dict[str, int] = {}
        with self._store.transaction():
            numbers = [row[0] for row in self._store.rows(_INTENTS, (stamp(before),))]
            for number in numbers:
                self._store.execute("DELETE FROM event WHERE intent = ?", (number,))
                self._store.execute("DELETE FROM intent WHERE id = ?", (number,))
            if numbers:
                gone["intents"] = len(numbers)
            for name, sql in _STEPS.items():
                if number := self._store.execute(sql, (stamp(before),)):
                    gone[name] = number
        if gone:
            self._store.execute("VACUUM")
        return gone
