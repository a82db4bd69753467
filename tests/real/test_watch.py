"""The daemon as a process against the real wiki: it flags, is stopped, started, reloaded, and ends."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from demo.mediawiki import Wiki
from demo.people import Person
from tests.patrols import BAD_TROPE
from tests.real.daemons import Daemon
from tests.real.silence import silent_server

pytestmark = pytest.mark.real


def flagged(person: Person, title: str) -> bool:
    return "{{Missing markup" in (person.text(title) or "")


def test_through_a_day_in_a_minute(daemon: Daemon, wiki: Wiki, persons: dict[str, Person]) -> None:
    daemon.start()
    daemon.until(lambda: "READY=1" in daemon.listened())
    daemon.until(lambda: daemon.home.run("healthcheck").returncode == 0)

    persons["Ben"].edit("Watched One", BAD_TROPE)
    daemon.until(lambda: flagged(persons["Ada"], "Watched One"))

    persons["Ada"].edit("User:TropeBot/Run", "stop")
    daemon.until(lambda: "run page" in daemon.said)
    persons["Ben"].edit("Watched Two", BAD_TROPE)
    time.sleep(4)
    assert not flagged(persons["Ada"], "Watched Two"), "stopped by the run page"
    health = daemon.home.run("healthcheck")
    assert (health.returncode, "stands still" in health.stdout) == (0, True)
    persons["Admin"].edit("User:TropeBot/Run", "run")
    daemon.until(lambda: flagged(persons["Ada"], "Watched Two"))

    wiki.down()
    daemon.until(lambda: daemon.home.run("healthcheck").returncode == 5)
    wiki.up()
    daemon.until(lambda: daemon.home.run("healthcheck").returncode == 0)
    persons["Ben"].edit("Watched Three", BAD_TROPE)
    daemon.until(lambda: flagged(persons["Ada"], "Watched Three"))

    policy = json.dumps({"mode": "act", "actions": {"TB101": "report"}})
    persons["Admin"].edit("MediaWiki:Tropebot-policy.json", policy)
    time.sleep(2)
    persons["Ben"].edit("Watched Four", BAD_TROPE)
    daemon.until(lambda: "Watched Four" in daemon.said)
    assert not flagged(persons["Ada"], "Watched Four"), "the policy page says: report"

    assert daemon.figure('tropebot_writes_total{kind="flag"}') == 3
    assert daemon.figure('tropebot_decisions_total{decision="report",rule="TB101"}')
    assert 0 < time.time() - daemon.figure("tropebot_last_poll_timestamp_seconds") < 30

    assert daemon.end() == 0, daemon.said
    assert "Traceback" not in daemon.said
    assert {"WATCHDOG=1", "STOPPING=1"} <= set(daemon.listened())
    listed = daemon.home.run("runs", "--limit", "100").stdout
    assert len(listed.splitlines()) < 40, "passes in which nothing happened leave no rows"


def test_settings_are_read_anew_and_bad_ones_refused(
    daemon: Daemon, persons: dict[str, Person]
) -> None:
    settings = daemon.home.directory / "tropebot.toml"
    good = settings.read_text("utf-8")
    daemon.start()
    daemon.until(lambda: "READY=1" in daemon.listened())
    assert daemon.process is not None

    settings.write_text(good + "\n[nonsense]\n", "utf-8")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.until(lambda: "the old ones stay" in daemon.said)

    settings.write_text(good.replace("\n[forbid]", '\n[forbid]\nactions = ["flag"]'), "utf-8")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.until(lambda: "The settings were read anew" in daemon.said)
    persons["Ben"].edit("Watched Five", BAD_TROPE)
    daemon.until(lambda: "Watched Five" in daemon.said)
    assert not flagged(persons["Ada"], "Watched Five"), "the operator forbids flags now"
    assert daemon.end(signal.SIGINT) == 0, daemon.said


def test_a_second_daemon_waits_and_a_persons_command_goes_between(
    daemon: Daemon, persons: dict[str, Person]
) -> None:
    daemon.start()
    daemon.until(lambda: "READY=1" in daemon.listened())
    persons["Ben"].edit("Watched Six", BAD_TROPE)
    daemon.until(lambda: flagged(persons["Ada"], "Watched Six"))
    for _ in range(20):
        done = daemon.home.run("undo", "--since", "1h")
        if done.returncode != 6:
            break
    assert done.returncode == 0, done.stderr
    assert not flagged(persons["Ada"], "Watched Six"), "the lock is free between two looks"
    assert daemon.end() == 0


def test_without_a_home_it_does_not_begin(tmp_path: Path) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "tropebot", "--home", str(tmp_path), "watch"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "is not a bot home" in done.stderr) == (2, True)


def test_all_that_it_says_can_be_read_by_machines(
    daemon: Daemon, persons: dict[str, Person]
) -> None:
    daemon.arguments = ("--json", "--log-json")
    daemon.start()
    daemon.until(lambda: "READY=1" in daemon.listened())
    persons["Ben"].edit("Watched Seven", BAD_TROPE)
    daemon.until(lambda: '"flags": 1' in daemon.said)
    persons["Ada"].edit("User:TropeBot/Run", "stop")
    daemon.until(lambda: "run page" in daemon.said)
    assert daemon.end() == 0
    lines = [json.loads(line) for line in daemon.said.splitlines()]
    assert {"finding", "run"} <= {line.get("type") for line in lines}
    assert [line["exit_code"] for line in lines if line.get("action") == "pass_ended"] == [3]


def test_asked_to_end_it_waits_for_one_answer_at_most(daemon: Daemon) -> None:
    settings = daemon.home.directory / "tropebot.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("\n[limits]", "\n[limits]\nanswer_seconds = 4"), "utf-8")
    with silent_server(b"") as port:
        elsewhere = {**daemon.home.environment, "TROPEBOT_DEMO_PORT": str(port)}
        daemon.home = replace(daemon.home, environment=elsewhere)
        daemon.start()
        daemon.until(lambda: "READY=1" in daemon.listened())
        begun = time.monotonic()
        assert daemon.end() == 0, daemon.said
        took = time.monotonic() - begun
    assert took < 4 + 10, "of the 90 s that a call may take with its repetitions"
    assert "Traceback" not in daemon.said
