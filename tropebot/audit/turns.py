"""Units given out to an engine, and their results taken in the units' order.

Must not know what is done with a unit. Any engine fits whose futures are those of `concurrent.futures`,
on one machine or many; it may do a unit twice. A unit whose worker was lost is done again alone, so that it
is known which unit it is that ends its workers.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import msgspec

from tropebot.audit.values import Unit
from tropebot.errors import Incomplete

Result = TypeVar("Result")
DEADLY = (
    "The processes that judge are ended from outside again and again, perhaps for want of memory: what was "
    "written stays, and --out with --resume goes on; fewer --workers need less."
)
_IN_A_ROW = 3
"""So many units one after the other that end their workers: that is the machine, not the pages."""


class Deadly(msgspec.Struct, frozen=True):
    """In the place of a result: every worker that was given this unit was ended."""


class Engine(Protocol[Result]):
    """What carries out units somewhere else."""

    @property
    def ahead(self) -> int:
        """How many units are under way at most: that bounds memory."""
        ...

    @property
    def tries(self) -> int:
        """How often a unit may lose its worker."""
        ...

    def submit(self, unit: Unit) -> Future[Result]:
        """Begin a unit. Raises `BrokenExecutor` where the workers are lost."""
        ...

    def result(self, future: Future[Result]) -> Result:
        """Wait for what comes of it. Raises `BrokenExecutor`, `CancelledError` where its worker was lost."""
        ...

    def renew(self) -> None:
        """See to it that there are workers again. Raises `Incomplete` where there are none to be had."""
        ...


def in_order(
    engine: Engine[Result], units: Iterable[Unit]
) -> Iterator[tuple[Unit, Result | Deadly]]:
    """Each unit with its result, in the units' order, with few of them under way.

    Raises `Incomplete` where the engine has no workers left, or loses them whatever it is given.
    """
    row = _Row(engine)
    try:
        for unit in units:
            row.add(unit)
            while len(row) >= engine.ahead:
                yield row.taken()
        while len(row):
            yield row.taken()
    finally:
        row.cancel()


@dataclass(slots=True)
class _Turn(Generic[Result]):
    unit: Unit
    future: Future[Result] | None = None
    losses: int = 0


class _Row(Generic[Result]):
    """The units that wait or are worked on, oldest first."""

    def __init__(self, engine: Engine[Result]) -> None:
        self._engine = engine
        self._turns: deque[_Turn[Result]] = deque()
        self._deadly = 0

    def __len__(self) -> int:
        return len(self._turns)

    def add(self, unit: Unit) -> None:
        """One more, begun at once unless others have to be done alone first."""
        self._turns.append(_Turn(unit))
        self._begin_those_kept_back()

    def taken(self) -> tuple[Unit, Result | Deadly]:
        """The oldest unit with what came of it."""
        turn = self._turns[0]
        while True:
            if turn.losses >= self._engine.tries:
                self._deadly += 1
                if self._deadly == _IN_A_ROW:
                    raise Incomplete(DEADLY)
                return self._left(turn), Deadly()
            try:
                result = self._engine.result(turn.future or self._begin(turn))
            except (BrokenExecutor, CancelledError):
                self._note_losses()
                self._engine.renew()
                continue
            self._deadly = 0
            return self._left(turn), result

    def cancel(self) -> None:
        """Nobody wants more."""
        for turn in self._turns:
            if turn.future is not None:
                turn.future.cancel()

    def _left(self, turn: _Turn[Result]) -> Unit:
        self._turns.popleft()
        self._begin_those_kept_back()
        return turn.unit

    def _begin(self, turn: _Turn[Result]) -> Future[Result]:
        try:
            future = self._engine.submit(turn.unit)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        turn.future = future
        return future

    def _begin_those_kept_back(self) -> None:
        """Once all that have lost a worker are done."""
        if not any(turn.losses for turn in self._turns):
            for turn in self._turns:
                if turn.future is None:
                    self._begin(turn)

    def _note_losses(self) -> None:
        """Which of those under way have no result; the oldest is known to have none.

        What is still worked on is put off until those that have lost a worker are done: they are to be alone.
        """
        for turn in self._turns:
            if turn.future is not None and (turn is self._turns[0] or _lost(turn.future)):
                turn.losses += 1
                turn.future = None
            elif turn.future is not None and not turn.future.done():
                turn.future.cancel()
                turn.future = None


def _lost(future: Future[Result]) -> bool:
    return future.cancelled() or (
        future.done() and isinstance(future.exception(), BrokenExecutor | CancelledError)
    )
