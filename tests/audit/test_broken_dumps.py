"""Dumps that are broken at every kind of place: all up to the break, then one clear error, exit code 2."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit import dumps
from tests.cli_runs import Shell

WHOLE = dumps.dump(dumps.many(12))
PAGE_7 = WHOLE.index(b"<title>Page 7</title>")
LAST_END = WHOLE.rindex(b"</mediawiki>")
NO_NS = WHOLE.replace(b' xmlns="http://www.mediawiki.org/xml/export-0.11/"', b"")
LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n' + WHOLE
)
BOMB = dumps.packed(
    dumps.dump([dumps.page("A"), dumps.page("Huge", "x" * (150 << 20)), dumps.page("B")]), ".zst"
)


def spoilt(what: bytes, instead: bytes, whole: bytes = WHOLE) -> bytes:
    """The dump with something else in page 7."""
    at = whole.index(what, PAGE_7)
    return whole[:at] + instead + whole[at + len(what) :]


BROKEN: list[tuple[str, bytes, int, str]] = [
    # name of the file, its bytes, pages judged, what is said
    ("ends in its head.xml", WHOLE[:300], 0, "is cut short: it ends at byte 300"),
    ("ends in a title.xml", WHOLE[: PAGE_7 + 9], 6, f"cut short: it ends at byte {PAGE_7 + 9},"),
    ("ends in a text.xml", WHOLE[: WHOLE.index(b"Somebody", PAGE_7) + 3], 6, "is cut short"),
    ("ends in a tag.xml", WHOLE[: WHOLE.index(b"<revision>", PAGE_7) + 4], 6, "is cut short"),
    ("ends between two pages.xml", WHOLE[: PAGE_7 - 13], 6, "is cut short"),
    ("ends before its end.xml", WHOLE[:LAST_END], 12, f"cut short: it ends at byte {LAST_END},"),
    ("ends in its last tag.xml", WHOLE[: LAST_END + 5], 12, "is cut short"),
    (
        "ends in a character.xml",
        spoilt(b"Somebody", "ü".encode())[: WHOLE.index(b"Somebody", PAGE_7) + 1],
        6,
        "is",
    ),
    ("empty.xml", b"", 0, "is cut short: it ends at byte 0"),
    ("no page.xml", dumps.dump([]), 0, "holds no page"),
    ("no namespace.xml", NO_NS, 0, "where a dump of schema 0.10 or 0.11 has"),
    ("schema 0.3.xml", dumps.dump(dumps.many(3), "0.3"), 0, "export-0.3/"),
    ("a web page.xml", b"<html><body>503</body></html>", 0, "stands <html"),
    ("not XML.xml", b"Service unavailable\n", 0, "broken at byte 0"),
    ("laughs.xml", LAUGHS, 0, "a <!DOCTYPE"),
    ("entity.xml", spoilt(b"Somebody", b"&bomb;"), 6, "broken at byte"),
    (
        "Latin 1.xml",
        spoilt(b"Somebody", b"caf\xe9 ole"),
        6,
        f"byte {WHOLE.index(b'Somebody', PAGE_7) + 3}:",
    ),
    ("vertical tab.xml", spoilt(b"Somebody", b"\x0b"), 6, "not well-formed"),
    ("deep.xml", spoilt(b"<ns>", b"<a>" * 200_000 + b"<ns>"), 6, "elements in one another"),
    (
        "attributes.xml",
        spoilt(b"<ns>", b"<ns " + b" ".join(b'a%d="x"' % n for n in range(99)) + b">"),
        6,
        "more than 64 attributes",
    ),
    ("long tag.xml", spoilt(b"<ns>", b'<ns a="' + b"x" * (4 << 20) + b'">'), 6, "KB"),
    ("long title.xml", spoilt(b"Page 7", b"P" * 100_000), 6, "a <title> of more than"),
    ("no number.xml", spoilt(b"<ns>0", b"<ns>main"), 6, "“main” in the place of a number"),
    ("twice.xml", WHOLE + WHOLE, 12, "broken at byte"),
    ("cut.gz", dumps.packed(WHOLE, ".gz")[:-30], -1, "cut short"),
    ("cut.bz2", dumps.packed(WHOLE, ".bz2")[:-30], -1, "cut short"),
    ("cut.zst", dumps.packed(WHOLE, ".zst")[:-30], -1, "is"),
    ("rubbish behind.bz2", dumps.packed(WHOLE, ".bz2") + b"rubbish", 12, "no bzip2 data"),
    ("rubbish behind.gz", dumps.packed(WHOLE, ".gz") + b"rubbish", 12, "no gzip data"),
    ("stream missing.multi.bz2", dumps.packed(WHOLE, ".multi.bz2")[:-60], -1, "cut short"),
    ("bomb.zst", BOMB, 1, "times its size"),
    ("7z.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, 0, "packed with 7z"),
]


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


@pytest.mark.parametrize(("name", "data", "pages", "said"), BROKEN, ids=[row[0] for row in BROKEN])
def test_h26_h27_a_broken_dump_gives_all_up_to_the_break_and_a_clear_error(
    shell: Shell, name: str, data: bytes, pages: int, said: str
) -> None:
    ran = shell("--json", "audit", "--workers", 1, shell.file(name, data))
    assert ran.code == 2
    summary = ran.lines[-1]
    assert summary["complete"] is False
    assert said in ran.err
    assert "Traceback" not in ran.err
    if pages >= 0:
        assert summary["pages"] == pages
    assert summary["findings"] == summary["pages"] // 10


WHOLE_DUMPS: list[tuple[str, Callable[[], bytes], str]] = [
    ("whole.xml", lambda: WHOLE, "nothing is wrong with it"),
    (
        "two members.gz",
        lambda: dumps.packed(WHOLE[:900], ".gz") + dumps.packed(WHOLE[900:], ".gz"),
        "gzip allows it",
    ),
    (
        "comment.xml",
        lambda: WHOLE.replace(b"  <siteinfo>", b"<!-- made by hand -->  <siteinfo>"),
        "a comment is no harm",
    ),
    (
        "declared.xml",
        lambda: b'<?xml version="1.0" encoding="utf-8"?>\n' + WHOLE,
        "as people write it",
    ),
]


@pytest.mark.parametrize(("name", "data", "why"), WHOLE_DUMPS, ids=[row[0] for row in WHOLE_DUMPS])
def test_what_is_whole_is_not_called_broken(
    shell: Shell, name: str, data: Callable[[], bytes], why: str
) -> None:
    ran = shell("--json", "audit", "--workers", 1, shell.file(name, data()))
    assert (ran.code, ran.lines[-1]["pages"], ran.lines[-1]["complete"]) == (1, 12, True), why


def test_behind_a_broken_file_the_next_is_judged(shell: Shell) -> None:
    files = [shell.file("a.xml", WHOLE[:PAGE_7]), shell.file("b.xml", WHOLE)]
    ran = shell("--json", "audit", *files)
    assert (ran.code, ran.lines[-1]["pages"]) == (2, 18)
    assert "a.xml" in ran.err
    assert "b.xml" not in ran.err


def test_a_file_that_is_not_there_is_said_to_be_so(shell: Shell) -> None:
    ran = shell("audit", shell.directory / "none.xml")
    assert ran.code == 2
    assert "cannot be read" in ran.err


def test_h28_a_name_inside_what_is_packed_leads_nowhere(shell: Shell) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(filename="../../evil.xml", mode="wb", fileobj=packed) as file:
        file.write(WHOLE)
    path = shell.file("d.gz", packed.getvalue())
    before = set(shell.directory.parent.rglob("*"))
    assert shell("--json", "audit", path).lines[-1]["pages"] == 12
    assert set(shell.directory.parent.rglob("*")) == before
