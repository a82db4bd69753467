"""The daemon's figures for Prometheus: what was decided about pages and why, and what was written.

Must not be needed: it comes with the extra `tropebot[metrics]`. Labels are words of the program (rule codes,
reasons, kinds), never titles or names, so that their number stays small.
"""

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)

from tropebot.daemon.loop import Outcome
from tropebot.errors import ConfigError, Exit


@dataclass
class Metrics:
    """Figures since the daemon began; ``serve`` makes them readable. ``clock``: seconds since 1970.

    ``version`` is that of the program.
    """

    clock: Callable[[], float]
    version: str = ""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self._passes = self._counter("passes", "Passes, by how they ended.", "outcome")
        self._changes = self._counter("changes", "Recent changes that were new.")
        self._pages = self._counter("pages", "Pages judged, by verdict and reason.", "verdict")
        self._findings = self._counter("findings", "Findings, by rule.", "rule")
        self._decisions = self._counter(
            "decisions",
            "What was done about findings and drafts, or why nothing.",
            "rule",
            "decision",
        )
        self._writes = self._counter("writes", "Effects on the wiki, by kind.", "kind")
        self._refused = self._counter("refused_writes", "Writes that the wiki refused.")
        self._requests = self._counter("requests", "Requests to the wiki.", "kind")
        self._seconds = Histogram(
            "tropebot_pass_seconds",
            "How long a pass took.",
            buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 1800),
            registry=self.registry,
        )
        self._polled = self._gauge(
            "last_poll_timestamp_seconds", "When recent changes were last read."
        )
        self._next = self._gauge("poll_interval_seconds", "How long until the next look.")
        self._stopped = self._gauge("stopped", "1 while a person has to do something.")
        self._deferred = self._gauge("deferred", "Pages, drafts and messages left to a later pass.")
        self._gaps = self._counter(
            "gaps", "Times that the wiki no longer kept some of the changes."
        )
        self._gauge("build_info", "The version that runs.", "version").labels(self.version).set(1)
        # memory, file descriptors, the start: what any process is watched by
        ProcessCollector(registry=self.registry)

    def serve(self, port: int, address: str) -> None:
        """Answer `GET /metrics` there, in a thread of its own. Raises `ConfigError` for a taken port."""
        try:
            start_http_server(port, addr=address, registry=self.registry)
        except OSError as error:
            raise ConfigError(
                f"Metrics cannot be served at {address}:{port}: {error.strerror}. Name another port."
            ) from None

    def began(self) -> None:
        """Nothing was counted yet."""

    def waits(self) -> None:
        """That it lives shows by its answering."""

    def ends(self) -> None:
        """What was counted is lost, as Prometheus expects."""

    def ended_pass(self, outcome: Outcome, *, next_in: float) -> None:
        """Count a pass."""
        self._passes.labels(outcome.exit_code.name.lower()).inc()
        self._next.set(next_in)
        self._stopped.set(outcome.exit_code in (Exit.STOPPED, Exit.NOT_ALLOWED, Exit.CONFIG))
        report = outcome.report
        if report is None:
            return
        if outcome.polled:
            self._polled.set(self.clock())
        self._changes.inc(report.changes)
        self._gaps.inc(report.gap is not None)
        self._deferred.set(report.deferred)
        self._seconds.observe(report.seconds)
        self._refused.inc(report.refused)
        for kind, count in (("read", report.reads), ("write", report.writes)):
            self._requests.labels(kind).inc(count)
        for verdict, count in report.verdicts.items():
            self._pages.labels(verdict).inc(count)
        for code, count in Tally(each.code for each in report.findings).items():
            self._findings.labels(code).inc(count)
        for (rule, decision), count in report.decisions().items():
            self._decisions.labels(rule, decision).inc(count)
        for kind, count in Tally(str(each.action.kind) for each in report.written).items():
            self._writes.labels(kind).inc(count)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"tropebot_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"tropebot_{name}", text, labels, registry=self.registry)
