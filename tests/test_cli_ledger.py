"""`tropebot ledger` on the command line."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli_runs import Shell
from tests.test_cli_online import SINCE, Settings, settings, wiki
from tropebot.ledger import locked

pytestmark = pytest.mark.heavy

__all__ = ["settings", "wiki"]


@pytest.fixture(autouse=True)
def _patrolled(shell: Shell, settings: Settings) -> None:
    settings("")
    assert shell("patrol", "--since", SINCE).code == 0


def _ledger(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "home" / "state").glob("*.sqlite")
    return path


def test_a_copy_is_made_once(shell: Shell, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    assert shell("ledger", "backup", copy).code == 0
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone()[0] == 1
    again = shell("ledger", "backup", copy)
    assert (again.code, len(again.err.splitlines())) == (2, 1)


def test_a_check_tells_how_much_there_is(shell: Shell) -> None:
    assert "The ledger is sound." in shell("ledger", "check").out
    (line,) = shell("ledger", "check", "--json").lines
    assert line["sound"] is True
    assert line["rows"]["flags"] == 1


def test_a_ledger_that_is_not_sound_fails_the_check(shell: Shell, tmp_path: Path) -> None:
    with sqlite3.connect(_ledger(tmp_path)) as connection:
        connection.execute("UPDATE intent SET state = 'refused' WHERE kind = 'flag'")
    ran = shell("ledger", "check")
    assert ran.code == 2
    assert "last event says" in ran.out
    assert "not sound" in ran.err


def test_pruning_wants_a_number_of_days_and_the_lock(shell: Shell, tmp_path: Path) -> None:
    assert shell("ledger", "prune").code == 2
    assert shell("ledger", "prune", "--days", "3").code == 2
    assert "nothing was that old" in shell("ledger", "prune", "--days", "90").out
    (lock,) = (tmp_path / "home" / "state").glob("*.lock")
    with locked(lock):
        assert shell("ledger", "prune", "--days", "90").code == 6


def test_json_is_one_object_a_line(shell: Shell, tmp_path: Path) -> None:
    for arguments in (("backup", str(tmp_path / "c")), ("check",), ("prune", "--days", "90")):
        out = shell("ledger", *arguments, "--json").out
        assert [json.loads(line)["type"] for line in out.splitlines()]
