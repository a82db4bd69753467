"""The daemon: pass after pass of the same patrol, in the wiki's own rhythm, until it is told to end.

Must not judge, write to the wiki or end because the wiki is away: what ends it is a signal, a bug, and a bot
home or a ledger that cannot be used from the start. Once it has worked, these are waited for too.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from tropebot.daemon.rhythm import Rhythm
from tropebot.errors import ConfigError, Exit, PolicyError, TropebotError
from tropebot.i18n import message
from tropebot.runreport import RunReport

log = logging.getLogger(__name__)

SLICE_SECONDS = 15.0


class Passes(Protocol):
    """An opened bot home; `app.py` has it."""

    def run(self) -> RunReport:
        """One pass, as `Patrol.run`."""

    def rhythm(self) -> Rhythm:
        """How often to look, by the home's settings."""


class Requests(Protocol):
    """What was asked of the process from outside (signals)."""

    @property
    def end(self) -> bool:
        """Whether to end after the present intent."""

    def take_reload(self) -> bool:
        """Whether to read the settings anew; asked for once."""

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until something is asked for; whether it was."""


class Observer(Protocol):
    """Whoever watches the daemon: service manager, heartbeat, metrics."""

    def began(self) -> None:
        """It is ready: the first pass is about to begin."""

    def ended_pass(self, outcome: "Outcome", *, next_in: float) -> None:
        """A pass ended; the next begins in so many seconds."""

    def waits(self) -> None:
        """It lives, and waits for the next pass; heard every few seconds."""

    def ends(self) -> None:
        """It is ending."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a pass ended; ``report`` is ``None`` where none could begin."""

    exit_code: Exit
    said: str = ""
    report: RunReport | None = None

    @property
    def polled(self) -> bool:
        """Whether recent changes were read to their end."""
        return self.report is not None and self.report.polled is not None

    def rhythm(self, present: Rhythm) -> Rhythm:
        """The rhythm after this pass."""
        report = self.report
        return present.after(
            self.exit_code,
            changes=report.changes if report else 0,
            deferred=report.deferred if report else 0,
        )


@dataclass
class Watch:
    """The loop. ``opened`` opens the bot home, anew after a request to reload."""

    opened: Callable[[], AbstractContextManager[Passes]]
    requests: Requests
    observers: tuple[Observer, ...]
    tell: Callable[[RunReport], object]
    _said: str = field(default="", init=False)
    _worked: bool = field(default=False, init=False)
    _broken: bool = field(default=False, init=False)

    def run(self) -> None:
        """Go on until asked to end.

        Raises `ConfigError` for a bot home, and `LedgerError` for a ledger, that cannot be used from the
        start.
        """
        home = self._open()
        try:
            rhythm = home.passes.rhythm()
            for observer in self.observers:
                observer.began()
            while not self.requests.end:
                asked = self.requests.take_reload()
                if (asked or self._broken) and (fresh := self._reopened(told=asked)):
                    home.close()
                    home, rhythm = fresh, fresh.passes.rhythm()
                outcome = self._pass(home.passes)
                rhythm = outcome.rhythm(rhythm)
                for observer in self.observers:
                    observer.ended_pass(outcome, next_in=rhythm.seconds)
                self._wait(rhythm.seconds)
        finally:
            for observer in self.observers:
                observer.ends()
            home.close()

    def _wait(self, seconds: float) -> None:
        """Wait in slices, so that those who watch hear that it lives however long the wiki is away."""
        left = seconds
        while left > 0 and not self.requests.end:
            if self.requests.wait(min(left, SLICE_SECONDS)):
                return
            left -= SLICE_SECONDS
            for observer in self.observers:
                observer.waits()

    def _open(self) -> "_Home":
        kept = ExitStack()
        return _Home(passes=kept.enter_context(self.opened()), kept=kept)

    def _pass(self, passes: Passes) -> Outcome:
        """One pass; what a person must settle on the wiki, and a wiki that is away, ends nothing."""
        try:
            report = passes.run()
        except TropebotError as error:
            # a policy page is mended on the wiki; a home that was sound, or its full disk, where it stands
            self._broken = isinstance(error, ConfigError) and not isinstance(error, PolicyError)
            if self._broken and not self._worked:
                raise
            outcome = Outcome(exit_code=error.exit_code, said=str(error))
        else:
            self._broken = False
            self.tell(report)
            outcome = Outcome(exit_code=report.exit_code, said=report.problem, report=report)
        if outcome.exit_code not in (Exit.UNAVAILABLE, Exit.CONFIG, Exit.LOCKED):
            self._worked = True
        self._say(outcome)
        return outcome

    def _say(self, outcome: Outcome) -> None:
        """What keeps it from working, once as long as it stays the same; and that it works again."""
        said = "" if outcome.exit_code in (Exit.DONE, Exit.INTERRUPTED) else outcome.said
        fields = {"action": "pass_ended", "exit_code": int(outcome.exit_code)}
        if said and said != self._said:
            log.warning("%s", said, extra=fields)
        elif self._said and not said:
            log.warning("%s", message("watch-goes-on"), extra=fields)
        self._said = said

    def _reopened(self, *, told: bool) -> "_Home | None":
        """The home as its files say now; one that cannot be used leaves the old settings in force.

        ``told``: somebody asked for it, and hears what came of it.
        """
        try:
            fresh = self._open()
        except ConfigError as error:
            if told:
                said = message("watch-not-reloaded", str(error))
                log.error("%s", said, extra={"action": "reload"})
            return None
        if told:
            log.warning("%s", message("watch-reloaded"), extra={"action": "reload"})
        return fresh


class _Home(msgspec.Struct, frozen=True, kw_only=True):
    """An opened home, and what is closed with it."""

    passes: Passes
    kept: ExitStack

    def close(self) -> None:
        self.kept.close()
