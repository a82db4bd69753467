"""The daemon as a process against the real wiki: it flags, is stopped, started, reloaded, and ends."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.mediawiki import Wiki
from demo.people import Person
from tests.patrols import BAD_TROPE
from tests.real.daemons import Daemon

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
