"""Who works: processes that are killed in the middle, and a unit that nobody survives."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.audit import dumps
from tests.cli_runs import Shell
from tropebot.audit.judging import Order, Outcome
from tropebot.audit.knowledge import Knowledge
from tropebot.audit.seats import Parcel, Seat, at_seat, dismiss
from tropebot.audit.turns import Deadly
from tropebot.audit.units import Read, pages_of, units
from tropebot.audit.values import Caps, SiteInfo, Span, Unit
from tropebot.audit.workers import Processes, workers_for

WORTH = [
    (b"<mediawiki", 13 << 20, True, "enough for each to do"),
    (b"<mediawiki", 11 << 20, False, "judged before a second process is up"),
    (b"BZh91AY&SY", 4 << 20, True, "packed it is a quarter of its size"),
    (b"BZh91AY&SY", 2 << 20, False, "packed, and small"),
    (b"7z\xbc\xaf", 20 << 20, False, "it cannot be read at all"),
]


@pytest.mark.parametrize(("head", "size", "worth", "why"), WORTH, ids=[row[3] for row in WORTH])
def test_a_large_dump_is_worth_more_processes(
    tmp_path: Path, head: bytes, size: int, worth: bool, why: str
) -> None:
    path = tmp_path / "d"
    path.write_bytes(head)
    os.truncate(path, size)
    many = os.cpu_count() or 1
    assert workers_for(["/nowhere/d.xml", str(path)]) == (many if worth else 1), why
    assert workers_for([str(path)], 7) == (7 if worth else 1), "so it is for whoever asks for more"
    assert workers_for([str(path)], 1) == 1


def test_how_much_comes_by_the_standard_input_nobody_can_tell() -> None:
    assert workers_for(["-"]) == 1
    assert workers_for(["-"], 7) == 7


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units of some pages, so that small dumps have many."""
    monkeypatch.setattr("tropebot.audit.units.SPAN_BYTES", 20_000)
    monkeypatch.setattr("tropebot.audit.workers.WORTH_WORKERS", 0)


def _order() -> Order:
    return Order(policy=b"{}", known=Knowledge(site=SiteInfo(), surveyed=False))


def _ended(seat: Seat, unit: Unit) -> int:
    """A unit that kills its process as often as its file has letters."""
    path = Path(unit.path)
    left = path.read_text(encoding="utf-8")
    if left:
        path.write_text(left[1:], encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


@pytest.mark.heavy
@pytest.mark.parametrize(("deaths", "done"), [(0, True), (1, True), (2, True), (9, False)])
def test_a_killed_process_is_replaced_and_its_units_are_done_again(
    tmp_path: Path, deaths: int, done: bool
) -> None:
    paths = [tmp_path / str(number) for number in range(8)]
    for path in paths:
        path.write_text("x" * (deaths if path.name == "3" else 0))
    with Processes(2) as crew:
        rows = list(crew.work(_ended, _order(), [Span(path=str(path)) for path in paths]))
    assert [unit.path for unit, _ in rows] == [str(path) for path in paths]
    lost = [unit.path for unit, result in rows if isinstance(result, Deadly)]
    assert lost == ([] if done else [str(paths[3])])
    assert len(paths[3].read_text()) == max(deaths - 3, 0)


class Frail:
    """Seats at which a page with a certain word is the end, as one that takes all memory would be."""

    survey_unit = Seat.survey_unit

    @staticmethod
    def judge_unit(seat: Seat, unit: Unit) -> Outcome:
        """The verdicts, if the process lives."""
        if any("fatal" in (page.text or "") for page in pages_of(unit, Caps(), Read())):
            os.kill(os.getpid(), signal.SIGKILL)
        return seat.judge_unit(unit)


@pytest.mark.heavy
def test_pages_that_nobody_survives_are_named_and_the_others_judged(
    shell: Shell, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = dumps.many(400, size=300)
    pages[203] = dumps.page("Page 204", "This is fatal. " * 10, number=204)
    path = shell.file("d.xml", dumps.dump(pages))
    alone = shell("--json", "audit", "--workers", 1, path)
    monkeypatch.setattr("tropebot.audit.course.Seat", Frail)
    out = shell.directory / "out.jsonl"
    ran = shell("--json", "audit", "--workers", 2, "--out", out, path)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    titles = [row["title"] for row in rows if row["type"] == "unjudged"]
    assert "Page 204" in titles
    assert titles == [f"Page {n}" for n in range(int(titles[0][5:]), int(titles[-1][5:]) + 1)]
    expected = [line for line in alone.lines if line.get("title") not in titles]
    assert [row for row in rows if row["type"] == "finding"] == expected[:-1]
    assert ran.code == 2
    assert (rows[-1]["pages"], rows[-1]["complete"]) == (400, False)
    assert f"the {len(titles)} pages from “{titles[0]}” to “{titles[-1]}”" in ran.err
    printed = shell("audit", "--workers", 2, path)
    assert printed.out.count(": not judged\n") == len(titles)
    assert "ended from outside" in printed.err


def test_seats_of_an_order_are_kept_and_forgotten(tmp_path: Path, small: None) -> None:
    path = dumps.written(tmp_path, "d.xml", dumps.dump(dumps.many(20)))
    unit = next(units(str(path), Caps()))
    parcel = Parcel.of(_order())
    seats: list[Seat] = []

    def noted(seat: Seat, _: Unit) -> None:
        seats.append(seat)

    for _ in range(2):
        at_seat(parcel, noted, unit)
    at_seat(parcel, lambda _, inner: at_seat(parcel, noted, inner), unit)
    dismiss(parcel.key)
    at_seat(parcel, noted, unit)
    dismiss()
    first, second, beside, fresh = seats
    assert first is second
    assert beside is not first, "two at the same time do not share one"
    assert fresh is not first
