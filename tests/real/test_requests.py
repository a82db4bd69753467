"""How many requests a pass needs, counted before the real wiki: exact, never timed.

`benchmarks/requests.py` counts the same on more pages, so that what each pass asks once weighs less there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.requests import (
    Row,
    clean,
    edited,
    files,
    flagged,
    idle,
)
from benchmarks.traffic import Place
from demo.mediawiki import Wiki
from tests.faults.proxy import faulty_way

pytestmark = pytest.mark.real

PAGES = 60
PEOPLE = 8
ONCE = 6
"""What a pass that writes reads once: poll, pages, templates, moves, people, talk pages."""


@pytest.fixture
def at(wiki: Wiki, tmp_path: Path) -> Iterator[Place]:
    """The filled wiki behind a way that counts."""
    with faulty_way(wiki.port) as way:
        yield Place(wiki, way, tmp_path / "home")


def assert_kept(rows: Iterator[Row]) -> None:
    assert [str(row) for row in rows if not row.ok] == []


@pytest.mark.parametrize("many", [False, True], ids=["50 at a time", "500 at a time"])
def test_a_pass_over_pages_that_are_in_order(at: Place, many: bool) -> None:
    at.begin(many=many)
    assert_kept(idle(at))
    rows = {row.what: row for row in clean(at, 500 if many else 50, PAGES)}
    reads, _, writes = rows.values()
    assert reads.ok, reads
    assert writes.ok, writes


def test_pages_that_are_flagged_and_their_authors_told(at: Place) -> None:
    at.begin(many=True)
    assert_kept(flagged(at, PEOPLE, most=2 + ONCE / PEOPLE))
    assert_kept(edited(at, 2 * PEOPLE))


def test_new_files_of_which_some_lack_a_licence(at: Place) -> None:
    at.begin(many=True)
    assert_kept(files(at))
