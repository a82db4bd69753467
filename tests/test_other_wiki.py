"""A wiki of recipes: the policy document of docs/other-wikis.md, and nothing else, makes the bot its own."""

import json
import re
from pathlib import Path

import pytest

from tests.cli_runs import Shell
from tropebot.policy import presets
from tropebot.policy.layers import layer_from_json, load
from tropebot.rules import all_rules

PAGE = Path(__file__).parent.parent / "docs" / "other-wikis.md"
CRUMBLE = "{{Recipe}}\nA pudding.\n\n== Ingredients ==\n* Apples\n\n== Method ==\nBake.\n\n"


def document() -> str:
    found = re.search(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def codes(shell: Shell, title: str, text: str, *more: str) -> list[str]:
    policy = shell.file("kitchen.json", document())
    page = shell.file("page.wiki", text)
    ran = shell("--json", "check", "--policy", policy, "--title", title, *more, page)
    assert ran.code in (0, 1), ran.err
    return sorted(line["code"] for line in ran.lines if line["type"] == "finding")


def test_the_document_stands_alone_and_is_sound() -> None:
    rules = tuple(rule.code for rule in all_rules())
    loaded = load(presets.BARE, [layer_from_json(document(), "kitchen.json")], codes=rules)
    assert list(loaded.policy.types) == ["recipe", "ingredient"]
    assert loaded.notes == ()
    assert "trope" not in json.dumps(json.loads(document())).lower()


@pytest.mark.parametrize(
    ("title", "text", "found", "reason"),
    [
        ("Soup", "Boil water.", ["TB102"], "what is it?"),
        ("Soup", "{{Recipe}}\nBoil.\n\n[[Category:Recipes]]", ["TB101"], "no sections"),
        ("Apple crumble", CRUMBLE, ["TB101"], "not in the category"),
        ("Apple", "{{Ingredient}}\nA fruit.", ["TB101"], "not in its category"),
        ("Apple", "{{Recipe}}{{Ingredient}}\n[[Category:Recipes]]", ["TB103"], "two at once"),
        ("File:Crumble.jpg", "My lunch.", ["TB201", "TB202"], "nothing said"),
        ("File:Crumble.jpg", "{{Own photo}}", ["TB202"], "from where?"),
    ],
)
def test_what_is_found_there(
    title: str, text: str, found: list[str], reason: str, shell: Shell
) -> None:
    assert set(codes(shell, title, text)) >= set(found), reason


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("Apple crumble", f"{CRUMBLE}[[Category:Recipes]]", "all is there"),
        (
            "Apple",
            "{{About|the fruit}}\n{{Ingredient}}\nA fruit.\n[[Category:Ingredients]]",
            "a hatnote",
        ),
        ("Crumble", "{{Disambiguation}}\n* [[Apple crumble]]", "no recipe and none wanted"),
        ("Talk:Soup", "Is it?", "a talk page"),
        (
            "File:Crumble.jpg",
            "{{CC-BY-SA}}\nSource: https://example.org/photo",
            "licence and source",
        ),
    ],
)
def test_what_is_fine_there(title: str, text: str, reason: str, shell: Shell) -> None:
    assert codes(shell, title, text) == [], reason
