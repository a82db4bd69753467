"""A story that people and the bot write on a real wiki, in which every kind of effect comes up.

Must not know about faults: the same story is told with them and without.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.mediawiki import Wiki
from demo.people import Person
from demo.populate import POLICY_PAGE, POPULATED, png
from tests.faults.proxy import Proxy
from tests.patrols import BAD_TROPE, DRAFT, FINISHED, GOOD_TROPE
from tests.real_wiki import CHECKOUT, BotHome

HASTY = str(Path(__file__).with_name("hasty.py"))
LIMITS = """
[limits]
answer_seconds = 4
call_seconds = 25
write_wait_seconds = 4
run_seconds = 120
"""
MOST_PASSES = 60
PASS_SECONDS = 150
EXPECTED_EXITS = frozenset({0, 4, 5, 7})
"""What faults may end a pass with: done, not allowed (a token bad twice), unavailable, incomplete."""

BOLD = "Fault Refused"
REFUSED = tuple(f"Trope Workshop:{BOLD} {number}" for number in range(1, 4))
"""Drafts that an abuse filter does not let into Main."""

SMALL_TROPE = "Small Trope"
SMALL_DRAFT = "Trope Workshop:Small Draft"
SMALL_TARGET = "Small Draft"

Act = Callable[[Wiki, Mapping[str, Person]], None]


def begin(wiki: Wiki, persons: Mapping[str, Person]) -> None:
    """Bad tropes, a picture without a licence, drafts that are ready, three that an abuse filter holds."""
    for number, name in enumerate(("Ben", "Ben", "Cleo", "Dora"), start=1):
        persons[name].edit(f"Fault Flag {number}", BAD_TROPE, createonly=True)
    persons["Ben"].upload("Fault Picture.png", png("Fault Picture.png"), "A fault.", "")
    persons["Cleo"].edit("Trope Workshop:Fault Draft 1", DRAFT)
    persons["Ada"].edit("Trope Workshop talk:Fault Draft 1", "Good idea.")
    persons["Cleo"].edit("Trope Workshop:Fault Draft 1/Notes", "Some notes.")
    persons["Dora"].edit("Trope Workshop:Fault Draft 2", DRAFT)
    for title in REFUSED:
        persons["Emil"].edit(title, DRAFT)
    add_filter(wiki, f'action == "move" & moved_to_title rlike "^{BOLD}"', "disallow")


def begin_small(wiki: Wiki, persons: Mapping[str, Person]) -> None:
    """One trope to flag and one draft to promote, by two people: five writes of five kinds."""
    del wiki
    persons["Ben"].edit(SMALL_TROPE, BAD_TROPE)
    persons["Cleo"].edit(SMALL_DRAFT, DRAFT)


def repair(wiki: Wiki, persons: Mapping[str, Person]) -> None:
    """Ada adds what the flagged tropes lack."""
    del wiki
    for number in range(1, 5):
        persons["Ada"].append(f"Fault Flag {number}", "\n[[Category:{{PAGENAME}}]]")


def fix(wiki: Wiki, persons: Mapping[str, Person]) -> None:
    """The policy says that missing markup is to be added, and there is some."""
    del wiki
    policy = {"mode": "act", "actions": {"TB101": "fix"}}
    persons["Admin"].edit(POLICY_PAGE, json.dumps(policy))
    for number in range(1, 5):
        persons["Emil"].edit(f"Fault Fix {number}", BAD_TROPE)


def meddle(wiki: Wiki, persons: Mapping[str, Person]) -> None:
    """People work on where the bot has been: beside its edit, in it, in a promoted draft, below messages."""
    del wiki
    ada = persons["Ada"]
    ada.edit("Fault Fix 1", BESIDE)
    ada.edit("Fault Fix 2", WITHIN)
    ada.append("Fault Draft 2", "\nBetter.")
    persons["Dora"].append("User talk:Dora", "\n: Why is that?")
    persons["Emil"].append(f"Trope Workshop talk:{BOLD} 3", "\n: Why is that?")


ACTS: tuple[Act, ...] = (begin, repair, fix)
BESIDE = GOOD_TROPE.replace("It happens.", "It happens often.")
WITHIN = GOOD_TROPE.replace("PAGENAME}}]]", "PAGENAME}}|*]]")
MEDDLED = {
    "Fault Fix 1": BESIDE.replace("\n[[Category:{{PAGENAME}}]]", ""),
    "Fault Fix 2": WITHIN,
    "Fault Draft 2": f"{FINISHED}\nBetter.",
}
"""Pages that people touched after the bot, and what they are when everything else is taken back."""


def add_filter(wiki: Wiki, pattern: str, consequence: str) -> None:
    """An abuse filter, as an administrator makes one on `Special:AbuseFilter` (there is no API for it)."""
    with (
        closing(sqlite3.connect(wiki.directory / "data" / "wiki.sqlite", timeout=30)) as base,
        base,
    ):
        columns = {row[1] for row in base.execute("PRAGMA table_info(abuse_filter)")}
        row = {
            "af_pattern": pattern,
            # who made it: by name in MediaWiki 1.39, by the number of an actor in 1.43
            **(
                {"af_actor": 1}
                if "af_actor" in columns
                else {"af_user": 1, "af_user_text": "Admin"}
            ),
            "af_timestamp": "20260101000000",
            "af_enabled": 1,
            "af_comments": "",
            "af_public_comments": "a test",
            "af_hidden": 0,
            "af_hit_count": 0,
            "af_throttled": 0,
            "af_deleted": 0,
            "af_actions": consequence,
            "af_global": 0,
            "af_group": "default",
        }
        names, places = ", ".join(row), ", ".join("?" * len(row))
        cursor = base.execute(
            f"INSERT INTO abuse_filter ({names}) VALUES ({places})",  # noqa: S608  our own names
            tuple(row.values()),
        )
        base.execute(
            "INSERT INTO abuse_filter_action (afa_filter, afa_consequence, afa_parameters)"
            " VALUES (?, ?, '')",
            (cursor.lastrowid, consequence),
        )


@dataclass
class Bot:
    """The bot as a process of its own, behind a proxy."""

    home: BotHome
    proxy: Proxy
    passes: int = 0
    kills: int = 0
    exits: Counter[int] = field(default_factory=Counter)
    last: dict[str, Any] = field(default_factory=dict)
    said: str = ""
    _process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.proxy.kill = self.die

    def die(self) -> None:
        """SIGKILL, now."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def start(
        self, *arguments: str, command: str = "patrol", hasty: bool = True
    ) -> subprocess.Popen[str]:
        """A pass, or another command, begun."""
        program = (HASTY,) if hasty else ("-m", "tropebot")
        self._process = subprocess.Popen(
            (sys.executable, *program, "--json", command, *arguments),
            env={**self.home.environment, "TROPEBOT_DEMO_PORT": str(self.proxy.port)},
            cwd=self.home.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self._process

    def end(self, process: subprocess.Popen[str]) -> int:
        """Wait for a pass to end; its exit code."""
        try:
            out, self.said = process.communicate(timeout=PASS_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        self.passes += 1
        self.kills += process.returncode == -9
        self.exits[process.returncode] += 1
        lines = out.splitlines()
        self.last = json.loads(lines[-1]) if lines and process.returncode != -9 else {}
        return int(process.returncode)

    def once(self, *arguments: str, command: str = "patrol", hasty: bool = True) -> int:
        """One pass, or another command; its exit code."""
        return self.end(self.start(*arguments, command=command, hasty=hasty))

    def until_quiet(self) -> None:
        """Pass after pass, as cron makes them, until one is clean and has nothing to do."""
        self._until_nothing_is_left("patrol", "deferred")

    def until_taken_back(self) -> None:
        """The same `undo` again and again, as an operator asks, until it finds nothing left to do."""
        self._until_nothing_is_left("undo", "unknown", "--since", "1d")

    def _until_nothing_is_left(self, command: str, open_: str, *arguments: str) -> None:
        for _ in range(MOST_PASSES):
            code = self.once(*arguments, command=command)
            assert code == -9 or code in EXPECTED_EXITS, (code, self.said)
            assert "Traceback" not in self.said, self.said
            if code == 0 and not self.last["requests"]["write"] and not self.last[open_]:
                return
        raise AssertionError(f"no end after {MOST_PASSES} times: {self.last} {self.said}")


def patient_home(home: BotHome) -> BotHome:
    """The home with limits that suit a wiki which often does not answer."""
    settings = home.directory / "tropebot.toml"
    text = settings.read_text("utf-8").replace("\n[limits]\n", LIMITS)
    settings.write_text(text, "utf-8")
    return home


@dataclass(frozen=True)
class Stage:
    """A wiki with the story's beginning ready, and a home that has seen all before it."""

    wiki: Wiki
    persons: Mapping[str, Person]
    home: BotHome
    kept: Path

    def set(self, snapshot: str = "story") -> None:
        """Everything as it was at the story's beginning."""
        self.wiki.reset(snapshot)
        shutil.rmtree(self.home.directory)
        shutil.copytree(self.kept, self.home.directory)


def set_stage(wiki: Wiki, persons: Mapping[str, Person], home: BotHome, kept: Path) -> Stage:
    """Prepare the stage: the bot's first pass, then what people do before the story begins."""
    wiki.reset(POPULATED)
    patient_home(home).patrol()
    wiki.snapshot("empty")
    for name, act in (("story", begin), ("small", begin_small)):
        wiki.reset("empty")
        act(wiki, persons)
        wiki.run_jobs()
        wiki.snapshot(name)
    shutil.copytree(home.directory, kept)
    return Stage(wiki, persons, home, kept)


def tell(stage: Stage, bot: Bot, acts: tuple[Act, ...] = ACTS) -> None:
    """The story; the first act stands ready on the stage."""
    for number, act in enumerate(acts):
        if number:
            act(stage.wiki, stage.persons)
        bot.until_quiet()
        bot.proxy.drain()


def take_back(stage: Stage, bot: Bot) -> None:
    """What follows the story: people work on, then the operator has all of it taken back."""
    meddle(stage.wiki, stage.persons)
    bot.until_taken_back()
    bot.proxy.drain()


__all__ = ["ACTS", "CHECKOUT", "Bot", "Stage", "set_stage", "take_back", "tell"]
