"""Mutation testing of what decides: `python -m benchmarks.mutants [GROUP…] [--sample N] [--open] [--report]`.

Changes one thing in one function, asks the tests that reach it whether one of them notices, and so on
through all that mutmut's operators can change. What came of each is kept in `build/mutants.jsonl`;
`mutants-alike.toml` names those that change nothing that can be seen, with the reason. docs/testing.md has
the figures.
"""

import argparse
import json
import os
import random
import re
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.forked import KILLED, LATE, SURVIVED, UNREACHED, reach_of, run
from benchmarks.mutating import GROUPS, ROOT, Mutant, mutants

KEPT = ROOT / "build" / "mutants.jsonl"
ALIKE = Path(__file__).parent / "mutants-alike.toml"
TESTS = (
    "tests/test_promotion.py",
    "tests/test_promotion_holds.py",
    "tests/test_titles_alike.py",
    "tests/test_laundry.py",
    "tests/test_engine.py",
    "tests/test_engine_verdicts.py",
    "tests/test_planning.py",
    "tests/test_second_reading.py",
    "tests/test_fix_properties.py",
    "tests/test_rule_packs.py",
    "tests/test_hooks.py",
    "tests/test_documents.py",
    "tests/test_bounded.py",
    "tests/policy",
    "tests/rules",
    "tests/wikitext",
)
# Tests of a second or more each; what they see of these functions the others see too.
_SLOW = (
    "installed_pack",
    "its_rule_option",
    "its_own_tests",
    "memory",
    "made_up",
    "over_the_limit",
)
_OPTIONS = ("-mnot real and not long", f"-knot {' and not '.join(_SLOW)}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument(
        "--sample", type=int, help="so many of each group, the same for the same seed"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--open", action="store_true", help="only those not killed the last time")
    parser.add_argument("--new", action="store_true", help="only those that were never run")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="these instead of all")
    parser.add_argument("--most", type=int, help="ask no more tests than so many of each mutant")
    parser.add_argument("--control", action="store_true", help="put each function in its own place")
    parser.add_argument("--report", action="store_true", help="run nothing, tell what is kept")
    asked = parser.parse_args(arguments)
    groups = tuple(asked.groups or GROUPS)
    os.chdir(ROOT)
    KEPT.parent.mkdir(exist_ok=True)
    found = [each for each in mutants(groups, KEPT.parent) if bool(each.change) != asked.control]
    if not asked.report:
        _run(_chosen(found, asked), asked)
    _report(found, _fates())


def _chosen(found: Sequence[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    chosen: list[Mutant] = []
    for group in GROUPS:
        of_it = [each for each in found if each.group == group]
        if asked.sample and asked.sample < len(of_it):
            of_it = random.Random(asked.seed).sample(of_it, asked.sample)  # noqa: S311 - no secret
        chosen += of_it
    if not asked.new and not asked.open:
        return chosen
    fates, alike = _fates(), _alike()
    return [
        each
        for each in chosen
        if (asked.new and each.key not in fates)
        or (asked.open and _verdict(each, fates, alike) in (SURVIVED, UNREACHED))
    ]


def _run(chosen: Sequence[Mutant], asked: argparse.Namespace) -> None:
    functions = {each.function for each in chosen}
    for name in functions:
        import_module(name.partition(":")[0])
    begun = time.perf_counter()
    options = (*asked.tests, *_OPTIONS)
    reach = reach_of(functions, options)
    told = f"{len(reach.seconds)} tests, {len(chosen)} mutants, {time.perf_counter() - begun:.0f} s so far"
    print(told, file=sys.stderr)
    children = []
    for job in range(asked.jobs):
        child = os.fork()
        if not child:
            try:
                run(chosen[job :: asked.jobs], reach, options, _keep, most=asked.most)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)


def _keep(mutant: Mutant, fate: str) -> None:
    line = json.dumps({"key": mutant.key, "fate": fate}) + "\n"
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(line)


def _fates() -> dict[str, str]:
    """The last fate of each mutant that was ever run."""
    if not KEPT.exists():
        return {}
    rows = map(json.loads, KEPT.read_text(encoding="utf-8").splitlines())
    return {row["key"]: row["fate"] for row in rows}


def _alike() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """By function, the changes (patterns of them) that nobody can see."""
    return tomllib.loads(ALIKE.read_text(encoding="utf-8"))


def _reason(mutant: Mutant, alike: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    rows = (*alike.get(mutant.function, ()), *alike.get("everywhere", ()))
    return next((row["why"] for row in rows if _fits(mutant.change, row["change"])), "")


def _fits(change: str, pattern: str) -> bool:
    """As `fnmatch` has it, but only `*` stands for anything: brackets are code here."""
    parts = map(re.escape, pattern.split("*"))
    return re.fullmatch(".*".join(parts), change, re.DOTALL) is not None


def _report(found: Sequence[Mutant], fates: Mapping[str, str]) -> None:
    alike = _alike()
    print("| Group | Mutants | Run | Killed | Alike | Open |\n|---|---|---|---|---|---|")
    for group in dict.fromkeys(each.group for each in found):
        of_it = [each for each in found if each.group == group]
        counts = Counter(_verdict(each, fates, alike) for each in of_it)
        ran = len(of_it) - counts["not run"]
        print(
            f"| {group} | {len(of_it)} | {ran} | {counts[KILLED] + counts[LATE]} | {counts['alike']}"
            f" | {counts[SURVIVED] + counts[UNREACHED]} |"
        )
    for each in found:
        verdict = _verdict(each, fates, alike)
        if verdict in (SURVIVED, UNREACHED):
            print(f"\n{each.function}  {verdict}\n{each.change}")


def _verdict(
    mutant: Mutant,
    fates: Mapping[str, str],
    alike: Mapping[str, Sequence[Mapping[str, str]]],
) -> str:
    fate = fates.get(mutant.key, "not run")
    return "alike" if fate in (SURVIVED, UNREACHED) and _reason(mutant, alike) else fate


if __name__ == "__main__":
    main()
