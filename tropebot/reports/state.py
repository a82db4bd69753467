"""How the wiki stands, as one frozen value read out of the ledger at one moment.

Must not choose words or layout: the page of HTML and the pages on the wiki both are made from this.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tropebot.ledger import Ledger
from tropebot.ledger.breaks import Standing
from tropebot.ledger.noes import No
from tropebot.ledger.overview import DraftStanding, Found, Promoted
from tropebot.ledger.runs import RunRow
from tropebot.ledger.stops import Stop
from tropebot.wayback import OBJECTION

RUNS = 200
"""Runs that a report lists, the newest."""


class WikiState(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger's answer; ``at`` is server time of the last run (``None``: there was none).

    ``found`` holds what stands and what is gone, the oldest first; ``rules`` are names by code.
    ``objections`` are lasting noes that somebody asked for on the bot's page.
    """

    at: datetime | None
    found: tuple[Found, ...]
    flags: tuple[tuple[str, datetime], ...]
    open_flags: int
    drafts: tuple[DraftStanding, ...]
    promotions: tuple[Promoted, ...]
    breaks: tuple[Standing, ...]
    stops: tuple[Stop, ...]
    runs: tuple[RunRow, ...]
    rules: Mapping[str, str]
    objections: tuple[No, ...] = ()

    @property
    def standing(self) -> tuple[Found, ...]:
        """What is found now."""
        return tuple(each for each in self.found if each.closed is None)


def read_state(ledger: Ledger, rules: Mapping[str, str]) -> WikiState:
    """All that reports tell."""
    overview = ledger.overview
    return WikiState(
        at=overview.at(),
        found=tuple(overview.found()),
        flags=tuple(overview.flags()),
        open_flags=ledger.pages.open_flags(),
        drafts=tuple(overview.drafts()),
        promotions=tuple(overview.promotions()),
        breaks=tuple(ledger.breaks.standing()),
        stops=tuple(ledger.stops.standing()),
        runs=tuple(ledger.runs.latest(RUNS)),
        rules=rules,
        objections=tuple(each for each in ledger.noes.standing() if each.why.startswith(OBJECTION)),
    )
