"""The daemon through a day: twenty thousand changes, restarts of the wiki, policy edits, stop and go.

A day has 24 hours of some seconds. The daemon, the wiki and the ways between them are real. Most rows of
recent changes are copies of rows of real edits, put into the wiki's own database: to make so many edits would
take the wiki hours, and the bot sees the same, a row that is new and a page to be judged.
"""

import json
import os
import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.mediawiki import Wiki
from demo.people import Person
from tests.faults.checker import shown
from tests.patrols import BAD_TROPE, GOOD_TROPE
from tests.real.daemons import Daemon

pytestmark = [pytest.mark.real, pytest.mark.long]

HOURS = int(os.environ.get("TROPEBOT_TEST_HOURS", "24"))
"""Several days on end with a multiple of 24, up to 144."""
PAGES = 280
BURSTS = 3
AN_HOUR = PAGES * BURSTS
SUMMARY = "a day of traffic"
ALLOWED_GROWTH = 1.1
POLICY = "MediaWiki:Tropebot-policy.json"
RUN_PAGE = "User:TropeBot/Run"
FLAGS = 'tropebot_writes_total{kind="flag"}'
UNFLAGS = 'tropebot_writes_total{kind="unflag"}'
MENDED = "\n[[Category:{{PAGENAME}}]]"
READS, WRITES = '{kind="read"}', '{kind="write"}'
AS_EDITS = {
    "rc_timestamp": "strftime('%Y%m%d%H%M%S', 'now')",
    "rc_source": "'mw.edit'",
    "rc_type": "0",
    "rc_new": "0",
}
"""How a copy differs from the row of a page that was made."""

HOUR_BACK = (
    "strftime('%Y%m%d%H%M%S', substr(rc_timestamp, 1, 4) || '-' || substr(rc_timestamp, 5, 2) || '-'"
    " || substr(rc_timestamp, 7, 2) || ' ' || substr(rc_timestamp, 9, 2) || ':'"
    " || substr(rc_timestamp, 11, 2) || ':' || substr(rc_timestamp, 13, 2), '-1 hour')"
)


@dataclass(frozen=True)
class Weight:
    """What the daemon holds: MiB of memory, open files, threads, bytes of log."""

    memory: float
    files: int
    threads: int
    log: int


@dataclass
class Day:
    """The traffic of a day, and the daemon that watches it."""

    wiki: Wiki
    persons: dict[str, Person]
    daemon: Daemon
    rows: int = 0

    def make_pages(self) -> None:
        """The pages that all the changes are about; each has a row of recent changes of its own."""
        place = self.wiki.directory / "day"  # where the wiki's own user can read
        place.mkdir(mode=0o755, exist_ok=True)
        files = [place / f"{_title(number)}.txt" for number in range(PAGES)]
        for file in files:
            file.write_text(GOOD_TROPE, "utf-8")
        said = ("--user", "Cleo", "--rc", "--summary", SUMMARY)
        self.wiki.maintenance("importTextFiles.php", *said, *map(str, files))
        with closing(self._database()) as database:
            names = [row[1] for row in database.execute("PRAGMA table_info(recentchanges)")]
            found = database.execute(
                "SELECT rc_id FROM recentchanges JOIN comment ON rc_comment_id = comment_id"
                " WHERE comment_text = ?",
                (SUMMARY,),
            ).fetchall()
        assert len(found) == PAGES
        self._pattern = ", ".join(str(number) for (number,) in found)
        kept = [name for name in names if name not in {"rc_id", *AS_EDITS}]
        self._columns = ", ".join((*AS_EDITS, *kept))
        self._values = ", ".join((*AS_EDITS.values(), *kept))

    def burst(self) -> None:
        """Every page changes once."""
        self._sql(
            f"INSERT INTO recentchanges ({self._columns}) SELECT {self._values}"  # noqa: S608  our own
            f" FROM recentchanges WHERE rc_id IN ({self._pattern})"
        )
        self.rows += PAGES

    def pass_an_hour(self) -> None:
        """What has happened so far is an hour older: it leaves the overlap that each poll reads again."""
        self._sql(f"UPDATE recentchanges SET rc_timestamp = {HOUR_BACK}")  # noqa: S608  our own

    def taken(self) -> bool:
        """Whether the daemon has seen all rows."""
        return self.daemon.figure("tropebot_changes_total") >= self.rows

    def edit(self, name: str, title: str, text: str) -> None:
        """A person saves a page."""
        self.persons[name].edit(title, text, "an edit")
        self.rows += 1

    def is_flagged(self, title: str) -> bool:
        """Whether the page carries the bot's flag."""
        return "{{Missing markup" in (self.persons["Ada"].text(title) or "")

    def weight(self) -> Weight:
        """How heavy the daemon is now."""
        process = self.daemon.process
        assert process is not None
        proc = Path("/proc", str(process.pid))
        pages = int((proc / "statm").read_text("ascii").split()[1])
        return Weight(
            memory=pages * resource.getpagesize() / 2**20,
            files=len(list((proc / "fd").iterdir())),
            threads=len(list((proc / "task").iterdir())),
            log=len(self.daemon.said),
        )

    def _sql(self, text: str) -> None:
        """As the wiki's own user: the database's files must stay that user's."""
        self.wiki.maintenance("sql.php", "--query", text)

    def _database(self) -> sqlite3.Connection:
        file = self.wiki.directory / "data" / "wiki.sqlite"
        return sqlite3.connect(f"file:{file}?mode=ro", uri=True)


def _title(number: int) -> str:
    return f"Day {number:03}"


@pytest.fixture
def day(wiki: Wiki, persons: dict[str, Person], daemon: Daemon) -> Iterator[Day]:
    """A wiki with the day's pages, and a daemon that has seen none of them change."""
    made = Day(wiki, persons, daemon)
    made.make_pages()
    yield made
    wiki.up()


def stop_and_go(day: Day, hour: int) -> None:
    """Anyone stops the bot; what happens meanwhile is done when an editor starts it again."""
    day.edit("Ben", RUN_PAGE, "stop")
    day.daemon.until(lambda: day.daemon.figure("tropebot_stopped") == 1)
    title = _title(100 + hour)
    day.edit("Ben", title, BAD_TROPE)
    day.burst()
    time.sleep(5)
    assert not day.is_flagged(title)
    assert day.daemon.home.run("healthcheck").returncode == 0
    day.edit("Admin", RUN_PAGE, "run")
    day.daemon.until(lambda: day.is_flagged(title))


def wiki_restarts(day: Day, hour: int) -> None:
    """The wiki is away for a while, and has forgotten all sessions when it comes back."""
    del hour
    day.wiki.down()
    day.daemon.until(lambda: day.daemon.home.run("healthcheck").returncode == 5)
    day.wiki.up()
    day.wiki.lose_sessions()
    day.daemon.until(lambda: day.daemon.home.run("healthcheck").returncode == 0)


def policy_edits(day: Day, hour: int) -> None:
    """The policy says “report” for an hour's edit, then nonsense, then what it said before."""
    before = day.persons["Ada"].text(POLICY) or ""
    policy = json.loads(before)
    day.edit("Admin", POLICY, json.dumps({**policy, "actions": {"TB101": "report"}}))
    title = _title(130 + hour)
    time.sleep(3)  # by when the daemon has judged by it
    day.edit("Ben", title, BAD_TROPE)
    day.daemon.until(lambda: f"{title}:" in day.daemon.said)
    assert not day.is_flagged(title)
    day.edit("Admin", POLICY, json.dumps({"no such key": 1}))
    day.daemon.until(lambda: "no such key" in day.daemon.said)
    day.edit("Admin", POLICY, before)
    day.edit("Ben", title, GOOD_TROPE)


def reload(day: Day, hour: int) -> None:
    """The operator has the settings read anew."""
    del hour
    process, said = day.daemon.process, day.daemon.said
    assert process is not None
    process.send_signal(signal.SIGHUP)
    day.daemon.until(lambda: "read anew" in day.daemon.said[len(said) :])


EVENTS = {
    3: wiki_restarts,
    5: stop_and_go,
    8: policy_edits,
    10: reload,
    12: wiki_restarts,
    15: stop_and_go,
    17: policy_edits,
    19: reload,
    21: wiki_restarts,
}


def test_peer_f44_a_day_of_twenty_thousand_changes(day: Day) -> None:
    daemon = day.daemon
    began = time.monotonic()
    daemon.start()
    daemon.until(lambda: "READY=1" in daemon.listened())
    daemon.until(lambda: daemon.figure('tropebot_passes_total{outcome="done"}'))
    weights: list[Weight] = []
    for hour in range(HOURS):
        day.edit("Ben", _title(hour), BAD_TROPE)
        for _ in range(BURSTS):
            day.burst()
        daemon.until(lambda hour=hour: day.is_flagged(_title(hour)))
        day.edit("Ada", _title(hour), (day.persons["Ada"].text(_title(hour)) or "") + MENDED)
        if event := EVENTS.get(hour % 24):
            event(day, hour)
        daemon.until(day.taken)
        daemon.until(lambda hour=hour: not day.is_flagged(_title(hour)))
        assert daemon.home.run("healthcheck").returncode == 0
        weights.append(day.weight())
        day.pass_an_hour()

    tell(day, weights, time.monotonic() - began)
    settled, last = weights[6:], weights[-1]
    assert day.rows >= 20_000
    assert last.memory < settled[0].memory * ALLOWED_GROWTH
    assert max(each.files for each in weights) < 20, "a session keeps ten connections at most"
    assert last.threads == settled[0].threads
    assert last.log < 100_000, "a day's log, told for people"
    assert daemon.end() == 0, daemon.said
    assert "Traceback" not in daemon.said
    seen = shown(day.wiki)
    assert not seen.doubled()
    for number in range(HOURS):
        counts = seen.count(_title(number), "flag"), seen.count(_title(number), "unflag")
        assert counts == (1, 1), _title(number)


def tell(day: Day, weights: list[Weight], seconds: float) -> None:
    """The figures for docs/reliability.md."""
    figure = day.daemon.figure
    for hour, weight in enumerate(weights):
        print(f"hour {hour:2}: {weight}")
    ledger = sum(
        file.stat().st_size for file in (day.daemon.home.directory / "state").glob("*.sqlite*")
    )
    print(
        f"{day.rows} changes made, {figure('tropebot_changes_total'):.0f} seen,"
        f" {figure('tropebot_pass_seconds_count'):.0f} passes of"
        f" {figure('tropebot_pass_seconds_sum'):.0f} s in {seconds:.0f} s;"
        f" {figure(FLAGS):.0f} flags, {figure(UNFLAGS):.0f} unflags;"
        f" {figure('tropebot_requests_total' + READS):.0f} reads,"
        f" {figure('tropebot_requests_total' + WRITES):.0f} writes;"
        f" CPU {figure('process_cpu_seconds_total'):.0f} s; ledger {ledger / 2**20:.1f} MiB"
    )
