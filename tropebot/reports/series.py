"""What a chart shows, as numbers: open findings over time, flags week by week, how long mending took.

Must not know how a chart is drawn. Times are the server's, as the ledger keeps them.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

import msgspec

from tropebot.ledger.overview import Found

MOST_POINTS = 120
"""Points of a line, at most: more than a phone's screen can show apart."""

DAY = timedelta(days=1)

TIMES_TO_FIX = (
    ("hour", timedelta(hours=1)),
    ("day", DAY),
    ("week", 7 * DAY),
    ("month", 30 * DAY),
    ("longer", timedelta.max),
)
"""The classes of the time from first seen to gone, with their upper ends."""


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """Named rows of numbers over the same moments."""

    at: tuple[datetime, ...]
    values: Mapping[str, tuple[int, ...]]


def moments(first: datetime, last: datetime) -> tuple[datetime, ...]:
    """From the day of ``first`` to ``last``, which ends it, in steps of whole days; `MOST_POINTS` at most."""
    begin = first.replace(hour=0, minute=0, second=0, microsecond=0)
    days = max((last - begin) // DAY, 0)
    step = -(-(days + 1) // (MOST_POINTS - 1))
    points = [begin + number * DAY for number in range(0, days + 1, step)]
    return tuple([point for point in points if point < last] + [last])


def open_over_time(found: Iterable[Found], until: datetime) -> Lines:
    """How many findings of each rule stood at each moment."""
    opened: dict[str, list[datetime]] = {}
    closed: dict[str, list[datetime]] = {}
    for each in found:
        opened.setdefault(each.code, []).append(each.opened)
        closed.setdefault(each.code, []).extend([each.closed] if each.closed else [])
    if not opened:
        return Lines(at=(), values={})
    at = moments(min(min(times) for times in opened.values()), until)
    values = {}
    for code in sorted(opened):
        began, ended = sorted(opened[code]), sorted(closed[code])
        values[code] = tuple(bisect_right(began, now) - bisect_right(ended, now) for now in at)
    return Lines(at=at, values=values)


def flags_by_week(flags: Sequence[tuple[str, datetime]], until: datetime) -> Lines:
    """How many flags were put on, taken off by the bot and by people in each week, named by its Monday."""
    if not flags:
        return Lines(at=(), values={})
    weeks = Counter((kind, _monday(at)) for kind, at in flags)
    first = min(week for _, week in weeks)
    last = max(_monday(until), *(week for _, week in weeks))
    at = tuple(first + number * 7 * DAY for number in range((last - first) // (7 * DAY) + 1))
    at = at[-MOST_POINTS:]
    kinds = ("flag", "unflag", "removed")
    return Lines(at=at, values={kind: tuple(weeks[kind, week] for week in at) for kind in kinds})


def times_to_fix(found: Iterable[Found]) -> Mapping[str, tuple[int, ...]]:
    """Of each rule, how many findings were gone within each of `TIMES_TO_FIX`."""
    counts: dict[str, list[int]] = {}
    for each in found:
        if each.closed is not None:
            row = counts.setdefault(each.code, [0] * len(TIMES_TO_FIX))
            took = each.closed - each.opened
            row[next(n for n, (_, end) in enumerate(TIMES_TO_FIX) if took <= end)] += 1
    return {code: tuple(counts[code]) for code in sorted(counts)}


def median_days(found: Iterable[Found]) -> float | None:
    """Half of what was mended was mended within so many days; ``None``: nothing was."""
    took = [(each.closed - each.opened) / DAY for each in found if each.closed is not None]
    return round(median(took), 1) if took else None


def _monday(at: datetime) -> datetime:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - at.weekday() * DAY
