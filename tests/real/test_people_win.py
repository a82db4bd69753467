"""On the real wiki: how people stop the bot, which drafts it leaves to them, what its messages do."""

import json
from typing import Any

import pytest

from demo.mediawiki import ADMIN, BOT, Wiki
from demo.people import ApiError, Person
from demo.verify import traces
from tests.patrols import BAD_TROPE, DRAFT
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real
RUN_PAGE = f"User:{BOT}/Run"


@pytest.fixture
def begun(bot_home: BotHome) -> BotHome:
    """A home whose first pass is over: what comes next is new."""
    bot_home.patrol()
    return bot_home


def lines(home: BotHome, code: int) -> list[dict[str, Any]]:
    done = home.run("--json", "patrol")
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def stopped(home: BotHome, code: int, said: str) -> None:
    done = home.run("patrol")
    assert done.returncode == code, done.stderr
    assert said in done.stderr


def seen(wiki: Wiki) -> tuple[str, ...]:
    return traces(Person(wiki.api))


TITLES = {
    "Help:Foo": "would leave",
    "Template:Foo": "would leave",
    "Category:Foo": "would leave",
    "Talk:Foo": "would leave",
    "User:Ada/common.js": "would leave",
    "MediaWiki:Sitenotice": "would leave",
    "YKTTW:Foo": "would leave",
    "File:Foo.png": "would leave",
    "Special:Foo": "is a special page",
    "/Foo": "is no title",
    "Foo\u200b": "can deceive",
    "Pоor Dog": "can deceive",
    "UMBRELLA OF DOOM": "looks like “Umbrella of Doom”",
    "Umbrella of doom": "looks like “Umbrella of Doom”",
    "Umbrella of Doom": "exists already",
    "Guarded": "is protected",
}


def test_h10_h12_titles_that_are_left_to_people_and_told_once(
    wiki: Wiki, begun: BotHome, persons: dict[str, Person]
) -> None:
    persons[ADMIN].protect("Guarded", "create=sysop")
    before = set(seen(wiki))
    for name in TITLES:
        persons["Ada"].edit(f"Trope Workshop:{name}", DRAFT)
    persons["Ada"].edit("Trope Workshop:Falling Dog", DRAFT)
    reports = {line["title"]: line for line in lines(begun, 0) if line["type"] == "draft"}
    for name, wanted in TITLES.items():
        title = f"Trope Workshop:{name}"
        (held,) = [each["holds"] for each in reports.values() if each["title"] == title]
        assert wanted in " ".join(held), name
        assert persons["Ada"].text(title) == DRAFT
        talk = persons["Ada"].text(f"Trope Workshop talk:{name}") or ""
        assert talk.count("could not be moved") == 1, name
    # a harmless one beside them is moved
    assert "It happens." in (persons["Ada"].text("Falling Dog") or "")
    new = [title for title in seen(wiki) if title not in before]
    assert all(
        title.startswith("Trope Workshop talk:")
        or "Falling Dog" in title
        or title == "User talk:Ada"
        for title in new
    ), new
    for name in TITLES:
        persons["Ada"].edit(f"Trope Workshop:{name}", f"{DRAFT}\nMore.")
    assert lines(begun, 0)[-1]["notices"] == 0


def test_h13_a_blocked_authors_draft_is_not_moved(
    wiki: Wiki, begun: BotHome, persons: dict[str, Person]
) -> None:
    persons["Cleo"].edit("Trope Workshop:Falling Dog", DRAFT)
    persons[ADMIN].block("Cleo")
    (draft,) = [line for line in lines(begun, 0) if line["type"] == "draft"]
    assert draft["holds"] == ["Cleo, who began it, is blocked"]
    assert persons["Ada"].text("Falling Dog") is None
    assert not [title for title in seen(wiki) if "Falling Dog" in title]


def test_a_message_stops_until_resume(begun: BotHome, persons: dict[str, Person]) -> None:
    persons["Ben"].edit("Bad trope page", BAD_TROPE)
    persons["Ada"].append(f"User talk:{BOT}", "\n\n== Please stop ==\nThis is wrong. ~~~~")
    stopped(begun, 3, "Ada wrote on")
    stopped(begun, 3, "Ada wrote on")
    assert persons["Ben"].text("Bad trope page") == BAD_TROPE
    assert begun.run("resume").returncode == 0
    assert lines(begun, 0)[-1]["flags"] == 1


def test_switches_of_the_run_page_work_and_typos_stop(
    begun: BotHome, persons: dict[str, Person]
) -> None:
    persons[ADMIN].edit(RUN_PAGE, "run\nTB101: off")
    persons["Ben"].edit("Bad trope page", BAD_TROPE)
    persons["Ben"].edit("Untyped page", "Nothing much.")
    last = lines(begun, 0)[-1]
    assert last["flags"] == 1
    assert persons["Ben"].text("Bad trope page") == BAD_TROPE
    persons[ADMIN].edit(RUN_PAGE, "run\nTB101: of")
    stopped(begun, 3, "line 2")
    persons["Ada"].edit(RUN_PAGE, "run")
    stopped(begun, 3, "“Ada”")  # anybody stops, not anybody starts


def change_rights(admin: Person, **change: str) -> None:
    admin.do(action="query", meta="userinfo")  # logged in
    token = admin.query(meta="tokens", type="userrights")["tokens"]["userrightstoken"]
    admin.ask(action="userrights", user=BOT, token=token, **change)


def test_peer_f36_a_lost_bot_flag_stops(
    wiki: Wiki, begun: BotHome, persons: dict[str, Person]
) -> None:
    persons["Ben"].edit("Bad trope page", BAD_TROPE)
    change_rights(persons[ADMIN], remove="bot")
    stopped(begun, 4, "“bot”")
    assert persons["Ben"].text("Bad trope page") == BAD_TROPE
    change_rights(persons[ADMIN], add="bot")
    assert lines(begun, 0)[-1]["flags"] == 1


EVIL = (
    "~~~ signed",  # refused by the wiki as a title
    "Trope '''bold''' ''it''",
    "Trope @everyone",
    "Trope __NOTOC__",
    "Trope &#123;&#123;x&#125;&#125;",
    "Trope ISBN 0123456789",
    "Trope http://evil.example",
    "Trope -- x",
    "*Trope",
    "Trope = x =",
)


def saved(person: Person, title: str) -> bool:
    """Whether the wiki takes a page of this title; what it refuses cannot reach us."""
    try:
        person.edit(title, BAD_TROPE, "{{subst:x}} ~~~~ [[Category:Owned]]")
    except ApiError:
        return False
    return True


def test_h15_h16_titles_of_others_do_nothing_in_our_messages(
    wiki: Wiki, begun: BotHome, persons: dict[str, Person]
) -> None:
    """The wiki itself is asked what it sees on the page that our message made."""
    made = [title for title in EVIL if saved(persons["Emil"], title)]
    assert len(made) >= 6
    assert lines(begun, 0)[-1]["flags"] == len(made)
    parsed = persons["Ada"].ask(
        action="parse",
        page="User talk:Emil",
        prop="templates|categories|externallinks|sections|properties|links|text",
    )["parse"]
    assert parsed["templates"] == []
    assert parsed["categories"] == []
    assert not [link for link in parsed["externallinks"] if "evil" in link]
    assert len([each for each in parsed["sections"] if "page" in each["line"]]) == 1
    assert "notoc" not in json.dumps(parsed["properties"])
    assert not [each for each in parsed["links"] if each["title"].startswith("Special:BookSources")]
    assert "<b>bold</b>" not in parsed["text"]
