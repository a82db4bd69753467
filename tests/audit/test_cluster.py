"""`tropebot audit --engine dask` on separate processes: some are killed, the answer is the serial one."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

import tropebot
from tests.audit import dumps
from tests.audit.clusters import Audit, audited, cluster
from tests.cli_runs import Shell
from tropebot.audit.judging import Order
from tropebot.audit.knowledge import Knowledge
from tropebot.audit.machines import Machine, seen_machine, unlike
from tropebot.audit.seats import Parcel
from tropebot.audit.values import SiteInfo
from tropebot.errors import ConfigError
from tropebot.i18n import message

PAGES = 3_000
_SAID_AT_THE_END = f"tropebot: {message('audit-no-templates')}\n"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A dump of some seconds, and what an audit of it in one process says."""
    directory = tmp_path_factory.mktemp("dump")
    path = dumps.written(directory, "d.xml", dumps.dump(dumps.many(PAGES, size=4_000)))
    out = directory / "alone.jsonl"
    assert audited("--workers", "1", "--out", out, path)[0] == 1
    return path, out.read_bytes()


@pytest.mark.heavy
@pytest.mark.loopback
def test_a_killed_worker_changes_nothing(dump: tuple[Path, bytes], tmp_path: Path) -> None:
    path, alone = dump
    out = tmp_path / "out.jsonl"
    with cluster(tmp_path, workers=2) as found:
        words = ("--engine", "dask", "--scheduler", found.address, "--out", out)
        with Audit(*words, path) as process:
            process.under_way(out, 5)
            found.workers[0].kill()
            code, err = process.ended()
    assert (code, err) == (1, _SAID_AT_THE_END)
    assert out.read_bytes() == alone


@pytest.mark.heavy
@pytest.mark.loopback
def test_a_killed_scheduler_is_told_and_the_audit_gone_on_with(
    dump: tuple[Path, bytes], tmp_path: Path
) -> None:
    path, alone = dump
    out = tmp_path / "out.jsonl"
    with cluster(tmp_path, workers=1) as found:
        words = ("--engine", "dask", "--scheduler", found.address, "--out", out)
        with Audit(*words, path) as process:
            process.under_way(out, 5)
            found.scheduler.kill()
            code, err = process.ended()
    assert code == 7, err
    assert err.count("\n") == 1, err
    assert "no longer answers" in err
    assert "--resume" in err
    assert audited("--workers", "2", "--resume", "--out", out, path)[0] == 1
    assert out.read_bytes() == alone


@pytest.mark.heavy
@pytest.mark.loopback
def test_when_all_workers_are_lost_others_take_over_or_it_is_told(
    dump: tuple[Path, bytes], tmp_path: Path
) -> None:
    path, alone = dump
    out = tmp_path / "out.jsonl"
    with cluster(tmp_path, workers=1) as found:
        words = ("--engine", "dask", "--scheduler", found.address, "--out", out)
        with Audit(*words, path) as process:
            process.under_way(out, 5)
            found.workers[0].kill()
            found.add_workers(1)
            process.under_way(out, 15)
            found.workers[1].kill()
            code, err = process.ended()
        assert (code, err.count("\n")) == (7, 1), err
        assert "has no workers left" in err
    assert audited("--workers", "1", "--resume", "--out", out, path)[0] == 1
    assert out.read_bytes() == alone


@pytest.mark.heavy
@pytest.mark.loopback
def test_pages_that_no_worker_survives_are_named_and_the_others_judged(tmp_path: Path) -> None:
    pages = dumps.many(400, size=3_000)
    pages[203] = dumps.page("Page 204", "This is fatal. " * 10, number=204)
    path = dumps.written(tmp_path, "d.xml", dumps.dump(pages))
    out, alone = tmp_path / "out.jsonl", tmp_path / "alone.jsonl"
    assert audited("--one-pass", "--workers", "1", "--out", alone, path)[0] == 1
    frail = f"""
sys.path[:0] = {sys.path!r}
import tests.audit.test_workers, tropebot.audit.course
tropebot.audit.course.Seat = tests.audit.test_workers.Frail
"""
    knows_the_tests = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with cluster(tmp_path, 0, knows_the_tests) as found:
        found.add_workers(2, knows_the_tests, nanny=True)
        words = ("--engine", "dask", "--scheduler", found.address, "--one-pass", "--out", out)
        with Audit(*words, path, more=frail) as process:
            code, err = process.ended()
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    named = [row["title"] for row in rows if row["type"] == "unjudged"]
    assert code == 2, err
    assert "Page 204" in named
    assert len(named) < 40
    judged = [json.loads(line) for line in alone.read_text(encoding="utf-8").splitlines()][:-1]
    assert [row for row in rows if row["type"] == "finding"] == [
        row for row in judged if row["title"] not in named
    ]


@pytest.mark.heavy
@pytest.mark.loopback
def test_workers_that_are_not_fit_are_named(dump: tuple[Path, bytes], tmp_path: Path) -> None:
    """None at all; one of another code; one without tropebot."""
    path, _ = dump
    other, none = tmp_path / "other", tmp_path / "none"
    shutil.copytree(Path(tropebot.__file__).parent, other / "tropebot")
    (other / "tropebot" / "__init__.py").write_text('"""Older."""\n\n__version__ = "0.0.9"\n')
    (none / "tropebot").mkdir(parents=True)
    (none / "tropebot" / "__init__.py").touch()
    said = []
    with cluster(tmp_path, workers=0) as found:
        for directory in (None, none, other):
            if directory is not None:
                found.add_workers(1, {"PYTHONPATH": str(directory)})
            code, err = audited("--engine", "dask", "--scheduler", found.address, path)
            assert (code, err.count("\n")) == (2, 1), err
            said.append(err)
            for worker in found.workers:
                worker.terminate()
                worker.wait()
    assert "has no workers: start some" in said[0]
    assert "1 of 1 Dask workers cannot do this audit; tcp://127.0.0.1:" in said[1]
    assert f"has no tropebot {tropebot.__version__}" in said[1]
    assert f"has tropebot 0.0.9, and this machine {tropebot.__version__}" in said[2]
    with cluster(tmp_path, 0, {"PYTHONPATH": str(none)}) as found:
        code, err = audited("--engine", "dask", "--scheduler", found.address, path)
    assert (code, err.count("\n")) == (2, 1), err
    assert f"The Dask scheduler at “{found.address}” has no tropebot" in err


HERE = Machine(tropebot="1", code="c", packs=("p 1",), libraries=("l 1",), files={"/d.xml": 5})
UNLIKE = [
    ({"tropebot": "2"}, "has tropebot 2, and this machine 1"),
    ({"code": "d"}, "has another tropebot 1"),
    ({"packs": ("p 1", "q 2")}, "has the rule packs p 1, q 2, and this machine p 1"),
    ({"libraries": ("l 2",)}, "has the libraries l 2"),
    ({"files": {"/d.xml": -1}}, "does not have “/d.xml”"),
    ({"files": {}}, "does not have “/d.xml”"),
    ({"files": {"/d.xml": 6}}, "has “/d.xml” with 6 bytes, and this machine with 5"),
    ({"files": {"/d.xml": 5, "/e.xml": 6}}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("other", "said"), UNLIKE)
def test_what_keeps_a_machine_from_judging_as_this_one_does(
    other: dict[str, object], said: str
) -> None:
    why = unlike(replace(HERE, **other), HERE)
    assert why.startswith(said) if said else not why


def test_this_machine_is_like_itself_and_sees_its_files(tmp_path: Path) -> None:
    path = dumps.written(tmp_path, "d.xml", b"12345")
    paths = str(path), str(tmp_path / "none.xml")
    assert unlike(seen_machine(paths), seen_machine(paths)).startswith("does not have")
    assert not unlike(seen_machine(paths[:1]), seen_machine(paths[:1]))


def test_a_worker_that_comes_later_looks_for_itself(tmp_path: Path) -> None:
    order = Order(policy=b"{}", known=Knowledge(site=SiteInfo(), surveyed=False))
    sender = seen_machine((str(dumps.written(tmp_path, "d.xml", b"12345")),))
    assert Parcel.of(order, sender).opened().policy == b"{}"
    with pytest.raises(ConfigError, match="with 5 bytes, and this machine with 6"):
        Parcel.of(order, replace(sender, files=dict.fromkeys(sender.files, 6))).opened()


MISUSES = [
    (("--engine", "dask"), "asks for --scheduler"),
    (("--scheduler", "tcp://127.0.0.1:8786"), "--scheduler goes with --engine dask"),
    (
        ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:8786", "--workers", "2"),
        "--workers is for one machine",
    ),
    (("--engine", "dask", "--scheduler", "nonsense"), "“nonsense” is no address of a scheduler"),
    (("--engine", "dask", "--scheduler", "ftp://a:1"), "“ftp://a:1” is no address"),
    (("--engine", "ray"), "'ray' is not one of"),
]


@pytest.mark.parametrize(("words", "said"), MISUSES)
def test_a_wrong_use_is_told(shell: Shell, words: tuple[str, ...], said: str) -> None:
    ran = shell("audit", *words, shell.file("d.xml", dumps.dump([dumps.page("A")])))
    assert (ran.code, said in ran.err) == (2, True), ran.err


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst"])
def test_what_only_one_process_can_read_is_not_for_a_cluster(shell: Shell, suffix: str) -> None:
    path = shell.file(f"d{suffix}", dumps.packed(dumps.dump([dumps.page("A")]), suffix))
    ran = shell("audit", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:8786", path)
    assert ran.code == 2
    assert "unpack it" in ran.err


def test_without_the_extra_it_says_what_to_install(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tropebot.audit.cluster", None)
    path = shell.file("d.xml", dumps.dump([dumps.page("A")]))
    ran = shell("audit", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:8786", path)
    assert ran.code == 2
    assert "pip install 'tropebot[dask]'" in ran.err


@pytest.mark.heavy
@pytest.mark.loopback
def test_a_scheduler_that_does_not_answer_is_told(tmp_path: Path) -> None:
    address = "tcp://127.0.0.1:1"
    path = dumps.written(tmp_path, "d.xml", dumps.dump([dumps.page("A")]))
    code, err = audited("--engine", "dask", "--scheduler", address, path)
    assert (code, err.count("\n")) == (2, 1), err
    assert f"No Dask scheduler answers at “{address}”" in err
