"""One way to go through a dump, as a process of its own: `python -m benchmarks.audit_ways WAY DUMP`.

`silent` is the audit with rules that find nothing: units, reading, pages, exemptions by title, counts, but
no look at a text. `thorough` is the audit without the cheap test: each page is read in full, by the second
parser too. The others are what `silent` is compared with.
"""

import bz2
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.dumps import PRESET
from tropebot.audit.course import Files, head_of, order_for, outcomes, survey
from tropebot.audit.judging import Judge, Order
from tropebot.audit.knowledge import Knowledge
from tropebot.audit.values import Caps, DumpPage
from tropebot.audit.workers import Alone
from tropebot.engine import exempt_unread
from tropebot.model import Verdict
from tropebot.policy.layers import load


def silent(path: str) -> int:
    """How many pages."""

    def verdict(judge: Judge, dumped: DumpPage) -> Verdict:
        page = judge._page(dumped)  # noqa: SLF001
        return Verdict(page=page, exempt=exempt_unread(page, judge.force))

    Judge.verdict = verdict  # type: ignore[method-assign]
    files = Files([path], Caps())
    with Alone() as crew:
        return sum(outcome.pages for _, outcome in outcomes(files, _order(path), crew))


def thorough(path: str) -> int:
    """Prints the findings as `audit --json` does, title and code."""
    with Alone() as crew:
        order = _order(path)
        for _, known in survey([path], order, crew):
            if known is not None:
                order = Order(
                    policy=order.policy,
                    known=known,
                    source=order.source,
                    caps=order.caps,
                    always_second=True,
                )
        found = 0
        for _, outcome in outcomes(Files([path], order.caps), order, crew):
            for each in outcome.found:
                found += 1
                print(json.dumps({"title": each.finding.title, "code": each.finding.code}))
    return found


def xmlreader(path: str) -> int:
    """`pywikibot.xmlreader`, newest revisions."""
    from pywikibot.xmlreader import XmlDump  # noqa: PLC0415  its start is a part of what it takes

    return sum(1 for _ in XmlDump(path, revisions="latest", on_error=print).parse())


def by_mwxml(path: str) -> int:
    """mwxml, all texts taken."""
    import mwxml  # noqa: PLC0415

    with Path(path).open(encoding="utf-8") as file:
        return sum(
            revision.text is not None for page in mwxml.Dump.from_file(file) for revision in page
        )


def unpack(path: str) -> int:
    """The bytes of a bzip2 file, unpacked and let go."""
    with bz2.open(Path(path)) as file:
        return sum(map(len, iter(lambda: file.read(1 << 20), b"")))


def _order(path: str) -> Order:
    policy = load(PRESET, []).policy
    known = Knowledge(site=head_of([path], Caps()), surveyed=False)
    return order_for(policy, known, source="benchmark")


WAYS: Mapping[str, Callable[[str], int]] = {
    "silent": silent,
    "thorough": thorough,
    "xmlreader": xmlreader,
    "mwxml": by_mwxml,
    "unpack": unpack,
}

if __name__ == "__main__":
    print(WAYS[sys.argv[1]](sys.argv[2]), file=sys.stderr)
