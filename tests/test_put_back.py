"""F30 where nobody patrols: `promote` and `undo` with a ledger that was lost, or an old copy put back."""

from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, DRAFT, GOOD_TROPE, Bench
from tests.test_lost_ledger import finish, flagged, lose, put_back
from tropebot.undoreport import Asked, Outcome

pytestmark = pytest.mark.heavy

TITLE = "Trope Workshop:Falling Dog"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def copied(bench: Bench) -> Path:
    copy = bench.path.parent / "copy.sqlite"
    copy.unlink(missing_ok=True)
    bench.ledger.upkeep.back_up(copy)
    return copy


def moved_back(bench: Bench) -> None:
    """The bot has promoted a draft, and an administrator has put it back."""
    bench.wiki.put(TITLE, DRAFT, "Cleo")
    assert bench.run().promotions == 1
    bench.wiki.tick(60)
    bench.wiki.rename("Falling Dog", TITLE, "Admin", redirect=False)
    bench.wiki.put(TITLE, DRAFT, "Admin")
    bench.wiki.tick(60)


@pytest.mark.parametrize("old", [True, False], ids=["an old copy", "a new ledger"])
def test_f30_promote_leaves_a_draft_that_was_moved_back(old: bool, bench: Bench) -> None:
    copy = copied(bench)
    moved_back(bench)
    if old:
        put_back(bench, copy)
    else:
        lose(bench)
    report = bench.patrol().promote([TITLE])
    assert (report.promotions, report.writes) == (0, 0)
    assert bench.wiki.text(TITLE) == DRAFT


def refused(bench: Bench) -> None:
    """The wiki refused a move, and the bot has put the draft back."""
    bench.wiki.put(TITLE, DRAFT, "Cleo")
    bench.wiki.once("before", "move", lambda: bench.wiki.no_creation.add("Falling Dog"))
    bench.run()
    assert bench.wiki.text(TITLE) == DRAFT
    bench.wiki.no_creation.clear()
    bench.wiki.tick(60)


@pytest.mark.parametrize("old", [True, False], ids=["an old copy", "a new ledger"])
def test_f30_a_draft_that_was_put_back_is_not_stripped_again(old: bool, bench: Bench) -> None:
    copy = copied(bench)
    refused(bench)
    edits = len(bench.bot_edits())
    if old:
        put_back(bench, copy)
    else:
        lose(bench)
    bench.patrol().promote([TITLE])
    finish(bench)
    assert len(bench.bot_edits()) == edits
    bench.wiki.put(TITLE, f"{DRAFT}\nMore.", "Cleo")
    assert bench.run().promotions == 1, "another text is another try"


@pytest.mark.parametrize("old", [True, False], ids=["an old copy", "a new ledger"])
def test_promote_moves_a_draft_of_which_nothing_is_known(old: bool, bench: Bench) -> None:
    copy = copied(bench)
    flagged(bench)
    bench.wiki.put(TITLE, DRAFT, "Cleo")
    if old:
        put_back(bench, copy)
    else:
        lose(bench)
    assert bench.patrol().promote([TITLE]).promotions == 1


def test_f30_an_undo_that_is_asked_for_twice_takes_nothing_back_from_people(bench: Bench) -> None:
    """The flag was taken back, and a person put it on again; the old copy knows nothing of either."""
    flagged(bench)
    text, copy = bench.wiki.text("Bad"), copied(bench)
    bench.patrol().undo(Asked(run=2))
    assert bench.wiki.text("Bad") == BAD_TROPE
    bench.wiki.tick(60)
    bench.wiki.put("Bad", text, "Ada")
    put_back(bench, copy)
    report = bench.patrol().undo(Asked(run=2))
    rows = {row.title: (row.outcome, row.why) for row in report.rows}
    assert rows["Bad"] == (
        Outcome.LEFT,
        "the bot has edited it since, which this ledger does not know",
    )
    assert bench.wiki.text("Bad") == text


def test_an_undo_with_an_old_copy_that_knows_all_of_a_page(bench: Bench) -> None:
    flagged(bench)
    copy = copied(bench)
    bench.wiki.put("Worse", BAD_TROPE, "Ben")
    bench.run()
    put_back(bench, copy)
    bench.patrol().undo(Asked(run=2))
    assert bench.wiki.text("Bad") == BAD_TROPE
    assert "{{Missing markup" in bench.wiki.text("Worse")


def test_f30_peer_f34_a_correction_is_not_said_twice(bench: Bench) -> None:
    bench.policy["notify"] = {"correction": True}
    flagged(bench)
    copy = copied(bench)
    first = bench.patrol().undo(Asked(run=2))
    assert Outcome.CORRECTED in {row.outcome for row in first.rows}
    bench.wiki.tick(60)
    said = bench.wiki.text("User talk:Ben")
    put_back(bench, copy)
    again = bench.patrol().undo(Asked(run=2))
    assert Outcome.CORRECTED not in {row.outcome for row in again.rows}
    assert bench.wiki.text("User talk:Ben") == said


def test_f30_what_was_taken_back_is_not_flagged_again_without_the_ledger(bench: Bench) -> None:
    flagged(bench)
    bench.patrol().undo(Asked(run=2))
    assert bench.wiki.text("Bad") == BAD_TROPE
    bench.wiki.tick(60)
    lose(bench)
    finish(bench)
    assert bench.wiki.text("Bad") == BAD_TROPE
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ada")
    finish(bench)
    assert bench.wiki.text("Bad") == f"{BAD_TROPE}\nMore."


def test_f30_a_fix_that_was_taken_back_is_not_made_again_without_the_ledger(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().fixes == 1
    assert bench.wiki.text("Bad") == GOOD_TROPE
    bench.wiki.put("Bad", BAD_TROPE, "Ada")
    bench.wiki.tick(60)
    lose(bench)
    finish(bench)
    assert bench.wiki.text("Bad") == BAD_TROPE
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ada")
    finish(bench)
    assert bench.wiki.text("Bad") == f"{BAD_TROPE}\nMore."


def test_a_page_whose_flag_came_off_in_order_is_flagged_for_a_new_fault(bench: Bench) -> None:
    """What the bot itself ended because the page was mended is no one’s no."""
    flagged(bench)
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 1
    bench.wiki.tick(60)
    lose(bench)
    finish(bench)
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1


def test_f30_after_a_gap_in_recent_changes_the_wiki_is_asked_for_our_marks(bench: Bench) -> None:
    copy = copied(bench)
    flagged(bench)
    bench.wiki.tick(60)
    bench.wiki.rows.clear()
    bench.wiki.tick(40 * 86400)
    bench.wiki.put("Other", GOOD_TROPE, "Ada")
    put_back(bench, copy)
    assert bench.run().gap is not None
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 1
