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
    promoted,
)
from benchmarks.traffic import Place
from demo.mediawiki import Wiki
from tests.faults.proxy import faulty_way

pytestmark = pytest.mark.real

PAGES = 60
FLAGGED, OLD, READY = 10, 20, 3


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
    """Five are read once: poll, pages, templates, log of moves, people with their talk pages."""
    at.begin(many=True)
    assert_kept(flagged(at, FLAGGED, most=2 + 5 / FLAGGED))


def test_old_pages_that_are_flagged_and_those_told_who_began_them(at: Place) -> None:
    """Seven are read once: poll, pages, templates, three for all authors, people with their talk pages."""
    at.begin(many=False)
    assert_kept(edited(at, OLD, most=2 + 7 / OLD))


@pytest.mark.parametrize("old", [False, True], ids=["by one person", "by several"])
def test_drafts_that_are_promoted(at: Place, old: bool) -> None:
    at.begin(many=True)
    assert_kept(promoted(at, READY, old=old))


def test_new_files_of_which_some_lack_a_licence(at: Place) -> None:
    at.begin(many=True)
    assert_kept(files(at))
