"""`tropebot check`: judges pages and says what was found; a file is changed only by `--in-place`.

Must not judge: the engine does. Offline this module imports nothing that talks to a wiki.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec.structs import replace

from tropebot import engine
from tropebot.bounded import BoundedReader
from tropebot.cli.offline import STDIN, force_for, page_from, policy_options
from tropebot.cli.shared import finding_fields, print_line, say, shared, shared_options, warn
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.model import Finding, Page, Verdict
from tropebot.policy.force import PolicyInForce

if TYPE_CHECKING:
    from tropebot.cli.online import Named


class _Tally(msgspec.Struct):
    """What the last line says."""

    pages: int = 0
    clean: int = 0
    exempt: int = 0
    fixed: int = 0
    codes: Counter[str] = msgspec.field(default_factory=Counter)


@click.command(name="check")
@click.argument("names", metavar="FILE…", nargs=-1)
@click.option("--wiki", is_flag=True, help="The arguments are titles on the wiki, not files.")
@click.option("--title", help="The page's title (default: the file's name).")
@click.option("--namespace", metavar="NAME", help="Its namespace, where the title does not say it.")
@click.option("--fix", is_flag=True, help="Show, as a diff, what can be added mechanically.")
@click.option("--in-place", is_flag=True, help="With --fix: write it into the files.")
@policy_options
@shared_options
def command(
    *,
    names: tuple[str, ...],
    wiki: bool,
    fix: bool,
    in_place: bool,
    title: str | None,
    namespace: str | None,
    preset: str | None,
    policy_file: str | None,
) -> Exit:
    """Judge the wikitext in FILE (“-”: stdin) by the policy, without a wiki or a login.

    The file's name is the page's title: “_” stands for a space and “%2F” for a slash, so
    Foo_Bar%2FQuotes.wiki is the page “Foo Bar/Quotes”. Drafts of the Trope Workshop are judged as
    drafts. Of a page that the policy exempts it is said that it is not judged, and why. The exit code is 1 if
    anything was found (with --in-place: if anything is left), 2 if with --wiki a TITLE has no page.
    """
    _refuse_misuse(names, wiki=wiki, fix=fix, in_place=in_place)
    if wiki:
        pages, refused = _from_wiki(names, (title, namespace, preset, policy_file))
    else:
        refused, pages = (), _from_files(names, title, namespace, preset, policy_file)
    tally = _Tally()
    with BoundedReader(copied=not wiki) as second:
        for number, (page, force) in enumerate(pages):
            verdict = engine.judge(page, force, second=second)
            if not fix:
                _tell(verdict, tally)
            elif in_place:
                _mend(verdict, force, names[number], second, tally)
            else:
                _show(verdict, force, names[number], tally)
    _print_summary(tally)
    for line in refused:
        warn(line)
    if refused:
        return Exit.CONFIG
    return Exit.FINDINGS if tally.codes else Exit.DONE


def _refuse_misuse(names: tuple[str, ...], *, wiki: bool, fix: bool, in_place: bool) -> None:
    if not names:
        raise click.UsageError(
            "Name the pages to judge by their titles: check --wiki TITLE…"
            if wiki
            else "Name the files to judge (“-”: stdin), or pages on the wiki with --wiki TITLE…"
        )
    if in_place and not fix:
        raise click.UsageError("--in-place goes with --fix.")
    if fix and wiki:
        raise click.UsageError("--fix is for files; on the wiki the policy's action “fix” does it.")
    if in_place and STDIN in names:
        raise click.UsageError("--in-place needs a file; without it the diff goes to stdout.")


def _mend(
    verdict: Verdict, force: PolicyInForce, name: str, second: BoundedReader, tally: _Tally
) -> None:
    """Write what can be added into the file, and tell what is left."""
    from tropebot.cli.fixing import fixed_text, write_in_place  # noqa: PLC0415  most only look

    fixed = fixed_text(verdict, force)
    if fixed is None:
        _tell_unfixed(verdict, force, tally)
        return
    write_in_place(name, fixed)
    tally.fixed += 1
    _tell(engine.judge(replace(verdict.page, text=fixed), force, second=second), tally)


def _show(verdict: Verdict, force: PolicyInForce, name: str, tally: _Tally) -> None:
    """Tell what was found, and show what can be added."""
    from tropebot.cli.fixing import diff, fixed_text  # noqa: PLC0415  most only look

    fixed = fixed_text(verdict, force)
    if fixed is None:
        _tell_unfixed(verdict, force, tally)
        return
    _tell(verdict, tally)
    shown = diff(verdict.page.text, fixed, name)
    if shared().as_json:
        print_line("fix", title=verdict.page.title, diff=shown)
    else:
        say(shown.removesuffix("\n"))


def _tell(verdict: Verdict, tally: _Tally) -> None:
    tally.pages += 1
    tally.clean += not verdict.findings
    tally.exempt += bool(verdict.exempt)
    tally.codes.update(finding.code for finding in verdict.findings)
    for finding in verdict.findings:
        _print(finding, verdict)
    if verdict.exempt:
        _tell_exempt(verdict)
    for note in verdict.notes:
        warn(f"{verdict.page.title}: {note}")


def _tell_exempt(verdict: Verdict) -> None:
    """Of a page that is not judged nobody should think that it is clean."""
    why = message(f"held-{verdict.exempt}")
    if shared().as_json:
        print_line("exempt", title=verdict.page.title, reason=verdict.exempt)
    else:
        say(message("check-exempt", verdict.page.title, why))


def _tell_unfixed(verdict: Verdict, force: PolicyInForce, tally: _Tally) -> None:
    from tropebot.cli.fixing import why_not_fixed  # noqa: PLC0415  most only look

    _tell(verdict, tally)
    because = why_not_fixed(verdict, force)
    if because and shared().as_json:
        print_line("unfixed", title=verdict.page.title, reason=because)
    elif because:
        say(message("check-unfixed", verdict.page.title, because))


def _from_files(
    names: tuple[str, ...],
    title: str | None,
    namespace: str | None,
    preset: str | None,
    policy_file: str | None,
) -> Iterator[tuple[Page, PolicyInForce]]:
    if title and len(names) > 1:
        raise click.UsageError("--title is for one file; name several files after their pages.")
    if policy_file == STDIN and STDIN in names:
        raise click.UsageError("Only one of the page and the policy can come from stdin.")
    force = force_for(preset, policy_file, shared().home)
    for name in names:
        yield page_from(name, title, namespace, force.facts), force


def _from_wiki(names: tuple[str, ...], offline_only: tuple[str | None, ...]) -> "Named":
    if any(offline_only):
        raise click.UsageError("With --wiki the wiki's own titles and policy are used.")
    # imported here: only what needs the wiki waits for it
    from tropebot.cli.online import pages_on_wiki  # noqa: PLC0415

    return pages_on_wiki(names, home=shared().home)


def _print(finding: Finding, verdict: Verdict) -> None:
    text = message(finding.message, *finding.params)
    if not shared().as_json:
        say(f"{finding.title}:{finding.line}: {finding.code} {finding.rule}: {text}")
        return
    print_line("finding", **finding_fields(finding), no_edit=verdict.no_edit)


def _print_summary(tally: _Tally) -> None:
    findings = tally.codes.total()
    if shared().as_json:
        print_line(
            "summary",
            pages=tally.pages,
            findings=findings,
            clean=tally.clean,
            exempt=tally.exempt,
            codes=dict(sorted(tally.codes.items())),
            fixed=tally.fixed,
        )
    else:
        if tally.fixed:
            say(message("check-fixed", tally.fixed))
        say(message("check-summary", tally.pages - tally.exempt, findings))
