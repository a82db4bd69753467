"""`tropebot policy` and `tropebot rules`, and the overview; offline commands stay light."""

import json
import subprocess
import sys

import pytest
from msgspec.structs import replace

from tests.cli_runs import Shell
from tropebot.cli import COMMANDS, run
from tropebot.cli.manual import hooks_in_words
from tropebot.rules import all_rules
from tropebot.rules.rule import Rule

pytestmark = pytest.mark.heavy


def test_policy_check_says_yes(shell: Shell) -> None:
    shell.file("p.json", '{"examples": {"minimum": 5}}')
    ran = shell("policy", "check", "p.json")
    assert (ran.code, ran.out) == (0, "p.json: the policy is usable.\n")
    assert shell("policy", "check", "--json", "p.json").lines[0]["usable"] is True


def test_policy_check_says_what_is_wrong_where(shell: Shell) -> None:
    shell.file("p.json", '{"examples": {"minimun": 5}}')
    ran = shell("policy", "check", "p.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("tropebot: p.json: the key “examples.minimun” does not exist")


def test_policy_check_says_that_nothing_would_be_written(shell: Shell) -> None:
    shell.file("p.json", '{"mode": "act"}')
    assert "nothing is written" in shell("policy", "check", "p.json").out
    shell.file("p.json", '{"mode": "act", "workshop": {"promote": "act"}}')
    assert "nothing is written" not in shell("policy", "check", "p.json").out


def test_policy_show_prints_all_layers_as_one(shell: Shell) -> None:
    shell.file("p.json", '{"examples": {"minimum": 7}}')
    shown = json.loads(shell("policy", "show", "--preset", "demo", "--policy", "p.json").out)
    assert shown["examples"]["minimum"] == 7
    assert shown["workshop"]["namespace"] == "Trope Workshop"


def test_policy_schema_is_json(shell: Shell) -> None:
    assert json.loads(shell("policy", "schema").out)["title"] == "A tropebot policy"


def test_rules_lists_every_rule(shell: Shell) -> None:
    ran = shell("rules")
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == [r.code for r in all_rules()]
    assert [line["code"] for line in shell("rules", "--json").lines] == [
        r.code for r in all_rules()
    ]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rules_prints_the_manual_of_each(shell: Shell, rule: object) -> None:
    code = getattr(rule, "code", "")
    name = getattr(rule, "name", "")
    ran = shell("rules", code.lower())
    assert ran.out.startswith(f"{code} {name}\n")
    assert "Reasons not to act" in ran.out
    assert shell("rules", name).out == ran.out


def test_the_action_is_the_policys(shell: Shell) -> None:
    assert "Action by this policy: flag." in shell("rules", "TB101", "--preset", "demo").out
    assert "Action by this policy: report." in shell("rules", "TB101", "--preset", "tropedia").out


def test_an_unknown_rule_is_named_with_its_neighbour(shell: Shell) -> None:
    ran = shell("rules", "TB1O1")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean “TB101”" in ran.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(shell: Shell, command: str) -> None:
    ran = shell(command, "--help")
    assert ran.code == 0
    assert f"Usage: tropebot {command}" in ran.out
    assert "--json" in ran.out


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_the_manual_tells_options_and_exemptions(shell: Shell, rule: Rule) -> None:
    """Every key that a docstring names is one of the policy's; else this raises."""
    (line,) = shell("rules", "--json", rule.code, "--preset", "demo").lines
    keys = {option["key"] for option in line["options"]}
    assert keys >= {f"actions.{rule.code}", f"flags.{rule.code}"}
    assert all(option["description"] and option["value"] for option in line["options"])
    assert any(f"{{{{bots|deny={rule.code}}}}}" in sentence for sentence in line["exemptions"])
    out = shell("rules", rule.code, "--preset", "demo").out
    for heading in ("Why", "Bad", "Good", "Options now", "How to be exempt"):
        assert f"\n{heading}\n---" in out


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_manual_fits_a_terminal_of_eighty_columns_and_loses_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, rule: Rule
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = shell("rules", rule.code).out
    wide = [line for line in out.splitlines() if len(line) > 80]
    assert all(line.startswith("    ") or " = " in line for line in wide), wide
    assert " ".join(rule.documentation.split()) in " ".join(out.split())


def test_options_are_shown_as_the_policy_has_them(shell: Shell) -> None:
    out = shell("rules", "TB101", "--preset", "demo").out
    assert 'actions.TB101 = "flag"' in out
    assert 'markup.reflist_when = "refs"' in out
    assert '"trope": "MediaWiki:Tropes"' in out
    assert "{{in use}}" in out


def test_the_overview_lists_every_command(shell: Shell) -> None:
    ran = shell("--help")
    assert ran.code == 0
    assert [name for name in COMMANDS if f"  {name} " not in ran.out] == []


def test_no_command_is_a_usage_error(shell: Shell) -> None:
    ran = shell()
    assert ran.code == 2
    assert "Usage: tropebot" in ran.err


def test_version(shell: Shell) -> None:
    assert shell("--version").out.startswith("tropebot 0.")


def test_an_unexpected_failure_is_exit_70_with_a_traceback(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("tropebot.cli.policy.json_schema", fail)
    ran = shell("policy", "schema")
    assert ran.code == 70
    assert "ZeroDivisionError: oops" in ran.err
    assert "please report" in ran.err.lower()


def test_an_interrupted_command_is_exit_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tropebot.cli.policy.json_schema", interrupt)
    assert run(["policy", "schema"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_reader_who_leaves_early_is_no_bug(shell: Shell) -> None:
    """`tropebot policy schema | head -1` ends without a traceback."""
    program = (
        "import sys; from tropebot.cli import main; sys.argv = ['tropebot', *sys.argv[1:]]; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, "policy", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert b"Traceback" not in said


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_manual_says_how_to_go_on(shell: Shell, rule: Rule) -> None:
    said = shell("rules", rule.code).out
    assert f'actions.{rule.code} = not set: "report"' in said
    assert "`tropebot resume --page TITLE`" in said
    assert all(f"({hook})" in said for hook in rule.hooks)
    ours = said.partition("\nFrom\n")[2]
    assert max(map(len, ours.splitlines())) <= 100


def test_the_manual_of_a_rule_that_looks_after_one_change() -> None:
    rule = replace(all_rules()[0], hooks=("UploadComplete",))
    said = hooks_in_words(rule)
    assert said.startswith("Asked of a page after a file was uploaded (UploadComplete); ")
