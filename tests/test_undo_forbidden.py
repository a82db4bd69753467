"""What the operator's own file forbids binds an undo too, and what it says of rules and actions does not."""

from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, DRAFT, Bench
from tests.test_undo import outcomes, patrolled, texts
from tropebot.errors import ConfigError, Exit
from tropebot.policy.forbid import Forbid
from tropebot.undo import FORBIDDEN
from tropebot.undoreport import Asked, UndoReport

pytestmark = pytest.mark.heavy


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def undone(bench: Bench, run: int, forbid: Forbid, *, dry_run: bool = False) -> UndoReport:
    patrol = bench.patrol()
    patrol.forbid = forbid
    return patrol.undo(Asked(run=run), dry_run=dry_run)


MAIN_AND_FILES = {
    ("flag", "Bad"): "left",
    ("flag", "File:X.png"): "left",
    ("notice", "User talk:Ben"): "taken back",
    ("notice", "User talk:Cleo"): "taken back",
    ("move", "Trope Workshop:Falling Dog"): "left",
    ("after", "Trope Workshop:Falling Dog/Notes"): "left",
    ("strip", "Trope Workshop:Falling Dog"): "left",
}
TALK = {
    ("flag", "Bad"): "taken back",
    ("notice", "User talk:Ben"): "left",
    ("notice", "User talk:Cleo"): "left",
    ("move", "Trope Workshop:Falling Dog"): "taken back",
}
WORKSHOP = {
    ("flag", "Bad"): "taken back",
    ("move", "Trope Workshop:Falling Dog"): "left",
    ("strip", "Trope Workshop:Falling Dog"): "left",
}


@pytest.mark.parametrize(
    ("names", "wanted", "reason"),
    [
        (("", "File"), MAIN_AND_FILES, "the pages themselves; a move changes both its ends"),
        (("User talk",), TALK, "messages stay, what they tell of is taken back"),
        (("YKTTW",), WORKSHOP, "an alias; nothing is moved into the namespace either"),
    ],
)
def test_nothing_is_written_in_a_forbidden_namespace(
    names: tuple[str, ...], wanted: dict[tuple[str, str], str], reason: str, bench: Bench
) -> None:
    run, _ = patrolled(bench)
    before = texts(bench)
    report = undone(bench, run, Forbid(namespaces=names))
    found = outcomes(report)
    assert {key: found[key] for key in wanted} == wanted, reason
    left = {row.title for row in report.rows if row.outcome == "left"}
    assert {title: bench.wiki.text(title) for title in left} == {
        title: before[title] for title in left
    }
    assert FORBIDDEN in {row.why for row in report.rows}


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_says_the_same(dry_run: bool, bench: Bench) -> None:
    run, _ = patrolled(bench)
    report = undone(bench, run, Forbid(namespaces=("File",)), dry_run=dry_run)
    assert outcomes(report)["flag", "File:X.png"] == "left"
    assert outcomes(report)["flag", "Bad"] == "taken back"


def test_where_all_writing_is_forbidden_only_a_dry_run_works(bench: Bench) -> None:
    run, _ = patrolled(bench)
    before, writes = texts(bench), bench.wiki.writes
    forbid = Forbid(actions=("write",))
    with pytest.raises(ConfigError, match="take “write” out") as caught:
        undone(bench, run, forbid)
    assert "\n" not in str(caught.value)
    assert (texts(bench), bench.wiki.writes) == (before, writes)
    report = undone(bench, run, forbid, dry_run=True)
    assert outcomes(report)["flag", "Bad"] == "taken back"
    assert texts(bench) == before


def test_a_namespace_that_the_wiki_does_not_have_stops_it(bench: Bench) -> None:
    run, _ = patrolled(bench)
    before = texts(bench)
    report = undone(bench, run, Forbid(namespaces=("Wrkshop",)))
    assert report.exit_code is Exit.CONFIG
    assert "“Wrkshop”" in report.problem
    assert texts(bench) == before


@pytest.mark.parametrize(
    ("forbid", "reason"),
    [
        (Forbid(actions=("flag", "unflag", "fix", "promote")), "what the bot does of itself"),
        (Forbid(actions=("notify",)), "taking a message back is none"),
        (Forbid(rules=("TB101",)), "what a rule does, not what takes it back"),
        (Forbid(writes_per_run=0), "the cap of a pass"),
        (Forbid(namespaces=("Help",)), "elsewhere"),
    ],
)
def test_what_does_not_bind_an_undo(forbid: Forbid, reason: str, bench: Bench) -> None:
    run, _ = patrolled(bench)
    undone(bench, run, forbid)
    assert bench.wiki.text("Bad") == BAD_TROPE, reason
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT, reason


def test_where_messages_are_off_no_correction_is_one(bench: Bench) -> None:
    bench.policy["notify"] = {"correction": True}
    run, _ = patrolled(bench)
    bench.policy["notify"] = {"correction": True, "enabled": False}
    found = outcomes(undone(bench, run, Forbid(actions=("notify",))))
    assert found["notice", "User talk:Ben"] == "taken back"
    assert bench.wiki.text("User talk:Ben") == "Hello!"
