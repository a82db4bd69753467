"""What systemd hears, over a socket as it opens one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tropebot.daemon.servicemanager import ServiceManager


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A datagram socket in the file system; the sending end is let through."""
    monkeypatch.undo()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(5)
        yield channel


def heard(listener: socket.socket) -> str:
    return listener.recv(4096).decode()


def test_it_says_how_it_is(listener: socket.socket, tmp_path: Path) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    manager.ready()
    manager.status("all\nis well")
    manager.stopping()
    assert [heard(listener) for _ in range(3)] == ["READY=1", "STATUS=all is well", "STOPPING=1"]


def test_it_lives_at_half_of_the_watchdogs_time(listener: socket.socket, tmp_path: Path) -> None:
    manager = ServiceManager(
        {
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "60000000",
            "WATCHDOG_PID": str(os.getpid()),
        }
    )
    assert manager.pulse_seconds == 30
    for second in (0, 10, 29, 30, 31, 59, 60):
        manager.pulse(second)
    manager.stopping()
    assert [heard(listener) for _ in range(4)] == ["WATCHDOG=1"] * 3 + ["STOPPING=1"]


def test_an_abstract_socket_is_found(listener: socket.socket) -> None:
    name = f"tropebot-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(f"\0{name}")
        channel.settimeout(5)
        ServiceManager({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert heard(channel) == "READY=1"


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({}, "started by hand"),
        ({"WATCHDOG_USEC": "60000000"}, "a watchdog without a socket"),
        ({"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "soon"}, "no number"),
        ({"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"}, "another's"),
    ],
)
def test_without_a_watchdog_nothing_beats(environment: dict[str, str], why: str) -> None:
    assert ServiceManager(environment).pulse_seconds == 0, why


def test_a_manager_that_is_gone_stops_nothing(listener: socket.socket, tmp_path: Path) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    manager.ready()
    manager.stopping()


def test_a_manager_that_does_not_listen_holds_nothing_up(
    listener: socket.socket, tmp_path: Path
) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    for number in range(2000):
        manager.status(f"{number}")
    assert heard(listener) == "STATUS=0"
    manager.stopping()
    while (last := heard(listener)) != "STOPPING=1":
        assert last.startswith("STATUS=")
