"""How long the program takes to begin, beside `import pywikibot` in the same run.

`python -m benchmarks.startup [--rounds N]` runs whole processes in turns, with their bytecode at hand as
where programs are installed. Of each it prints the least processor time, that of its children included,
the median of wall time, and the ratio of both to the import's. Target: at most 0.5 of its processor
time, which other work on the machine changes least.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

TARGET = 0.5
IMPORT = "import pywikibot"
PAGE = "{{Trope}}\nA page.\n"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "--help": ("--help",),
    "check": ("check", "--preset", "tropedia", "--title", "A Page", "-"),
    "examples": ("examples", "--preset", "tropedia", "--title", "A Page", "-"),
    "rules": ("rules",),
    "policy schema": ("policy", "schema"),
    "runs": ("--home", "home", "runs"),
    "worklist": ("--home", "home", "worklist", "TB101"),
    "ledger check": ("--home", "home", "ledger", "check"),
    "report --html": ("--home", "home", "report", "--html", "report"),
}
CONFIG = Path(__file__).resolve().parent.parent / "config"

Taken = tuple[float, float]
"""Seconds of processor and of wall time."""


def taken(command: tuple[str, ...], environment: Mapping[str, str], directory: Path) -> Taken:
    """What one process takes from its start to its end, in a directory with a bot home."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603  our own interpreter
        command,
        input=PAGE,
        env=environment,
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def measured(rounds: int) -> dict[str, Taken]:
    """By command the least processor time and the median of wall time."""
    commands = {IMPORT: (sys.executable, "-c", IMPORT)} | {
        f"tropebot {name}": (sys.executable, "-m", "tropebot", *arguments)
        for name, arguments in COMMANDS.items()
    }
    all_taken: dict[str, list[Taken]] = {name: [] for name in commands}
    environment = {**os.environ, "PYWIKIBOT_NO_USER_CONFIG": "2"}
    for name in ("PYTHONDONTWRITEBYTECODE", "TROPEBOT_HOME"):
        environment.pop(name, None)
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        shutil.copytree(CONFIG, directory / "home", ignore=shutil.ignore_patterns("state"))
        environment |= {
            "PYTHONPYCACHEPREFIX": str(directory / "bytecode"),
            "PYTHONPATH": str(CONFIG.parent),
        }
        for number in range(rounds + 1):
            for name, command in commands.items():
                now = taken(command, environment, directory)
                if number:  # the first round writes the bytecode
                    all_taken[name].append(now)
    return {
        name: (min(cpu for cpu, _ in each), statistics.median(wall for _, wall in each))
        for name, each in all_taken.items()
    }


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    found = measured(parser.parse_args().rounds)
    whole_cpu, whole_wall = found[IMPORT]
    print(f"{'':<24} processor          wall")
    missed = 0
    for name, (cpu, wall) in found.items():
        over = name != IMPORT and cpu / whole_cpu > TARGET
        missed += over
        print(
            f"{name:<24} {cpu * 1000:6.0f} ms {cpu / whole_cpu:5.2f} {wall * 1000:7.0f} ms "
            f"{wall / whole_wall:5.2f}{'  over the target' if over else ''}"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
