"""`tropebot examples`: the count of a draft's examples, explained entry by entry.

Must not count anything itself.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tropebot import engine
from tropebot.cli.offline import STDIN, force_for, page_from, policy_options
from tropebot.cli.shared import print_line, print_table, say, shared, shared_options, warn
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.model import Page
from tropebot.policy.force import PolicyInForce
from tropebot.wikitext.examples import ExampleCount

if TYPE_CHECKING:
    from tropebot.cli.online import Named


@click.command(name="examples")
@click.argument("names", metavar="FILE…", nargs=-1, required=True)
@click.option("--wiki", is_flag=True, help="The arguments are titles on the wiki, not files.")
@click.option("--title", help="The page's title (default: the file's name).")
@policy_options
@shared_options
def command(
    names: tuple[str, ...],
    wiki: bool,
    title: str | None,
    preset: str | None,
    policy_file: str | None,
) -> Exit:
    """Count the examples in FILE (“-”: stdin), and say of every entry whether it counts, and why not.

    Offline nothing but the text and the policy is looked at. The exit code is 0 whatever the count.
    """
    if wiki:
        pages, refused = _from_wiki(names, title, preset, policy_file)
    else:
        refused, pages = (), _from_files(names, title, preset, policy_file)
    for page, force in pages:
        count = engine.examples_of(page, force)
        if shared().as_json:
            print_line("examples", **_as_json(page, count))
        else:
            _print(page, count)
    for line in refused:
        warn(line)
    return Exit.CONFIG if refused else Exit.DONE


def _from_files(
    names: tuple[str, ...], title: str | None, preset: str | None, policy_file: str | None
) -> Iterator[tuple[Page, PolicyInForce]]:
    if title and len(names) > 1:
        raise click.UsageError("--title is for one file; name several files after their pages.")
    if policy_file == STDIN and STDIN in names:
        raise click.UsageError("Only one of the page and the policy can come from stdin.")
    force = force_for(preset, policy_file, shared().home)
    for name in names:
        yield page_from(name, title, None, force.facts, fallback="Draft"), force


def _from_wiki(
    names: tuple[str, ...], title: str | None, preset: str | None, policy_file: str | None
) -> "Named":
    if title or preset or policy_file:
        raise click.UsageError("With --wiki the wiki's own titles and policy are used.")
    # imported here: only what needs the wiki waits for it
    from tropebot.cli.online import pages_on_wiki  # noqa: PLC0415

    return pages_on_wiki(names, home=shared().home)


def _as_json(page: Page, count: ExampleCount) -> dict[str, object]:
    passed = [{"line": each.line, "reason": each.reason} for each in count.passed]
    return {
        "title": page.title,
        "works": count.works,
        "instances": count.instances,
        "unit": count.unit,
        "minimum": count.minimum,
        "enough": count.enough,
        "notes": list(count.notes),
        "entries": [
            {
                "line": entry.line,
                "work": entry.work,
                "counted": entry.counted,
                "reason": entry.reason,
                "instances": entry.instances,
            }
            for entry in count.entries
        ],
        **({"passed": passed} if passed else {}),
    }


def _print(page: Page, count: ExampleCount) -> None:
    say(page.title)
    rows = [
        (
            entry.line,
            "+" if entry.counted else "-",
            entry.work or "",
            str(entry.instances or ""),
            message(f"example-{entry.reason or 'counts'}"),
        )
        for entry in count.entries
    ]
    rows += [(each.line, "", "", "", message(f"example-{each.reason}")) for each in count.passed]
    if rows:
        table = [(str(line), *cells) for line, *cells in sorted(rows)]
        print_table(("line", "", "work", "instances", "why"), table)
    for note in count.notes:
        say(message(f"note-{note}"))
    number = count.works if count.unit == "works" else count.instances
    verdict = message("example-enough" if count.enough else "example-not-enough")
    key = "example-verdict-enough" if count.enough else "example-verdict"
    say(message(key, number, count.minimum, verdict))
