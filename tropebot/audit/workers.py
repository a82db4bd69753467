"""What a worker does, and how many of them work side by side: results come in the order of the units.

Must not decide what is judged. Any engine fits that has the shape of `concurrent.futures.Executor` and has
called `prepare` in its processes; it may do a unit twice. Units can be pickled, and what comes of them too.
"""

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TypeVar

import msgspec

from tropebot.audit.judging import Judge, Order, Outcome, judged
from tropebot.audit.knowledge import Survey, site_facts, surveyed
from tropebot.audit.streams import STDIN
from tropebot.audit.units import Read, pages_of
from tropebot.audit.values import MEGABYTE, Unit
from tropebot.bounded import BoundedReader
from tropebot.errors import Incomplete
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Policy

Result = TypeVar("Result")
LOST = (
    "A process that judged was ended from outside, perhaps for want of memory: what was written stays, "
    "and --out with --resume goes on."
)
_AHEAD = 3
"""Units that wait or are worked on, for each worker: what bounds memory."""
_WORTH_WORKERS = 24 * MEGABYTE
"""Of a file as it lies there; less is judged before more processes are up."""


class Seat:
    """What a process keeps from unit to unit: the order, and who judges by it."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._reader = BoundedReader()
        self._judge: Judge | None = None

    def judge_unit(self, unit: Unit) -> Outcome:
        """The verdicts on a unit."""
        self._judge = self._judge or Judge(self._order, self._reader)
        return judged(unit, self._judge, self._order.caps)

    def survey_unit(self, unit: Unit) -> tuple[Survey, Read]:
        """What a unit says of its wiki."""
        policy = msgspec.json.decode(self._order.policy, type=Policy)
        facts = site_facts(self._order.known.site, policy)
        exempt = PolicyInForce(policy=policy, facts=facts).namespaces(policy.exempt.namespaces)
        read = Read()
        found = surveyed(pages_of(unit, self._order.caps, read), policy, facts, exempt)
        return found, read

    def close(self) -> None:
        """End what the judge's second reading runs in."""
        self._reader.close()


_SEATS: list[Seat] = []


def prepare(order: bytes) -> None:
    """Make this process a worker for an order (pickled); Ctrl-C is meant for who started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for seat in _SEATS:
        seat.close()
    _SEATS[:] = [Seat(pickle.loads(order))]  # noqa: S301  it comes from the process that started us


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for units for ever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def judge_unit(unit: Unit) -> Outcome:
    """`Seat.judge_unit`, in a process that was prepared."""
    return _SEATS[0].judge_unit(unit)


def survey_unit(unit: Unit) -> tuple[Survey, Read]:
    """`Seat.survey_unit`, in a process that was prepared."""
    return _SEATS[0].survey_unit(unit)


Work = Callable[[Iterable[Unit]], Iterator[tuple[Unit, Result]]]


@contextmanager
def crew(order: Order, workers: int) -> Iterator[tuple[Work[tuple[Survey, Read]], Work[Outcome]]]:
    """Who surveys and who judges: this process, or so many others."""
    if workers == 1:
        seat = Seat(order)
        try:
            yield (
                lambda units: ((unit, seat.survey_unit(unit)) for unit in units),
                lambda units: ((unit, seat.judge_unit(unit)) for unit in units),
            )
        finally:
            seat.close()
        return
    pool = ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=prepare,
        initargs=(pickle.dumps(order),),
    )
    try:
        yield (
            lambda units: in_order(pool, survey_unit, units, workers),
            lambda units: in_order(pool, judge_unit, units, workers),
        )
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def in_order(
    executor: Executor, work: Callable[[Unit], Result], units: Iterable[Unit], workers: int
) -> Iterator[tuple[Unit, Result]]:
    """Each unit with its result, in the units' order, with few of them under way.

    Raises `Incomplete` where the executor has lost its workers.
    """
    waiting: deque[tuple[Unit, Future[Result]]] = deque()
    try:
        for unit in units:
            waiting.append((unit, executor.submit(work, unit)))
            if len(waiting) >= _AHEAD * workers:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    except BrokenExecutor as error:
        raise Incomplete(LOST) from error
    finally:
        for _, future in waiting:
            future.cancel()


def workers_for(paths: Iterable[str]) -> int:
    """How many processes are worth their start for these files on this machine."""
    sizes = (Path(path).stat().st_size for path in paths if path != STDIN and Path(path).is_file())
    return (os.cpu_count() or 1) if sum(sizes) >= _WORTH_WORKERS else 1
