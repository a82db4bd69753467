"""What `deploy/` hands out fits the program and, as far as one machine can tell, those who read it."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from demo.packages import apt_get
from tropebot.cli import COMMANDS
from tropebot.daemon.heartbeat import LONGEST_SILENCE
from tropebot.daemon.loop import SLICE_SECONDS
from tropebot.daemon.metrics import Metrics
from tropebot.errors import Exit
from tropebot.home import Limits

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = ("tropebot.service", "tropebot-patrol.service", "tropebot-patrol.timer")


def text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def setting(name: str, key: str) -> str:
    found = re.search(rf"^{key}=(.*)$", text(name), re.MULTILINE)
    assert found, (name, key)
    return found[1]


def commands() -> Iterator[tuple[str, str]]:
    """Every command line of tropebot in the files: file and its arguments."""
    for name in (*UNITS[:2], "tropebot.cron"):
        for line in re.findall(r"/opt/tropebot/bin/tropebot (.*)", text(name)):
            yield name, line
    yield (
        "Containerfile",
        " ".join(re.findall(r'"([^"]+)"', text("Containerfile").split("CMD")[-1])),
    )


@pytest.mark.parametrize(("name", "line"), tuple(commands()))
def test_the_commands_exist(name: str, line: str) -> None:
    words = [word for word in line.split() if not word.startswith(("-", "/"))]
    assert words[0] in COMMANDS


def test_the_watchdog_waits_longer_than_the_program_may_be_silent() -> None:
    patience = int(setting("tropebot.service", "WatchdogSec"))
    limits = Limits()
    assert patience > 2 * max(limits.call_seconds, limits.write_wait_seconds)
    assert patience > 2 * SLICE_SECONDS
    assert patience <= LONGEST_SILENCE.total_seconds()


def test_exit_codes_mean_there_what_they_mean_here() -> None:
    assert setting("tropebot.service", "RestartPreventExitStatus") == str(int(Exit.CONFIG))
    passing = {int(code) for code in setting(UNITS[1], "SuccessExitStatus").split()}
    assert passing == {Exit.STOPPED, Exit.UNAVAILABLE, Exit.LOCKED, Exit.INCOMPLETE}


def test_a_pass_is_not_cut_short_by_the_service_manager() -> None:
    assert int(setting(UNITS[1], "TimeoutStartSec")) > Limits().run_seconds
    assert int(setting("tropebot.service", "TimeoutStopSec")) > Limits().write_wait_seconds


def test_alerts_are_about_figures_that_there_are() -> None:
    metrics = Metrics(clock=lambda: 0.0)
    known = set(re.findall(r"^# TYPE (\S+)", generate_latest(metrics.registry).decode(), re.M))
    asked = set(re.findall(r"tropebot_\w+", text("alerts.yml") + text("README.md")))
    assert asked
    assert asked <= known


def test_extras_that_are_installed_exist() -> None:
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text("utf-8"))["project"]
    for name in ("Containerfile", "README.md"):
        for extra in re.findall(r"\.\[(\w+)\]", text(name)):
            assert extra in project["optional-dependencies"], (name, extra)


@pytest.mark.heavy
def test_systemd_reads_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        apt_get("install", "-y", "--no-install-recommends", "systemd")
    for name in UNITS:
        unit = text(name).replace("/opt/tropebot/bin/tropebot", "/bin/true")
        (tmp_path / name).write_text(unit)
    done = subprocess.run(
        ("systemd-analyze", "verify", "--man=no", *(tmp_path / name for name in UNITS)),
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "tropebot" in line]
    assert (done.returncode, ours) == (0, [])
