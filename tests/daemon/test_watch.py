"""The loop of the daemon: what ends it, what does not, what it says, and what it is told from outside."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tropebot.daemon.loop import Outcome, Watch
from tropebot.daemon.rhythm import Rhythm
from tropebot.daemon.signs import Signs
from tropebot.errors import (
    ConfigError,
    Exit,
    LedgerError,
    LockHeld,
    NotAllowed,
    PolicyError,
    Stopped,
    Unavailable,
)
from tropebot.runreport import RunReport

Step = RunReport | Exception | Callable[[], RunReport]
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
QUIET = RunReport(run=1, dry_run=False, polled=NOON)


@dataclass
class Scene:
    """A home whose passes are scripted; the daemon is asked to end when the script is at its end."""

    steps: list[Step]
    waited: list[float] = field(default_factory=list)
    pulses: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    told: list[RunReport] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    reload: bool = False
    broken_home: bool = False
    begun: int = 0
    ended: int = 0

    @property
    def end(self) -> bool:
        return not self.steps

    def take_reload(self) -> bool:
        asked, self.reload = self.reload, False
        return asked

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        return self.reload

    def waits(self) -> None:
        self.pulses += 1

    def began(self) -> None:
        self.begun += 1

    def ended_pass(self, outcome: Outcome, *, next_in: float) -> None:
        assert next_in == outcome.rhythm(self.rhythm()).seconds or self.waited
        self.outcomes.append(outcome)

    def ends(self) -> None:
        self.ended += 1

    def run(self) -> RunReport:
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, RunReport) else step()

    def rhythm(self) -> Rhythm:
        return Rhythm(shortest=10, longest=120, away=900)

    @contextmanager
    def home(self) -> Iterator["Scene"]:
        if self.broken_home:
            raise ConfigError("tropebot.toml is not usable")
        self.opened += 1
        try:
            yield self
        finally:
            self.closed += 1

    def play(self) -> None:
        Watch(opened=self.home, requests=self, observers=(self,), tell=self.told.append).run()


@pytest.mark.parametrize(
    ("trouble", "exit_code", "why"),
    [
        (Unavailable("away"), Exit.UNAVAILABLE, "the wiki comes back"),
        (LockHeld(), Exit.LOCKED, "a person's undo works"),
        (NotAllowed("blocked"), Exit.NOT_ALLOWED, "a block ends"),
        (Stopped("the run page says stop"), Exit.STOPPED, "it is started again on the wiki"),
        (PolicyError("not JSON"), Exit.CONFIG, "the policy page is mended on the wiki"),
    ],
)
def test_what_does_not_end_it(trouble: Exception, exit_code: Exit, why: str) -> None:
    scene = Scene([trouble, QUIET])
    scene.play()
    assert [outcome.exit_code for outcome in scene.outcomes] == [exit_code, Exit.DONE], why
    assert not scene.outcomes[0].polled
    assert scene.outcomes[1].polled


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (LedgerError("no database"), "nothing may be sent without a ledger: the operator must act"),
        (ConfigError("no password"), "the home cannot be used"),
        (ZeroDivisionError("a bug"), "a bug is not hidden; the service manager starts it again"),
    ],
)
def test_what_ends_it(trouble: Exception, why: str) -> None:
    scene = Scene([trouble, QUIET])
    with pytest.raises(type(trouble)):
        scene.play()
    assert scene.closed == scene.ended == 1, why


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (LedgerError("The disk is full."), "logs are rotated at night; it is free again"),
        (ConfigError("“wiki” answers with something else."), "maintenance, after a reload"),
    ],
)
def test_what_does_not_end_it_once_it_has_worked(
    trouble: Exception, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("tropebot").propagate = True
    scene = Scene([QUIET, trouble, trouble, QUIET, QUIET])
    scene.play()
    codes = [outcome.exit_code for outcome in scene.outcomes]
    assert codes == [Exit.DONE, Exit.CONFIG, Exit.CONFIG, Exit.DONE, Exit.DONE], why
    assert [record.getMessage() for record in caplog.records] == [str(trouble), "It works again."]
    assert (scene.opened, scene.closed) == (3, 3), "opened anew before each further try"


def test_a_home_that_cannot_be_opened_anew_is_not_the_end(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("tropebot").propagate = True
    scene = Scene([])

    def fill_the_disk() -> RunReport:
        scene.broken_home = True
        raise LedgerError("The disk is full.")

    scene.steps = [QUIET, fill_the_disk, QUIET]
    scene.play()
    assert (scene.opened, scene.closed, len(scene.outcomes)) == (1, 1, 3)
    assert "tropebot.toml" not in caplog.text, "nobody asked to have it read anew"


def test_trouble_that_stays_the_same_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("tropebot").propagate = True
    away = Unavailable("The wiki does not answer.")
    Scene([away, away, QUIET, QUIET, away, QUIET]).play()
    assert [record.getMessage() for record in caplog.records] == [
        "The wiki does not answer.",
        "It works again.",
        "The wiki does not answer.",
        "It works again.",
    ]


def test_it_waits_in_the_wikis_rhythm_and_not_after_the_last_pass() -> None:
    busy = RunReport(run=1, dry_run=False, polled=NOON, changes=4)
    scene = Scene([QUIET, QUIET, busy, QUIET])
    scene.play()
    assert scene.waited == [15.0, 15.0, 7.5, 11.25]
    assert [report.changes for report in scene.told] == [0, 0, 4, 0]


def test_it_shows_that_it_lives_however_long_the_wiki_is_away() -> None:
    scene = Scene([Unavailable("away")] * 8 + [QUIET])
    scene.play()
    assert max(scene.waited) == 15, "the longest silence"
    assert sum(scene.waited) == 20 + 40 + 80 + 160 + 320 + 640 + 900 + 900
    assert scene.pulses == len(scene.waited)


def test_settings_are_read_anew_when_asked() -> None:
    scene = Scene([])

    def ask() -> RunReport:
        scene.reload = True
        return QUIET

    scene.steps = [ask, QUIET]
    scene.play()
    assert (scene.opened, scene.closed, len(scene.outcomes)) == (2, 2, 2)


def test_settings_that_cannot_be_used_leave_the_old_ones(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("tropebot").propagate = True
    scene = Scene([])

    def ask() -> RunReport:
        scene.reload = scene.broken_home = True
        return QUIET

    scene.steps = [ask, QUIET]
    scene.play()
    assert (scene.opened, scene.closed, len(scene.outcomes)) == (1, 1, 2)
    assert "the old ones stay: tropebot.toml is not usable" in caplog.text


def test_a_signal_wakes_whoever_waits_and_none_is_lost_before() -> None:
    signs = Signs()
    with signs.heeded():
        assert not signs.wait(0), "nothing was asked"
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGHUP)
        assert signs.wait(600), "asked before it began to wait"
        assert not signs.wait(0), "each is heard once"
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGHUP))
        timer.start()
        assert signs.wait(600), "asked while it waits"
        timer.join()


def test_signals_are_requests_and_the_second_to_end_interrupts() -> None:
    signs = Signs()
    with signs.heeded():
        os.kill(os.getpid(), signal.SIGHUP)
        assert (signs.take_reload(), signs.take_reload(), signs.end) == (True, False, False)
        os.kill(os.getpid(), signal.SIGTERM)
        assert signs.end
        signs.wait(600)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
