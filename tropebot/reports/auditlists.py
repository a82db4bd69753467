"""An audit's findings as lists that people can work through: a list for each rule, a page once in each.

Must not keep rows: each becomes a line as it comes. Forms for programs hold titles as they are; in wikitext
nothing of a title acts, in CSV no cell is a formula.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tropebot.i18n import FALLBACK, Language, message
from tropebot.reports.cells import csv_line
from tropebot.wikitext.inert import inert, link

Form = Literal["titles", "csv", "wikitext", "json"]
COLUMNS = ("code", "title", "what", "line", "creator")
_HEADS = ("worklist-page", "worklist-what", "worklist-creator")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A page with what one rule found on it, in words; ``line`` is where the first of that stands."""

    code: str
    title: str
    what: str
    line: int = 1
    creator: str = ""


def entry_of(row: Mapping[str, Any], before: Entry | None = None) -> Entry:
    """A finding as the JSON lines have it, together with one before it of the same rule and page."""
    code, title, said = str(row["code"]), str(row["title"]), str(row["message"])
    if before is None:
        creator = str(row.get("creator", ""))
        return Entry(
            code=code, title=title, what=said, line=int(row.get("line", 1)), creator=creator
        )
    known = before.what.split("\n")
    return (
        before if said in known else msgspec.structs.replace(before, what="\n".join((*known, said)))
    )


def entry_from(line: bytes) -> Entry:
    """An entry out of its fields as JSON."""
    found = json.loads(line)
    return Entry(**{name: found[name] for name in COLUMNS})


def opening(form: Form) -> str:
    """What stands once before all lists."""
    return csv_line(COLUMNS) if form == "csv" else ""


def head(form: Form, code: str, name: str, language: Language = FALLBACK) -> str:
    """What stands before a rule's list."""
    if form != "wikitext":
        return ""
    heads = " !! ".join(message(key, language=language) for key in _HEADS)
    return f'== {code} {inert(name)} ==\n{{| class="wikitable sortable"\n! {heads}'


def foot(form: Form) -> str:
    """What stands behind a rule's list."""
    return "|}" if form == "wikitext" else ""


def line(form: Form, entry: Entry) -> str:
    """The page's own line, or lines; as JSON the fields are for `fields`."""
    what = entry.what.replace("\n", " ")
    if form == "csv":
        return csv_line((entry.code, entry.title, what, entry.line, entry.creator))
    if form == "wikitext":
        creator = link(f"User:{entry.creator}", entry.creator) if entry.creator else "?"
        return f"|-\n| {link(entry.title)} || {inert(what) or '?'} || {creator}"
    return entry.title


def fields(entry: Entry) -> dict[str, Any]:
    """The entry as machines read it."""
    return {**msgspec.structs.asdict(entry), "what": entry.what.split("\n")}
