"""`tropebot check --fix`: what has one right place is shown as a diff or written; the rest stays."""

import shutil
import subprocess

import pytest

from tests.cli_runs import Shell

pytestmark = pytest.mark.heavy

OWN = "[[Category:{{PAGENAME}}]]"
LACKING = f"{{{{trope}}}}\nText.\n{{{{examples}}}}\n* ''[[Film]]'': it happens there.\n\n{OWN}\n"
FAULTY = LACKING.replace(f"\n{OWN}\n", "")


def test_the_diff_is_what_patch_takes(shell: Shell) -> None:
    path = shell.file("Some_trope.wiki", FAULTY)
    ran = shell("check", "--fix", path)
    assert ran.code == 1
    assert f"+{OWN}" in ran.out.splitlines()
    assert path.read_text("utf-8") == FAULTY, "a diff changes nothing"
    if patch := shutil.which("patch"):
        shown = ran.out[ran.out.index("--- ") : ran.out.rindex("1 page judged")]
        subprocess.run([patch, "-p0", "-s", str(path)], input=shown, text=True, check=True)
        assert shell("check", path).code == 0


def test_in_place_the_page_is_clean_and_twice_is_once(shell: Shell) -> None:
    path = shell.file("Some_trope.wiki", FAULTY)
    ran = shell("check", "--fix", "--in-place", path)
    assert ran.code == 0
    assert ran.out == "1 file fixed.\n1 page judged, 0 findings.\n"
    once = path.read_bytes()
    assert once.decode().replace(f"{OWN}", "").split() == FAULTY.split(), "only that was added"
    ran = shell("check", "--fix", "--in-place", path)
    assert ran.out == "1 page judged, 0 findings.\n"
    assert path.read_bytes() == once


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LACKING, "it is clean"),
        ("Text without a header.\n", "nobody knows what type of page it is"),
        ("{{work}}\nText.\n", "{{tropelist}} has no certain place"),
        (f"{{{{nobots}}}}\n{FAULTY}", "it bids bots keep off"),
        (f"{{{{bots|deny=TB101}}}}\n{FAULTY}", "it bids this rule keep off"),
        (f"{{{{in use}}}}\n{FAULTY}", "somebody is at work there"),
        (f"{{{{Disambig}}}}\n{FAULTY}", "it is not judged"),
    ],
)
def test_what_is_not_fixed(shell: Shell, text: str, why: str) -> None:
    path = shell.file("Some_trope.wiki", text)
    out = shell("check", "--preset", "demo", "--fix", path).out
    assert "@@" not in out, why
    assert ("nothing is fixed" in out) == ("TB101" in out), why
    shell("check", "--preset", "demo", "--fix", "--in-place", path)
    assert path.read_text("utf-8") == text, why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{work}}\nText.\n", "{{tropelist}} needs a person"),
        (f"{{{{nobots}}}}\n{FAULTY}", "the page keeps bots off"),
        (f"{{{{bots|deny=TB101}}}}\n{FAULTY}", "the page keeps bots off"),
    ],
)
def test_why_nothing_is_fixed_is_said(shell: Shell, text: str, said: str) -> None:
    path = shell.file("Some_work.wiki", text)
    ran = shell("check", "--preset", "demo", "--fix", path)
    assert f"Some work: nothing is fixed: {said}" in ran.out
    lines = shell("check", "--preset", "demo", "--fix", "--json", path).lines
    assert said in next(line["reason"] for line in lines if line["type"] == "unfixed")


@pytest.mark.parametrize(
    ("before", "ending"),
    [(b"\xef\xbb\xbf", b"\r\n"), (b"", b"\r\n"), (b"\xef\xbb\xbf", b"\n")],
)
def test_mark_and_line_ends_stay(shell: Shell, before: bytes, ending: bytes) -> None:
    path = shell.file("Some_trope.wiki", before + FAULTY.encode().replace(b"\n", ending))
    assert shell("check", "--fix", "--in-place", path).code == 0
    data = path.read_bytes()
    assert data.startswith(before + b"{{trope}}" + ending)
    assert data.replace(ending, b"").count(b"\n") == 0
    assert data.count(b"\xef\xbb\xbf") == bool(before)


def test_mixed_line_ends_are_refused(shell: Shell) -> None:
    path = shell.file("Some_trope.wiki", FAULTY.replace("\n", "\r\n", 1))
    ran = shell("check", "--fix", "--in-place", path)
    assert ran.code == 2
    assert "mixes different line ends" in ran.err
    assert path.read_bytes() == FAULTY.replace("\n", "\r\n", 1).encode()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--in-place", "x.wiki"), "--in-place goes with --fix"),
        (("--fix", "--in-place", "-"), "--in-place needs a file"),
        (("--fix", "--wiki", "Foo"), "--fix is for files"),
    ],
)
def test_misuse_is_exit_2(shell: Shell, arguments: tuple[str, ...], why: str) -> None:
    ran = shell("check", *arguments)
    assert ran.code == 2
    assert why in ran.err


def test_json_has_the_diff_beside_the_finding(shell: Shell) -> None:
    finding, fix, summary = shell("check", "--json", "--fix", shell.file("A_b.wiki", FAULTY)).lines
    assert (finding["type"], fix["type"], summary["fixed"]) == ("finding", "fix", 0)
    assert fix["title"] == "A b"
    assert f"\n+{OWN}\n" in fix["diff"]
