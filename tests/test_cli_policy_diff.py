"""`tropebot policy diff`: what a new policy would change, over open findings, recent pages or titles."""

import json
from typing import Any

import pytest

from tests.cli_runs import Ran, Shell
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, DRAFT, GOOD_TROPE
from tests.test_cli_online import Settings, settings, wiki

__all__ = ["settings", "wiki"]

pytestmark = pytest.mark.heavy

LIST = "{{trope}}\nIt happens.\n{{examples}}\n* ''[[Film]]'': there.\n[[Category:{{PAGENAME}}]]"


@pytest.fixture(autouse=True)
def _home(settings: Settings) -> None:
    """A bot home."""


def changes(ran: Ran) -> set[tuple[str, str, str]]:
    """What would change: the page, the rule and how."""
    assert ran.code == 0, ran.err
    return {
        (line["title"], line["code"], line["change"])
        for line in ran.lines
        if line["type"] == "difference"
    }


def diff(shell: Shell, new: dict[str, Any], *arguments: str) -> Ran:
    shell.file("new.json", json.dumps(new))
    return shell("policy", "diff", "--json", "new.json", *arguments)


@pytest.mark.parametrize(
    ("new", "wanted", "why"),
    [
        ({"mode": "act"}, set(), "it is the policy in force"),
        (
            {"mode": "act", "actions": {"TB101": "none"}},
            {("Bad Trope", "TB101", "no-longer-flagged")},
            "nobody looks for it any more",
        ),
        (
            {"mode": "act", "actions": {"TB101": "report"}},
            {("Bad Trope", "TB101", "no-longer-flagged")},
            "it is found, and only reported",
        ),
        (
            {"mode": "act", "actions": {"TB101": "fix"}},
            {("Bad Trope", "TB101", "fixed")},
            "it is mended instead",
        ),
        (
            {"mode": "report"},
            {
                ("Bad Trope", "TB101", "no-longer-flagged"),
                ("Trope Workshop:Falling", "", "no-longer-promoted"),
            },
            "nothing is written at all",
        ),
        (
            {"mode": "act", "examples": {"minimum": 9}},
            {("Trope Workshop:Falling", "", "no-longer-promoted")},
            "three examples are too few",
        ),
        (
            {"mode": "act", "workshop": {"promote": "report"}},
            {("Trope Workshop:Falling", "", "no-longer-promoted")},
            "it is ready, and stays",
        ),
    ],
)
def test_what_would_change(
    shell: Shell, new: dict[str, Any], wanted: set[tuple[str, str, str]], why: str
) -> None:
    assert changes(diff(shell, new)) == wanted, why


def test_what_would_newly_be_flagged_and_promoted(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put(
        "MediaWiki:Tropebot-policy.json", '{"mode": "act", "examples": {"minimum": 9}}', "Admin"
    )
    wiki.put("Trope Workshop:Second", DRAFT, "Ada")
    new = {"mode": "act", "types": {"trope": {"categories": ["Trope", "Sorted"]}}}
    assert changes(diff(shell, new)) >= {
        ("Trope Workshop:Falling", "", "promoted"),
        ("Trope Workshop:Second", "", "promoted"),
    }


def test_only_the_pages_that_were_named(shell: Shell) -> None:
    new = {"mode": "act", "actions": {"TB101": "none"}}
    assert changes(diff(shell, new, "Good Trope")) == set()
    assert changes(diff(shell, new, "Bad Trope")) == {("Bad Trope", "TB101", "no-longer-flagged")}
    ran = diff(shell, new, "No Such Page")
    assert (ran.code, "No Such Page" in ran.err) == (2, True)


def test_open_findings_count_however_old_they_are(shell: Shell, wiki: FakeWiki) -> None:
    assert shell("patrol", "--since", "2026-01-01").code == 0
    wiki.put("Fresh Trope", BAD_TROPE)
    new = {"mode": "act", "actions": {"TB101": "none"}}
    titles = {title for title, _, _ in changes(diff(shell, new, "--recent", "0"))}
    assert titles == {"Bad Trope"}, "the fresh one was not judged yet, and is not asked for"
    titles = {title for title, _, _ in changes(diff(shell, new, "--recent", "1"))}
    assert titles == {"Bad Trope", "Fresh Trope"}


def test_a_no_of_people_is_no_difference(shell: Shell, wiki: FakeWiki) -> None:
    """Whoever took the flag off meant it, by any policy."""
    assert shell("patrol", "--since", "2026-01-01").code == 0
    wiki.put("Bad Trope", BAD_TROPE, "Ben")
    assert shell("patrol").code == 0
    assert changes(diff(shell, {"mode": "act", "actions": {"TB101": "fix"}}, "Bad Trope")) == set()


def test_nothing_is_written(shell: Shell, wiki: FakeWiki) -> None:
    before = {title: page.last.rev_id for title, page in wiki.pages.items()}
    diff(shell, {"mode": "act", "actions": {"TB101": "fix"}})
    assert {title: page.last.rev_id for title, page in wiki.pages.items()} == before
    assert shell("runs", "--json").lines in ([], [{"type": "summary", "runs": 0}])


def test_people_read_it_in_eighty_columns(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put("A Trope With Quite a Long Name That Does Not Fit the Line", BAD_TROPE)
    wiki.put("Good Trope", f"{GOOD_TROPE}\n", "Ben")
    shell.file("new.json", '{"mode": "report"}')
    ran = shell("policy", "diff", "new.json")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    assert ran.out.startswith("Would no longer be flagged (2)\n  A Trope With")
    assert "Would no longer be promoted (1)\n  Trope Workshop:Falling" in ran.out
    assert ran.out.splitlines()[-1].endswith("judged by both policies: 3 differences.")


def test_a_document_with_a_mistake_names_the_file(shell: Shell) -> None:
    shell.file("new.json", '{"mode": "at"}')
    ran = shell("policy", "diff", "new.json")
    assert (ran.code, ran.out) == (2, "")
    assert "new.json" in ran.err
