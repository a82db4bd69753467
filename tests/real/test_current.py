"""What is found is kept current, and fixed where the policy says so: a real wiki and the bot as it is run."""

import json

import pytest

from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from demo.verify import traces
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real
TROPE = "{{trope}}\nIt happens.\n\n{{examples}}\n* ''[[Film]]'': it happens.\n\n[[Category:{{PAGENAME}}]]"
POLICY = "MediaWiki:Tropebot-policy.json"


def text_of(person: Person, title: str) -> str:
    text = person.text(title)
    assert text is not None
    return text


def found(home: BotHome, *arguments: str) -> set[tuple[str, str]]:
    """Titles and codes that a patrol tells."""
    done = home.run("--json", "patrol", *arguments)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {(line["title"], line["code"]) for line in lines if line["type"] == "finding"}


def test_a_stricter_preload_reaches_pages_that_nobody_edited(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    bot_home.patrol("--since", bot_home.since)
    before = text_of(persons["Ada"], "Umbrella of Doom")
    preload = text_of(persons["Ada"], "MediaWiki:Tropes")
    assert "{{examples}}" in preload
    stricter = preload.replace("{{examples}}", "{{spoiler}}\n\n{{examples}}")
    persons[ADMIN].edit("MediaWiki:Tropes", stricter)
    bot_home.patrol()
    flagged = text_of(persons["Ada"], "Umbrella of Doom")
    assert flagged.startswith("{{Missing markup|")
    assert "template:spoiler" in flagged.split("\n", 1)[0]
    assert flagged.split("\n", 1)[1] == before
    persons[ADMIN].edit("MediaWiki:Tropes", preload)
    bot_home.patrol()
    assert text_of(persons["Ada"], "Umbrella of Doom") == before
    bot_home.patrol()  # the rows of its own edits
    idle = bot_home.patrol()
    assert idle["requests"] == {"read": 1, "write": 0}


def test_a_redirect_makes_a_header(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    persons["Ada"].edit("Odd Header", TROPE.replace("{{trope}}", "{{tropus}}"))
    assert ("Odd Header", "TB102") in found(bot_home, "--since", bot_home.since)
    persons["Admin"].edit("Template:Tropus", "#REDIRECT [[Template:Trope]]")
    bot_home.patrol()
    assert text_of(persons["Ada"], "Odd Header").startswith("{{tropus}}")


def test_a_trope_made_in_main_has_bypassed_the_workshop(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    bot_home.patrol("--since", bot_home.since)
    persons["Ada"].edit("Made in Main", TROPE)
    persons["Ada"].edit("Trope Workshop:Made There", TROPE)
    persons["Ada"].move("Trope Workshop:Made There", "Made There", noredirect=1)
    persons["Ada"].edit("Made Twice", TROPE)
    persons["Ada"].move("Made Twice", "Trope Workshop:Made Twice", noredirect=1)
    persons["Ada"].move("Trope Workshop:Made Twice", "Made Twice", noredirect=1)
    bypassed = {title for title, code in found(bot_home) if code == "TB106"}
    assert bypassed == {"Made in Main"}


def test_the_policy_may_say_that_what_is_missing_is_put_there(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    before = text_of(persons["Ben"], "Shouting Lighthouse")
    persons[ADMIN].edit(POLICY, json.dumps({"actions": {"TB101": "fix"}}))
    run = bot_home.patrol("--since", bot_home.since)
    assert run["fixes"] > 0
    fixed = text_of(persons["Ben"], "Shouting Lighthouse")
    assert fixed.replace("[[Category:{{PAGENAME}}]]", "").split() == before.split()
    assert fixed.count("[[Category:{{PAGENAME}}]]") == 1
    assert {"Shouting Lighthouse"}.isdisjoint(title for title, _ in found(bot_home))
    done = traces(Person(wiki.api))
    assert bot_home.patrol("--since", bot_home.since)["requests"]["write"] == 0
    assert traces(Person(wiki.api)) == done


def test_a_template_that_goes_and_comes(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    persons["Ada"].edit("Template:Gallery", "Shown.")
    persons["Ada"].edit("Pictures", TROPE.replace("{{trope}}", "{{trope}}\n{{Gallery}}"))
    wanted = ("Pictures", "TB105")
    assert wanted not in found(bot_home, "--since", bot_home.since)
    persons[ADMIN].delete("Template:Gallery")
    assert wanted in found(bot_home), "nobody edited the page"
    persons["Ada"].edit("Template:Gallery", "Shown again.")
    assert wanted not in found(bot_home)
    persons[ADMIN].move("Template:Gallery", "Template:Gallery of old", noredirect=1)
    assert wanted in found(bot_home), "it was moved away, and left no redirect"


def test_what_the_rules_do_on_the_wiki(wiki: Wiki, bot_home: BotHome) -> None:
    done = bot_home.run("--json", "rules", "--wiki")
    assert done.returncode == 0, done.stderr
    states = {line["code"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert (states["TB101"]["state"], states["TB101"]["lacks"]) == ("acts", [])
    assert states["TB105"]["state"] == "reports"
