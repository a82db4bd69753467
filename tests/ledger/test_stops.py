"""Stops: one at a time of a kind and subject, standing until cleared, remembered afterwards."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.ledgers import quick_ledger
from tropebot.ledger.stops import StopKind

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_stop_stands_until_it_is_cleared(tmp_path: Path) -> None:
    stops = quick_ledger(tmp_path / "l").stops
    assert stops.raise_(StopKind.BREAKER, "TB101", "far too many", at=NOW)
    assert [each.subject for each in stops.standing(StopKind.BREAKER)] == ["TB101"]
    assert [each.why for each in stops.clear(StopKind.BREAKER, "TB101", at=NOW)] == ["far too many"]
    assert stops.standing() == []
    assert stops.raise_(StopKind.BREAKER, "TB101", "again", at=NOW + timedelta(days=1))


def test_the_same_stop_is_raised_once(tmp_path: Path) -> None:
    stops = quick_ledger(tmp_path / "l").stops
    assert stops.raise_(StopKind.BREAKER, "TB101", "far too many", at=NOW)
    assert not stops.raise_(StopKind.BREAKER, "TB101", "still", at=NOW)
    assert stops.raise_(StopKind.BREAKER, "TB201", "far too many", at=NOW)
    assert [each.why for each in stops.standing()] == ["far too many", "far too many"]


def test_clearing_clears_only_what_was_named(tmp_path: Path) -> None:
    stops = quick_ledger(tmp_path / "l").stops
    stops.raise_(StopKind.BREAKER, "TB101", "", at=NOW)
    stops.raise_(StopKind.BREAKER, "TB201", "", at=NOW)
    stops.raise_(StopKind.TRIAL, "", "20 edits", at=NOW)
    assert stops.clear(StopKind.BREAKER, "TB999", at=NOW) == []
    assert [each.subject for each in stops.clear(StopKind.BREAKER, "TB201", at=NOW)] == ["TB201"]
    assert [each.kind for each in stops.standing()] == ["breaker", "trial"]
    assert len(stops.clear(StopKind.BREAKER, at=NOW)) == 1


def test_a_cleared_stop_is_remembered(tmp_path: Path) -> None:
    stops = quick_ledger(tmp_path / "l").stops
    stops.raise_(StopKind.MESSAGE, "4711", "Ada wrote", at=NOW)
    stops.clear(StopKind.MESSAGE, at=NOW)
    last = stops.latest(StopKind.MESSAGE)
    assert last is not None
    assert (last.subject, bool(last.cleared_at)) == ("4711", True)
    assert stops.latest(StopKind.MESSAGE, "1") is None
