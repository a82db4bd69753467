"""Wikis without talk pages: the report says what messages would have said, edited only when that changed."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from scripts import warn_stale_drafts
from tests.patrols import BAD_TROPE, BOT, DRAFT, GOOD_TROPE, Bench
from tests.reports.states import full
from tests.test_lost_ledger import lose
from tropebot.cleanup import NOT_WRITTEN_TO, Wanted, clean_up
from tropebot.cli.asking import Asking
from tropebot.model import MESSAGE_WALL
from tropebot.promotion import Step
from tropebot.reports.people import concerned

REPORT = f"User:{BOT}/Report"
HEADING = "== For those who made the pages =="
DAY = 86400.0


def walled(tmp_path: Path, **policy: object) -> Bench:
    """A wiki with message walls; its bot keeps a report, looked at in every pass."""
    reports = {"page": "User:<account>/Report", "hours": 0}
    bench = Bench(tmp_path / "l.sqlite", policy={"mode": "act", "reports": reports, **policy})
    bench.wiki.names[MESSAGE_WALL] = "Message Wall"
    bench.begin()
    return bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return walled(tmp_path)


def told(bench: Bench) -> str:
    """The section of the report."""
    page = bench.wiki.fetch_pages([REPORT])[REPORT]
    text = page.text if page else ""
    return text.partition(HEADING)[2].partition("\n== ")[0]


def settle(bench: Bench) -> None:
    for _ in range(3):
        bench.run()
        bench.wiki.tick(60)


def test_the_report_says_it_where_there_are_no_talk_pages(bench: Bench) -> None:
    bench.policy["requests"] = {"page": f"User:{BOT}/Requests", "rules": f"User:{BOT}/Rules"}
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Worse", BAD_TROPE, "Ada")
    bench.wiki.put("Fine", GOOD_TROPE, "Cleo")
    settle(bench)
    said = told(bench)
    assert "[[:User:Ben|Ben]] ([[:Message Wall:Ben|wall]]) || " in said
    assert f"[[:Bad]] ([[:User:{BOT}/Rules/TB101|TB101]])" in said
    assert said.index("User:Ada") < said.index("User:Ben")
    assert "Cleo" not in said
    assert f"[{{{{fullurl:User:{BOT}/Requests|" in said
    assert [title for title in bench.wiki.pages if title.startswith("User talk:")] == []


def test_it_is_edited_only_when_it_says_something_else(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    settle(bench)
    before = bench.bot_edits()
    for _ in range(3):
        bench.wiki.tick(DAY)
        bench.run()
    assert bench.bot_edits() == before
    bench.wiki.put("Bad", GOOD_TROPE, "Ben")
    settle(bench)
    assert told(bench).strip() == "Nothing here."


def blocked(bench: Bench) -> None:
    bench.wiki.blocked.add("Ben")


def robot(bench: Bench) -> None:
    bench.wiki.groups["Ben"] = frozenset({"bot"})


def skipped(bench: Bench) -> None:
    bench.policy["notify"] = {"skip_users": ["Ben"]}


def off(bench: Bench) -> None:
    bench.policy["notify"] = {"enabled": False}


def to_people(bench: Bench) -> None:
    bench.policy["notify"] = {"where": "talk"}


def only_reported(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "report"}


@pytest.mark.parametrize(
    ("author", "arrange", "why"),
    [
        ("Ben", blocked, "a blocked person is not told elsewhere either"),
        ("Ben", robot, "nor is a bot"),
        ("Ben", skipped, "nor who does not want it"),
        ("Ben", off, "the policy wants nobody told"),
        ("Ben", to_people, "the policy says that talk pages are read there"),
        ("Ben", only_reported, "no flag, no message"),
        ("192.0.2.7", None, "an address is somebody else tomorrow"),
        (BOT, None, "the bot tells itself nothing"),
    ],
)
def test_who_would_not_be_told_is_not_named(
    bench: Bench, author: str, arrange: Callable[[Bench], None] | None, why: str
) -> None:
    if arrange:
        arrange(bench)
    bench.wiki.put("Bad", BAD_TROPE, author)
    settle(bench)
    assert "[[:Bad]]" not in told(bench), why


def test_drafts_that_wait_and_drafts_that_moved(tmp_path: Path) -> None:
    bench = walled(
        tmp_path,
        actions={"TB301": "tell"},
        workshop={"promote": "act", "stale": {"days": 30}},
    )
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.put("Trope Workshop:Old", DRAFT.replace("* ''[[Two", "''[[Two"), "Ben")
    settle(bench)
    assert "[[:Falling Dog]] (moved from [[:Trope Workshop:Falling Dog]])" in told(bench)
    assert "TB301" not in told(bench)
    bench.wiki.tick(40 * DAY)
    settle(bench)
    assert "[[:Trope Workshop:Old]] (TB301)" in told(bench)


def stale(bench: Bench) -> None:
    """A draft of Ben's that nobody has worked on for long."""
    bench.policy |= {"actions": {"TB301": "tell"}, "workshop": {"stale": {"days": 30}}}
    bench.wiki.put("Trope Workshop:Old", DRAFT.replace("* ''[[Two", "''[[Two"), "Ben")
    settle(bench)
    bench.wiki.tick(40 * DAY)


def test_who_was_told_on_a_talk_page_reads_it_in_the_report_too(bench: Bench) -> None:
    to_people(bench)
    stale(bench)
    settle(bench)
    assert "Trope Workshop:Old" in bench.wiki.text("User talk:Ben")
    bench.policy["notify"] = {"where": "report"}
    settle(bench)
    assert "[[:Trope Workshop:Old]] (TB301)" in told(bench)


def test_what_somebody_wanted_nobody_to_be_told_is_not_told_here(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_people(bench)
    stale(bench)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    asking = Asking("http://wiki.example.org/w/", messages=True)
    clean_up(bench.patrol(), Wanted(job=warn_stale_drafts.JOB, titles=None), review=asking)
    bench.policy["notify"] = {"where": "report"}
    settle(bench)
    assert "Trope Workshop:Old" not in told(bench)


def test_only_drafts_that_moved_are_told_as_moved() -> None:
    promotions = [replace(each, creator="Ada") for each in full(9).promotions]
    (ada,) = concerned((), promotions)
    assert {each.step for each in ada.moved} == {Step.PROMOTED}
    assert {each.step for each in promotions} > {Step.PROMOTED}


def test_a_script_that_would_tell_people_says_that_the_report_does(tmp_path: Path) -> None:
    bench = walled(tmp_path, workshop={"stale": {"days": 30}})
    bench.wiki.put("Trope Workshop:Old", DRAFT.replace("* ''[[Two", "''[[Two"), "Ben")
    bench.wiki.tick(40 * DAY)
    report = clean_up(bench.patrol(), Wanted(job=warn_stale_drafts.JOB, titles=None))
    assert (report.notices, report.notes) == (0, (NOT_WRITTEN_TO,))
    settle(bench)
    assert "[[:Trope Workshop:Old]] (TB301)" in told(bench)


def test_a_lost_ledger_doubles_nothing(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Worse", BAD_TROPE, "Ada")
    settle(bench)
    before = told(bench)
    assert "[[:Bad]]" in before
    lose(bench)
    settle(bench)
    assert told(bench) == before
    titles = [title for title, _ in bench.bot_edits()]
    assert (titles.count("Bad"), titles.count("Worse")) == (1, 1)
    assert not any(title.startswith("User talk:") for title in bench.wiki.pages)


def test_of_many_people_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    reports = {"page": REPORT, "hours": 0, "rows": 2}
    bench = walled(tmp_path, reports=reports)
    for name in ("Ada", "Ben", "Cleo"):
        bench.wiki.put(f"Bad of {name}", BAD_TROPE, name)
    settle(bench)
    assert "[[:Bad of Ben]]" in told(bench)
    assert "[[:Bad of Cleo]]" not in told(bench)
    assert "… and one more person." in told(bench)
