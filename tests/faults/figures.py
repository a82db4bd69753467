"""Figures of runs with faults: one line for each, and their sum for `docs/reliability.md`.

    pytest -s -m long tests/faults/test_seeds.py | tee LOG; python -m tests.faults.figures LOG

Must not judge a run: its test does.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

BEGINNING = "figures "


def line(**figures: Any) -> str:
    """One run's figures, as its test prints them."""
    return BEGINNING + json.dumps(figures, sort_keys=True)


def total(lines: Iterable[str]) -> Mapping[str, Any]:
    """The sums of all runs, each seed taken once; of what is counted by name, name by name."""
    runs: dict[int, dict[str, Any]] = {}
    for each in lines:
        _, found, rest = each.partition(BEGINNING)
        if found and rest.startswith("{"):
            run = json.loads(rest)
            runs[run.pop("seed")] = run
    numbers: Counter[str] = Counter()
    named: dict[str, Counter[str]] = {}
    for run in runs.values():
        for name, figure in run.items():
            if isinstance(figure, dict):
                named.setdefault(name, Counter()).update(figure)
            else:
                numbers[name] += figure
    return {"seeds": len(runs), **numbers, **{name: dict(named[name]) for name in named}}


if __name__ == "__main__":
    logs = (text for name in sys.argv[1:] for text in Path(name).read_text("utf-8").splitlines())
    json.dump(total(logs), sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")
