"""What is read of a dump: every packing and schema alike, the newest revision, nothing beyond the bounds."""

import gc
import sys
import tracemalloc
import weakref
from pathlib import Path

import pytest

from tests.audit import dumps
from tropebot.audit.reading import Reader
from tropebot.audit.streams import blocks
from tropebot.audit.units import Read, pages_of, units
from tropebot.audit.values import Batch, Caps, DumpPage, Span
from tropebot.errors import BrokenDump

PAGES = [
    dumps.page("Alpha & <Beta>", "a < b &amp; ü\n", number=3),
    dumps.page(
        "Old name",
        number=4,
        more='    <redirect title="New name" />\n',
        text="#REDIRECT [[New name]]",
    ),
    *dumps.many(20),
]


def read(path: Path, caps: Caps | None = None) -> tuple[list[DumpPage], str]:
    """All pages of a file, unit by unit, and what broke."""
    caps = caps or Caps()
    found: list[DumpPage] = []
    for unit in units(str(path), caps):
        kept = Read()
        found += pages_of(unit, caps, kept)
        if kept.problem:
            return found, kept.problem
    return found, ""


@pytest.mark.parametrize("version", ["0.10", "0.11"])
@pytest.mark.parametrize("suffix", [".xml", ".gz", ".bz2", ".zst", ".multi.bz2"])
def test_every_packing_and_schema_gives_the_same_pages(
    tmp_path: Path, suffix: str, version: str
) -> None:
    data = dumps.dump(PAGES, version)
    path = dumps.written(tmp_path, f"dump{suffix}", dumps.packed(data, suffix))
    found, problem = read(path)
    assert problem == ""
    assert [each.title for each in found] == [
        "Alpha & <Beta>",
        "Old name",
        *(f"Page {n}" for n in range(1, 21)),
    ]
    first, second = found[:2]
    assert (first.text, first.page_id, first.rev_id) == ("a < b &amp; ü\n", 3, 3)
    assert (first.timestamp, first.model, first.redirect) == (
        "2026-01-01T00:00:00Z",
        "wikitext",
        "",
    )
    assert second.redirect == "New name"


HISTORIES = [
    (
        [(1, "2026-01-01", "old"), (2, "2026-01-02", "new")],
        "new",
        "in their order, as MediaWiki writes them",
    ),
    ([(2, "2026-01-02", "new"), (1, "2026-01-01", "old")], "new", "newest first"),
    (
        [(9, "2020-01-01", "imported"), (2, "2026-01-02", "new")],
        "new",
        "imported: old, with a high number",
    ),
    ([(1, "2026-01-01", "a"), (2, "2026-01-01", "b")], "b", "two in one second: the number tells"),
]


@pytest.mark.parametrize(("rows", "wanted", "why"), HISTORIES, ids=[row[2] for row in HISTORIES])
def test_of_a_history_the_newest_revision_counts(
    tmp_path: Path, rows: list[tuple[int, str, str]], wanted: str, why: str
) -> None:
    history = "".join(dumps.revision(text, n, f"{day}T00:00:00Z") for n, day, text in rows)
    path = dumps.written(tmp_path, "d.xml", dumps.dump([dumps.page("A", revisions=history)]))
    assert [each.text for each in read(path)[0]] == [wanted], why


def test_what_is_hidden_or_of_another_slot_is_no_text(tmp_path: Path) -> None:
    hidden = dumps.revision("").replace('<text bytes="0"', '<text deleted="deleted" bytes="0"')
    slot = dumps.revision("main").replace(
        "      <sha1>",
        "      <content><role>x</role><model>json</model><text>{}</text></content>\n      <sha1>",
    )
    pages = [dumps.page("H", revisions=hidden), dumps.page("S", revisions=slot)]
    found, _ = read(dumps.written(tmp_path, "d.xml", dumps.dump(pages)))
    assert [(each.text, each.model) for each in found] == [(None, "wikitext"), ("main", "wikitext")]


def test_the_newest_upload_is_the_file(tmp_path: Path) -> None:
    def upload(day: str, who: str) -> str:
        return (
            f"    <upload><timestamp>2026-01-{day}T00:00:00Z</timestamp><contributor><username>{who}"
            "</username><id>1</id></contributor><comment>c</comment><filename>A.png</filename></upload>\n"
        )

    file = dumps.page("File:A.png", ns=6).replace(
        "  </page>", upload("01", "A") + upload("02", "B") + "  </page>"
    )
    found, _ = read(dumps.written(tmp_path, "d.xml", dumps.dump([file])))
    assert found[0].upload is not None
    assert (found[0].upload.timestamp, found[0].upload.uploader) == ("2026-01-02T00:00:00Z", "B")


def test_a_plain_file_is_cut_before_pages_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dumps.written(tmp_path, "d.xml", dumps.dump(dumps.many(200, size=200)))
    whole = [each.title for each in read(path)[0]]
    for size in (600, 1_000, 1_001, 50_000):
        monkeypatch.setattr("tropebot.audit.units.SPAN_BYTES", size)
        cut = list(units(str(path), Caps()))
        assert len(cut) > 1
        assert [each.title for each in read(path)[0]] == whole


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [(".xml", Span), (".multi.bz2", Span), (".bz2", Batch), (".gz", Batch), (".zst", Batch)],
)
def test_what_can_be_read_apart_is_sent_as_spans(tmp_path: Path, suffix: str, kind: type) -> None:
    data = dumps.packed(dumps.dump(PAGES), suffix)
    path = dumps.written(tmp_path, f"d{suffix}", data)
    assert {type(unit) for unit in units(str(path), Caps())} == {kind}


def test_streams_that_do_not_hold_whole_pages_are_read_by_one(tmp_path: Path) -> None:
    data = dumps.dump(PAGES)
    half = len(data) // 2
    path = dumps.written(
        tmp_path, "d.bz2", dumps.packed(data[:half], ".bz2") + dumps.packed(data[half:], ".bz2")
    )
    found, problem = read(path)
    assert (len(found), problem) == (22, "")


def test_a_text_over_the_bound_is_cut_and_its_neighbours_are_read(tmp_path: Path) -> None:
    pages = [dumps.page("A"), dumps.page("Huge", "x" * 9_000), dumps.page("B")]
    found, problem = read(dumps.written(tmp_path, "d.xml", dumps.dump(pages)), Caps(text=5_000))
    assert problem == ""
    assert [(each.title, len(each.text or "")) for each in found][1] == ("Huge", 5_000)
    assert [each.title for each in found] == ["A", "Huge", "B"]


@pytest.mark.heavy
@pytest.mark.parametrize("suffix", [".xml", ".zst"])
def test_h26_h27_one_page_of_two_hundred_megabytes_takes_little_memory(
    tmp_path: Path, suffix: str
) -> None:
    """Packed it is a bomb of some hundred bytes."""
    data = dumps.dump([dumps.page("A"), dumps.page("Huge", "x" * (200 << 20)), dumps.page("B")])
    path = dumps.written(tmp_path, f"d{suffix}", dumps.packed(data, suffix))
    del data
    tracemalloc.start()
    sizes: list[int] = []
    problem = ""
    try:
        reader = Reader(Caps(ratio=10**9), name="d")
        read_ = reader.pages(blocks(Span(path=str(path)), Caps(ratio=10**9)))
        sizes.extend(len(each.text or "") for each in read_)
    except BrokenDump as error:
        problem = str(error)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(sizes), problem) == (3, "")
    assert sizes[1] == Caps().text
    assert peak < 60 << 20


def test_zstd_without_its_extra_is_told_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dumps.written(tmp_path, "dump.zst", dumps.packed(dumps.dump(PAGES), ".zst"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    pages, problem = read(path)
    assert pages == []
    assert "pip install 'tropebot[audit]'" in problem


def test_a_reader_that_is_done_with_is_no_garbage() -> None:
    """Thousands of units are read; what each holds must not wait for the collector."""
    gc.collect()
    gc.disable()
    try:
        reader = Reader(name="d")
        assert len(list(reader.pages([dumps.dump(PAGES)]))) == len(PAGES)
        known = weakref.ref(reader)
        del reader
        assert known() is None
    finally:
        gc.enable()
