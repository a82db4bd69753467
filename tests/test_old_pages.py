"""Pages that nobody has edited for long: a look at them brings no flags later, and is not told again."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest

from scripts import fix_markup, flag_missing_markup
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, GOOD_TROPE, RUN_PAGE, Bench
from tropebot.cleanup import Job, Wanted, clean_up
from tropebot.cli.shared import Shared
from tropebot.cli.told import tell
from tropebot.ledger.changes import Work
from tropebot.model import Action
from tropebot.review import Everything
from tropebot.runreport import RunReport

DAY = 86400


class Nothing(Everything, frozen=True):
    """A person who says no to everything."""

    def write(self, action: Action, before: str) -> None:
        """Not this one."""
        del action, before


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Two faulty pages from long ago, and a bot that begins now."""
    made = Bench(tmp_path / "ledger.sqlite")
    for name in ("Old Lantern", "Old Omen"):
        made.wiki.put(name, BAD_TROPE, "Ada")
    made.wiki.tick(60 * DAY)
    made.begin()
    made.wiki.put("Stirred", GOOD_TROPE, "Ada")
    made.run()
    made.wiki.tick(60)
    return made


def told(report: RunReport) -> None:
    """As on a terminal."""
    with click.Context(click.Command("patrol"), obj=Shared()):
        tell(report, always=True)


def flagged(bench: Bench) -> set[str]:
    return {title for title, page in bench.wiki.pages.items() if "{{Missing" in page.last.text}


def looked_at(bench: Bench) -> None:
    """A person looks at both with a script, and has nothing done."""
    pages = ("Old Lantern", "Old Omen")
    clean_up(bench.patrol(), Wanted(job=flag_missing_markup.JOB, titles=pages), review=Nothing())


def switched(bench: Bench, *lines: str) -> list[RunReport]:
    """The run page with each of the lines in turn, a pass after each."""
    reports = []
    for line in lines:
        bench.wiki.put(RUN_PAGE, f"run\n{line}", "Admin")
        bench.wiki.tick(120)
        reports.append(bench.run())
    return reports


@pytest.mark.parametrize("lines", [("TB101: off", ""), ("TB102: off", ""), ("flag: off", "")])
def test_old_pages_are_not_flagged_because_somebody_looked_at_them(
    bench: Bench, lines: tuple[str, ...]
) -> None:
    looked_at(bench)
    reports = switched(bench, *lines)
    assert flagged(bench) == set()
    held = {(one.title, one.held.why) for each in reports for one in each.held}
    assert held == {("Old Lantern", "held-too-old"), ("Old Omen", "held-too-old")}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda wiki: wiki.put("Old Omen", f"{BAD_TROPE} More.", "Ben"), "somebody edits it"),
        (lambda wiki: wiki.rename("Old Omen", "New Omen", "Ben"), "somebody moves it"),
    ],
)
def test_what_people_touch_is_flagged(
    bench: Bench, act: Callable[[FakeWiki], object], why: str
) -> None:
    looked_at(bench)
    switched(bench, "TB101: off")
    act(bench.wiki)
    switched(bench, "")
    assert len(flagged(bench)) == 1, why


def test_a_person_who_names_a_page_has_it_judged_however_old_it_is(bench: Bench) -> None:
    looked_at(bench)
    pages = ("Old Omen",)
    clean_up(bench.patrol(), Wanted(job=flag_missing_markup.JOB, titles=pages))
    assert flagged(bench) == {"Old Omen"}


@pytest.mark.parametrize(
    ("reason", "flags", "why"),
    [
        ("resume", 1, "a person asked for it"),
        ("renewal", 1, "what the page's type asks for changed as well"),
        (None, 0, "only the switch brings it"),
    ],
)
def test_a_better_reason_is_not_forgotten_for_the_switch(
    bench: Bench, reason: str | None, flags: int, why: str
) -> None:
    looked_at(bench)
    switched(bench, "TB101: off")
    if reason:
        page_id = bench.wiki.pages["Old Omen"].page_id
        bench.ledger.changes.add(Work(page_id=page_id, reason=reason))
    switched(bench, "")
    assert len(flagged(bench)) == flags, why


def test_an_old_flag_comes_off_when_the_wiki_asks_for_less(bench: Bench) -> None:
    bench.wiki.put("Fresh", BAD_TROPE, "Ada")
    bench.run()
    assert flagged(bench) == {"Fresh"}
    bench.wiki.tick(60 * DAY)
    bench.run()
    bench.policy["types"] = {"trope": {"preload_text": "{{trope}}\n{{examples}}", "preload": ""}}
    bench.run()
    assert flagged(bench) == set()


def test_a_pass_with_renewal_and_nothing_new_prints_nothing(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        bench.wiki.put(f"Fresh {number}", BAD_TROPE, "Ada")
    assert bench.run().flags == 5
    looked_at(bench)
    reports = switched(bench, "TB101: off", "", "TB102: off", "")
    held = {one.held.why for each in reports for one in each.held}
    assert held == {"held-flagged", "held-too-old"}, "they were judged again, and are as they were"
    for report in reports:
        capsys.readouterr()
        told(report)
        out = capsys.readouterr().out
        assert "not done" not in out
        assert len(out.splitlines()) <= 5, "what is left is the run's own line"


def test_what_is_new_is_told(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.wiki.put("Kept", f"{{{{nobots}}}}\n{BAD_TROPE}", "Ada")
    told(bench.run())
    assert "not done   Kept: TB101" in capsys.readouterr().out


def test_a_fix_that_is_not_made_has_its_own_reason(bench: Bench) -> None:
    """Our flag keeps nobody from mending the page."""
    bare = GOOD_TROPE.replace("{{trope}}\n", "")
    bench.wiki.put("Fixable", BAD_TROPE, "Ada")
    bench.wiki.put("No Place", f"{{{{work}}}}\n{bare}".replace("{{examples}}\n", ""), "Ada")
    bench.run()
    assert {"Fixable", "No Place"} <= flagged(bench)
    job: Job = fix_markup.JOB
    report = clean_up(bench.patrol(), Wanted(job=job, titles=("Fixable", "No Place")))
    assert report.fixes == 1
    assert [(each.title, each.held.why) for each in report.held] == [
        ("No Place", "held-no-one-place")
    ]
