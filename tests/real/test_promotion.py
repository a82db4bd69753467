"""One promotion on the real wiki with all that follows it: shown beforehand, done so, and taken back."""

import json
from typing import Any

import pytest

from demo.mediawiki import ADMIN, BOT, Wiki
from demo.people import Person
from tests.patrols import DRAFT, FINISHED
from tests.real.test_undo import texts, undo
from tests.real_wiki import BotHome
from tropebot.parameters import EARLIER_STEP

pytestmark = pytest.mark.real

DOG = "Trope Workshop:Falling Dog"
LOG = "Trope Demo:Promotions"
WICKS = "Trope Demo:Pages Needing Wicks"
AFTER = f"""
[policy.actions]
TB101 = "report"
TB102 = "report"

[policy.workshop]
prune_empty_headings = true

[policy.workshop.after]
links = 10
redirects = true
log_page = "{LOG}"
wicks_page = "{WICKS}"
"""


@pytest.fixture
def home(bot_home: BotHome) -> BotHome:
    """A home whose policy asks for all that may follow a promotion."""
    path = bot_home.directory / "tropebot.toml"
    path.write_text(path.read_text("utf-8") + AFTER, encoding="utf-8")
    bot_home.patrol()
    return bot_home


@pytest.fixture
def people(persons: dict[str, Person]) -> dict[str, Person]:
    """What people did: a draft with talk page and subpage, pages that lead to it, lists."""
    persons[ADMIN].edit(LOG, "What the bot promoted.")
    ada, cleo = persons["Ada"], persons["Cleo"]
    ada.edit(WICKS, "Please link to these.")
    ada.edit("Some Film", f"As in [[{DOG}|a dog]] and its [[{DOG}/Notes]].")
    ada.edit("User:Ada", f"I like [[{DOG}]].")
    ada.edit("Dog Falls", f"#REDIRECT [[{DOG}]]")
    cleo.edit(DOG, f"{DRAFT}\n\n== Film ==\n")
    cleo.edit(f"{DOG}/Notes", f"See [[{DOG}]].")
    ada.edit("Trope Workshop talk:Falling Dog", "Good idea.")
    return persons


def written(home: BotHome, *arguments: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    done = home.run("--json", "promote", *arguments, DOG)
    assert done.returncode == 0, done.stderr
    *lines, last = (json.loads(line) for line in done.stdout.splitlines())
    return [line for line in lines if line["type"] == "write"], last


def asked(lines: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What the API is asked, without the mark and the moment, which no two runs share."""
    found = []
    for line in lines:
        parameters = {**line["parameters"]}
        parameters.pop("starttimestamp", None)
        for name in ("summary", "reason"):
            if name in parameters:
                parameters[name] = parameters[name].partition("] ")[2]
        found.append(parameters)
    return found


def test_a_promotion_is_shown_done_and_taken_back(
    wiki: Wiki, home: BotHome, people: dict[str, Person]
) -> None:
    admin = people[ADMIN]
    before = texts(admin)
    plan, last = written(home, "--dry-run")
    assert (last["promotions"], last["requests"]["write"]) == (1, 0)
    assert texts(admin) == before
    done, last = written(home)
    assert last["promotions"] == 1
    for planned, real in zip(asked(plan), asked(done), strict=True):
        for name in ("pageid", "baserevid"):
            if planned.get(name) == EARLIER_STEP:
                planned[name] = real[name]
        assert planned == real
    assert last["requests"]["write"] == len(done)
    now_is_as_it_should_be(admin)
    assert home.patrol()["requests"]["write"] == 0
    *lines, _ = undo(home, str(last["run"]))
    assert {line["outcome"] for line in lines if line["type"] == "undone"} == {"taken back"}
    after = texts(admin)
    assert after.pop("User talk:Cleo", "") == before.get("User talk:Cleo", "")
    assert after == {title: text for title, text in before.items() if title != "User talk:Cleo"}
    assert (admin.text(LOG), admin.text(WICKS)) == (
        "What the bot promoted.",
        "Please link to these.",
    )


def now_is_as_it_should_be(admin: Person) -> None:
    assert admin.text("Falling Dog") == FINISHED
    assert admin.text("Some Film") == "As in [[Falling Dog|a dog]] and its [[Falling Dog/Notes]]."
    assert admin.text("Dog Falls") == "#REDIRECT [[Falling Dog]]"
    assert admin.text(DOG) == "#REDIRECT [[Falling Dog]]"
    assert admin.text("Falling Dog/Notes") == "See [[Falling Dog]]."
    assert admin.text("Talk:Falling Dog") == "Good idea."
    assert admin.text("User:Ada") == f"I like [[{DOG}]]."
    log, wicks = (admin.text(title) or "" for title in (LOG, WICKS))
    assert log.count("\n* ") == wicks.count("\n* ") == 1
    assert "[[:Falling Dog]], from [[:Trope Workshop:Falling Dog]] (3 examples)" in log
    rows = admin.query(
        titles="Falling Dog", prop="revisions", rvprop="user|comment", rvlimit="max"
    )["pages"][0]["revisions"]
    ours = [row["comment"] for row in rows if row["user"] == BOT]
    assert len(ours) == 2
    assert all("[[:Trope Demo:Tropebot|policy]]" in comment for comment in ours)
