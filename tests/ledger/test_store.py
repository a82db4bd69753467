"""The ledger's file: made with care, all or nothing, never trusted when it is not sound."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tropebot.errors import LedgerError, LockHeld
from tropebot.ledger import locked, open_ledger
from tropebot.ledger.schema import MIGRATIONS
from tropebot.ledger.store import open_store


def test_f28_the_file_is_ours_alone_and_safe_against_power_loss(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    store = open_store(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    answers = {
        name: store.rows(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "user_version", "busy_timeout")
    }
    assert answers == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "user_version": len(MIGRATIONS),
        "busy_timeout": 5000,
    }


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = open_ledger(path)
    ledger.changes.set_note("a", "b")
    ledger.close()
    assert open_ledger(path).changes.note("a") == "b"


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)


def no_database(path: Path) -> None:
    path.write_bytes(b"this is no database, but long enough to look like a file of one" * 50)


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def from_the_future(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.commit()
    connection.close()


BROKEN = [truncated, overwritten, no_database, a_directory, from_the_future]


@pytest.mark.parametrize("spoil", BROKEN, ids=lambda spoil: spoil.__name__)
def test_f29_a_file_that_is_not_sound_is_one_clear_line(spoil: object, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path).close()
    spoil(path)  # type: ignore[operator]  # one of the functions above
    with pytest.raises(LedgerError, match="ledger") as caught:
        open_ledger(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_directory_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened"):
        open_ledger(tmp_path / "no" / "ledger.sqlite")


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")

    def broken_off() -> None:
        with ledger.transaction():
            ledger.changes.set_note("a", "1")
            with ledger.transaction():
                ledger.changes.set_note("b", "2")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert (ledger.changes.note("a"), ledger.changes.note("b")) == ("", "")
    with ledger.transaction():
        ledger.changes.set_note("a", "1")
    assert ledger.changes.note("a") == "1"


def test_f29_peer_f41_a_full_disk_stops_before_anything_is_sent(tmp_path: Path) -> None:
    """SQLite's own page limit stands for the disk: the commit fails, the file stays sound."""
    path = tmp_path / "ledger.sqlite"
    ledger = open_ledger(path)
    pages = ledger._store.rows("PRAGMA page_count")[0][0]
    ledger._store.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="full"), ledger.transaction():
        ledger.changes.set_note("large", "x" * 100_000)
    ledger.close()
    assert open_ledger(path).changes.note("large") == ""


def test_a_scratch_copy_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    ledger.changes.set_note("a", "real")
    scratch = ledger.scratch_copy()
    assert scratch.changes.note("a") == "real"
    scratch.changes.set_note("a", "rehearsed")
    scratch.close()
    assert ledger.changes.note("a") == "real"


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with locked(lock), pytest.raises(LockHeld), locked(lock):
        pytest.fail("two hold the lock")
    with locked(lock):
        pass


def test_another_process_is_kept_out_and_a_dead_one_is_not(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = (
        "import sys, pathlib, time\n"
        "from tropebot.ledger import locked\n"
        "with locked(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, env={**os.environ}
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LockHeld), locked(lock):
            pytest.fail("two processes hold the lock")
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    with locked(lock):
        pass
