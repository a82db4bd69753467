"""Episodes, flags and noes: what the ledger tells the planner of a page's past."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.ledgers import quick_ledger
from tropebot.ledger import Ledger
from tropebot.model import Action, Authorship, Finding, Intent, Kind, State
from tropebot.planning import FlagNews, OurFlag

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    opened = quick_ledger(tmp_path / "ledger.sqlite")
    opened.runs.begin("patrol", policy_rev=0, at=AT)
    return opened


def observe(ledger: Ledger, *codes: str, unjudged: tuple[str, ...] = ()) -> None:
    ledger.pages.observe(7, set(codes), unjudged=unjudged, rev_id=70, at=AT)


def flagged(ledger: Ledger) -> Intent:
    finding = Finding(
        code="TB101", rule="missing-markup", title="Bad", page_id=7, rev_id=70, message="m"
    )
    number = ledger.pages.past(7).episodes["TB101"].number
    action = Action(
        kind=Kind.FLAG,
        page_id=7,
        title="Bad",
        subject="TB101",
        episode=number,
        base_rev_id=70,
        reason="flag",
        findings=(finding,),
    )
    intent = ledger.intents.record(
        action, run=1, mark=f"m{number}", policy_rev=0, at=AT, details={}
    )
    assert intent is not None
    intent = ledger.intents.change(intent, State.SENDING, at=AT)
    intent = ledger.intents.change(intent, State.DONE, at=AT)
    ledger.pages.flagged(intent, "Flag")
    return intent


def test_an_episode_lasts_from_first_seen_to_gone(ledger: Ledger) -> None:
    observe(ledger, "TB101")
    first = ledger.pages.past(7).episodes["TB101"].number
    observe(ledger, "TB101", "TB104")
    assert ledger.pages.past(7).episodes["TB101"].number == first
    observe(ledger, "TB104")
    assert set(ledger.pages.past(7).episodes) == {"TB104"}
    observe(ledger, "TB101")
    assert ledger.pages.past(7).episodes["TB101"].number != first


def test_what_could_not_be_judged_does_not_end(ledger: Ledger) -> None:
    observe(ledger, "TB101")
    observe(ledger, unjudged=("TB101",))
    assert "TB101" in ledger.pages.past(7).episodes


def test_our_flag_is_remembered_and_settled(ledger: Ledger) -> None:
    observe(ledger, "TB101")
    intent = flagged(ledger)
    past = ledger.pages.past(7)
    assert past.episodes["TB101"].flag == "ours"
    assert past.flags == {"Flag": OurFlag(template="Flag", subject="TB101", episode=intent.episode)}
    assert (Kind.FLAG, "TB101", intent.episode) in past.settled
    assert ledger.pages.open_flags() == 1


def test_a_removed_flag_is_a_lasting_no(ledger: Ledger) -> None:
    observe(ledger, "TB101")
    flagged(ledger)
    ledger.pages.note_flags(7, FlagNews(removed=("Flag",)), at=AT)
    past = ledger.pages.past(7)
    assert (past.episodes["TB101"].flag, past.flags) == ("removed", {})
    assert past.noes == {"TB101"}
    observe(ledger)
    observe(ledger, "TB101")
    assert ledger.pages.past(7).noes == {"TB101"}


def test_a_flag_that_went_with_its_finding_is_no_no(ledger: Ledger) -> None:
    observe(ledger, "TB101")
    flagged(ledger)
    observe(ledger)
    ledger.pages.note_flags(7, FlagNews(removed=("Flag",)), at=AT)
    assert ledger.pages.past(7).noes == frozenset()
    assert ledger.pages.past(7).flags == {}


def test_a_page_that_is_gone_has_no_flags(ledger: Ledger) -> None:
    observe(ledger, "TB101")
    flagged(ledger)
    ledger.pages.forget(7, at=AT)
    assert ledger.pages.past(7).episodes == {}
    assert ledger.pages.open_flags() == 0


def test_authors_are_kept(ledger: Ledger) -> None:
    assert ledger.pages.author(7) is None
    author = Authorship(user="Ada", user_id=3, created=AT)
    ledger.pages.set_author(7, author)
    assert ledger.pages.author(7) == author
