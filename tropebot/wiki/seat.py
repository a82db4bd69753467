"""From where somebody asks a wiki: as whom, on what clock, and how often so far.

Must not ask anything.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from tropebot.home import Credentials
from tropebot.wiki.wire import Clock

Sleep = Callable[[float], None]


@dataclass(slots=True)
class Requests:
    """How many requests were sent, for the run's report."""

    read: int = 0
    write: int = 0


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """Whose session it is. ``warm``: its cookies are there already; without credentials: nobody's."""

    user: str
    credentials: Credentials | None
    warm: bool = False


class Time(msgspec.Struct, frozen=True):
    """The clock that budgets are counted on (monotonic seconds), how to wait, and whether to go on at all.

    ``ending``: the process was asked to end. Then nothing more is asked, and nothing waited for.
    """

    clock: Clock
    sleep: Sleep
    ending: Callable[[], bool] = lambda: False


SYSTEM_TIME = Time(time.monotonic, time.sleep)
