"""The open findings of a rule as a list that people can work through: which, in what order, in which form.

Must not read the ledger. Forms for programs hold titles as they are; in wikitext nothing of a title acts, in
CSV no cell is a formula.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from tropebot.i18n import FALLBACK, Language, message, texts
from tropebot.ledger.overview import Found
from tropebot.reports.cells import csv_line
from tropebot.wikitext.inert import inert, link

Order = Literal["age", "title", "creator"]
COLUMNS = ("title", "code", "what", "since", "days", "creator", "flag")
_HEADS = ("worklist-page", "worklist-what", "worklist-since", "worklist-creator")
_DAY = timedelta(days=1)


def selected(
    found: Iterable[Found],
    now: datetime,
    *,
    creator: str = "",
    days: int = 0,
    order: Order = "age",
) -> tuple[Found, ...]:
    """What stands for at least so many days on pages of that creator (empty: of anybody), in that order.

    Oldest first; by creator those of nobody known come last. A page of unknown title is last of all titles.
    """
    name = creator.replace("_", " ").strip()
    rows = [
        each
        for each in found
        if (not name or each.creator == name) and now - each.opened >= days * _DAY
    ]

    def key(each: Found) -> tuple[Any, ...]:
        titled = (not each.title, each.title, each.page_id)
        if order == "title":
            return titled
        if order == "creator":
            return (not each.creator, each.creator, *titled)
        return (each.opened, *titled)

    return tuple(sorted(rows, key=key))


def fields(each: Found, now: datetime, language: Language = FALLBACK) -> dict[str, Any]:
    """One finding as machines read it."""
    return {
        "title": each.title,
        "page_id": each.page_id,
        "code": each.code,
        "what": what(each, language),
        "since": each.opened.isoformat(timespec="seconds"),
        "days": max(now - each.opened, timedelta()) // _DAY,
        "creator": each.creator,
        "flag": each.flag,
    }


def what(each: Found, language: Language = FALLBACK) -> str:
    """What was found, in words; a rule pack that is gone took its messages along."""
    known = ((key, params) for key, params, _ in each.said if key in texts(FALLBACK))
    return " ".join(message(key, *params, language=language) for key, params in known)


def as_csv(rows: Iterable[Found], now: datetime, language: Language = FALLBACK) -> str:
    """A table with a line of heads; what a spreadsheet would take for a formula gets an apostrophe."""
    lines = [csv_line(COLUMNS)]
    for each in rows:
        told = fields(each, now, language)
        lines.append(csv_line([told[name] for name in COLUMNS]))
    return "".join(f"{line}\n" for line in lines)


def wikitable(rows: Sequence[Found], language: Language = FALLBACK, *, most: int = 0) -> str:
    """A table for a wiki page; of more than ``most`` rows (0: of any number) the rest is only counted."""
    heads = " !! ".join(message(key, language=language) for key in _HEADS)
    shown = rows[:most] if most else rows
    lines = ['{| class="wikitable sortable"', f"! {heads}"]
    lines += [f"|-\n| {' || '.join(_cells(each, language))}" for each in shown]
    lines.append("|}")
    if more := len(rows) - len(shown):
        lines.append(message("worklist-more", more, language=language))
    return "\n".join(lines)


def _cells(each: Found, language: Language) -> Iterator[str]:
    yield page_link(each, language)
    yield inert(what(each, language)) or "?"
    yield f"{each.opened:%Y-%m-%d}"
    yield link(f"User:{each.creator}", each.creator) if each.creator else "?"


def page_link(each: Found, language: Language = FALLBACK) -> str:
    """A link to the page; of one whose title is not known its number."""
    if each.title:
        return link(each.title)
    return message("worklist-number", str(each.page_id), language=language)
