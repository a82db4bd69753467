"""From an empty directory to a dry run and the bot's own pages, with nothing but its commands."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from demo.populate import POLICY_PAGE, RUN_PAGE
from tests.real_wiki import CHECKOUT, RUN_SECONDS
from tests.test_other_wiki import CRUMBLE, document

pytestmark = pytest.mark.real


class Newcomer:
    """Somebody with an empty directory and no terminal."""

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        self.directory = directory

    def __call__(self, *arguments: str, code: int = 0) -> str:
        return self._run(arguments, code).stdout

    def error(self, *arguments: str, code: int) -> str:
        said = self._run(arguments, code).stderr
        assert said.count("\n") == 1, said
        return said

    def _run(self, arguments: tuple[str, ...], code: int) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            (sys.executable, "-m", "tropebot", "--home", str(self.home), *arguments),
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "LANG": "C.UTF-8"},
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == code, (done.stdout, done.stderr)
        return done

    def init(self, wiki: Wiki, preset: str) -> str:
        password = self.directory / "password"
        password.write_text(f"patrol@{wiki.passwords['TropeBot@patrol']}\n")
        chosen = ("--user", "TropeBot", "--preset", preset, "--contact", "User:Ada")
        return self("init", wiki.api, *chosen, "--password-file", str(password))

    def allow_writes(self) -> None:
        settings = self.home / "tropebot.toml"
        text = settings.read_text("utf-8")
        assert 'actions = ["write"]' in text
        text = text.replace('actions = ["write"]', "actions = []")
        text = text.replace("edits_per_minute = 6", "edits_per_minute = 0")
        settings.write_text(text, "utf-8")


def wait_a_second(person: Person) -> None:
    """Until the server's clock shows another second: a new home begins with the changes of now."""
    now = person.ask(action="query", curtimestamp=True)["curtimestamp"]
    while person.ask(action="query", curtimestamp=True)["curtimestamp"] == now:
        time.sleep(0.05)


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    return Newcomer(tmp_path)


@pytest.mark.parametrize("preset", ["demo", "tropedia", "allthetropes"])
def test_init_and_doctor_lead_to_a_dry_run(
    preset: str, newcomer: Newcomer, wiki: Wiki, persons: dict[str, Person]
) -> None:
    assert "Trope Demo: MediaWiki" in newcomer.init(wiki, preset)
    *lines, summary = map(json.loads, newcomer("--json", "doctor").splitlines())
    assert summary["fail"] == 0, [line for line in lines if line["word"] == "fail"]
    assert summary["requests"] <= 8
    told = newcomer("--json", "patrol", "--dry-run", "--since", "3d")
    run = json.loads(told.splitlines()[-1])
    assert run["pages"] > 50
    assert run["findings"] > 10
    assert run["requests"]["write"] == 0
    assert not persons[ADMIN].query(list="usercontribs", ucuser="TropeBot")["usercontribs"]


PRIVATE = {
    "*": {"read": False, "writeapi": True},
    "user": {
        "read": True,
        "writeapi": True,
        "edit": True,
        "createpage": True,
        "createtalk": True,
        "move": True,
    },
    "bot": {"bot": True, "apihighlimits": True},
}


def test_a_private_wiki_is_asked_as_the_account(newcomer: Newcomer, wiki: Wiki) -> None:
    wiki.set_toggle("wgGroupPermissions", PRIVATE)
    stranger = ("init", wiki.api, "--user", "TropeBot", "--preset", "none")
    assert "give --password-file" in newcomer.error(*stranger, code=4)
    assert not newcomer.home.exists()
    assert "Trope Demo: MediaWiki" in newcomer.init(wiki, "demo")
    assert {path.name for path in newcomer.home.iterdir()} == {
        "families",
        "tropebot.toml",
        "user-config.py",
        "user-password.py",
    }, "no session is kept"
    newcomer("doctor")


def test_the_pages_it_needs_are_made_mended_and_taken_back(
    newcomer: Newcomer, wiki: Wiki, persons: dict[str, Person]
) -> None:
    admin = persons[ADMIN]
    for title in (RUN_PAGE, POLICY_PAGE, "Template:Missing markup", "User:TropeBot"):
        admin.delete(title)
    newcomer.init(wiki, "demo")
    assert "--apply makes them, which takes about 3" in newcomer("setup-wiki")
    assert admin.text(RUN_PAGE) is None, "it was only shown"
    newcomer("setup-wiki", "--apply", code=2)
    newcomer.allow_writes()

    shown = newcomer("--json", "setup-wiki", "--apply").splitlines()
    *rows, run = map(json.loads, shown)
    state = {row["title"]: row["state"] for row in rows}
    assert state["Template:Missing markup"] == "made"
    assert state["Template:Unattributed image"] == "exists"
    assert state[POLICY_PAGE] == "by hand"
    assert run["requests"]["write"] == run["made"]
    assert str(admin.text(RUN_PAGE)).startswith("stop")

    call = "{{Missing markup|date=2026-01-05|missing=template:reflist}}"
    parsed = admin.ask(
        action="parse", text=call, prop="text|categories", contentmodel="wikitext", title="A"
    )["parse"]
    assert "Missing: template:reflist" in parsed["text"]
    assert "2026-01-05" in parsed["text"]
    assert "{{" not in parsed["text"]
    assert [each["category"] for each in parsed["categories"]] == ["Pages_marked_as_Missing_markup"]
    for title in ("User:TropeBot/Rules/TB101", "User:TropeBot", "User:TropeBot/Report"):
        page = admin.ask(action="parse", page=title, prop="categories|templates")["parse"]
        assert not page["categories"], "a sample in a manual does nothing"
        assert not page["templates"]

    again = json.loads(newcomer("--json", "setup-wiki", "--apply").splitlines()[-1])
    assert again["made"] == 0
    admin.edit(RUN_PAGE, "run")
    newcomer("undo", str(run["run"]))
    assert admin.text("Template:Missing markup") == ""
    assert admin.text(RUN_PAGE) == "run", "an administrator’s word stays"


def test_a_wiki_of_recipes_needs_nothing_but_a_policy_document(
    newcomer: Newcomer, wiki: Wiki, persons: dict[str, Person]
) -> None:
    admin = persons[ADMIN]
    admin.edit("MediaWiki:Recipe preload", "{{Recipe}}\n\n== Ingredients ==\n[[Category:Recipes]]")
    for name in ("Recipe", "Ingredient", "CC-BY-SA"):
        admin.edit(f"Template:{name}", f"A {name}.")
    admin.edit(POLICY_PAGE, document())
    newcomer.init(wiki, "none")
    newcomer.allow_writes()
    *lines, _ = map(json.loads, newcomer("--json", "doctor", code=2).splitlines())
    said = {line["name"]: line for line in lines}
    assert (said["flags"]["word"], said["page types"]["word"]) == ("fail", "ok")
    assert "Template:Incomplete page" in said["flags"]["says"]

    newcomer("setup-wiki", "--apply")
    newcomer("doctor")
    newcomer("patrol")
    wait_a_second(admin)
    persons["Ada"].edit("Apple crumble", CRUMBLE)
    persons["Ada"].edit("Apple", "{{Ingredient}}\nA fruit.\n[[Category:Ingredients]]")
    newcomer("patrol")
    assert "{{Incomplete page|" in str(admin.text("Apple crumble"))
    assert "Incomplete" not in str(admin.text("Apple"))
