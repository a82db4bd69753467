"""Rows of `docs/reliability.md` that need no real wiki."""

import os
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.patrols import BAD_TROPE, BOT, DRAFT, Bench
from tests.test_enforcer_crash import Fuse, fused
from tests.wiki.scripted import CSRF, Script, api_of, error
from tropebot.enforcer import SETTLE_SECONDS
from tropebot.errors import Exit, OutcomeUnknown
from tropebot.ledger import open_ledger
from tropebot.model import State
from tropebot.wiki.answers import EDIT_ERRORS
from tropebot.wiki.api import READ_MAXLAG

pytestmark = pytest.mark.heavy

FLAG = "{{Missing markup|"
ANSWER_SECONDS = 10.0
"""Enough for a slow machine to start the program; it would wait for ever."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A wiki with one trope to flag and one draft to promote, and the bot."""
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.tick(60)
    return bench


def finish(bench: Bench) -> None:
    for _ in range(6):
        report = bench.run()
        bench.wiki.tick(60)
        if not report.writes and report.exit_code is Exit.DONE:
            return
    pytest.fail("the passes come to no end")


def marks(bench: Bench) -> list[str]:
    """The marks of all that the bot did, one for each effect; of a move in the redirect that it left."""
    return [comment.partition(" ")[0] for _, comment in bench.wiki.edits_by(BOT)]


class StaleWiki:
    """A replica that lags: what the bot did is found by its mark only so many seconds later."""

    def __init__(self, bench: Bench, lag: float) -> None:
        self.wiki = bench.wiki
        self.lag = timedelta(seconds=lag)
        self.looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wiki, name)

    def find_mark(self, mark: str, *, page_id: int, title: str, since: datetime) -> int | None:
        self.looks += 1
        seen = self.wiki.now - self.lag
        done = [
            revision.timestamp
            for page in self.wiki.pages.values()
            for revision in page.revisions
            if revision.comment.startswith(mark)
        ]
        if any(moment > seen for moment in done):
            return None
        return self.wiki.find_mark(mark, page_id=page_id, title=title, since=since)


@pytest.mark.parametrize("lag", [1, 10, 29])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_f35_a_lagging_replica_hides_what_was_done(number: int, lag: int, bench: Bench) -> None:
    """An answer is lost after the wiki saved, and at first the look for the mark finds nothing.

    No longer than our reads allow: with a greater lag the wiki answers `maxlag` and nothing else.
    """
    assert lag < READ_MAXLAG < SETTLE_SECONDS
    left = number

    def hook(moment: str, request: str) -> None:
        nonlocal left
        if moment == "after" and request in ("edit", "move"):
            left -= 1
            if left == 0:
                raise OutcomeUnknown

    bench.wiki.hooks.append(hook)
    stale = StaleWiki(bench, lag)
    for _ in range(4):
        patrol = bench.patrol()
        patrol.reader = stale  # type: ignore[assignment]  # the FakeWiki, but for one question
        patrol.run()
        bench.wiki.tick(60)
    finish(bench)
    assert stale.looks, "nothing was looked for"
    assert bench.wiki.text("Bad").count(FLAG) == 1
    assert "Falling Dog" in bench.wiki.pages
    for name, page in (("Ben", "Bad"), ("Cleo", "Falling Dog")):
        assert bench.wiki.text(f"User talk:{name}").count(f"[[:{page}]]") == 1
    assert len(marks(bench)) == len(set(marks(bench)))


def test_f32_nobody_to_ask_is_an_error_and_not_a_wait(tmp_path: Path) -> None:
    """Standard input is a pipe on which nobody says anything, and there is no password."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "user-config.py").write_text("", "utf-8")
    (home / "tropebot.toml").write_text(
        'family = "tropedemo"\nuser = "TropeBot"\npreset = "demo"\n', "utf-8"
    )
    silent, held = os.pipe()
    begun = time.monotonic()
    try:
        done = subprocess.run(
            (sys.executable, "-m", "tropebot", "--home", str(home), "patrol"),
            stdin=silent,
            capture_output=True,
            text=True,
            timeout=6 * ANSWER_SECONDS,
            check=False,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "PYTHONPATH": str(Path(__file__).parents[2]),
            },
            cwd=tmp_path,
        )
    finally:
        os.close(silent)
        os.close(held)
    assert done.returncode in {2, 4}, done.stderr
    assert done.stderr.count("\n") == 1
    assert time.monotonic() - begun < 3 * ANSWER_SECONDS


def test_peer_f09_each_write_has_a_budget_of_its_own() -> None:
    """What one write used up, the next has again."""
    saved = {"edit": {"result": "Success", "newrevid": 8, "oldrevid": 7}}
    script = Script([error("badtoken"), CSRF, saved] * 3)
    api = api_of(script)
    for _ in range(3):
        api.take_token("stale")
        assert api.write({"action": "edit", "pageid": 3, "text": "x"}, EDIT_ERRORS) == saved
    assert len(script.writes()) == 6


def test_peer_f27_what_happened_is_told_and_not_what_was_asked(bench: Bench) -> None:
    """Without the right to suppress redirects one stays, and the promotion is complete all the same."""
    bench.policy = {"workshop": {"leave_redirect": False}}
    bench.wiki.rights -= {"suppressredirect"}
    report = bench.run()
    assert report.promotions == 1
    assert bench.wiki.text("Trope Workshop:Falling Dog").startswith("#REDIRECT")
    finish(bench)
    assert [row.target for row in bench.wiki.moves if row.user == BOT] == ["Falling Dog"]


def test_peer_f42_no_page_but_those_concerned_is_needed(bench: Bench) -> None:
    """There is no log page on the wiki that could be full, protected or gone."""
    finish(bench)
    touched = {title for title, _ in bench.wiki.edits_by(BOT)}
    concerned = {"Bad", "Falling Dog", "User talk:Ben", "User talk:Cleo"}
    assert touched - {"Trope Workshop:Falling Dog"} == concerned


def repeated(bench: Bench) -> list[str]:
    """What stands on the wiki more or less often than once, after an effect of each kind."""
    told = {"Ben": "Bad", "Cleo": "Falling Dog"}
    counts = {
        **{name: bench.wiki.text(f"User talk:{name}").count(f"[[:{told[name]}]]") for name in told},
        "flags": bench.wiki.text("Bad").count(FLAG),
        "moves": sum(row.user == BOT for row in bench.wiki.moves),
        "edits": len([title for title, _ in bench.wiki.edits_by(BOT) if title == "Bad"]),
    }
    return [f"{what}: {count}" for what, count in counts.items() if count != 1]


def test_f30_peer_f34_a_ledger_of_yesterday_repeats_nothing(bench: Bench) -> None:
    """The ledger is put back as it was before the pass; the wiki has gone on."""
    bench.ledger.close()
    old = bench.path.read_bytes()
    bench.reopen()
    finish(bench)
    assert repeated(bench) == []
    bench.ledger.close()
    for left in bench.path.parent.glob(f"{bench.path.name}*"):
        left.unlink()
    bench.path.write_bytes(old)
    bench.path.chmod(0o600)
    bench.reopen()
    finish(bench)
    assert repeated(bench) == []


def test_f30_peer_f34_without_its_ledger_the_bot_repeats_nothing_and_knows_its_flag(
    bench: Bench,
) -> None:
    finish(bench)
    bench.ledger.close()
    for left in bench.path.parent.glob(f"{bench.path.name}*"):
        left.unlink()
    bench.reopen()
    patrol = bench.patrol()
    patrol.run(since=bench.wiki.now - timedelta(days=1))
    finish(bench)
    assert repeated(bench) == []
    bench.wiki.put("Bad", bench.wiki.text("Bad") + "\n[[Category:{{PAGENAME}}]]", "Ben")
    finish(bench)
    assert FLAG not in bench.wiki.text("Bad"), "its own flag is a stranger's"


class PowerLoss(Fuse):
    """At each step keeps what is on the disk just then, as it would be found after a power cut."""

    def __init__(self, bench: Bench, place: Path) -> None:
        super().__init__(0)
        self.bench = bench
        self.place = place
        self.kept: list[tuple[Path, frozenset[str]]] = []

    def step(self) -> None:
        super().step()
        directory = self.place / str(self.burnt)
        directory.mkdir()
        for file in self.bench.path.parent.glob(f"{self.bench.path.name}*"):
            if not file.name.endswith("-shm"):  # shared memory: no disk holds it
                shutil.copy(file, directory)
        self.kept.append((directory / self.bench.path.name, frozenset(marks(self.bench))))


def test_f28_after_a_power_cut_the_ledger_opens_and_knows_every_effect(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is done that has no effect, and no effect is there that the ledger has not heard of."""
    (tmp_path / "kept").mkdir()
    camera = PowerLoss(bench, tmp_path / "kept")
    with fused(bench, camera, monkeypatch):
        bench.run()
    assert len(camera.kept) > 20
    for path, on_wiki in camera.kept:
        ledger = open_ledger(path)
        known = [intent for run in (1, 2) for intent in ledger.intents.of_run(run)]
        done = {each.mark for each in known if each.state is State.DONE}
        begun = {each.mark for each in known if each.state is not State.PLANNED}
        ledger.close()
        assert done <= on_wiki, f"{path}: done without an effect"
        assert on_wiki <= begun, f"{path}: an effect that nobody knows of"
