"""What the moderators' scripts share: their command line, pywikibot's words for pages, and the asking.

Must not decide what is done about a page. A script is a `Job` and a docstring; it has no short options, since
whatever begins with one dash and a word is pywikibot's.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec.structs import replace

from tropebot.cleanup import Job, Wanted, clean_up
from tropebot.cli import run
from tropebot.cli.asking import Asking, say_diff
from tropebot.cli.bars import Bar, bar
from tropebot.cli.shared import NUMBER, say, shared, shared_options, warn
from tropebot.cli.told import tell
from tropebot.cli.writes import gist, say_wrapped, say_writes
from tropebot.errors import ConfigError, Exit
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.model import Kind
from tropebot.runreport import RunReport

_PYWIKIBOT = re.compile(r"-(?!v+$)[a-z]{2,}(?::.*)?", re.DOTALL)
_ABOUT_PAGES = """\b
Pages are named as for pywikibot's scripts:
  -cat:NAME  -transcludes:TEMPLATE  -prefixindex:PREFIX  -search:WORDS
  -start:TITLE  -page:TITLE  -file:LIST.txt  -links:TITLE  -ns:NAMESPACE …
  -limit:N  at most N pages on which there is something to do
"""
_ABOUT_ANSWERS = """\b
With --apply each page is asked about:
  y  yes              a  all: this and everything that is left
  n  no, not now      q  quit: nothing more
  {edit:<17}   o  open the page in a browser, then ask again
The answers may be piped in, one a line. Without --apply nothing is written.
"""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A script's arguments, with what is pywikibot's taken out."""

    ours: tuple[str, ...]
    pages: tuple[str, ...] = ()
    limit: int | None = None
    simulate: bool = False
    wiki: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants of a script; ``more`` are the script's own options."""

    apply: bool
    limit: int | None
    unasked: bool
    pages: tuple[str, ...] = ()
    more: Mapping[str, Any] = {}


def sorted_out(arguments: Sequence[str]) -> Words:
    """Ours and pywikibot's. Raises `ConfigError` for a ``-limit`` without a number."""
    ours: list[str] = []
    pages: list[str] = []
    wiki: list[str] = []
    limit, simulate = None, False
    for argument in arguments:
        name, _, value = argument.partition(":")
        if not _PYWIKIBOT.fullmatch(argument):
            ours.append(argument)
        elif name == "-limit":
            if not value.isdecimal() or not int(value):
                raise ConfigError(f"“{argument}” lacks its number: -limit:20.")
            limit = int(value)
        elif name == "-help":
            ours.append("--help")
        elif name == "-simulate":
            simulate = True
        elif name == "-dir":
            ours += ["--home", value]
        elif name in ("-family", "-lang", "-code", "-site", "-user"):
            wiki.append(argument)
        else:
            pages.append(argument)
    return Words(
        ours=tuple(ours), pages=tuple(pages), limit=limit, simulate=simulate, wiki=tuple(wiki)
    )


def run_script(
    work: Callable[[Asked], Exit],
    doc: str | None,
    *,
    named: bool = True,
    more: Sequence[click.Parameter] = (),
) -> None:
    """Run a script to its end, and the process with it; ``named``: it takes ways to name pages."""
    try:
        words = sorted_out(sys.argv[1:])
        if words.pages and not named:
            raise ConfigError(f"“{words.pages[0]}” is nothing that this script takes; see --help.")
    except ConfigError as error:
        warn(error)
        sys.exit(int(error.exit_code))
    command = script_command(work, words, doc or "", named=named)
    command.params[:0] = more
    sys.exit(run(words.ours, command, name=Path(sys.argv[0]).name))


def script_command(
    work: Callable[[Asked], Exit], words: Words, doc: str, *, named: bool
) -> click.Command:
    """The script's command line, but for what is pywikibot's."""

    answers = _ABOUT_ANSWERS.format(edit="e  edit the text" if named else "")

    @click.command(
        help="\n\n".join((doc, *((_ABOUT_PAGES,) if named else ()), answers)),
        context_settings={"help_option_names": ["--help"]},
    )
    @click.option("--apply", is_flag=True, help="Ask about each page, then write.")
    @click.option(
        "--limit",
        type=NUMBER,
        metavar="N",
        help="At most N pages on which there is something to do; with --apply they are not asked about.",
    )
    @shared_options
    def command(*, apply: bool, limit: int | None, **more: Any) -> Exit:
        _find_home(words)
        most = min((each for each in (limit, words.limit) if each), default=None)
        asked = Asked(
            apply=apply and not (words.simulate or _simulated()),
            limit=most,
            unasked=limit is not None,
            pages=words.pages,
            more=more,
        )
        return work(asked)

    return command


def _simulated() -> bool:
    # imported here, as all that comes with the wiki: --help need not wait for it
    from tropebot.wiki.generators import is_simulated  # noqa: PLC0415

    return is_simulated()


def _find_home(words: Words) -> None:
    """The home that pywikibot's wrapper works with, if it runs us; and no other wiki than the home's."""
    from tropebot.home import SETTINGS, open_home  # noqa: PLC0415
    from tropebot.wiki.generators import assert_own_family, wrapping_home  # noqa: PLC0415

    wrapping = wrapping_home()
    if shared().home is None and wrapping and (wrapping / SETTINGS).is_file():
        click.get_current_context().find_root().obj = replace(shared(), home=wrapping)
    home = open_home(shared().home)
    operator = home.operator
    fine = {
        f"-family:{operator.family}",
        f"-lang:{operator.code}",
        f"-code:{operator.code}",
        f"-site:{operator.family}:{operator.code}",
        f"-user:{operator.user}",
    }
    if foreign := [each for each in words.wiki if each not in fine]:
        raise ConfigError(
            f"“{foreign[0]}”: this bot home works for {operator.family}:{operator.code} as"
            f" {operator.user}, and for nothing else."
        )
    assert_own_family(home)


def clean(job: Job) -> Callable[[Asked], Exit]:
    """A script's work: the job on the pages that were named, or on all that it is about."""

    def work(asked: Asked) -> Exit:
        # imported here: only what needs the wiki waits for it
        from tropebot.app import opened_for_long  # noqa: PLC0415
        from tropebot.athome import API_URL  # noqa: PLC0415
        from tropebot.wiki.generators import fetch_titles  # noqa: PLC0415

        with opened_for_long(shared().home) as opened, bar("working") as progress:
            patrol = opened.patrol
            patrol.progress = progress
            titles = known_titles(fetch_titles(opened.home, asked.pages), asked, progress)
            wanted = Wanted(job=job, titles=titles, limit=asked.limit)
            asking = Asking(
                patrol.ledger.changes.note(API_URL).removesuffix("api.php"),
                messages=job.word == "tell",
                heard=opened.session.begin_run,
                aside=progress.aside,
                all=asked.unasked,
            )
            report = clean_up(
                patrol, wanted, dry_run=not asked.apply, review=asking if asked.apply else None
            )
        return show(report)

    return work


def known_titles(titles: Iterable[str], asked: Asked, progress: Bar) -> Iterable[str] | None:
    """The titles that were asked for; ``None``: all that the work is about.

    Where a bar shows how far the work is, and all of them are looked at anyway, they are read first.
    """
    if not asked.pages:
        return None
    all_are_wanted = asked.limit is None and (asked.unasked or not asked.apply)
    return tuple(titles) if progress.seen and all_are_wanted else titles


def left_alone(report: RunReport) -> Iterator[str]:
    """A line for each draft, and for each page about which nothing is done, with the reason."""
    for draft in report.drafts:
        yield f"{'draft':<10} {draft.title}: {draft.sentence()}"
    for held in report.held:
        yield f"{'not done':<10} {held.title}: {held.held.code}: {message(held.held.why)}"


def show(report: RunReport) -> Exit:
    """Print what was done, in a line each; of a plan the differences as well. The run's exit code."""
    if shared().as_json:
        return tell(report)
    edits = [each for each in report.written if each.action.kind is not Kind.NOTICE]
    told = [each for each in report.written if each.action.kind is Kind.NOTICE]
    for written in edits if report.dry_run else ():
        say(gist(written), colour="bold")
        say_diff(written.diff())
    say_writes(told if report.dry_run else report.written, whole=False, rehearsed=False)
    for line in left_alone(report):
        say(line)
    for note in report.notes:
        warn(note)
    looked = counted(report.pages, "page")
    counts = f"{looked} looked at; edits and moves: {len(edits)}, messages: {len(told)}"
    if report.dry_run:
        say_wrapped(f"Plan: {counts}.{' --apply asks about each.' if report.written else ''}")
    else:
        back = f" `tropebot undo {report.run}` takes them back." if report.written else ""
        say_wrapped(f"Run {report.run}: {counts}.{back}")
    if report.problem:
        warn(report.problem)
    return report.exit_code
