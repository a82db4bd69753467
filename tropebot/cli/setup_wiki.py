"""`tropebot setup-wiki`: the pages that the bot needs on the wiki, shown whole, and made with `--apply`.

Must not decide which pages those are, and makes none that is there.
"""

from typing import TYPE_CHECKING

import click

from tropebot.cli.bars import bar
from tropebot.cli.shared import print_line, say, shared, shared_options, warn
from tropebot.cli.writes import say_wrapped
from tropebot.errors import Exit
from tropebot.i18n.counts import counted

if TYPE_CHECKING:
    from tropebot.builder import BuildReport, Made


@click.command(name="setup-wiki")
@click.option("--apply", is_flag=True, help="Make those that are not there.")
@shared_options
def command(*, apply: bool) -> Exit:
    """Show the pages that the bot needs on the wiki, with their whole texts; with --apply make them.

    A page that exists is left as it is. What only an administrator may save is printed for one. The run page
    is made so that it stops the bot. `tropebot undo` takes all of it back.
    """
    # imported here: only what needs the wiki waits for it
    from tropebot.app import set_up  # noqa: PLC0415

    with bar("making pages" if apply else "looking") as progress:
        report = set_up(shared().home, apply=apply, progress=progress)
    if shared().as_json:
        _print_json(report)
    else:
        _print(report)
    if report.problem:
        warn(report.problem)
    return report.exit_code


def _word(page: "Made", applied: bool) -> str:
    if page.exists:
        return "exists"
    if page.lacks:
        return "by hand"
    if page.why:
        return "refused"
    return "made" if applied else "to make"


def _print_json(report: "BuildReport") -> None:
    for page in report.pages:
        print_line(
            "page",
            title=page.wanted.title,
            state=_word(page, report.applied),
            purpose=page.wanted.purpose,
            lacks=page.lacks,
            why=page.why,
            text=page.wanted.text,
        )
    print_line(
        "run",
        run=report.run,
        applied=report.applied,
        made=len(report.written),
        requests={"read": report.reads, "write": report.writes},
        problem=report.problem,
        exit_code=int(report.exit_code),
    )


def _print(report: "BuildReport") -> None:
    for page in report.pages:
        word = _word(page, report.applied)
        say_wrapped(f"{word:<8} {page.wanted.title}: {page.why or page.wanted.purpose}")
        if page.lacks or (word == "to make"):
            for line in page.wanted.text.rstrip("\n").split("\n"):
                say(f"    + {line}")
    _print_by_hand(report)
    counts = len(report.written)
    them = "it" if counts == 1 else "them"
    if not counts:
        run = f"Run {report.run}: " if report.applied else ""
        reads = counted(report.reads, "read")
        said = f"{run}{_nothing_made(report)}nothing was written. {reads}."
        say_wrapped(said[0].upper() + said[1:])
    elif report.applied:
        say_wrapped(
            f"Run {report.run}: {counted(counts, 'page')} made; tropebot undo {report.run} takes"
            f" {them} back. {counted(report.reads, 'read')}, {counted(report.writes, 'write')}."
        )
    else:
        minutes = round(counts * report.pace / 60)
        takes = (
            f", which takes about {counted(minutes, 'minute')} at your rate of edits"
            if minutes
            else ""
        )
        say_wrapped(
            f"{counted(counts, 'page')} to make; nothing was written: --apply makes {them}{takes}."
        )


def _nothing_made(report: "BuildReport") -> str:
    if report.problem:
        return ""
    if all(page.exists for page in report.pages):
        return "all of these pages stand already; "
    return "the bot can make none of those that are not there; "


def _print_by_hand(report: "BuildReport") -> None:
    for page in report.pages:
        if page.lacks:
            say_wrapped(
                f"“{page.wanted.title}” takes the right “{page.lacks}”, which the bot has not: somebody who"
                " has it, such as an administrator, saves the text above there."
            )
