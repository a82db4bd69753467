"""`tropebot patrol` as cron runs it: a poor environment, nobody at the keyboard, and mail for each line."""

import fcntl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from demo.mediawiki import Wiki
from demo.people import Person
from tests.faults.checker import shown
from tests.patrols import BAD_TROPE, GOOD_TROPE
from tests.real.silence import silent_server
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real

PAGE = "Cron Page"
RUN_PAGE = "User:TropeBot/Run"
IMPATIENT = "answer_seconds = 2\ncall_seconds = 4"
SLICE_SECONDS = 12
SLICE = f"run_seconds = {SLICE_SECONDS}\nanswer_seconds = 10\ncall_seconds = 10"
A_FLAG_EVERY_THREE_SECONDS = "edits_per_minute = 20"
"""So a slice holds four or five edits, however quick the machine is."""


@dataclass(frozen=True)
class Cron:
    """What cron gives to a line of its table: four variables, `sh`, and no terminal."""

    home: BotHome

    def line(self, port: int = 0, arguments: str = "") -> subprocess.CompletedProcess[str]:
        """Run `tropebot patrol`; ``port`` is where the wiki is, if it is elsewhere."""
        given = self.home.environment
        return subprocess.run(
            ("/bin/sh", "-c", f"'{sys.executable}' -m tropebot patrol {arguments}"),
            env={
                "HOME": str(self.home.directory.parent),
                "LOGNAME": "operator",
                "PATH": "/usr/bin:/bin",
                "SHELL": "/bin/sh",
                "TROPEBOT_HOME": given["TROPEBOT_HOME"],
                "PYTHONPATH": given["PYTHONPATH"],
                "TROPEBOT_DEMO_PORT": str(port or given["TROPEBOT_DEMO_PORT"]),
            },
            cwd=self.home.directory.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def limit(self, keys: str) -> None:
        """Put keys into the table `[limits]`."""
        self.replace_limit("\n[limits]\n", f"\n[limits]\n{keys}\n")

    def replace_limit(self, old: str, new: str) -> None:
        """Have other words in `tropebot.toml`."""
        settings = self.home.directory / "tropebot.toml"
        text = settings.read_text("utf-8")
        assert text.count(old) == 1
        settings.write_text(text.replace(old, new), "utf-8")

    @contextmanager
    def held_lock(self) -> Iterator[None]:
        """Another run works."""
        (path,) = (self.home.directory / "state").glob("*.lock")
        with path.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


@pytest.fixture
def cron(bot_home: BotHome, persons: dict[str, Person]) -> Cron:
    """A home whose first pass is done: its cursor is set, and nothing is new."""
    persons["Cleo"].edit(PAGE, GOOD_TROPE)
    time.sleep(1.1)  # a home begins with the second of its first pass
    one = Cron(bot_home)
    begun = one.line()
    assert begun.returncode == 0, begun.stderr
    return one


def test_all_is_well_and_nobody_gets_mail(cron: Cron, persons: dict[str, Person]) -> None:
    persons["Ben"].edit(PAGE, f"{GOOD_TROPE}\nAnd more of it.")
    for what in ("a clean page", "nothing new"):
        done = cron.line()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), what


def test_what_was_done_is_told_once(cron: Cron, persons: dict[str, Person]) -> None:
    persons["Ben"].edit(PAGE, BAD_TROPE)
    told = cron.line()
    assert (told.returncode, PAGE in told.stdout, told.stderr) == (0, True, "")
    quiet = cron.line()
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def stopped(cron: Cron, wiki: Wiki, persons: dict[str, Person]) -> None:
    del cron, wiki
    persons["Ben"].edit(RUN_PAGE, "stop")


def blocked(cron: Cron, wiki: Wiki, persons: dict[str, Person]) -> None:
    del cron, wiki
    persons["Admin"].block("TropeBot")


def away(cron: Cron, wiki: Wiki, persons: dict[str, Person]) -> None:
    del cron, persons
    wiki.down()


def misspelt(cron: Cron, wiki: Wiki, persons: dict[str, Person]) -> None:
    del wiki, persons
    cron.limit("edits_per_minuet = 6")


def read_only(cron: Cron, wiki: Wiki, persons: dict[str, Person]) -> None:
    """Locked for maintenance, with a flag to be put on."""
    persons["Ben"].edit(PAGE, BAD_TROPE)
    wiki.set_toggle("wgReadOnly", "maintenance of a test")
    cron.limit("write_wait_seconds = 2")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (misspelt, (2, "edits_per_minute")),
        (stopped, (3, RUN_PAGE)),
        (blocked, (4, "blocked")),
        (away, (5, "does not answer")),
        (read_only, (5, "readonly")),
    ],
)
def test_each_trouble_is_one_line_and_its_own_exit_code(
    cron: Cron,
    wiki: Wiki,
    persons: dict[str, Person],
    trouble: Callable[[Cron, Wiki, dict[str, Person]], None],
    said: tuple[int, str],
) -> None:
    trouble(cron, wiki, persons)
    done = cron.line()
    assert (done.returncode, done.stdout) == (said[0], ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert said[1] in done.stderr


def test_overlap_ends_at_once_and_asks_the_wiki_nothing(cron: Cron, wiki: Wiki) -> None:
    wiki.down()  # whoever asked it would say 5
    with cron.held_lock():
        begun = time.monotonic()
        done = cron.line()
        took = time.monotonic() - begun
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (6, "", 1), done.stderr
    assert "Another tropebot works" in done.stderr
    assert took < 20, "the start of a process on a busy machine, and no more"
    wiki.up()
    assert cron.line().returncode == 0, "the lock is free again"


def test_days_off_are_caught_up_in_slices(
    cron: Cron, wiki: Wiki, persons: dict[str, Person]
) -> None:
    titles = [f"Cron Backlog {number:02}" for number in range(10)]
    for number, title in enumerate(titles):
        persons[("Ben", "Cleo", "Dora", "Emil")[number % 4]].edit(title, BAD_TROPE)
    wiki.run_jobs()
    cron.limit(SLICE)
    cron.replace_limit("edits_per_minute = 0", A_FLAG_EVERY_THREE_SECONDS)
    codes, lasted = [], []
    while not codes or codes[-1]:
        begun = time.monotonic()
        done = cron.line()
        lasted.append(time.monotonic() - begun)
        codes.append(done.returncode)
        assert done.returncode in {0, 7}, done.stderr
        assert done.stderr.count("\n") == (done.returncode == 7), done.stderr
        assert len(codes) < 12, "it does not get on"
    assert codes.count(7) >= 2, "not so much at once"
    assert max(lasted) < SLICE_SECONDS + 2 * 10 + 20, "a slice, a last call, and the start"
    seen = shown(wiki)
    assert [seen.count(title, "flag") for title in titles] == [1] * len(titles)
    assert not seen.doubled()


@pytest.mark.parametrize(
    "says", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"]
)
def test_a_call_without_an_answer_holds_nothing_up(cron: Cron, wiki: Wiki, says: bytes) -> None:
    """Somebody takes the connection and says nothing, or a letter every now and then."""
    wiki.down()
    cron.limit(IMPATIENT)
    with silent_server(says) as port:
        begun = time.monotonic()
        done = cron.line(port)
        took = time.monotonic() - begun
    assert (done.returncode, done.stdout) == (5, ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert took < 4 + 2 * 2 + 20, "a call with its repetitions, and the start of a process"
