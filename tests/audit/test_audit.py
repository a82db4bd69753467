"""`tropebot audit`: the same answer whoever works, gone on with when killed, compared with an earlier one."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.audit import dumps
from tests.cli_runs import Shell


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units of some pages, so that small dumps have many."""
    monkeypatch.setattr("tropebot.audit.units.SPAN_BYTES", 20_000)
    monkeypatch.setattr("tropebot.audit.units.PACKED_BYTES", 500)
    monkeypatch.setattr("tropebot.audit.units.BATCH_CHARACTERS", 20_000)
    monkeypatch.setattr("tropebot.audit.workers.WORTH_WORKERS", 0)


@pytest.mark.heavy
@pytest.mark.parametrize("suffix", [".xml", ".gz", ".multi.bz2"])
def test_two_workers_say_the_same_as_one(shell: Shell, small: None, suffix: str) -> None:
    data = dumps.packed(dumps.dump(dumps.many(400, size=300)), suffix)
    path = shell.file(f"d{suffix}", data)
    one = shell("--json", "audit", "--workers", 1, path)
    two = shell("--json", "audit", "--workers", 2, path)
    assert one.code == two.code == 1
    assert one.out == two.out
    assert one.lines[-1]["pages"] == 400
    assert one.lines[-1]["findings"] == 40


@pytest.mark.heavy
def test_two_workers_end_at_the_same_break_as_one(shell: Shell, small: None) -> None:
    data = dumps.dump(dumps.many(400, size=300))
    broken = data.replace(b"<title>Page 205</title>", b"<title>Page \x0b</title>")
    path = shell.file("d.xml", broken)
    one = shell("--json", "audit", "--workers", 1, path)
    two = shell("--json", "audit", "--workers", 2, path)
    assert (one.code, one.out, one.err) == (two.code, two.out, two.err)
    assert (one.code, one.lines[-1]["pages"]) == (2, 204)


def test_a_clean_dump_is_0_and_says_how_many_pages(shell: Shell) -> None:
    ran = shell("audit", shell.file("d.xml", dumps.dump([dumps.page("A")])))
    assert (ran.code, ran.out) == (0, "1 page, 0 findings, 1 clean, 0 not judged.\n")


def test_a_page_beyond_bounds_is_reported(shell: Shell) -> None:
    pages = [dumps.page("A"), dumps.page("Huge", "x" * 5_000_000)]
    ran = shell("--json", "audit", shell.file("d.xml", dumps.dump(pages)))
    assert [line["code"] for line in ran.lines[:-1]] == ["TB901"]


def test_what_is_hidden_is_counted_and_not_judged(shell: Shell) -> None:
    hidden = dumps.revision("").replace('<text bytes="0"', '<text deleted="deleted" bytes="0"')
    ran = shell(
        "--json", "audit", shell.file("d.xml", dumps.dump([dumps.page("A", revisions=hidden)]))
    )
    assert (ran.code, ran.lines[-1]["hidden"]) == (0, 1)


MISUSES = [
    (("--resume", "d.xml"), "--resume goes with --out"),
    (("d.xml", "d.xml"), "named twice"),
    (("--out", "d.xml", "d.xml"), "would be overwritten"),
    (("--policy", "-", "-"), "Only one"),
    ((), "name a dump, or say --wiki"),
    (("--rule", "TB101", "d.xml"), "--rule goes with --worklist"),
    (("--worklist", "csv", "--rule", "TB1", "d.xml"), "There is no rule"),
    (("--out", "o.jsonl", "--compare", "o.jsonl", "d.xml"), "would be overwritten"),
    (("--pause", "1", "d.xml"), "--pause goes with --wiki"),
    (("--wiki", "d.xml"), "reads the wiki and no dump"),
    (("--wiki", "--workers", "2"), "reads the wiki and no dump"),
    (("--wiki", "--preset", "tropedia"), "the wiki's own pages and policy"),
]


@pytest.mark.parametrize(("arguments", "said"), MISUSES)
def test_a_wrong_use_is_told(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    ran = shell("audit", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_out_holds_what_json_would_print(shell: Shell, small: None) -> None:
    path = shell.file("d.xml", dumps.dump(dumps.many(100, size=300)))
    out = shell.directory / "found.jsonl"
    printed = shell("--json", "audit", path).out
    ran = shell("audit", "--out", out, path)
    assert out.read_text(encoding="utf-8") == printed
    assert ran.out.startswith("100 pages, 10 findings")
    assert not out.with_name("found.jsonl.journal").exists()


def _cut_off(
    shell: Shell, *paths: Path, out: Path, units: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An audit that ends in the middle of writing the findings of a unit."""
    from tropebot.audit.results import Journal  # noqa: PLC0415

    add, done = Journal.add, []

    def breaking(journal: Journal, lines: object, place: object = None) -> None:
        if len(done) == units:
            journal._out.write(b'{"type": "finding", "title": "half')
            journal._out.flush()
            raise KeyboardInterrupt
        done.append(1)
        add(journal, lines, place)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "add", breaking)
        ran = shell("audit", "--out", out, *paths)
        assert ran.code == 130
        assert "with --resume goes on there" in ran.err


@pytest.mark.parametrize("suffix", [".xml", ".gz", ".multi.bz2"])
@pytest.mark.parametrize("units", [0, 1, 2])
def test_a_broken_off_audit_is_gone_on_with(
    shell: Shell, small: None, monkeypatch: pytest.MonkeyPatch, suffix: str, units: int
) -> None:
    path = shell.file(f"d{suffix}", dumps.packed(dumps.dump(dumps.many(200, size=300)), suffix))
    whole, out = shell.directory / "whole.jsonl", shell.directory / "out.jsonl"
    assert shell("audit", "--out", whole, path).code == 1
    _cut_off(shell, path, out=out, units=units, monkeypatch=monkeypatch)
    ran = shell("audit", "--out", out, "--resume", path)
    assert ran.code == 1
    assert out.read_bytes() == whole.read_bytes()
    assert ran.out.startswith("200 pages, 20 findings")


def test_what_broke_before_the_kill_stays_broken(
    shell: Shell, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = dumps.dump(dumps.many(200, size=300))
    broken = data.replace(b"<title>Page 45</title>", b"<title>Page \x0b</title>")
    paths = shell.file("1.xml", broken), shell.file("2.xml", data)
    whole, out = shell.directory / "whole.jsonl", shell.directory / "out.jsonl"
    assert shell("audit", "--out", whole, *paths).code == 2
    _cut_off(shell, *paths, out=out, units=3, monkeypatch=monkeypatch)
    ran = shell("audit", "--out", out, "--resume", *paths)
    assert ran.code == 2
    assert "1.xml” is broken at byte" in ran.err
    assert out.read_bytes() == whole.read_bytes()


def test_what_was_learnt_of_the_dump_is_not_learnt_again(
    shell: Shell, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"Box": "{{case|{{foot}}}}[[Category:Boxes]]", "Trope": "", "Examples": "<!-- -->"}
    made = [dumps.page(f"Template:{name}", text, ns=10) for name, text in texts.items()]
    pages = [*made, *dumps.many(200, size=300), dumps.page("A/B", "{{box}}"), dumps.page("A")]
    path = shell.file("d.xml", dumps.dump(pages))
    whole, out = shell.directory / "whole.jsonl", shell.directory / "out.jsonl"
    shell("audit", "--out", whole, path)
    _cut_off(shell, path, out=out, units=2, monkeypatch=monkeypatch)
    monkeypatch.setattr("tropebot.cli.audit.survey", lambda *_: pytest.fail("a second survey"))
    assert shell("audit", "--out", out, "--resume", path).code == 1
    assert out.read_bytes() == whole.read_bytes()


def test_that_an_audit_is_begun_again_is_told(
    shell: Shell, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shell.file("d.xml", dumps.dump(dumps.many(200, size=300)))
    out = shell.directory / "out.jsonl"
    _cut_off(shell, path, out=out, units=1, monkeypatch=monkeypatch)
    ran = shell("audit", "--out", out, path)
    assert ran.code == 1
    assert "it begins again, since --resume was not said" in ran.err
    assert ran.out.startswith("200 pages, 20 findings")
    assert "begins again" not in shell("audit", "--out", out, path).err


def test_another_dump_or_policy_is_not_gone_on_with(
    shell: Shell, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shell.file("d.xml", dumps.dump(dumps.many(200, size=300)))
    out = shell.directory / "out.jsonl"
    _cut_off(shell, path, out=out, units=1, monkeypatch=monkeypatch)
    kept = out.read_bytes()
    ran = shell("audit", "--out", out, "--resume", "--preset", "allthetropes", path)
    assert ran.code == 2
    assert "by another policy" in ran.err
    path.write_bytes(dumps.dump(dumps.many(201, size=300)))
    ran = shell("audit", "--out", out, "--resume", path)
    assert ran.code == 2
    assert out.read_bytes() == kept


def test_compare_says_what_is_new_and_what_is_gone(shell: Shell) -> None:
    before = [dumps.page("A", dumps.FAULTY), dumps.page("B"), dumps.page("C", dumps.FAULTY)]
    after = [dumps.page("A"), dumps.page("B", dumps.FAULTY), dumps.page("C", dumps.FAULTY)]
    old = shell.directory / "old.jsonl"
    shell("audit", "--out", old, shell.file("1.xml", dumps.dump(before)))
    ran = shell("--json", "audit", "--compare", old, shell.file("2.xml", dumps.dump(after)))
    assert [(line["type"], line.get("title")) for line in ran.lines] == [
        ("new", "B"),
        ("fixed", "A"),
        ("summary", None),
    ]
    assert (ran.lines[-1]["new"], ran.lines[-1]["fixed"], ran.lines[-1]["findings"]) == (1, 1, 2)


def test_of_a_broken_dump_nothing_is_called_gone(shell: Shell) -> None:
    old = shell.directory / "old.jsonl"
    data = dumps.dump([dumps.page("A", dumps.FAULTY)])
    shell("audit", "--out", old, shell.file("1.xml", data))
    ran = shell("--json", "audit", "--compare", old, shell.file("2.xml", data[:1_200]))
    assert ran.code == 2
    assert [line["type"] for line in ran.lines] == ["summary"]


@pytest.mark.parametrize("text", ["no JSON\n", "[1]\n"])
def test_an_old_output_that_is_none_is_refused(shell: Shell, text: str) -> None:
    old = shell.file("old.jsonl", text)
    ran = shell("audit", "--compare", old, shell.file("d.xml", dumps.dump([dumps.page("A")])))
    assert ran.code == 2
    assert "line 1" in ran.err


def test_stdin_is_judged_in_one_pass() -> None:
    ran = subprocess.run(
        (sys.executable, "-m", "tropebot", "--json", "audit", "-"),
        input=dumps.packed(dumps.dump(dumps.many(20)), ".gz"),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert json.loads(ran.stdout.splitlines()[-1])["pages"] == 20


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.heavy
def test_a_killed_audit_is_gone_on_with(tmp_path: Path) -> None:
    """SIGKILL, while two workers are at it."""
    path = dumps.written(tmp_path, "d.xml", dumps.dump(dumps.many(9_000, size=4_000)))
    out = tmp_path / "out.jsonl"
    words = (
        sys.executable,
        "-m",
        "tropebot",
        "audit",
        "--one-pass",
        "--workers",
        "2",
        "--out",
        str(out),
    )
    process = subprocess.Popen(
        (*words, str(path)), start_new_session=True, stderr=subprocess.DEVNULL
    )
    journal = tmp_path / "out.jsonl.journal"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (
        journal.exists() and journal.read_bytes().count(b"\n") > 1
    ):
        time.sleep(0.01)
    process.kill()
    process.wait()
    while time.monotonic() < deadline and _group_lives(process.pid):
        time.sleep(0.05)
    assert not _group_lives(process.pid), "its workers end with it"
    assert journal.exists(), "it was killed in the middle"
    ran = subprocess.run(
        (*words, "--resume", str(path)), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stdout.startswith("9000 pages, 900 findings")
    titles = [
        json.loads(line).get("title") for line in out.read_text(encoding="utf-8").splitlines()
    ]
    assert titles == [*(f"Page {n}" for n in range(10, 9_001, 10)), None]


def _index(data: bytes) -> bytes:
    """The lines of an index: where a stream begins, and which pages it holds."""
    starts = [match.start() for match in re.finditer(b"BZh91AY&SY", data)]
    rows = [f"{start}:{n}:Page {n}: a title\n" for n, start in enumerate(starts[1:-1], 1)]
    return "".join(rows).encode()


@pytest.mark.parametrize("suffix", [".txt", ".txt.bz2"])
def test_the_index_of_a_multistream_dump_may_be_named_beside_it(shell: Shell, suffix: str) -> None:
    data = dumps.packed(dumps.dump(dumps.many(20)), ".multi.bz2")
    path = shell.file("d-multistream.xml.bz2", data)
    index = shell.file(f"d-multistream-index{suffix}", dumps.packed(_index(data), suffix[4:]))
    ran = shell("audit", path, index)
    assert (ran.code, ran.out) == (1, shell("audit", path).out)
    alone = shell("audit", index)
    assert alone.code == 2
    assert "is no dump of MediaWiki" in alone.err


def test_an_index_that_is_wrong_misleads_nobody(shell: Shell) -> None:
    data = dumps.packed(dumps.dump(dumps.many(20)), ".multi.bz2")
    path, index = shell.file("d.bz2", data), shell.file("d-index.txt", b"7:1:Page 1\n")
    assert "\n20 pages, 2 findings" in shell("audit", path, index).out
