"""The part of the report that stands for messages, on wikis without talk pages: what would be told to whom.

Must not judge anybody or choose whom to name. It says what stands now, so that it is the same after a lost
ledger.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import msgspec

from tropebot.ledger.overview import Found, Promoted
from tropebot.promotion import Step
from tropebot.reports.wikipages import PROMOTIONS, Manner, more, table
from tropebot.reports.worklist import page_link
from tropebot.wikitext.inert import link

PAGES_OF_ONE = 40
"""How many pages of one person are named, as many as in a message."""


class Concerned(msgspec.Struct, frozen=True, kw_only=True):
    """One person, what stands on pages of theirs, and which drafts of theirs moved."""

    name: str
    findings: tuple[Found, ...] = ()
    moved: tuple[Promoted, ...] = ()


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """``rules`` links the pages of rules by their codes; ``ways`` ask for another look, and object (or are
    empty); ``wall`` is the namespace in which people write to one another (empty: there is none)."""

    rules: Callable[[Sequence[str]], str] = ", ".join
    ways: tuple[str, str] = ("", "")
    wall: str = ""


def concerned(found: Iterable[Found], promotions: Iterable[Promoted]) -> tuple[Concerned, ...]:
    """Those who made the pages, by name; who that was is not known of every page."""
    ended = [each for each in promotions if each.step in (Step.PROMOTED, Step.REFUSED)]
    moved = [each for each in ended[:PROMOTIONS] if each.step is Step.PROMOTED]
    faults = sorted(found, key=lambda each: (each.title, each.page_id, each.code))
    names = {each.creator for each in faults} | {each.creator for each in moved}
    return tuple(
        Concerned(
            name=name,
            findings=tuple(each for each in faults if each.creator == name),
            moved=tuple(each for each in moved if each.creator == name),
        )
        for name in sorted(names - {""})
    )


def people_section(
    told: Sequence[Concerned], manner: Manner, links: Links, *, left: int = 0
) -> Iterator[str]:
    """The section, with a row for each person; ``left`` is how many more there are than may be told."""
    say = manner.say
    yield f"== {say('wikireport-people')} =="
    if not told:
        yield say("wikireport-nothing")
        return
    yield say("wikireport-people-about")
    if all(links.ways):
        yield say("notice-ways", *links.ways, 2)
    heads = [say("wikireport-person"), say("wikireport-pages")]
    yield from table(heads, (_row(each, manner, links) for each in told))
    if left > 0:
        yield say("wikireport-people-more", left)


def _row(each: Concerned, manner: Manner, links: Links) -> tuple[str, str]:
    shown = link(f"User:{each.name}", each.name)
    if links.wall:
        wall = link(f"{links.wall}:{each.name}", manner.say("wikireport-people-wall"))
        shown = f"{shown} ({wall})"
    items = [*_faults(each.findings, manner, links), *_moves(each.moved, manner)]
    pages = "; ".join(items[:PAGES_OF_ONE])
    rest = " ".join(more(len(items) - PAGES_OF_ONE, manner))
    return shown, f"{pages} {rest}".rstrip()


def _faults(found: Collection[Found], manner: Manner, links: Links) -> Iterator[str]:
    pages: dict[int, list[Found]] = {}
    for each in found:
        pages.setdefault(each.page_id, []).append(each)
    for rows in pages.values():
        codes = list(dict.fromkeys(row.code for row in rows))
        page = page_link(rows[0], manner.language)
        yield manner.say("wikireport-people-page", page, links.rules(codes) or ", ".join(codes))


def _moves(moved: Collection[Promoted], manner: Manner) -> Iterator[str]:
    for each in moved:
        yield manner.say("wikireport-people-moved", link(each.target), link(each.title))
