"""How long hostile texts take: `python -m benchmarks.hostile [BYTES] [NAME]`.

For each motif, at sizes that double up to 2 MB (unless told), with three good examples before it: the time of
judging it as a page, as a file and as a draft (the second reading in its process too), of counting its
examples, and of changing its text; printed are the longest and the worst ratio of a size to its half. Times
are of the processor, our process and its child together; what seems too slow is measured again, up to three
times, and the shortest counts: other work on the machine lengthens these too. Leaves with 1 if anything takes
more than 2 s, or doubling costs more than 2.5 times.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

from msgspec.structs import replace

from tests.data.hostile.motifs import texts
from tropebot.bounded import BoundedReader
from tropebot.engine import examples_of, judge
from tropebot.judgement import Judgement
from tropebot.model import Finding, Page
from tropebot.policy import texts as changes
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.offline import facts_from
from tropebot.wikitext.document import Unparsable

LONGEST = 2.0
DOUBLED = 2.5
DOUBLINGS = 5
TRIES = 3
NOISE = 0.3
"""Seconds; below them a ratio says nothing."""

GOOD = "{{trope}}\n{{examples}}\n" + "".join(
    f"* ''Work {number}'': somebody falls from a great height.\n" for number in range(3)
)
TITLES = {"page": "Foo", "file": "File:Foo.png", "draft": "Trope Workshop:Foo"}
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def _calls(force: PolicyInForce, text: str) -> dict[str, Callable[[], object]]:
    pages = {
        kind: Page(title=title, namespace=force.title(title).namespace, text=GOOD + text)
        for kind, title in TITLES.items()
    }

    def judged(kind: str) -> object:
        with BoundedReader() as second:
            return judge(pages[kind], replace(force), second=second)

    def drafted() -> object:
        with BoundedReader() as second:
            return Judgement("Bot", second).draft(pages["draft"], replace(force))

    # a copy of the policy remembers no text that was read before
    return {
        "page": lambda: judged("page"),
        "file": lambda: judged("file"),
        "draft": drafted,
        "count": lambda: examples_of(pages["draft"], force),
        "edits": lambda: _changed(replace(force), pages["page"]),
    }


def _changed(force: PolicyInForce, page: Page) -> None:
    missing = ["template:examples", "category:{{PAGENAME}}"]
    finding = Finding(
        code="TB101",
        rule="missing-markup",
        title=page.title,
        page_id=0,
        rev_id=0,
        message="finding-tb101",
        details={"missing": missing},
    )
    flag = next(iter(force.policy.flags.values()))
    try:
        changes.flagged(force, page, flag, (finding,), WHEN)
        changes.unflagged(force, page, flag)
        changes.fixed(force, page, (finding,))
    except Unparsable:
        return


def _seconds(call: Callable[[], object]) -> float:
    start = _spent()
    began = time.monotonic()
    call()
    return max(0.0, min(_spent() - start, time.monotonic() - began))


def _spent() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main(size: int, only: str) -> int:
    flags = load("demo", []).policy.flags
    policy = load("tropedia", []).policy
    policy.flags.update(flags)
    force = PolicyInForce(policy=policy, facts=facts_from(policy))
    slow = 0
    sizes = [size >> halvings for halvings in reversed(range(DOUBLINGS + 1))]
    for row in zip(*map(texts, sizes), strict=True):
        name = row[0][0]
        if not only or only == name:
            slow += _tell(name, _shortest(force, [text for _, text in row]))
    print(f"{slow} too slow")
    return 1 if slow else 0


Times = dict[str, list[float]]
"""What was done, and how long it took at each size, smallest first."""


def _shortest(force: PolicyInForce, sizes: list[str]) -> Times:
    """The times of a motif at each size; those too slow measured again."""
    calls = [_calls(force, text) for text in sizes]
    times: Times = {what: [_seconds(each[what]) for each in calls] for what in calls[0]}
    for _ in range(1, TRIES):
        for what in filter(lambda what: _too_slow(times[what]), times):
            again = [_seconds(each[what]) for each in calls]
            times[what] = list(map(min, times[what], again))
    return times


def _ratio(row: list[float]) -> float:
    return max(longer / max(shorter, NOISE) for shorter, longer in pairwise(row))


def _too_slow(row: list[float]) -> bool:
    return max(row) > LONGEST or _ratio(row) > DOUBLED


def _tell(name: str, times: Times) -> bool:
    """Prints a motif's times; whether anything is too slow."""
    parts = [
        f"{what} {max(row):.2f} s {_ratio(row):.1f}{' SLOW' if _too_slow(row) else ''}"
        for what, row in times.items()
    ]
    print(f"{name:32}{'   '.join(parts)}", flush=True)
    return any(map(_too_slow, times.values()))


if __name__ == "__main__":
    arguments = dict(enumerate(sys.argv[1:]))
    sys.exit(main(int(arguments.get(0, 2_000_000)), arguments.get(1, "")))
