"""The Workshop's table, age and number of drafts, and votes, on the real wiki with the bot as it is run."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from demo.verify import traces
from tests.patrols import DRAFT
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real

POLICY = "MediaWiki:Tropebot-policy.json"
SHORT = "{{Trope Workshop}}\n{{trope}}\nA dog falls.\n{{examples}}\n* ''[[One Film]]'': it falls there.\n"
OLD = datetime.now(UTC) - timedelta(days=400)
EXPORT = "http://www.mediawiki.org/xml/export-0.11/"


def table(home: BotHome) -> dict[str, dict[str, Any]]:
    done = home.run("--json", "workshop")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["title"].partition(":")[2]: line for line in lines if line["type"] == "draft"}


def dump(title: str, *texts: str) -> bytes:
    """A page as another wiki exports it: revisions of long ago, a day apart."""
    revisions = "".join(
        f"<revision><timestamp>{OLD + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}</timestamp>"
        f"<contributor><username>Zoe</username></contributor><model>wikitext</model>"
        f'<format>text/x-wiki</format><text xml:space="preserve">{text}</text></revision>'
        for number, text in enumerate(texts)
    )
    page = f"<page><title>{title}</title>{revisions}</page>"
    return f'<mediawiki xmlns="{EXPORT}">{page}</mediawiki>'.encode()


def test_the_table_shows_every_draft(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    ada, ben, admin = persons["Ada"], persons["Ben"], persons[ADMIN]
    policy = {"workshop": {"drafts_per_creator": 1, "stale": {"days": 183}}}
    admin.edit(POLICY, json.dumps(policy))
    known = set(table(bot_home))
    ada.edit("Trope Workshop:W first", SHORT)
    ada.edit("Trope Workshop:W second", SHORT + "{{Hold}}")
    ada.edit("Trope Workshop:W second/Notes", "Notes.")
    ada.edit("Trope Workshop:W redirect", "#REDIRECT [[Trope Workshop:W first]]")
    ben.edit("W stub", SHORT + "[[Category:Trope Workshop]]")
    admin.bring(dump("Trope Workshop:W import", SHORT, SHORT + "A comma."), "wikipedia")
    ben.edit("Trope Workshop:W main", DRAFT)
    admin.move("Trope Workshop:W main", "W main", noredirect=1)
    admin.move("W main", "Trope Workshop:W main", noredirect=1)
    before = traces(Person(wiki.api))
    found = table(bot_home)
    assert set(found) - known == {"W first", "W second", "W import", "W main"}
    first, second = found["W first"], found["W second"]
    assert (first["creator"], first["over_limit"], first["missing"]) == (
        "Ada",
        first["place"] > 1,
        ["1 of 3 examples"],
    )
    assert second["place"] == first["place"] + 1
    assert second["over_limit"]
    assert second["missing"] == ["1 of 3 examples", "{{Hold}} is on it"]
    brought = found["W import"]
    assert (brought["imported"], brought["place"], brought["stale"]) == (True, 0, True)
    assert brought["idle_days"] == brought["age_days"] == 400, "a comma is not substantial"
    assert (found["W main"]["returned"], found["W main"]["place"]) == (True, 0)
    assert found["W main"]["works"] == 3
    shown = bot_home.run("workshop")
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "W import" in bot_home.run("workshop", "--wikitext").stdout
    assert traces(Person(wiki.api)) == before


def test_a_stale_draft_is_tagged_until_somebody_goes_on(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    ada, admin = persons["Ada"], persons[ADMIN]
    admin.edit("Template:Stale draft", "Nobody works on this draft.")
    admin.bring(dump("Trope Workshop:W stale", SHORT), "wikipedia")
    policy = {
        "workshop": {"drafts_per_creator": 1, "stale": {"days": 183}},
        "actions": {"TB301": "flag", "TB302": "tell"},
        "flags": {"TB301": {"template": "Stale draft"}},
    }
    admin.edit(POLICY, json.dumps(policy))
    for name in ("W one", "W two"):
        ada.edit(f"Trope Workshop:{name}", SHORT)
    bot_home.patrol()
    tagged = ada.text("Trope Workshop:W stale") or ""
    assert tagged.startswith(f"{{{{Stale draft|date={datetime.now(UTC):%Y-%m-%d}")
    message = ada.text("User talk:Ada") or ""
    assert message.count("drafts in the Workshop, where 1 at a time is allowed") >= 1
    assert "[[:Trope Workshop:W two]]" in message
    bot_home.patrol()
    assert ada.text("User talk:Ada") == message, "told once"
    ada.edit("Trope Workshop:W stale", tagged.replace("A dog", "The dog"))
    bot_home.patrol()
    assert "{{Stale draft" in (ada.text("Trope Workshop:W stale") or ""), "a token edit"
    longer = (
        tagged + "\n" + "* ''[[Two Film]]'': it falls from the roof of the house, and barks.\n" * 2
    )
    ada.edit("Trope Workshop:W stale", longer)
    bot_home.patrol()
    assert "{{Stale draft" not in (ada.text("Trope Workshop:W stale") or "")


def test_the_last_vote_promotes_and_an_objection_holds(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    ada, ben, cleo = persons["Ada"], persons["Ben"], persons["Cleo"]
    approval = {
        "votes": 2,
        "section": "Votes",
        "support": ["'*support\\b.*"],
        "oppose": ["'*oppose\\b.*"],
    }
    persons[ADMIN].edit(POLICY, json.dumps({"workshop": {"approval": approval}}))
    ada.edit("Trope Workshop:W voted", DRAFT)
    bot_home.patrol()
    talk = "Trope Workshop talk:W voted"
    ben.edit(talk, "== Votes ==\n* '''Support''' ~~~~")
    bot_home.patrol()
    assert table(bot_home)["W voted"]["missing"] == ["1 of 2 votes"]
    cleo.append(talk, "\n* Support, of course. ~~~~")
    ben.append(talk, "\n* <s>Oppose</s> ~~~~")
    persons["Dora"].append(talk, "\n* Oppose: the title. ~~~~")
    bot_home.patrol()
    assert table(bot_home)["W voted"]["missing"] == ["somebody objects on its talk page: Dora"]
    text = persons["Dora"].text(talk) or ""
    persons["Dora"].edit(talk, text.replace("Oppose: the title.", "<del>Oppose: the title.</del>"))
    assert bot_home.patrol()["promotions"] == 1
    assert ada.text("W voted") is not None
    assert "Support" in (ada.text("Talk:W voted") or "")
