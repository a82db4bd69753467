"""`tropebot policy`: is a document right, what comes out of it, and what may stand in one.

Must not ask a wiki, but for `diff`.
"""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tropebot.cli.bars import bar
from tropebot.cli.offline import STDIN, load_policy, policy_options, read_text
from tropebot.cli.shared import print_line, say, shared, shared_options, warn
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.policy.published import document, json_schema

if TYPE_CHECKING:
    from tropebot.audit.policytrial import DumpTrial
    from tropebot.comparison import Difference
    from tropebot.policydiff import Trial

RECENT = 200
WORDS = (
    "flagged",
    "fixed",
    "told",
    "promoted",
    "no-longer-flagged",
    "no-longer-fixed",
    "no-longer-told",
    "no-longer-promoted",
    "reported",
    "ready",
    "no-longer-reported",
    "no-longer-ready",
)
"""What can change, in the order in which it is told."""
_WIDTH = 80


@click.group(name="policy")
@shared_options
def command() -> None:
    """Check a policy document, try it, show it, or print its schema."""


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


@command.command(name="diff")
@click.argument("file", metavar="NEW")
@click.argument("titles", metavar="[TITLE…]", nargs=-1)
@click.option(
    "--recent",
    type=click.IntRange(min=0, max=5000),
    default=RECENT,
    show_default=True,
    help="How many of the pages that changed last are judged, beside those with open findings.",
)
@click.option(
    "--dump",
    "dumps",
    multiple=True,
    metavar="FILE",
    help="Judge the pages of this dump instead, without a wiki and a login; may be given more than once.",
)
@click.option(
    "--old",
    metavar="FILE",
    help="With --dump: the document to compare with (default: the dump's own).",
)
@click.option("--preset", metavar="NAME", help="With --dump: the preset that both are laid on.")
@shared_options
def diff(
    *,
    file: str,
    titles: tuple[str, ...],
    recent: int,
    dumps: tuple[str, ...],
    old: str | None,
    preset: str | None,
) -> Exit:
    """Say what would change if NEW (“-”: stdin) stood in place of the wiki's policy page.

    Pages with open findings and the last ones that changed, or the pages of the TITLEs, are judged by the
    policy in force and by NEW. The wiki is only read. With --dump all pages of a dump are judged, by what
    the dump says; who began a draft and whether its title is free is not asked then.
    """
    if dumps:
        return _diff_of_dumps(file, titles, dumps, old=old, preset=preset)
    if old or preset:
        raise click.UsageError("--old and --preset go with --dump: the wiki has its own policy.")
    # imported here: only what needs the wiki waits for it
    from tropebot.app import tried  # noqa: PLC0415

    text = read_text(file)
    with bar("judging") as progress:
        found = tried(shared().home, text, file, titles=titles, recent=recent, progress=progress)
    _tell(found)
    return Exit.DONE


def _diff_of_dumps(
    file: str,
    titles: tuple[str, ...],
    dumps: tuple[str, ...],
    *,
    old: str | None,
    preset: str | None,
) -> Exit:
    if titles or STDIN in dumps:
        raise click.UsageError(
            "--dump names files that can be read twice, and stands without TITLEs."
        )
    # imported here: only who has a dump waits for it
    from tropebot.cli.policydump import tried_on  # noqa: PLC0415

    found = tried_on(dumps, file, old=old, preset=preset, home=shared().home)
    _tell(found)
    for problem in found.problems:
        warn(problem)
    return Exit.CONFIG if found.problems else Exit.DONE


def _tell(found: "Trial | DumpTrial") -> None:
    if shared().as_json:
        _print_json(found)
        return
    for line in _lines(found):
        say(line)


def _print_json(found: "Trial | DumpTrial") -> None:
    for each in found.differences:
        finding = each.finding
        print_line(
            "difference",
            title=each.title,
            change=each.word,
            before=str(each.before),
            after=str(each.after),
            code=each.code,
            rule=finding.rule if finding else "",
            message=message(finding.message, *finding.params) if finding else "",
            holds=[message(hold.message, *hold.params) for hold in each.holds],
        )
    counts = Counter(each.word for each in found.differences)
    print_line("summary", pages=found.pages, changes={word: counts[word] for word in WORDS})


def _lines(found: "Trial | DumpTrial") -> Iterator[str]:
    """What changes, grouped by what it is, in 80 columns."""
    for word in WORDS:
        group = [each for each in found.differences if each.word == word]
        if group:
            yield f"{message(f'compared-{word}')} ({len(group)})"
        for each in sorted(group, key=lambda one: (one.code, one.title)):
            yield textwrap.fill(
                f"{each.title}: {_why(each)}".removesuffix(": "),
                _WIDTH,
                initial_indent="  ",
                subsequent_indent="      ",
                break_on_hyphens=False,
            )
        if group:
            yield ""
    yield message("compared-summary", found.pages, len(found.differences))


def _why(difference: "Difference") -> str:
    if finding := difference.finding:
        return f"{difference.code} {message(finding.message, *finding.params)}"
    return "; ".join(message(hold.message, *hold.params) for hold in difference.holds)
