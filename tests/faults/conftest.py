"""One stage for each test process: a filled wiki and a bot home, put back for each test."""

import os
import signal
from collections.abc import Iterator

import pytest

from demo.home import make_home
from demo.mediawiki import Wiki
from demo.populate import people
from tests.faults.checker import Shown, shown
from tests.faults.proxy import Proxy, faulty_way
from tests.faults.story import Bot, Stage, set_stage, tell
from tests.real_wiki import CHECKOUT, BotHome, populated_wiki

__all__ = ["populated_wiki"]

# A test run that was begun in the background ignores SIGINT and would hand that on to the bot.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def stage(populated_wiki: Wiki, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The stage, built once."""
    populated_wiki.up()
    place = tmp_path_factory.mktemp("faults")
    directory = make_home(CHECKOUT / "config", place / "home", populated_wiki)
    kept = ("PATH", "LANG", "LC_ALL", "HOME")
    environment = {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "TROPEBOT_HOME": str(directory),
        "TROPEBOT_DEMO_PORT": str(populated_wiki.port),
        "PYTHONPATH": str(CHECKOUT),
    }
    home = BotHome(directory, environment, "")
    return set_stage(populated_wiki, people(populated_wiki), home, place / "kept")


@pytest.fixture
def scene(stage: Stage) -> Stage:
    """The stage, set anew."""
    stage.set()
    return stage


@pytest.fixture
def proxy(populated_wiki: Wiki) -> Iterator[Proxy]:
    """A way to the wiki that is honest until it gets a schedule."""
    with faulty_way(populated_wiki.port) as way:
        yield way


@pytest.fixture
def bot(scene: Stage, proxy: Proxy) -> Iterator[Bot]:
    """The bot, behind the proxy; killed at the end if it still runs."""
    one = Bot(scene.home, proxy)
    yield one
    one.die()


@pytest.fixture(scope="session")
def wanted(stage: Stage) -> Shown:
    """What the story leaves behind when nothing goes wrong."""
    stage.set()
    with faulty_way(stage.wiki.port) as way:
        bot = Bot(stage.home, way)
        tell(stage, bot)
        assert set(bot.exits) == {0}, bot.exits
    return shown(stage.wiki)


@pytest.fixture
def small(stage: Stage, proxy: Proxy) -> Iterator[Bot]:
    """The bot, behind the proxy, with one trope to flag and one draft to promote."""
    stage.set("small")
    one = Bot(stage.home, proxy)
    yield one
    one.die()


@pytest.fixture(scope="session")
def small_done(stage: Stage) -> Shown:
    """What an undisturbed pass over the small scene leaves."""
    stage.set("small")
    stage.home.patrol()
    return shown(stage.wiki)
