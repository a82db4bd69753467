"""The clock that the daemon lives by: it is heard while anybody waits, and waits no longer than needed."""

import time
from itertools import pairwise

import pytest

from tropebot.app import SLICE_SECONDS, SystemClock
from tropebot.home import Limits


class Machine:
    """The machine's time, which passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(time, "monotonic", made.monotonic)
    monkeypatch.setattr(time, "sleep", made.sleep)
    return made


@pytest.mark.parametrize(
    ("seconds", "why"),
    [
        (Limits().write_wait_seconds, "a wiki that is locked"),
        (600.0, "one edit in ten minutes, by the operator's limit: longer than the watchdog waits"),
        (0.25, "hardly a wait"),
    ],
)
def test_it_is_heard_while_it_waits(machine: Machine, seconds: float, why: str) -> None:
    heard: list[float] = []
    SystemClock(heard.append).sleep(seconds)
    assert sum(machine.slept) == pytest.approx(seconds), why
    silences = [later - earlier for earlier, later in pairwise(heard)]
    assert max(silences, default=0) <= SLICE_SECONDS
    assert len(heard) >= seconds


def test_no_time_to_wait_is_no_wait(machine: Machine) -> None:
    SystemClock().sleep(0)
    SystemClock().sleep(-5)
    assert machine.slept == []


def test_asked_to_end_it_waits_no_longer(machine: Machine) -> None:
    SystemClock(ending=lambda: machine.now >= 3).sleep(600)
    assert machine.now == 3
