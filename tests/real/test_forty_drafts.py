"""Forty drafts and some, on a real MediaWiki: where each ends, how its history reads, and nothing twice.

The table is `tests/data/workshop/EXPECTED.md`; whatever is asked is asked of the wiki, as people see it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from demo.mediawiki import ADMIN, BOT, Wiki
from demo.people import Person
from demo.populate import POLICY_PAGE, POPULATED
from demo.verify import traces
from tests.real_wiki import BotHome
from tests.workshop_drafts import LOG, WICKS, WORKSHOP, Row, fill, rows, texts

pytestmark = pytest.mark.real

FORTY = "forty-drafts"
POLICY_LINK = "([[:Trope Demo:Tropebot|policy]])"
MARK = r"\[tb:[0-9a-f]+\] "
MEDIA = "== Literature ==", "== Video Games =="


@pytest.fixture(scope="module")
def filled(populated_wiki: Wiki) -> tuple[Wiki, str]:
    """The wiki with its drafts, and the server's time before people's last edits."""
    populated_wiki.up()
    populated_wiki.reset(POPULATED)
    since = fill(populated_wiki)
    populated_wiki.snapshot(FORTY)
    return populated_wiki, since


@pytest.fixture
def wiki(filled: tuple[Wiki, str]) -> Wiki:
    """The wiki as people left it, in the place of the demo's."""
    filled[0].up()
    filled[0].reset(FORTY)
    return filled[0]


@dataclass(frozen=True)
class Patrolled:
    """What a patrol printed: its lines by type, the last of them the run's."""

    lines: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def run(self) -> dict[str, Any]:
        return self.lines["run"][0]

    def said(self, title: str) -> str:
        """What holds a draft, in words."""
        found = [line for line in self.lines["draft"] if line["title"] == title]
        return "; ".join(found[-1]["holds"]) if found else ""


def patrolled(bot_home: BotHome, *arguments: str) -> Patrolled:
    done = bot_home.run("--json", "patrol", *arguments)
    assert done.returncode == 0, done.stderr
    told = Patrolled()
    for text in done.stdout.splitlines():
        line = json.loads(text)
        told.lines[line["type"]].append(line)
    return told


def page(anybody: Person, title: str) -> Mapping[str, Any]:
    """A page with its whole history, the newest revision first."""
    found: Mapping[str, Any] = anybody.query(
        titles=title,
        prop="info|revisions",
        rvprop="ids|user|comment|content|flags|tags",
        rvslots="main",
        rvlimit=50,
    )["pages"][0]
    return found


def by_bot(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in found.get("revisions", ()) if each["user"] == BOT]


def text_of(revision: Mapping[str, Any]) -> str:
    return str(revision["slots"]["main"]["content"])


def as_it_should_read(row: Row) -> str:
    """A draft's text without what promotion takes off, and with what it adds."""
    lines = texts()[row.draft].split("\n")
    off = re.compile(
        r"\{\{(Trope Workshop|YKTTW|Approved)\}\}|\[\[category:trope workshop(\|\w+)?\]\]",
        re.IGNORECASE,
    )
    kept = [line for line in lines if not off.fullmatch(line) and line not in MEDIA]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    own = "[[Category:{{PAGENAME}}]]"
    return text if own in text else text.replace("[[Category:", f"{own}\n[[Category:", 1)


def promoted() -> list[Row]:
    return [row for row in rows() if row.ends == "Main"]


def differences(anybody: Person, told: Patrolled) -> list[str]:
    """One line for each draft that is not as its row says."""
    wrong = []
    for row in rows():
        draft = page(anybody, row.draft)
        if row.ends == "Main":
            there = page(anybody, row.name)
            if not draft.get("redirect") or not by_bot(there):
                wrong.append(f"{row.name}: is not in Main: {told.said(row.draft)}")
            continue
        edits = 1 if row.ends.startswith("flagged") else 0
        if draft.get("missing") or len(by_bot(draft)) != edits:
            wrong.append(f"{row.name}: {len(by_bot(draft))} edits of the bot")
        if row.said not in told.said(row.draft):
            wrong.append(f"{row.name}: “{row.said}” is not in “{told.said(row.draft)}”")
        talk = page(anybody, row.draft.replace(WORKSHOP, "Trope Workshop talk:"))
        if len(by_bot(talk)) != row.talk:
            wrong.append(f"{row.name}: {len(by_bot(talk))} sections of the bot on its talk page")
    return wrong


def test_the_drafts_are_those_of_the_table(wiki: Wiki) -> None:
    anybody = Person(wiki.api)
    there = {
        each["title"]
        for each in anybody.query(list="allpages", apnamespace=3000, aplimit=500)["allpages"]
    }
    subpages = {f"{WORKSHOP}Lantern Bearer's Oath/Quotes"}
    assert there - subpages == {row.draft for row in rows()}
    assert len(rows()) >= 40
    assert len(differences(anybody, Patrolled())) > 20, "what verifies must be able to fail"


def test_each_draft_ends_where_its_row_says_and_the_same_again_does_nothing(
    filled: tuple[Wiki, str], wiki: Wiki, bot_home: BotHome
) -> None:
    anybody = Person(wiki.api)
    told = patrolled(bot_home, "--since", filled[1])
    assert "\n".join(differences(anybody, told)) == ""
    assert told.run["promotions"] == len(promoted())
    assert told.run["refused"] == 0
    histories_read_as_a_careful_editors(anybody)
    what_follows_is_done(anybody)
    people_are_told_once(anybody)
    assert "TB106" in {
        line["code"] for line in told.lines["finding"] if line["title"] == "Straight to Main"
    }
    before = traces(anybody)
    for arguments in ((), ("--since", filled[1])):
        again = patrolled(bot_home, *arguments)
        assert again.run["requests"]["write"] == 0
        assert traces(anybody) == before


def histories_read_as_a_careful_editors(anybody: Person) -> None:
    """Two revisions by the bot, each with its reason and the policy; people's text as they left it."""
    for row in promoted():
        there = page(anybody, row.name)
        move, strip, *older = there["revisions"]
        assert [move["user"], strip["user"]] == [BOT, BOT], row.name
        assert not any(each["user"] == BOT for each in older), row.name
        assert older, row.name
        works = r"\d examples?"
        assert re.fullmatch(
            MARK
            + re.escape(f"Workshop markup taken off before the move to [[:{row.name}]] (")
            + works
            + re.escape(f") {POLICY_LINK}"),
            strip["comment"],
        ), strip["comment"]
        moved = f"{BOT} moved page [[{row.draft}]] to [[{row.name}]]"
        assert move["comment"].startswith(moved), move["comment"]
        assert re.search(
            MARK
            + re.escape("Promoted from the Workshop (")
            + works
            + re.escape(f") {POLICY_LINK}"),
            move["comment"],
        ), move["comment"]
        assert text_of(move) == text_of(strip) == as_it_should_read(row), row.name
        talk = page(anybody, f"Talk:{row.name}")
        voted = not page(anybody, row.draft.replace(WORKSHOP, "Trope Workshop talk:")).get(
            "missing"
        )
        assert voted is not bool(talk.get("missing")), row.name


def what_follows_is_done(anybody: Person) -> None:
    """Subpage, links, redirect, log and list."""
    quotes = page(anybody, "Lantern Bearer's Oath/Quotes")
    assert not quotes.get("missing")
    assert anybody.text("Bridge of Paper") == "#REDIRECT [[Paper Bridge]]"
    work = anybody.text("Harbour of Bridges") or ""
    assert "It stands on [[Paper Bridge|paper]], see [[Paper Bridge]]." in work
    log = (anybody.text(LOG) or "").splitlines()
    assert len(log) == len(promoted())
    for row in promoted():
        assert sum(f"[[:{row.name}]]" in line for line in log) == 1, row.name
    wicks = anybody.text(WICKS) or ""
    assert wicks.startswith("Pages to which few others link:\n")
    assert all(f"[[:{row.name}]]" in wicks for row in promoted())


def people_are_told_once(anybody: Person) -> None:
    """Each creator has one message, whatever happened to how many drafts."""
    for name, words in {
        "Abel": ("Umbrella Duel", "Clockwork Butler", "Lantern Bearer's Oath"),
        "Dina": ("1001 Kettles", "Snow on the Stage", "Borrowed Thunder"),
        "Rosa": ("Dust on the Manuscript",),
        "Greta": ("Greta's Fourth",),
    }.items():
        talk = page(anybody, f"User talk:{name}")
        assert len(by_bot(talk)) == 1, name
        assert all(word in text_of(by_bot(talk)[0]) for word in words), name
    for name in ("Kim", "Mallory", "192.0.2.7"):
        assert page(anybody, f"User talk:{name}").get("missing"), name
    assert "Slow Work of Years" not in (anybody.text("User talk:Rosa") or "")
    assert "Greta's Third" not in (anybody.text("User talk:Greta") or "")


def test_a_dry_run_tells_the_same_and_writes_nothing(
    filled: tuple[Wiki, str], wiki: Wiki, bot_home: BotHome
) -> None:
    told = patrolled(bot_home, "--dry-run", "--since", filled[1])
    assert traces(Person(wiki.api)) == ()
    moves = {line["parameters"]["to"] for line in told.lines["write"] if line["kind"] == "move"}
    assert moves == {row.name for row in promoted()}
    unlike = [
        f"{row.name}: {told.said(row.draft)}"
        for row in rows()
        if row.said not in told.said(row.draft)
    ]
    assert unlike == []


def test_by_the_other_wikis_rule_nothing_is_moved_and_a_ready_draft_is_reported(
    filled: tuple[Wiki, str], wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]
) -> None:
    persons[ADMIN].edit(POLICY_PAGE, "{}")
    settings = bot_home.directory / "tropebot.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace('preset = "demo"', 'preset = "allthetropes"')
        + "\n[policy.workshop]\nauthor_age_hours = 0\n",  # nobody has had an account for a day here
        encoding="utf-8",
    )
    told = patrolled(bot_home, "--since", filled[1])
    assert traces(Person(wiki.api)) == ()
    assert told.run["requests"]["write"] == 0
    ready = [line for line in told.lines["draft"] if line["holds"] == ["the policy only reports"]]
    assert [line["title"] for line in ready] == [f"{WORKSHOP}1001 Kettles"]
    assert told.said(f"{WORKSHOP}Umbrella Duel").startswith("3 of 5 examples")
    number = str(told.run["run"])
    shown = bot_home.run("runs", "show", number).stdout
    assert f"{WORKSHOP}1001 Kettles: ready: 5 examples (5 needed)" in shown
