"""A Dask cluster of separate processes on 127.0.0.1, started as people start one, and audits that use it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_DRIVER = """
import sys
import tropebot.audit.units as units
units.SPAN_BYTES = 100_000
import tropebot.audit.workers as workers
workers.WORTH_WORKERS = 0
import tropebot.audit.cluster as cluster
cluster._PATIENCE_SECONDS = 2.0
cluster._LOOK_SECONDS, cluster._LOOKS = 0.4, 8
{more}
from tropebot.cli import run
sys.exit(run(sys.argv[1:]))
"""
"""The command line, with units of some pages, so that a small dump has many, and less patience."""
_HIDDEN = ("--dashboard-address", "127.0.0.1:0")


@dataclass
class Cluster:
    """The processes; those that a test has killed are gone for good."""

    directory: Path
    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def add_workers(
        self, number: int, environment: Mapping[str, str] | None = None, *, nanny: bool = False
    ) -> None:
        """So many more, of one thread, once they are there. A ``nanny`` replaces one that dies."""
        words = ("--nthreads", "1", "--nanny" if nanny else "--no-nanny", "--host", "127.0.0.1")
        logs = []
        for _ in range(number):
            logs.append(self.directory / f"worker{len(self.workers)}.log")
            started = _started(
                logs[-1],
                "distributed.cli.dask_worker",
                self.address,
                *words,
                *_HIDDEN,
                environment=environment,
            )
            self.workers.append(started)
        for log in logs:
            _await(lambda log=log: b"Registered to" in log.read_bytes(), str(log))

    def end(self) -> None:
        """End what is left."""
        for process in (*self.workers, self.scheduler):
            process.terminate()
        for process in (*self.workers, self.scheduler):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def cluster(
    directory: Path, workers: int, environment: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """A scheduler and so many workers, in this environment."""
    told = directory / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--no-show", *_HIDDEN)
    scheduler = _started(
        directory / "scheduler.log",
        "distributed.cli.dask_scheduler",
        *words,
        "--scheduler-file",
        str(told),
        environment=environment,
    )
    found = Cluster(directory, "", scheduler)
    try:
        _await(told.exists, "the scheduler’s file")
        _await(lambda: told.read_text().endswith("}"), "the scheduler’s file")
        found.address = json.loads(told.read_text())["address"]
        found.add_workers(workers, environment)
        yield found
    finally:
        found.end()


class Audit:
    """`tropebot audit` under way; a context manager that ends it if it has not ended."""

    def __init__(self, *words: str | Path, more: str = "") -> None:
        """``more`` is done in its process before it begins."""
        self._process = subprocess.Popen(
            (
                sys.executable,
                "-c",
                _DRIVER.replace("{more}", more),
                "--json",
                "audit",
                *map(str, words),
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Audit":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def under_way(self, out: Path, units: int) -> None:
        """Until it has written down so many units, which are not all."""
        journal = out.with_name(f"{out.name}.journal")

        def far_enough() -> bool:
            assert self._process.poll() is None, self.ended()
            return journal.exists() and journal.read_bytes().count(b"\n") > units

        _await(far_enough, str(journal))

    def ended(self) -> tuple[int, str]:
        """The exit code, and what was said on stderr."""
        _, err = self._process.communicate(timeout=40)
        return self._process.returncode, err


def audited(*words: str | Path) -> tuple[int, str]:
    """An audit from beginning to end."""
    with Audit(*words) as process:
        return process.ended()


def _started(
    log: Path, module: str, *words: str, environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    with log.open("wb") as file:
        return subprocess.Popen(
            (sys.executable, "-m", module, *words),
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=log.parent,
        )


def _await(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, f"nothing came of {what}"
        time.sleep(0.01)
