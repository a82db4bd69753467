"""People win: what they undo stays undone, and a rule that errs on many pages is stopped before it writes."""

from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, DRAFT, GOOD_TROPE, Bench
from tests.test_enforcer_crash import Fuse, Killed, fused
from tropebot.errors import Exit
from tropebot.ledger.stops import StopKind

pytestmark = pytest.mark.heavy

FIXABLE = "{{trope}}\nIt happens.\n{{examples}}\n* ''[[Film]]'': it happens there."


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


# Revert memory.


def test_peer_f18_a_flag_removed_without_a_cure_is_not_put_back(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", BAD_TROPE, "Ben", "not this")
    assert bench.run().writes == 0
    bench.wiki.tick(90 * 86400)
    bench.wiki.put("Bad", GOOD_TROPE, "Ben")
    assert bench.run().writes == 0
    bench.wiki.put("Bad", BAD_TROPE, "Ben")  # months later, another fault of the same rule
    report = bench.run()
    assert report.writes == 0
    assert [each.held.why for each in report.held] == ["held-removed"]


FLAGGED = "{{Missing markup}}\n"
UNSEEN = {
    "off, then mended": ((BAD_TROPE, GOOD_TROPE), 0, "the flag went while the fault stood"),
    "off, edited, mended": (
        (BAD_TROPE, f"{BAD_TROPE}\nMore.", GOOD_TROPE, f"{GOOD_TROPE}\nMore."),
        0,
        "other edits make no difference",
    ),
    "mended in one edit": ((GOOD_TROPE,), 1, "whoever mends a page takes its flag along"),
    "mended, then off": ((FLAGGED + GOOD_TROPE, GOOD_TROPE), 1, "there was no fault any more"),
    "emptied, put back, mended": (
        ("", FLAGGED + BAD_TROPE, GOOD_TROPE),
        1,
        "people themselves put the flag back",
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_peer_f18_a_flag_that_came_off_between_two_passes(name: str, bench: Bench) -> None:
    """What people said does not depend on when the bot looked."""
    edits, flags, why = UNSEEN[name]
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    for text in edits:
        bench.wiki.put("Bad", text, "Ada")
    assert bench.run().writes == 0
    bench.wiki.put("Bad", f"{BAD_TROPE}\nAnew.", "Ada")
    assert bench.run().flags == flags, why


def test_peer_f19_against_another_bot_one_exchange_is_enough(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    for _ in range(5):
        bench.run()
        if bench.wiki.text("Bad") != BAD_TROPE:
            bench.wiki.put("Bad", BAD_TROPE, "OtherBot", "cleaning up", bot=True)
    assert len(bench.bot_edits()) == 2  # the flag and the one message


def test_a_fix_that_is_undone_is_not_made_again(bench: Bench) -> None:
    """Otherwise each revert would begin a new episode, and a war."""
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put("Bad", FIXABLE, "Ben")
    assert bench.run().fixes == 1
    assert bench.run().writes == 0
    bench.wiki.put("Bad", FIXABLE, "Ada", "Undid revision")
    report = bench.run()
    assert report.writes == 0
    assert "held-removed" in [each.held.why for each in report.held]


def test_a_fix_that_is_undone_before_we_look_again_is_not_made_again(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put("Bad", FIXABLE, "Ben")
    bench.wiki.once("after", "edit", lambda: bench.wiki.put("Bad", FIXABLE, "Ada") and None)
    bench.run()
    bench.run()
    assert bench.wiki.text("Bad") == FIXABLE
    assert len(bench.bot_edits()) == 1


def test_a_no_about_one_page_is_none_about_another(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", BAD_TROPE, "Ada")
    bench.wiki.put("Bad 2", BAD_TROPE, "Ada")
    assert bench.run().flags == 1


def moved_back(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    assert bench.run().promotions == 1
    bench.wiki.delete("Trope Workshop:Falling Dog")
    bench.wiki.rename("Falling Dog", "Trope Workshop:Falling Dog", "Ada", redirect=False)
    bench.wiki.put("Trope Workshop:Falling Dog", f"{DRAFT}\nBetter.", "Ada")


def test_peer_f29_a_draft_moved_back_stays_a_draft(bench: Bench) -> None:
    moved_back(bench)
    for number in range(3):
        report = bench.run()
        assert report.writes == 0
        bench.wiki.put("Trope Workshop:Falling Dog", f"{DRAFT}\nBetter {number}.", "Ada")


def test_peer_f29_a_draft_moved_back_before_the_promotion_was_complete_stays_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at each step; wherever the draft has been moved by then, a person moves it back."""
    moved = 0
    for step in range(1, 100):
        bench = Bench(tmp_path / f"{step}.sqlite")
        bench.begin()
        draft = "Trope Workshop:Falling Dog"
        bench.wiki.put(draft, DRAFT, "Cleo")
        bench.wiki.put(f"{draft}/Notes", "Some notes.", "Cleo")
        try:
            with fused(bench, Fuse(step), monkeypatch):
                bench.run()
            break
        except Killed:
            bench.reopen()
        if "Falling Dog" not in bench.wiki.pages:
            continue
        moved += 1
        for name in ("", "/Notes"):
            if f"Falling Dog{name}" in bench.wiki.pages:
                bench.wiki.delete(f"{draft}{name}")
                bench.wiki.rename(f"Falling Dog{name}", draft + name, "Ada", redirect=False)
        for number in range(3):
            bench.run()
            bench.wiki.put(draft, f"{DRAFT}\nBetter {number}.", "Ada")
        assert "Falling Dog" not in bench.wiki.pages, f"promoted again after step {step}"
        assert "Falling Dog/Notes" not in bench.wiki.pages, f"a subpage alone after step {step}"
    assert moved > 10


def test_a_draft_moved_back_is_promoted_again_when_a_person_clears_that(bench: Bench) -> None:
    moved_back(bench)
    bench.run()
    page_id = bench.wiki.pages["Trope Workshop:Falling Dog"].page_id
    assert bench.ledger.promotions.forgive(page_id, at=bench.wiki.now)
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Ada")
    assert bench.run().promotions == 1
    bench.wiki.delete("Trope Workshop:Falling Dog")
    bench.wiki.rename("Falling Dog", "Trope Workshop:Falling Dog", "Ada", redirect=False)
    bench.wiki.put("Trope Workshop:Falling Dog", f"{DRAFT}\nNo.", "Ada")
    assert bench.run().writes == 0  # the second no counts again


# Breakers.


def many(bench: Bench, number: int, text: str = BAD_TROPE, name: str = "Page") -> None:
    for each in range(number):
        bench.wiki.put(f"{name} {each}", text, "Ben")


def breaking(bench: Bench, share: int = 50, minimum: int = 10) -> None:
    bench.policy["limits"] = {"breaker_share": share, "breaker_minimum": minimum}


def test_h30_peer_f20_the_breaker_opens_before_the_first_edit_of_the_pass(bench: Bench) -> None:
    breaking(bench)
    many(bench, 20)
    report = bench.run()
    assert report.writes == 0
    assert len([each for each in report.findings if each.code == "TB101"]) == 20
    assert {each.held.why for each in report.held} == {"held-breaker"}
    assert [note for note in report.notes if "TB101" in note and "breaker" in note]
    assert report.exit_code is Exit.DONE


def test_an_open_breaker_is_told_once_and_stands(bench: Bench) -> None:
    breaking(bench)
    many(bench, 20)
    bench.run()
    many(bench, 3, name="More")
    report = bench.run()
    assert (report.writes, report.notes) == (0, ())
    assert bench.ledger.stops.standing(StopKind.BREAKER)[0].subject == "TB101"


def test_other_rules_go_on_while_a_breaker_is_open(bench: Bench) -> None:
    breaking(bench)
    many(bench, 20)
    bench.wiki.upload("File:X.png", "a picture", "Ben")
    assert bench.run().flags == 1
    assert "{{Unattributed image" in bench.wiki.text("File:X.png")


def test_flags_still_come_off_while_a_breaker_is_open(bench: Bench) -> None:
    breaking(bench)
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1
    many(bench, 20)
    bench.run()
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 1


def test_after_resume_the_breaker_counts_anew(bench: Bench) -> None:
    breaking(bench)
    many(bench, 20)
    bench.run()
    bench.wiki.tick()
    bench.ledger.stops.clear(StopKind.BREAKER, "TB101", at=bench.wiki.now)
    many(bench, 20, f"{BAD_TROPE}\nMore.")
    assert bench.run().flags == 20  # somebody has looked at these
    many(bench, 10, name="Other")
    report = bench.run()
    assert report.flags == 0
    assert report.notes


def test_a_breaker_counts_over_several_passes(bench: Bench) -> None:
    """Cron judges a few pages at a time."""
    breaking(bench)
    flags = 0
    for number in range(12):
        many(bench, 2, name=f"Pass {number}")
        flags += bench.run().flags
    assert flags == 8  # the pass that brings the tenth page writes nothing any more


UNDER = {
    "few": (50, 10, 9, 0, "under the minimum"),
    "share": (50, 10, 15, 16, "less than half of the pages"),
}


@pytest.mark.parametrize("name", UNDER)
def test_a_breaker_stays_closed(name: str, bench: Bench) -> None:
    share, minimum, bad, good, why = UNDER[name]
    breaking(bench, share, minimum)
    many(bench, good, GOOD_TROPE, "Good")
    many(bench, bad)
    assert bench.run().flags == bad, why


def test_pages_flagged_before_do_not_open_a_breaker(bench: Bench) -> None:
    """An old fault that somebody edits round is not a sudden one."""
    breaking(bench, minimum=11)
    many(bench, 10)
    assert bench.run().flags == 10
    bench.wiki.tick(8 * 86400)
    for number in range(10):
        bench.wiki.put(f"Page {number}", f"{bench.wiki.text(f'Page {number}')}\nMore.", "Ben")
    many(bench, 5, name="Other")
    assert bench.run().flags == 5


def test_a_vandals_preload_opens_the_breaker(bench: Bench) -> None:
    """Suddenly every page lacks something: none is flagged, a person is told."""
    breaking(bench)
    bench.wiki.put(
        "MediaWiki:Tropes", "{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]", "Admin"
    )
    many(bench, 20, GOOD_TROPE)
    assert bench.run().writes == 0
    bench.wiki.put(
        "MediaWiki:Tropes", "{{trope}}\n{{examples}}\n{{hold}}\n[[Category:{{PAGENAME}}]]", "Admin"
    )
    many(bench, 20, f"{GOOD_TROPE}\nMore.")
    report = bench.run()
    assert report.writes == 0
    assert any("breaker" in note for note in report.notes)


def test_a_vandals_licence_list_opens_the_breaker(bench: Bench) -> None:
    breaking(bench)
    bench.policy["files"] = {"licences": []}
    bench.wiki.put("MediaWiki:Licenses", "* Fairuse|Fair use", "Admin")
    for number in range(20):
        bench.wiki.upload(f"File:{number}.png", "{{Fairuse}}", "Ben")
    assert bench.run().writes == 0
    bench.wiki.put("MediaWiki:Licenses", "* Nonsense|Nothing", "Admin")
    for number in range(20):
        bench.wiki.put(f"File:{number}.png", "{{Fairuse}} again", "Ben")
    report = bench.run()
    assert report.writes == 0
    assert any("breaker" in note for note in report.notes)


def test_an_empty_licence_list_judges_nothing(bench: Bench) -> None:
    """F21: “everything is unlicensed” is never the answer."""
    bench.policy["files"] = {"licences": [], "licence_category": "", "mandatory": {"SemiPD": None}}
    bench.wiki.put("MediaWiki:Licenses", " ", "Admin")
    bench.wiki.upload("File:X.png", "a picture", "Ben")
    report = bench.run()
    assert (report.writes, len(report.findings)) == (0, 0)
    assert report.notes


# Caps and ages.


def test_an_open_flag_that_a_person_takes_off_makes_room(bench: Bench) -> None:
    bench.policy["limits"] = {"open_flags": 1}
    many(bench, 2)
    assert bench.run().flags == 1
    (flagged,) = [title for title in ("Page 0", "Page 1") if "{{Missing" in bench.wiki.text(title)]
    bench.wiki.put(flagged, BAD_TROPE, "Ada")
    assert bench.run().flags + bench.run().flags == 1


def test_peer_f35_a_cursor_reset_to_the_past_acts_on_nothing_old(bench: Bench) -> None:
    many(bench, 3)
    bench.wiki.tick(8 * 86400)
    report = bench.patrol().run(since=bench.wiki.now.replace(year=2025))
    assert report.findings
    assert report.writes == 0
    assert {each.held.why for each in report.held} == {"held-too-old"}


def test_an_old_backlog_does_not_open_a_breaker(bench: Bench) -> None:
    breaking(bench, minimum=3)
    many(bench, 5)
    bench.wiki.tick(8 * 86400)
    bench.run()
    assert bench.ledger.stops.standing() == []


def test_a_rule_that_the_policy_does_not_name_only_reports(bench: Bench) -> None:
    """A new rule begins so."""
    bench.policy["actions"] = {"TB101": None}
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    report = bench.run()
    assert "TB101" in {finding.code for finding in report.findings}
    assert report.writes == 0
