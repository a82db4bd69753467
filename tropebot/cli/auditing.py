"""What comes out of an audit, whatever is audited: findings, lists, a page, a summary, an exit code.

Must not judge, and does not know where pages come from. Findings pass through and are not kept.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
import msgspec

from tropebot.audit.comparing import Comparison
from tropebot.audit.judging import Found, Outcome
from tropebot.audit.results import Journal, Tally, broken_off, kept_rows
from tropebot.cli.auditlists import Lists
from tropebot.cli.report import put_page
from tropebot.cli.rules import rule_called
from tropebot.cli.shared import finding_fields, json_line, print_line, say, shared, warn
from tropebot.errors import Exit, Interrupted, WikiError
from tropebot.i18n import FALLBACK, message
from tropebot.i18n.counts import counted
from tropebot.reports import auditlists
from tropebot.reports.auditpage import Audited, Sample, html
from tropebot.rules import all_rules

FORMS = ("titles", "csv", "wikitext", "json")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to come out, as it was typed; ``rules`` are codes (none: of all), ``names`` are theirs."""

    out: Path | None = None
    resume: bool = False
    compare: str = ""
    worklist: auditlists.Form | None = None
    rules: frozenset[str] = frozenset()
    html: Path | None = None
    names: Mapping[str, str] = msgspec.field(default_factory=dict)
    language: str = FALLBACK

    def speaking(self, language: str) -> Self:
        """The same, in the policy's language where a wiki's people will read it."""
        return msgspec.structs.replace(self, language=language)


def output_options(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Add what says where the answer goes, and in which form; the command gets it as ``wanted``."""

    @wraps(command)
    def collected(
        *,
        out: Path | None,
        resume: bool,
        compare: str | None,
        worklist: auditlists.Form | None,
        rule_words: tuple[str, ...],
        html_directory: Path | None,
        **others: Any,
    ) -> Exit:
        rules = all_rules()
        wanted = Wanted(
            out=out,
            resume=resume,
            compare=compare or "",
            worklist=worklist,
            rules=frozenset(rule_called(word, rules).code for word in rule_words),
            html=html_directory,
            names={rule.code: rule.name for rule in rules},
        )
        return command(wanted=wanted, **others)

    for option in (
        click.option(
            "--html",
            "html_directory",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="DIR",
            help="Write a page with charts and tables, index.html, into DIR.",
        ),
        click.option(
            "--rule",
            "rule_words",
            multiple=True,
            metavar="RULE",
            help="With --worklist: only of this rule (more than once: of these).",
        ),
        click.option(
            "--worklist",
            type=click.Choice(FORMS),
            help="Print work lists, a page once for each rule, in place of findings.",
        ),
        click.option(
            "--compare", metavar="OLD", help="Show only what is new or gone since an earlier --out."
        ),
        click.option("--resume", is_flag=True, help="With --out: go on where it was broken off."),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            help="Write the findings to a file (JSON lines).",
        ),
    ):
        collected = option(collected)
    return collected


class Output:
    """Takes what came of unit after unit; a context manager that closes its files."""

    def __init__(self, wanted: Wanted, mark: Callable[[], str]) -> None:
        """``mark`` tells what stands for what is audited, and by what; asked only where it is written down.

        Of an audit that is gone on with, what it has found so far comes out again, but for the file.
        """
        self._wanted, self._stack = wanted, ExitStack()
        self._comparison = Comparison(wanted.compare) if wanted.compare else None
        self._sample = Sample() if wanted.html else None
        self._lists: Lists | None = None
        if wanted.worklist:
            self._lists = Lists(wanted.worklist, wanted.names, wanted.language, only=wanted.rules)
            self._stack.callback(self._lists.close)
        self._journal: Journal | None = None
        if wanted.out is not None:
            if not wanted.resume and broken_off(wanted.out):
                warn(message("audit-begun-again", str(wanted.out)))
            self._journal = self._stack.enter_context(
                Journal(wanted.out, mark(), resume=wanted.resume)
            )
        self.tally = self._journal.tally if self._journal else Tally()
        self.more: dict[str, Any] = {}
        """What else the summary says."""
        if self._asks_rows and self._journal and wanted.out:
            for row in kept_rows(wanted.out, self._journal.length):
                self._take(row)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, where: TracebackType | None
    ) -> None:
        """What broke the audit off is told by whoever catches it; here, that it can be gone on with."""
        self._stack.close()
        broken = kind is not None and issubclass(kind, (KeyboardInterrupt, Interrupted, WikiError))
        if broken and self._journal is not None:
            warn(message("audit-goes-on", self.tally.pages))

    @property
    def place(self) -> list[Any] | None:
        """Where an earlier run was with the last unit that is whole; ``None``: there was none."""
        return self._journal.place if self._journal else None

    @property
    def known(self) -> bytes:
        """What an earlier run had learnt before its first unit; empty: nothing."""
        return self._journal.known if self._journal else b""

    def learn(self, known: bytes) -> None:
        """What a run that goes on with this one need not find out again."""
        if self._journal:
            self._journal.learn(known)

    @property
    def _asks_rows(self) -> bool:
        return bool(self._comparison or self._sample or self._lists)

    def take(self, path: str, outcome: Outcome, place: list[Any] | None = None) -> None:
        """What came of a unit, in the units' order; ``place`` is where to go on behind it."""
        self.tally.add(path, outcome)
        rows = [_row(each) for each in outcome.found]
        if self._journal is not None:
            self._journal.add(_lines(outcome, rows), place)
        elif self._lists is None and self._comparison is None:
            for title in outcome.unjudged:
                _print_unjudged(title)
        for row in rows:
            self._take(row)

    def pass_on(self, lines: Iterable[tuple[bytes, Mapping[str, Any]]], tally: Tally) -> None:
        """What other audits have written, line by line as it stands and as rows, with their counts."""
        for name in ("pages", "clean", "exempt", "unread", "codes", "lost"):
            setattr(self.tally, name, getattr(tally, name))
        passed = self._passed(lines)
        if self._journal is not None:
            self._journal.add(passed)
        else:
            for _ in passed:
                pass

    def _passed(self, lines: Iterable[tuple[bytes, Mapping[str, Any]]]) -> Iterator[bytes]:
        for line, row in lines:
            if row["type"] == "finding":
                self._take(row)
            elif self._journal is None and self._lists is None and self._comparison is None:
                _print_unjudged(str(row["title"]))
            yield line

    def _take(self, row: Mapping[str, Any]) -> None:
        """One finding, to all who want it."""
        if self._sample is not None:
            self._sample.take(row)
        compared = self._comparison
        if compared is not None and not compared.is_new(str(row["title"]), str(row["code"])):
            return
        if self._lists is not None:
            self._lists.take(row)
        elif compared is not None:
            _print(row, "new")
        elif self._journal is None:
            _print(row, "finding")

    def end(self, problems: Collection[str], audited: Audited, *, wiki: str) -> Exit:
        """What is said last, and the exit code; ``problems`` are why not everything was judged."""
        summary = self._summary(problems)
        if self._journal is not None:
            self._journal.done([json_line("summary", **summary)])
        if self._lists is not None:
            self._lists.print()
        if self._comparison is not None:
            self._print_gone(self._comparison, whole=not problems)
        for note, pages in sorted(self.tally.notes.items()):
            warn(f"{note} ({counted(pages, 'page')})")
        for problem in problems:
            warn(problem)
        if self._sample is not None and self._wanted.html is not None:
            page = html(
                self._audited(audited, problems),
                self._sample,
                wiki=wiki,
                language=self._wanted.language,
            )
            path = put_page(self._wanted.html, page)
            warn(f"Wrote “{path}”; open it in a browser.")
        self._say(summary)
        if problems:
            return Exit.CONFIG
        return Exit.FINDINGS if self.tally.codes else Exit.DONE

    def _say(self, summary: Mapping[str, Any]) -> None:
        if shared().as_json:
            print_line("summary", **summary)
            return
        tally = self.tally
        tell = warn if self._lists is not None else say
        tell(message("audit-summary", tally.pages, tally.findings, tally.clean, tally.exempt))
        if (compared := self._comparison) is not None and summary["fixed"] is not None:
            tell(message("audit-compared", compared.new, compared.fixed))
        if self._lists is None:
            for code, count in sorted(tally.codes.items()):
                say(f"  {code}  {count:>9,}")

    def _print_gone(self, comparison: Comparison, *, whole: bool) -> None:
        """What an earlier audit found and this one did not; of a broken dump nobody can tell."""
        if not comparison.complete:
            warn(message("audit-compare-incomplete", self._wanted.compare))
        if not whole:
            warn(message("audit-compare-broken"))
            return
        if self._lists is not None:
            return
        for title, code in comparison.gone():
            if shared().as_json:
                print_line("fixed", title=title, code=code)
            else:
                say(f"gone {title}: {code}")

    def _summary(self, problems: Collection[str]) -> dict[str, Any]:
        tally = self.tally
        found: dict[str, Any] = {
            "pages": tally.pages,
            "findings": tally.findings,
            "clean": tally.clean,
            "exempt": tally.exempt,
            "hidden": tally.unread,
            "codes": dict(sorted(tally.codes.items())),
            "complete": not problems,
            "problems": list(problems),
        }
        if self._comparison is not None:
            found["new"] = self._comparison.new
            found["fixed"] = None if problems else self._comparison.fixed
        return {**found, **self.more}

    def _audited(self, audited: Audited, problems: Collection[str]) -> Audited:
        compared, tally = self._comparison, self.tally
        return msgspec.structs.replace(
            audited,
            pages=tally.pages,
            clean=tally.clean,
            exempt=tally.exempt,
            problems=tuple(problems),
            rules=self._wanted.names,
            new=compared.new if compared else None,
            fixed=compared.fixed if compared and not problems else None,
        )


def _row(each: Found) -> dict[str, Any]:
    """A finding as the JSON lines have it."""
    return {**finding_fields(each.finding), "no_edit": each.no_edit, "creator": each.creator}


def _lines(outcome: Outcome, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A unit's lines in the file."""
    yield from (json_line("unjudged", title=title) for title in outcome.unjudged)
    yield from (json_line("finding", **row) for row in rows)


def _print_unjudged(title: str) -> None:
    if shared().as_json:
        print_line("unjudged", title=title)
    else:
        say(message("audit-unjudged", title))


def _print(row: Mapping[str, Any], kind: str) -> None:
    if shared().as_json:
        print_line(kind, **{name: value for name, value in row.items() if name != "type"})
        return
    new = "new " if kind == "new" else ""
    say(f"{new}{row['title']}:{row['line']}: {row['code']} {row['rule']}: {row['message']}")
