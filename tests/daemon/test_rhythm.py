"""How long the daemon waits: never outside its limits, shorter where something happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.daemon.rhythm import Rhythm
from tropebot.errors import Exit

START = Rhythm(shortest=10, longest=120, away=900, seconds=40)


@pytest.mark.parametrize(
    ("exit_code", "changes", "deferred", "seconds", "why"),
    [
        (Exit.DONE, 0, 0, 60, "nothing happened: look less often"),
        (Exit.DONE, 3, 0, 20, "something happened: look more often"),
        (Exit.DONE, 3, 1, 10, "work is left: go on soon"),
        (Exit.INCOMPLETE, 0, 0, 10, "a pass broke off: go on soon"),
        (Exit.LOCKED, 0, 0, 10, "a person's command works: it will be over soon"),
        (Exit.STOPPED, 0, 0, 120, "a person has to do something"),
        (Exit.NOT_ALLOWED, 0, 0, 120, "a person has to do something"),
        (Exit.CONFIG, 0, 0, 120, "the policy page is broken: a person has to mend it"),
        (Exit.UNAVAILABLE, 0, 0, 80, "the wiki is away: ask it less often"),
    ],
)
def test_after_a_pass(
    exit_code: Exit, changes: int, deferred: int, seconds: float, why: str
) -> None:
    assert START.after(exit_code, changes=changes, deferred=deferred).seconds == seconds, why


def test_a_wiki_that_is_away_for_a_day_is_asked_every_quarter_of_an_hour() -> None:
    rhythm = START
    for _ in range(20):
        rhythm = rhythm.after(Exit.UNAVAILABLE)
    assert rhythm.seconds == 900


def test_when_it_is_back_it_is_looked_at_as_before() -> None:
    away = Rhythm(shortest=10, longest=120, away=900, seconds=900)
    assert away.after(Exit.DONE, changes=500).seconds == 60


@given(
    st.lists(st.tuples(st.sampled_from(Exit), st.integers(0, 9), st.integers(0, 2)), max_size=30)
)
def test_it_stays_within_its_limits(passes: list[tuple[Exit, int, int]]) -> None:
    rhythm = START
    for exit_code, changes, deferred in passes:
        rhythm = rhythm.after(exit_code, changes=changes, deferred=deferred)
        most = rhythm.away if exit_code is Exit.UNAVAILABLE else rhythm.longest
        assert rhythm.shortest <= rhythm.seconds <= most
