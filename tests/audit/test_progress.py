"""How far an audit is: one line on a terminal, a plain line now and then elsewhere."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.audit import dumps
from tropebot.audit.values import Span
from tropebot.cli.progress import Extent, Progress


def ticks(seconds: float) -> Iterator[float]:
    """A clock that is so much later whenever it is asked."""
    return count(0.0, seconds)


@pytest.fixture
def extent(tmp_path: Path) -> Extent:
    paths = [str(dumps.written(tmp_path, name, b"x" * 1_000_000)) for name in ("a", "b")]
    return Extent(["-", *paths])


def test_bytes_are_counted_over_all_files(extent: Extent, tmp_path: Path) -> None:
    first, second = str(tmp_path / "a"), str(tmp_path / "b")
    assert extent.whole == 2_000_000
    assert extent.done(Span(path=first, end=500_000)) == 500_000
    assert extent.done(Span(path=first, end=0)) == 1_000_000, "to the end of the file"
    assert extent.done(Span(path=second, end=300_000)) == 1_300_000
    assert extent.done(Span(path="-", end=7)) == 7, "how long a stream is nobody knows"


def test_of_a_share_only_its_own_bytes_are_counted(tmp_path: Path) -> None:
    first, second = (str(dumps.written(tmp_path, name, b"x" * 1_000_000)) for name in ("a", "b"))
    extent = Extent([first, second], {first: (600_000, 1_000_000), second: (0, 100_000)})
    assert extent.whole == 500_000
    assert extent.done(Span(path=first, start=600_000, end=700_000)) == 100_000
    assert extent.done(Span(path=first, start=900_000, end=0)) == 400_000
    assert extent.done(Span(path=second, end=50_000)) == 450_000
    assert extent.done(Span(path=second, start=90_000, end=130_000)) == 500_000, "behind the cut"


LINES = [
    # pages, bytes done, bytes in all, seconds, the line
    ((1_234, 500_000, 2_000_000, 60.0), "1,234 pages, 0.0 MB/s, 25 %, 3 min 0 s left", "a dump"),
    ((1, 2_000_000, 2_000_000, 10.0), "1 page, 0.2 MB/s, 100 %, 0 s left", "at its end"),
    ((7, 3_000_000, 0, 10.0), "7 pages", "stdin: nobody knows how much comes"),
    ((10, 10**6, 10**11, 1.0), "10 pages, 1.0 MB/s, 0 %, 27 h 46 min left", "a large dump"),
]


@pytest.mark.parametrize(("told", "line", "why"), LINES, ids=[row[2] for row in LINES])
def test_a_line_for_a_dump(told: tuple[int, int, int, float], line: str, why: str) -> None:
    pages, done, whole, seconds = told
    progress = Progress(ticks(0.0).__next__, whole, terminal=False)
    progress.show("judging", pages, done)
    assert progress.line("judging", done, seconds) == f"judging: {line}", why


def test_where_nothing_is_done_no_time_is_told() -> None:
    progress = Progress(ticks(0.0).__next__, 2_000_000, terminal=False)
    assert progress.line("first reading", 0, 10.0) == "first reading, 0.0 MB/s, 0 %"


WIKI = [
    (50, 0, 30_000, 1.0, "judging: 50 of about 30,000 pages, 50 pages/s, 9 min 59 s left"),
    (300, 0, 250, 10.0, "judging: 300 pages, 30 pages/s"),
    (50, 1_000, 30_000, 1.0, "judging: 1,050 of about 30,000 pages, 50 pages/s, 9 min 39 s left"),
]


@pytest.mark.parametrize(("pages", "before", "whole", "seconds", "line"), WIKI)
def test_a_line_for_a_wiki(pages: int, before: int, whole: int, seconds: float, line: str) -> None:
    """What an earlier run had done says nothing of how fast this one is."""
    progress = Progress(ticks(0.0).__next__, whole, of_pages=True, terminal=False)
    progress.again(pages=before)
    progress.show("judging", pages)
    assert progress.line("judging", 0, seconds) == line


def test_an_audit_that_is_gone_on_with_is_not_fast_for_what_was_done_before() -> None:
    progress = Progress(ticks(0.0).__next__, 100_000_000, terminal=False)
    progress.again(pages=9_000)
    progress.show("judging", 10, 90_000_000)
    progress.show("judging", 10, 91_000_000)
    assert progress.line("judging", 91_000_000, 1.0) == (
        "judging: 9,020 pages, 1.0 MB/s, 91 %, 9 s left"
    )


def test_on_a_terminal_the_line_is_written_over_and_taken_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress(ticks(1.0).__next__, 4_000, terminal=True) as progress:
        progress.show("judging", 10, 1_000)
        progress.show("judging", 10, 2_000)
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.split("\r")
    assert [line.strip() for line in lines if line.strip()] == [
        "judging: 10 pages, 0.0 MB/s, 25 %, 3 s left",
        "judging: 20 pages, 0.0 MB/s, 50 %, 2 s left",
    ]
    assert lines[-1] == "", "the place is free for an answer"
    assert max(map(len, lines)) <= 79


def test_elsewhere_a_plain_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(ticks(20.0).__next__, 100_000, terminal=False) as progress:
        for done in range(10):
            progress.show("judging", 5, done * 1_000)
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition(":")[0] for line in err.splitlines()] == ["tropebot"] * 3
    assert "\r" not in err


def test_a_short_audit_says_nothing_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(ticks(1.0).__next__, 100_000, terminal=False) as progress:
        for done in range(10):
            progress.show("judging", 5, done * 1_000)
    assert capsys.readouterr().err == ""
