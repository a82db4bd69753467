"""Where units are worked on: what a process keeps from one unit to the next, and how it comes by its order.

Must not know who sends it work. An order can be large (all that a dump says of its wiki), so it is sent
once to each process or machine, as a `Parcel`; with a unit goes only what names it. A unit may be done twice.
"""

import hashlib
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from tropebot.audit.judging import Judge, Order, Outcome, judged
from tropebot.audit.knowledge import Survey, site_facts, surveyed
from tropebot.audit.machines import Machine, seen_machine, unlike
from tropebot.audit.units import Read, pages_of
from tropebot.audit.values import Unit
from tropebot.bounded import BoundedReader
from tropebot.errors import ConfigError
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Policy

Result = TypeVar("Result")
_KEPT = 2
"""Orders that a process remembers: two audits may share a cluster."""


class Seat:
    """What one worker keeps from unit to unit: the order, and who judges by it."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._reader = BoundedReader()
        self._judge: Judge | None = None

    def judge_unit(self, unit: Unit) -> Outcome:
        """The verdicts on a unit."""
        self._judge = self._judge or Judge(self._order, self._reader)
        return judged(unit, self._judge, self._order.caps)

    def survey_unit(self, unit: Unit) -> tuple[Survey, Read]:
        """What a unit says of its wiki."""
        policy = msgspec.json.decode(self._order.policy, type=Policy)
        facts = site_facts(self._order.known.site, policy)
        exempt = PolicyInForce(policy=policy, facts=facts).namespaces(policy.exempt.namespaces)
        read = Read()
        found = surveyed(pages_of(unit, self._order.caps, read), policy, facts, exempt)
        return found, read

    def close(self) -> None:
        """End what the judge's second reading runs in."""
        self._reader.close()


Task = Callable[[Seat, Unit], Result]
"""`Seat.judge_unit` or `Seat.survey_unit`: named by where it stands, so that it can be sent."""


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A pickled order with what names it; or only the file that holds it, where all can read that.

    ``sender`` is the machine that it came from, where it may be opened on others.
    """

    key: str
    order: bytes = b""
    path: str = ""
    sender: Machine | None = None

    @classmethod
    def of(cls, order: Order, sender: Machine | None = None) -> Self:
        """The order itself."""
        pickled = pickle.dumps(order)
        return cls(key=hashlib.sha256(pickled).hexdigest(), order=pickled, sender=sender)

    def left_in(self, directory: Path) -> "Parcel":
        """The same, left in a file."""
        path = directory / self.key
        path.write_bytes(self.order)
        return Parcel(key=self.key, path=str(path))

    def opened(self) -> Order:
        """The order. Raises `ConfigError` on a machine that would not judge as its sender does."""
        if self.sender is not None:
            why = unlike(seen_machine(tuple(self.sender.files)), self.sender)
            if why:
                raise ConfigError(f"A worker cannot do this audit: {os.uname().nodename} {why}.")
        order: Order = pickle.loads(self.order or Path(self.path).read_bytes())  # noqa: S301  our own
        return order


@dataclass(slots=True)
class _Room:
    """The seats of one order in this process; as many as work side by side, since none is shared."""

    order: Order
    idle: list[Seat] = field(default_factory=list)


_ROOMS: dict[str, _Room] = {}
_LOCK = threading.Lock()


def at_seat(parcel: Parcel, task: Task[Result], unit: Unit) -> Result:
    """A unit worked on by an order, in any process that can import this."""
    with _seat(parcel) as seat:
        return task(seat, unit)


def dismiss(key: str = "") -> None:
    """Forget an order, or all of them, and end what runs for it."""
    with _LOCK:
        rooms = [_ROOMS.pop(each) for each in list(_ROOMS) if key in ("", each)]
    for room in rooms:
        _clear(room)


@contextmanager
def _seat(parcel: Parcel) -> Iterator[Seat]:
    with _LOCK:
        room = _ROOMS.pop(parcel.key, None) or _Room(parcel.opened())
        _ROOMS[parcel.key] = room  # the one used last stands last
        old = [_ROOMS.pop(each) for each in list(_ROOMS)[:-_KEPT]]
        seat = room.idle.pop() if room.idle else Seat(room.order)
    for each in old:
        _clear(each)
    try:
        yield seat
    finally:
        with _LOCK:
            kept = _ROOMS.get(parcel.key) is room
            if kept:
                room.idle.append(seat)
        if not kept:
            seat.close()


def _clear(room: _Room) -> None:
    while room.idle:
        room.idle.pop().close()
