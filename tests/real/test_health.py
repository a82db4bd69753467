"""The pages that the policy relies on, broken and mended by people on a real MediaWiki."""

import json
from typing import Any

import pytest

from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from demo.populate import POLICY_PAGE
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real

JUNK = "{{tropelist}}\n[[Category:Junk]]"


def patrolled(bot_home: BotHome) -> tuple[list[dict[str, Any]], dict[str, Any], str]:
    """The breaks that stand, the run's last line, and what was said to the operator."""
    done = bot_home.run("--json", "patrol")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(text) for text in done.stdout.splitlines()]
    return [line for line in lines if line["type"] == "break"], lines[-1], done.stderr


def test_breaks_are_told_once_keep_rules_quiet_and_end(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    admin, ben = persons[ADMIN], persons["Ben"]
    admin.edit(POLICY_PAGE, '{"mode": "act", "contacts": ["Ada"]}')
    breaks, run, _ = patrolled(bot_home)
    assert [each["title"] for each in breaks if each["rules"]] == []
    assert run["requests"]["write"] == 0
    never = {each["title"] for each in breaks}

    preload = ben.text("MediaWiki:Tropes") or ""
    junk = admin.edit("MediaWiki:Tropes", JUNK)["newrevid"]
    header = ben.text("Template:Work") or ""
    redirect = ben.edit("Template:Work", "#REDIRECT [[Template:Creator]]")["newrevid"]
    admin.delete("Template:Fair dealing", "no longer wanted")
    admin.move("Template:Spoiler", "Template:Spoilers")
    admin.move("Template:Examples", "Template:Example list")
    ben.edit("Trope of the Hour", "{{trope}}\nNothing to see.")
    ben.edit("Work of the Hour", "{{work}}\nNothing to see.")
    wiki.run_jobs()
    breaks, run, said = patrolled(bot_home)
    found = {each["title"]: each for each in breaks if each["title"] not in never}
    assert found.keys() == {"MediaWiki:Tropes", "Template:Work", "Template:Fair dealing"}
    assert [(each["fault"], each["user"], each["rev_id"]) for each in found.values()] == [
        (each["fault"], each["user"], each["rev_id"]) for each in found.values() if each["new"]
    ]
    assert (found["MediaWiki:Tropes"]["fault"], found["MediaWiki:Tropes"]["rev_id"]) == (
        "lacks",
        junk,
    )
    assert (found["Template:Work"]["fault"], found["Template:Work"]["user"]) == ("redirect", "Ben")
    assert found["Template:Work"]["rev_id"] == redirect
    assert (found["Template:Fair dealing"]["fault"], found["Template:Fair dealing"]["user"]) == (
        "missing",
        ADMIN,
    )
    assert run["flags"] == 0
    assert "“Template:Examples” was changed" in said, "renamed, not broken"
    message = ben.text("User talk:Ada") or ""
    assert all(f"[[:{title}]]" in message for title in found)
    assert "[[:Template:Fair dealing]]: There is no such page. That was Admin." in message

    _, run, said = patrolled(bot_home)
    assert run["requests"]["write"] == 0
    assert "broken" not in said
    admin.edit("MediaWiki:Tropes", preload)
    ben.edit("Template:Work", header)
    admin.edit("Template:Fair dealing", "fair dealing [[Category:Image license templates]]")
    wiki.run_jobs()
    breaks, run, said = patrolled(bot_home)
    assert {each["title"] for each in breaks} == never
    assert said.count("is in order again") == 3
    for title in ("Trope of the Hour", "Work of the Hour"):
        assert (ben.text(title) or "").startswith("{{Missing markup"), title
    assert (ben.text("User talk:Ada") or "").count("[[:MediaWiki:Tropes]]") == 1


def test_a_flags_own_template_is_no_fault_of_the_pages_that_carry_it(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    admin, ben = persons[ADMIN], persons["Ben"]
    patrolled(bot_home)
    ben.edit("Trope of the Hour", "{{trope}}\nNothing to see.")
    patrolled(bot_home)
    flagged = ben.text("Trope of the Hour") or ""
    assert flagged.startswith("{{Missing markup")
    for number, fault in enumerate(("blank", "missing")):
        if fault == "blank":
            admin.edit("Template:Missing markup", "")
        else:
            admin.delete("Template:Missing markup")
        ben.edit("Trope of the Hour", f"{flagged}\nStill nothing, {number}.")
        wiki.run_jobs()
        done = bot_home.run("--json", "patrol")
        lines = [json.loads(text) for text in done.stdout.splitlines()]
        found = {line["code"] for line in lines if line["type"] == "finding"}
        assert found == {"TB101"}, fault
        told = [line["fault"] for line in lines if line.get("title") == "Template:Missing markup"]
        assert fault in told
        assert (ben.text("Trope of the Hour") or "").count("{{Missing markup") == 1
