"""The demo's MediaWiki itself: what the other tests on a real wiki rely on."""

from contextlib import suppress
from pathlib import Path

import pytest

from demo.mediawiki import ADMIN, APP_ID, BOT, TAG, Wiki, free_port
from demo.packages import DemoError
from demo.people import ApiError, Person
from demo.populate import POPULATED

pytestmark = pytest.mark.real


def _bot(wiki: Wiki) -> Person:
    return Person(wiki.api, f"{BOT}@{APP_ID}", wiki.passwords[f"{BOT}@{APP_ID}"])


def test_up_and_down_may_be_said_twice(wiki: Wiki) -> None:
    wiki.up()
    assert Person(wiki.api).query(meta="siteinfo")["general"]["generator"].startswith("MediaWiki")
    wiki.down()
    wiki.down()
    wiki.up()
    assert Person(wiki.api).text("Main Page")


def test_a_port_in_use_is_one_line_that_names_another(wiki: Wiki, tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=rf"^Port {wiki.port} is taken: .*DEMO_PORT=\d+\.$"):
        Wiki(tmp_path / "second", wiki.port).up()


def test_a_port_is_looked_at_before_anything_is_fetched(
    wiki: Wiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiki.refuse_taken_port()  # the wiki itself listens there
    monkeypatch.setattr("demo.mediawiki.provided", lambda *_, **__: pytest.fail("it was fetched"))
    for step in (Wiki.refuse_taken_port, Wiki.up):
        with pytest.raises(DemoError, match="is taken"):
            step(Wiki(tmp_path / "second", wiki.port))
    Wiki(tmp_path / "second", free_port()).refuse_taken_port()


def test_what_somebody_else_runs_is_not_ended(wiki: Wiki) -> None:
    """The recorded id may have been given to another process since."""
    pid = (wiki.directory / "pid").read_text()
    (wiki.directory / "pid").write_text("1")
    wiki.down()
    assert Person(wiki.api).text("Main Page")
    (wiki.directory / "pid").write_text(pid)


def test_reset_takes_everything_back_but_logins(wiki: Wiki, persons: dict[str, Person]) -> None:
    persons["Ada"].edit("Salt Circle", "gone")
    persons[ADMIN].delete("File:Old map.png")
    wiki.set_toggle("wgReadOnly", "closed")
    wiki.reset(POPULATED)
    assert "Slugs neither" in (persons["Ada"].text("Salt Circle") or "")
    assert persons["Ada"].text("File:Old map.png") == "A map with a hole in it.\n{{PD}}"
    assert persons["Ada"].edit("Salt Circle", "again", assertuser="Ada")["result"] == "Success"


def test_what_was_written_before_a_reset_is_not_remembered(
    wiki: Wiki, persons: dict[str, Person]
) -> None:
    """MediaWiki keeps texts by their address in a cache, and after a reset addresses come again."""
    persons["Ada"].edit("Salt Circle", "before")
    assert persons["Ben"].text("Salt Circle") == "before"
    wiki.reset(POPULATED)
    persons["Ada"].edit("Paper Moon Landing", "after")
    assert persons["Ben"].text("Paper Moon Landing") == "after"


def test_toggles_make_faults_and_take_them_back(wiki: Wiki, persons: dict[str, Person]) -> None:
    wiki.set_toggle("wgReadOnly", "closed for the night")
    with pytest.raises(ApiError) as refused:
        persons["Ada"].edit("Salt Circle", "x")
    assert refused.value.code == "readonly"
    wiki.set_toggle("wgReadOnly", None)
    # MediaWiki 1.39 counts an edit once, 1.43 twice
    wiki.set_toggle("wgRateLimits", {"edit": {"user": [2, 60]}})
    persons["Ben"].edit("Salt Circle", "x")
    with suppress(ApiError):
        persons["Ben"].edit("Salt Circle", "y")
    with pytest.raises(ApiError) as refused:
        persons["Ben"].edit("Salt Circle", "z")
    assert refused.value.code == "ratelimited"


def test_the_bot_feels_a_lost_session(wiki: Wiki) -> None:
    """A person with a main password comes back by a cookie; a bot password has none."""
    bot = _bot(wiki)
    bot.edit("Salt Circle", "x", assertuser=BOT)
    wiki.lose_sessions()
    with pytest.raises(ApiError) as refused:
        bot.ask(action="query", assertuser=BOT)
    assert refused.value.code == "assertnameduserfailed"


def test_the_bot_may_what_it_must_and_the_tag_is_there(wiki: Wiki) -> None:
    bot = _bot(wiki)
    bot.edit("Trope Workshop:New", "x", tags=TAG, bot=True)
    bot.move("Trope Workshop:New", "New", noredirect=True)
    rights = bot.query(meta="userinfo", uiprop="rights")["userinfo"]["rights"]
    assert {"edit", "createpage", "move", "suppressredirect", "apihighlimits", "bot"} <= {*rights}
    assert "delete" not in rights


def test_the_workshop_has_an_id_of_this_wiki_alone(wiki: Wiki) -> None:
    site = Person(wiki.api).query(meta="siteinfo", siprop="namespaces|namespacealiases")
    assert site["namespaces"]["3000"]["name"] == "Trope Workshop"
    aliases = {(one["id"], one["alias"]) for one in site["namespacealiases"]}
    assert (3000, "YKTTW") in aliases
    assert (3001, "YKTTW talk") in aliases
