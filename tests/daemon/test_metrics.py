"""The figures answer “why was my page not flagged”, and hold no titles."""

import socket

import pytest
from prometheus_client import generate_latest

from tropebot.daemon.loop import Outcome
from tropebot.daemon.metrics import Metrics
from tropebot.errors import ConfigError, Exit
from tropebot.model import Finding
from tropebot.planning import Held
from tropebot.promotion import Hold
from tropebot.runreport import DraftReport, HeldReport, RunReport

FINDING = Finding(
    code="TB101", rule="missing-markup", title="Secret Page", page_id=1, rev_id=2, message="x"
)
REPORT = RunReport(
    run=1,
    dry_run=False,
    changes=5,
    pages=4,
    reads=3,
    writes=2,
    refused=1,
    seconds=2.0,
    findings=(FINDING, FINDING),
    held=(HeldReport(title="Secret Page", held=Held(code="TB101", why="held-nobots")),),
    drafts=(
        DraftReport(title="Secret Page", works=1, minimum=3, holds=(Hold(message="hold-quiet"),)),
    ),
    verdicts={"clean": 2, "found": 1, "exempt:redirect": 1},
)


def figures(*outcomes: Outcome) -> str:
    metrics = Metrics(clock=lambda: 1000.0)
    for outcome in outcomes:
        metrics.ended_pass(outcome, next_in=15)
    return generate_latest(metrics.registry).decode()


@pytest.mark.parametrize(
    "line",
    [
        'tropebot_passes_total{outcome="done"} 2.0',
        "tropebot_changes_total 10.0",
        'tropebot_pages_total{verdict="clean"} 4.0',
        'tropebot_pages_total{verdict="exempt:redirect"} 2.0',
        'tropebot_findings_total{rule="TB101"} 4.0',
        'tropebot_decisions_total{decision="held-nobots",rule="TB101"} 2.0',
        'tropebot_decisions_total{decision="hold-quiet",rule="promotion"} 2.0',
        'tropebot_requests_total{kind="write"} 4.0',
        "tropebot_refused_writes_total 2.0",
        "tropebot_pass_seconds_count 2.0",
        "tropebot_last_poll_timestamp_seconds 1000.0",
        "tropebot_poll_interval_seconds 15.0",
        "tropebot_stopped 0.0",
    ],
)
def test_what_is_counted(line: str) -> None:
    outcome = Outcome(exit_code=Exit.DONE, report=REPORT)
    assert line in figures(outcome, outcome).splitlines()


def test_no_title_is_a_label() -> None:
    assert "Secret" not in figures(Outcome(exit_code=Exit.DONE, report=REPORT))


def test_a_pass_that_could_not_begin_is_counted_and_is_no_poll() -> None:
    shown = figures(Outcome(exit_code=Exit.STOPPED, said="stop"))
    assert 'tropebot_passes_total{outcome="stopped"} 1.0' in shown
    assert "tropebot_stopped 1.0" in shown
    assert "tropebot_last_poll_timestamp_seconds 0.0" in shown


def test_a_port_that_is_taken_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # sockets of this machine are let through
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}.*Name another port"):
            Metrics(clock=lambda: 0.0).serve(port, "127.0.0.1")
