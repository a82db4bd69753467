"""An audit on an existing Dask cluster: its workers read the dumps themselves and send back what they found.

Must not start or end a cluster, and must not be imported without the extra `tropebot[dask]`. An order is
sent once to all workers; with a unit goes only what names it. Dask does a lost worker's units again.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import suppress
from itertools import count
from typing import Any, Generic, Self, TypeVar

from distributed import Client, KilledWorker
from distributed.client import ClosedClientError
from distributed.comm.core import CommClosedError
from msgspec.structs import replace

from tropebot.audit.judging import Order
from tropebot.audit.machines import Machine, seen_machine, unlike
from tropebot.audit.seats import Parcel, Task, at_seat, dismiss
from tropebot.audit.turns import Deadly, in_order
from tropebot.audit.values import Unit
from tropebot.errors import ConfigError, Incomplete

Result = TypeVar("Result")
_GONE = (OSError, RuntimeError, ClosedClientError, CancelledError, asyncio.CancelledError)
"""What Dask raises where the scheduler is lost, by when that is noticed."""
_AHEAD = 3
"""Units that wait or are worked on, for each thread of the workers."""
_PATIENCE_SECONDS = 5.0
"""For a scheduler's answer."""
_LOOK_SECONDS = 5.0
"""Between two looks at whether there are workers; after so many they are given up."""
_LOOKS = 12
_SILENT_LOOKS = 3
"""So many looks at which nobody works on a unit that is waited for: it is begun again …"""
_TIMES_AGAIN = 2
"""… so often; then its workers count as lost."""
_LOST = "--out with --resume goes on with what was not judged."


class Cluster:
    """The workers of a Dask scheduler; a context manager, which raises `ConfigError` if they are not fit."""

    def __init__(self, address: str, paths: tuple[str, ...]) -> None:
        """``paths`` are the dumps, by names that hold on every machine."""
        self.address = address
        self.client: Any = None
        self._here = seen_machine(paths)

    def __enter__(self) -> Self:
        _hush()
        try:
            self.client = Client(  # type: ignore[no-untyped-call]
                self.address, timeout=_PATIENCE_SECONDS, set_as_default=False, name="tropebot"
            )
        except (OSError, ValueError, ImportError, TypeError) as error:
            raise ConfigError(
                f"No Dask scheduler answers at “{self.address}”: start one with “dask scheduler”, or correct "
                "--scheduler."
            ) from error
        try:
            self._assert_fit()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*_GONE):
            if self.client.status == "running":
                self.client.run(dismiss, on_error="ignore")
        with suppress(*_GONE):
            self.client.close(timeout=_PATIENCE_SECONDS)

    def work(
        self, task: Task[Result], order: Order, units: Iterable[Unit]
    ) -> Iterator[tuple[Unit, Result | Deadly]]:
        """As `Crew` says."""
        parcel = Parcel.of(order, self._here)
        return in_order(_Clustered(self, parcel, task), units)

    def threads(self) -> int:
        """How many units can be worked on at the same time now; 0 also where the scheduler is silent."""
        try:
            return sum(self.client.nthreads().values())
        except _GONE:
            return 0

    def works_on(self, key: str) -> bool:
        """Whether a worker has been given a unit and still has it; yes where nobody answers."""
        try:
            return any(key in keys for keys in self.client.processing().values())
        except _GONE:
            return True

    def await_workers(self) -> int:
        """How many threads there are, once there are any. Raises `Incomplete`."""
        for _ in range(round(_PATIENCE_SECONDS * 10)):
            if self.client.status != "connecting":
                break
            time.sleep(0.1)
        if self.client.status != "running":
            raise Incomplete(
                f"The Dask scheduler at “{self.address}” no longer answers: see to it, then {_LOST}"
            )
        for _ in range(_LOOKS):
            if found := self.threads():
                return found
            time.sleep(_LOOK_SECONDS)
        if found := self.threads():
            return found
        raise self.deserted()

    def deserted(self) -> Incomplete:
        """What is said where there are no workers any more."""
        return Incomplete(
            f"The Dask scheduler at “{self.address}” has no workers left: start some, then {_LOST}"
        )

    def _assert_fit(self) -> None:
        """The scheduler, which has to know what passes through it, and every worker that is there now.

        Those that come later look for themselves (`Parcel`).
        """
        if why := self._unfit(self._seen_scheduler(), replace(self._here, files={})):
            raise ConfigError(f"The Dask scheduler at “{self.address}” {why}.")
        paths = tuple(self._here.files)
        answers = self.client.run(seen_machine, paths, on_error="return")
        if not answers:
            raise ConfigError(
                f"The Dask scheduler at “{self.address}” has no workers: start some with “dask worker "
                f"{self.address}”."
            )
        unfit = {
            each: why for each, found in answers.items() if (why := self._unfit(found, self._here))
        }
        for worker, why in unfit.items():
            raise ConfigError(
                f"{len(unfit)} of {len(answers)} Dask workers cannot do this audit; {worker} {why}."
            )

    def _seen_scheduler(self) -> Machine | Exception:
        try:
            found: Machine = self.client.run_on_scheduler(seen_machine, ())
        except (ImportError, AttributeError) as error:  # it has none, or one without this function
            return error
        return found

    def _unfit(self, answer: Machine | Exception, here: Machine) -> str:
        if isinstance(answer, Exception):
            return f"has no tropebot {self._here.tropebot} that works: install the same as here ({answer})"
        return unlike(answer, here)


def _hush() -> None:
    """What is wrong with a cluster we say ourselves, in one line."""
    for name in [*logging.root.manager.loggerDict]:
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


class _Clustered(Generic[Result]):
    """The cluster as an `Engine` for one task by one order."""

    tries = 3
    """Beside those of Dask, which gives a unit up when it has lost four workers."""

    def __init__(self, cluster: Cluster, parcel: Parcel, task: Task[Result]) -> None:
        self._cluster, self._parcel, self._task = cluster, parcel, task
        self._executor = cluster.client.get_executor(pure=False)
        self._begun: dict[Future[Result], tuple[str, Unit]] = {}
        self._numbers = count()
        self.renew()

    def renew(self) -> None:
        """As `Engine` says; workers that have lost the order are given it again."""
        self.ahead = _AHEAD * self._cluster.await_workers()
        try:
            self._sent = self._cluster.client.scatter(self._parcel, broadcast=True, hash=False)
        except _GONE as error:
            raise self._cluster.deserted() from error

    def submit(self, unit: Unit) -> Future[Result]:
        """As `Engine` says."""
        key = f"tropebot-{self._cluster.client.id}-{self._parcel.key}-{next(self._numbers)}"
        try:
            future: Future[Result] = self._executor.submit(
                at_seat, self._sent, self._task, unit, key=key
            )
        except _GONE as error:
            raise BrokenExecutor from error
        self._begun[future] = key, unit
        return future

    def _give_up_the_silent(self) -> None:
        """Where one was forgotten, so were others that nobody works on."""
        for future, (key, _) in self._begun.items():
            if not future.done() and not self._cluster.works_on(key):
                future.cancel()

    def result(self, future: Future[Result]) -> Result:
        """As `Engine` says. Raises `ConfigError` for a worker that came later and is not fit.

        Dask can forget a result that was being fetched while the last worker was lost: nothing comes of it,
        and nobody works on it. Such a unit is begun again.
        """
        key, unit = self._begun.pop(future)
        deserted = silent = again = 0
        while True:
            try:
                return future.result(timeout=_LOOK_SECONDS)
            except (KilledWorker, CommClosedError) as error:
                raise BrokenExecutor from error
            except ImportError as error:
                raise ConfigError(
                    f"A Dask worker has no tropebot (“{error}”): install the same as here, then {_LOST}"
                ) from error
            except TimeoutError:
                if future.done():
                    raise
            if self._cluster.client.status != "running":
                raise BrokenExecutor
            threads = self._cluster.threads()
            self.ahead = _AHEAD * threads or self.ahead
            deserted = 0 if threads else deserted + 1
            if deserted > _LOOKS:
                raise self._cluster.deserted()
            silent = 0 if self._cluster.works_on(key) else silent + 1
            if threads and silent >= _SILENT_LOOKS:
                again += 1
                future.cancel()
                if again > _TIMES_AGAIN:
                    raise BrokenExecutor
                self.renew()
                self._give_up_the_silent()
                future = self.submit(unit)
                key, _ = self._begun.pop(future)
                silent = 0
