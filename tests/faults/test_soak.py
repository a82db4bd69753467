"""Weeks of a bot's life: twenty thousand changes, and memory that stays flat.

The wiki forgets as MediaWiki does (recent changes of 90 days, here of an hour), so that what grows is ours.
"""

import gc
import resource
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, GOOD_TROPE, Bench
from tropebot.errors import Exit

pytestmark = pytest.mark.heavy

PAGES = 200
A_PASS = 100
ALLOWED_GROWTH = 1.1


def live_for(passes: int, bench: Bench, offset: int) -> int:
    """So many passes over a hundred changes each; how many rows of recent changes they took."""
    wiki, taken = bench.wiki, 0
    for number in range(offset, offset + passes):
        for each in range(A_PASS):
            title = f"Page {(number * A_PASS + each) % PAGES}"
            bad = each % 50 == 0
            text = BAD_TROPE if bad and title not in wiki.pages else GOOD_TROPE
            wiki.put(title, f"{text}\n<!-- {number} -->", "Ben")
        wiki.tick(60)
        report = bench.run()
        assert report.exit_code is Exit.DONE, report.problem
        taken += report.changes
        wiki.tick(1800)
        _forget(bench)
    return taken


def _forget(bench: Bench) -> None:
    """The stand-in for a wiki keeps everything in memory: that is no growth of the bot's."""
    wiki = bench.wiki
    wiki.rows = [row for row in wiki.rows if row.timestamp > wiki.now - timedelta(hours=1)]
    for page in wiki.pages.values():
        del page.revisions[:-2]


@dataclass(frozen=True)
class Weight:
    """What the process holds: objects that Python counts, and MiB of memory in use."""

    objects: int
    memory: float


def weight() -> Weight:
    """How heavy this process is now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return Weight(len(gc.get_objects()), pages * resource.getpagesize() / 2**20)


def soak(changes: int, tmp_path: Path) -> tuple[Weight, Weight]:
    """The weight after a quarter of the changes and at the end."""
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.policy = {"limits": {"breaker_minimum": 100_000}}
    bench.begin()
    passes = changes // A_PASS
    taken = live_for(passes // 4, bench, 0)
    early = weight()
    taken += live_for(passes - passes // 4, bench, passes // 4)
    late = weight()
    rows = bench.ledger._store.row("SELECT count(*) FROM seen_rc")
    print(
        f"{taken} changes: {early} after a quarter, {late} at the end, {tuple(rows or ())} rows kept"
    )
    assert taken >= changes
    return early, late


def test_peer_f44_a_thousand_changes_leave_nothing_behind(tmp_path: Path) -> None:
    early, late = soak(1_200, tmp_path)
    assert late.objects < early.objects * ALLOWED_GROWTH


@pytest.mark.long
def test_peer_f44_twenty_thousand_changes_leave_nothing_behind(tmp_path: Path) -> None:
    early, late = soak(20_000, tmp_path)
    assert late.objects < early.objects * ALLOWED_GROWTH
    assert late.memory < early.memory * ALLOWED_GROWTH
