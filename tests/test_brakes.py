"""What people can do to stop the bot, and how it goes on: switches, messages, lost rights, trials."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, BOT, DRAFT, FINISHED, GOOD_TROPE, RUN_PAGE, Bench
from tropebot.errors import Exit, NotAllowed, Stopped
from tropebot.ledger.stops import StopKind

pytestmark = pytest.mark.heavy

TALK = f"User talk:{BOT}"
BAD_FILE = "a picture"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def resume(bench: Bench, kind: StopKind) -> None:
    """What `tropebot resume` does to the ledger."""
    bench.wiki.tick()
    assert bench.ledger.stops.clear(kind, at=bench.wiki.now)


# Switches on the run page.

SWITCHES: dict[str, tuple[int, int, int, int, str]] = {
    "run": (2, 0, 1, 3, "everything"),
    "run\nTB101: off": (1, 0, 1, 2, "no new flags for that rule"),
    "run\nflag: off": (0, 0, 1, 1, "no flags at all"),
    "run\nmove: off": (2, 0, 0, 2, "drafts stay"),
    "run\nmessage: off": (2, 0, 1, 0, "nobody is told"),
    "run\nTB101: off\nTB201: off\nmove: off": (0, 0, 0, 0, "several lines"),
}


@pytest.mark.parametrize("text", SWITCHES)
def test_what_is_switched_off_is_not_done(text: str, bench: Bench) -> None:
    bench.wiki.put(RUN_PAGE, text, "Admin")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.upload("File:X.png", BAD_FILE, "Dora")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    report = bench.run()
    done = (report.flags, report.fixes, report.promotions, report.notices)
    assert done == SWITCHES[text][:4], SWITCHES[text][4]
    # they are reported all the same
    assert {"TB101", "TB201"} <= {finding.code for finding in report.findings}


def test_a_switch_costs_no_request(bench: Bench) -> None:
    bench.wiki.put("Good", GOOD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Good", f"{GOOD_TROPE}\nWell.", "Ben")
    plain = bench.run().reads
    bench.wiki.put(RUN_PAGE, "run\nTB101: off", "Admin")
    bench.run()  # who saved it is looked up once
    bench.wiki.put("Good", f"{GOOD_TROPE}\nMore.", "Ben")
    assert bench.run().reads == plain


def test_unflagging_can_be_switched_off(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    flagged = bench.wiki.text("Bad")
    bench.wiki.put(RUN_PAGE, "run\nunflag: off", "Admin")
    bench.wiki.put("Bad", f"{flagged}\n[[Category:Bad]]", "Ben")
    assert bench.run().writes == 0
    bench.wiki.put(RUN_PAGE, "run", "Admin")
    bench.wiki.put("Bad", f"{flagged}\nMore.\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 1


def test_fixing_can_be_switched_off(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put(RUN_PAGE, "run\nfix: off", "Admin")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().writes == 0


def test_a_switch_with_a_typo_stops_everything(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put(RUN_PAGE, "run\nTB1O1: off", "Admin")
    with pytest.raises(Stopped, match="line 2"):
        bench.run()
    assert bench.wiki.text("Bad") == BAD_TROPE


def test_a_switch_thrown_during_a_pass_ends_it_before_the_next_write(bench: Bench) -> None:
    for number in range(3):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    patrol = bench.patrol()

    def throw() -> None:
        patrol.clock.sleep(61)
        bench.wiki.put(RUN_PAGE, "run\nTB101: off", "Admin")

    bench.wiki.once("after", "edit", throw)
    report = patrol.run()
    assert (report.flags, report.exit_code) == (1, Exit.INCOMPLETE)
    assert bench.run().flags == 0


def test_moves_switched_off_half_way_put_the_draft_back(bench: Bench) -> None:
    """The draft is stripped, and then its move is not wanted any more."""
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    patrol = bench.patrol()

    def throw() -> None:
        patrol.clock.sleep(61)
        bench.wiki.put(RUN_PAGE, "run\nmove: off", "Admin")

    bench.wiki.once("after", "edit", throw)
    assert patrol.run().exit_code is Exit.INCOMPLETE
    assert bench.wiki.text("Trope Workshop:Falling Dog") == FINISHED
    bench.run()
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT
    assert not bench.wiki.moves


def test_a_draft_that_is_not_moved_because_of_the_run_page_is_told_so(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.put(RUN_PAGE, "run\nmove: off", "Admin")
    (draft,) = bench.run().drafts
    assert [hold.message for hold in draft.holds] == ["held-switched-off"]
    assert "run page" in draft.sentence()
    assert not bench.wiki.moves


# Messages.


def test_a_new_message_from_a_person_stops_the_bot_once(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put(TALK, "== Stop ==\nYou flag the wrong page.", "Ada")
    for _ in range(2):  # it stands until somebody says go on
        with pytest.raises(Stopped, match="Ada wrote"):
            bench.run()
    assert bench.wiki.text("Bad") == BAD_TROPE
    resume(bench, StopKind.MESSAGE)
    assert bench.run().flags == 1
    bench.wiki.put(TALK, f"{bench.wiki.text(TALK)}\n\nAnd again.", "Ada")
    with pytest.raises(Stopped):
        bench.run()


def test_a_message_to_the_bot_costs_no_request_while_there_is_none(bench: Bench) -> None:
    assert bench.run().reads == 1


WRITERS: dict[tuple[str, ...], tuple[bool, str]] = {
    ("Ada",): (True, "a person"),
    ("198.51.100.7",): (True, "somebody without an account is a person too"),
    ("Ada", "MessageBot"): (True, "a person, though a bot wrote after her"),
    ("MessageBot",): (False, "a bot"),
    (BOT,): (False, "ourselves"),
    ("MessageBot", BOT): (False, "no person among them"),
}


@pytest.mark.parametrize("writers", WRITERS)
def test_whose_messages_stop(writers: tuple[str, ...], bench: Bench) -> None:
    bench.wiki.groups["MessageBot"] = frozenset({"bot"})
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    for number, name in enumerate(writers):
        bench.wiki.put(TALK, f"Message {number}", name)
    stops, why = WRITERS[writers]
    if stops:
        with pytest.raises(Stopped):
            bench.run()
    else:
        assert bench.run().flags == 1, why


def test_what_stood_on_the_talk_page_before_the_bot_came_is_no_news(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.wiki.put(TALK, "Welcome!", "Ada")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1


def test_a_message_in_the_middle_stops_before_the_next_write(bench: Bench) -> None:
    for number in range(3):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    patrol = bench.patrol()

    def write() -> None:
        patrol.clock.sleep(61)
        bench.wiki.put(TALK, "Stop!", "Ada")

    bench.wiki.once("after", "edit", write)
    report = patrol.run()
    assert (report.flags, report.exit_code) == (1, Exit.STOPPED)
    assert "Ada wrote" in report.problem


def test_a_message_wall_stops_once_by_its_mark(bench: Bench) -> None:
    """There is no talk page: all that the wiki says is that there is something to read."""
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.new_messages = True
    with pytest.raises(Stopped, match="Somebody wrote"):
        bench.run()
    resume(bench, StopKind.MESSAGE)
    assert bench.run().flags == 1  # still unread, but not new
    bench.wiki.new_messages = False
    bench.run()
    bench.wiki.new_messages = True
    with pytest.raises(Stopped):
        bench.run()


# Rights.


def test_a_lost_bot_flag_stops_until_it_is_back(bench: Bench) -> None:
    """F18: no unflagged edits of an account that had the flag."""
    rights = bench.wiki.rights
    bench.wiki.rights = rights | {"bot"}
    bench.run()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.rights = rights
    for _ in range(2):
        with pytest.raises(NotAllowed, match="right to “bot”"):
            bench.run()
    assert bench.wiki.text("Bad") == BAD_TROPE
    bench.wiki.rights = rights | {"bot"}
    assert bench.run().flags == 1
    bench.wiki.rights = rights
    with pytest.raises(NotAllowed):  # lost a second time, told a second time
        bench.run()


def test_a_lost_right_can_be_accepted(bench: Bench) -> None:
    rights = bench.wiki.rights
    bench.wiki.rights = rights | {"bot"}
    bench.run()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.rights = rights
    with pytest.raises(NotAllowed):
        bench.run()
    resume(bench, StopKind.RIGHTS)
    assert bench.run().flags == 1
    assert bench.run().exit_code is Exit.DONE


def test_an_account_that_never_had_the_flag_works(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1


def test_without_the_right_to_move_no_draft_is_stripped(bench: Bench) -> None:
    bench.wiki.rights -= {"move"}
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    with pytest.raises(NotAllowed, match="move"):
        bench.run()
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT


REHEARSED: dict[str, Callable[[Bench], object]] = {
    "wrote on": lambda bench: bench.wiki.put(TALK, "Hello?", "Ada"),
    "is blocked": lambda bench: bench.wiki.blocked.add(BOT),
    "no right to move": lambda bench: setattr(bench.wiki, "rights", frozenset({"read", "edit"})),
}


@pytest.mark.parametrize("said", REHEARSED)
def test_a_rehearsal_tells_what_would_stop_it_and_goes_on(said: str, bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    REHEARSED[said](bench)
    report = bench.patrol().run(dry_run=True)
    assert report.flags == 1
    assert any(said in note for note in report.notes)
    assert bench.ledger.stops.standing() == []  # a rehearsal leaves nothing behind


# Trials.


def test_a_trial_stops_after_its_edits_and_goes_on_after_resume(bench: Bench) -> None:
    bench.policy |= {"trial": {"edits": 3}, "notify": {"enabled": False}}
    for number in range(8):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    report = bench.run()
    assert (report.flags, report.deferred) == (3, 5)
    assert report.exit_code is Exit.STOPPED
    assert "3 edits" in report.problem
    with pytest.raises(Stopped, match="trial is over"):
        bench.run()
    resume(bench, StopKind.TRIAL)
    assert bench.run().flags == 3
    resume(bench, StopKind.TRIAL)
    assert bench.run().flags == 2


def test_a_trial_never_leaves_a_draft_stripped(bench: Bench) -> None:
    bench.policy |= {"trial": {"edits": 1}}
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    assert bench.run().writes == 0
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT


def test_a_trial_stops_after_its_days(bench: Bench) -> None:
    bench.policy |= {"trial": {"days": 2}}
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1
    bench.wiki.tick(47 * 3600)
    assert bench.run().exit_code is Exit.DONE
    bench.wiki.tick(2 * 3600)
    bench.wiki.put("Bad 2", BAD_TROPE, "Ben")
    with pytest.raises(Stopped, match="2 days"):
        bench.run()
    resume(bench, StopKind.TRIAL)
    assert bench.run().flags == 1


def test_a_trial_taken_out_of_the_policy_is_no_more(bench: Bench) -> None:
    bench.policy |= {"trial": {"edits": 1}, "notify": {"enabled": False}}
    for number in range(3):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    assert bench.run().exit_code is Exit.STOPPED
    del bench.policy["trial"]
    assert bench.run().flags == 2
