"""A fifth of all requests meets a fault and the bot is killed now and then: the wiki ends as without.

So it does once more when everything is taken back. What is compared is what the wiki shows; the ledger is not
asked.
"""

import pytest

from tests.faults.checker import Shown, shown
from tests.faults.figures import line, total
from tests.faults.proxy import Proxy, Schedule
from tests.faults.story import MEDDLED, Bot, Stage, take_back, tell

pytestmark = pytest.mark.real

SHARE, KILLS = 0.2, 0.02
WANTED = {
    "flag": 5,
    "unflag": 4,
    "fix": 4,
    "notice": 3,
    "strip": 5,
    "restore": 3,
    "refusal": 3,
    "move": 4,
}
TAKEN_BACK = {"edit taken back": 5, "message taken back": 4, "move taken back": 3}
MOVES = {
    "Trope Workshop:Fault Draft 1 → Fault Draft 1": 1,
    "Trope Workshop talk:Fault Draft 1 → Talk:Fault Draft 1": 1,
    "Trope Workshop:Fault Draft 1/Notes → Fault Draft 1/Notes": 1,
    "Trope Workshop:Fault Draft 2 → Fault Draft 2": 1,
}
MOVES_BACK = {
    "Fault Draft 1 → Trope Workshop:Fault Draft 1": 1,
    "Talk:Fault Draft 1 → Trope Workshop talk:Fault Draft 1": 1,
    "Fault Draft 1/Notes → Trope Workshop:Fault Draft 1/Notes": 1,
}


def test_the_story_has_every_kind_of_effect(wanted: Shown) -> None:
    """What the runs with faults are compared with is what is wanted."""
    assert wanted.kinds() == WANTED
    assert wanted.moves == MOVES
    assert not wanted.doubled()


def test_taken_back_the_wiki_is_as_people_left_it(wanted_back: Shown, people_alone: Shown) -> None:
    """Each page reads as on a wiki without a bot; what people touched after the bot is `MEDDLED`."""
    assert wanted_back.kinds() == WANTED | TAKEN_BACK
    assert wanted_back.moves == MOVES | MOVES_BACK
    answered = {"User talk:Dora", "Trope Workshop talk:Fault Refused 3"}
    made = wanted_back.texts.keys() - people_alone.texts.keys() - answered - MEDDLED.keys()
    assert {wanted_back.texts[title] for title in made} == {""}, "messages are left"
    assert all("talk:" in title for title in made)
    assert all(wanted_back.sections[title] == 1 for title in answered & wanted_back.sections.keys())
    for title, text in people_alone.texts.items():
        if title not in answered and title != "Trope Workshop:Fault Draft 2":
            assert wanted_back.texts[title] == MEDDLED.get(title, text), title


def test_figures_are_summed_seed_by_seed() -> None:
    """A seed that was run again counts once, with its last figures."""
    lines = [
        line(seed=1, kills=5, seen={"flag": 1}),
        "no figures here",
        f".{line(seed=2, kills=1, seen={})}",
    ]
    lines.append(line(seed=1, kills=2, seen={"flag": 2, "move": 1}))
    assert total(lines) == {"seeds": 2, "kills": 3, "seen": {"flag": 2, "move": 1}}


@pytest.mark.parametrize("seed", [1])
def test_the_wiki_ends_as_without_faults(
    seed: int, scene: Stage, bot: Bot, proxy: Proxy, undisturbed_story: tuple[Shown, Shown]
) -> None:
    one_run(seed, scene, bot, proxy, undisturbed_story)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 170))
def test_the_wiki_ends_as_without_faults_seventy_times(
    seed: int, scene: Stage, bot: Bot, proxy: Proxy, undisturbed_story: tuple[Shown, Shown]
) -> None:
    one_run(seed, scene, bot, proxy, undisturbed_story)


def one_run(seed: int, scene: Stage, bot: Bot, proxy: Proxy, wanted: tuple[Shown, Shown]) -> None:
    """The story under one seed, and its undoing; prints the figures that `docs/reliability.md` sums up."""
    schedule = proxy.schedule = Schedule(seed, share=SHARE, kills=KILLS)
    print(f"seed {seed}")
    tell(scene, bot)
    proxy.schedule = None
    assert bot.once() == 0, bot.said
    told = shown(scene.wiki)
    assert told.differences(wanted[0]) == [], f"seed {seed}: {proxy.met}"
    assert told.doubled() == []
    assert bot.last["requests"]["write"] == 0, "something was left to do"
    proxy.schedule = schedule
    take_back(scene, bot)
    proxy.schedule = None
    assert bot.once() == 0, bot.said
    seen = shown(scene.wiki)
    before, after = proxy.write_faults()
    print(
        line(
            seed=seed,
            requests=proxy.seen.total(),
            faults=len(proxy.met),
            writes_before=before,
            writes_after=after,
            kills=bot.kills,
            passes=bot.passes,
            exits=bot.exits,
            met=proxy.faults(),
            seen=seen.kinds(),
            wanted=wanted[1].kinds(),
            doubled=len(seen.doubled()),
            logged_out=(seen.anonymous - wanted[1].anonymous).total(),
        )
    )
    assert seen.differences(wanted[1]) == [], f"seed {seed}, taken back: {proxy.met}"
    assert seen.doubled() == []
    assert bot.last["requests"]["write"] == 0, "something was done again that was taken back"
