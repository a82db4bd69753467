"""TB106 on the patrol: asked of pages seen being made in the main namespace, once each, and remembered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from scripts import (
    fix_markup,
    flag_missing_markup,
    flag_unattributed_images,
    promote_ready_drafts,
    unflag_clean,
    warn_stale_drafts,
)
from tests.fake_wiki import FakeWiki
from tests.patrols import DRAFT, GOOD_TROPE, Bench
from tropebot.cleanup import BY_POLICY, Job, Wanted, clean_up
from tropebot.expiry import LISTED, expired_flags
from tropebot.runreport import RunReport

OPEN = "SELECT code FROM episode WHERE closed_at = ''"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def run(bench: Bench) -> tuple[RunReport, int]:
    """One pass, and how often it asked for a page's past."""
    asked: list[str] = []

    def hook(moment: str, request: str) -> None:
        if moment == "before" and request in ("fetch_past_titles", "fetch_moved_from"):
            asked.append(request)

    bench.wiki.hooks.append(hook)
    report = bench.run()
    bench.wiki.hooks.remove(hook)
    return report, len(asked)


def codes(report: RunReport) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_trope_made_in_main_is_told_once_and_asked_about_once(bench: Bench) -> None:
    bench.wiki.put("New Trope", GOOD_TROPE)
    bench.wiki.put("New Trope", f"{GOOD_TROPE}\n", "Ben")
    bench.wiki.put("New Trope", GOOD_TROPE.replace("happens", "occurs"), "Ben")
    report, asked = run(bench)
    assert (codes(report), asked) == (["TB106"], 1), "the edits that follow do not hide the first"
    bench.wiki.put("New Trope", GOOD_TROPE, "Ben")
    report, asked = run(bench)
    assert (codes(report), asked) == ([], 0)
    assert [row[0] for row in bench.ledger._store.rows(OPEN)] == ["TB106"], "it is still open"


def test_the_finding_ends_when_the_page_goes_to_the_workshop(bench: Bench) -> None:
    bench.wiki.put("New Trope", GOOD_TROPE)
    bench.run()
    bench.wiki.rename("New Trope", "Trope Workshop:New Trope")
    bench.run()
    assert bench.ledger._store.rows(OPEN) == []


def there_and_back(wiki: FakeWiki) -> None:
    wiki.put("New Trope", GOOD_TROPE)
    wiki.rename("New Trope", "Trope Workshop:Better Name", redirect=False)
    wiki.rename("Trope Workshop:Better Name", "New Trope", redirect=False)


def copied(wiki: FakeWiki) -> None:
    wiki.put("Trope Workshop:New Trope", "A draft.")
    wiki.rename("Trope Workshop:New Trope", "Trope Workshop:Parked", redirect=False)
    wiki.put("New Trope", GOOD_TROPE)


def moved_in(wiki: FakeWiki) -> None:
    wiki.put("User:Ada/New Trope", GOOD_TROPE)
    wiki.rename("User:Ada/New Trope", "New Trope")


def imported(wiki: FakeWiki) -> None:
    wiki.hold_rows = True
    wiki.put("New Trope", GOOD_TROPE)
    wiki.held = [replace(wiki.held[0], kind="log", log_type="import", log_action="upload")]
    wiki.release_rows()


@pytest.mark.parametrize(
    ("act", "asks", "why"),
    [
        (lambda wiki: wiki.put("A Work", "{{work}}\n{{tropelist}}"), 0, "works need no Workshop"),
        (lambda wiki: wiki.put("Old Trope", f"{GOOD_TROPE}\n"), 0, "it was there before"),
        (lambda wiki: wiki.put("Trope Workshop:X", DRAFT), 0, "a draft is where it belongs"),
        (
            lambda wiki: wiki.put("Old Trope/Quotes", "{{trope}}\n{{tropesubpagefooter}}"),
            0,
            "subpages are made beside their trope",
        ),
        (moved_in, 0, "it was made elsewhere, and moved"),
        (imported, 0, "it was imported"),
        (there_and_back, 1, "it was in the Workshop since"),
        (copied, 1, "there was a draft of that name, which was moved: in doubt it is this page"),
    ],
)
def test_what_is_not_told(
    tmp_path: Path, act: Callable[[FakeWiki], object], asks: int, why: str
) -> None:
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.wiki.put("Old Trope", GOOD_TROPE)
    bench.wiki.tick(60)
    bench.begin()
    act(bench.wiki)
    report, asked = run(bench)
    assert "TB106" not in codes(report), why
    assert asked == asks, why


@pytest.mark.parametrize(
    ("bypass", "user", "told", "why"),
    [
        (["group:bot"], "ImportBot", False, "a bot of the list"),
        (["Ada"], "Ada", False, "a person of the list"),
        (["group:bot"], "Ada", True, "not on the list"),
        ([], "ImportBot", True, "pages made by bots are judged alike"),
        (["Ben"], "Ada", True, "another one is"),
    ],
)
def test_who_may_make_tropes_outside_the_workshop(
    bench: Bench, bypass: list[str], user: str, told: bool, why: str
) -> None:
    bench.wiki.groups["ImportBot"] = frozenset({"bot"})
    bench.policy["workshop"] = {"bypass": bypass}
    bench.wiki.put("New Trope", GOOD_TROPE, user)
    bench.wiki.put("New Trope", f"{GOOD_TROPE}\nMore.", "Ben")
    assert ("TB106" in codes(bench.run())) is told, why


def test_a_page_that_is_being_written_is_told_when_it_is_left_alone(bench: Bench) -> None:
    bench.policy["exempt"] = {"grace_minutes": 30}
    bench.wiki.put("New Trope", GOOD_TROPE)
    assert codes(bench.run()) == []
    bench.wiki.tick(1200)
    bench.wiki.put("New Trope", f"{GOOD_TROPE}\nMore.")
    assert codes(bench.run()) == []
    bench.wiki.tick(1900)
    assert codes(bench.run()) == ["TB106"]


def test_who_moves_it_to_the_workshop_in_time_is_not_told(bench: Bench) -> None:
    bench.policy["exempt"] = {"grace_minutes": 30}
    bench.wiki.put("New Trope", GOOD_TROPE)
    bench.run()
    bench.wiki.rename("New Trope", "Trope Workshop:New Trope", redirect=False)
    bench.wiki.tick(1900)
    assert codes(bench.run()) == []


def test_pages_that_nobody_edited_since_are_asked_about_together(bench: Bench) -> None:
    bench.wiki.groups["ImportBot"] = frozenset({"bot"})
    bench.policy["workshop"] = {"bypass": ["group:bot", "Ben"]}
    for number in range(5):
        bench.wiki.put(f"New Trope {number}", GOOD_TROPE)
    bench.wiki.put("By Ben", GOOD_TROPE, "Ben")
    bench.wiki.put("By A Bot", GOOD_TROPE, "ImportBot")
    copied(bench.wiki)
    before = bench.wiki.reads
    report, asked = run(bench)
    told = sorted(finding.title for finding in report.findings if finding.code == "TB106")
    assert (told, asked) == ([f"New Trope {number}" for number in range(5)], 1)
    assert bench.wiki.reads - before <= 7, "their authors too: not one for each of the 8 pages"


def test_a_summary_that_names_the_draft_is_its_past(bench: Bench) -> None:
    bench.wiki.put("New Trope", GOOD_TROPE, comment="from [[Trope Workshop:Other Name]]")
    bench.wiki.put("Newer Trope", GOOD_TROPE, comment="from [[Elsewhere]]")
    assert [each.title for each in bench.run().findings] == ["Newer Trope"]


def test_without_the_rule_nobody_asks(bench: Bench) -> None:
    bench.policy["actions"] = {"TB106": "none"}
    bench.wiki.put("New Trope", GOOD_TROPE)
    report, asked = run(bench)
    assert (codes(report), asked) == ([], 0)


def test_a_promoted_draft_has_bypassed_nothing(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT)
    report, asked = run(bench)
    assert (report.promotions, asked) == (1, 0)
    report, asked = run(bench)
    assert (codes(report), asked) == ([], 0)


def plan_of_the_page(bench: Bench) -> None:
    clean_up(bench.patrol(), Wanted(job=BY_POLICY, titles=["New Trope"]))


def a_renewal(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "report"}
    assert bench.run().pages == 1


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(lambda bench: by_hand(bench, unflag_clean.JOB), id="unflag_clean"),
        pytest.param(lambda bench: by_hand(bench, fix_markup.JOB), id="fix_markup"),
        pytest.param(lambda bench: by_hand(bench, flag_missing_markup.JOB), id="flag_missing"),
        pytest.param(lambda bench: by_hand(bench, warn_stale_drafts.JOB), id="warn_stale_drafts"),
        pytest.param(lambda bench: by_hand(bench, promote_ready_drafts.JOB), id="promote_ready"),
        pytest.param(lambda bench: by_hand(bench, flag_unattributed_images.JOB), id="images"),
        pytest.param(
            lambda bench: expired_flags(bench.patrol(), Wanted(job=LISTED, titles=["New Trope"])),
            id="expired_flags",
        ),
        pytest.param(lambda bench: bench.patrol().promote(["New Trope"]), id="promote"),
        pytest.param(plan_of_the_page, id="plan and apply"),
        pytest.param(a_renewal, id="renewal"),
    ],
)
def test_a_look_that_does_not_ask_ends_no_finding(
    bench: Bench, look: Callable[[Bench], object]
) -> None:
    """Whether a page was in the Workshop is asked of new ones alone: other passes do not know it."""
    bench.policy |= {
        "workshop": {"stale": {"days": 30}},
        "flags": {"TB101": {"template": "Missing markup", "warning_days": 14}},
    }
    bench.wiki.put("New Trope", f"{GOOD_TROPE}\n{{{{No such}}}}\n")
    bench.run()
    before = [row[0] for row in bench.ledger._store.rows(OPEN)]
    assert before == ["TB105", "TB106"]
    look(bench)
    assert [row[0] for row in bench.ledger._store.rows(OPEN)] == before


def test_a_finding_ends_where_the_policy_asks_no_more(bench: Bench) -> None:
    bench.wiki.put("New Trope", GOOD_TROPE)
    bench.run()
    bench.policy["actions"] = {"TB106": "none"}
    by_hand(bench, unflag_clean.JOB)
    assert bench.ledger._store.rows(OPEN) == []


def by_hand(bench: Bench, job: Job) -> None:
    clean_up(bench.patrol(), Wanted(job=job, titles=["New Trope"]))
