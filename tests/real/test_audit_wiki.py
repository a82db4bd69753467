"""`tropebot audit --wiki` on a real wiki: what it asks for, a wiki that fails, a process that is killed."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from benchmarks.traffic import Place, Saved
from demo.mediawiki import Wiki
from tests.faults.proxy import BARRED, RETRY, Request, faulty_way
from tests.patrols import BAD_TROPE

pytestmark = pytest.mark.real

PAGES = 120
COMMAND = ("audit", "--wiki", "--pause", "0")
AROUND = 9
"""Login, poll, facts, policy's pages, statistics, the list of templates, and what is missing."""


@pytest.fixture
def at(wiki: Wiki, tmp_path: Path) -> Iterator[Place]:
    """The filled wiki with many more pages, behind a way that counts, and a home whose account gets 50."""
    with faulty_way(wiki.port) as way:
        place = Place(wiki, way, tmp_path / "home")
        place.begin(many=False)
        place.bring_older([Saved(title=f"Zz {n:03}", text=BAD_TROPE) for n in range(PAGES)])
        yield place


@contextmanager
def asked(at: Place, fault: Callable[[Request], str] = lambda _: "") -> Iterator[list[Request]]:
    """All requests of the meantime; each may meet a fault."""
    requests: list[Request] = []

    def look(request: Request) -> str:
        requests.append(request)
        return fault(request)

    at.way.stop_at = look
    try:
        yield requests
    finally:
        at.way.stop_at = None


def run(
    at: Place, *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "tropebot", *map(str, arguments)),
        env={**at.environment, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def sliced(request: Request) -> bool:
    return request.form.get("generator") == "allpages"


def pages_judged(at: Place) -> Counter[int]:
    """Pages by namespace, by the wiki itself; redirects are not asked for."""
    sql = "SELECT page_namespace FROM page WHERE page_is_redirect = 0"
    rows = at.wiki.maintenance("sql.php", "--query", sql, "--json")
    return Counter(int(row["page_namespace"]) for row in json.loads(rows))


def test_a_slice_is_a_request_and_there_are_few_others(at: Place, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    before = at.wiki.maintenance("showSiteStats.php")
    with asked(at) as requests:
        ran = run(at, *COMMAND, "--out", out)
    assert ran.returncode == 1, ran.stderr
    slices = [each for each in requests if sliced(each)]
    spaces = {int(each.form["gapnamespace"]) for each in slices}
    counts = pages_judged(at)
    assert spaces >= {0, 6}
    wanted = sum(max(1, ceil(counts[space] / 50)) for space in spaces)
    assert len([each for each in slices if "tlcontinue" not in each.form]) == wanted
    assert len(requests) <= wanted + len([e for e in slices if "tlcontinue" in e.form]) + AROUND
    assert lines_of(out)[-1]["pages"] == sum(counts[space] for space in spaces)
    assert {each.form["gaplimit"] for each in slices} == {"50"}
    assert all("maxlag" in each.form for each in slices)
    actions = {each.form.get("action") for each in requests}
    assert actions <= {"query", "login"}
    assert at.wiki.maintenance("showSiteStats.php") == before, "nothing is written"


def test_a_bots_account_reads_five_hundred_at_a_time(at: Place) -> None:
    at.wiki.set_toggle("wgRevokePermissions", None)
    with asked(at) as requests:
        assert run(at, *COMMAND).returncode == 1
    slices = [each for each in requests if sliced(each)]
    assert {each.form["gaplimit"] for each in slices} == {"500"}
    assert len(slices) == len({each.form["gapnamespace"] for each in slices})


def test_without_a_password_it_reads_as_nobody(at: Place, tmp_path: Path) -> None:
    out, alone = tmp_path / "out.jsonl", tmp_path / "alone.jsonl"
    assert run(at, *COMMAND, "--out", out).returncode == 1
    (at.home / "user-password.py").unlink()
    with asked(at) as requests:
        ran = run(at, *COMMAND, "--out", alone, environment={"TROPEBOT_PASSWORD": ""})
    assert ran.returncode == 1, ran.stderr
    assert {each.form.get("action") for each in requests} == {"query"}
    assert not any("assertuser" in each.form for each in requests)
    assert alone.read_bytes() == out.read_bytes()


def test_a_wiki_that_is_busy_is_waited_for(at: Place, tmp_path: Path) -> None:
    out, calm = tmp_path / "out.jsonl", tmp_path / "calm.jsonl"
    assert run(at, *COMMAND, "--out", calm).returncode == 1
    faults = iter(["html before", "maxlag", "", f"{RETRY}1", BARRED, "", "cut json"])
    with asked(at, lambda request: next(faults, "") if sliced(request) else "") as requests:
        ran = run(at, *COMMAND, "--out", out)
    assert ran.returncode == 1, ran.stderr
    assert next(faults, None) is None
    assert len([each for each in requests if sliced(each)]) >= 8
    assert out.read_bytes() == calm.read_bytes()


def test_a_wiki_that_goes_away_and_a_killed_process_are_gone_on_with(
    at: Place, tmp_path: Path
) -> None:
    out, calm = tmp_path / "out.jsonl", tmp_path / "calm.jsonl"
    assert run(at, *COMMAND, "--out", calm).returncode == 1
    first = at.home / "tropebot.toml"
    text = first.read_text("utf-8")
    first.write_text(text.replace("\n[limits]\n", "\n[limits]\ncall_seconds = 2\n"), "utf-8")

    def gone(request: Request) -> str:
        return "error before" if sliced(request) and "gapcontinue" in request.form else ""

    with asked(at, gone):
        ran = run(at, *COMMAND, "--out", out)
    assert ran.returncode == 5
    assert "50 pages were judged" in ran.stderr
    first.write_text(text, "utf-8")

    process: list[subprocess.Popen[bytes]] = []
    seen: list[Request] = []

    def deadly(request: Request) -> str:
        if not sliced(request):
            return ""
        seen.append(request)
        return "kill before" if len(seen) == 2 else ""

    def kill() -> None:
        process[0].kill()

    at.way.kill = kill
    with asked(at, deadly):
        command = (sys.executable, "-m", "tropebot", *COMMAND, "--out", str(out), "--resume")
        process.append(subprocess.Popen(command, env=dict(at.environment), stderr=subprocess.PIPE))
        process[0].communicate(timeout=60)
    assert process[0].returncode == -9
    assert "gapcontinue" in seen[0].form, "it went on behind the first slice"
    with asked(at) as requests:
        ran = run(at, *COMMAND, "--out", out, "--resume")
    assert ran.returncode == 1, ran.stderr
    begun = next(each for each in requests if sliced(each))
    assert begun.form["gapcontinue"] == seen[1].form["gapcontinue"]
    assert out.read_bytes() == calm.read_bytes()
    assert not out.with_name("out.jsonl.journal").exists()


def test_lists_a_page_and_a_comparison_come_out_of_a_wiki_too(at: Place, tmp_path: Path) -> None:
    old, page = tmp_path / "old.jsonl", tmp_path / "page"
    assert run(at, *COMMAND, "--out", old).returncode == 1
    at.persons["Ada"].edit("Zz 007", "Words that say nothing of a type.")
    at.persons["Admin"].delete("Zz 008")
    compared = run(at, *COMMAND, "--compare", old, "--html", page)
    assert compared.returncode == 1, compared.stderr
    told = [line for line in compared.stdout.splitlines() if "Zz" in line]
    assert [line.partition(":")[0] for line in told] == ["new Zz 007", "gone Zz 007", "gone Zz 008"]
    assert f"http://127.0.0.1:{at.way.port}/" in (page / "index.html").read_text("utf-8")
    listed = run(at, *COMMAND, "--worklist", "csv", "--rule", "missing-markup").stdout.splitlines()
    assert listed[0] == "code,title,what,line,creator"
    zz = [row for row in listed if ",Zz " in row]
    assert len(zz) == PAGES - 2
    assert {row.rpartition(",")[2] for row in zz} == {"Ben"}
