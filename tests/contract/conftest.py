"""The world of a contract test: first the FakeWiki, then the real one."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.home import make_home
from demo.mediawiki import Wiki
from demo.populate import POPULATED, people
from tests.contract.worlds import FakeWorld, RealWorld, World
from tests.real_wiki import CHECKOUT, populated_wiki
from tropebot.home import open_home
from tropebot.wiki.session import open_session

__all__ = ["populated_wiki"]


@pytest.fixture(scope="session")
def real_world(
    populated_wiki: Wiki, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealWorld]:
    """One wiki, one session of the bot; each test has page titles of its own."""
    before = os.environ.get("TROPEBOT_DEMO_PORT")
    os.environ["TROPEBOT_DEMO_PORT"] = str(populated_wiki.port)
    populated_wiki.reset(POPULATED)
    home = make_home(
        CHECKOUT / "config", tmp_path_factory.mktemp("contract") / "home", populated_wiki
    )
    settings = home / "tropebot.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("\n[limits]\n", "\n[limits]\nwrite_wait_seconds = 3\n"),
        "utf-8",
    )
    yield RealWorld(
        populated_wiki, open_session(open_home(Path(home))), people(populated_wiki), next_second
    )
    os.environ.pop("TROPEBOT_DEMO_PORT")
    if before is not None:
        os.environ["TROPEBOT_DEMO_PORT"] = before


def next_second() -> None:
    """MediaWiki's times have no fractions."""
    time.sleep(1.0 - time.time() % 1 + 0.01)


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.real)])
def world(request: pytest.FixtureRequest) -> World:
    """The wiki under test."""
    if request.param == "fake":
        return FakeWorld()
    found: RealWorld = request.getfixturevalue("real_world")
    return found
