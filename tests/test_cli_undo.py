"""`tropebot undo`, `resume` and `runs show` on the command line, wired as in life but for the wiki."""

import pytest

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, RUN_PAGE
from tests.test_cli_online import SINCE, Settings, settings, wiki

__all__ = ["settings", "wiki"]


def _patrolled(shell: Shell, settings: Settings) -> str:
    settings("")
    ran = shell("patrol", "--json", "--since", SINCE)
    assert ran.code == 0, ran.err
    return str(ran.lines[-1]["run"])


def test_a_run_is_taken_back_page_by_page(shell: Shell, settings: Settings, wiki: FakeWiki) -> None:
    number = _patrolled(shell, settings)
    wiki.put("Falling", f"{wiki.text('Falling')}\nBetter.", "Ada")
    ran = shell("undo", number)
    assert ran.code == 0, ran.err
    assert wiki.text("Bad Trope") == BAD_TROPE
    assert "taken back         Bad Trope: flag TB101\n" in ran.out
    assert (
        "left               Falling: move Falling (people have edited it since the move)" in ran.out
    )
    assert "User talk:Ada: notice" in ran.out
    assert "2 left" in ran.out


def test_every_line_of_json_is_an_effect_or_the_run(shell: Shell, settings: Settings) -> None:
    number = _patrolled(shell, settings)
    rehearsed = shell("undo", number, "--json", "--dry-run").lines
    ran = shell("undo", number, "--json")
    assert ran.code == 0, ran.err
    kinds = [line["type"] for line in ran.lines]
    assert kinds[-1] == "run"
    assert set(kinds) == {"undone", "write", "run"}
    assert {line["outcome"] for line in ran.lines if line["type"] == "undone"} == {"taken back"}
    assert all(str(line["of_run"]) == number for line in ran.lines if line["type"] == "undone")
    assert ran.lines[-1]["requests"].keys() == {"read", "write"}
    assert rehearsed[-1]["dry_run"]
    assert rehearsed[-1]["taken_back"] == ran.lines[-1]["taken_back"]


def test_a_dry_run_shows_the_diffs_and_writes_nothing(
    shell: Shell, settings: Settings, wiki: FakeWiki
) -> None:
    number = _patrolled(shell, settings)
    edits = len(wiki.edits_by(BOT))
    ran = shell("undo", number, "--dry-run")
    assert "    -{{Missing markup|" in ran.out
    assert "would be taken back" in ran.out
    assert len(wiki.edits_by(BOT)) == edits


def test_what_is_not_understood_is_one_line(shell: Shell, settings: Settings) -> None:
    settings("")
    for arguments, said in (
        ((), "Say what to take back"),
        (("99",), "There is no run 99"),
        (("--intent", "99"), "There is no intent 99"),
        (("--since", "yesterday-ish"), "yesterday-ish"),
        (("--rule", "TB999", "--since", "1d", "--dry-run"), "There is no rule “TB999”"),
        (("--rule", "tb101"), "did you mean “TB101”"),
    ):
        ran = shell("undo", *arguments)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), ran.err
        assert said in ran.err


@pytest.mark.parametrize("rule", ["TB101", "TB202", "promotion"])
def test_a_rule_that_did_nothing_is_no_mistake(shell: Shell, settings: Settings, rule: str) -> None:
    settings("")
    ran = shell("undo", "--rule", rule, "--since", "1d", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert "The bot did nothing of the kind." in ran.out


def test_a_blocked_account_is_told(shell: Shell, settings: Settings, wiki: FakeWiki) -> None:
    number = _patrolled(shell, settings)
    wiki.blocked.add(BOT)
    ran = shell("undo", number)
    assert ran.code == 4
    assert "blocked" in ran.err


def test_the_run_page_does_not_stop_it(shell: Shell, settings: Settings, wiki: FakeWiki) -> None:
    number = _patrolled(shell, settings)
    wiki.put(RUN_PAGE, "stop", "Ada")
    assert shell("undo", number).code == 0
    assert wiki.text("Bad Trope") == BAD_TROPE


def test_what_the_operators_file_forbids_is_not_written(
    shell: Shell, settings: Settings, wiki: FakeWiki
) -> None:
    number = _patrolled(shell, settings)
    settings('[forbid]\nactions = ["write"]\n')
    ran = shell("undo", number)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1), ran.err
    assert "take “write” out of [forbid] actions" in ran.err
    settings('[forbid]\nnamespaces = [""]\n')
    ran = shell("undo", number)
    assert ran.code == 0, ran.err
    assert "left               Bad Trope: flag TB101 (tropebot.toml forbids" in ran.out
    assert wiki.text("Bad Trope") != BAD_TROPE


def test_the_effects_of_a_run_have_rule_reason_policy_and_link(
    shell: Shell, settings: Settings, wiki: FakeWiki
) -> None:
    number = _patrolled(shell, settings)
    lines = shell("runs", "show", number, "--json").lines
    flag = next(line for line in lines if line["kind"] == "flag")
    assert flag["codes"] == ["TB101"]
    assert flag["policy_rev"] == wiki.pages["MediaWiki:Tropebot-policy.json"].last.rev_id
    assert flag["link"] == f"http://127.0.0.1/w/index.php?diff={flag['rev_id']}"
    move = next(line for line in lines if line["kind"] == "move")
    assert move["link"].endswith("title=Special%3ALog&type=move&page=Trope+Workshop%3AFalling")
    told = shell("runs", "show", number).out
    assert flag["link"] in told
    assert f"flag TB101, by policy revision {flag['policy_rev']}" in told
    undo = shell("undo", number, "--json").lines[-1]["run"]
    assert "run 1" in shell("runs", "show", str(undo)).out
    assert "taken back" in shell("runs").out


def test_a_page_is_judged_anew_once_its_no_is_cleared(
    shell: Shell, settings: Settings, wiki: FakeWiki
) -> None:
    number = _patrolled(shell, settings)
    shell("undo", number)
    assert "TB101 on “Bad Trope”" in shell("resume", "--list").out
    assert shell("patrol", "--json").lines[-1]["flags"] == 0
    ran = shell("resume", "--page", "Bad Trope", "--rule", "TB101")
    assert (ran.code, ran.out.count("cleared: ")) == (0, 1), ran.err
    assert "Bad Trope" not in shell("resume", "--list").out
    assert shell("patrol", "--json").lines[-1]["flags"] == 1
    assert "{{Missing markup" in wiki.text("Bad Trope")


def test_nothing_to_clear_is_said(shell: Shell, settings: Settings) -> None:
    _patrolled(shell, settings)
    assert "Nothing stops the bot" in shell("resume", "--list").out
    assert shell("resume").code == 0
    for arguments in (("--page", "Bad Trope"), ("--rule", "TB101"), ("--page", "Nowhere")):
        ran = shell("resume", *arguments)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1)
