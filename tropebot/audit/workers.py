"""Who works on the units of an audit: this process, or so many others beside it.

Must not decide what is judged, nor in which order results come (`turns.py`). Units can be pickled, and what
comes of them too.
"""

import os
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, closing
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

import msgspec

from tropebot.audit.judging import Order
from tropebot.audit.seats import Parcel, Seat, Task, at_seat
from tropebot.audit.streams import STDIN, packing
from tropebot.audit.turns import Deadly, in_order
from tropebot.audit.values import MEGABYTE, Unit
from tropebot.errors import BrokenDump

Result = TypeVar("Result")
_AHEAD = 3
"""Units that wait or are worked on, for each worker."""
WORTH_WORKERS = 12 * MEGABYTE
"""Of XML; less is judged before more processes are up (measured: `docs/scale.md`)."""
_PACKED = 4
"""Times as large is what comes out of a packed dump, at the least."""


class Crew(Protocol):
    """Who works for an audit; a context manager that sends them home."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def work(
        self, task: Task[Result], order: Order, units: Iterable[Unit]
    ) -> Iterator[tuple[Unit, Result | Deadly]]:
        """Each unit with its result, in the units' order. Raises `Incomplete` where nobody is left."""
        ...


class Alone:
    """This process, one unit after the other."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def work(
        self, task: Task[Result], order: Order, units: Iterable[Unit]
    ) -> Iterator[tuple[Unit, Result | Deadly]]:
        """As `Crew` says."""
        with closing(Seat(order)) as seat:
            for unit in units:
                yield unit, task(seat, unit)


class Processes:
    """So many processes on this machine, for one order after the other."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._stack = ExitStack()
        self._pool: Executor | None = None

    def __enter__(self) -> Self:
        held = tempfile.TemporaryDirectory(prefix="tropebot-")
        self._directory = Path(self._stack.enter_context(held))
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._stack.close()

    def work(
        self, task: Task[Result], order: Order, units: Iterable[Unit]
    ) -> Iterator[tuple[Unit, Result | Deadly]]:
        """As `Crew` says."""
        parcel = Parcel.of(order).left_in(self._directory)
        return in_order(Pooled(self, parcel, task), units)

    def pool(self) -> Executor:
        """The processes, started when they are first needed."""
        self._pool = self._pool or ProcessPoolExecutor(
            self.workers, mp_context=get_context("spawn"), initializer=_prepare
        )
        return self._pool

    def end(self) -> None:
        """End them; others are started when they are needed again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


class Pooled(msgspec.Struct, Generic[Result], frozen=True):
    """The processes as an `Engine` for one task by one order."""

    processes: Processes
    parcel: Parcel
    task: Task[Result]
    tries: int = 3

    @property
    def ahead(self) -> int:
        """As `Engine` says."""
        return _AHEAD * self.processes.workers

    def submit(self, unit: Unit) -> Future[Result]:
        """As `Engine` says."""
        return self.processes.pool().submit(at_seat, self.parcel, self.task, unit)

    def result(self, future: Future[Result]) -> Result:
        """As `Engine` says."""
        return future.result()

    def renew(self) -> None:
        """One process that is lost takes its pool with it."""
        self.processes.end()


def crew_of(workers: int) -> Crew:
    """Who works on one machine."""
    return Alone() if workers == 1 else Processes(workers)


def _prepare() -> None:
    """In each process: Ctrl-C is meant for who started it, and it ends with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for units for ever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def workers_for(paths: Sequence[str], most: int | None = None) -> int:
    """How many processes are worth their start for these files on this machine, ``most`` at most.

    More than one costs a small dump more than it gives, whoever asks for them. How much the standard input
    holds nobody can tell: for it there are as many as somebody asks for.
    """
    told = STDIN not in paths
    if sum(map(_characters, paths)) < WORTH_WORKERS and (told or most is None):
        return 1
    return most or os.cpu_count() or 1


def _characters(path: str) -> int:
    """About how much XML a file holds; of what cannot be told nothing."""
    if path == STDIN or not Path(path).is_file():
        return 0
    try:
        return Path(path).stat().st_size * (_PACKED if packing(path) else 1)
    except BrokenDump:
        return 0
