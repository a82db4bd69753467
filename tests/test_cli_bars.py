"""Long work shows on a terminal how far it is and what is left; elsewhere nothing of it."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import fix_markup, flag_missing_markup, unflag_clean
from tests.cli_runs import Shell
from tests.patrols import BAD_TROPE, Bench
from tests.test_cli_online import SINCE, Settings, settings, wiki
from tests.test_cli_terminal import Terminal
from tropebot.cleanup import Job, Wanted, clean_up
from tropebot.cli.asking import Asking
from tropebot.cli.bars import Bar, bar
from tropebot.cli.cleanup import Asked, known_titles
from tropebot.undoreport import Asked as Effects

__all__ = ["settings", "wiki"]

pytestmark = pytest.mark.heavy

BAR = "━"
POLICY = '{"mode": "act", "actions": {"TB101": "report"}}'


@pytest.fixture(autouse=True)
def _usual(settings: Settings) -> None:
    settings('[policy.reports]\npage = "User:<account>/Report"\n')


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A standard error that a person sees."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal()


def prepared(shell: Shell, directory: Path) -> dict[str, tuple[str, ...]]:
    """Each long command, with something to do."""
    assert shell("patrol", "--since", SINCE).code == 0
    new, plan = directory / "new.json", directory / "plan.json"
    new.write_text(POLICY, "utf-8")
    return {
        "patrol": ("patrol", "--dry-run", "--since", SINCE),
        "plan": ("plan", "Bad Trope", "--out", str(plan)),
        "apply": ("apply", str(plan)),
        "policy diff": ("policy", "diff", str(new)),
        "report": ("report", "--wiki"),
        "setup-wiki": ("setup-wiki",),
        "undo": ("undo", "1", "--dry-run"),
        "workshop": ("workshop",),
    }


def test_every_long_command_tells_a_terminal_and_nobody_else(
    shell: Shell, tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, words in prepared(shell, tmp_path).items():
        ran = shell(*words)
        assert BAR not in ran.out + ran.err, name
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stderr", terminal)
            ran = shell(*words)
        shown = terminal.getvalue()
        terminal.seek(0)
        terminal.truncate()
        assert BAR in shown, name
        assert ran.out or name == "plan", f"{name}: the answer is not drawn over"
        assert BAR not in ran.out, name


# What is heard.


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path / "ledger.sqlite")
    for number in range(4):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ada")
    return bench


def heard(bench: Bench, job: Job, **wanted: object) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    patrol = bench.patrol()
    patrol.progress = lambda done, total: told.append((done, total))
    clean_up(patrol, Wanted(job=job, **wanted))  # type: ignore[arg-type]
    return told


TITLES = tuple(f"Bad {number}" for number in range(4))


def test_a_script_tells_pages_of_all_or_work_done_of_the_limit(bench: Bench) -> None:
    assert heard(bench, fix_markup.JOB, titles=TITLES[:3]) == [(0, 3), (1, 3), (2, 3)]
    listed = heard(bench, flag_missing_markup.JOB, titles=iter(TITLES[3:]))
    assert listed == [(0, 0), (1, 1)], "of how many nobody knows; then a message"
    bench.wiki.put("Worse", BAD_TROPE, "Ada")
    limited = heard(bench, fix_markup.JOB, titles=("Worse", *TITLES), limit=1)
    assert limited == [(0, 1), (1, 1)]
    flagged = heard(bench, unflag_clean.JOB, titles=None)
    assert flagged == [(0, 1)], "all that bear a flag are counted beforehand"


def test_an_undo_tells_effects(bench: Bench) -> None:
    run = clean_up(bench.patrol(), Wanted(job=flag_missing_markup.JOB, titles=TITLES)).run
    told: list[tuple[int, int]] = []
    patrol = bench.patrol()
    patrol.progress = lambda done, total: told.append((done, total))
    patrol.undo(Effects(run=run))
    assert told == [(number, 5) for number in range(1, 6)], "four flags and a message"


def test_pages_are_counted_first_only_if_all_are_looked_at_and_somebody_sees_it() -> None:
    seen, unseen = Bar(show=lambda *_: None), Bar()
    rows = [
        (seen, Asked(apply=False, limit=None, unasked=False, pages=("-x",)), True, "a plan"),
        (unseen, Asked(apply=False, limit=None, unasked=False, pages=("-x",)), False, "cron"),
        (seen, Asked(apply=True, limit=None, unasked=False, pages=("-x",)), False, "may quit"),
        (seen, Asked(apply=False, limit=3, unasked=True, pages=("-x",)), False, "a few only"),
    ]
    for progress, asked, counted, why in rows:
        titles = known_titles(iter(TITLES), asked, progress)
        assert isinstance(titles, tuple) is counted, why
    asked = Asked(apply=False, limit=None, unasked=False)
    assert known_titles(iter(TITLES), asked, seen) is None, "nobody named pages"


def test_nobody_is_asked_beside_a_bar(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    away: list[str] = []

    @contextmanager
    def aside() -> Iterator[None]:
        away.append("away")
        yield
        away.append("back")

    class Typed(io.StringIO):
        def readline(self, *_: object) -> str:
            assert away[-1] == "away", "the bar would be drawn over the answer"
            return "y\n"

    monkeypatch.setattr("sys.stdin", Typed())
    asking = Asking("http://wiki.example.org/w/", aside=aside)
    clean_up(bench.patrol(), Wanted(job=fix_markup.JOB, titles=TITLES[:2]), review=asking)
    assert away == ["away", "back"] * 2


@pytest.mark.parametrize("total", [0, 4])
def test_what_is_left_is_said_where_it_is_known_how_much_there_is(
    total: int, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    with bar("judging") as progress:
        progress(1, total)
    assert ("left:" in terminal.getvalue()) is bool(total)


def test_a_bar_that_was_aside_is_back(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    with bar("judging") as progress:
        progress(1, 4)
        with progress.aside():
            terminal.write("QUESTION")
        progress(3, 4)
    before, after = re.split("QUESTION", terminal.getvalue())
    assert before.endswith("\x1b[2K"), "nothing of it stands where the question is"
    assert "3/4" in after


def test_answers_go_to_standard_output_under_a_bar(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    with bar("judging"):
        print("the answer")
    assert capsys.readouterr().out == "the answer\n"
    assert "the answer" not in terminal.getvalue()
