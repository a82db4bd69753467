"""Tells outside the wiki what a pass brought: promotions, what broke, breakers, stops; each at least once.

Must not send anything itself (`notify` does) and never ends a pass: what goes wrong here is logged.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from tropebot.bulletins import KEPT, Bulletin, Told, Topic, from_rows, news, row
from tropebot.errors import Exit, TropebotError
from tropebot.gate import Clock
from tropebot.i18n import message
from tropebot.ledger import Ledger
from tropebot.ledger.stops import StopKind
from tropebot.policy.broken import sentences
from tropebot.promotion import Step
from tropebot.runreport import RunReport

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
_TOLD = "webhooks-told"
_WAITING = "webhooks-waiting"
# How a pass ended that says whether the bot stands still: an absent wiki does not.
_STANDS_STILL = (Exit.STOPPED, Exit.NOT_ALLOWED)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Somewhere to tell; ``post`` says whether it was taken, and raises nothing."""

    name: str
    post: Callable[[Sequence[Bulletin]], bool]


class Herald(msgspec.Struct, frozen=True, kw_only=True):
    """The places of one bot home."""

    places: tuple[Place, ...]
    clock: Clock

    def hear(
        self, ledger: Ledger, report: RunReport | None, error: TropebotError | None = None
    ) -> None:
        """A pass has ended, with a report or with an error before it began."""
        if not self.places:
            return
        try:
            self._hear(ledger, report, error)
        except Exception:
            log.exception("What happened could not be told outside the wiki")

    def _hear(self, ledger: Ledger, report: RunReport | None, error: TropebotError | None) -> None:
        told = _told(json.loads(ledger.changes.note(_TOLD) or "{}"))
        brought, now = news(told, _standing(ledger, told, report, error), _promotions(ledger))
        queues: dict[str, dict[str, object]] = json.loads(ledger.changes.note(_WAITING) or "{}")
        for place in self.places:
            queue = _Queue.of(queues.get(place.name, {}))
            queues[place.name] = self._tell(place, queue.joined(brought)).kept()
        with ledger.transaction():
            ledger.changes.set_note(_TOLD, json.dumps(_kept(now)))
            ledger.changes.set_note(_WAITING, json.dumps(queues))

    def _tell(self, place: Place, queue: "_Queue") -> "_Queue":
        now = self.clock.now()
        if not queue.bulletins or (queue.until and now < queue.until):
            return queue
        if place.post(queue.bulletins):
            return _Queue()
        wait = min(FIRST_WAIT * 2 ** min(queue.failures, 10), LONGEST_WAIT)
        return _Queue(bulletins=queue.bulletins, failures=queue.failures + 1, until=now + wait)


class _Queue(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for one place: after failures not before ``until``, by the machine's clock."""

    bulletins: tuple[Bulletin, ...] = ()
    failures: int = 0
    until: datetime | None = None

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> "_Queue":
        rows, until = kept.get("bulletins", ()), str(kept.get("until", ""))
        return cls(
            bulletins=from_rows(rows if isinstance(rows, list) else ()),
            failures=int(str(kept.get("failures", 0))),
            until=datetime.fromisoformat(until) if until else None,
        )

    def joined(self, brought: Sequence[Bulletin]) -> "_Queue":
        return _Queue(
            bulletins=(*self.bulletins, *brought)[-KEPT:],
            failures=self.failures,
            until=self.until,
        )

    def kept(self) -> dict[str, object]:
        return {
            "bulletins": [row(each) for each in self.bulletins],
            "failures": self.failures,
            "until": self.until.isoformat() if self.until else "",
        }


def _standing(
    ledger: Ledger, told: Told, report: RunReport | None, error: TropebotError | None
) -> dict[str, Bulletin]:
    """What a person must look at, by a key that stays while it does."""
    found: dict[str, Bulletin] = {}
    for stop in ledger.stops.standing():
        topic = Topic.BREAKER if stop.kind == StopKind.BREAKER else Topic.STOPPED
        found[f"{stop.kind}:{stop.subject}:{stop.since}"] = Bulletin(topic=topic, text=stop.why)
    for each in ledger.breaks.standing():
        what = each.what
        if what.sound_rev or not what.spared:
            said = " ".join(message(key, *params) for key, params in sentences(what))
            found[f"break:{each.number}"] = Bulletin(
                topic=Topic.BROKEN, title=what.title, text=said
            )
    said = str(error) if error else report.problem if report else ""
    code = error.exit_code if error else report.exit_code if report else Exit.DONE
    if code in _STANDS_STILL and said not in {each.text for each in found.values()}:
        found[f"still:{said}"] = Bulletin(topic=Topic.STOPPED, text=said)
    elif code not in (Exit.DONE, *_STANDS_STILL):
        found |= {key: each for key, each in told.standing.items() if key.startswith("still:")}
    return found


def _promotions(ledger: Ledger) -> dict[str, Bulletin]:
    """The newest promotions, the newest first."""
    done = (each for each in ledger.overview.promotions() if each.step is Step.PROMOTED)
    return {
        f"{each.page_id}:{each.at.isoformat()}": Bulletin(
            topic=Topic.PROMOTED, title=each.target, text=each.title
        )
        for each, _ in zip(done, range(KEPT), strict=False)
    }


def _told(kept: Mapping[str, dict[str, dict[str, str]] | list[str]]) -> Told:
    standing, promotions = kept.get("standing", {}), kept.get("promotions", [])
    rows = standing if isinstance(standing, dict) else {}
    return Told(
        standing={key: from_rows([each])[0] for key, each in rows.items()},
        promotions=tuple(promotions),
        began=bool(kept),
    )


def _kept(told: Told) -> dict[str, object]:
    return {
        "standing": {key: row(each) for key, each in told.standing.items()},
        "promotions": list(told.promotions),
    }
