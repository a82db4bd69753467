"""How fast a dump is judged, in ratios from one run: `python -m benchmarks.audit [--part PART …]`.

Each way is a process of its own; taken are the clock, processors with children, and memory of all processes
together (shared pages counted once). What is compared runs in turns, and medians are told. `--keep DIR` keeps
the dumps for another run, `--megabytes N` is the size of the large one.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.dumps import PRESET, pack, write_dump

_TURNS = 3


class Taken(NamedTuple):
    """What one run took: seconds by the clock, seconds of processors, MB at most."""

    wall: float
    cpu: float
    memory: float
    findings: frozenset[str] = frozenset()


class Bench(NamedTuple):
    """Where dumps lie, and how large they are."""

    directory: Path
    megabytes: float
    turns: int

    def dump(self, megabytes: float, *, most: int = 10**9) -> Path:
        """A dump; its size is told."""
        name = f"{megabytes:.0f}.xml" if most == 10**9 else f"{most}-pages.xml"
        path = self.directory / name
        number = write_dump(path, megabytes, most=most)
        print(f"\n{number:,} pages, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        return path


def taken(*words: str) -> Taken:
    """Run one way and measure it; of what it prints the findings are kept, as title and code."""
    start, before = time.perf_counter(), os.times()
    process = subprocess.Popen(  # noqa: S603  our own commands
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    memory = _Memory(process.pid)
    with memory:
        assert process.stdout is not None  # noqa: S101
        found = frozenset(line for line in process.stdout if '"code": "' in line)
        process.wait()
    after = os.times()
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return Taken(time.perf_counter() - start, cpu, memory.most, frozenset(map(_finding, found)))


def _finding(line: str) -> str:
    """Title and code of a line of JSON."""
    row = json.loads(line)
    return f"{row['title']}\n{row['code']}"


class _Memory:
    """Looks every fifth of a second what a process and all below it hold."""

    def __init__(self, pid: int) -> None:
        self.most = 0.0
        self._pid, self._over = pid, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, sum(map(_held, _family(self._pid))) / 1_000)


def _family(pid: int) -> Iterable[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _held(pid: int) -> float:
    """KB in memory, a share of what is shared."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    return 0.0


def audit(path: Path, *more: str) -> Taken:
    """One audit."""
    words = (sys.executable, "-m", "tropebot", "--json", "audit", "--preset", PRESET)
    return taken(*words, *more, str(path))


def way(name: str, path: Path) -> Taken:
    """One of `benchmarks.audit_ways`."""
    return taken(sys.executable, "-m", "benchmarks.audit_ways", name, str(path))


Way = Callable[[], Taken]


def compare(ways: Mapping[str, Way], turns: int) -> dict[str, Taken]:
    """Each way so often, in turns; the medians are told against the first one, and given."""
    rows: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(turns):
        for name, run in ways.items():
            rows[name].append(run())
    found = {name: _median(each) for name, each in rows.items()}
    base = next(iter(found.values()))
    for name, each in found.items():
        print(
            f"{name:<34}{each.wall:8.2f} s{each.cpu:8.2f} s of processors "
            f"{each.wall / base.wall:6.2f} of the first, {base.wall / each.wall:6.2f} times as fast "
            f"{each.memory:6.0f} MB, {len(each.findings)} findings",
            flush=True,
        )
    return found


def _median(runs: Sequence[Taken]) -> Taken:
    return Taken(
        statistics.median(each.wall for each in runs),
        statistics.median(each.cpu for each in runs),
        max(each.memory for each in runs),
        runs[0].findings,
    )


def plain(bench: Bench) -> None:
    """Against the program that a competent user would write, and without the cheap test."""
    path = bench.dump(60)
    ways = {
        "the plain program": lambda: taken(
            sys.executable, "-m", "benchmarks.plain_audit", str(path), PRESET
        ),
        "audit, 1 worker": lambda: audit(path, "--workers", "1"),
        "audit, 2 workers": lambda: audit(path, "--workers", "2"),
        "audit --one-pass, 1 worker": lambda: audit(path, "--one-pass", "--workers", "1"),
    }
    found = compare(ways, bench.turns)
    whole = way("thorough", path)
    print(f"{'without the cheap test, 1 worker':<34}{whole.wall:8.2f} s")
    same = {each.findings for each in (*found.values(), whole)}
    print("findings: " + ("identical in all ways" if len(same) == 1 else "NOT THE SAME"))


def reading(bench: Bench) -> None:
    """With rules that find nothing: against what others take to read the XML, or to unpack it."""
    path = bench.dump(200)
    names = ("xmlreader", "silent", "mwxml")
    compare({name: lambda name=name: way(name, path) for name in names}, bench.turns)  # type: ignore[misc]
    small = bench.dump(60)
    for packed in pack(small):
        print(packed.name)
        names = ("unpack", "silent")
        compare(
            {name: lambda name=name, packed=packed: way(name, packed) for name in names},  # type: ignore[misc]
            bench.turns,
        )


def workers(bench: Bench) -> None:
    """Numbers of workers against one another, and what is chosen without a number."""
    for megabytes in (5, 10, 20, 200):
        path = bench.dump(megabytes)
        ways = {
            "audit, 1 worker": lambda path=path: audit(path, "--workers", "1"),
            "audit, 2 workers": lambda path=path: audit(path, "--workers", "2"),
            "audit, as many as pay": lambda path=path: audit(path),
        }
        compare(ways, bench.turns)  # type: ignore[arg-type]


def growth(bench: Bench) -> None:
    """Ten times the pages, and ten times that."""
    for number in (10_000, 100_000, 1_000_000):
        path = bench.dump(10**6, most=number)
        for count in ("1", "2") if number < 1_000_000 else ("2",):
            run = audit(path, "--workers", count)
            print(
                f"{count} workers: {run.wall:8.1f} s, {run.cpu:8.1f} s of processors, "
                f"{run.cpu / number * 1e3:6.3f} s of processors for 1,000 pages, {run.memory:5.0f} MB",
                flush=True,
            )


def large(bench: Bench) -> None:
    """A dump of a gigabyte."""
    path = bench.dump(bench.megabytes)
    compare(
        {
            "audit, 2 workers": lambda: audit(path, "--workers", "2"),
            "audit, 1 worker": lambda: audit(path, "--workers", "1"),
        },
        1,
    )


def resume(bench: Bench) -> None:
    """Killed in the middle and gone on with, against one that was let alone."""
    path, out = bench.dump(200), bench.directory / "out.jsonl"
    ratios = []
    for _ in range(bench.turns):
        out.unlink(missing_ok=True)
        whole = audit(path, "--workers", "1", "--out", str(out))
        expected = out.read_bytes()
        out.unlink()
        _killed(path, out, whole.wall / 2)
        rest = audit(path, "--workers", "1", "--out", str(out), "--resume")
        ratios.append((whole.wall / 2 + rest.wall) / whole.wall)
        print(
            f"whole {whole.wall:.1f} s, killed after half of that, and gone on with for {rest.wall:.1f} s; "
            "the output is " + ("the same" if out.read_bytes() == expected else "NOT THE SAME"),
            flush=True,
        )
    print(f"{statistics.median(ratios):.3f} of an uninterrupted one; one unit is 4 of 200 MB")


def _killed(path: Path, out: Path, seconds: float) -> float:
    """An audit, killed after so long; the processor time of its children, which nobody waits for then."""
    words = (sys.executable, "-m", "tropebot", "audit", "--preset", PRESET, "--workers", "1")
    process = subprocess.Popen(  # noqa: S603  our own command
        (*words, "--out", str(out), str(path)), stdout=subprocess.DEVNULL
    )
    time.sleep(seconds)
    _, *children = _family(process.pid)
    lost = sum(map(_spent, children))
    process.send_signal(signal.SIGKILL)
    process.wait()
    return lost


def _spent(pid: int) -> float:
    """Processor time of a process so far."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


PARTS: Mapping[str, Callable[[Bench], None]] = {
    each.__name__: each for each in (plain, reading, workers, growth, large, resume)
}


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", action="append", choices=tuple(PARTS))
    parser.add_argument("--megabytes", type=float, default=1_000)
    parser.add_argument("--turns", type=int, default=_TURNS)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as fresh:
        place: Path = args.keep or Path(fresh)
        place.mkdir(parents=True, exist_ok=True)
        bench = Bench(place, args.megabytes, args.turns)
        for name in args.part or PARTS:
            print(f"\n== {name} ==  {PARTS[name].__doc__}", flush=True)
            PARTS[name](bench)


if __name__ == "__main__":
    main(sys.argv[1:])
