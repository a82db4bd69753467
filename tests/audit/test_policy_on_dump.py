"""`tropebot policy diff --dump`: what a new policy would change, over the pages of a dump."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.audit import dumps
from tests.cli_runs import Ran, Shell
from tests.patrols import BAD_TROPE, DRAFT, GOOD_TROPE

POLICY = "MediaWiki:Tropebot-policy.json"
BROKEN = "<page>\n<title>Cut off"


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsys, tmp_path)


def the_dump(policy: dict[str, Any] | None) -> bytes:
    """A trope, a faulty one, one that a person flagged, a draft that is ready, and the policy page."""
    pages = [
        dumps.page("Good Trope", GOOD_TROPE, number=1),
        dumps.page("Bad Trope", BAD_TROPE, number=2),
        dumps.page("Kept Off", "{{nobots}}\n" + BAD_TROPE, number=3),
        dumps.page("Trope Workshop:Falling", DRAFT, ns=112, number=4),
        dumps.page("Trope Workshop:Falling/Notes", DRAFT, ns=112, number=5),
    ]
    pages += [
        dumps.page(f"Template:{name}", "a template", ns=10, number=10 + at)
        for at, name in enumerate(("Trope", "Examples", "Missing markup", "Trope Workshop"))
    ]
    if policy is not None:
        pages.append(dumps.page(POLICY, json.dumps(policy), ns=8, number=20))
    return dumps.dump(pages)


def diff(shell: Shell, new: dict[str, Any], data: bytes, *arguments: str) -> Ran:
    shell.file("new.json", json.dumps(new))
    path = shell.file("d.xml", data)
    return shell(
        "policy", "diff", "--json", "--preset", "demo", "new.json", "--dump", path, *arguments
    )


def changes(ran: Ran) -> set[tuple[str, str, str]]:
    assert ran.code == 0, ran.err
    lines = [line for line in ran.lines if line["type"] == "difference"]
    return {(line["title"], line["code"], line["change"]) for line in lines}


@pytest.mark.parametrize(
    ("new", "wanted", "why"),
    [
        ({}, set(), "it is the policy that the dump has"),
        (
            {"actions": {"TB101": "none"}},
            {
                ("Bad Trope", "TB101", "no-longer-flagged"),
                ("Kept Off", "TB101", "no-longer-reported"),
            },
            "nobody looks for it any more; what keeps bots off was only reported",
        ),
        ({"actions": {"TB101": "fix"}}, {("Bad Trope", "TB101", "fixed")}, "it is mended instead"),
        (
            {"mode": "report"},
            {
                ("Bad Trope", "TB101", "no-longer-flagged"),
                ("Trope Workshop:Falling", "", "no-longer-promoted"),
            },
            "nothing is written at all; the draft's subpage never was a draft",
        ),
        (
            {"examples": {"minimum": 9}},
            {("Trope Workshop:Falling", "", "no-longer-promoted")},
            "three examples are too few",
        ),
        (
            {"types": {"trope": {"preload": "", "preload_text": "{{trope}}\n{{examples}}"}}},
            {
                ("Bad Trope", "TB101", "no-longer-flagged"),
                ("Kept Off", "TB101", "no-longer-reported"),
            },
            "the type asks for no category",
        ),
    ],
)
def test_what_would_change(
    shell: Shell, new: dict[str, Any], wanted: set[tuple[str, str, str]], why: str
) -> None:
    ran = diff(shell, {"mode": "act", **new}, the_dump({"mode": "act"}))
    assert changes(ran) == wanted, why
    assert ran.lines[-1]["pages"] == 10


def test_the_other_way_round_it_is_newly_flagged_and_promoted(shell: Shell) -> None:
    old = {"mode": "act", "actions": {"TB101": "none"}, "examples": {"minimum": 9}}
    assert changes(diff(shell, {"mode": "act"}, the_dump(old))) == {
        ("Bad Trope", "TB101", "flagged"),
        ("Kept Off", "TB101", "reported"),
        ("Trope Workshop:Falling", "", "promoted"),
    }


def test_a_document_may_stand_for_the_page(shell: Shell) -> None:
    """A dump of articles alone has no policy page; that is said, or another is named."""
    data = the_dump(None)
    ran = diff(shell, {"mode": "act"}, data)
    assert changes(ran) == set(), "the preset acts"
    assert f"The dump has no page “{POLICY}”" in ran.err
    old = shell.file("old.json", '{"mode": "report"}')
    ran = diff(shell, {"mode": "act"}, data, "--old", old)
    assert ("Bad Trope", "TB101", "flagged") in changes(ran)
    assert "has no page" not in ran.err


def test_people_read_it_in_eighty_columns(shell: Shell) -> None:
    shell.file("new.json", '{"mode": "report"}')
    path = shell.file("d.xml", the_dump({"mode": "act"}))
    ran = shell("policy", "diff", "--preset", "demo", "new.json", "--dump", path)
    assert "Bad Trope: TB101" in ran.out
    assert ran.out.endswith("10 pages judged by both policies: 2 differences.\n")
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def test_of_a_broken_dump_all_before_the_break_is_compared(shell: Shell) -> None:
    whole = the_dump({"mode": "act"}).decode()
    ran = diff(shell, {"mode": "report"}, whole.replace(dumps.TAIL, BROKEN).encode())
    assert ran.code == 2
    assert ran.lines[-1]["pages"] == 10
    assert "cut short" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new.json", "--old", "new.json"), "go with --dump"),
        (("new.json", "--preset", "demo"), "go with --dump"),
        (("new.json", "Bad Trope", "--dump", "d.xml"), "stands without TITLEs"),
        (("new.json", "--dump", "-"), "read twice"),
        (("new.json", "--dump", "nowhere.xml"), "nowhere.xml"),
        (("wrong.json", "--dump", "d.xml"), "wrong.json"),
    ],
)
def test_what_cannot_be_asked(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    shell.file("d.xml", the_dump({"mode": "act"}))
    shell.file("new.json", "{}")
    shell.file("wrong.json", '{"no such key": 1}')
    ran = shell("policy", "diff", *arguments)
    assert ran.code == 2
    assert said in ran.err
