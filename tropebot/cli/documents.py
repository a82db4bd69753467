"""Writes the documents that the program knows best: the rules' manual, the commands, the policy's keys.

`python -m tropebot.cli.documents` writes them into the checkout; a test fails when they are not
current. Must not hold prose that belongs into a rule or the schema.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any

import click

from tropebot.cli import COMMANDS, tropebot
from tropebot.cli.manual import named_keys
from tropebot.policy.published import document, json_schema, keys
from tropebot.policy.schema import Policy
from tropebot.rules.manifest import FILE_NAME, manifest_schema
from tropebot.rules.packs import all_packs
from tropebot.rules.rule import Rule

ROOT = Path(__file__).resolve().parents[2]
_OPTIONS_NOTE = "Made from policy/schema.py; in the policy these stand at the top, not under packs."
_HEADING = re.compile(r"^(#+ )(.*)\n+", re.MULTILINE)
_UNDERLINED = re.compile(r"^(\S.*)\n-{3,}$", re.MULTILINE)
_MARKED = re.compile(r"(<!-- rules -->\n).*?(<!-- /rules -->)", re.DOTALL)


def documents(readme: str) -> Mapping[str, str]:
    """The documents by their path in the checkout; ``readme`` is the README's text as it is."""
    return {
        "README.md": _MARKED.sub(lambda match: match[1] + _rule_table() + match[2], readme),
        "docs/rules.md": _rule_manual(),
        "docs/commands.md": _command_manual(),
        "docs/policy.md": _policy_manual(),
        "docs/policy.schema.json": _json(json_schema()),
        "docs/extension.schema.json": _json(manifest_schema()),
        "tropebot/rules/extension.json": _manifest(),
    }


def main(root: Path = ROOT) -> None:
    """Write every document that changed, and say which."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    for name, text in documents(readme).items():
        path = root / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name}\n")


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _manifest() -> str:
    """The built-in pack's manifest, its options taken from the policy's schema."""
    pack = all_packs()[0]
    manifest = json.loads((pack.directory / FILE_NAME).read_text(encoding="utf-8"))
    described = {key.path: key.description for key in keys()}
    whole = document(Policy())
    named = {key.partition(".NAME.")[0] for rule in pack.rules for key in named_keys(rule)}
    manifest["config"] = {"@note": _OPTIONS_NOTE} | {
        key: {"value": _value(whole, key), "description": described[key]} for key in sorted(named)
    }
    return json.dumps(manifest, indent=4, ensure_ascii=False) + "\n"


def _value(whole: Any, path: str) -> Any:
    for part in path.split("."):
        whole = whole[part]
    return whole


def _rule_table() -> str:
    rows = [
        f"| [{rule.code}](docs/rules.md#{_anchor(rule)}) | {rule.name} | {_purpose(rule)} |"
        for rule in all_packs()[0].rules
    ]
    return "\n".join(("| Code | Name | What it finds |", "|---|---|---|", *rows)) + "\n"


def _rule_manual() -> str:
    parts = [
        "# The rules\n",
        "Made from the rules' own docstrings; `tropebot rules CODE` prints the same with your wiki's values. "
        "What is done about a "
        "finding is never the rule's choice: the policy's `actions` say `none`, `report`, `flag` or `fix` "
        "for each code ([policy.md](policy.md)).\n",
        "Pages of exempt namespaces, titles and templates, redirects, disambiguation pages and the main "
        "page are never judged. `{{nobots}}` (and `{{bots|deny=…}}`) and the policy's `exempt.in_use` "
        "templates keep the bot from editing a page: its findings stay in the reports. "
        "`{{bots|deny=TB101}}` or `{{bots|deny=missing-markup}}` does so for one rule. A flag that a person "
        "takes off is not put back for the same finding.\n",
    ]
    for rule in all_packs()[0].rules:
        manual = _UNDERLINED.sub(r"## \1", rule.documentation.strip())
        manual = _HEADING.sub(r"#\1\2\n\n", manual)
        parts.append(f"## {rule.code} {rule.name}\n\n{manual}\n")
    return "\n".join(parts)


def _command_manual() -> str:
    parts = [_COMMANDS_INTRODUCTION]
    for name in COMMANDS:
        context = click.Context(tropebot, info_name="tropebot", help_option_names=["-h", "--help"])
        for path, text in _help(tropebot.get_command(context, name), context, name):
            parts.append(f"## {path}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _help(
    command: click.Command | None, parent: click.Context, name: str
) -> Iterator[tuple[str, str]]:
    """A command's help, and that of the commands below it, without the options that all have."""
    if command is None:
        return
    command = copy(command)
    shared = {each.name for each in tropebot.params}
    command.params = [each for each in command.params if each.name not in shared]
    context = click.Context(command, parent=parent, info_name=name, terminal_width=_HELP_WIDTH)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _help(command.get_command(context, below), context, below)


def _policy_manual() -> str:
    rows = [
        f"| `{key.path}` | {_cell(key.kind)} | {_cell(key.default)} | {_cell(key.description)} |"
        for key in keys()
    ]
    return "\n".join((_POLICY_INTRODUCTION, *rows)) + "\n"


def _purpose(rule: Rule) -> str:
    return rule.documentation.strip().partition("\n")[0]


def _anchor(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}".lower()


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_HELP_WIDTH = 80
_COMMANDS_INTRODUCTION = """\
# Commands

Made from the program's own `--help`. Every command also takes `--home DIR` (the bot home; without it
`TROPEBOT_HOME`, else `config/` of a checkout, else `tropebot` among your settings), `--json` (one object
per line), `-v` (say more, on stderr), `--log-json` (log as JSON) and `--help`.
"""

_POLICY_INTRODUCTION = """\
# The policy document

Made from the program's own schema; `tropebot policy schema` prints it as JSON
([policy.schema.json](policy.schema.json)), `tropebot policy check FILE` says what is wrong with a
document, and `tropebot policy show` prints what comes out of all layers.

A policy is made of layers, each a document of the same shape in which every key may be left out:

1. a **preset** (`tropedia`, `allthetropes`, `demo`, or `none` for the defaults below); where its values
   come from is told in [presets.md](presets.md);
2. the **operator's** table `[policy]` in `tropebot.toml`;
3. the **page on the wiki**, by default `MediaWiki:Tropebot-policy.json`, which should be protected.

On the command line, `--policy FILE` is laid on `--preset NAME`. Without `--preset`, a document in which a
page type lists its `headers` is taken for a whole policy and stands alone (on `none`); any other is laid
on the preset of the bot home that was named, else on `tropedia`.

Later layers win. Objects merge by key; `null` takes an entry out of a table of names. A list replaces the
one below it, or changes it: `{"add": ["Opera"], "remove": ["Radio"]}`. An unknown key, a wrong kind of
value or a pattern that RE2 refuses is an error that names layer and key, and stops all writing. Last of
all, what the operator's `[forbid]` names is taken off; no page on the wiki can allow it.

A new wiki starts in report-only: the presets but the demo's say `"mode": "report"`. Only where a layer of
your own says `"mode": "act"` is anything written; `"trial"` lets the bot stop after some edits or days
([stopping.md](stopping.md)).

Patterns are RE2 regular expressions. Namespaces are written by name (the main namespace is the empty
name), templates and categories without their prefix.

| Key | Kind | Default | Meaning |
|---|---|---|---|"""


if __name__ == "__main__":
    main()
