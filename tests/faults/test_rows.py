"""Rows of `docs/reliability.md` that need no real wiki."""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.patrols import BAD_TROPE, BOT, DRAFT, Bench
from tests.wiki.scripted import CSRF, Script, api_of, error
from tropebot.enforcer import SETTLE_SECONDS
from tropebot.errors import Exit, OutcomeUnknown
from tropebot.wiki.answers import EDIT_ERRORS
from tropebot.wiki.api import READ_MAXLAG

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
