"""What a terminal gets and a file does not: a bar with the time left, colours; and completion for shells."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli_runs import Shell
from tests.patrols import BAD_TROPE, Bench
from tropebot.cli import COMMANDS
from tropebot.cli.bars import bar
from tropebot.cli.completion import SHELLS, VARIABLE

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PAINT = re.compile(r"\x1b\[(?:1;)?(?:3[0-9]|38;[0-9;]+)m")


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, **environment: str) -> str:
    """What four pages of work show on a standard error."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", stream)
    with bar("judging") as show:
        for done in range(1, 5):
            show(done, 4)
    return stream.getvalue()


def test_a_terminal_sees_how_far_the_work_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal())
    plain = COLOUR.sub("", text)
    assert "judging" in plain
    assert "4/4" in plain
    assert "left:" in plain
    assert PAINT.search(text)
    assert text.endswith("\x1b[2K"), "the bar is gone when the work is"


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal(), NO_COLOR="1")
    assert "4/4" in text
    assert not PAINT.search(text)


@pytest.mark.parametrize(
    ("stream", "environment", "why"),
    [
        (io.StringIO(), {}, "a file, cron's mail"),
        (Terminal(), {"TERM": "dumb"}, "a terminal that cannot go back"),
    ],
)
def test_elsewhere_nothing_is_shown(
    stream: io.StringIO,
    environment: dict[str, str],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert shown(monkeypatch, stream, **environment) == "", why


def test_a_pass_tells_how_many_pages_are_done(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    for number in range(3):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    heard: list[tuple[int, int]] = []
    patrol = bench.patrol()
    patrol.progress = lambda done, total: heard.append((done, total))
    patrol.run()
    assert heard == [(1, 3), (2, 3), (3, 3), (1, 1)], "three pages, then a message"


# Completion.


@pytest.mark.parametrize("name", SHELLS)
def test_each_shell_gets_its_lines(name: str, shell: Shell) -> None:
    done = shell("completion", name)
    assert done.code == 0, done.err
    assert f"{VARIABLE}={name}_complete" in done.out
    assert "tropebot" in done.out


def test_another_shell_is_refused(shell: Shell) -> None:
    done = shell("completion", "tcsh")
    assert done.code == 2
    assert "tcsh" in done.err


WORDS = [
    (("pat",), ["patrol"], "a command"),
    (("r",), ["report", "resume", "rules", "runs"], "several"),
    (("patrol", "--dr"), ["--dry-run"], "an option of a command"),
    (("completion", "z"), ["zsh"], "a choice"),
    (("--he",), ["--help"], "an option of the whole"),
    (("nothing-like-it",), [], "nothing"),
]


@pytest.mark.parametrize(("words", "expected", "why"), WORDS)
def test_bash_completes(
    words: tuple[str, ...], expected: list[str], why: str, tmp_path: Path
) -> None:
    program = tmp_path / "tropebot"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tropebot "$@"\n', "utf-8")
    program.chmod(0o755)
    asked = " ".join(("tropebot", *words))
    script = (
        'eval "$(tropebot completion bash)"\n'
        f"COMP_WORDS=({asked}); COMP_CWORD={len(words)}\n"
        '_tropebot_completion tropebot\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ("bash", "--noprofile", "--norc", "-c", script),
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    found = sorted(done.stdout.split())
    assert [each for each in expected if each not in found] == [], why
    assert all(each.startswith(words[-1]) for each in found)


def test_completing_a_command_imports_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from tropebot import cli  # noqa: PLC0415  its group, whose import is watched

    def refused(name: str) -> None:
        raise AssertionError(f"{name} was imported")

    monkeypatch.setattr(cli, "import_module", refused)
    context = cli.tropebot.make_context("tropebot", [], resilient_parsing=True)
    found = [each.value for each in cli.tropebot.shell_complete(context, "")]
    assert set(COMMANDS) <= set(found)
