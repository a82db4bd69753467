"""Which templates are known to exist: for a day, until something happens to one, or nobody saw what did."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ledgers import quick_ledger
from tropebot.ledger.templates import KEPT, MOST, Templates

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = "Template:A", "Template:B", "Template:Ç"


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    return quick_ledger(tmp_path / "ledger.sqlite").templates


def test_what_was_seen_is_there_for_a_day(templates: Templates) -> None:
    assert templates.there(AT) == frozenset()
    templates.seen({A, C}, AT)
    assert templates.there(AT + HOUR) == {A, C}
    assert templates.there(AT + KEPT - HOUR) == {A, C}
    assert templates.there(AT + KEPT) == frozenset()


def test_a_later_sight_of_one_keeps_none_for_longer(templates: Templates) -> None:
    templates.seen({A}, AT)
    templates.seen({A, B}, AT + 23 * HOUR)
    assert templates.there(AT + 23 * HOUR) == {A, B}
    assert templates.there(AT + KEPT) == frozenset()
    templates.seen({B}, AT + KEPT)
    assert templates.there(AT + KEPT + 23 * HOUR) == {B}, "a new day"


@pytest.mark.parametrize(
    ("happened", "left", "why"),
    [
        ({A}, {B}, "one of them"),
        ({A, B, C}, set(), "all, and others"),
        ({C}, {A, B}, "another page"),
        (set(), {A, B}, "nothing"),
    ],
)
def test_what_something_happened_to_is_forgotten(
    templates: Templates, happened: set[str], left: set[str], why: str
) -> None:
    templates.seen({A, B}, AT)
    templates.forget(happened)
    assert templates.there(AT) == left, why


def test_after_a_gap_nothing_is_known(templates: Templates) -> None:
    templates.forget_all()
    templates.seen({A, B}, AT)
    templates.forget_all()
    assert templates.there(AT) == frozenset()


def test_what_is_kept_has_a_bound(templates: Templates) -> None:
    many = {f"Template:{number}" for number in range(MOST)}
    templates.seen(many, AT)
    assert templates.there(AT) == many
    templates.seen({A}, AT)
    assert templates.there(AT) == {A}, "it begins anew"
