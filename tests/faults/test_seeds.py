"""A fifth of all requests meets a fault and the bot is killed now and then: the wiki ends as without.

What is compared is what the wiki shows; the ledger is not asked.
"""

import pytest

from tests.faults.checker import Shown, shown
from tests.faults.proxy import Proxy, Schedule
from tests.faults.story import Bot, Stage, tell

pytestmark = pytest.mark.real

SHARE, KILLS = 0.2, 0.02
WANTED = {"flag": 5, "unflag": 4, "fix": 4, "notice": 3, "strip": 3, "restore": 1}


def test_the_story_has_every_kind_of_effect(wanted: Shown) -> None:
    """What the runs with faults are compared with is what is wanted."""
    kinds = wanted.kinds()
    assert {kind: kinds[kind] for kind in WANTED} == WANTED
    assert wanted.moves == {
        "Trope Workshop:Fault Draft 1 → Fault Draft 1": 1,
        "Trope Workshop talk:Fault Draft 1 → Talk:Fault Draft 1": 1,
        "Trope Workshop:Fault Draft 1/Notes → Fault Draft 1/Notes": 1,
        "Trope Workshop:Fault Draft 2 → Fault Draft 2": 1,
    }
    assert not wanted.doubled()


@pytest.mark.parametrize("seed", [1])
def test_the_wiki_ends_as_without_faults(
    seed: int, scene: Stage, bot: Bot, proxy: Proxy, wanted: Shown
) -> None:
    one_run(seed, scene, bot, proxy, wanted)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 170))
def test_the_wiki_ends_as_without_faults_seventy_times(
    seed: int, scene: Stage, bot: Bot, proxy: Proxy, wanted: Shown
) -> None:
    one_run(seed, scene, bot, proxy, wanted)


def one_run(seed: int, scene: Stage, bot: Bot, proxy: Proxy, wanted: Shown) -> None:
    """The story under one seed; prints the figures that `docs/reliability.md` sums up."""
    proxy.schedule = Schedule(seed, share=SHARE, kills=KILLS)
    print(f"seed {seed}")
    tell(scene, bot)
    proxy.schedule = None
    assert bot.once() == 0, bot.said
    seen = shown(scene.wiki)
    before, after = proxy.write_faults()
    print(
        f"seed {seed}: {proxy.seen.total()} requests, {len(proxy.met)} faults"
        f" ({before} writes before, {after} after), {bot.kills} kills, {bot.passes} passes,"
        f" exits {dict(bot.exits)}, effects {dict(seen.kinds())}, wanted {dict(wanted.kinds())}"
    )
    assert seen.differences(wanted) == [], f"seed {seed}: {proxy.met}"
    assert seen.doubled() == []
    assert bot.last["requests"]["write"] == 0, "something was left to do"
