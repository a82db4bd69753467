"""H19: a wiki whose certificate is wrong gets nothing from us, and no page on a wiki can say otherwise.

It needs no MediaWiki: the server is one of our own, on 127.0.0.1. Its certificates, good for nothing else,
are trusted by nobody but who is told to (`REQUESTS_CA_BUNDLE`).
"""

import json
import shutil
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.home import PRIVATE
from tests.real.test_session import SECRET, Told, run
from tests.real_wiki import CHECKOUT, BotHome

pytestmark = pytest.mark.real

CERTIFICATES = CHECKOUT / "tests" / "data" / "certificates"
HERE, ELSEWHERE = CERTIFICATES / "here.pem", CERTIFICATES / "elsewhere.pem"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@contextmanager
def speaking_tls(certificate: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A server with that certificate: its port, and what it could read of requests."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # closed: the test is over
                    return
                try:
                    with connection, context.wrap_socket(connection, server_side=True) as talk:
                        heard.append(talk.recv(65536))
                        talk.sendall(ANSWER)
                except OSError:  # the client hung up, as it should
                    continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def home_at(port: int, directory: Path) -> BotHome:
    """A bot home for a wiki that speaks https on 127.0.0.1."""
    shutil.copytree(CHECKOUT / "config", directory, ignore=shutil.ignore_patterns(*PRIVATE))
    directory.chmod(0o755)
    family = directory / "families" / "tropedemo_family.py"
    text = family.read_text("utf-8").replace('return "http"', 'return "https"')
    family.write_text(text, "utf-8")
    password = directory / "user-password.py"
    password.touch(mode=0o600)
    password.write_text(f"('TropeBot', BotPassword('patrol', '{SECRET}'))\n", "utf-8")
    environment = {
        "PATH": str(Path(sys.executable).parent),
        "TROPEBOT_HOME": str(directory),
        "TROPEBOT_DEMO_PORT": str(port),
        "PYTHONPATH": str(CHECKOUT),
    }
    return BotHome(directory, environment, "")


def opened(certificate: Path, tmp_path: Path, **environment: str) -> tuple[Told, list[bytes]]:
    with speaking_tls(certificate) as (port, heard):
        told = run(home_at(port, tmp_path / "home"), **environment)
    return told, heard


WRONG = [
    (HERE, {}, "issued by nobody"),
    (ELSEWHERE, {"REQUESTS_CA_BUNDLE": str(ELSEWHERE)}, "of another host"),
]


@pytest.mark.parametrize(("certificate", "trusting", "reason"), WRONG)
def test_h19_a_wrong_certificate_ends_it_before_anything_is_said(
    certificate: Path, trusting: dict[str, str], reason: str, tmp_path: Path
) -> None:
    told, heard = opened(certificate, tmp_path, **trusting)
    assert heard == [], reason
    assert (told.answer["error"], told.answer["exit"]) == ("Unavailable", 5), reason
    assert "certificate is not accepted" in str(told.answer["says"]), reason
    assert "\n" not in json.dumps(told.answer["says"])
    assert SECRET not in told.everything


def test_a_certificate_that_is_trusted_is_spoken_to(tmp_path: Path) -> None:
    told, heard = opened(HERE, tmp_path, REQUESTS_CA_BUNDLE=str(HERE))
    assert heard, told.answer
    assert b"GET /w/api.php?" in heard[0] or b"POST /w/api.php" in heard[0]
    assert "certificate" not in str(told.answer.get("says", ""))
