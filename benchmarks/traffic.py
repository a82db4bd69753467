"""A real wiki for measuring: what people changed a moment ago, a bot home, and a count of every request.

Must not judge what is counted (`requests` and `plain_bot` do). All of it is on 127.0.0.1.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from demo.home import make_home
from demo.mediawiki import ADMIN, Wiki, free_port, wikis_directory
from demo.people import Person
from demo.populate import EXPORT, POLICY_PAGE, POPULATED, next_second, people, populate
from tests.faults.proxy import Proxy, Request, faulty_way

CHECKOUT = Path(__file__).resolve().parent.parent
WRITES = frozenset({"edit", "move", "upload"})
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SPREAD = 20
"""Seconds over which many changes lie, as they would not all be of one moment; a few lie closer."""
_TOLD = ("generator", "list", "prop", "meta")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A page, who made it and what it says."""

    title: str
    text: str
    user: str = "Ben"


@dataclass(slots=True)
class Count:
    """The requests of one run, told apart.

    ``start``: logging in, and what the wiki is (siteinfo), which each process asks once. ``continued``:
    further parts of an answer that the wiki cut.
    """

    start: Counter[str] = field(default_factory=Counter)
    continued: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)

    def note(self, request: Request) -> None:
        """Count one request."""
        form = request.form
        action = form.get("action", "")
        asked = " ".join(f"{name}={form[name]}" for name in _TOLD if name in form) or action
        if action in WRITES:
            self.writes[action] += 1
        elif action == "login" or form.get("type") == "login" or "siteinfo" in asked:
            self.start[asked] += 1
        elif "continue" in form:
            self.continued[asked] += 1
        else:
            self.reads[asked] += 1

    @property
    def read(self) -> int:
        """Reads, the session's start and continuations aside."""
        return self.reads.total()

    @property
    def written(self) -> int:
        """Edits and moves that were sent."""
        return self.writes.total()


@dataclass(frozen=True, slots=True)
class Ran:
    """A process that ended: what it said, how long it took, and the most memory it was seen to have (bytes).

    ``processor``: seconds of CPU time, its children's that it waited for included.
    """

    out: str
    seconds: float
    memory: int
    processor: float = 0.0

    @property
    def last(self) -> dict[str, Any]:
        """The last line of its answer."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


@dataclass(frozen=True)
class Place:
    """A wiki, the way to it that counts, and a bot home."""

    wiki: Wiki
    way: Proxy
    home: Path

    @property
    def persons(self) -> dict[str, Person]:
        """The wiki's people, by name."""
        return people(self.wiki)

    def run(self, *command: str) -> tuple[Ran, Count]:
        """Run a Python program as the bot, behind the counting way. Raises `RuntimeError` where it fails."""
        count = Count()

        def look(request: Request) -> str:
            count.note(request)
            return ""

        self.way.stop_at = look
        try:
            return measured(command, self.environment), count
        finally:
            self.way.stop_at = None

    def patrol(self, *arguments: str) -> tuple[Ran, Count]:
        """One pass of tropebot."""
        return self.run("-m", "tropebot", "--json", "patrol", *arguments)

    @property
    def environment(self) -> Mapping[str, str]:
        """The surroundings of the bot's process."""
        kept = ("PATH", "LANG", "LC_ALL", "HOME")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "TROPEBOT_HOME": str(self.home),
            "TROPEBOT_DEMO_PORT": str(self.way.port),
            "PYTHONPATH": str(CHECKOUT),
            "PYWIKIBOT_DIR": str(self.home),
        }

    def begin(self, *, many: bool, policy: Mapping[str, object] | None = None) -> None:
        """The wiki as people left it, and a home whose first pass is over.

        ``many``: whether the bot has the right `apihighlimits`.
        """
        self.wiki.reset(POPULATED)
        self.wiki.set_toggle(
            "wgRevokePermissions", None if many else {"*": {"apihighlimits": True}}
        )
        shutil.rmtree(self.home, ignore_errors=True)
        make_home(CHECKOUT / "config", self.home, self.wiki)
        if policy:
            page = json.dumps({"mode": "act", **policy})
            self.persons[ADMIN].edit(POLICY_PAGE, page)
        self.patrol()
        self.patrol()

    def server_time(self) -> str:
        """The wiki's time, once it is later than all that was done."""
        return next_second(self.persons[ADMIN])

    def bring_older(self, pages: Sequence[Saved]) -> None:
        """Let these pages have been there for long: no row of recent changes tells of them."""
        self._bring(_page(each, LONG_AGO) for each in pages)

    def bring_changes(self, pages: Sequence[Saved]) -> None:
        """Let these pages have been saved just now: each has its row in recent changes.

        Imported, since thousands of edits through the API take minutes; MediaWiki's script makes the rows.
        """
        first = datetime.fromisoformat(self.server_time())
        spread = min(SPREAD, 2 + len(pages) // 20)
        step = timedelta(seconds=spread) / max(len(pages), 1)
        self._bring(_page(each, first + step * number) for number, each in enumerate(pages))
        before, last = first - timedelta(seconds=1), first + timedelta(seconds=spread + 1)
        form = "%Y%m%d%H%M%S"
        self.wiki.maintenance(
            "rebuildrecentchanges.php", f"--from={before:{form}}", f"--to={last:{form}}"
        )
        self.wiki.run_jobs()
        time.sleep(max(0.0, (last - datetime.now(UTC)).total_seconds()))

    def _bring(self, parts: Iterable[str]) -> None:
        dump = self.wiki.directory / "changes.xml"
        text = f"<mediawiki xmlns={quoteattr(EXPORT)}>{''.join(parts)}</mediawiki>"
        dump.write_text(text, encoding="utf-8")
        dump.chmod(0o644)
        self.wiki.maintenance("importDump.php", "--username-prefix=imported", str(dump))
        dump.unlink()


def measured(command: Sequence[str], environment: Mapping[str, str]) -> Ran:
    """Run a Python program to its end. Raises `RuntimeError` where it fails."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  our own interpreter
        (sys.executable, *command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        memory: list[int] = []
        watched = threading.Thread(target=_watch, args=(process.pid, memory))
        watched.start()
        out = process.stdout.read() if process.stdout else ""
        watched.join()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    processor = usage.ru_utime + usage.ru_stime
    return Ran(out, seconds, max(memory, default=0), processor)


def _watch(pid: int, memory: list[int]) -> None:
    """Note the most memory that a process has had so far, until it has ended and has none.

    What the kernel tells of an ended child begins with the memory of the process that it was forked from.
    """
    status = Path("/proc", str(pid), "status")
    while found := re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text("ascii"), re.MULTILINE):
        memory.append(int(found[1]) * 1024)
        time.sleep(0.05)


@contextmanager
def place() -> Iterator[Place]:
    """A filled wiki of our own, behind a way that counts; gone afterwards."""
    wiki = Wiki(wikis_directory() / f"bench-{os.getpid()}", free_port())
    home = wiki.directory.parent / f"{wiki.directory.name}-home"
    try:
        wiki.up()
        populate(wiki)
        with faulty_way(wiki.port) as way:
            yield Place(wiki, way, home)
    finally:
        wiki.destroy()
        shutil.rmtree(home, ignore_errors=True)


def make_accounts(wiki: Wiki, names: Iterable[str], password: str) -> dict[str, Person]:
    """People who are new on the wiki."""
    found = {}
    for name in names:
        wiki.maintenance("createAndPromote.php", name, password)
        found[name] = Person(wiki.api, name, password)
    return found


def _page(page: Saved, at: datetime) -> str:
    return (
        f"<page><title>{escape(page.title)}</title><revision><timestamp>{at:%Y-%m-%dT%H:%M:%SZ}</timestamp>"
        f"<contributor><username>{escape(page.user)}</username></contributor><comment>made</comment>"
        "<model>wikitext</model><format>text/x-wiki</format>"
        f'<text xml:space="preserve">{escape(page.text)}</text></revision></page>'
    )
