"""The bot of the fault tests is the real one, in a hurry."""

from tests.faults.hasty import HASTE, hasty


def test_it_sleeps_a_twentieth() -> None:
    slept: list[float] = []
    hasty(slept.append)(5)
    assert slept == [5 / HASTE]
