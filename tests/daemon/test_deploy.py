"""What `deploy/` hands out fits the program and, as far as one machine can tell, those who read it."""

import getpass
import grp
import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from demo.mediawiki import wikis_directory
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


def test_the_scraper_asks_where_the_daemon_answers() -> None:
    port = re.findall(r"127\.0\.0\.1:(\d+)", text("prometheus.yml"))
    asked = re.findall(r"--metrics (?:\S+:)?(\d+)", text("tropebot.service"))
    inside = re.findall(r"0\.0\.0\.0:(\d+)", text("Containerfile"))
    assert port == asked == inside == re.findall(r"EXPOSE (\d+)", text("Containerfile"))


POLLED = "tropebot_last_poll_timestamp_seconds"
STARTED = "process_start_time_seconds"


@dataclass(frozen=True)
class Watched:
    """Figures by the minute, in Prometheus's notation, and the alerts that they raise in the end."""

    figures: dict[str, str]
    alerts: tuple[str, ...]
    why: str


WELL = {"up": "1x180", POLLED: "0+60x180", STARTED: "60x180", "tropebot_stopped": "0x180"}
WATCHED = (
    Watched(WELL, (), "all is well"),
    Watched({"up": "0x180"}, ("TropebotIsDown",), "it does not run, so no other figure is there"),
    Watched({**WELL, "up": "1x150 0x9"}, (), "it is started again"),
    Watched({**WELL, POLLED: "7000x180"}, ("TropebotSeesNothing",), "no poll for three hours"),
    Watched({**WELL, POLLED: "0x180", STARTED: "0x180"}, ("TropebotSeesNothing",), "never one"),
    Watched({**WELL, POLLED: "0x180", STARTED: "10000x180"}, (), "started a moment ago"),
    Watched(
        {**WELL, POLLED: "1000x180", "tropebot_stopped": "1x180"},
        ("TropebotStopped",),
        "people have stopped it: then nothing is to be seen",
    ),
    Watched({**WELL, "tropebot_stopped": "0x170 1x9"}, (), "stopped for nine minutes"),
    Watched({**WELL, "tropebot_gaps_total": "0x100 1x80"}, ("TropebotMissedChanges",), "a gap"),
    Watched({**WELL, "tropebot_refused_writes_total": "0x150 9x30"}, ("TropebotRefused",), "war"),
    Watched({**WELL, "tropebot_refused_writes_total": "0x150 2x30"}, (), "two refused drafts"),
    Watched({**WELL, "process_resident_memory_bytes": "5e8x180"}, ("TropebotGrows",), "a leak"),
    Watched({**WELL, "process_resident_memory_bytes": "7e7x180"}, (), "as it should be"),
)


def unpacked(name: str, *packages: str) -> Path:
    """A directory with what Debian's packages hold, fetched and kept, not installed; those that it knows."""
    place = wikis_directory() / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        asked = ("apt-cache", "pkgnames")
        known = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
        fresh = Path(tempfile.mkdtemp(prefix=name, dir=wikis_directory()))
        for package in {*packages} & {*known}:
            subprocess.run(("apt-get", "download", package), cwd=fresh, check=True)
        for package in fresh.glob("*.deb"):
            subprocess.run(("dpkg-deb", "-x", package, fresh), check=True)
        fresh.rename(place)
    return place


@pytest.mark.heavy
def test_alerts_are_raised_when_they_should_be_and_not_else(tmp_path: Path) -> None:
    names = re.findall(r"alert: (\w+)", text("alerts.yml"))
    cases = [
        {
            "name": each.why,
            "interval": "1m",
            "input_series": [
                {"series": f'{name}{{job="tropebot", instance="here"}}', "values": values}
                for name, values in each.figures.items()
            ],
            "alert_rule_test": [
                {
                    "eval_time": "3h",
                    "alertname": name,
                    "exp_alerts": [_raised(name)] if name in each.alerts else [],
                }
                for name in names
            ],
        }
        for each in WATCHED
    ]
    assert {name for each in WATCHED for name in each.alerts} == set(names)
    document = {"rule_files": [str(DEPLOY / "alerts.yml")], "tests": cases}
    asked = tmp_path / "alerts.json"  # JSON is YAML
    asked.write_text(json.dumps(document), "utf-8")
    # from trixie on Prometheus's own checker has a package of its own
    tool = unpacked("promtool", "promtool", "prometheus") / "usr/bin/promtool"
    done = subprocess.run(
        (tool, "test", "rules", asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _raised(name: str) -> dict[str, object]:
    """The alert as it is in the file, on the one daemon that is watched."""
    rule = text("alerts.yml").partition(f"alert: {name}\n")[2].partition("- alert")[0]
    severity = re.findall(r"severity: (\w+)", rule)[0]
    summary = re.findall(r"summary: (.*)", rule)[0]
    labels = {"severity": severity, "job": "tropebot", "instance": "here"}
    return {"exp_labels": labels, "exp_annotations": {"summary": summary}}


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


@pytest.mark.heavy
def test_logs_are_rotated_under_a_daemon_that_goes_on_writing(tmp_path: Path) -> None:
    place = unpacked("logrotate", "logrotate", "libpopt0")
    libraries = ":".join(str(path) for path in (place / "usr/lib").glob("*-linux-gnu"))
    settings = text("tropebot.logrotate").replace("/var/log/tropebot", str(tmp_path))
    user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    (tmp_path / "settings").write_text(
        settings.replace("su tropebot tropebot", f"su {user} {group}")
    )
    (tmp_path / "settings").chmod(0o644)
    log = tmp_path / "tropebot.log"
    with log.open("a") as written:
        for number in range(3):
            written.write(f"pass {number}\n")
            written.flush()
            done = subprocess.run(
                (
                    place / "usr/sbin/logrotate",
                    *("--force", "--state", tmp_path / "state", tmp_path / "settings"),
                ),
                env={"LD_LIBRARY_PATH": libraries, "PATH": "/usr/bin:/bin"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
        written.write("pass 3\n")
    assert log.read_text() == "pass 3\n"
    assert (tmp_path / "tropebot.log.1").read_text() == "pass 2\n"
    assert gzip.decompress((tmp_path / "tropebot.log.2.gz").read_bytes()) == b"pass 1\n"
