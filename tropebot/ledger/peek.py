"""Looks at a ledger's file without changing it: its form, whether it is sound, what stops the bot.

Must not migrate, repair or lock it: a run may work with it right now.
"""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import msgspec

from tropebot.ledger.schema import MIGRATIONS

NEWEST = len(MIGRATIONS)
_BUSY_SECONDS = 2.0


class Peeked(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger as it lies there: ``version`` 0 where there is none; why the bot is ``stopped``, if it is."""

    version: int = 0
    problems: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()


def peek(path: Path) -> Peeked:
    """The ledger as it lies there; what is wrong with the file is a problem, never an error."""
    if not path.exists():
        return Peeked()
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
            return Peeked(
                version=version,
                problems=tuple(each for each in said if each != "ok"),
                stopped=_stopped(connection) if version else (),
            )
    except sqlite3.Error as error:
        return Peeked(version=NEWEST, problems=(" ".join(str(error).split()),))


def in_use(path: Path) -> bool:
    """Whether a run holds the lock; a lock that cannot be looked at is nobody's."""
    try:
        with path.open("r", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _stopped(connection: sqlite3.Connection) -> tuple[str, ...]:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'stop'").fetchone()
    if known is None:
        return ()
    rows = connection.execute("SELECT why FROM stop WHERE cleared_at = '' ORDER BY id")
    return tuple(" ".join(str(row[0]).split()) for row in rows)
