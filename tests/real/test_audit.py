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

ONLY_ONLINE = {"TB106", "TB301", "TB302"}
"""These rest on histories, which a dump of the newest revisions does not hold."""
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
        if row["type"] == "finding" and row["code"] not in ONLY_ONLINE:
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
