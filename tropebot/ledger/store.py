"""The ledger's file: opened with care, changed in transactions, copied for rehearsals, locked for one writer.

Must not know what the rows mean. Every failure of the file is a `LedgerError` of one line, raised
before anything is sent to the wiki on the strength of a row that is not on the disk.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tropebot.errors import LedgerError, LockHeld
from tropebot.ledger.schema import MIGRATIONS

BUSY_MILLISECONDS = 5000


def stamp(moment: datetime) -> str:
    """A moment as the ledger keeps it: UTC, sortable as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stamped: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(stamped)


class Store:
    """One connection to one ledger file; `open_store` makes it."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one inside another belongs to the outer one."""
        if self._depth == 0:
            self.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._connection.rollback()
            raise
        self._depth -= 1
        if self._depth == 0:
            with self._mended():
                self._connection.commit()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Change rows; the new row's id of an INSERT, else how many rows were changed.

        An `INSERT OR IGNORE` of a row that is there gives 0.
        """
        with self._mended():
            cursor = self._connection.execute(sql, values)
        if sql.lstrip().upper().startswith("INSERT"):
            return (cursor.lastrowid or 0) if cursor.rowcount else 0
        return cursor.rowcount

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a question."""
        with self._mended():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a question."""
        return next(iter(self.rows(sql, values)), None)

    def scratch_copy(self) -> "Store":
        """The same ledger in memory: a rehearsal changes it and leaves the file as it is."""
        with self._mended():
            copy = sqlite3.connect(":memory:", isolation_level=None)
            self._connection.backup(copy)
        copy.row_factory = sqlite3.Row
        return Store(copy, ":memory:")

    def copy_to(self, path: Path) -> None:
        """The same ledger in another file, which must exist and be empty."""
        with _readable(str(path)):
            copy = sqlite3.connect(path, isolation_level=None)
            try:
                self._connection.backup(copy)
                found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
                if found != "ok":
                    raise sqlite3.DatabaseError(found)
            finally:
                copy.close()

    def close(self) -> None:
        """End the connection; what is committed stays."""
        self._connection.close()

    @contextmanager
    def _mended(self) -> Iterator[None]:
        with _readable(self._path):
            yield


def open_store(path: Path) -> Store:
    """Open (or make, mode 0600) a ledger, checked and in its newest form. Raises `LedgerError`."""
    with _readable(str(path)):
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise LedgerError(
                f"The ledger “{path}” cannot be opened for writing: {error.strerror}. Nothing was sent."
            ) from None
        connection = sqlite3.connect(path, isolation_level=None)
    store = Store(connection, str(path))
    try:
        with _readable(str(path)):
            _prepare(connection)
        _migrate(store, path)
    except BaseException:
        store.close()
        raise
    return store


def _prepare(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _migrate(store: Store, path: Path) -> None:
    row = store.row("PRAGMA user_version")
    version = int(row[0]) if row else 0
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"The ledger “{path}” was written by a newer tropebot: use that one. Nothing was sent."
        )
    for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
        with store.transaction():
            for statement in _statements(step):
                store.execute(statement)
            store.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements one by one: `executescript` would commit in between."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """SQLite's errors as one line that an operator can act on."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        said = " ".join(str(error).split())
        raise LedgerError(
            f"The ledger “{path}” cannot be used ({said}): free the disk, mend its rights, or put a"
            " backup in its place. Nothing is sent to the wiki until then."
        ) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of one wiki and account; the kernel lets it go when the process ends.

    Raises `LockHeld` at once where another process of this machine holds it.
    """
    try:
        handle = path.open("a", encoding="utf-8")
    except OSError as error:
        raise LedgerError(f"The lock “{path}” cannot be opened: {error.strerror}.") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeld from None
        yield
