"""F29: what cannot be written to stops the bot before anything is sent, and says so in one line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ordinary_user import ordinary_directory
from tests.patrols import BAD_TROPE, Bench
from tropebot.errors import ConfigError, LedgerError
from tropebot.home import Home, Operator, make_state_directory
from tropebot.ledger import Ledger, locked, open_ledger

READ_ONLY = 0o500


@pytest.fixture
def place() -> Iterator[Path]:
    with ordinary_directory() as found:
        yield found


def kept(place: Path) -> Path:
    """A ledger with a pass behind it."""
    path = place / "ledger.sqlite"
    open_ledger(path).close()
    return path


def a_new_ledger(place: Path) -> None:
    (place / "ledger.sqlite").unlink()
    place.chmod(READ_ONLY)


def the_directory(place: Path) -> None:
    place.chmod(READ_ONLY)


def the_file(place: Path) -> None:
    (place / "ledger.sqlite").chmod(0o400)


CLOSED = [a_new_ledger, the_directory, the_file]


@pytest.mark.parametrize("close", CLOSED, ids=lambda close: close.__name__)
def test_f29_peer_f41_a_ledger_that_cannot_be_written_is_one_clear_line(
    close: Callable[[Path], None], place: Path
) -> None:
    path = kept(place)
    close(place)
    with pytest.raises(LedgerError, match="ledger") as caught:
        open_ledger(path)
    said = str(caught.value)
    assert str(path) in said
    assert "Nothing" in said
    assert "\n" not in said


def test_what_can_be_written_opens(place: Path) -> None:
    open_ledger(kept(place)).close()


def test_f29_the_lock_of_a_directory_that_cannot_be_written(place: Path) -> None:
    place.chmod(READ_ONLY)
    with pytest.raises(LedgerError, match="cannot be opened"), locked(place / "wiki.lock"):
        pytest.fail("locked")


def test_f29_a_home_that_cannot_be_written_has_no_state_directory(place: Path) -> None:
    operator = Operator(family="tropedemo", user="TropeBot", preset="demo")
    home = Home(directory=place, state=place / "state", operator=operator)
    place.chmod(READ_ONLY)
    with pytest.raises(ConfigError, match="state” cannot be made"):
        make_state_directory(home)


def read_only(ledger: Ledger) -> None:
    """From now on no write of an open ledger succeeds; SQLite’s own switch stands for the file system’s."""
    ledger._store.rows("PRAGMA query_only = 1")


def test_f29_peer_f41_closed_in_the_middle_it_stops_before_the_next_write(place: Path) -> None:
    """Between judging and sending: the intent cannot be written down, so nothing is sent."""
    bench = Bench(place / "ledger.sqlite")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.once("before", "fetch_pages_by_id", lambda: read_only(bench.ledger))
    with pytest.raises(LedgerError, match="free the disk, mend its rights") as caught:
        bench.run()
    assert "\n" not in str(caught.value)
    assert (bench.wiki.writes, bench.wiki.text("Bad")) == (0, BAD_TROPE)
    bench.reopen()
    bench.run()
    assert bench.wiki.text("Bad") != BAD_TROPE
