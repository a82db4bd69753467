"""`tropebot report --html`: a page out of the ledger alone, also where the wiki cannot be reached."""

import json
import re
from pathlib import Path

import pytest

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.test_cli_online import SINCE, Settings, settings, wiki

__all__ = ["settings", "wiki"]

pytestmark = pytest.mark.heavy


@pytest.fixture(autouse=True)
def _usual(settings: Settings) -> None:
    settings("")


def data_of(path: Path) -> dict[str, object]:
    match = re.search(r'id="data">(.*?)</script>', path.read_text("utf-8"))
    assert match is not None
    found: dict[str, object] = json.loads(match[1])
    return found


def test_the_page_tells_what_the_ledger_knows(
    shell: Shell, wiki: FakeWiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("patrol", "--since", SINCE)
    monkeypatch.setattr("tropebot.app.open_session", lambda *_, **__: pytest.fail("asked the wiki"))
    before = wiki.reads
    directory = tmp_path / "new" / "report"
    ran = shell("report", "--html", directory)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"Wrote “{directory / 'index.html'}”; open it in a browser.\n"
    told = data_of(directory / "index.html")
    assert told["prefix"] == "http://127.0.0.1/w/index.php?title="
    assert told["found"][0][1] == "Bad Trope"  # type: ignore[index]
    assert wiki.reads == before


def test_an_older_page_is_replaced_whole_and_nothing_else_is_left(
    shell: Shell, tmp_path: Path
) -> None:
    directory = tmp_path / "report"
    directory.mkdir()
    (directory / "index.html").write_text("old")
    assert shell("report", "--html", directory).code == 0
    assert [path.name for path in directory.iterdir()] == ["index.html"]
    assert data_of(directory / "index.html")["found"] == []


def test_a_directory_that_cannot_be_written_is_said_in_a_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = shell("report", "--html", tmp_path / "file" / "below")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("tropebot: The page cannot be written to “")
    assert len(ran.err.splitlines()) == 1


def test_machines_are_told_the_path(shell: Shell, tmp_path: Path) -> None:
    (line,) = shell("report", "--html", tmp_path, "--json").lines
    assert line == {"type": "report", "path": str(tmp_path / "index.html")}


def test_on_the_wiki_it_says_what_it_wrote(
    shell: Shell, wiki: FakeWiki, settings: Settings
) -> None:
    shell("patrol", "--since", SINCE)
    settings('[policy.reports]\npage = "User:TropeBot/State"\n')
    shown = shell("report", "--wiki", "--dry-run")
    assert shown.code == 0, shown.err
    assert "User:TropeBot/State" in shown.out
    ran = shell("report", "--wiki")
    assert ran.code == 0, ran.err
    assert wiki.fetch_pages(["User:TropeBot/State"])["User:TropeBot/State"] is not None
    assert [
        line for line in shell("report", "--wiki", "--json").lines if line["type"] == "write"
    ] == []


@pytest.mark.parametrize("asked", [(), ("--dry-run", "--html", "x")])
def test_what_is_wanted_must_be_said(shell: Shell, asked: tuple[str, ...]) -> None:
    ran = shell("report", *asked)
    assert (ran.code, ran.out) == (2, "")
