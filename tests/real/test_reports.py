"""Reports on a real MediaWiki: made by a patrol, left alone without news, and nothing on them acts."""

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest
from msgspec.structs import replace

from demo.mediawiki import BOT, Wiki
from tests.real_wiki import BotHome
from tests.reports.states import HOSTILE, found, full
from tropebot.reports.wikipages import Manner, repeat_page, state_page, worklist_page

pytestmark = pytest.mark.real

STATE, LISTS, REPEAT = (f"User:{BOT}/{name}" for name in ("State", "Lists", "Repeat cases"))
SETTINGS = f"""
[policy.reports]
page = "{STATE}"
worklists = "{LISTS}"
repeat_cases = "{REPEAT}"
repeat_from = 1
hours = 0
"""
MANNER = Manner(account=BOT)


def asked(wiki: Wiki, **question: str) -> dict[str, Any]:
    body = urllib.parse.urlencode({"format": "json", "formatversion": "2", **question})
    with urllib.request.urlopen(wiki.api, body.encode(), timeout=60) as answer:  # noqa: S310 - 127.0.0.1
        told: dict[str, Any] = json.load(answer)
    return told


def parsed(wiki: Wiki, **what: str) -> dict[str, Any]:
    prop = "text|templates|categories|externallinks|images|links|sections|properties"
    page: dict[str, Any] = asked(wiki, action="parse", prop=prop, **what)["parse"]
    return page


def edits(wiki: Wiki) -> list[str]:
    """Titles that the bot has edited below its user page, the newest first."""
    told = asked(
        wiki, action="query", list="usercontribs", ucuser=BOT, ucnamespace="2", uclimit="50"
    )
    return [each["title"] for each in told["query"]["usercontribs"]]


def test_a_patrol_keeps_its_reports_and_edits_none_without_news(
    wiki: Wiki, bot_home: BotHome
) -> None:
    settings = bot_home.directory / "tropebot.toml"
    settings.write_text(settings.read_text("utf-8") + SETTINGS, "utf-8")
    bot_home.patrol("--since", bot_home.since)
    made = edits(wiki)
    assert {STATE, REPEAT, f"{LISTS}/TB101"} <= set(made)
    state = parsed(wiki, page=STATE)
    assert len(state["sections"]) == 4
    assert (state["templates"], state["categories"], state["images"]) == ([], [], [])
    listed = {link["title"] for link in parsed(wiki, page=f"{LISTS}/TB101")["links"]}
    told = bot_home.run("worklist", "TB101")
    assert (told.returncode, told.stderr) == (0, "")
    named = told.stdout.splitlines()
    assert named
    assert set(named) <= listed
    for _ in range(2):  # the first pass reads the bot's own edits
        bot_home.patrol()
    again = bot_home.run("--json", "report", "--wiki")
    assert again.returncode == 0, again.stderr
    before = edits(wiki)
    again = bot_home.run("--json", "report", "--wiki")
    assert [line for line in again.stdout.splitlines() if json.loads(line)["type"] == "write"] == []
    bot_home.patrol()
    assert edits(wiki) == before


WALLS = f"""
[policy.notify]
where = "report"

[policy.reports]
page = "User:<account>/Report"
hours = 0

[policy.requests]
rules = "User:{BOT}/Rules"
"""


def test_where_nobody_is_written_to_the_report_says_it_and_a_lost_ledger_doubles_nothing(
    wiki: Wiki, bot_home: BotHome
) -> None:
    settings = bot_home.directory / "tropebot.toml"
    settings.write_text(settings.read_text("utf-8") + WALLS, "utf-8")
    report = f"User:{BOT}/Report"
    done = bot_home.patrol("--since", bot_home.since)
    assert done["flags"] > 0
    for _ in range(2):
        bot_home.patrol()
    page = parsed(wiki, page=report)
    assert page["sections"][1]["line"] == "For those who made the pages"
    linked = {link["title"] for link in page["links"]}
    assert {"Glass Ladder", "User:Cleo", f"User:{BOT}/Rules/TB101"} <= linked
    flagged = set(bot_home.run("worklist", "TB201").stdout.splitlines())
    assert flagged & linked
    before, text = edits(wiki), asked(wiki, action="parse", page=report, prop="wikitext")
    bot_home.patrol()
    assert edits(wiki) == before
    for path in bot_home.directory.glob("state/*.sqlite*"):
        path.unlink()
    for _ in range(3):
        bot_home.patrol()
    again = asked(wiki, action="parse", page=report, prop="wikitext")
    assert len(people_of(text)) > 4
    assert people_of(again) == people_of(text)
    talked = asked(wiki, action="query", list="usercontribs", ucuser=BOT, ucnamespace="3")
    assert talked["query"]["usercontribs"] == []


def people_of(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """Who is told what, but for drafts that moved: of those a ledger alone knows."""
    section = answer["parse"]["wikitext"].partition("who made the pages ==")[2].partition("\n==")[0]
    rows = [row.partition(" || ") for row in section.split("\n|-\n| ")[1:]]
    told = {(name, item.strip("|}\n ")) for name, _, items in rows for item in items.split("; ")}
    return {(name, item) for name, item in told if "(moved from" not in item}


@pytest.mark.parametrize(
    "title", [*HOSTILE, "{{Delete}}", "A|B", "~~~~", "Category:X", "File:A.png"]
)
def test_nothing_acts_that_others_wrote(populated_wiki: Wiki, title: str) -> None:
    title = title.replace("\ud800", "?")
    state = full(9)
    row = found(1, title, creator=title)
    state = replace(
        state,
        found=(row,),
        drafts=tuple(replace(each, title=title, creator=title) for each in state.drafts),
        stops=(replace(state.stops[0], why=title),),
    )
    texts = (
        (state_page(state, MANNER), 4),
        (worklist_page([row], "TB101", "missing-markup", MANNER), 0),
        (repeat_page([row], MANNER, least=1), 0),
    )
    for text, sections in texts:
        page = parsed(populated_wiki, text=text, title=STATE, contentmodel="wikitext", pst="1")
        for kind in ("templates", "categories", "externallinks", "images"):
            assert page[kind] == [], (kind, text)
        assert len(page["sections"]) == sections
        assert not page["properties"]
