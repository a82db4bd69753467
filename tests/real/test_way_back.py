"""On a real wiki: the links fill a section in, the next pass answers it, and the bot is not stopped by it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from demo.mediawiki import ADMIN, BOT
from demo.people import Person
from tests.patrols import BAD_TROPE
from tests.real_wiki import BotHome
from tropebot.policy.schema import Policy, Requests
from tropebot.wayback import ANSWERED, ways

pytestmark = pytest.mark.real
PAGE = f"User:{BOT}/Requests"
POLICY = f'[policy.requests]\npage = "{PAGE}"\nrules = "User:{BOT}/Rules"\n'
ADDRESS = re.compile(r'href="([^"]*preloadtitle[^"]*)"')


def test_a_click_asks_and_the_next_pass_answers(
    bot_home: BotHome, persons: dict[str, Person]
) -> None:
    settings = bot_home.directory / "tropebot.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n{POLICY}", "utf-8")
    admin, ada = persons[ADMIN], persons["Ada"]
    admin.edit(PAGE, "Here you can ask the bot for something.\n")
    admin.edit("MediaWiki:Tropebot-notice-title", "A word about {{PLURAL:$1|a page|$1 pages}}")
    bot_home.patrol()
    title = "Way Back & Forth? (film)"
    ada.edit(title, BAD_TROPE)
    bot_home.patrol()
    talk = ada.text("User talk:Ada") or ""
    assert "== A word about a page ==" in talk, "the wiki's own words"
    assert f"[[:User:{BOT}/Rules/TB101|TB101]]" in talk

    # the demo's wiki wants a puzzle solved for addresses, as its bot password spares nobody that
    assert f"[[:{PAGE}|look again]]" in talk
    written = "\n".join(ways(Policy(requests=Requests(page=PAGE)), "en", title=title))
    shown = ada.do(action="parse", title=title, text=written, prop="text", contentmodel="wikitext")
    html = shown["parse"]["text"]
    links = [urlsplit(unescape(each)) for each in ADDRESS.findall(html)]
    asked = [parse_qs(each.query) for each in links]
    assert [each["preloadtitle"][0] for each in asked] == [
        f"Check again: {title}",
        f"Objection: {title}",
    ]
    assert all(each["title"] == [PAGE.replace(" ", "_")] for each in asked)
    for each in asked:
        ada.do(
            action="edit",
            title=PAGE,
            section="new",
            sectiontitle=each["preloadtitle"][0],
            text="Please. ~~~~",
        )
    bot_home.patrol()
    page = ada.text(PAGE) or ""
    assert page.count(ANSWERED) == 2
    assert f"Looked at [[:{title}]] again. This is still found" in page
    objected = f"the bot does nothing more about TB101[TB0-9, ]* on \\[\\[:{re.escape(title)}\\]\\]"
    assert re.search(objected, page)
    assert bot_home.patrol()["refused"] == 0, "nothing of it stops the bot"
    assert (ada.text(PAGE) or "") == page, "answered once"
