"""The figures answer “why was my page not flagged”, and hold no titles."""

import socket
from datetime import UTC, datetime

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
    deferred=3,
    polled=datetime(2026, 5, 1, tzinfo=UTC),
)


def figures(*outcomes: Outcome) -> str:
    metrics = Metrics(clock=lambda: 1000.0, version="1.2")
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
        "tropebot_deferred 3.0",
        "tropebot_gaps_total 0.0",
        'tropebot_build_info{version="1.2"} 1.0',
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


def test_a_gap_is_counted_and_a_pass_cut_short_is_no_poll() -> None:
    gap = (datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC))
    assert "tropebot_gaps_total 1.0" in figures(
        Outcome(exit_code=Exit.INCOMPLETE, report=RunReport(run=1, dry_run=False, gap=gap))
    )
    cut = Outcome(exit_code=Exit.INCOMPLETE, report=RunReport(run=1, dry_run=False))
    assert "tropebot_last_poll_timestamp_seconds 0.0" in figures(cut)


def test_what_any_process_is_watched_by_is_there() -> None:
    shown = figures()
    for name in ("process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds"):
        assert f"\n{name} " in shown


def test_a_port_that_is_taken_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # sockets of this machine are let through
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}.*Name another port"):
            Metrics(clock=lambda: 0.0).serve(port, "127.0.0.1")
