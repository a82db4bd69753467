"""`tropebot audit --wiki`, wired as in life but for the wiki itself, which is the FakeWiki."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, DRAFT, GOOD_TROPE, TEMPLATES
from tropebot.errors import NotAllowed, Unavailable
from tropebot.home import SETTINGS

CONFIG = Path(__file__).parent.parent.parent / "config"
POLICY_PAGE = "MediaWiki:Tropebot-policy.json"
SLICES = 5
"""120 pages of the main namespace, 50 at a time, and one slice for each other namespace that is judged."""


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


@pytest.fixture
def wiki() -> FakeWiki:
    """118 tropes, every tenth of them faulty, a redirect, a draft, a file, and pages that nobody judges."""
    fake = FakeWiki()
    for name, text in TEMPLATES.items():
        fake.put(f"Template:{name}", text, "Admin")
    fake.put(POLICY_PAGE, '{"mode": "act"}', "Admin")
    fake.protect(POLICY_PAGE)
    for number in range(118):
        text = BAD_TROPE if number % 10 == 0 else GOOD_TROPE
        fake.put(f"Trope {number:03}", text.replace("{{trope}}", "{{trope}}"), "Ada")
    fake.put("Trope 001/Quotes", "Somebody said so.", "Ada")
    fake.put("Hard", "{{trope}}\n{{no such template}}", "Ada")
    fake.put("Old name", "#REDIRECT [[Hard]]", "Ada")
    fake.put("Talk:Hard", "Words.", "Ada")
    fake.put("Trope Workshop:Falling", DRAFT, "Ben")
    fake.upload("File:Bare.png", "A picture.", "Cleo")
    fake.tick(90_000)
    return fake


@pytest.fixture(autouse=True)
def home(tmp_path: Path, wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bot home without a password, whose wiki is the fake one."""
    directory = tmp_path / "home"
    directory.mkdir(mode=0o700)
    (directory / SETTINGS).write_text(
        f'family = "tropedemo"\nuser = "{BOT}"\npreset = "demo"\n', encoding="utf-8"
    )
    config = directory / "user-config.py"
    config.write_text((CONFIG / config.name).read_text("utf-8"), encoding="utf-8")
    config.chmod(0o600)
    session = SimpleNamespace(
        url="http://127.0.0.1/w/api.php", reader=wiki, requests=SimpleNamespace(read=0, write=0)
    )
    monkeypatch.setattr("tropebot.cli.online.open_session", lambda *_, **__: session)
    monkeypatch.setattr("tropebot.cli.wikiaudit.time.sleep", lambda _: None)
    monkeypatch.setenv("TROPEBOT_HOME", str(directory))
    return directory


def rows(lines: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        if line["type"] == "finding":
            found.setdefault(line["title"], []).append(line["code"])
    return found


def test_every_page_that_the_policy_judges_is_judged_and_nothing_is_written(
    shell: Shell, wiki: FakeWiki
) -> None:
    writes = wiki.writes
    ran = shell("--json", "audit", "--wiki")
    assert ran.code == 1, ran.err
    summary = ran.lines[-1]
    asked = {
        page.title for page in wiki.pages.values() if wiki.normal(page.title)[0] in (0, 6, 3000)
    }
    assert summary["pages"] == len(asked - {"Old name"})
    assert (summary["complete"], summary["problems"]) == (True, [])
    found = rows(ran.lines)
    assert {f"Trope {number:03}" for number in range(0, 118, 10)} <= found.keys()
    assert found["Hard"][-1] == "TB105"
    assert found["File:Bare.png"] == ["TB201"]
    assert not found.keys() & {"Trope 001", "Talk:Hard", "Old name"}
    assert wiki.writes == writes


def test_what_it_says_of_a_page_check_says_too(shell: Shell, wiki: FakeWiki) -> None:
    lines = shell("--json", "audit", "--wiki").lines
    titles = [title for title in wiki.pages if wiki.normal(title)[0] in (0, 6, 3000)]
    found = rows(lines)
    assert len(found) > 12
    assert found == rows(shell("--json", "check", "--wiki", *titles).lines)


def test_who_made_a_page_is_told_where_the_page_itself_tells(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put("Hard", "{{trope}}\n{{no such template}} more", "Ben")
    told = {
        line["title"]: line["creator"]
        for line in shell("--json", "audit", "--wiki").lines
        if line["type"] == "finding"
    }
    assert (told["File:Bare.png"], told["Trope 010"], told["Hard"]) == ("Cleo", "Ada", "")


def test_one_request_for_a_slice_and_a_few_more(shell: Shell, wiki: FakeWiki) -> None:
    before = wiki.reads
    shell("audit", "--wiki")
    assert wiki.reads - before == 3 + 3 + 1 + 1, (
        "poll, facts, size; slices of tropes, files, drafts"
    )


def broken(wiki: FakeWiki, error: Exception, slices: int) -> Iterator[None]:
    """The wiki fails when it is asked for one slice more."""
    seen = 0

    def hook(when: str, name: str) -> None:
        nonlocal seen
        if (when, name) == ("before", "fetch_slice"):
            seen += 1
            if seen > slices:
                raise error

    wiki.hooks.append(hook)
    yield
    wiki.hooks.remove(hook)


@pytest.mark.parametrize("slices", range(SLICES))
def test_an_audit_that_the_wiki_broke_off_is_gone_on_with(
    shell: Shell, wiki: FakeWiki, slices: int
) -> None:
    whole, out = shell.directory / "whole.jsonl", shell.directory / "out.jsonl"
    assert shell("audit", "--wiki", "--out", whole).code == 1
    away = broken(wiki, Unavailable("The wiki is away. Try again later."), slices)
    next(away)
    ran = shell("audit", "--wiki", "--out", out)
    assert ran.code == 5
    assert "The wiki is away" in ran.err
    assert "--resume goes on there" in ran.err
    assert shell("audit", "--wiki", "--out", out, "--resume").code == 5, "it is still away"
    next(away, None)
    before = wiki.reads
    ran = shell("audit", "--wiki", "--out", out, "--resume")
    assert ran.code == 1, ran.err
    assert wiki.reads - before == 3 + SLICES - slices, "what was read is not read again"
    assert out.read_bytes() == whole.read_bytes()
    assert ran.out == shell("audit", "--wiki", "--out", whole).out


def test_a_lost_right_to_read_is_told_as_such(shell: Shell, wiki: FakeWiki) -> None:
    away = broken(wiki, NotAllowed("You need read permission."), 1)
    next(away)
    assert shell("audit", "--wiki").code == 4


def test_another_wikis_or_policys_audit_is_not_gone_on_with(shell: Shell, wiki: FakeWiki) -> None:
    out = shell.directory / "out.jsonl"
    next(broken(wiki, Unavailable("away"), 1))
    assert shell("audit", "--wiki", "--out", out).code == 5
    kept = out.read_bytes()
    wiki.put(POLICY_PAGE, '{"mode": "report"}', "Admin")
    ran = shell("audit", "--wiki", "--out", out, "--resume")
    assert ran.code == 2
    assert "of another audit, or by another policy" in ran.err
    assert out.read_bytes() == kept


def test_what_was_found_before_the_break_is_in_lists_and_page_too(
    shell: Shell, wiki: FakeWiki
) -> None:
    out, page = shell.directory / "out.jsonl", shell.directory / "page"
    away = broken(wiki, Unavailable("away"), 2)
    next(away)
    shell("audit", "--wiki", "--out", out)
    next(away, None)
    old = shell.directory / "old.jsonl"
    first = json.loads(out.read_bytes().splitlines()[0])
    old.write_text(json.dumps(first) + '\n{"type": "summary"}\n', encoding="utf-8")
    ran = shell(
        "audit", "--wiki", "--out", out, "--resume", "--compare", old, "--html", page,
        "--worklist", "titles", "--rule", "TB101",
    )  # fmt: skip
    assert ran.code == 1, ran.err
    lines = [json.loads(line) for line in out.read_bytes().splitlines()]
    titles = [row["title"] for row in lines if row.get("code") == "TB101"]
    assert ran.out.splitlines() == [title for title in titles if title != first["title"]]
    assert (lines[-1]["new"], lines[-1]["fixed"]) == (lines[-1]["findings"] - 1, 0)
    assert first["title"] in (page / "index.html").read_text("utf-8")
