"""The daemon as a process of its own, for the tests against the real wiki.

Must not know what a test wants of it.
"""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demo.mediawiki import free_port
from tests.real_wiki import BotHome

PATIENCE = 180.0
QUICK = """
[watch]
shortest_seconds = 1
longest_seconds = 1
away_seconds = 2
"""


@dataclass
class Daemon:
    """`tropebot watch`, with somebody at its notify socket."""

    home: BotHome
    notified: socket.socket
    port: int
    arguments: tuple[str, ...] = ()
    heard: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        log = (self.home.directory / "daemon.log").open("a")
        self.process = subprocess.Popen(
            (
                *(sys.executable, "-m", "tropebot", "watch"),
                *("--metrics", str(self.port), *self.arguments),
            ),
            env={
                **self.home.environment,
                "NOTIFY_SOCKET": str(self.notified.getsockname()),
                "WATCHDOG_USEC": "1000000",
            },
            cwd=self.home.directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            text=True,
        )
        log.close()

    @property
    def said(self) -> str:
        return (self.home.directory / "daemon.log").read_text("utf-8")

    def until(self, what: Callable[[], object]) -> None:
        """Wait until it holds; the daemon must not end meanwhile."""
        deadline = time.monotonic() + PATIENCE
        while not what():
            self.listened()
            assert self.process is not None
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, f"{self.said}\n{self.listened()[-6:]}"
            time.sleep(0.1)

    def listened(self) -> list[str]:
        """All that the service manager heard so far."""
        with suppress(BlockingIOError):
            while True:
                self.heard.append(self.notified.recv(4096).decode())
        return self.heard

    def figure(self, name: str) -> float:
        """One of its figures, with its labels as `/metrics` writes them; 0 where nothing was counted."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)


@pytest.fixture
def daemon(bot_home: BotHome, tmp_path: Path) -> Iterator[Daemon]:
    """A daemon of a home that looks every second; killed at the end if it still runs."""
    with (bot_home.directory / "tropebot.toml").open("a") as settings:
        settings.write(QUICK)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.setblocking(False)
        one = Daemon(bot_home, channel, free_port())
        yield one
        if one.process is not None and one.process.poll() is None:
            one.process.kill()
            one.process.wait()
