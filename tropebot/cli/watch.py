"""`tropebot watch`: the daemon. Pass after pass of the same patrol, until a signal ends it.

Must not decide anything: it wires signals, heartbeat, service manager and metrics to the loop.
"""

import logging
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import click
from msgspec.structs import replace

from tropebot import __version__
from tropebot.cli.shared import flush, shared, shared_options
from tropebot.daemon.heartbeat import Beat, Heartbeat
from tropebot.daemon.loop import Observer, Outcome, Passes, Watch
from tropebot.daemon.servicemanager import ServiceManager
from tropebot.daemon.signs import Signs
from tropebot.errors import AnswerLost, ConfigError, Exit
from tropebot.home import open_home, state_file
from tropebot.runreport import RunReport

log = logging.getLogger(__name__)

LOCAL = "127.0.0.1"


@click.command(name="watch")
@click.option(
    "--metrics",
    metavar="[ADDRESS:]PORT",
    help="Serve figures for Prometheus there (address: 127.0.0.1); needs tropebot[metrics].",
)
@shared_options
def command(metrics: str | None) -> Exit:
    """Look at recent changes again and again, and do each time what patrol does.

    How often depends on how much happens ([watch] in tropebot.toml). A wiki that is away is waited for.
    SIGTERM ends it after the present edit, SIGHUP has it read tropebot.toml anew. Under systemd it says that
    it is ready, and that it lives.
    """
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened_for_long  # noqa: PLC0415
    from tropebot.cli.told import tell  # noqa: PLC0415

    signs, manager = Signs(), ServiceManager(os.environ)
    beat = Beats(Heartbeat(state_file(open_home(shared().home), "heartbeat")), manager)
    observers: tuple[Observer, ...] = (beat, *_metrics(metrics))

    def opened() -> AbstractContextManager[Passes]:
        return opened_for_long(shared().home, pulse=beat.pulse, ending=lambda: signs.end)

    with signs.heeded():
        Watch(opened=opened, requests=signs, observers=observers, tell=Telling(tell)).run()
    return Exit.DONE


@dataclass
class Telling:
    """Prints a pass in which anything happened; a note that stays the same only once.

    Where that cannot be written (a full disk, as a rule) it is told once and the daemon goes on: `tropebot
    runs` has it all. Raises `ReaderGone` where nobody reads on.
    """

    tell: Callable[[RunReport], object]
    _noted: frozenset[str] = field(default=frozenset())
    _lost: bool = False

    def __call__(self, report: RunReport) -> None:
        notes = tuple(note for note in report.notes if note not in self._noted)
        self._noted = frozenset(report.notes)
        if report.written or report.reported or report.findings or notes:
            # the problem is the loop's to tell, once
            self._print(replace(report, notes=notes, problem=""))

    def _print(self, report: RunReport) -> None:
        try:
            self.tell(report)
            flush()  # whoever reads along does not wait for the buffer to fill
        except AnswerLost as error:
            if not self._lost:
                log.error("%s", error, extra={"action": "answer_lost"})
            self._lost = True
        else:
            self._lost = False


@dataclass
class Beats:
    """Heartbeat and service manager hear of each pass, and of each request."""

    heartbeat: Heartbeat
    manager: ServiceManager
    _polled: datetime | None = None
    _server: datetime | None = None

    def pulse(self, elapsed: float) -> None:
        """A request is about to be sent."""
        self.heartbeat.pulse(elapsed)
        self.manager.pulse(elapsed)

    def began(self) -> None:
        """The home is open."""
        self.pulse(time.monotonic())
        self.manager.ready()

    def ended_pass(self, outcome: Outcome, *, next_in: float) -> None:
        """Write the heartbeat, and a line for `systemctl status`."""
        now = datetime.now(UTC)
        if outcome.report and outcome.report.polled:
            self._polled, self._server = now, outcome.report.polled
        beat = Beat(
            polled=self._polled,
            server=self._server,
            looked=now,
            exit_code=int(outcome.exit_code),
            said=outcome.said,
        )
        self.heartbeat.write(beat)
        self.manager.pulse(time.monotonic())
        done = outcome.said or "all is well"
        self.manager.status(f"Last pass {now:%H:%M:%S} UTC: {done}; next in {next_in:.0f} s")

    def waits(self) -> None:
        """It lives between two passes."""
        self.pulse(time.monotonic())

    def ends(self) -> None:
        """Tell the service manager."""
        self.manager.stopping()


def _metrics(where: str | None) -> tuple[Observer, ...]:
    if where is None:
        return ()
    address, colon, port = where.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536 or (colon and not address):
        raise click.BadParameter(f"“{where}” is no port, or address:port", param_hint="--metrics")
    try:
        from tropebot.daemon.metrics import Metrics  # noqa: PLC0415  an extra
    except ImportError:
        raise ConfigError(
            "Metrics need prometheus-client: pip install 'tropebot[metrics]'."
        ) from None
    metrics = Metrics(clock=time.time, version=__version__)
    metrics.serve(int(port), address or LOCAL)
    return (metrics,)
