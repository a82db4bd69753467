"""What charts show, as numbers: counts at moments, weeks, classes of time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.states import AT, DAY, found
from tropebot.reports.series import (
    MOST_POINTS,
    flags_by_week,
    median_days,
    moments,
    open_over_time,
    times_to_fix,
)


def test_a_finding_counts_from_first_seen_until_it_is_gone() -> None:
    rows = [
        found(1, "A", days=3),
        found(2, "B", days=2, closed=AT - DAY),
        found(3, "C", code="TB201", days=1.5),
    ]
    lines = open_over_time(rows, AT)
    midnight = AT.replace(hour=0)
    assert lines.at == (midnight - 3 * DAY, midnight - 2 * DAY, midnight - DAY, midnight, AT)
    assert lines.values == {"TB101": (0, 1, 2, 1, 1), "TB201": (0, 0, 1, 1, 1)}


def test_nothing_found_is_no_line() -> None:
    assert open_over_time([], AT).at == ()
    assert flags_by_week([], AT).at == ()
    assert times_to_fix([found(1, "A")]) == {}
    assert median_days([found(1, "A")]) is None


@given(st.integers(0, 20_000), st.integers(0, 86_399))
def test_a_line_has_few_points_in_order_and_ends_now(days: int, seconds: int) -> None:
    last = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    at = moments(last - days * DAY, last)
    assert at[-1] == last
    assert len(at) <= MOST_POINTS
    assert list(at) == sorted(set(at))
    assert at[0] <= last - days * DAY


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=40))
def test_the_last_point_is_what_stands(spans: list[tuple[int, int]]) -> None:
    rows = [
        found(n, "A", days=begin, closed=AT - end * DAY if end < begin else None)
        for n, (begin, end) in enumerate(spans)
    ]
    lines = open_over_time(rows, AT)
    standing = sum(each.closed is None for each in rows)
    now = sum(values[-1] for values in lines.values.values())
    assert now == standing
    assert all(number >= 0 for values in lines.values.values() for number in values)


def test_weeks_begin_on_monday_and_none_is_left_out() -> None:
    sunday = datetime(2026, 10, 18, 23, tzinfo=UTC)
    lines = flags_by_week([("flag", sunday), ("removed", sunday), ("flag", AT - DAY)], AT)
    assert [f"{at:%a %d}" for at in lines.at] == ["Mon 12", "Mon 19", "Mon 26"]
    assert lines.values == {"flag": (1, 0, 1), "unflag": (0, 0, 0), "removed": (1, 0, 0)}


@pytest.mark.parametrize(
    ("took", "row", "why"),
    [
        (timedelta(0), (1, 0, 0, 0, 0), "gone in the run that found it"),
        (timedelta(hours=1), (1, 0, 0, 0, 0), "the end belongs to the class"),
        (timedelta(hours=1, seconds=1), (0, 1, 0, 0, 0), "more than an hour"),
        (7 * DAY, (0, 0, 1, 0, 0), "a week"),
        (30 * DAY, (0, 0, 0, 1, 0), "30 days"),
        (4000 * DAY, (0, 0, 0, 0, 1), "years"),
    ],
)
def test_each_time_is_in_one_class(took: timedelta, row: tuple[int, ...], why: str) -> None:
    assert times_to_fix([found(1, "A", closed=AT - DAY + took)]) == {"TB101": row}, why


def test_the_median_is_of_what_was_mended() -> None:
    rows = [found(n, "A", days=10, closed=AT - 10 * DAY + n * DAY) for n in (1, 2, 9)]
    assert median_days([*rows, found(4, "B", days=500)]) == 2.0
