"""`tropebot policy`: is a document right, what comes out of it, and what may stand in one.

Must not ask a wiki.
"""

import json

import click

from tropebot.cli.offline import load_policy, policy_options
from tropebot.cli.shared import print_line, say, shared, shared_options, warn
from tropebot.errors import Exit
from tropebot.policy.published import document, json_schema


@click.group(name="policy")
@shared_options
def command() -> None:
    """Check a policy document, show it, or print its schema."""


@command.command(name="check")
@click.argument("file", metavar="FILE")
@click.option("--preset", metavar="NAME", help="The preset that the document is laid on.")
@shared_options
def check(file: str, preset: str | None) -> Exit:
    """Say whether FILE (“-”: stdin) is a policy, and if not, what is wrong where."""
    options = shared()
    loaded = load_policy(preset, file, options.home)
    if options.as_json:
        print_line("policy", file=file, usable=True, notes=loaded.notes)
        return Exit.DONE
    say(f"{file}: the policy is usable.")
    for note in loaded.notes:
        say(note)
    return Exit.DONE


@command.command(name="show")
@policy_options
@shared_options
def show(preset: str | None, policy_file: str | None) -> Exit:
    """Print the whole policy that comes out of the preset and the layers on it, as JSON."""
    loaded = load_policy(preset, policy_file, shared().home)
    say(json.dumps(document(loaded.policy), indent=2, ensure_ascii=False))
    for note in loaded.notes:
        warn(note)
    return Exit.DONE


@command.command(name="schema")
@shared_options
def schema() -> Exit:
    """Print the JSON schema of a policy document; every key has its description and its default."""
    say(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return Exit.DONE
