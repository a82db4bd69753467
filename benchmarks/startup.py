"""How long the program takes to begin, beside `import pywikibot` in the same run.

`python -m benchmarks.startup [--rounds N]` prints medians of wall time of whole processes, taken in turns,
and the ratio to the import. Target: at most 0.5 for `--help` and everything that needs no wiki.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping

TARGET = 0.5
IMPORT = (sys.executable, "-c", "import pywikibot")
PAGE = "{{Trope}}\nA page.\n"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "--help": ("--help",),
    "check": ("check", "--preset", "tropedia", "--title", "A Page", "-"),
    "examples": ("examples", "--preset", "tropedia", "--title", "A Page", "-"),
    "rules": ("rules",),
    "policy schema": ("policy", "schema"),
}


def seconds(command: tuple[str, ...]) -> float:
    """The wall time of one process, from its start to its end."""
    environment = {**os.environ, "PYWIKIBOT_NO_USER_CONFIG": "2"}
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603  our own interpreter
        command, input=PAGE, env=environment, capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - began
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return taken


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    commands = {"import pywikibot": IMPORT} | {
        f"tropebot {name}": (sys.executable, "-m", "tropebot", *arguments)
        for name, arguments in COMMANDS.items()
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            measured = seconds(command)
            if number:  # the first round warms caches
                taken[name].append(measured)
    whole = statistics.median(taken["import pywikibot"])
    missed = 0
    for name, each in taken.items():
        middle = statistics.median(each)
        ratio = middle / whole
        over = name != "import pywikibot" and ratio > TARGET
        missed += over
        print(
            f"{name:<24} {middle * 1000:7.0f} ms  {ratio:5.2f}{'  over the target' if over else ''}"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
