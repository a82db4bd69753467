"""An audit on a Dask cluster against the built-in processes: `python -m benchmarks.engines [--megabytes N]`.

The cluster is a scheduler and as many workers of one thread as there are cores to compare, each a process of
its own on 127.0.0.1, started before and not counted. Runs take turns; medians are told, and what the
scheduler's process had to do for each unit.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.audit import audit, compare
from benchmarks.dumps import write_dump

_TICKS = os.sysconf("SC_CLK_TCK")
_HIDDEN = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")


class Cluster(NamedTuple):
    """Where it is, and whose processor time is whose."""

    address: str
    scheduler: int
    workers: tuple[int, ...]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=600)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as fresh, _cluster(Path(fresh), args.workers) as cluster:
        path = (args.keep or Path(fresh)) / f"{args.megabytes:.0f}.xml"
        number = write_dump(path, args.megabytes)
        print(f"{number:,} pages, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        before = _seconds(cluster.scheduler), sum(map(_seconds, cluster.workers))
        found = compare(
            {
                "processes": lambda: audit(path, "--workers", str(args.workers)),
                "dask": lambda: audit(path, "--engine", "dask", "--scheduler", cluster.address),
            },
            args.turns,
        )
        after = _seconds(cluster.scheduler), sum(map(_seconds, cluster.workers))
        units = path.stat().st_size // (4 << 20) + 1
        print(
            f"Dask at {found['processes'].wall / found['dask'].wall:.2f} of the processes' rate; a run's "
            f"workers took {(after[1] - before[1]) / args.turns:.1f} s of processors and its scheduler "
            f"{(after[0] - before[0]) / args.turns:.2f} s, for {units} units read twice"
        )


@contextmanager
def _cluster(directory: Path, workers: int) -> Iterator[Cluster]:
    told = directory / "scheduler.json"
    words = (*_HIDDEN, "--port", "0", "--no-show", "--scheduler-file", str(told))
    processes = [_started("scheduler", directory, *words)]
    try:
        while not (told.exists() and told.read_text().endswith("}")):
            time.sleep(0.1)
        address = json.loads(told.read_text())["address"]
        words = (address, *_HIDDEN, "--nthreads", "1", "--no-nanny")
        processes += [_started("worker", directory, *words) for _ in range(workers)]
        time.sleep(5)
        scheduler, *others = (each.pid for each in processes)
        yield Cluster(address, scheduler, tuple(others))
    finally:
        for each in reversed(processes):
            each.kill()
            each.wait()


def _started(what: str, directory: Path, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  our own command
        (sys.executable, "-m", f"distributed.cli.dask_{what}", *words),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=directory,
    )


def _seconds(pid: int) -> float:
    """Processor time of a process so far, with the children that it has seen off."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


if __name__ == "__main__":
    main(sys.argv[1:])
