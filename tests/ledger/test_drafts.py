"""The lives of drafts in the ledger: known up to a revision, and counted by creator while alive."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.ledgers import quick_ledger
from tropebot.ledger import Ledger
from tropebot.model import DraftLife

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIFE = DraftLife(creator="Ada", created=NOW - 9 * DAY, touched=NOW - DAY)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return quick_ledger(tmp_path / "ledger.sqlite")


def note(ledger: Ledger, page_id: int, life: DraftLife = LIFE, at: datetime = NOW) -> None:
    ledger.drafts.note(page_id, 70, life, measure="100", at=at)


@pytest.mark.parametrize(
    ("rev_id", "measure", "known", "why"),
    [
        (70, "100", True, "nothing has changed"),
        (71, "100", False, "the draft was edited since"),
        (70, "200", False, "the policy measures otherwise now"),
    ],
)
def test_a_history_is_known_up_to_its_revision(
    ledger: Ledger, rev_id: int, measure: str, known: bool, why: str
) -> None:
    note(ledger, 7, replace(LIFE, imported=True))
    found = ledger.drafts.known({7: rev_id, 8: 1}, measure)
    assert found == ({7: replace(LIFE, imported=True)} if known else {}), why


def test_places_go_by_age(ledger: Ledger) -> None:
    note(ledger, 7)
    note(ledger, 8, replace(LIFE, created=NOW - 20 * DAY))
    note(ledger, 9, replace(LIFE, creator="Ben"))
    assert ledger.drafts.placed(7, LIFE, now=NOW) == replace(LIFE, place=2, live=2)
    assert ledger.drafts.placed(8, LIFE, now=NOW).place == 1


ASIDE = [
    (replace(LIFE, imported=True), NOW, "nobody here began it"),
    (replace(LIFE, returned=True), NOW, "it was a trope before"),
    (replace(LIFE, creator=""), NOW, "the creator is hidden"),
    (LIFE, NOW - 3 * DAY, "nobody has seen it for days: it may be gone"),
]


@pytest.mark.parametrize(("life", "seen", "why"), ASIDE)
def test_what_does_not_count(ledger: Ledger, life: DraftLife, seen: datetime, why: str) -> None:
    note(ledger, 7)
    note(ledger, 8, life, seen)
    assert ledger.drafts.placed(8, life, now=NOW).place == 0, why
    assert ledger.drafts.placed(7, LIFE, now=NOW).live == 1, why


def test_a_draft_that_left_is_forgotten(ledger: Ledger) -> None:
    note(ledger, 7)
    note(ledger, 8)
    ledger.drafts.forget([8, 99])
    assert ledger.drafts.placed(7, LIFE, now=NOW).live == 1
