"""Reports as pages of the wiki: the state, work lists by rule, repeat cases by person.

Must not let a title or a name act as markup, judge anybody, or say “now”: a page reads the same until
something has changed, so that it is edited only then.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from tropebot.i18n import FALLBACK, Language, message
from tropebot.ledger.noes import No
from tropebot.ledger.overview import DraftStanding, Found, Promoted
from tropebot.policy.broken import sentences
from tropebot.promotion import Step
from tropebot.reports.state import WikiState
from tropebot.reports.worklist import page_link, selected, wikitable
from tropebot.wayback import OBJECTION
from tropebot.wikitext.inert import inert, link

MARK = "<!-- tropebot report -->"
"""Stands on every page of these; a page without it is somebody's own."""

PROMOTIONS = 30
"""How many promotions and refusals the state tells, the newest."""

PAGES_OF_ONE = 10
"""How many pages of one person are linked."""


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """In what language a page is written, by which account, and how many rows a table may have."""

    account: str
    language: Language = FALLBACK
    rows: int = 200

    def say(self, key: str, *params: str | int) -> str:
        """The message, in the language of the wiki."""
        return message(key, *params, language=self.language)


def state_page(
    state: WikiState, manner: Manner, *, worklists: str = "", people: Iterable[str] = ()
) -> str:
    """The state of the wiki; ``worklists`` is the page below which the work lists stand (empty: nowhere).

    ``people`` is what stands there in place of messages, as `people_section` gives it.
    """
    say = manner.say
    return _page(
        manner,
        f"== {say('wikireport-health')} ==",
        *_health(state, manner),
        *_objections(state.objections, manner),
        *people,
        f"== {say('wikireport-open')} ==",
        *_open(state, manner, worklists),
        f"== {say('wikireport-drafts')} ==",
        *_drafts(state.drafts, manner),
        f"== {say('wikireport-promotions')} ==",
        *_promotions(state.promotions, manner),
    )


def worklist_page(found: Sequence[Found], code: str, name: str, manner: Manner) -> str:
    """The open findings of a rule, the oldest first."""
    rows = sorted(found, key=lambda each: (each.opened, each.title, each.page_id))
    if not rows:
        return _page(manner, manner.say("wikireport-list-empty", code, name))
    said = manner.say("wikireport-list", code, name, len(rows))
    return _page(manner, said, wikitable(rows, manner.language, most=manner.rows))


def repeat_page(found: Iterable[Found], manner: Manner, *, least: int) -> str:
    """Findings by the creators of pages, those with most first; of nobody with fewer than ``least``."""
    by_person: dict[str, list[Found]] = {}
    for each in found:
        if each.creator and each.creator != manner.account:
            by_person.setdefault(each.creator, []).append(each)
    persons = sorted(by_person.items(), key=lambda item: (-len(item[1]), item[0]))
    told = [(name, rows) for name, rows in persons if len(rows) >= least]
    say = manner.say
    if not told:
        return _page(manner, say("wikireport-repeat-none", least))
    heads = ("person", "findings", "open", "rules", "pages")
    cells = (_person(name, rows, manner) for name, rows in told[: manner.rows])
    return _page(
        manner,
        say("wikireport-repeat-about", least),
        *table([say(f"wikireport-{head}") for head in heads], cells),
        *more(len(told) - manner.rows, manner),
    )


def _page(manner: Manner, *parts: str) -> str:
    intro = manner.say("wikireport-intro", link(f"User:{manner.account}", manner.account))
    return "\n\n".join([f"{MARK}{intro}", *parts])


def _health(state: WikiState, manner: Manner) -> Iterator[str]:
    say = manner.say
    lines = [
        say("wikireport-stop", stop.since[:16].replace("T", " "), inert(stop.why))
        for stop in state.stops
    ]
    for each in state.breaks:
        if not each.what.spared:
            said = " ".join(say(key, *params) for key, params in sentences(each.what))
            lines.append(say("wikireport-break", link(each.what.title), inert(said)))
    yield "\n".join(f"* {line}" for line in lines or [say("wikireport-sound")])


def _objections(objections: Sequence[No], manner: Manner) -> Iterator[str]:
    """Where people objected and nobody has decided yet, the oldest first; nothing where nobody did."""
    if not objections:
        return
    yield f"== {manner.say('wikireport-objections')} =="
    yield "\n".join(f"* {_objection(each, manner)}" for each in objections[: manner.rows])
    yield from more(len(objections) - manner.rows, manner)


def _objection(each: No, manner: Manner) -> str:
    page = link(each.title) if each.title else manner.say("worklist-number", each.page_id)
    who = inert(each.why.removeprefix(OBJECTION).removeprefix(" by "))
    return manner.say("wikireport-objection", page, each.code, each.at[:10], who or "–")


def _open(state: WikiState, manner: Manner, worklists: str) -> Iterator[str]:
    by_code: dict[str, list[Found]] = {}
    for each in state.standing:
        by_code.setdefault(each.code, []).append(each)
    if not by_code:
        yield manner.say("wikireport-nothing")
        return
    heads = [manner.say(f"wikireport-{key}") for key in ("rule", "name", "open", "since")]
    rows = []
    for code, found in sorted(by_code.items()):
        shown = link(f"{worklists}/{code}", code) if worklists else code
        oldest = min(each.opened for each in found)
        rows.append(
            (shown, inert(state.rules.get(code, "")), str(len(found)), f"{oldest:%Y-%m-%d}")
        )
    yield from table(heads, rows)


def _drafts(drafts: Sequence[DraftStanding], manner: Manner) -> Iterator[str]:
    if not drafts:
        yield manner.say("wikireport-nothing")
        return
    ordered = sorted(drafts, key=lambda each: (not each.ready, -each.works, each.title))
    heads = [
        manner.say(f"wikireport-{key}")
        for key in ("draft", "examples", "needed", "ready", "person")
    ]
    yield from table(heads, (_draft(each, manner) for each in ordered[: manner.rows]))
    yield from more(len(ordered) - manner.rows, manner)


def _draft(each: DraftStanding, manner: Manner) -> tuple[str, ...]:
    holds = dict.fromkeys(manner.say(hold.message, *hold.params) for hold in each.holds)
    said = "; ".join(inert(hold) for hold in holds)
    ready = manner.say("workshop-ready") if each.ready else ""
    return (
        link(each.title),
        str(each.works),
        str(each.minimum),
        "; ".join(part for part in (ready, said) if part),
        link(f"User:{each.creator}", each.creator) if each.creator else "?",
    )


def _promotions(promotions: Sequence[Promoted], manner: Manner) -> Iterator[str]:
    ended = [each for each in promotions if each.step in (Step.PROMOTED, Step.REFUSED)]
    if not ended:
        yield manner.say("wikireport-nothing")
        return
    yield "\n".join(f"* {_promotion(each, manner)}" for each in ended[:PROMOTIONS])


def _promotion(each: Promoted, manner: Manner) -> str:
    links = (f"{each.at:%Y-%m-%d}", link(each.title), link(each.target))
    if each.step is Step.PROMOTED:
        return manner.say("wikireport-promoted", *links, each.works)
    return manner.say("wikireport-refused", *links, inert(each.why) or "?")


def _person(name: str, rows: Sequence[Found], manner: Manner) -> tuple[str, ...]:
    rules, standing = (
        Counter(each.code for each in rows),
        [each for each in rows if not each.closed],
    )
    pages = list(
        dict.fromkeys(page_link(each, manner.language) for each in selected(rows, rows[-1].opened))
    )
    shown = ", ".join(pages[:PAGES_OF_ONE])
    more = (
        f" {manner.say('worklist-more', len(pages) - PAGES_OF_ONE)}"
        if len(pages) > PAGES_OF_ONE
        else ""
    )
    return (
        link(f"User:{name}", name),
        f"{len(rows)} ({link(f'Special:Contributions/{name}', manner.say('wikireport-edits'))})",
        str(len(standing)),
        ", ".join(f"{code}: {number}" for code, number in sorted(rules.items())),
        f"{shown}{more}",
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A sortable table; cells are wikitext."""
    lines = ['{| class="wikitable sortable"', f"! {' !! '.join(heads)}"]
    lines += [f"|-\n| {' || '.join(row)}" for row in rows]
    yield "\n".join((*lines, "|}"))


def more(number: int, manner: Manner) -> Iterator[str]:
    """How many pages are not named, if any are not."""
    if number > 0:
        yield manner.say("worklist-more", number)
