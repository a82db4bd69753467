"""What is told outside the wiki, one thing each, and what of it is still to be told.

Must not know where it is told or do I/O.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import asdict

KEPT = 50
"""Bulletins that wait for a place that does not answer, the newest; and promotions known as told."""


class Topic(StrEnum):
    """What a bulletin is about; each has a message `webhook-…`."""

    PROMOTED = "promoted"
    BROKEN = "broken"
    MENDED = "mended"
    BREAKER = "breaker"
    STOPPED = "stopped"
    GOES_ON = "goes-on"


class Bulletin(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened; ``title`` is the page's, of a promotion the new one, or empty."""

    topic: Topic
    title: str = ""
    text: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What has been told: what stood then by key, and the keys of promotions, the newest first.

    ``began``: somebody has looked before, so that the past is not news.
    """

    standing: Mapping[str, Bulletin]
    promotions: tuple[str, ...] = ()
    began: bool = False


def news(
    told: Told, standing: Mapping[str, Bulletin], promotions: Mapping[str, Bulletin]
) -> tuple[tuple[Bulletin, ...], Told]:
    """What is new since then, in order, and what is told once that has been."""
    came = tuple(each for key, each in standing.items() if key not in told.standing)
    went = tuple(_ended(each) for key, each in told.standing.items() if key not in standing)
    promoted = tuple(each for key, each in promotions.items() if key not in told.promotions)
    known = tuple(dict.fromkeys((*promotions, *told.promotions)))[:KEPT]
    now = Told(standing=standing, promotions=known, began=True)
    return (*(reversed(promoted) if told.began else ()), *went, *came), now


def _ended(what: Bulletin) -> Bulletin:
    topic = Topic.MENDED if what.topic is Topic.BROKEN else Topic.GOES_ON
    return Bulletin(topic=topic, title=what.title, text=what.text)


def row(bulletin: Bulletin) -> dict[str, str]:
    """A bulletin as the ledger keeps it, and as a webhook is told."""
    return {key: str(value) for key, value in asdict(bulletin).items()}


def from_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[Bulletin, ...]:
    """Bulletins as the ledger has kept them."""
    return tuple(
        Bulletin(topic=Topic(each["topic"]), title=each["title"], text=each["text"])
        for each in rows
    )
