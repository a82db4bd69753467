"""What no unit test may do is impossible here: reach a network, or import pywikibot unasked.

Tests of `wiki/` and those marked `real` may; everything else fails at once and says why.
"""

import builtins
import logging
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from tests.cli_runs import Shell

HERE = Path(__file__).parent
MAY_IMPORT_PYWIKIBOT = ("wiki", "contract", "real")

# How quick the machine is is no property of the code: no example fails for being slow.
_ANY_MACHINE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("whole", **_ANY_MACHINE, max_examples=100, print_blob=True)
settings.register_profile("fast", **_ANY_MACHINE, max_examples=25, print_blob=True)
settings.register_profile("long", **_ANY_MACHINE, max_examples=2_000, print_blob=True)
settings.load_profile("whole")


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AssertionError("a unit test reached for the network; give it the FakeWiki")


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets to anywhere raise, but in tests marked `real`; in those marked `loopback`, to elsewhere."""
    if request.node.get_closest_marker("real"):
        return
    if request.node.get_closest_marker("loopback"):
        _allow_loopback_only(monkeypatch)
        return
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _refuse)
    monkeypatch.setattr(socket, "create_connection", _refuse)
    monkeypatch.setattr(socket, "getaddrinfo", _refuse)


def _allow_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if address[0] != "127.0.0.1":
            _refuse()
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _no_pywikibot(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`import pywikibot` fails outside the tests that are about it: the core must not need it."""
    folder = request.path.relative_to(HERE).parts[0]
    if folder not in MAY_IMPORT_PYWIKIBOT and not request.node.get_closest_marker("real"):
        real_import = builtins.__import__

        def guarded(name: str, *args: Any, **kwargs: Any) -> Any:
            if name.partition(".")[0] == "pywikibot":
                raise AssertionError("pywikibot is imported only under wiki/")
            return real_import(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", guarded)


@pytest.fixture(autouse=True)
def _no_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own bot home and password play no part."""
    if not request.node.get_closest_marker("real"):
        for name in (
            "TROPEBOT_HOME",
            "TROPEBOT_PASSWORD",
            "TROPEBOT_DISCORD",
            "TROPEBOT_WEBHOOK",
            "PYWIKIBOT_DIR",
        ):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _logs_as_found() -> Iterator[None]:
    """A command line sets the logs up for a process; the next test finds them as this one did."""
    logger = logging.getLogger("tropebot")
    handlers, level, propagate = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.propagate = handlers, propagate
    logger.setLevel(level)


@pytest.fixture(autouse=True)
def _databases_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that opens a ledger need not close it; Python 3.13 warns of each that is left open."""
    opened = []
    connect = sqlite3.connect

    def remembered(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        if threading.current_thread() is threading.main_thread():
            opened.append(connection)  # only the thread that opened one may close it
        return connection

    monkeypatch.setattr(sqlite3, "connect", remembered)
    yield
    for connection in opened:
        connection.close()


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """Command lines, in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    return Shell(capsys, tmp_path)
