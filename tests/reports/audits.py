"""Made-up audits, with titles that would like to act, as large as a test wants them."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from tests.reports.states import AT, HOSTILE
from tropebot.reports.auditpage import Audited, Sample

RULES = {
    "TB101": "missing-markup",
    "TB104": "preload-leftover",
    "TB105": "missing-template",
    "TB201": "missing-licence",
}
ABOUT = Audited(
    source="wiki-20261101.xml.bz2",
    at=AT,
    pages=100,
    clean=60,
    exempt=20,
    prefix="http://127.0.0.1/w/index.php?title=",
    rules=RULES,
)


def row(title: str, code: str = "TB101", **more: object) -> dict[str, Any]:
    """A finding as the JSON lines have it."""
    plain = {
        "title": title,
        "code": code,
        "message": f"{title} lacks something",
        "line": 3,
        "creator": "",
        "details": {"missing": ["template:reflist"]},
    }
    return {**plain, **more}


def rows(size: int) -> Iterator[dict[str, Any]]:
    """So many findings, the hostile ones first."""
    chance = Random(7)  # noqa: S311
    for title in HOSTILE:
        yield row(title, creator=title, details={"missing": [title]})
    for number in range(len(HOSTILE), size):
        code = chance.choice(("TB101", "TB101", "TB101", "TB104", "TB105"))
        what = f"template:box {number % 7_000}" if code == "TB105" else "template:reflist"
        yield row(f"Page {number}", code, details={"missing": [what]})


def sample(size: int) -> Sample:
    """What a page keeps of so many findings."""
    kept = Sample()
    for each in islice(rows(size), size):
        kept.take(each)
    return kept
