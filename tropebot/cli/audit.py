"""`tropebot audit`: judges every page of a dump and says what was found; nothing is written to any wiki.

Must not judge, and imports nothing that talks to a wiki.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tropebot.audit.course import Files, head_of, order_for, outcomes, survey
from tropebot.audit.judging import Found, Order, Outcome
from tropebot.audit.knowledge import Knowledge
from tropebot.audit.results import Comparison, Journal, Tally, mark_of, read_findings
from tropebot.audit.streams import STDIN
from tropebot.audit.values import Caps, Unit
from tropebot.audit.workers import Crew, crew_of, workers_for
from tropebot.cli.offline import load_policy, policy_options
from tropebot.cli.progress import Progress
from tropebot.cli.shared import (
    NUMBER,
    finding_fields,
    json_line,
    print_line,
    say,
    shared,
    shared_options,
    warn,
)
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.i18n.counts import counted


@dataclass(slots=True)
class _Sink:
    """Where findings go: to the standard output, or into a file with its journal."""

    journal: Journal | None
    tally: Tally
    comparison: Comparison | None = None

    def take(self, unit: Unit, outcome: Outcome) -> None:
        """A unit's findings, in the dump's order."""
        self.tally.add(unit.path, outcome)
        if self.journal is not None:
            self.journal.add(_lines(outcome))
        elif self.comparison is None:
            for title in outcome.unjudged:
                _print_unjudged(title)
        for each in outcome.found:
            finding = each.finding
            if self.comparison is not None:
                if self.comparison.is_new(finding.title, finding.code):
                    _print(each, "new")
            elif self.journal is None:
                _print(each, "finding")


@click.command(name="audit")
@click.argument("dumps", metavar="DUMP…", nargs=-1, required=True)
@click.option("--workers", type=NUMBER, help="Processes that judge (default: as many as pay).")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the findings to a file (JSON lines)."
)
@click.option("--resume", is_flag=True, help="With --out: go on where an audit was broken off.")
@click.option(
    "--compare", metavar="OLD", help="Show only what is new or gone since an earlier output."
)
@click.option(
    "--one-pass",
    is_flag=True,
    help="Read the dump once: templates, preloads and licences are the policy’s, not the dump’s.",
)
@policy_options
@shared_options
def command(
    *,
    dumps: tuple[str, ...],
    workers: int | None,
    out: Path | None,
    resume: bool,
    compare: str | None,
    one_pass: bool,
    preset: str | None,
    policy_file: str | None,
) -> Exit:
    """Judge every page of a MediaWiki XML dump (plain, .gz, .bz2, .zst; “-”: stdin), without a wiki.

    The dump is read twice: first for its templates, preloads and licences, then to be judged. Of a full
    history each page's newest revision is judged. The exit code is 1 if anything was found, 2 if a dump is
    broken: then everything up to the break was judged.
    """
    _refuse_misuse(dumps, out=out, resume=resume, policy_file=policy_file)
    loaded = load_policy(preset, policy_file, shared().home)
    comparison = Comparison(read_findings(compare)) if compare else None
    caps = Caps()
    order = order_for(
        loaded.policy,
        Knowledge(site=head_of(dumps, caps), surveyed=False),
        source=policy_file or "preset",
        caps=caps,
    )
    with ExitStack() as stack:
        crew = stack.enter_context(crew_of(workers or workers_for(dumps)))
        journal = None
        if out is not None:
            mark = mark_of(dumps, order)
            journal = stack.enter_context(Journal(out, mark, resume=resume))
        progress = stack.enter_context(Progress(dumps, time.monotonic))
        if not one_pass and STDIN not in dumps:
            order = _surveyed(dumps, order, crew, progress)
        sink = _Sink(journal, journal.tally if journal else Tally(), comparison)
        tally = sink.tally
        files = Files(dumps, caps, dict(tally.problems), dict(tally.by_file), dict(tally.units))
        for unit, outcome in outcomes(files, order, crew):
            progress.clear()
            sink.take(unit, outcome)
            progress.show("judging", unit, outcome.pages)
        progress.clear()
        if journal is not None:
            journal.done([json_line("summary", **_summary(sink.tally, files, comparison))])
    return _end(sink, files, order)


def _refuse_misuse(
    dumps: tuple[str, ...], *, out: Path | None, resume: bool, policy_file: str | None
) -> None:
    if resume and out is None:
        raise click.UsageError("--resume goes with --out: the findings so far stand in that file.")
    if dumps.count(STDIN) + (policy_file == STDIN) > 1:
        raise click.UsageError("Only one dump, or the policy, can come from stdin.")
    if len(set(dumps)) < len(dumps):
        raise click.UsageError("A dump is named twice.")
    if out is not None and str(out) in dumps:
        raise click.UsageError("--out names a dump: it would be overwritten.")


def _surveyed(dumps: tuple[str, ...], order: Order, crew: Crew, progress: Progress) -> Order:
    """The order with what the dump says of its wiki."""
    known = order.known
    for unit, found in survey(dumps, order, crew):
        progress.show("first reading", unit, 0)
        known = found or known
    progress.again()
    return Order(policy=order.policy, known=known, source=order.source, caps=order.caps)


def _fields(each: Found) -> dict[str, Any]:
    return {**finding_fields(each.finding), "no_edit": each.no_edit}


def _lines(outcome: Outcome) -> Iterator[bytes]:
    """A unit's lines in the file."""
    yield from (json_line("unjudged", title=title) for title in outcome.unjudged)
    yield from (json_line("finding", **_fields(each)) for each in outcome.found)


def _print_unjudged(title: str) -> None:
    if shared().as_json:
        print_line("unjudged", title=title)
    else:
        say(message("audit-unjudged", title))


def _print(each: Found, kind: str) -> None:
    finding = each.finding
    if shared().as_json:
        print_line(kind, **_fields(each))
        return
    text = message(finding.message, *finding.params)
    new = "new " if kind == "new" else ""
    say(f"{new}{finding.title}:{finding.line}: {finding.code} {finding.rule}: {text}")


def _end(sink: _Sink, files: Files, order: Order) -> Exit:
    """What is said last, and the exit code."""
    tally, comparison = sink.tally, sink.comparison
    if comparison is not None:
        _print_gone(comparison.fixed(), whole=not _problems(tally, files))
    for note, pages in sorted(tally.notes.items()):
        warn(f"{note} ({counted(pages, 'page')})")
    if not order.known.templates:
        warn(message("audit-no-templates"))
    for problem in _problems(tally, files):
        warn(problem)
    if shared().as_json:
        print_line("summary", **_summary(tally, files, comparison))
    else:
        say(message("audit-summary", tally.pages, tally.findings, tally.clean, tally.exempt))
        for code, count in sorted(tally.codes.items()):
            say(f"  {code}  {count:>9,}")
    if _problems(tally, files):
        return Exit.CONFIG
    return Exit.FINDINGS if tally.codes else Exit.DONE


def _print_gone(keys: Iterable[tuple[str, str]], *, whole: bool) -> None:
    """What an earlier audit found and this one did not; of a broken dump nobody can tell."""
    if not whole:
        warn(message("audit-compare-broken"))
        return
    for title, code in keys:
        if shared().as_json:
            print_line("fixed", title=title, code=code)
        else:
            say(f"gone {title}: {code}")


def _problems(tally: Tally, files: Files) -> list[str]:
    """Why not all of the dumps was judged."""
    return [*files.problems.values(), *tally.lost]


def _summary(tally: Tally, files: Files, comparison: Comparison | None) -> dict[str, Any]:
    problems = _problems(tally, files)
    found: dict[str, Any] = {
        "pages": tally.pages,
        "findings": tally.findings,
        "clean": tally.clean,
        "exempt": tally.exempt,
        "hidden": tally.unread,
        "codes": dict(sorted(tally.codes.items())),
        "complete": not problems,
        "problems": problems,
    }
    if comparison is not None:
        found["new"] = comparison.new
        found["fixed"] = sum(1 for _ in comparison.fixed()) if not problems else None
    return found
