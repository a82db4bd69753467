"""The demo from end to end: a real wiki, one patrol, and the wiki's own word for what it did."""

import pytest

from demo.mediawiki import Wiki
from demo.people import Person
from demo.verify import differences, traces
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real


def test_one_patrol_leaves_every_page_as_expected(wiki: Wiki, bot_home: BotHome) -> None:
    run = bot_home.patrol("--since", bot_home.since)
    assert tuple(differences(wiki)) == ()
    assert run["promotions"] == 5
    assert run["refused"] == 0


def test_a_second_patrol_edits_nothing(wiki: Wiki, bot_home: BotHome) -> None:
    bot_home.patrol("--since", bot_home.since)
    before = traces(Person(wiki.api))
    again = bot_home.patrol()
    assert traces(Person(wiki.api)) == before
    assert again["requests"]["write"] == 0
    bot_home.patrol("--since", bot_home.since)
    assert traces(Person(wiki.api)) == before


def test_a_dry_run_edits_nothing_and_says_what_it_would_do(wiki: Wiki, bot_home: BotHome) -> None:
    done = bot_home.run("patrol", "--dry-run", "--since", bot_home.since)
    assert done.returncode == 0, done.stderr
    assert "Salt Circle" in done.stdout
    assert traces(Person(wiki.api)) == ()


def test_the_tables_are_not_met_before_the_patrol(wiki: Wiki) -> None:
    """What verifies must be able to fail."""
    assert len(tuple(differences(wiki))) > 20


def test_a_flag_goes_away_when_a_person_has_repaired_the_page(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    bot_home.patrol("--since", bot_home.since)
    flagged = persons["Ben"].text("Shouting Lighthouse") or ""
    assert flagged.startswith("{{Missing markup|")
    persons["Ben"].append("Shouting Lighthouse", "\n\n[[Category:{{PAGENAME}}]]")
    run = bot_home.patrol()
    clean = persons["Ben"].text("Shouting Lighthouse") or ""
    assert run["unflags"] == 1
    assert clean == flagged.split("\n", 1)[1] + "\n\n[[Category:{{PAGENAME}}]]"


def test_anything_but_the_run_word_stops_the_bot(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    persons["Ada"].edit("User:TropeBot/Run", "run, but slowly")
    done = bot_home.run("patrol", "--since", bot_home.since)
    assert done.returncode == 3
    assert traces(Person(wiki.api)) == ()
