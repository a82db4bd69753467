"""`tropebot audit`: judges every page of a dump, or of the wiki; nothing is written to any wiki.

Must not judge, and imports nothing that talks to a wiki but for `--wiki`.
"""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec

from tropebot.audit.course import Files, head_of, order_for, outcomes, survey
from tropebot.audit.judging import Order
from tropebot.audit.knowledge import Knowledge
from tropebot.audit.results import mark_of
from tropebot.audit.streams import STDIN, is_index
from tropebot.audit.values import Caps
from tropebot.audit.workers import Crew
from tropebot.cli.auditing import Output, Wanted, output_options
from tropebot.cli.engines import PROCESSES, crew_for, dumps_for, engine_options
from tropebot.cli.offline import load_policy, policy_options
from tropebot.cli.progress import Extent, Progress
from tropebot.cli.shared import shared, shared_options, warn
from tropebot.cli.shares import Shared, join, share_options
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.policy.layers import Loaded
from tropebot.reports.auditpage import Audited, link_prefix

PAUSE = 0.5
"""Seconds between two requests for pages."""


@click.command(name="audit")
@click.argument("dumps", metavar="DUMP…", nargs=-1)
@click.option(
    "--wiki", is_flag=True, help="Judge the pages of the home’s wiki over its API, without a dump."
)
@click.option(
    "--pause",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help=f"With --wiki: wait so long between two requests for pages (default: {PAUSE}).",
)
@engine_options
@output_options
@click.option(
    "--one-pass",
    is_flag=True,
    help="Read the dump once: templates, preloads and licences are the policy’s, not the dump’s.",
)
@share_options
@policy_options
@shared_options
def command(
    *,
    dumps: tuple[str, ...],
    wanted: Wanted,
    sharing: Shared,
    wiki: bool,
    pause: float | None,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    one_pass: bool,
    preset: str | None,
    policy_file: str | None,
) -> Exit:
    """Judge every page of a MediaWiki XML dump (plain, .gz, .bz2, .zst; “-”: stdin), without a wiki.

    The dump is read twice: first for its templates, preloads and licences, then to be judged. Of a full
    history each page's newest revision is judged. The exit code is 1 if anything was found, 2 if a dump is
    broken: then everything up to the break was judged.

    With --wiki the pages are read over the API, 50 or 500 at a time, by the wiki's own policy.
    """
    _refuse_misuse(wanted, dumps, policy_file)
    if wiki:
        if dumps or one_pass or workers or scheduler or engine != PROCESSES or sharing.asked:
            raise click.UsageError("--wiki reads the wiki and no dump, in one process.")
        if preset or policy_file:
            raise click.UsageError("With --wiki the wiki's own pages and policy are used.")
        # imported here: only what needs the wiki waits for it
        from tropebot.cli.wikiaudit import audit_wiki  # noqa: PLC0415

        return audit_wiki(wanted, shared().home, pause=PAUSE if pause is None else pause)
    if not dumps:
        raise click.UsageError("Missing argument: name a dump, or say --wiki.")
    if pause is not None:
        raise click.UsageError("--pause goes with --wiki.")
    if sharing.joins:
        return join(wanted, dumps)
    dumps = dumps_for(_without_indexes(dumps), engine)
    loaded = load_policy(preset, policy_file, shared().home)
    caps = Caps()
    known = Knowledge(site=head_of(dumps, caps), surveyed=False)
    order = order_for(loaded.policy, known, source=policy_file or "preset", caps=caps)
    crew = crew_for(dumps, engine=engine, scheduler=scheduler, workers=workers)
    return _audited(wanted, sharing, dumps, order, crew, loaded=loaded, surveys=not one_pass)


def _audited(
    wanted: Wanted,
    sharing: Shared,
    dumps: tuple[str, ...],
    order: Order,
    crew: Crew,
    *,
    loaded: Loaded,
    surveys: bool,
) -> Exit:
    """The dumps, judged."""
    language, name = loaded.policy.language, loaded.policy.name
    stretches = sharing.stretches(dumps, order)
    extent = Extent(dumps)
    with ExitStack() as stack:
        stack.enter_context(crew)
        output = stack.enter_context(
            Output(wanted.speaking(language), lambda: f"{mark_of(dumps, order)} {sharing.share}")
        )
        progress = stack.enter_context(Progress(time.monotonic, extent.whole))
        if surveys and STDIN not in dumps:
            if output.known:
                known = msgspec.msgpack.decode(output.known, type=Knowledge)
            else:
                known = sharing.kept(dumps, order) or sharing.left(
                    dumps, order, _surveyed(dumps, order, crew, progress, extent)
                )
                output.learn(msgspec.msgpack.encode(known))
            if sharing.only_facts:
                return Exit.DONE
            order = Order(policy=order.policy, known=known, source=order.source, caps=order.caps)
        tally = output.tally
        before = {**tally.problems}, {**tally.by_file}, {**tally.units}
        files = Files(dumps, order.caps, *before, stretches)
        extent = Extent(dumps, stretches)
        output.more = sharing.told(dumps, order)
        progress.again(pages=tally.pages, whole=extent.whole)
        for unit, outcome in outcomes(files, order, crew):
            progress.clear()
            output.take(unit.path, outcome)
            progress.show("judging", outcome.pages, extent.done(unit))
        progress.clear()
        if tally.pages:
            _warn_of_templates(order.known)
        site = order.known.site
        about = Audited(
            source=", ".join(Path(each).name for each in dumps),
            at=datetime.now(UTC),
            prefix=link_prefix(site.base),
        )
        wiki = site.name or name or urlsplit(site.base).netloc or about.source
        return output.end([*files.problems.values(), *tally.lost], about, wiki=wiki)


def _warn_of_templates(known: Knowledge) -> None:
    """What could not be judged for want of templates."""
    if not known.templates:
        warn(message("audit-no-templates"))
    elif known.lacking:
        warn(message("audit-some-templates", f"{{{{{known.lacking}}}}}"))


def _without_indexes(dumps: tuple[str, ...]) -> tuple[str, ...]:
    """The index of a multistream dump is not needed; alone it is no dump."""
    return tuple(each for each in dumps if not is_index(each)) or dumps


def _refuse_misuse(wanted: Wanted, dumps: tuple[str, ...], policy_file: str | None) -> None:
    out = wanted.out
    if wanted.resume and out is None:
        raise click.UsageError("--resume goes with --out: the findings so far stand in that file.")
    if dumps.count(STDIN) + (policy_file == STDIN) > 1:
        raise click.UsageError("Only one dump, or the policy, can come from stdin.")
    if len(set(dumps)) < len(dumps):
        raise click.UsageError("A dump is named twice.")
    if out is not None and str(out) in dumps:
        raise click.UsageError("--out names a dump: it would be overwritten.")
    if out is not None and wanted.compare and out.resolve() == Path(wanted.compare).resolve():
        raise click.UsageError("--out names the earlier output: it would be overwritten.")
    if wanted.rules and wanted.worklist is None:
        raise click.UsageError("--rule goes with --worklist.")


def _surveyed(
    dumps: tuple[str, ...], order: Order, crew: Crew, progress: Progress, extent: Extent
) -> Knowledge:
    """What the dumps say of their wiki."""
    known = order.known
    for unit, found in survey(dumps, order, crew):
        progress.show("first reading", 0, extent.done(unit))
        known = found or known
    return known
