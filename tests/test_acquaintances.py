"""Whom a pass meets: nobody is asked about twice within a minute, and nobody is taken as known for longer."""

import pytest

from tests.fake_wiki import FakeWiki
from tests.patrols import FakeClock
from tropebot.acquaintances import Acquaintances
from tropebot.gate import FRESH_SECONDS

ADA, BEN = "User talk:Ada", "User talk:Ben"


class Asked:
    """People who meet people at a wiki, and what that asked of it."""

    def __init__(self) -> None:
        self.wiki = FakeWiki()
        self.wiki.put(ADA, "Hello.")
        self.clock = FakeClock(self.wiki)
        self.known = Acquaintances()
        self.reads = self.wiki.reads

    def meet(self, **talks: str) -> tuple[set[str], set[str], int]:
        """Who is known then, the talk pages that exist, and how many requests it took."""
        before = self.wiki.reads
        people, pages = self.known.meet(talks, self.wiki, self.clock)
        there = {title for title, page in pages.items() if page}
        return set(people), there, self.wiki.reads - before


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_people_and_their_talk_pages_are_one_question(asked: Asked) -> None:
    assert asked.meet(Ada=ADA, Ben=BEN) == ({"Ada", "Ben"}, {ADA}, 1)
    assert asked.meet(Ada=ADA, Ben=BEN) == ({"Ada", "Ben"}, {ADA}, 0)
    assert asked.meet(Ada=ADA) == ({"Ada"}, {ADA}, 0)
    assert asked.meet() == (set(), set(), 0)


def test_only_what_is_not_known_is_asked_for(asked: Asked) -> None:
    assert asked.meet(Ada="") == ({"Ada"}, set(), 1)
    assert asked.meet(Ada=ADA) == ({"Ada"}, {ADA}, 1)
    assert asked.meet(Ada=ADA, Ben="") == ({"Ada", "Ben"}, {ADA}, 1)


def test_after_a_minute_people_are_asked_about_again(asked: Asked) -> None:
    assert asked.meet(Ada=ADA)[2] == 1
    asked.clock.sleep(FRESH_SECONDS)
    assert asked.meet(Ada=ADA)[2] == 0
    asked.clock.sleep(1)
    asked.wiki.blocked.add("Ada")
    assert asked.meet(Ada=ADA)[2] == 1
    people, _ = asked.known.meet({"Ada": ADA}, asked.wiki, asked.clock)
    assert people["Ada"].blocked
