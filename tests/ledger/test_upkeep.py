"""Copies, checks and thinning out: what is kept is all that keeps a thing from being done twice."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledgers import quick_ledger
from tests.patrols import BAD_TROPE, DRAFT, Bench
from tropebot.errors import LedgerError
from tropebot.ledger.schema import MIGRATIONS
from tropebot.ledger.stops import StopKind
from tropebot.model import Kind
from tropebot.undoreport import Asked

MANY_DAYS = 400


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A wiki with a flag, a message, an undone flag, a fix by itself and a promotion moved back."""
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    for title in ("Bad", "Mended", "Undone"):
        made.wiki.put(title, BAD_TROPE, "Ben")
    made.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    run = made.run().run
    flags = {each.title: each for each in made.ledger.intents.of_run(run) if each.kind is Kind.FLAG}
    made.patrol().undo(Asked(intent=flags["Undone"].intent_id))
    made.wiki.put("Mended", f"{made.wiki.text('Mended')}\n[[Category:Mended]]", "Ben")
    made.wiki.rename("Falling Dog", "Trope Workshop:Falling Dog", "Admin", redirect=False)
    made.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Admin")
    made.run()
    return made


def _later(bench: Bench, days: int = MANY_DAYS) -> None:
    bench.wiki.tick(timedelta(days=days).total_seconds())
    bench.run()


def test_a_copy_is_whole_private_and_overwrites_nothing(bench: Bench, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    bench.ledger.upkeep.back_up(copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert quick_ledger(copy).upkeep.figures() == bench.ledger.upkeep.figures()
    before = copy.read_bytes()
    with pytest.raises(LedgerError, match="cannot be made"):
        bench.ledger.upkeep.back_up(copy)
    assert copy.read_bytes() == before


def test_a_copy_is_made_while_somebody_writes(bench: Bench, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    other = quick_ledger(bench.path)
    with bench.ledger.transaction():
        bench.ledger.changes.set_note("half", "done")
        other.upkeep.back_up(copy)
    assert quick_ledger(copy).changes.note("half") == ""


def test_a_sound_ledger_has_no_problems(bench: Bench) -> None:
    assert bench.ledger.upkeep.problems() == []


BROKEN = {
    "UPDATE intent SET state = 'refused' WHERE kind = 'flag'": "its last event says “done”",
    "UPDATE intent SET state = 'planned' WHERE id IN (SELECT intent FROM flag)": "is not done",
    "DELETE FROM run WHERE id = 2": "names one of “run”",
}


@pytest.mark.parametrize("sql", BROKEN)
def test_rows_that_do_not_agree_are_named(sql: str, bench: Bench) -> None:
    bench.ledger._store.execute("PRAGMA foreign_keys = OFF")
    bench.ledger._store.execute(sql)
    assert any(BROKEN[sql] in problem for problem in bench.ledger.upkeep.problems())


def test_nothing_young_is_thrown_away(bench: Bench) -> None:
    before = bench.ledger.upkeep.figures()
    _later(bench, days=20)
    assert bench.ledger.upkeep.prune(days=30) == {}
    after = bench.ledger.upkeep.figures()
    assert {name: after[name] for name in ("intents", "events", "noes")} == {
        name: before[name] for name in ("intents", "events", "noes")
    }


def test_an_empty_ledger_has_nothing_to_throw_away(tmp_path: Path) -> None:
    assert quick_ledger(tmp_path / "l").upkeep.prune(days=30) == {}


def test_what_is_old_and_of_no_use_goes(bench: Bench) -> None:
    _later(bench)
    bench.wiki.put("Newer", BAD_TROPE, "Ben")
    bench.run()
    gone = bench.ledger.upkeep.prune(days=90)
    assert gone.keys() >= {"intents", "messages", "episodes", "drafts' texts"}
    assert bench.ledger.upkeep.problems() == []
    assert bench.ledger.upkeep.prune(days=90) == {}


def test_never_again_outlives_it(bench: Bench) -> None:
    """After thinning out nothing is done twice: no flag, no message, no promotion; our flag comes off."""
    bench.ledger.stops.raise_(StopKind.MESSAGE, "4711", "Ada wrote", at=bench.wiki.now)
    bench.ledger.stops.clear(StopKind.MESSAGE, at=bench.wiki.now)
    _later(bench)
    bench.ledger.upkeep.prune(days=30)
    assert bench.ledger.stops.latest(StopKind.MESSAGE, "4711") is not None
    for title in ("Bad", "Undone", "Trope Workshop:Falling Dog"):
        bench.wiki.put(title, f"{bench.wiki.text(title)}\nMore.", "Ada")
    report = bench.run()
    assert (report.flags, report.notices, report.promotions, report.writes) == (0, 0, 0, 0)
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 1


def test_numbers_that_are_gone_do_not_come_back(bench: Bench) -> None:
    """A key holds an episode's number: another episode must never get it."""
    newest = bench.ledger._store.rows("SELECT max(id) FROM episode")[0][0]
    _later(bench)
    bench.ledger.upkeep.prune(days=30)
    bench.wiki.put("New", BAD_TROPE, "Ben")
    assert bench.run().flags == 1
    assert bench.ledger._store.rows("SELECT max(id) FROM episode")[0][0] > newest


def test_a_fix_is_remembered_for_ever(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite", policy={"actions": {"TB101": "fix"}})
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().fixes == 1
    _later(bench)
    bench.ledger.upkeep.prune(days=30)
    bench.wiki.put("Bad", BAD_TROPE, "Ada")
    assert bench.run().fixes == 0


def test_a_ledger_of_the_first_form_is_brought_to_the_newest_with_all_its_rows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(MIGRATIONS[0])
    connection.executescript(
        "PRAGMA user_version = 1;"
        "INSERT INTO run (id, kind, started_at) VALUES (1, 'patrol', '2026-01-01T00:00:00+00:00');"
        "INSERT INTO promotion (run, page_id, title, target, text_hash, original, stripped, works,"
        " base_rev_id, state, open, opened_at) VALUES (1, 7, 'Trope Workshop:X', 'X', 'h', 'o', 's', 3,"
        " 9, 'promoted', 0, '2026-01-01T00:00:00+00:00');"
        "INSERT INTO lasting_no (page_id, code, why, at)"
        " VALUES (8, 'TB101', 'flag removed', '2026-01-01T00:00:00+00:00');"
    )
    connection.close()
    ledger = quick_ledger(path)
    assert ledger._store.rows("PRAGMA user_version")[0][0] == len(MIGRATIONS)
    assert [each.target for each in ledger.promotions.of_page(7)] == ["X"]
    assert ledger.pages.noes(8) == {"TB101"}
    assert ledger.stops.standing() == []
    assert ledger.upkeep.problems() == []
    wanted = quick_ledger(tmp_path / "new.sqlite")
    tables = "SELECT name, sql FROM sqlite_master WHERE sql <> '' ORDER BY name"
    assert ledger._store.rows(tables) == wanted._store.rows(tables)


@pytest.mark.parametrize("done", range(1, len(MIGRATIONS)))
def test_killed_between_two_steps_of_it_the_rest_follows(done: int, tmp_path: Path) -> None:
    path = tmp_path / "half.sqlite"
    connection = sqlite3.connect(path)
    for step in MIGRATIONS[:done]:
        connection.executescript(step)
    connection.execute(f"PRAGMA user_version = {done}")
    connection.commit()
    connection.close()
    assert quick_ledger(path).upkeep.problems() == []
