"""The audit of a wiki's own dump says of every page what `check --wiki` says of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from demo.mediawiki import Wiki
from demo.people import Person
from tests.real_wiki import BotHome
from tropebot.audit.reading import Reader

pytestmark = pytest.mark.real

ONLY_PATROL = {"TB106", "TB301", "TB302"}
"""These rest on histories, for which the patrol asks page by page; an audit asks for none."""
WITHOUT_UPLOADS = {("File:No file here.png", "TB201")}
"""Without `--uploads` a dump does not tell whether a file's page has a file, and each is judged."""
DUMPS = [
    ("--current", "--uploads"),
    ("--full", "--uploads"),
    ("--current",),
    ("--full",),
]
MORE = {
    "Template:Lead in": "{{trope}}",
    "Template:Way to trope": "#REDIRECT [[Template:Trope]]",
    "Template:Fair box": "{{Fairuse}}<noinclude>[[Category:Boxes]]</noinclude>",
    "Template:Adds": "<includeonly>[[Category:{{PAGENAME}}]]</includeonly>",
    "Through a redirect": "{{Way to trope}}\nLives.\n{{examples}}\n[[Category:{{PAGENAME}}]]",
    "Through a template": "{{trope}}\nLives.\n{{examples}}\n{{adds}}",
    "Calls nothing": "{{trope}}\nLives.\n{{examples}}\n{{No such one}}\n[[Category:{{PAGENAME}}]]",
    "Never calls": "{{trope}}\nLives.\n{{examples}}\n{{#if:x||{{No such one}}}}\n[[Category:{{PAGENAME}}]]",
    "Deep": "{{trope}}\n{{lead in}}\nLives.\n{{examples}}\n[[Category:{{PAGENAME}}]]",
    "Deep/Quotes": "Somebody said so.",
    "Nothing above/Quotes": "Somebody said so.",
    "File:No file here.png": "A page without a file.",
}


def _findings(lines: str) -> dict[str, list[tuple[Any, ...]]]:
    """What was found by title: code, line, message, details."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in map(json.loads, lines.splitlines()):
        if row["type"] == "finding" and row["code"] not in ONLY_PATROL:
            what = (row["code"], row["line"], row["message"], row["details"], row["no_edit"])
            found.setdefault(row["title"], []).append(what)
    return found


def test_the_dump_says_of_every_page_what_the_wiki_says(
    wiki: Wiki, persons: dict[str, Person], bot_home: BotHome, tmp_path: Path
) -> None:
    for title, text in MORE.items():
        persons["Ada"].edit(title, text)
    wiki.run_jobs()
    written = wiki.maintenance("dumpBackup.php", "--current", "--uploads", "--quiet")
    dump = tmp_path / "dump.xml"
    dump.write_text(written, encoding="utf-8")
    titles = [each.title for each in Reader().pages([dump.read_bytes()])]
    assert len(titles) > 100
    online = bot_home.run("--json", "check", "--wiki", *titles)
    offline = bot_home.run("--json", "audit", str(dump))
    assert offline.returncode == online.returncode == 1, offline.stderr
    found = _findings(online.stdout)
    assert _findings(offline.stdout) == found
    assert [row[0] for row in found["Calls nothing"]] == ["TB105"]
    assert not found.keys() & {"Through a redirect", "Through a template", "Never calls"}
    assert {row[0] for rows in found.values() for row in rows} >= {"TB101", "TB102", "TB201"}
    assert json.loads(offline.stdout.splitlines()[-1])["pages"] == len(titles)


def _codes(found: dict[str, list[tuple[Any, ...]]]) -> set[tuple[str, str]]:
    return {(title, row[0]) for title, rows in found.items() for row in rows}


def _creators(lines: str) -> dict[str, str]:
    rows = [json.loads(line) for line in lines.splitlines()]
    return {row["title"]: row["creator"] for row in rows if row["type"] == "finding"}


def test_each_kind_of_dump_says_what_an_audit_of_the_wiki_says(
    wiki: Wiki, persons: dict[str, Person], bot_home: BotHome, tmp_path: Path
) -> None:
    for title, text in MORE.items():
        persons["Ada"].edit(title, text)
        persons["Ben"].edit(title, f"{text}\n<!-- Again. -->")
    wiki.run_jobs()
    online = bot_home.run("--json", "audit", "--wiki", "--pause", "0")
    assert online.returncode == 1, online.stderr
    found = _findings(online.stdout)
    assert len(found) > 10
    for options in DUMPS:
        dump = tmp_path / f"dump{''.join(options)}.xml"
        written = wiki.maintenance("dumpBackup.php", *options, "--quiet")
        dump.write_text(written, encoding="utf-8")
        offline = bot_home.run("--json", "audit", str(dump))
        assert offline.returncode == 1, offline.stderr
        told = _findings(offline.stdout)
        if "--uploads" in options:
            assert told == found, options
            creators, ours = _creators(online.stdout), _creators(offline.stdout)
            files = {title for title in ours if title.startswith("File:")}
            assert {title: ours[title] for title in files} == {t: creators[t] for t in files}
        else:
            assert _codes(told) - _codes(found) == WITHOUT_UPLOADS, options
            assert _codes(found) <= _codes(told), options


def test_of_what_the_patrol_finds_an_audit_leaves_out_what_rests_on_histories(
    wiki: Wiki, persons: dict[str, Person], bot_home: BotHome, tmp_path: Path
) -> None:
    text = "{{trope}}\nLives.\n{{examples}}\n* ''A'': so.\n[[Category:{{PAGENAME}}]]"
    persons["Ada"].edit("Made right here", text)
    wiki.run_jobs()
    bot_home.patrol("--since", bot_home.since)
    wiki.run_jobs()
    bot_home.patrol()
    wiki.run_jobs()
    online = bot_home.run("--json", "audit", "--wiki", "--pause", "0").stdout
    dump = tmp_path / "dump.xml"
    dump.write_text(
        wiki.maintenance("dumpBackup.php", "--current", "--uploads", "--quiet"), encoding="utf-8"
    )
    offline = bot_home.run("--json", "audit", str(dump)).stdout
    rows = [json.loads(line) for line in (online + offline).splitlines()]
    assert not {row.get("code") for row in rows} & ONLY_PATROL
    assert _findings(offline) == _findings(online)
    audited = _codes(_findings(online))
    patrolled: set[tuple[str, str]] = set()
    for rule in ("TB101", "TB102", "TB104", "TB105", "TB106", "TB107", "TB201", "TB202"):
        titles = bot_home.run("worklist", rule).stdout.splitlines()
        patrolled |= {(title, rule) for title in titles}
    assert ("Made right here", "TB106") in patrolled
    assert {each for each in patrolled if each[1] not in ONLY_PATROL} <= audited
    assert len(patrolled) > 10
