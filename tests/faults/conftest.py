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
from tests.faults.story import ACTS, Bot, Stage, set_stage, take_back, tell
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
def undisturbed_story(stage: Stage) -> tuple[Shown, Shown]:
    """What the story leaves behind when nothing goes wrong, and what is left when it is taken back."""
    stage.set()
    with faulty_way(stage.wiki.port) as way:
        bot = Bot(stage.home, way)
        tell(stage, bot)
        told = shown(stage.wiki)
        take_back(stage, bot)
        assert set(bot.exits) == {0}, bot.exits
    return told, shown(stage.wiki)


@pytest.fixture(scope="session")
def wanted(undisturbed_story: tuple[Shown, Shown]) -> Shown:
    """What the story leaves behind when nothing goes wrong."""
    return undisturbed_story[0]


@pytest.fixture(scope="session")
def wanted_back(undisturbed_story: tuple[Shown, Shown]) -> Shown:
    """What is left when the story is taken back and nothing goes wrong."""
    return undisturbed_story[1]


@pytest.fixture(scope="session")
def people_alone(stage: Stage) -> Shown:
    """The story on a wiki without a bot."""
    stage.set()
    for act in ACTS[1:]:
        act(stage.wiki, stage.persons)
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
