"""Reports on the wiki: made where the policy asks, edited only when changed, never over others' pages."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, GOOD_TROPE, RUN_PAGE, Bench
from tropebot.errors import OutcomeUnknown, Unavailable
from tropebot.model import Kind, State
from tropebot.reports.wikipages import MARK
from tropebot.undoreport import Asked, Outcome

HOUR = 3600.0
STATE, LISTS, REPEAT = (f"User:{BOT}/{name}" for name in ("State", "Lists", "Repeat cases"))
ALL = {"page": STATE, "worklists": LISTS, "repeat_cases": REPEAT, "repeat_from": 1}


def bench_of(tmp_path: Path, **reports: object) -> Bench:
    """A wiki with a faulty page; its bot reports on these pages."""
    bench = Bench(tmp_path / "ledger.sqlite", policy={"mode": "act", "reports": reports})
    bench.begin()
    bench.wiki.put("Bad Trope", BAD_TROPE, "Ada")
    bench.wiki.tick(60)
    return bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return bench_of(tmp_path, **ALL)


def text(wiki: FakeWiki, title: str) -> str:
    """What stands on the page; empty if there is none."""
    page = wiki.fetch_pages([title])[title]
    return page.text if page else ""


def reports(bench: Bench) -> Counter[str]:
    """How often the bot has edited each of its reports."""
    edits = bench.bot_edits()
    return Counter(title for title, said in edits if said.startswith("Report brought up to date"))


def test_off_by_default(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)
    bench.run()
    assert reports(bench) == {}
    assert "The policy names no page for reports" in bench.patrol().report().notes[0]


def test_a_new_home_reports_in_its_first_pass_and_what_it_finds_a_day_later(bench: Bench) -> None:
    assert reports(bench) == {STATE: 1, REPEAT: 1}
    bench.run()
    assert reports(bench) == {STATE: 1, REPEAT: 1}
    bench.wiki.tick(24 * HOUR)
    bench.run()
    assert reports(bench) == {STATE: 2, REPEAT: 2, f"{LISTS}/TB101": 1, f"{LISTS}/TB106": 1}
    assert f"[[:{LISTS}/TB101|TB101]] || missing-markup || 1 ||" in text(bench.wiki, STATE)
    assert "| [[:Bad Trope]] || " in text(bench.wiki, f"{LISTS}/TB101")
    assert "| [[:User:Ada|Ada]] || 2 (" in text(bench.wiki, REPEAT)


def test_without_news_no_page_is_edited_however_often_it_is_looked_at(bench: Bench) -> None:
    bench.patrol().run()
    bench.patrol().report()
    before = reports(bench)
    for _ in range(3):
        bench.wiki.tick(25 * HOUR)
        bench.run()
        assert bench.patrol().report().written == ()
    assert reports(bench) == before


def test_between_two_looks_a_pass_asks_for_nothing_more(bench: Bench) -> None:
    bench.run()
    bench.run()
    before = bench.wiki.reads
    bench.wiki.tick(HOUR)
    bench.run()
    assert bench.wiki.reads == before + 1


def test_every_pass_may_be_asked_for(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, page=STATE, hours=0)
    bench.run()
    assert "TB101" in text(bench.wiki, STATE)
    assert reports(bench) == {STATE: 2}


def test_a_list_that_is_worked_through_says_so_and_none_is_made_empty(bench: Bench) -> None:
    bench.run()
    bench.patrol().report()
    bench.wiki.put("Bad Trope", GOOD_TROPE, "Ada")
    bench.wiki.tick(60)
    bench.run()
    bench.patrol().report()
    assert text(bench.wiki, f"{LISTS}/TB101").endswith("No open finding of TB101 (missing-markup).")
    assert text(bench.wiki, f"{LISTS}/TB102") == ""


def test_each_report_is_an_intent_that_is_done_once(bench: Bench) -> None:
    bench.run()
    report = bench.patrol().report()
    intents = [each for each in bench.ledger.intents.of_run(report.run) if each.kind is Kind.REPORT]
    assert {each.title for each in intents} >= {STATE, REPEAT}
    assert {each.state for each in intents} == {State.DONE}


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("State", "the main namespace"),
        (f"Project:{BOT}/State", "another namespace"),
        ("User:Ada/State", "somebody else's"),
        (f"User:{BOT}ty/State", "a name that begins alike"),
        (f"User:{BOT}", "the user page itself"),
        (RUN_PAGE, "the run page"),
        (f"User:{BOT}/Run ", "the run page, written otherwise"),
        (f"User talk:{BOT}/State", "talk"),
    ],
)
def test_only_below_the_bots_own_user_page(tmp_path: Path, title: str, why: str) -> None:
    bench = bench_of(tmp_path, page=title)
    before = text(bench.wiki, RUN_PAGE)
    report = bench.patrol().report()
    assert reports(bench) == {}, why
    assert f"it must be a page below User:{BOT}/." in " ".join(report.notes)
    assert text(bench.wiki, RUN_PAGE) == before


@pytest.mark.parametrize(
    ("there", "kept", "why"),
    [
        ("Notes of mine.", True, "no report of the bot"),
        (f"{MARK}Old. {{{{nobots}}}}", True, "people keep the bot off"),
        ("#REDIRECT [[Elsewhere]]", True, "people led it elsewhere"),
        (f"{MARK}Old, and somebody wrote on it.", False, "the page says that this is lost"),
    ],
)
def test_what_people_put_there(tmp_path: Path, there: str, kept: bool, why: str) -> None:
    bench = Bench(tmp_path / "l.sqlite", policy={"mode": "act", "reports": {"page": STATE}})
    bench.wiki.put(STATE, there, "Ada")
    bench.wiki.tick(60)
    bench.begin()
    report = bench.patrol().report()
    assert (text(bench.wiki, STATE) == there) is kept, why
    assert any("is left as it is" in note for note in report.notes) is kept


def test_a_policy_that_only_reports_has_nothing_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "l.sqlite", policy={"mode": "report", "reports": ALL})
    bench.begin()
    bench.run()
    report = bench.patrol().report()
    assert bench.bot_edits() == []
    assert "The policy only reports" in report.notes[0]


def test_the_run_page_stops_reports_too(bench: Bench) -> None:
    bench.run()
    before = reports(bench)
    bench.wiki.put(RUN_PAGE, "stop", "Ada")
    bench.wiki.tick(25 * HOUR)
    with pytest.raises(Exception, match="run page"):
        bench.patrol().report()
    assert reports(bench) == before


def test_a_dry_run_shows_the_pages_and_writes_none(bench: Bench) -> None:
    bench.run()
    before = bench.bot_edits()
    report = bench.patrol().report(dry_run=True)
    assert {each.payload.title for each in report.written} == {
        STATE,
        REPEAT,
        f"{LISTS}/TB101",
        f"{LISTS}/TB106",
    }
    assert bench.bot_edits() == before


def test_an_undo_takes_reports_back_with_all_else(bench: Bench) -> None:
    bench.run()
    before = {title: text(bench.wiki, title) for title in (STATE, REPEAT)}
    report = bench.patrol().report()
    undone = bench.patrol().undo(Asked(run=report.run))
    assert {row.outcome for row in undone.rows} == {Outcome.TAKEN}
    assert {title: text(bench.wiki, title) for title in before} == before
    assert text(bench.wiki, f"{LISTS}/TB101") == "", "a page that the bot made is left blank"


def test_what_was_taken_back_comes_again_when_it_tells_something_else(bench: Bench) -> None:
    bench.policy["reports"] = {**ALL, "hours": 0}
    bench.wiki.tick(HOUR)
    done = bench.run()
    assert Kind.REPORT in {each.action.kind for each in done.written}
    bench.patrol().undo(Asked(run=done.run))
    assert text(bench.wiki, f"{LISTS}/TB101") == ""
    blank = reports(bench)
    for _ in range(2):
        bench.wiki.tick(HOUR)
        bench.run()
    assert reports(bench) == blank, "nothing is told that was not told then"
    bench.wiki.put("Worse Trope", BAD_TROPE, "Ada")
    bench.wiki.tick(HOUR)
    bench.run()
    assert "[[:Worse Trope]]" in text(bench.wiki, f"{LISTS}/TB101")


def test_who_asks_for_a_report_gets_it_also_after_an_undo(bench: Bench) -> None:
    bench.run()
    report = bench.patrol().report()
    told = text(bench.wiki, STATE)
    bench.patrol().undo(Asked(run=report.run))
    assert text(bench.wiki, STATE) != told
    bench.patrol().report()
    assert text(bench.wiki, STATE) == told


def test_a_report_that_a_later_one_replaced_needs_nothing(bench: Bench) -> None:
    bench.run()
    first = bench.patrol().report()
    bench.wiki.put("Worse Trope", BAD_TROPE, "Ada")
    bench.wiki.tick(60)
    bench.run()
    bench.patrol().report()
    before = text(bench.wiki, STATE)
    undone = bench.patrol().undo(Asked(run=first.run))
    row = next(row for row in undone.rows if row.title == STATE)
    assert (row.outcome, row.why) == (Outcome.NOTHING, "a later report stands there")
    assert text(bench.wiki, STATE) == before


def test_both_reports_taken_back_leave_the_page_as_before_the_first(bench: Bench) -> None:
    bench.run()
    before = text(bench.wiki, STATE)
    first = bench.patrol().report()
    bench.wiki.put("Worse Trope", BAD_TROPE, "Ada")
    bench.wiki.tick(60)
    bench.run()
    second = bench.patrol().report()
    bench.patrol().undo(Asked(run=second.run))
    bench.patrol().undo(Asked(run=first.run))
    assert text(bench.wiki, STATE) == before


def test_somebody_edits_the_page_at_the_same_moment(bench: Bench) -> None:
    bench.run()
    met: list[str] = []

    def meet(moment: str, request: str) -> None:
        if moment == "before" and request == "edit" and not met:
            met.append(request)
            bench.wiki.put(STATE, f"{MARK}Meanwhile.", "Ada")

    bench.wiki.hooks.append(meet)
    bench.patrol().report()
    assert met
    assert "missing-markup" in text(bench.wiki, STATE)


def test_the_cap_of_writes_holds_and_the_rest_comes_with_the_next_pass(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, **ALL)
    bench.run()
    bench.policy["limits"] = {"writes_per_run": 1}
    first = bench.patrol().report()
    assert (len(first.written), first.deferred) == (1, 3)
    bench.policy["limits"] = {}
    assert len(bench.run().written) == 3


def test_creators_that_nobody_asked_for_are_asked_for_repeat_cases_alone(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, page=STATE)
    bench.policy["actions"] = {}
    bench.run()
    bench.ledger._store.execute("UPDATE page SET creator = ''")
    bench.ledger._store.execute("DELETE FROM author")
    bench.ledger._store.execute("DELETE FROM notice")
    asked: Counter[str] = Counter()
    bench.wiki.hooks.append(lambda when, what: asked.update([what] if when == "before" else []))
    bench.patrol().report()
    assert asked["fetch_authors"] == 0
    bench.policy["reports"] = ALL
    bench.patrol().report()
    bench.patrol().report()
    assert asked["fetch_authors"] == 1
    assert "[[:User:Ada|Ada]]" in text(bench.wiki, REPEAT)


class Killed(BaseException):
    """The process ends here, as by SIGKILL: nothing catches it."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("error", [OutcomeUnknown, Unavailable, Killed])
def test_whatever_breaks_each_report_is_saved_once(
    tmp_path: Path, moment: str, error: type[BaseException]
) -> None:
    """The answer is lost, the wiki is away, the process is killed; before the edit happened, or after."""
    bench = bench_of(tmp_path, **ALL)
    bench.run()
    before = reports(bench)

    def break_once(seen: str, request: str) -> None:
        if seen == moment and request == "edit":
            bench.wiki.hooks.remove(break_once)
            raise error("broken on purpose")

    bench.wiki.hooks.append(break_once)
    with suppress(Killed):
        bench.patrol().report()
    bench.reopen()
    bench.wiki.tick(60)
    bench.run()
    bench.patrol().report()
    assert reports(bench) - before == {
        STATE: 1,
        REPEAT: 1,
        f"{LISTS}/TB101": 1,
        f"{LISTS}/TB106": 1,
    }
    assert bench.ledger.intents.open() == []
