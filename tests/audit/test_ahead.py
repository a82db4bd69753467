"""Blocks made ahead: the same ones, the same end, and no thread that stays."""

import threading
from collections.abc import Iterator

import pytest

from tropebot.audit.ahead import ahead
from tropebot.errors import BrokenDump


def blocks(number: int, drawn: list[int], *, broken: bool = False) -> Iterator[bytes]:
    for each in range(number):
        drawn.append(each)
        yield b"%d" % each
    if broken:
        raise BrokenDump("cut short")


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.mark.parametrize("number", [0, 1, 2, 3, 100])
def test_all_come_in_their_order(number: int) -> None:
    assert list(ahead(blocks(number, []))) == [b"%d" % each for each in range(number)]


def test_an_error_comes_behind_the_last_block() -> None:
    rows = ahead(blocks(5, [], broken=True))
    assert [next(rows) for _ in range(5)] == [b"0", b"1", b"2", b"3", b"4"]
    with pytest.raises(BrokenDump, match="cut short"):
        next(rows)


@pytest.mark.parametrize("taken", [0, 1, 7])
def test_few_are_made_that_nobody_takes(taken: int) -> None:
    drawn: list[int] = []
    rows = ahead(blocks(1_000, drawn))
    for _ in range(taken):
        next(rows)
    rows.close()  # type: ignore[attr-defined]  it is a generator
    assert len(drawn) <= taken + 6
