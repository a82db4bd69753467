"""Posts to webhooks: few tries, short waits, an end in any case. Failures are logged without the address.

Must not choose what is told, follow a redirect or raise.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import requests

from tropebot import __version__
from tropebot.bulletins import Bulletin
from tropebot.i18n import Language
from tropebot.notify.payloads import discord, plain
from tropebot.notify.settings import Target

log = logging.getLogger(__name__)

TIMEOUT = (5.0, 10.0)
"""Seconds for a connection, and for each part of an answer."""

DEADLINE = 30.0
"""Seconds after which a pass goes on, whatever the other side does."""

TRIES = 3
LONGEST_WAIT = 5.0
"""Seconds that a place may ask to wait; who wants more is asked in a later pass."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook as `herald.Place.post`; ``sleep`` waits some seconds."""

    target: Target
    wiki: str
    sleep: Callable[[float], None]
    language: Language = "en"
    deadline: float = DEADLINE

    def post(self, bulletins: Sequence[Bulletin]) -> bool:
        """Tell a batch; whether it was taken. At least once: a lost answer tells it again."""
        taken: list[bool] = []
        # a thread of its own: no time-out of requests bounds an answer that comes letter by letter
        worker = threading.Thread(
            target=lambda: taken.append(self._post_all(bulletins)), daemon=True
        )
        worker.start()
        worker.join(self.deadline)
        if worker.is_alive():
            self._warn("does not end its answer")
        return taken == [True]

    def _post_all(self, bulletins: Sequence[Bulletin]) -> bool:
        try:
            return all(self._post(payload) for payload in self._payloads(bulletins))
        except Exception as error:  # noqa: BLE001 - whatever it is, the pass goes on
            self._warn(type(error).__name__)
            return False

    def _payloads(self, bulletins: Sequence[Bulletin]) -> tuple[dict[str, Any], ...]:
        if self.target.kind == "discord":
            return discord(bulletins, wiki=self.wiki, language=self.language)
        return (plain(bulletins, wiki=self.wiki),)

    def _post(self, payload: dict[str, Any]) -> bool:
        """Send one message, again after a while where that may help."""
        problem = ""
        for attempt in range(TRIES):
            try:
                with requests.post(
                    self.target.url,
                    json=payload,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                    stream=True,  # the answer's text is nothing to us, however long
                    headers={"User-Agent": f"tropebot/{__version__}"},
                ) as answer:
                    status, after = answer.status_code, answer.headers.get("Retry-After", "")
            except requests.RequestException as error:
                # its own text holds the address
                problem, wait = type(error).__name__, 2.0**attempt
            else:
                if 200 <= status < 300:
                    return True
                problem, wait = f"HTTP {status}", _seconds(after, 2.0**attempt)
                if status != 429 and status < 500:
                    break
            if wait > LONGEST_WAIT or attempt == TRIES - 1:
                break
            self.sleep(wait)
        self._warn(problem)
        return False

    def _warn(self, problem: str) -> None:
        log.warning(
            "The %s webhook took no message (%s): it is told later",
            self.target.kind,
            problem,
            extra={"action": "webhook_failed", "kind": self.target.kind},
        )


def _seconds(given: str, otherwise: float) -> float:
    """What `Retry-After` asks for, if it is a number of seconds."""
    try:
        return max(float(given), 0.0)
    except ValueError:
        return otherwise
