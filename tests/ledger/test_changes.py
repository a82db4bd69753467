"""Cursors, seen rows and work: together or not at all, so that a crash loses no change."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ledgers import quick_ledger
from tropebot.ledger import Ledger
from tropebot.ledger.changes import Work
from tropebot.model import Change

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return quick_ledger(tmp_path / "ledger.sqlite")


def row(rcid: int, at: datetime = AT) -> Change:
    return Change(
        rcid=rcid,
        kind="edit",
        title="Bad",
        namespace=0,
        page_id=7,
        rev_id=70,
        old_rev_id=69,
        timestamp=at,
        user="Ada",
    )


def test_rows_work_and_cursor_come_together(ledger: Ledger) -> None:
    ledger.changes.take(
        [row(1)], [Work(page_id=7, reason="edit")], {"watermark": AT}, forget_before=AT - HOUR
    )
    assert ledger.changes.unseen([row(1), row(2)]) == [row(2)]
    assert ledger.changes.cursor("watermark") == AT
    assert [item.page_id for item in ledger.changes.due(AT, 10)] == [7]


def test_a_crash_in_between_leaves_nothing(ledger: Ledger) -> None:
    class Fails:
        def items(self) -> object:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.changes.take([row(1)], [Work(page_id=7, reason="edit")], Fails(), forget_before=AT)  # type: ignore[arg-type]  # breaks off in the middle
    assert ledger.changes.unseen([row(1)]) == [row(1)]
    assert ledger.changes.due(AT, 10) == []


def test_old_rows_are_forgotten(ledger: Ledger) -> None:
    ledger.changes.take([row(1, AT - 3 * HOUR), row(2)], (), {}, forget_before=AT - HOUR)
    assert ledger.changes.unseen([row(1), row(2)]) == [row(1)]


def test_work_waits_for_its_time(ledger: Ledger) -> None:
    ledger.changes.add(Work(page_id=7, reason="quiet"), due=AT + HOUR)
    assert ledger.changes.due(AT, 10) == []
    assert [item.page_id for item in ledger.changes.due(AT + HOUR, 10)] == [7]


def test_a_change_does_not_wait_for_a_later_look(ledger: Ledger) -> None:
    ledger.changes.add(Work(page_id=7, reason="quiet"), due=AT + HOUR)
    ledger.changes.add(Work(page_id=7, reason="edit", changed_at=AT))
    assert ledger.changes.due(AT, 10) == [Work(page_id=7, reason="edit", changed_at=AT)]


def test_the_newest_change_counts_for_a_pages_age(ledger: Ledger) -> None:
    for at in (AT - HOUR, AT, AT - 2 * HOUR):
        ledger.changes.add(Work(page_id=7, reason="edit", changed_at=at))
    assert [item.changed_at for item in ledger.changes.due(AT, 10)] == [AT]


def test_judged_work_is_gone(ledger: Ledger) -> None:
    ledger.changes.add(Work(page_id=7, reason="edit"))
    ledger.changes.judged(7)
    assert ledger.changes.due(AT, 10) == []


@pytest.mark.parametrize(
    ("hooks", "expected", "why"),
    [
        (("A",), {"A"}, "one change"),
        (("A", "A"), {"A"}, "the same twice"),
        (("A", "B"), {"A", "B"}, "two changes before one look"),
        (("A B", "B", "A"), {"A", "B"}, "put back, and changed again"),
        (("A", ""), set(), "every rule is to be asked"),
        (("", "A"), set(), "that stands whatever comes after it"),
    ],
)
def test_hooks_gather_until_the_page_is_judged(
    ledger: Ledger, hooks: tuple[str, ...], expected: set[str], why: str
) -> None:
    for words in hooks:
        ledger.changes.add(Work(page_id=7, reason="edit", hooks=frozenset(words.split())))
    assert [item.hooks for item in ledger.changes.due(AT, 10)] == [expected], why


def test_lists_are_put_behind_those_that_wait(ledger: Ledger) -> None:
    ledger.changes.set_waiting_lists({"using:A": "5", "open": "9"})
    ledger.changes.take((), (), {}, forget_before=AT, lists=("using:A", "using:B"))
    assert list(ledger.changes.waiting_lists().items()) == [
        ("open", "9"),
        ("using:A", ""),
        ("using:B", ""),
    ]


def test_a_page_that_changes_without_end_takes_no_more_room(ledger: Ledger, tmp_path: Path) -> None:
    for number in range(100):
        hook = "AB"[number % 2]
        ledger.changes.add(Work(page_id=7, reason="edit", hooks=frozenset({hook})))
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as stored:
        assert stored.execute("SELECT hooks FROM work").fetchall() == [("A B",)]
