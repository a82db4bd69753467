"""Opening a wiki: what goes wrong there is one line with its exit code, in bounded time, without secrets."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.mediawiki import Wiki, free_port
from demo.people import Person
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real

SECRET = "0123456789abcdefghijklmnopqrstuv"
# One process works for one bot home, so each of these is a process of its own.
PROGRAM = """
import json, logging, sys
from pathlib import Path
logging.basicConfig(level=logging.DEBUG)
from tropebot.errors import TropebotError
from tropebot.home import open_home
from tropebot.wiki.session import open_session
session = None
try:
    session = open_session(open_home(Path(sys.argv[-1])))
    poll = session.reader.poll(since=None, watch=["Main Page"], limit=1)
    told = {"account": poll.account.name, "reads": session.requests.read}
    if poll.account.blocked:
        told["blocked"] = poll.account.blocked
except TropebotError as error:
    told = {"error": type(error).__name__, "exit": error.exit_code, "says": str(error)}
print(json.dumps(told), repr(session), repr(vars(session.api)) if session else "")
"""


@dataclass(frozen=True)
class Told:
    """What the process said, as a whole and as its first line's JSON."""

    answer: dict[str, object]
    everything: str
    seconds: float


def run(home: BotHome, **environment: str) -> Told:
    """Open the home's wiki in a new process, which has no terminal to ask at."""
    start = time.monotonic()
    done = subprocess.run(
        (sys.executable, "-c", PROGRAM, str(home.directory)),
        env={**home.environment, **environment},
        cwd=home.directory.parent,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.stdout, done.stderr
    answer, _ = json.JSONDecoder().raw_decode(done.stdout)
    return Told(answer, done.stdout + done.stderr, time.monotonic() - start)


def limit(home: BotHome, line: str) -> None:
    path = home.directory / "tropebot.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("\n[limits]\n", f"\n[limits]\n{line}\n"), "utf-8")


def give_password(home: BotHome, line: str) -> None:
    path = home.directory / "user-password.py"
    path.write_text(line, "utf-8")


def test_a_cold_session_takes_three_reads_and_a_warm_one_takes_one(bot_home: BotHome) -> None:
    first, second = run(bot_home), run(bot_home)
    assert first.answer == {"account": "TropeBot", "reads": 3}
    assert second.answer == {"account": "TropeBot", "reads": 1}
    assert first.seconds < 15


def test_the_home_keeps_nothing_but_the_session_and_that_in_private(bot_home: BotHome) -> None:
    before = {path.name for path in bot_home.directory.iterdir()}
    run(bot_home)
    assert {path.name for path in bot_home.directory.iterdir()} - before == {"state"}
    (kept,) = (bot_home.directory / "state").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_h22_nothing_shows_the_password(bot_home: BotHome, wiki: Wiki) -> None:
    told = run(bot_home)
    assert told.answer["account"] == "TropeBot"
    assert wiki.passwords["TropeBot@patrol"] not in told.everything


def test_a_session_that_the_wiki_has_forgotten_is_opened_anew(
    bot_home: BotHome, wiki: Wiki
) -> None:
    run(bot_home)
    wiki.lose_sessions()
    assert run(bot_home).answer == {"account": "TropeBot", "reads": 4}


def test_without_a_password_nothing_is_asked(bot_home: BotHome) -> None:
    (bot_home.directory / "user-password.py").unlink()
    told = run(bot_home)
    assert (told.answer["error"], told.answer["exit"]) == ("ConfigError", 2)
    assert "user-password.py" in str(told.answer["says"])
    assert told.seconds < 10


@pytest.mark.parametrize("by", ["file", "environment"])
def test_a_wrong_password_is_told_although_an_old_session_lives(bot_home: BotHome, by: str) -> None:
    run(bot_home)
    environment = {}
    if by == "file":
        give_password(bot_home, f"('TropeBot', BotPassword('patrol', '{SECRET}'))\n")
    else:
        environment["TROPEBOT_PASSWORD"] = f"patrol@{SECRET}"
    told = run(bot_home, **environment)
    assert (told.answer["error"], told.answer["exit"]) == ("NotAllowed", 4)
    assert "cannot log in" in str(told.answer["says"])
    assert "\n" not in str(told.answer["says"])
    assert SECRET not in told.everything


def test_a_password_from_the_environment_works(bot_home: BotHome, wiki: Wiki) -> None:
    (bot_home.directory / "user-password.py").unlink()
    secret = wiki.passwords["TropeBot@patrol"]
    told = run(bot_home, TROPEBOT_PASSWORD=f"patrol@{secret}")
    assert told.answer["account"] == "TropeBot"
    assert secret not in told.everything


def test_a_blocked_account_is_told_by_the_poll(
    bot_home: BotHome, persons: dict[str, Person]
) -> None:
    persons["Admin"].block("TropeBot", reason="Too much")
    assert run(bot_home).answer["blocked"] == "blocked by Admin: Too much"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("family = (", "SyntaxError"),
        ("family = 'tropedia'\n", "make them agree"),
        ("raise RuntimeError('broken')\n", "broken"),
    ],
)
def test_a_broken_user_config_is_one_line(bot_home: BotHome, line: str, says: str) -> None:
    path = bot_home.directory / "user-config.py"
    path.write_text(path.read_text("utf-8") + line, "utf-8")
    told = run(bot_home)
    assert (told.answer["error"], told.answer["exit"]) == ("ConfigError", 2)
    assert says in str(told.answer["says"])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('family = "tropedemo"', 'family = "nowhere"', "nowhere"),
        ('code = "en"', 'code = "xx"', "xx"),
    ],
)
def test_a_wiki_that_no_family_knows_is_one_line(
    bot_home: BotHome, old: str, new: str, says: str
) -> None:
    path = bot_home.directory / "tropebot.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    told = run(bot_home)
    assert (told.answer["error"], told.answer["exit"]) == ("ConfigError", 2)
    assert says in str(told.answer["says"])
    assert "tropedemo" in str(told.answer["says"]) or "en" in str(told.answer["says"])


def test_a_wiki_that_is_down_is_told_soon(bot_home: BotHome) -> None:
    told = run(bot_home, TROPEBOT_DEMO_PORT=str(free_port()))
    assert (told.answer["error"], told.answer["exit"]) == ("Unavailable", 5)
    assert "no connection" in str(told.answer["says"])
    assert told.seconds < 15


class Impostor:
    """Something on a port that is no wiki: it treats every connection the same way."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connections = 0
        self._serve = serve
        self._end = threading.Event()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        while not self._end.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._start(lambda taken=connection: self._one(taken))  # type: ignore[misc]  # bound now

    def _one(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                self._serve(connection)
            except OSError:
                return

    def close(self) -> None:
        """End listening; what still trickles notices by its broken connection."""
        self._end.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def page(status: str, *headers: str) -> Callable[[socket.socket], None]:
    body = b"<!DOCTYPE html><html><body>Just a moment</body></html>"
    head = "\r\n".join(
        (
            f"HTTP/1.1 {status}",
            "Content-Type: text/html",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *headers,
        )
    )
    return lambda connection: connection.sendall(head.encode() + b"\r\n\r\n" + body)


def silence(connection: socket.socket) -> None:
    connection.recv(1)


def trickle(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.1)


@pytest.fixture
def impostor(request: pytest.FixtureRequest) -> Iterator[Impostor]:
    found = Impostor(request.param)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("impostor", "says"),
    [
        (page("200 OK"), ("ConfigError", 2, "other than JSON")),
        (page("403 Forbidden"), ("Unavailable", 5, "403")),
        (page("404 Not Found"), ("ConfigError", 2, "correct the address")),
        (
            page("301 Moved", "Location: https://tropedia.example/"),
            ("ConfigError", 2, "tropedia.example"),
        ),
        (
            page("503 Busy", "Retry-After: Mon, 05 Jan 2026 12:00:00 GMT"),
            ("Unavailable", 5, "503"),
        ),
        (page("429 Slow", "Retry-After: 86400"), ("Unavailable", 5, "429")),
    ],
    indirect=["impostor"],
    ids=["HTML", "403", "404", "redirect", "503 until a date", "429 for a day"],
)
def test_what_is_no_wiki_is_told_in_one_line(
    bot_home: BotHome, impostor: Impostor, says: tuple[str, int, str]
) -> None:
    told = run(bot_home, TROPEBOT_DEMO_PORT=str(impostor.port))
    assert (told.answer["error"], told.answer["exit"]) == says[:2]
    assert says[2] in str(told.answer["says"])
    assert "\n" not in str(told.answer["says"])
    assert told.seconds < 15
    assert impostor.connections <= 3


@pytest.mark.parametrize(
    ("langs", "says"),
    [
        ('{"en": "http://wiki.example.org"}', "a host and nothing else"),
        ('{"en": "wiki.example.org/w"}', "a host and nothing else"),
        ('"http://wiki.example.org"', "a host and nothing else"),
        ('{"de": "wiki.example.org"}', "has no “en”"),
    ],
)
def test_a_family_file_with_a_mistake_is_told_in_one_line(
    bot_home: BotHome, langs: str, says: str
) -> None:
    family = bot_home.directory / "families" / "tropedemo_family.py"
    text = family.read_text("utf-8")
    family.write_text(f"{text}\n    langs = {langs}\n", "utf-8")
    told = run(bot_home)
    assert (told.answer["error"], told.answer["exit"]) == ("ConfigError", 2)
    assert says in str(told.answer["says"])
    assert "\n" not in str(told.answer["says"])


def test_an_empty_families_directory_says_what_belongs_there(bot_home: BotHome) -> None:
    for path in (bot_home.directory / "families").glob("*.py"):
        path.unlink()
    told = run(bot_home)
    assert (told.answer["error"], told.answer["exit"]) == ("ConfigError", 2)
    assert "tropedemo_family.py" in str(told.answer["says"])


@pytest.mark.parametrize("impostor", [silence, trickle], indirect=True, ids=["silence", "trickle"])
def test_a_wiki_that_never_finishes_an_answer_holds_nobody(
    bot_home: BotHome, impostor: Impostor
) -> None:
    limit(bot_home, "answer_seconds = 1\ncall_seconds = 4")
    told = run(bot_home, TROPEBOT_DEMO_PORT=str(impostor.port))
    assert told.answer["error"] == "Unavailable"
    assert told.seconds < 15


def test_a_second_home_in_one_process_is_refused(bot_home: BotHome, tmp_path: Path) -> None:
    program = PROGRAM.replace(
        "    poll =",
        f"    open_session(open_home(Path({str(tmp_path / 'second')!r})))\n    poll =",
    )
    subprocess.run(("cp", "-a", bot_home.directory, tmp_path / "second"), check=True)
    done = subprocess.run(
        (sys.executable, "-c", program, str(bot_home.directory)),
        env=dict(bot_home.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    answer, _ = json.JSONDecoder().raw_decode(done.stdout)
    assert answer["error"] == "ConfigError"
    assert "one bot home" in answer["says"]


def test_h24_what_lies_in_the_working_directory_is_not_run(
    bot_home: BotHome, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "user-config.py").write_text("open('ran', 'w')\n")
    subprocess.run(
        (sys.executable, "-c", PROGRAM, str(bot_home.directory)),
        env=dict(bot_home.environment),
        cwd=trap,
        capture_output=True,
        check=False,
    )
    assert os.listdir(trap) == ["user-config.py"]  # noqa: PTH208  names are what is asked for
