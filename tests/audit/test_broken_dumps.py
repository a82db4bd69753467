"""Dumps that are broken at every kind of place: all up to the break, then one clear error, exit code 2."""

import bz2
import errno
import gzip
import io
import lzma
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tests.audit import dumps
from tests.cli_runs import Shell

WHOLE = dumps.dump(dumps.many(12))
PAGE_7 = WHOLE.index(b"<title>Page 7</title>")
AT = WHOLE.index(b"Somebody", PAGE_7)
LAST_END = WHOLE.rindex(b"</mediawiki>")
NO_NS = WHOLE.replace(b' xmlns="http://www.mediawiki.org/xml/export-0.11/"', b"")
LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n' + WHOLE
)


def bomb(suffix: str) -> bytes:
    """A page of 160 MB in some KB: one stream behind the other, so that packing it takes no time."""
    before, behind = dumps.dump([dumps.page("A"), dumps.page("Huge", "@"), dumps.page("B")]).split(
        b"@"
    )
    part = dumps.packed(b"x" * (16 << 20), suffix)
    return dumps.packed(before, suffix) + part * 10 + dumps.packed(behind, suffix)


def zipped(data: bytes) -> bytes:
    """A zip archive with the dump in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("dump.xml", data)
    return out.getvalue()


def flipped(data: bytes) -> bytes:
    """With one byte in the middle that a disk has lost."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def spoilt(what: bytes, instead: bytes, whole: bytes = WHOLE) -> bytes:
    """The dump with something else in page 7."""
    at = whole.index(what, PAGE_7)
    return whole[:at] + instead + whole[at + len(what) :]


CUT_ZST = dumps.packed(WHOLE, ".zst")[:-30]
HALVES_ZST = [dumps.packed(part, ".zst") for part in (WHOLE[:PAGE_7], WHOLE[PAGE_7:])]
SKIPPED = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
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
    ("empty.xml", b"", 0, "holds nothing"),
    ("nothing packed.gz", gzip.compress(b""), 0, "holds nothing"),
    ("no page.xml", dumps.dump([]), 0, "holds no page"),
    ("no namespace.xml", NO_NS, 0, "at byte 0 stands <mediawiki> in the place of"),
    ("schema 0.3.xml", dumps.dump(dumps.many(3), "0.3"), 0, "export schema 0.3; 0.10 and 0.11"),
    ("a web page.xml", b"<html><body>503</body></html>", 0, "is a web page and no dump"),
    ("a newer web page.xml", b"<!DOCTYPE html>\n<html><p>503</html>", 0, "is a web page"),
    ("a web page.gz", gzip.compress(b"<!DOCTYPE html><title>502"), 0, "is a web page"),
    ("not XML.xml", b"Service unavailable\n", 0, "at byte 0 it is no XML"),
    ("rows.sql.gz", gzip.compress(b"-- MySQL dump 10.13\nCREATE"), 0, "at byte 0 it is no XML"),
    ("an index.bz2", bz2.compress(b"600:10:Anarchism\n"), 0, "at byte 0 it is no XML"),
    ("an answer.json", b'{"query": {}}', 0, "at byte 0 it is no XML"),
    ("an answer.xml", b"<api><query /></api>", 0, "at byte 0 stands <api> in the place of"),
    (
        "another root.xml",
        WHOLE.replace(b"mediawiki x", b"pages x").replace(b"/mediawiki>", b"/pages>"),
        0,
        "stands <pages xmlns=",
    ),
    ("a wiki in a wiki.xml", spoilt(b"<page>", b"<mediawiki>"), 7, "stands <mediawiki> in the"),
    ("a page in a page.xml", spoilt(b"<ns>", b"<page /><ns>"), 6, "a <page> in another one"),
    ("no title.xml", spoilt(b"<title>Page 7</title>", b""), 6, "a page without a title"),
    ("no id.xml", spoilt(b"<id>7</id>", b""), 6, "in the place of a number (<id>)"),
    ("another end.xml", spoilt(b"</page>", b"</pages>"), 6, "mismatched tag"),
    ("a section without end.xml", spoilt(b"Somebody", b"<![CDATA["), 6, "is cut short"),
    ("a NUL.xml", spoilt(b"Somebody", b"a\0b"), 6, f"byte {AT + 1}: not well-formed"),
    ("a NUL by number.xml", spoilt(b"Somebody", b"&#0;"), 6, f"byte {AT}: reference to invalid"),
    ("half a character.xml", spoilt(b"Somebody", b"&#xD800;"), 6, f"byte {AT}: reference"),
    ("cut UTF-16.xml", WHOLE[:PAGE_7].decode().encode("utf-16"), 6, "is cut short"),
    ("rubbish behind.xml", WHOLE + b"rubbish", 12, "junk after document element"),
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
    ("cut.zst", CUT_ZST, -1, f"cut short: its zstd data end at byte {len(CUT_ZST)};"),
    ("cut behind a frame.zst", HALVES_ZST[0], 6, "is cut short: it ends at byte"),
    ("rubbish behind.bz2", dumps.packed(WHOLE, ".bz2") + b"rubbish", 12, "no bzip2 data"),
    ("rubbish behind.gz", dumps.packed(WHOLE, ".gz") + b"rubbish", 12, "no gzip data"),
    ("stream missing.multi.bz2", dumps.packed(WHOLE, ".multi.bz2")[:-60], -1, "cut short"),
    ("a lost byte.gz", flipped(dumps.packed(WHOLE, ".gz")), -1, "near byte"),
    ("a lost byte.bz2", flipped(dumps.packed(WHOLE, ".bz2")), 0, "near byte"),
    ("a lost byte.zst", flipped(dumps.packed(WHOLE, ".zst")), -1, ""),
    ("bomb.zst", bomb(".zst"), 1, "times its size"),
    ("bomb.gz", bomb(".gz"), 1, "times its size"),
    ("bomb.bz2", bomb(".bz2"), 1, "times its size"),
    ("zip.zip", zipped(WHOLE), 0, "packed with zip: unpack it first"),
    ("xz.xz", lzma.compress(WHOLE), 0, "packed with xz: unpack it first"),
    ("tar.gz", gzip.compress(b"dump.xml" + b"\0" * 504 + WHOLE), 0, "it is no XML"),
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
    (line,) = [line for line in ran.err.splitlines() if name in line]
    assert line.startswith("tropebot: “")
    if not summary["pages"]:
        assert ran.err.splitlines() == [line], "where nothing was read, templates are no matter"
    assert summary["problems"] == [line.removeprefix("tropebot: ")]
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
    ("two frames.zst", lambda: b"".join(HALVES_ZST), "zstd allows it"),
    ("skipped frame.zst", lambda: SKIPPED + dumps.packed(WHOLE, ".zst"), "pzstd writes such"),
    (
        "comment.xml",
        lambda: WHOLE.replace(b"  <siteinfo>", b"<!-- made by hand -->  <siteinfo>"),
        "a comment is no harm",
    ),
    (
        "UTF-16.xml",
        lambda: WHOLE.decode().encode("utf-16"),
        "XML says by its first bytes what it is",
    ),
    (
        "references.xml",
        lambda: WHOLE.replace(b"Somebody falls", b"&lt;&amp;&#65;&#x1F600;"),
        "XML’s own, and characters by number",
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


NO_FILES = [
    ("none.xml", "No such file or directory", "a name that is not there"),
    (".", "Is a directory", "a directory"),
    ("whole.xml/more.xml", "Not a directory", "a file in the place of a directory"),
    ("/proc/self/mem", "Input/output error", "a disk that cannot be read"),
]


@pytest.mark.parametrize(("name", "said", "why"), NO_FILES, ids=[row[2] for row in NO_FILES])
def test_a_file_that_cannot_be_read_is_said_to_be_so(
    shell: Shell, name: str, said: str, why: str
) -> None:
    whole = shell.file("whole.xml", WHOLE)
    ran = shell("--json", "audit", shell.directory / name, whole)
    (problem,) = ran.lines[-1]["problems"]
    assert (ran.code, ran.lines[-1]["pages"]) == (2, 12), why
    assert f"cannot be read: {said}" in problem
    assert "Traceback" not in ran.err


def test_a_file_that_others_may_read_only_is_said_to_be_so(shell: Shell) -> None:
    """Whoever tests as root may read everything, so somebody else asks."""
    path = shell.file("secret.xml", WHOLE)
    path.chmod(0o000)
    with pytest.MonkeyPatch.context() as patched:
        if os.access(path, os.R_OK):
            patched.setattr(Path, "open", _refusing)
        ran = shell("audit", path)
    assert ran.code == 2
    assert "cannot be read: Permission denied; check its name and rights" in ran.err


def _refusing(path: Path, *arguments: object, **options: object) -> NoReturn:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def test_h28_a_name_inside_what_is_packed_leads_nowhere(shell: Shell) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(filename="../../evil.xml", mode="wb", fileobj=packed) as file:
        file.write(WHOLE)
    path = shell.file("d.gz", packed.getvalue())
    before = set(shell.directory.parent.rglob("*"))
    assert shell("--json", "audit", path).lines[-1]["pages"] == 12
    assert set(shell.directory.parent.rglob("*")) == before
