"""A person says “go on”: stops end, and lasting noes are cleared.

Must not end anything that was not named: a breaker and a no are each called by their name.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.errors import ConfigError
from tropebot.ledger import Ledger
from tropebot.ledger.changes import Work
from tropebot.ledger.noes import No
from tropebot.ledger.stops import Stop, StopKind
from tropebot.ports import WikiReader
from tropebot.promoter import PROMOTED


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """What was ended, or where nothing was asked to end, what stands."""

    stops: tuple[Stop, ...] = ()
    noes: tuple[No, ...] = ()


def standing(ledger: Ledger) -> Resumed:
    """Every stop and every no that stands; nothing is changed."""
    return Resumed(stops=tuple(ledger.stops.standing()), noes=tuple(ledger.noes.standing()))


def resume(reader: WikiReader, ledger: Ledger, *, page: str = "", rule: str = "") -> Resumed:
    """End what is named: a page's noes (or one rule's), else a rule's breaker, else all stops but breakers.

    ``rule`` may be “promotion”. Raises `ConfigError` where there is nothing of the kind.
    """
    now = reader.poll(since=None, watch=(), limit=1).server_time
    if not page:
        others = [each for each in StopKind if each is not StopKind.BREAKER]
        kinds = [StopKind.BREAKER] if rule else others
        stops = [stop for kind in kinds for stop in ledger.stops.clear(kind, rule or None, at=now)]
        if rule and not stops:
            raise ConfigError(f"No breaker of {rule} is open; `tropebot resume --list` tells all.")
        return Resumed(stops=tuple(stops))
    page_ids = _pages(reader, ledger, page)
    with ledger.transaction():
        noes = ledger.noes.standing(page_ids, rule)
        for no in noes:
            ledger.noes.clear(no, at=now)
        if rule in ("", PROMOTED):
            noes += _forgiven(ledger, page_ids, page, {no.page_id for no in noes}, now)
        for page_id in {no.page_id for no in noes}:
            ledger.changes.add(Work(page_id=page_id, reason="resume"))
    if not noes:
        about = f" about {rule}" if rule else ""
        raise ConfigError(
            f"Nobody has said no{about} on “{page}”; `tropebot resume --list` tells all."
        )
    return Resumed(noes=tuple(replace(no, title=no.title or page) for no in noes))


def _pages(reader: WikiReader, ledger: Ledger, title: str) -> frozenset[int]:
    """The page of that title now; of a title without a page, those that we wrote to there."""
    found = reader.fetch_pages([title])[title]
    return frozenset({found.page_id}) if found else ledger.noes.pages_called(title)


def _forgiven(
    ledger: Ledger, page_ids: Collection[int], title: str, named: Collection[int], now: datetime
) -> list[No]:
    """Drafts that went back or were refused may be tried anew; those ``named`` already are told once."""
    forgiven = [each for each in page_ids if ledger.promotions.forgive(each, at=now)]
    return [
        No(page_id=each, title=title, code=PROMOTED, why="it was tried before", at="")
        for each in forgiven
        if each not in named
    ]
