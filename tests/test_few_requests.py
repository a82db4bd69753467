"""What a pass asks the wiki for, and what it need not: on the stand-in; `tests/real` counts it all."""

from collections import Counter
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, GOOD_TROPE, RUN_PAGE, Bench
from tropebot.runreport import RunReport

TALK = "User talk:TropeBot"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.wiki.put("Old Trope", GOOD_TROPE)
    made.begin()
    return made


def counted(bench: Bench) -> tuple[RunReport, Counter[str]]:
    """One pass, and what it asked for."""
    asked: Counter[str] = Counter()

    def hook(moment: str, request: str) -> None:
        asked[request] += moment == "before"

    bench.wiki.hooks.append(hook)
    report = bench.run()
    bench.wiki.hooks.remove(hook)
    return report, asked


def test_our_own_flag_on_what_we_judged_is_no_news(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    assert counted(bench)[0].flags == 1
    report, asked = counted(bench)
    assert (report.pages, asked) == (0, {"poll": 1})


def test_a_flag_beside_which_somebody_edited_is_looked_at_again(bench: Bench) -> None:
    def meddle(moment: str, request: str) -> None:
        if (moment, request) == ("before", "edit"):
            bench.wiki.hooks.remove(meddle)
            bench.wiki.put("Bad", f"Above.\n{BAD_TROPE}", "Cleo")

    bench.wiki.put("Bad", BAD_TROPE)
    bench.wiki.hooks.append(meddle)
    bench.run()
    assert bench.run().pages >= 1


def test_a_persons_edit_of_a_flagged_page_is_looked_at(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    bench.run()
    bench.wiki.put("Bad", GOOD_TROPE, "Cleo")
    assert bench.run().pages == 1


def test_our_own_fix_is_judged_again(bench: Bench) -> None:
    """That the page is clean now has to be seen, so that its finding ends."""
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put("Bad", BAD_TROPE)
    assert counted(bench)[0].fixes == 1
    assert bench.run().verdicts == {"clean": 1}


def test_who_saved_a_pages_only_revision_made_it(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    report, asked = counted(bench)
    assert report.notices == 1
    assert not asked["fetch_authors"]
    assert bench.wiki.text("User talk:Ben")


def test_of_a_page_with_more_revisions_its_author_is_asked_for(bench: Bench) -> None:
    bench.wiki.put("Old Trope", BAD_TROPE, "Ben")
    report, asked = counted(bench)
    assert (report.notices, asked["fetch_authors"]) == (1, 1)
    assert bench.wiki.text("User talk:Ada"), "who began it, not who edited it last"
    assert "User talk:Ben" not in bench.wiki.pages


def test_who_made_a_page_that_was_seen_new_is_known_for_ever(bench: Bench) -> None:
    """Nobody asks for it when the page lacks something later, for whatever reason."""
    bench.wiki.put("Good", GOOD_TROPE, "Cleo")
    bench.run()
    bench.wiki.put("Good", BAD_TROPE, "Ben")
    report, asked = counted(bench)
    assert (report.notices, asked["fetch_authors"]) == (1, 0)
    assert bench.wiki.text("User talk:Cleo")


def test_a_redirect_that_becomes_a_page_is_its_second_authors(bench: Bench) -> None:
    bench.wiki.put("Was redirect", "#REDIRECT [[Old Trope]]", "Cleo")
    bench.run()
    bench.wiki.put("Was redirect", BAD_TROPE, "Ben")
    assert counted(bench)[1]["fetch_authors"] == 1
    assert bench.wiki.text("User talk:Ben")
    assert "User talk:Cleo" not in bench.wiki.pages


def test_authors_and_those_who_are_told_are_asked_about_together(bench: Bench) -> None:
    for number in range(6):
        bench.wiki.put(f"Older {number}", GOOD_TROPE, f"Author {number}")
    bench.wiki.rows.clear()
    for number in range(6):
        bench.wiki.put(f"Older {number}", BAD_TROPE, "Ben")
    report, asked = counted(bench)
    assert (report.flags, report.notices) == (6, 6)
    assert (asked["fetch_authors"], asked["fetch_people_and_pages"]) == (1, 1)
    assert not asked["fetch_people"] + asked["fetch_pages"]


def test_what_the_policy_is_read_from_comes_with_the_next_poll(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    bench.run()
    watched: list[str] = []
    poll = bench.wiki.poll
    bench.wiki.poll = lambda **asked: watched.extend(asked["watch"]) or poll(**asked)  # type: ignore[method-assign,func-returns-value]
    bench.run()
    assert watched[:2] == [RUN_PAGE, TALK]
    assert "MediaWiki:Tropes" in watched


@pytest.mark.parametrize(
    ("later", "looks", "why"),
    [
        (3600, 1, "what was sent an hour ago is there, or never comes"),
        (5, 2, "what was sent a moment ago may be on its way"),
    ],
)
def test_a_write_left_open_is_looked_for_once_if_it_is_old(
    bench: Bench, later: float, looks: int, why: str
) -> None:
    def die(moment: str, request: str) -> None:
        if (moment, request) == ("before", "edit"):
            bench.wiki.hooks.remove(die)
            raise KeyboardInterrupt

    bench.wiki.put("Bad", BAD_TROPE)
    bench.wiki.hooks.append(die)
    bench.run()
    bench.wiki.tick(later)
    report, asked = counted(bench)
    # the last look is before it is sent again
    assert asked["find_mark"] == looks + 1, why
    assert report.flags == 1
