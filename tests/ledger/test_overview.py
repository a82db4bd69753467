"""What lists and reports are made from: findings with titles and creators, drafts as judged, promotions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.ledgers import quick_ledger
from tests.patrols import BAD_TROPE, DRAFT, GOOD_TROPE, Bench
from tropebot.ledger import Ledger
from tropebot.model import Authorship, DraftLife, FileInfo, Finding, Page
from tropebot.promotion import Hold, Step
from tropebot.survey import survey

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
FINDING = Finding(
    code="TB101",
    rule="r",
    title="Bad",
    page_id=7,
    rev_id=70,
    message="finding-tb101",
    params=("x",),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return quick_ledger(tmp_path / "ledger.sqlite")


def seen(ledger: Ledger, page: Page, *findings: Finding) -> None:
    codes = {each.code for each in findings}
    ledger.pages.observe(page.page_id, codes, unjudged=(), rev_id=70, at=AT)
    ledger.pages.describe(page, findings)


def test_a_finding_is_told_as_last_seen_and_in_all_its_parts(ledger: Ledger) -> None:
    seen(ledger, Page(title="Old", text="", page_id=7), FINDING)
    seen(
        ledger,
        Page(title="New", text="", page_id=7),
        FINDING,
        replace(FINDING, params=("y",), line=4),
    )
    (found,) = ledger.overview.found()
    assert (found.title, found.code, found.opened, found.closed) == ("New", "TB101", AT, None)
    assert found.said == (("finding-tb101", ("x",), 1), ("finding-tb101", ("y",), 4))


@pytest.mark.parametrize(
    ("page", "author", "creator", "why"),
    [
        (Page(title="A", text="", page_id=7), "", "", "nobody asked"),
        (Page(title="A", text="", page_id=7), "Ada", "Ada", "somebody was to be told"),
        (
            Page(title="File:A", text="", page_id=7, file=FileInfo(uploader="Ben", uploaded=AT)),
            "Ada",
            "Ben",
            "a file's is its uploader",
        ),
        (
            Page(
                title="W:A",
                text="",
                page_id=7,
                life=DraftLife(creator="Cleo", created=AT, touched=AT),
            ),
            "",
            "Cleo",
            "a draft's history was read",
        ),
    ],
)
def test_who_made_a_page_is_told_where_it_is_known(
    ledger: Ledger, page: Page, author: str, creator: str, why: str
) -> None:
    seen(ledger, page, FINDING)
    if author:
        ledger.pages.set_author(7, Authorship(user=author, user_id=1, created=AT))
    assert [each.creator for each in ledger.overview.found()] == [creator], why
    seen(ledger, replace(page, file=None, life=None), FINDING)
    assert [each.creator for each in ledger.overview.found()] == [creator], "and is kept"


def test_what_is_gone_is_told_as_it_was_last_but_not_as_standing(ledger: Ledger) -> None:
    page = Page(title="A", text="", page_id=7)
    seen(ledger, page, FINDING)
    seen(ledger, page)
    assert ledger.overview.found(standing=True) == []
    (found,) = ledger.overview.found(code="TB101")
    assert (found.closed, found.said) == (AT, (("finding-tb101", ("x",), 1),))
    assert ledger.overview.found(code="TB102") == []


def test_an_episode_of_which_nothing_was_noted_is_there_all_the_same(ledger: Ledger) -> None:
    """As after an update from a ledger that did not keep titles."""
    ledger.pages.observe(9, {"TB101"}, unjudged=(), rev_id=1, at=AT)
    (found,) = ledger.overview.found()
    assert (found.page_id, found.title, found.said) == (9, "", ())


def test_a_draft_is_told_as_it_was_last_judged_until_it_is_none(ledger: Ledger) -> None:
    hold = Hold(message="hold-examples", params=("1", "3"))
    for works in (0, 1):
        ledger.drafts.stands(
            7, title="W:A", works=works, minimum=3, ready=False, holds=(hold,), at=AT
        )
    (draft,) = ledger.overview.drafts()
    assert (draft.works, draft.holds, draft.creator, draft.created) == (1, (hold,), "", None)
    life = DraftLife(creator="Ada", created=AT, touched=AT)
    ledger.drafts.note(7, 70, life, measure="m", at=AT)
    assert ledger.overview.drafts()[0].creator == "Ada"
    ledger.drafts.forget([7])
    assert ledger.overview.drafts() == []


def test_pruning_forgets_the_titles_of_pages_without_findings(ledger: Ledger) -> None:
    late = AT + timedelta(days=100)
    ledger.runs.begin("patrol", policy_rev=0, at=late)
    seen(ledger, Page(title="A", text="", page_id=7), FINDING)
    seen(ledger, Page(title="A", text="", page_id=7))
    seen(ledger, Page(title="B", text="", page_id=8), replace(FINDING, page_id=8))
    ledger.upkeep.prune(days=1)
    assert [each.title for each in ledger.overview.found()] == ["B"]
    assert ledger._store.rows("SELECT title FROM page")[0][0] == "B"


def test_a_patrol_notes_what_reports_tell(tmp_path: Path) -> None:
    bench = Bench(
        tmp_path / "ledger.sqlite", policy={"mode": "act", "workshop": {"promote": "act"}}
    )
    bench.begin()
    bench.wiki.put("Bad Trope", BAD_TROPE, "Ada")
    bench.wiki.put("Trope Workshop:Falling", DRAFT, "Ben")
    bench.wiki.put("Trope Workshop:Held", DRAFT + "{{Hold}}", "Ben")
    bench.wiki.tick(60)
    bench.run()
    overview = bench.ledger.overview
    (found,) = overview.found(code="TB101")
    assert (found.title, found.code, found.creator, found.flag) == (
        "Bad Trope",
        "TB101",
        "Ada",
        "ours",
    )
    assert [message for message, _, _ in found.said] == ["finding-tb101"]
    assert [kind for kind, _ in overview.flags()] == ["flag"]
    (promoted,) = overview.promotions()
    assert (promoted.target, promoted.step) == ("Falling", Step.PROMOTED)
    assert [(each.title, each.ready) for each in overview.drafts()] == [
        ("Trope Workshop:Held", False)
    ]
    bench.wiki.put("Bad Trope", GOOD_TROPE, "Ada")
    bench.wiki.tick(60)
    bench.run()
    assert overview.found(code="TB101", standing=True) == []
    assert overview.at() is not None


def test_what_keeps_only_the_bot_off_holds_no_draft(tmp_path: Path) -> None:
    """A patrol and a look at the Workshop say the same of a draft: else reports would change to and fro."""
    policy = {"mode": "act", "workshop": {"promote": "report"}}
    bench = Bench(tmp_path / "ledger.sqlite", policy=policy)
    bench.begin()
    bench.wiki.put("Trope Workshop:Falling", DRAFT, "Ben")
    bench.wiki.tick(60)
    report = bench.run()
    assert [hold.message for each in report.drafts for hold in each.holds] == ["held-report-only"]
    (patrolled,) = bench.ledger.overview.drafts()
    assert (patrolled.ready, patrolled.holds) == (True, ())
    survey(bench.patrol())
    (surveyed,) = bench.ledger.overview.drafts()
    assert (surveyed.ready, surveyed.holds) == (True, ())
