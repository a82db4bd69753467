"""A demo patrol, undone on the real wiki: what nobody touched reads as before, what people did stays."""

import json
from typing import Any

import pytest

from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real

NAMESPACES = (0, 1, 3, 6, 14, 3000, 3001)


def texts(person: Person) -> dict[str, str]:
    """Every page of the namespaces that the bot writes in, and its text."""
    found: dict[str, str] = {}
    for namespace in NAMESPACES:
        pages = person.query(
            generator="allpages",
            gapnamespace=namespace,
            gaplimit=50,
            prop="revisions",
            rvprop="content",
            rvslots="main",
        )
        for page in pages.get("pages", ()):
            found[page["title"]] = page["revisions"][0]["slots"]["main"]["content"]
    return found


def undo(home: BotHome, *arguments: str) -> list[dict[str, Any]]:
    done = home.run("--json", "undo", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_patrol_undone_leaves_every_page_as_it_was(
    bot_home: BotHome, persons: dict[str, Person]
) -> None:
    admin = persons[ADMIN]
    before = texts(admin)
    run = bot_home.patrol("--since", bot_home.since)
    assert texts(admin) != before
    *lines, last = undo(bot_home, str(run["run"]))
    now = texts(admin)
    made = {title for title in now.keys() - before.keys() if now[title] == ""}
    assert all("talk:" in title for title in made)
    assert {title: text for title, text in now.items() if title not in made} == before
    assert {line["outcome"] for line in lines if line["type"] == "undone"} == {"taken back"}
    assert last["taken_back"] >= run["flags"] + 2 * run["promotions"] + run["notices"]
    row = admin.query(
        titles="Shouting Lighthouse", prop="revisions", rvprop="tags|comment|user", rvlimit=1
    )["pages"][0]["revisions"][0]
    assert row["user"] == "TropeBot"
    assert row["comment"].startswith("[tb:")
    assert "mw-undo" in row["tags"]  # the wiki's own undo: people see it for what it is
    again = bot_home.patrol()
    assert again["requests"]["write"] == 0
    *_, repeated = undo(bot_home, str(run["run"]))
    assert (repeated["taken_back"], repeated["requests"]["write"]) == (0, 0)
    assert texts(admin) == now


def test_what_people_touched_is_left_and_named(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    admin, ada, ben = persons[ADMIN], persons["Ada"], persons["Ben"]
    before = texts(admin)
    run = bot_home.patrol("--since", bot_home.since)
    flagged = "Shouting Lighthouse"
    assert (ada.text(flagged) or "").startswith("{{Missing markup|")
    ada.append(flagged, "\n\nA line below.")
    draft = "Sunday Best Armour"
    ada.append(draft, "\n\nBetter.")
    talk = next(title for title in texts(admin) if title.startswith("User talk:"))
    ben.append(talk, "\n: Why is that?")
    touched = texts(admin)
    lines = undo(bot_home, str(run["run"]))
    now = texts(admin)
    left = {(line["kind"], line["title"]) for line in lines if line.get("outcome") == "left"}
    assert left == {("move", draft), ("strip", draft), ("notice", talk)}
    assert all(line["why"] for line in lines if line.get("outcome") == "left")
    assert now[draft] == touched[draft]
    assert now[talk] == touched[talk]
    assert now[flagged] == before[flagged] + "\n\nA line below."
    kept = {flagged, f"Trope Workshop:{draft}"}
    others = {title for title in before if title not in kept and draft not in title}
    assert {title for title in others if now.get(title) != before[title]} <= {talk}
