"""The seam between an audit and what carries it out: any executor fits, order is the dump’s."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.audit.turns import Deadly, in_order
from tropebot.audit.values import Span, Unit
from tropebot.errors import Incomplete


def _units(count: int, drawn: list[int] | None = None) -> Iterator[Unit]:
    for number in range(count):
        if drawn is not None:
            drawn.append(number)
        yield Span(path="d", start=number)


def _number(unit: Unit) -> int:
    assert isinstance(unit, Span)
    return unit.start


@dataclass
class Bench:
    """Any executor as an engine."""

    executor: Executor
    task: Callable[[Unit], object] = _number
    ahead: int = 6
    tries: int = 3

    def submit(self, unit: Unit) -> Future[object]:
        return self.executor.submit(self.task, unit)

    def result(self, future: Future[object]) -> object:
        return future.result()

    def renew(self) -> None:
        raise Incomplete("none left")


@dataclass
class Frail:
    """Workers of which all are lost when one is given a deadly unit, as in a pool of processes."""

    deadly: dict[int, int]
    """How often a unit ends its workers before it is done."""
    ahead: int = 6
    tries: int = 3
    renewals: int = 0
    tried: Counter[int] = field(default_factory=Counter)
    company: list[int] = field(default_factory=list)
    _held: list[tuple[Unit, Future[object]]] = field(default_factory=list)
    _broken: bool = False

    def submit(self, unit: Unit) -> Future[object]:
        if self._broken:
            raise BrokenExecutor
        future: Future[object] = Future()
        self._held.append((unit, future))
        return future

    def result(self, future: Future[object]) -> object:
        """What is under way goes on only when somebody waits."""
        while not future.done() and self._held:
            unit, mine = self._held[0]
            number = _number(unit)
            self.tried[number] += 1
            if self.deadly.get(number, 0) >= self.tried[number]:
                self.company.append(len(self._held))
                for _, each in self._held:
                    each.set_exception(BrokenExecutor())
                self._held, self._broken = [], True
            else:
                self._held.pop(0)
                mine.set_result(number)
        return future.result()

    def renew(self) -> None:
        self.renewals += 1
        self._broken = False


def _late_first(unit: Unit) -> int:
    """The earlier, the longer it takes."""
    time.sleep(0.02 * (5 - _number(unit) % 5))
    return _number(unit)


def _taken(rows: Iterable[tuple[Unit, object]]) -> list[object]:
    return [result for _, result in rows]


def test_results_come_in_the_units_order() -> None:
    with ThreadPoolExecutor(4) as executor:
        assert _taken(in_order(Bench(executor, _late_first), _units(20))) == list(range(20))


def test_no_more_units_are_drawn_than_can_be_worked_on_soon() -> None:
    drawn: list[int] = []
    with ThreadPoolExecutor(2) as executor:
        rows = in_order(Bench(executor), _units(1_000, drawn))
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
        rows = in_order(Bench(executor, work), _units(100))
        next(rows)
        rows.close()  # type: ignore[attr-defined]
        gate.set()
    assert len(begun) <= 2


def test_a_mistake_in_a_unit_is_no_loss() -> None:
    def work(unit: Unit) -> NoReturn:
        raise ValueError("a bug")

    with ThreadPoolExecutor(2) as executor, pytest.raises(ValueError, match="a bug"):
        list(in_order(Bench(executor, work), _units(3)))


def test_where_no_worker_is_left_the_engine_says_so() -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *_: object, **__: object) -> NoReturn:  # type: ignore[override]
            raise BrokenExecutor

    with Broken(1) as executor, pytest.raises(Incomplete, match="none left"):
        list(in_order(Bench(executor), _units(3)))


LOSSES = [
    ({}, 0, "nothing is lost"),
    ({3: 1}, 1, "a worker is lost once: its unit is done again"),
    ({3: 2}, 2, "twice: again"),
    ({0: 1, 19: 1}, 2, "the first and the last unit"),
    (
        {4: 1, 5: 1},
        1,
        "neighbours: the second is done again alone, and has lost its worker once already",
    ),
]


@pytest.mark.parametrize(("deadly", "renewals", "why"), LOSSES)
def test_what_a_lost_worker_had_is_done_again(
    deadly: dict[int, int], renewals: int, why: str
) -> None:
    engine = Frail(dict(deadly))
    assert _taken(in_order(engine, _units(20))) == list(range(20)), why
    assert engine.renewals >= renewals, why


def test_a_unit_that_ends_every_worker_is_named_and_the_others_are_done() -> None:
    engine = Frail({7: 99})
    taken = _taken(in_order(engine, _units(20)))
    assert taken == [Deadly() if number == 7 else number for number in range(20)]
    assert engine.tried[7] == 3
    assert engine.company[1:] == [1, 1], "from the second time on it is alone"
    assert engine.renewals == 3


def test_two_deadly_units_in_one_company_are_told_apart() -> None:
    taken = _taken(in_order(Frail({6: 99, 8: 99}), _units(20)))
    assert [n for n, each in enumerate(taken) if isinstance(each, Deadly)] == [6, 8]


def test_a_machine_that_ends_everything_is_not_tried_for_ever() -> None:
    engine = Frail(dict.fromkeys(range(1_000), 99))
    with pytest.raises(Incomplete, match="--resume"):
        list(in_order(engine, _units(1_000)))
    assert engine.renewals <= 9


def test_after_a_loss_all_work_side_by_side_again() -> None:
    engine = Frail({2: 1, 15: 1})
    list(in_order(engine, _units(30)))
    assert engine.company == [6, 6]


@given(
    count=st.integers(0, 30),
    ahead=st.integers(1, 8),
    deadly=st.dictionaries(st.integers(0, 29), st.integers(1, 2), max_size=6),
)
def test_whatever_is_lost_less_than_thrice_is_done(
    count: int, ahead: int, deadly: dict[int, int]
) -> None:
    taken = _taken(in_order(Frail(deadly, ahead=ahead, tries=99), _units(count)))
    assert taken == list(range(count))
