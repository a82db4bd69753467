"""Fixtures of the tests that need a real MediaWiki: one wiki for each test process, reset for each test.

Must not be imported by unit tests. Use it in a `conftest.py`: `from tests.real_wiki import …`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from demo.home import make_home
from demo.mediawiki import Wiki, free_port, wikis_directory
from demo.people import Person
from demo.populate import POPULATED, people, populate

CHECKOUT = Path(__file__).resolve().parent.parent
RUN_SECONDS = 300


@dataclass(frozen=True)
class BotHome:
    """A bot home for the test's wiki, and the bot as a person runs it: a process of its own."""

    directory: Path
    environment: Mapping[str, str]
    since: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `tropebot` with these arguments."""
        return subprocess.run(
            (sys.executable, "-m", "tropebot", *arguments),
            env=self.environment,
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )

    def patrol(self, *arguments: str) -> dict[str, Any]:
        """Run a patrol that must succeed, and return its last line: the counts of the run."""
        done = self.run("--json", "patrol", *arguments)
        assert done.returncode == 0, done.stderr
        last: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        assert last["type"] == "run"
        return last


def _sweep() -> None:
    """End and remove the wikis of test processes that were killed."""
    for left in wikis_directory().glob("test-*"):
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            Wiki(left, 0).destroy()


@cache
def _test_wiki() -> Wiki:
    """This process's wiki, made once: each `conftest.py` that imports the fixture has one of its own."""
    _sweep()
    wiki = Wiki(wikis_directory() / f"test-{os.getpid()}", free_port())
    try:
        wiki.up()
        populate(wiki)
    except BaseException:
        wiki.destroy()
        raise
    return wiki


@pytest.fixture(scope="session")
def populated_wiki() -> Iterator[Wiki]:
    """One filled wiki for this test process, in a directory and on a port of its own."""
    wiki = _test_wiki()
    yield wiki
    wiki.destroy()


@pytest.fixture
def wiki(populated_wiki: Wiki) -> Wiki:
    """The filled wiki as it was when only people had edited it."""
    populated_wiki.up()
    populated_wiki.reset(POPULATED)
    return populated_wiki


@pytest.fixture
def persons(wiki: Wiki) -> dict[str, Person]:
    """The people of the wiki at its API, by name."""
    return people(wiki)


@pytest.fixture
def bot_home(wiki: Wiki, tmp_path: Path) -> BotHome:
    """A fresh bot home for the filled wiki."""
    directory = make_home(CHECKOUT / "config", tmp_path / "home", wiki)
    kept = ("PATH", "LANG", "LC_ALL", "HOME")
    environment = {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "TROPEBOT_HOME": str(directory),
        "TROPEBOT_DEMO_PORT": str(wiki.port),
        "PYTHONPATH": str(CHECKOUT),
    }
    return BotHome(directory, environment, (wiki.directory / "since").read_text(encoding="utf-8"))
