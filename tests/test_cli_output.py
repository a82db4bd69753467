"""Where the answer cannot go out, and Ctrl-C: one line, the right exit code, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

import tropebot.__main__ as entry
from tests.cli_runs import Shell

pytestmark = pytest.mark.heavy

COMMAND = (sys.executable, "-m", "tropebot")


def ran(shell: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """What a shell line comes to; `tropebot` in it is this checkout's."""
    line = shell.replace("tropebot", " ".join(COMMAND))
    return subprocess.run(
        ["bash", "-c", line], cwd=directory, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("line", "code", "said", "reason"),
    [
        ("tropebot rules >&-", 2, "is closed", "nowhere to write to"),
        ("tropebot rules > /dev/full", 7, "No space left", "the disk is full"),
        ("tropebot --json rules > /dev/full", 7, "No space left", "the same in JSON"),
        ("tropebot rules 2>&-", 0, "", "nobody wants errors"),
        ("tropebot policy schema | head -n 1 > /dev/null", 0, "", "the reader has gone"),
    ],
)
def test_an_answer_that_cannot_go_out_is_one_line(
    tmp_path: Path, line: str, code: int, said: str, reason: str
) -> None:
    done = ran(line, tmp_path)
    assert done.returncode == code, f"{reason}: {done.stderr}"
    assert said in done.stderr, reason
    assert len(done.stderr.splitlines()) == bool(said), reason
    assert "bug" not in done.stderr


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("check --preset demo", "findings are the exit code 1, this is none"),
        ("check --json --preset demo", "the same in JSON"),
        ("examples --preset demo", "it has no findings"),
    ],
)
def test_a_reader_who_has_enough_is_told_nothing(tmp_path: Path, command: str, reason: str) -> None:
    (tmp_path / "a.wiki").write_text("It happens.", encoding="utf-8")
    files = " ".join(["a.wiki"] * 2000)
    line = f"set -o pipefail; tropebot {command} {files} | head -n 1 > /dev/null"
    done = ran(line, tmp_path)
    assert (done.returncode, done.stderr) == (7, ""), reason


def test_ctrl_c_while_the_program_loads_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it comes out of an import, before any command could have caught it."""
    monkeypatch.delitem(sys.modules, "tropebot.cli")
    monkeypatch.setattr(sys, "meta_path", [Interrupting()])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert (ended.value.code, *capsys.readouterr()) == (130, "", "tropebot: interrupted.\n")


class Interrupting:
    """A finder of modules to whom somebody presses Ctrl-C."""

    def find_spec(self, *_args: object) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_in_a_command_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tropebot.cli.offline.read_text", interrupted)
    ran = shell("check", "x.wiki")
    assert (ran.code, ran.out, ran.err.strip()) == (130, "", "tropebot: interrupted.")
