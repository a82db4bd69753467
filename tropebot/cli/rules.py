"""`tropebot rules`: the list of rules, and the manual of one: its docstring, its options, how to be exempt.

Must not decide what a rule does. No wiki is asked but with `--wiki`, which tells what the rules do there now.
"""

import shutil
import textwrap
from collections.abc import Mapping

import click
from msgspec.structs import asdict

from tropebot.cli.manual import exemptions, hooks_in_words, onward, options
from tropebot.cli.offline import load_policy, policy_options
from tropebot.cli.shared import print_line, print_table, say, shared, shared_options
from tropebot.errors import ConfigError, Exit
from tropebot.policy.merge import closest
from tropebot.policy.schema import Policy
from tropebot.rights import RuleState
from tropebot.rules import all_rules
from tropebot.rules.rule import Rule

_WIDTH = 100


@click.command(name="rules")
@click.argument("code", required=False)
@click.option(
    "--wiki", is_flag=True, help="Ask the wiki of the bot home what the rules do there now."
)
@policy_options
@shared_options
def command(*, code: str | None, wiki: bool, preset: str | None, policy_file: str | None) -> Exit:
    """List the rules, or print the manual of the rule CODE (or of that name).

    With --wiki it also says whether each rule acts, reports or is off on the wiki now, and why.
    """
    rules = all_rules()
    asked = (rule_called(code, rules),) if code is not None else rules
    states: Mapping[str, RuleState] = {}
    if wiki:
        policy, states = _on_wiki(preset, policy_file)
    else:
        policy = load_policy(preset, policy_file, shared().home).policy
    if code is not None:
        _print_manual(asked[0], policy, states)
    elif shared().as_json:
        for rule in asked:
            print_line("rule", **_as_json(rule, policy, states))
    else:
        _print_list(asked, policy, states)
    return Exit.DONE


def _on_wiki(preset: str | None, policy_file: str | None) -> tuple[Policy, Mapping[str, RuleState]]:
    if preset or policy_file:
        raise click.UsageError("With --wiki the wiki's own policy is used.")
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened  # noqa: PLC0415
    from tropebot.rulestates import rule_states  # noqa: PLC0415

    with opened(shared().home) as patrol:
        force, states = rule_states(patrol)
    return force.policy, states


def _print_list(rules: tuple[Rule, ...], policy: Policy, states: Mapping[str, RuleState]) -> None:
    if states:
        found = [(rule, states[rule.code]) for rule in rules]
        here = [(rule.code, rule.name, state.word, state.why) for rule, state in found]
        print_table(("code", "name", "here", "why no more"), here)
        return
    rows = [(rule.code, rule.name, _action(rule, policy), _purpose(rule)) for rule in rules]
    print_table(("code", "name", "action", "what it looks for"), rows)


def rule_called(word: str, rules: tuple[Rule, ...]) -> Rule:
    """The rule of that code or name, in any case. Raises `ConfigError`."""
    for rule in rules:
        if word.lower() in (rule.code.lower(), rule.name.lower()):
            return rule
    known = [name for rule in rules for name in (rule.code, rule.name)]
    raise ConfigError(
        f"There is no rule “{word}”{closest(word, known)}; `tropebot rules` lists them."
    )


def _print_manual(rule: Rule, policy: Policy, states: Mapping[str, RuleState]) -> None:
    if shared().as_json:
        print_line(
            "rule",
            **_as_json(rule, policy, states),
            manual=rule.documentation,
            options=[asdict(option) for option in options(rule, policy)],
            exemptions=exemptions(rule, policy),
            onward=onward(),
        )
        return
    say(f"{rule.code} {rule.name}")
    say(f"Action by this policy: {_action(rule, policy)}.")
    if state := states.get(rule.code):
        say(f"On this wiki: {state.word}{': ' if state.why else ''}{state.why.removesuffix('.')}.")
    say()
    _say_documentation(rule.documentation.strip())
    _say_heading("Options now")
    for option in options(rule, policy):
        say(f"{option.key} = {option.value}")
        _say_wrapped(option.description, "    ")
    _say_heading("From")
    _say_wrapped(f"Rule pack {rule.pack}. {hooks_in_words(rule)}")
    if rule.needs.rights:
        grants = ", ".join(rule.needs.grants)
        say(f"To act it needs the right {', '.join(rule.needs.rights)} (grants: {grants}).")
    _say_heading("How to be exempt")
    for sentence in exemptions(rule, policy):
        _say_wrapped(sentence, "- ")
    _say_heading("How to have a page judged again")
    for sentence in onward():
        _say_wrapped(sentence, "- ")


def _say_documentation(text: str) -> None:
    """A rule's own text: its paragraphs as wide as they may be, headings and wikitext as they stand."""
    paragraph: list[str] = []
    for line in text.split("\n"):
        if line[:1].strip() and line.strip("-"):
            paragraph.append(line)
            continue
        _say_wrapped(" ".join(paragraph))
        paragraph = []
        say(line)
    _say_wrapped(" ".join(paragraph))


def _say_wrapped(text: str, begin: str = "") -> None:
    """A sentence on lines as wide as a docstring's, or as the terminal."""
    width = min(shutil.get_terminal_size((_WIDTH, 24)).columns, _WIDTH)
    for line in textwrap.wrap(
        text,
        width,
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_long_words=False,
        break_on_hyphens=False,
    ):
        say(line)


def _say_heading(text: str) -> None:
    say(f"\n{text}\n{'-' * len(text)}")


def _as_json(rule: Rule, policy: Policy, states: Mapping[str, RuleState]) -> dict[str, object]:
    state = states.get(rule.code)
    here = {"state": state.word, "why": state.why, "lacks": state.lacks} if state else {}
    return {
        "code": rule.code,
        "name": rule.name,
        "purpose": _purpose(rule),
        "action": _action(rule, policy),
        "online": rule.online,
        "pack": rule.pack,
        "hooks": rule.hooks,
        "rights": rule.needs.rights,
        "grants": rule.needs.grants,
        **here,
    }


def _action(rule: Rule, policy: Policy) -> str:
    word = policy.actions.get(rule.code, "report")
    return word if policy.mode == "act" or word == "none" else "report"


def _purpose(rule: Rule) -> str:
    return rule.documentation.strip().partition("\n")[0]
