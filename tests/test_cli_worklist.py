"""`tropebot worklist`: titles for other tools, tables for people, out of the ledger alone."""

import pytest

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE
from tests.test_cli_online import SINCE, Settings, settings, wiki

__all__ = ["settings", "wiki"]

pytestmark = pytest.mark.heavy


@pytest.fixture(autouse=True)
def _patrolled(
    settings: Settings, wiki: FakeWiki, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two faulty pages, Ben's a day older; then the wiki is away."""
    settings("")
    wiki.put("Worse Trope", BAD_TROPE, "Ben")
    shell("patrol", "--since", SINCE)
    wiki.tick(86_400)
    wiki.put("A “Quoted” Trope", BAD_TROPE, "Ada")
    wiki.tick(60)
    shell("patrol")
    monkeypatch.setattr("tropebot.app.open_session", lambda *_, **__: pytest.fail("asked the wiki"))


@pytest.mark.parametrize("rule", ["TB101", "tb101", "missing-markup"])
def test_titles_one_per_line_the_oldest_first(shell: Shell, rule: str) -> None:
    ran = shell("worklist", rule)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == ["Bad Trope", "Worse Trope", "A “Quoted” Trope"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("--sort", "title"), ["A “Quoted” Trope", "Bad Trope", "Worse Trope"]),
        (("--creator", "Ben"), ["Worse Trope"]),
        (("--age", "1"), ["Bad Trope", "Worse Trope"]),
        (("--age", "2"), []),
    ],
)
def test_by_title_creator_and_age(
    shell: Shell, asked: tuple[str, ...], expected: list[str]
) -> None:
    ran = shell("worklist", "TB101", *asked)
    assert (ran.code, ran.out.splitlines()) == (0, expected)


def test_the_other_forms(shell: Shell) -> None:
    lines = shell("worklist", "TB101", "--format", "csv").out.splitlines()
    assert lines[0] == "title,code,what,since,days,creator,flag"
    assert lines[2].startswith("Worse Trope,TB101,")
    assert lines[2].endswith(",1,Ben,ours")
    table = shell("worklist", "TB101", "--format", "wikitext").out.splitlines()
    assert (table[0], table[-1]) == ('{| class="wikitable sortable"', "|}")
    assert any(line.startswith("| [[:Worse Trope]] || ") for line in table)
    told = shell("worklist", "TB101", "--format", "json").lines
    assert [line["title"] for line in told] == ["Bad Trope", "Worse Trope", "A “Quoted” Trope"]
    assert told == shell("worklist", "TB101", "--json").lines


def test_a_rule_without_findings_is_an_empty_list(shell: Shell) -> None:
    ran = shell("worklist", "TB107")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_rule_that_there_is_not_is_said_with_what_was_meant(shell: Shell) -> None:
    ran = shell("worklist", "missing-markups")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean “missing-markup”" in ran.err
