"""Completion in the shells themselves, with the lines where the help says that they go."""

import fcntl
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

import pytest

from demo.packages import apt_get, has_apt

pytestmark = pytest.mark.heavy

SHELLS = ("bash", "fish", "zsh")
PLACES = {
    "bash": ".local/share/bash-completion/completions/tropebot",
    "fish": ".config/fish/completions/tropebot.fish",
    "zsh": "functions/_tropebot",
}
WORDS = [
    ("tropebot pat", {"patrol"}, set(), "a command"),
    ("tropebot r", {"report", "resume", "rules", "runs"}, {"patrol"}, "several"),
    ("tropebot patrol --d", {"--dry-run"}, {"--since"}, "an option of a command"),
    ("tropebot completion z", {"zsh"}, {"bash"}, "a choice"),
]
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x07|[^\n]\x08")
SECONDS = 60.0


@pytest.fixture(scope="module")
def _shells(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The distribution's shells, installed where they are missing; one test process at a time does that."""
    with (tmp_path_factory.getbasetemp().parent / "shells.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if missing := [name for name in SHELLS if shutil.which(name) is None]:
            assert has_apt(), f"install {', '.join(missing)}: completion is tested in them"
            apt_get("install", "-y", "--no-install-recommends", *missing)


@pytest.fixture
def person(tmp_path: Path, _shells: None) -> Mapping[str, str]:
    """Somebody who has a `tropebot` and has put its lines where the help says."""
    program = tmp_path / "bin" / "tropebot"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tropebot "$@"\n', "utf-8")
    program.chmod(0o755)
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "COLUMNS": "200",
    }
    for name, place in PLACES.items():
        done = subprocess.run(
            ("tropebot", "completion", name),
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(done.stdout)
    return environment


@pytest.mark.parametrize(("line", "found", "absent", "why"), WORDS)
def test_fish_completes(
    line: str, found: set[str], absent: set[str], why: str, person: Mapping[str, str]
) -> None:
    done = subprocess.run(
        ("fish", "-c", f"complete -C '{line}'"),
        env=person,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.stderr == ""
    offered = {each.partition("\t")[0] for each in done.stdout.splitlines()}
    assert found <= offered, why
    assert not absent & offered


def test_fish_shows_explanations_whole(person: Mapping[str, str]) -> None:
    done = subprocess.run(
        ("fish", "-c", "complete -C 'tropebot set'"),
        env=person,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    name, _, said = done.stdout.strip().partition("\t")
    assert name == "setup-wiki"
    assert "," in said


@pytest.mark.parametrize(("line", "found", "absent", "why"), WORDS)
def test_zsh_completes(
    line: str, found: set[str], absent: set[str], why: str, person: Mapping[str, str]
) -> None:
    home = person["HOME"]
    setup = f"fpath=({home}/functions $fpath); autoload -U compinit && compinit -D -u"
    shown = typed(("zsh", "-f", "-i"), setup, line, found, person)
    assert all(each in shown for each in found), (why, shown)
    assert not any(each in shown for each in absent), shown


@pytest.mark.parametrize(("line", "found", "absent", "why"), WORDS)
def test_bash_completes_at_the_keyboard(
    line: str, found: set[str], absent: set[str], why: str, person: Mapping[str, str]
) -> None:
    setup = f". {person['HOME']}/{PLACES['bash']}; bind 'set show-all-if-ambiguous on'"
    shown = typed(("bash", "--noprofile", "--norc", "-i"), setup, line, found, person)
    assert all(each in shown for each in found), (why, shown)
    assert not any(each in shown for each in absent), shown


def typed(
    shell: tuple[str, ...],
    setup: str,
    line: str,
    wanted: set[str],
    environment: Mapping[str, str],
) -> str:
    """What a terminal shows after the line and a tab, until all that is wanted is there, or too long."""
    terminal, end = pty.openpty()
    with subprocess.Popen(
        ("setsid", "--ctty", *shell), stdin=end, stdout=end, stderr=end, env=environment
    ) as running:
        os.close(end)
        os.write(terminal, f"PS1='> '; {setup}; echo rea''dy\n".encode())
        until(terminal, {"ready\r"})
        os.write(terminal, f"{line}\t".encode())
        shown = until(terminal, wanted)
        running.kill()
    os.close(terminal)
    return shown


def until(terminal: int, wanted: set[str]) -> str:
    shown, end = "", monotonic() + SECONDS
    while not all(each in shown for each in wanted) and monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            shown = CONTROL.sub("", shown + os.read(terminal, 65536).decode("utf-8", "replace"))
    return shown
