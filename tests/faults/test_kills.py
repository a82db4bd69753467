"""`kill -9` of the real process at random moments, and two processes at once."""

import json
import random
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from demo.populate import POLICY_PAGE
from tests.faults.checker import Shown, shown
from tests.faults.proxy import Proxy
from tests.faults.story import BOLD, REFUSED, Bot, Stage
from tests.patrols import BAD_TROPE

pytestmark = pytest.mark.real


@pytest.fixture(scope="session")
def undisturbed(stage: Stage) -> tuple[Shown, float]:
    """What one undisturbed pass over the backlog leaves, and how many seconds it takes on this machine."""
    stage.set()
    began = time.monotonic()
    stage.home.patrol()
    return shown(stage.wiki), time.monotonic() - began


@pytest.fixture(scope="session")
def backlog_done(undisturbed: tuple[Shown, float]) -> Shown:
    """What one undisturbed pass over the backlog leaves."""
    return undisturbed[0]


def killed(seed: int, kills: int, scene: Stage, bot: Bot, undisturbed: tuple[Shown, float]) -> None:
    """So many processes killed over one backlog; what is left is for a last one.

    Half a pass's time is the longest life, so that a quick machine is no easier on the bot.
    """
    wanted, seconds = undisturbed
    chance = random.Random(seed)  # noqa: S311  moments, no secrets
    for _ in range(kills):
        process = bot.start(hasty=False)
        time.sleep(chance.uniform(0.1, 0.5) * seconds)
        process.kill()
        bot.end(process)
    bot.until_quiet()
    seen = shown(scene.wiki)
    print(f"seed {seed}: {bot.kills} of {kills} killed in time, {dict(seen.kinds())}")
    assert bot.kills >= kills // 4, "nearly all ended before they were killed"
    assert seen.differences(wanted) == [], f"seed {seed}"
    assert seen.doubled() == []


def test_f03_peer_f41_killed_at_random_moments_nothing_is_doubled_or_lost(
    scene: Stage, bot: Bot, undisturbed: tuple[Shown, float]
) -> None:
    killed(3, 8, scene, bot, undisturbed)


KILLS = 50
BACKLOG = 150
"""Tropes to flag: so many that fifty processes do not get through them."""


@pytest.mark.long
def test_killed_fifty_times_over_one_backlog(stage: Stage, bot: Bot, proxy: Proxy) -> None:
    """Every second process lives until it writes; what is left after fifty is for a last one."""
    wanted = _set_backlog(stage)
    chance = random.Random(KILLS)  # noqa: S311  moments, no secrets
    before_a_write = 0
    while bot.kills < KILLS:
        written, process = _writes(proxy), bot.start(hasty=False)
        if bot.kills % 2:
            while _writes(proxy) == written and process.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.3))
        else:
            time.sleep(chance.uniform(0.05, 2.0))
        process.kill()
        assert bot.end(process) == -9, f"the backlog ended after {bot.kills} kills: {bot.said}"
        before_a_write += _writes(proxy) == written
    written = _writes(proxy)
    bot.until_quiet()
    seen = shown(stage.wiki)
    print(
        f"{bot.kills} kills, {before_a_write} before a first write; {written} writes sent before the last,"
        f" {_writes(proxy) - written} after it: {dict(seen.kinds())}, wanted {dict(wanted.kinds())}"
    )
    assert _writes(proxy) > written, "nothing was left to do after the last kill"
    assert seen.differences(wanted) == []
    assert seen.doubled() == []


def _set_backlog(stage: Stage) -> Shown:
    """The story's beginning and many more bad tropes; what one undisturbed pass makes of it."""
    stage.set()
    policy = {"mode": "act", "limits": {"breaker_minimum": 10 * BACKLOG}}
    stage.persons["Admin"].edit(POLICY_PAGE, json.dumps(policy))
    names = ("Ben", "Cleo", "Dora", "Emil")
    for number in range(BACKLOG):
        stage.persons[names[number % 4]].edit(f"Fault Backlog {number}", BAD_TROPE)
    stage.wiki.run_jobs()
    stage.wiki.snapshot("backlog")
    stage.home.patrol()
    wanted = shown(stage.wiki)
    assert wanted.kinds()["flag"] > BACKLOG
    stage.set("backlog")
    return wanted


def _writes(proxy: Proxy) -> int:
    return proxy.seen["edit"] + proxy.seen["move"]


def _second(bot: Bot, home: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        (sys.executable, "-m", "tropebot", "--home", str(home), "--json", "patrol"),
        env={**bot.home.environment, "TROPEBOT_HOME": str(home)},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_f23_peer_f01_a_second_process_ends_at_once_and_says_why(
    scene: Stage, bot: Bot, proxy: Proxy, backlog_done: Shown
) -> None:
    second: list[subprocess.Popen[str]] = []

    def at_the_first_edit(request: object) -> str:
        if not second and proxy.seen["edit"]:
            second.append(_second(bot, scene.home.directory))
            _, said = second[0].communicate(timeout=60)
            assert second[0].returncode == 6, said
            assert said.count("\n") == 1
        return ""

    proxy.stop_at = at_the_first_edit
    assert bot.once() == 0, bot.said
    assert second
    assert shown(scene.wiki).differences(backlog_done) == []


def test_f23_two_homes_without_a_common_lock_still_double_no_effect_on_a_page(
    scene: Stage, bot: Bot, proxy: Proxy, backlog_done: Shown, tmp_path: Path
) -> None:
    """Each with a ledger and a lock of its own, at the same time: `baserevid` lets one of them win.

    What does not hold: each home tells people of what it did itself, in a message of its own, and each
    tries a refused move once and tells of it, since it does not know of the other's. No page is named twice.
    """
    other_home = tmp_path / "other"
    shutil.copytree(scene.home.directory, other_home)
    other = Bot(
        replace(
            bot.home,
            directory=other_home,
            environment={**bot.home.environment, "TROPEBOT_HOME": str(other_home)},
        ),
        proxy,
    )
    first, second = bot.start(), other.start()
    codes = {bot.end(first), other.end(second)}
    assert codes <= {0, 5, 7}, f"{bot.said}\n{other.said}"
    bot.until_quiet()
    other.until_quiet()
    seen = shown(scene.wiki)
    told = {"User talk:Ben", "User talk:Cleo", "User talk:Dora"}
    apart = {*told, BOLD}
    wrong = [
        line for line in seen.differences(backlog_done) if not any(name in line for name in apart)
    ]
    assert wrong == []
    for title in REFUSED:
        assert seen.texts[title] == backlog_done.texts[title]
    assert seen.moves == backlog_done.moves
    for name in told:
        for page in ("Fault Flag 1", "Fault Flag 3", "Fault Flag 4", "Fault Draft 1"):
            assert seen.texts[name].count(f"[[:{page}]]") <= 1
