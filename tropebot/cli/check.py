"""`tropebot check`: judges pages and says what was found; it never changes anything.

Must not judge: the engine does. Offline this module imports nothing that talks to a wiki.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from tropebot import engine
from tropebot.bounded import BoundedReader
from tropebot.cli.offline import STDIN, force_for, page_from, policy_options
from tropebot.cli.shared import finding_fields, print_line, say, shared, shared_options
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.model import Finding, Page, Verdict
from tropebot.policy.force import PolicyInForce


@dataclass(slots=True)
class _Tally:
    """What the last line says."""

    pages: int = 0
    clean: int = 0
    exempt: int = 0
    codes: Counter[str] = field(default_factory=Counter)


@click.command(name="check")
@click.argument("names", metavar="FILE…", nargs=-1, required=True)
@click.option("--wiki", is_flag=True, help="The arguments are titles on the wiki, not files.")
@click.option("--title", help="The page's title (default: the file's name).")
@click.option("--namespace", metavar="NAME", help="Its namespace, where the title does not say it.")
@policy_options
@shared_options
def command(
    *,
    names: tuple[str, ...],
    wiki: bool,
    title: str | None,
    namespace: str | None,
    preset: str | None,
    policy_file: str | None,
) -> Exit:
    """Judge the wikitext in FILE (“-”: stdin) by the policy, without a wiki or a login.

    The file's name is the page's title: “_” stands for a space and “%2F” for a slash, so
    Foo_Bar%2FQuotes.wiki is the page “Foo Bar/Quotes”. Drafts of the Trope Workshop are judged as
    drafts. The exit code is 1 if anything was found.
    """
    if wiki:
        pages = _from_wiki(names, (title, namespace, preset, policy_file))
    else:
        pages = _from_files(names, title, namespace, preset, policy_file)
    tally = _Tally()
    with BoundedReader() as second:
        for page, force in pages:
            verdict = engine.judge(page, force, second=second)
            tally.pages += 1
            tally.clean += not verdict.findings
            tally.exempt += bool(verdict.exempt)
            tally.codes.update(finding.code for finding in verdict.findings)
            for finding in verdict.findings:
                _print(finding, verdict)
            for note in verdict.notes:
                click.echo(f"tropebot: {page.title}: {note}", err=True)
    _print_summary(tally)
    return Exit.FINDINGS if tally.codes else Exit.DONE


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


def _from_wiki(
    names: tuple[str, ...], offline_only: tuple[str | None, ...]
) -> Iterator[tuple[Page, PolicyInForce]]:
    if any(offline_only):
        raise click.UsageError("With --wiki the wiki's own titles and policy are used.")
    # imported here: only what needs the wiki waits for it
    from tropebot.app import pages_on_wiki  # noqa: PLC0415

    yield from pages_on_wiki(names, home=shared().home)


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
        )
    else:
        say(message("check-summary", tally.pages, findings))
