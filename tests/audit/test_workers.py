"""The seam between an audit and what carries it out: any executor fits, and order is the dump’s."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from typing import NoReturn

import pytest

from tropebot.audit.values import Span, Unit
from tropebot.audit.workers import in_order, workers_for
from tropebot.errors import Incomplete


def _units(count: int, drawn: list[int]) -> Iterator[Unit]:
    for number in range(count):
        drawn.append(number)
        yield Span(path="d", start=number)


def _late_first(unit: Unit) -> int:
    """The earlier, the longer it takes."""
    assert isinstance(unit, Span)
    time.sleep(0.02 * (5 - unit.start % 5))
    return unit.start


def test_results_come_in_the_units_order() -> None:
    with ThreadPoolExecutor(4) as executor:
        results = [result for _, result in in_order(executor, _late_first, _units(20, []), 4)]
    assert results == list(range(20))


def test_no_more_units_are_drawn_than_can_be_worked_on_soon() -> None:
    drawn: list[int] = []
    with ThreadPoolExecutor(2) as executor:
        rows = in_order(executor, lambda unit: unit, _units(1_000, drawn), 2)
        for number, _ in enumerate(rows, 1):
            assert len(drawn) <= number + 6
            if number == 20:
                break


def test_what_waits_is_cancelled_when_nobody_wants_more() -> None:
    gate = threading.Event()
    begun: list[Unit] = []

    def work(unit: Unit) -> None:
        begun.append(unit)
        if len(begun) > 1:
            gate.wait(5)

    with ThreadPoolExecutor(1) as executor:
        rows = in_order(executor, work, _units(100, []), 1)
        next(rows)
        rows.close()  # type: ignore[attr-defined]
        gate.set()
    assert len(begun) <= 2


def test_a_failing_unit_fails_the_audit() -> None:
    def work(unit: Unit) -> None:
        raise ValueError("a bug")

    with ThreadPoolExecutor(2) as executor, pytest.raises(ValueError, match="a bug"):
        list(in_order(executor, work, _units(3, []), 2))


def test_workers_that_are_lost_are_told_of() -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *_: object, **__: object) -> NoReturn:  # type: ignore[override]
            raise BrokenExecutor

    with Broken(1) as executor, pytest.raises(Incomplete, match="--resume"):
        list(in_order(executor, _late_first, _units(3, []), 1))


def test_a_small_dump_is_not_worth_a_second_process() -> None:
    assert workers_for(["-", "/nowhere/d.xml"]) == 1
