"""What a breaker counts: pages once, as judged last, within a window."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ledgers import quick_ledger
from tropebot.ledger import Ledger
from tropebot.ledger.judged import KEPT, WINDOW
from tropebot.ledger.store import stamp

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return quick_ledger(tmp_path / "ledger.sqlite")


def note(
    ledger: Ledger, page_id: int, *codes: str, found: tuple[str, ...] = (), at: datetime = NOW
) -> None:
    ledger.judged.note(page_id, "pages", codes, found=found or codes, at=at)


def test_a_page_counts_once(ledger: Ledger) -> None:
    for _ in range(3):
        note(ledger, 1, "TB101")
    note(ledger, 2)
    assert ledger.judged.share("TB101", ["pages"]) == (1, 2)
    assert ledger.judged.share("TB102", ["pages"]) == (0, 2)


def test_a_page_whose_fault_is_flagged_by_now_has_asked(ledger: Ledger) -> None:
    note(ledger, 1, "TB101")
    note(ledger, 1, found=("TB101",))
    assert ledger.judged.share("TB101", ["pages"]) == (1, 1)
    note(ledger, 1)  # and the fault is gone
    assert ledger.judged.share("TB101", ["pages"]) == (0, 1)


def test_only_pages_of_the_rules_scope_count(ledger: Ledger) -> None:
    note(ledger, 1, "TB101")
    ledger.judged.note(2, "files", [], found=[], at=NOW)
    assert ledger.judged.share("TB101", ["pages"]) == (1, 1)
    assert ledger.judged.share("TB101", ["pages", "files"]) == (1, 2)


def test_what_a_person_has_looked_at_no_longer_counts(ledger: Ledger) -> None:
    note(ledger, 1, "TB101")
    note(ledger, 2, "TB101", at=NOW + timedelta(minutes=1))
    assert ledger.judged.share("TB101", ["pages"], since=stamp(NOW)) == (1, 1)


def test_the_window_ends(ledger: Ledger) -> None:
    for number in range(WINDOW + 5):
        note(ledger, number, "TB101", at=NOW + timedelta(seconds=number))
    ledger.judged.forget_old(NOW)
    assert ledger.judged.share("TB101", ["pages"]) == (WINDOW, WINDOW)
    ledger.judged.forget_old(NOW + KEPT + timedelta(seconds=WINDOW))
    assert ledger.judged.share("TB101", ["pages"]) == (5, 5)
