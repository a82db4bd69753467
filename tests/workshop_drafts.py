"""Fills a wiki with the drafts of `tests/data/workshop`, and reads the table of where they end.

Must not be imported by unit tests, nor use the bot's code: people do what is done here.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo.content import Step, steps_of
from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from demo.populate import POLICY_PAGE, bring_in, next_second, people, take

DATA = Path(__file__).parent / "data" / "workshop"
DRAFTS, DRAFTS_TALK = 3000, 3001
WORKSHOP = "Trope Workshop:"
LOG, WICKS = "Trope Demo:Promotions", "Trope Demo:Pages Needing Wicks"
BLOCKED = "Mallory"
AUTHORS = (
    *("Abel", "Bea", "Carl", "Dina", "Egon", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lea"),
    *("Max", "Nan", "Otto", "Pia", "Quinn", "Rosa", "Greta", BLOCKED),
)
POLICY: dict[str, Any] = {
    "mode": "act",
    "contacts": [ADMIN],
    "workshop": {
        "templates": {"add": ["Approved"]},
        "description_words": 8,
        "trope_categories": 1,
        "quiet_hours": 1,
        "min_age_hours": 24,
        "author_registered": True,
        "prune_empty_headings": True,
        "drafts_per_creator": 3,
        "approval": {
            "votes": 2,
            "section": "Votes",
            "templates": ["Approved"],
            "support": [r"support\b.*"],
            "oppose": [r"oppose\b.*"],
        },
        "stale": {"days": 180, "substantial_bytes": 40, "exempt_templates": ["Long-term"]},
        "after": {"links": 20, "redirects": True, "log_page": LOG, "wicks_page": WICKS},
    },
    "actions": {"TB301": "flag", "TB302": "tell"},
    "flags": {"TB301": {"template": "Stale draft"}},
}
"""What the wiki asks of drafts, as its policy page says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Where a draft ends; ``talk``: whether the bot says on its talk page why it stays."""

    name: str
    ends: str
    talk: bool
    said: str
    why: str

    @property
    def draft(self) -> str:
        """Its title in the Workshop."""
        return f"{WORKSHOP}{self.name}"


def rows() -> tuple[Row, ...]:
    """The table. Raises `ValueError` for a line that cannot be read."""
    found = []
    for line in (DATA / "EXPECTED.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not line.startswith(("|---", "| Draft |")):
            name, ends, talk, said, why = (cell.strip() for cell in line.strip("|").split("|"))
            if (
                ends not in ("Main", "Workshop", "flagged TB301")
                or talk not in ("", "once")
                or not why
            ):
                raise ValueError(line)
            found.append(Row(name=name, ends=ends, talk=bool(talk), said=said, why=why))
    return tuple(found)


def texts() -> dict[str, str]:
    """The last text that people gave each draft, by title."""
    return {
        step.title: step.text
        for step in (*_steps("base.wiki"), *_steps("recent.wiki"))
        if step.title.startswith(WORKSHOP)
    }


def fill(wiki: Wiki) -> str:
    """Fill the demo's wiki with these drafts instead of its own; the server's time before the last edits."""
    admin = people(wiki)[ADMIN]
    for space in (DRAFTS, DRAFTS_TALK):
        for page in admin.query(list="allpages", apnamespace=space, aplimit=500)["allpages"]:
            admin.delete(page["title"], "room for others")
    _make_accounts(admin)
    today = datetime.now(UTC)
    bring_in(
        wiki,
        (
            replace(step, on=f"{today - timedelta(days=int(step.on)):%Y-%m-%d}")
            for step in _steps("base.wiki")
        ),
    )
    admin.edit(POLICY_PAGE, json.dumps(POLICY, indent=4))
    admin.edit("MediaWiki:Titleblacklist", ".*Badword.*")
    admin.protect("Guarded Gate", "create=sysop")
    admin.protect(f"{WORKSHOP}Anchored Deep", "move=sysop")
    admin.block(BLOCKED)
    since = next_second(admin)
    everybody = people(wiki)
    for step in _steps("recent.wiki"):
        take(everybody[step.by], step)
    wiki.run_jobs()
    _put_back(wiki, today)
    return since


def _make_accounts(admin: Person) -> None:
    token = admin.query(meta="tokens", type="createaccount")["tokens"]["createaccounttoken"]
    for name in AUTHORS:
        word = f"{name} has a long password"
        said = admin.ask(
            action="createaccount",
            username=name,
            password=word,
            retype=word,
            createtoken=token,
            createreturnurl="http://127.0.0.1/",
        )["createaccount"]
        if said["status"] != "PASS":
            raise ValueError(f"{name}: {said}")


def _put_back(wiki: Wiki, today: datetime) -> None:
    """What no API does in the past: a deletion, and the revision that a protection leaves."""
    deletion, protection = (f"{today - timedelta(days=days):%Y%m%d%H%M%S}" for days in (100, 2))
    database = sqlite3.connect(wiki.directory / "data" / "wiki.sqlite")
    with database:
        database.execute(
            "UPDATE logging SET log_timestamp = ? WHERE log_type = 'delete' AND log_title = ?",
            (deletion, "Forgotten_Password_Dragon"),
        )
        database.execute(
            "UPDATE revision SET rev_timestamp = ? WHERE rev_id ="
            " (SELECT page_latest FROM page WHERE page_title = ?)",
            (protection, "Anchored_Deep"),
        )
    database.close()


def _steps(bundle: str) -> Iterator[Step]:
    """The steps with their pieces put in; a draft that was voted for has a step for its talk page."""
    pieces = {step.title: step.text for step in steps_of(_read("pieces.wiki"))}
    for step in steps_of(_read(bundle)):
        lines = step.text.split("\n")
        voted = "%voted" in lines
        text = "\n".join(line for line in lines if line != "%voted")
        for name in ("good", *pieces):
            text = text.replace(f"%{name}\n", f"{pieces[name]}\n")
            text = text if not text.endswith(f"%{name}") else text[: -len(name) - 1] + pieces[name]
        yield replace(step, text=text)
        if voted:
            talk = step.title.replace(WORKSHOP, "Trope Workshop talk:")
            yield replace(step, title=talk, by="Ida", text=pieces["votes"])


def _read(bundle: str) -> str:
    return (DATA / bundle).read_text(encoding="utf-8")
