"""How long judging takes beside one bare parse of the same text: `python -m benchmarks.judge [--pages N]`.

All rules judge a corpus of 2,000 made-up pages as the patrol does, the second reading in its process too;
in the same run `mwparserfromhell.parse` reads the same texts. Two corpora: pages that all have a fault, and a
healthy wiki, of which one page in ten has one. The values are pyperf's, from processes of their own (more
with `-p`); page by page the one takes turns with the other, so that a busy machine slows both alike.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

import mwparserfromhell
import pyperf

from benchmarks.corpus import pages
from tropebot.bounded import BoundedReader
from tropebot.engine import judge
from tropebot.model import Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.offline import facts_from
from tropebot.wikitext.bounds import over_bounds

TARGETS = {("faulty", "judge"): 1.3, ("healthy", "judge"): 0.5, ("faulty", "gate"): 0.05}
_FAULTY_OF_TEN = {"faulty": 10, "healthy": 1}

Timed = Callable[[Page], object]


def readers(force: PolicyInForce, second: BoundedReader) -> dict[str, Timed]:
    """What is timed, by name: the parse is what the others are compared with."""
    return {
        "parse": lambda page: mwparserfromhell.parse(page.text),
        "judge": lambda page: judge(page, force, second=second),
        "gate": lambda page: over_bounds(page.text),
    }


def seconds(loops: int, *, corpus: str, what: str, number: int) -> float:
    """The time that one reader takes for the corpus, while all of them take turns on each page."""
    policy = load("tropedia", []).policy
    force = PolicyInForce(policy=policy, facts=facts_from(policy))
    made = [each.page for each in pages(number, force, faulty_of_ten=_FAULTY_OF_TEN[corpus])]
    taken = 0.0
    with BoundedReader() as second:
        second("")
        timed = readers(force, second)
        judge(made[0], force, second=second)
        for page in made * loops:
            for name, read in timed.items():
                start = time.perf_counter()
                read(page)
                if name == what:
                    taken += time.perf_counter() - start
    return taken


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=2_000)
    runner = pyperf.Runner(
        values=1,
        warmups=0,
        processes=1,
        loops=1,
        program_args=("-m", "benchmarks.judge"),
        _argparser=parser,
        add_cmdline_args=_passed_on,
    )
    args = runner.parse_args()
    for corpus in _FAULTY_OF_TEN:
        found: dict[str, Sequence[float]] = {}
        for what in ("parse", "judge", "gate"):
            bench = runner.bench_time_func(
                f"{corpus} pages: {what}",
                partial(seconds, corpus=corpus, what=what, number=args.pages),
            )
            if bench is not None:
                found[what] = bench.get_values()
        if len(found) == 3 and not args.worker:
            for what in ("judge", "gate"):
                _tell(corpus, what, median(found[what]) / median(found["parse"]))


def _passed_on(command: list[str], args: argparse.Namespace) -> None:
    command += ["--pages", str(args.pages)]


def _tell(corpus: str, what: str, ratio: float) -> None:
    target = TARGETS.get((corpus, what))
    wanted = f" (target: at most {target})" if target else ""
    print(f"{corpus} pages: {what} takes {ratio:.3f} of a bare parse{wanted}")


if __name__ == "__main__":
    main()
