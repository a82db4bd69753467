"""Taking back: what an undo leaves of a run, what it leaves to people, and that it ends so when killed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, BOT, DRAFT, GOOD_TROPE, RUN_PAGE, Bench
from tests.test_enforcer_crash import Fuse, Killed, differences, fused, state_of
from tropebot.errors import ConfigError, Exit, LockHeld, NotAllowed, OutcomeUnknown, Unavailable
from tropebot.ledger import locked
from tropebot.model import Kind
from tropebot.undoreport import Asked, Outcome, UndoReport

pytestmark = pytest.mark.heavy


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def texts(bench: Bench) -> dict[str, str]:
    return {title: page.last.text for title, page in bench.wiki.pages.items()}


def scene(bench: Bench) -> None:
    """A flag, a message on a page with text and one on a new page, a promotion with talk page and subpage."""
    bench.wiki.put("User talk:Ben", "Hello!", "Ada")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.upload("File:X.png", "a picture", "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.put("Trope Workshop talk:Falling Dog", "Good idea.", "Ada")
    bench.wiki.put("Trope Workshop:Falling Dog/Notes", "Some notes.", "Cleo")


def patrolled(bench: Bench) -> tuple[int, dict[str, str]]:
    """The number of the run that acted on the scene, and the texts before it."""
    scene(bench)
    before = texts(bench)
    run = bench.run()
    assert (run.flags, run.promotions, run.notices) == (2, 1, 2)
    bench.wiki.tick(60)
    return run.run, before


def undone(bench: Bench, run: int, *, dry_run: bool = False) -> UndoReport:
    report = bench.patrol().undo(Asked(run=run), dry_run=dry_run)
    bench.wiki.tick(60)
    return report


def outcomes(report: UndoReport) -> dict[tuple[str, str], str]:
    return {(str(row.effect.kind), row.effect.title): str(row.outcome) for row in report.rows}


# What it takes back.


def test_every_page_reads_as_before(bench: Bench) -> None:
    run, before = patrolled(bench)
    page_id = bench.wiki.pages["Falling Dog"].page_id
    report = undone(bench, run)
    assert {row.outcome for row in report.rows} == {Outcome.TAKEN}
    assert (report.problem, report.exit_code) == ("", Exit.DONE)
    now = texts(bench)
    assert now.pop("User talk:Cleo") == ""  # the bot made it: it is left blank
    assert now == before
    assert bench.wiki.pages["Trope Workshop:Falling Dog"].page_id == page_id


def test_what_was_taken_back_is_not_done_again(bench: Bench) -> None:
    run, _ = patrolled(bench)
    undone(bench, run)
    done = texts(bench)
    for title in ("Bad", "Trope Workshop:Falling Dog"):
        bench.wiki.put(title, f"{bench.wiki.text(title)}\nMore.", "Ada")
    report = bench.run()
    assert (report.flags, report.promotions, report.notices, report.writes) == (0, 0, 0, 0)
    assert bench.run().writes == 0
    assert texts(bench).keys() == done.keys()


def test_a_second_undo_writes_nothing_and_says_so(bench: Bench) -> None:
    run, _ = patrolled(bench)
    first = undone(bench, run)
    before = bench.wiki.writes
    report = undone(bench, run)
    assert bench.wiki.writes == before
    assert {row.outcome for row in report.rows} == {Outcome.BEFORE}
    assert len(report.rows) == len(first.rows)


def test_a_fix_is_taken_back(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    assert bench.wiki.text("Bad") == GOOD_TROPE
    undone(bench, run)
    assert bench.wiki.text("Bad") == BAD_TROPE
    bench.wiki.put("Bad", f"{BAD_TROPE} Really.", "Ada")
    assert bench.run().writes == 0


def test_a_flag_that_the_bot_took_off_is_put_back_on(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    flagged = bench.wiki.text("Bad")
    bench.wiki.put("Bad", f"{flagged}\n[[Category:Bad]]", "Ben")
    run = bench.run()
    assert run.unflags == 1
    undone(bench, run.run)
    assert bench.wiki.text("Bad") == f"{flagged}\n[[Category:Bad]]"
    bench.wiki.put("Bad", f"{flagged}\n[[Category:Bad]]\nMore.", "Ada")
    assert bench.run().unflags == 0


def test_a_flag_on_and_off_within_what_is_taken_back_costs_no_edit(bench: Bench) -> None:
    since = bench.wiki.now
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    bench.run()
    before = len([title for title, _ in bench.bot_edits() if title == "Bad"])
    report = bench.patrol().undo(Asked(since=since))
    found = outcomes(report)
    assert found["unflag", "Bad"] == found["flag", "Bad"] == "nothing to do"
    assert len([title for title, _ in bench.bot_edits() if title == "Bad"]) == before


def test_a_promotion_that_the_bot_put_back_itself_needs_no_undo(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.once("before", "move", lambda: bench.wiki.no_creation.add("Falling Dog"))
    run = bench.run().run
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT
    report = undone(bench, run)
    about = [row for row in report.rows if row.effect.kind is not Kind.NOTICE]
    assert {row.outcome for row in about} == {Outcome.NOTHING}
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT


def test_a_promotion_broken_off_is_ended_and_its_draft_put_back(bench: Bench) -> None:
    """Stopped between strip and move: the draft is as it was, and no later pass goes on with it."""
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")

    def closed() -> None:
        raise Unavailable("readonly")

    bench.wiki.once("before", "move", closed)
    run = bench.run().run
    assert bench.wiki.text("Trope Workshop:Falling Dog") != DRAFT
    undone(bench, run)
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT
    bench.run()
    bench.wiki.put("Trope Workshop:Falling Dog", f"{DRAFT}\nMore.", "Cleo")
    assert bench.run().promotions == 0
    assert not bench.wiki.moves


def test_a_promotion_resumed_by_a_later_run_is_taken_back_as_a_whole(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")

    def closed() -> None:
        raise Unavailable("readonly")

    bench.wiki.once("before", "move", closed)
    bench.run()
    later = bench.run()
    assert later.promotions == 1
    undone(bench, later.run)
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT


# What it leaves to people.


def edit_apart(bench: Bench) -> None:
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\nA line below.", "Ada")


def edit_same_line(bench: Bench) -> None:
    text = bench.wiki.text("Bad")
    bench.wiki.put("Bad", text.replace("{{Missing markup|", "{{Missing markup|ada=1|"), "Ada")


def take_flag_off(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ada")


def rename(bench: Bench) -> None:
    bench.wiki.rename("Bad", "Worse", "Ada")


def protect(bench: Bench) -> None:
    bench.wiki.protect("Bad")


def hide(bench: Bench) -> None:
    bench.wiki.hidden_texts.update(each.rev_id for each in bench.wiki.pages["Bad"].revisions[-1:])


EDITED: dict[str, tuple[Callable[[Bench], None], str, str, str]] = {
    "below": (edit_apart, "taken back", "Bad", f"{BAD_TROPE}\nA line below."),
    "same line": (edit_same_line, "left", "Bad", ""),
    "flag taken off": (take_flag_off, "nothing to do", "Bad", BAD_TROPE),
    "moved": (rename, "taken back", "Worse", BAD_TROPE),
    "protected": (protect, "left", "Bad", ""),
    "edit hidden": (hide, "left", "Bad", ""),
    "deleted": (lambda bench: bench.wiki.delete("Bad"), "nothing to do", "", ""),
}


@pytest.mark.parametrize("name", EDITED)
def test_a_page_that_people_have_changed(name: str, bench: Bench) -> None:
    act, outcome, title, wanted = EDITED[name]
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    act(bench)
    before = texts(bench)
    report = undone(bench, run)
    assert outcomes(report)["flag", "Bad"] == outcome
    if title:
        assert bench.wiki.text(title) == (wanted or before[title])
    row = next(row for row in report.rows if row.effect.kind is Kind.FLAG)
    assert row.why or row.outcome is Outcome.TAKEN


def test_of_one_edit_only_what_people_have_changed_is_left(bench: Bench) -> None:
    """A strip takes off two places; somebody has put something else in one of them."""
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.refusals["Trope Workshop:Falling Dog"] = ""
    run = bench.run().run
    bench.wiki.rename("Falling Dog", "Trope Workshop:Falling Dog", "Admin", redirect=False)
    text = bench.wiki.text("Trope Workshop:Falling Dog")
    bench.wiki.put("Trope Workshop:Falling Dog", f"{text}\n[[Category:Dogs]]", "Cleo")
    report = undone(bench, run)
    found = outcomes(report)
    assert found["strip", "Trope Workshop:Falling Dog"] == "partly taken back"
    text = bench.wiki.text("Trope Workshop:Falling Dog")
    assert text.startswith("{{Trope Workshop}}\n{{trope}}")
    assert text.endswith("[[Category:Dogs]]")


def test_a_page_edited_after_its_move_stays_with_all_that_came_along(bench: Bench) -> None:
    run, _ = patrolled(bench)
    bench.wiki.put("Falling Dog", f"{bench.wiki.text('Falling Dog')}\nBetter.", "Dora")
    before = bench.wiki.text("Falling Dog")
    found = outcomes(undone(bench, run))
    assert found["move", "Trope Workshop:Falling Dog"] == "left"
    assert found["after", "Trope Workshop:Falling Dog/Notes"] == "left"
    assert found["strip", "Trope Workshop:Falling Dog"] == "left"
    assert found["flag", "Bad"] == "taken back"
    assert bench.wiki.text("Falling Dog") == before
    assert "Falling Dog/Notes" in bench.wiki.pages


def test_a_page_that_only_the_bot_edited_after_its_move_goes_back(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    promoted = bench.run().run
    text = bench.wiki.text("Falling Dog")
    bench.wiki.put("Falling Dog", text, BOT)
    report = undone(bench, promoted)
    assert outcomes(report)["move", "Trope Workshop:Falling Dog"] == "taken back"
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT


def test_a_redirect_that_people_have_rewritten_keeps_the_page_where_it_is(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    run = bench.run().run
    bench.wiki.put("Trope Workshop:Falling Dog", "A new draft.", "Dora")
    found = outcomes(undone(bench, run))
    assert found["move", "Trope Workshop:Falling Dog"] == "left"
    assert bench.wiki.text("Trope Workshop:Falling Dog") == "A new draft."
    assert "Falling Dog" in bench.wiki.pages


TALKS: dict[str, tuple[str, str, str]] = {
    "another section below": ("\n\n== Other ==\nHi.", "taken back", "Hello!\n\n== Other ==\nHi."),
    "an answer": ("\n: Why? ~~~~", "left", ""),
    "a subsection as answer": ("\n=== Why ===\nReally?", "left", ""),
}


@pytest.mark.parametrize("name", TALKS)
def test_a_message_goes_unless_it_was_answered(name: str, bench: Bench) -> None:
    added, outcome, wanted = TALKS[name]
    bench.wiki.put("User talk:Ben", "Hello!", "Ada")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.wiki.put("User talk:Ben", bench.wiki.text("User talk:Ben") + added, "Ben")
    before = bench.wiki.text("User talk:Ben")
    assert outcomes(undone(bench, run))["notice", "User talk:Ben"] == outcome
    assert bench.wiki.text("User talk:Ben") == (wanted or before)


def test_an_archived_message_is_left_where_it_is(bench: Bench) -> None:
    bench.wiki.put("User talk:Ben", "Hello!", "Ada")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.wiki.put("User talk:Ben/Archive", bench.wiki.text("User talk:Ben"), "Ben")
    bench.wiki.put("User talk:Ben", "Fresh.", "Ben")
    assert outcomes(undone(bench, run))["notice", "User talk:Ben"] == "nothing to do"
    assert bench.wiki.text("User talk:Ben") == "Fresh."


def test_a_person_renamed_since_keeps_the_key(bench: Bench) -> None:
    """The talk page moved with the account: the section is found by the page, not by the name."""
    bench.wiki.put("User talk:Ben", "Hello!", "Ada")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.wiki.rename("User talk:Ben", "User talk:Benjamin", "Admin")
    report = undone(bench, run)
    assert outcomes(report)["notice", "User talk:Ben"] == "taken back"
    assert bench.wiki.text("User talk:Benjamin") == "Hello!"


def test_somebody_edits_at_the_same_moment(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    flagged = bench.wiki.text("Bad")
    bench.wiki.once(
        "before", "edit", lambda: bench.wiki.put("User talk:Ben", "My page now.", "Ben") and None
    )
    bench.wiki.once("before", "edit", lambda: None)
    undone(bench, run)
    assert bench.wiki.text("User talk:Ben") == "My page now."
    assert flagged != bench.wiki.text("Bad") == BAD_TROPE


# What may be asked for.


def test_one_effect_alone(bench: Bench) -> None:
    run, _ = patrolled(bench)
    flag = next(
        each
        for each in bench.ledger.intents.of_run(run)
        if (each.kind, each.title) == (Kind.FLAG, "Bad")
    )
    report = bench.patrol().undo(Asked(intent=flag.intent_id))
    assert [row.effect.intent_id for row in report.rows] == [flag.intent_id]
    assert bench.wiki.text("Bad") == BAD_TROPE
    assert "Unattributed image" in bench.wiki.text("File:X.png")


RULES = {
    "TB101": ({"Bad"}, "its flag only: the message tells of the picture, too"),
    "TB201": ({"File:X.png"}, "the other one"),
    "promotion": (
        {"Falling Dog", "Falling Dog/Notes", "User talk:Cleo"},
        "the steps, and the message that tells of nothing else",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_what_one_rule_did(rule: str, bench: Bench) -> None:
    run, _ = patrolled(bench)
    wanted, why = RULES[rule]
    before = texts(bench)
    bench.patrol().undo(Asked(run=run, rule=rule))
    after = texts(bench)
    changed = {title for title in before if after.get(title) != before[title]}
    assert (
        changed
        - {"Talk:Falling Dog", "Trope Workshop:Falling Dog"}
        - {title for title in before if title.startswith("Trope Workshop")}
        == wanted
    ), why


def test_since_a_moment(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.tick(3600)
    since = bench.wiki.now
    bench.wiki.put("Worse", BAD_TROPE, "Ben")
    bench.run()
    bench.patrol().undo(Asked(since=since))
    assert bench.wiki.text("Worse") == BAD_TROPE
    assert bench.wiki.text("Bad") != BAD_TROPE


def test_what_there_is_not_is_said(bench: Bench) -> None:
    run, _ = patrolled(bench)
    report = undone(bench, run)
    with pytest.raises(ConfigError, match="no run 99"):
        bench.patrol().undo(Asked(run=99))
    with pytest.raises(ConfigError, match="no intent 999"):
        bench.patrol().undo(Asked(intent=999))
    with pytest.raises(ConfigError, match="took back"):
        bench.patrol().undo(Asked(run=report.run))


# When it may.


def test_a_dry_run_writes_nothing_and_shows_all_of_it(bench: Bench) -> None:
    run, _ = patrolled(bench)
    before, writes = texts(bench), bench.wiki.writes
    rehearsed = undone(bench, run, dry_run=True)
    assert (texts(bench), bench.wiki.writes) == (before, writes)
    done = undone(bench, run)
    assert outcomes(rehearsed) == outcomes(done)
    assert [each.payload.title for each in rehearsed.written] == [
        each.payload.title for each in done.written
    ]


def test_a_stopped_bot_still_takes_back_what_a_person_asks_for(bench: Bench) -> None:
    run, _ = patrolled(bench)
    bench.wiki.put(RUN_PAGE, "stop", "Ada")
    assert {row.outcome for row in undone(bench, run).rows} == {Outcome.TAKEN}


def test_a_policy_that_only_reports_does_not_keep_from_it(bench: Bench) -> None:
    run, _ = patrolled(bench)
    bench.policy["mode"] = "report"
    assert {row.outcome for row in undone(bench, run).rows} == {Outcome.TAKEN}


def test_a_blocked_bot_takes_nothing_back(bench: Bench) -> None:
    run, _ = patrolled(bench)
    before = texts(bench)
    bench.wiki.blocked.add(BOT)
    with pytest.raises(NotAllowed):
        undone(bench, run)
    assert texts(bench) == before


def test_not_while_another_run_works(bench: Bench, tmp_path: Path) -> None:
    run, _ = patrolled(bench)
    before = texts(bench)
    patrol = bench.patrol()
    patrol.lock = lambda: locked(tmp_path / "lock")
    with locked(tmp_path / "lock"), pytest.raises(LockHeld):
        patrol.undo(Asked(run=run))
    assert texts(bench) == before


def test_the_cap_of_writes_does_not_cut_it_short(bench: Bench) -> None:
    run, _ = patrolled(bench)
    bench.policy["limits"] = {"writes_per_run": 1}
    assert {row.outcome for row in undone(bench, run).rows} == {Outcome.TAKEN}


def test_it_is_a_run_with_intents_marks_and_reasons_of_its_own(bench: Bench) -> None:
    run, _ = patrolled(bench)
    report = undone(bench, run)
    kept = bench.ledger.runs.get(report.run)
    assert kept is not None
    assert (kept.kind, kept.status, kept.report["taken_back"]) == ("undo", "done", len(report.rows))
    ours = bench.ledger.intents.of_run(report.run)
    assert len({each.mark for each in ours}) == len(report.rows) == len(ours)
    assert all(f"run {run}" in each.reason for each in ours)
    assert all(f"(run {run})" in comment for _, comment in bench.bot_edits()[-4:])


def test_a_refused_one_can_be_asked_for_again(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.wiki.protect("Bad")
    assert outcomes(undone(bench, run))["flag", "Bad"] == "left"
    bench.wiki.pages["Bad"].protected = False
    assert outcomes(undone(bench, run))["flag", "Bad"] == "taken back"
    assert bench.wiki.text("Bad") == BAD_TROPE


# Corrections instead of removed messages.


def test_messages_are_corrected_where_the_policy_says_so(bench: Bench) -> None:
    run, before = patrolled(bench)
    bench.policy["notify"] = {"correction": True}
    report = undone(bench, run)
    assert report.counts()["corrected"] == 2
    talk = bench.wiki.text("User talk:Ben")
    assert talk.count("\n== ") == 2
    assert talk.count("[[:Bad]]") == 2
    assert bench.wiki.text("Bad") == before["Bad"]
    writes = bench.wiki.writes
    undone(bench, run)
    assert bench.wiki.writes == writes


def test_nothing_is_corrected_where_nothing_was_taken_back(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.wiki.protect("Bad")
    bench.policy["notify"] = {"correction": True}
    before = bench.wiki.text("User talk:Ben")
    undone(bench, run)
    assert bench.wiki.text("User talk:Ben") == before


# Whatever breaks.


def test_interrupted_it_tells_what_was_done_and_goes_on_later(bench: Bench) -> None:
    run, _ = patrolled(bench)

    def control_c() -> None:
        raise KeyboardInterrupt

    bench.wiki.once("before", "move", control_c)
    report = undone(bench, run)
    assert report.exit_code is Exit.INTERRUPTED
    assert "ask for the same again" in report.problem
    assert {row.outcome for row in report.rows} == {Outcome.TAKEN}
    assert "Falling Dog" in bench.wiki.pages
    rest = undone(bench, run)
    assert (rest.exit_code, rest.counts()["left"]) == (Exit.DONE, 0)
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT


def test_an_undo_that_nobody_asks_for_again_keeps_no_message_back(bench: Bench) -> None:
    run, _ = patrolled(bench)

    def lost() -> None:
        raise OutcomeUnknown

    bench.wiki.once("before", "edit", lost)
    undone(bench, run)
    bench.wiki.tick(3600)
    bench.wiki.put("Bad 2", BAD_TROPE, "Dora")
    bench.run()
    bench.wiki.tick(60)
    assert [each.tries for each in bench.ledger.intents.open()] == [1]
    assert bench.run().deferred == 0
    assert "[[:Bad 2]]" in bench.wiki.text("User talk:Dora")


def correcting(bench: Bench) -> None:
    bench.policy["notify"] = {"correction": True}


def following(bench: Bench) -> None:
    """Pages that lead to the draft, and lists that name it once it is promoted."""
    dog = "Trope Workshop:Falling Dog"
    bench.policy["workshop"] = {
        "after": {
            "links": 5,
            "redirects": True,
            "log_page": "Project:Log",
            "wicks_page": "Project:W",
        }
    }
    bench.wiki.put("Project:W", "Please link to these.", "Ada")
    bench.wiki.put("Rising Cat", GOOD_TROPE.replace("happens", f"happens to [[{dog}|it]]"), "Ada")
    bench.wiki.put("Dog Falls", f"#REDIRECT [[{dog}]]", "Ada")


SETTINGS: dict[str, Callable[[Bench], None]] = {
    "messages removed": lambda _: None,
    "messages corrected": correcting,
    "all that follows": lambda _: None,
}


def _ready(path: Path, setting: str) -> tuple[Bench, int]:
    bench = Bench(path)
    bench.begin()
    if setting == "all that follows":
        following(bench)
    run, _ = patrolled(bench)
    if setting == "all that follows":
        assert "[[Falling Dog|it]]" in bench.wiki.text("Rising Cat")
        assert "[[:Falling Dog]]" in bench.wiki.text("Project:Log")
    SETTINGS[setting](bench)
    return bench, run


def _finish(bench: Bench, run: int) -> None:
    """The same is asked for again until it says that all is settled; then a patrol changes nothing."""
    for _ in range(4):
        report = undone(bench, run)
        if report.exit_code is Exit.DONE:
            break
    else:
        pytest.fail("the undo comes to no end")
    before = bench.wiki.writes
    bench.run()
    assert bench.wiki.writes == before


@pytest.mark.heavy
@pytest.mark.parametrize("setting", SETTINGS)
def test_killed_at_any_step_it_ends_the_same(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, run = _ready(tmp_path / "undisturbed.sqlite", setting)
    fuse = Fuse(0)
    with fused(bench, fuse, monkeypatch):
        undone(bench, run)
    _finish(bench, run)
    wanted = state_of(bench)
    for number in range(1, fuse.burnt + 1):
        bench, run = _ready(tmp_path / f"{number}.sqlite", setting)
        with pytest.raises(Killed), fused(bench, Fuse(number), monkeypatch):
            undone(bench, run)
        bench.reopen()
        _finish(bench, run)
        assert differences(state_of(bench), wanted) == [], f"killed at {number} of {fuse.burnt}"


@pytest.mark.heavy
def test_killed_and_a_patrol_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cron starts before anybody asks again: what the dead undo sent is settled, nothing is done anew."""
    bench, run = _ready(tmp_path / "undisturbed.sqlite", "messages removed")
    fuse = Fuse(0)
    with fused(bench, fuse, monkeypatch):
        undone(bench, run)
    wanted = state_of(bench)
    for number in range(1, fuse.burnt + 1):
        bench, run = _ready(tmp_path / f"{number}.sqlite", "messages removed")
        with pytest.raises(Killed), fused(bench, Fuse(number), monkeypatch):
            undone(bench, run)
        bench.reopen()
        bench.run()
        _finish(bench, run)
        assert differences(state_of(bench), wanted) == [], f"killed at {number} of {fuse.burnt}"


@pytest.mark.heavy
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_changes_nothing(moment: str, tmp_path: Path) -> None:
    bench, run = _ready(tmp_path / "undisturbed.sqlite", "messages removed")
    before = bench.wiki.writes
    undone(bench, run)
    writes = bench.wiki.writes - before
    _finish(bench, run)
    wanted = state_of(bench)
    for number in range(1, writes + 1):
        bench, run = _ready(tmp_path / f"{moment}-{number}.sqlite", "messages removed")
        _lose(bench, moment, number)
        undone(bench, run)
        _finish(bench, run)
        assert differences(state_of(bench), wanted) == [], (
            f"write {number} lost {moment} it was done"
        )


def _lose(bench: Bench, moment: str, number: int) -> None:
    count = 0

    def hook(seen: str, request: str) -> None:
        nonlocal count
        if seen == moment and request in ("edit", "move"):
            count += 1
            if count == number:
                bench.wiki.hooks.remove(hook)
                raise OutcomeUnknown

    bench.wiki.hooks.append(hook)
