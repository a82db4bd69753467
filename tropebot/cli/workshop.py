"""`tropebot workshop`: the drafts, what each lacks, how old it is and whose it is.

Must not decide what makes a draft ready, stale or one too many, and never writes on the wiki.
"""

import textwrap
from collections.abc import Iterator

import click

from tropebot.cli.bars import bar
from tropebot.cli.shared import print_line, say, shared, shared_options
from tropebot.errors import Exit
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.model import USER
from tropebot.survey import Survey, survey
from tropebot.workshop import DraftState, age, wikitable

WIDTH = 80
_TITLE, _NUMBER, _CREATOR = 34, 6, 20
_INDENT = "    "


@click.command(name="workshop")
@click.option("--wikitext", is_flag=True, help="Print a table for a wiki page.")
@shared_options
def command(wikitext: bool) -> Exit:
    """Show every draft of the Workshop: examples, what is missing, age, last substantial edit, creator.

    The ready ones come first, then those that nobody has worked on for longest. The wiki is only read.
    """
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened  # noqa: PLC0415

    with opened(shared().home) as patrol, bar("reading drafts"):
        found = survey(patrol)
    if wikitext:
        facts, language = found.force.facts, found.force.policy.language
        user = facts.namespace_names.get(USER, "User")
        say(wikitable(found.drafts, user=user, language=language))
    elif shared().as_json:
        _print_json(found)
    else:
        for line in _table(found):
            say(line)
    return Exit.DONE


def _print_json(found: Survey) -> None:
    for state in found.drafts:
        draft, life = state.draft, state.life
        works, instances = draft.counted
        print_line(
            "draft",
            title=state.title,
            works=works,
            instances=instances,
            minimum=draft.minimum,
            unit=found.force.policy.examples.unit,
            enough=draft.enough,
            ready=state.ready,
            missing=state.reasons(),
            holds=[hold.message for hold in state.holds],
            again=state.again,
            votes=draft.votes,
            objections=draft.objections,
            begun=life.created if life else None,
            age_days=age(life.created, found.at) if life else None,
            touched=life.touched if life else None,
            idle_days=age(life.touched, found.at) if life else None,
            creator=life.creator if life else None,
            live=life.live if life else None,
            place=life.place if life else None,
            imported=life.imported if life else None,
            returned=life.returned if life else None,
            stale=state.stale,
            over_limit=state.over_limit,
        )
    print_line("summary", **_counts(found))


def _counts(found: Survey) -> dict[str, int]:
    return {
        "drafts": len(found.drafts),
        "ready": sum(state.ready for state in found.drafts),
        "stale": sum(state.stale for state in found.drafts),
        "over_limit": sum(state.over_limit for state in found.drafts),
    }


def _table(found: Survey) -> Iterator[str]:
    """A line for each draft, and below it what is missing, in 80 columns."""
    if found.drafts:
        yield _row("Draft", "Works", "Inst.", "Age", "Idle", "Creator (drafts)")
    for state in found.drafts:
        yield from _lines(state, found)
    counts = _counts(found)
    if found.drafts:
        yield ""
        yield "Inst.: examples one by one. Age, idle: days since it was begun, and since"
        yield "something substantial was done to it."
    yield (
        f"{counted(counts['drafts'], 'draft')}: {counts['ready']} ready, {counts['stale']} stale, "
        f"{counts['over_limit']} over the limit."
    )


def _lines(state: DraftState, found: Survey) -> Iterator[str]:
    life, works = state.life, state.draft.counted
    name = state.title.partition(":")[2]
    if len(name) >= _TITLE:
        yield from textwrap.wrap(name, WIDTH, break_long_words=False, break_on_hyphens=False)
        name = ""
    creator = life.creator if life and life.creator else "?"
    if life and life.place:
        creator += f" ({life.live})"
    days = [f"{age(since, found.at)}" for since in (life.created, life.touched)] if life else "??"
    fits = len(creator) <= _CREATOR
    yield _row(name, *map(str, works), *days, creator if fits else "")
    told = state.reasons() or (message("workshop-ready"),)
    begun = () if fits else (f"begun by {creator}",)
    yield from textwrap.wrap(
        "; ".join((*told, *map(str.upper, state.marks()), *begun)),
        WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_on_hyphens=False,
    )


def _row(name: str, *cells: str) -> str:
    numbers = "".join(f"{cell:>{_NUMBER}}" for cell in cells[:-1])
    return f"{name:<{_TITLE}}{numbers}  {cells[-1]}".rstrip()
