"""The wiki has the last word: forty-seven spellings on a real wiki, and what the patrol then does."""

import json
import sqlite3
from contextlib import closing

import pytest

from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from tests.real_wiki import BotHome
from tests.wikitext.uses_of_examples import ROWS

pytestmark = pytest.mark.real
BEFORE = "{{trope}}\nIt happens.\n\n[[Category:{{PAGENAME}}]]\n\n"


def parsed(person: Person, text: str) -> bool:
    """Whether MediaWiki's parser uses the template in a text as it stands."""
    answer = person.ask(
        action="parse", title="Foo", text=text, contentmodel="wikitext", prop="templates"
    )
    return "Template:Examples" in {each["title"] for each in answer["parse"]["templates"]}


def test_a_page_is_flagged_exactly_where_mediawiki_does_not_use_the_template(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    extensions = persons["Ada"].query(meta="siteinfo", siprop="extensions")["extensions"]
    assert "ParserFunctions" in {each["name"] for each in extensions}
    persons[ADMIN].edit("Template:Exs", "#REDIRECT [[Template:Examples]]")
    persons[ADMIN].edit("Template:Wrap", "{{{1}}}")
    bot_home.patrol("--since", bot_home.since)
    pages = {f"Spelling {number}": row for number, row in enumerate(ROWS)}
    saved = {}
    for title, row in pages.items():
        assert parsed(persons["Ada"], row.text) == row.used, row.why
        persons["Ada"].edit(title, BEFORE + row.text)
        saved[title] = persons["Ada"].text(title) or ""
        substituted = "subst:" in row.text  # what a save puts in the place of the call uses nothing
        assert (saved[title] != (BEFORE + row.text).rstrip()) == substituted
        answer = persons["Ada"].query(titles=title, prop="templates", tllimit="max")
        listed = {each["title"] for each in answer["pages"][0].get("templates", ())}
        assert ("Template:Examples" in listed) == (row.used and not substituted), row.why
    done = bot_home.run("--json", "patrol")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    missing = {
        line["title"]
        for line in lines
        if line.get("title") in pages
        and line["type"] == "finding"
        and "template:examples" in line["details"].get("missing", ())
    }
    assert missing == {
        title for title, row in pages.items() if not row.used or "subst:" in row.text
    }
    for title, row in pages.items():
        text = persons["Ada"].text(title) or ""
        assert text.startswith("{{Missing markup|") == (title in missing), row.why
        assert text.endswith(saved[title]), row.why
    again = bot_home.patrol()
    assert again["flags"] == 0, "the bot is not blind to its own flag"


def test_what_the_wiki_does_not_confirm_leads_to_no_write(
    wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    """A links table that is behind: our reading sees the header for certain, the wiki's list does not."""
    bot_home.patrol("--since", bot_home.since)
    text = "{{trope}}\nIt happens.\n\n{{examples}}\n* ''[[Film]]'': it happens."
    persons["Ada"].edit("Behind", text)
    page = persons["Ada"].query(titles="Behind")["pages"][0]["pageid"]
    with closing(sqlite3.connect(wiki.directory / "data" / "wiki.sqlite", timeout=30)) as tables:
        tables.execute("DELETE FROM templatelinks WHERE tl_from = ?", (page,))
        tables.commit()
    done = bot_home.run("--json", "patrol")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {(line["title"], line["code"]) for line in lines if line["type"] == "finding"}
    assert ("Behind", "TB101") in found, "it is told"
    held = {
        line["reason"] for line in lines if line["type"] == "held" and line["title"] == "Behind"
    }
    assert held == {"held-disputed"}
    assert persons["Ada"].text("Behind") == text, "and nothing is written"
