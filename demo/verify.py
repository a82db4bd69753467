"""Asks the demo wiki, through its API alone, whether each page is as `EXPECTED.md` says.

Must not look into the bot's ledger, import its code or change anything.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from demo import content
from demo.expected import Row, rows
from demo.mediawiki import ADMIN, BOT, EDITORS, Wiki
from demo.people import Person

FLAGS = {
    "TB101": ("Missing markup", "Pages missing basic markup"),
    "TB102": ("Missing markup", "Pages missing basic markup"),
    "TB201": ("Unattributed image", "Images without attribution"),
}
WORKSHOP_LINE = re.compile(
    r"(\{\{(Trope Workshop|Tropeworkshop|YKTTW)\}\}|\[\[Category:Trope Workshop\]\])"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as the wiki shows it, its revisions newest first."""

    title: str
    exists: bool
    redirect: bool
    revisions: tuple[dict[str, Any], ...]
    templates: frozenset[str]
    categories: frozenset[str]

    @property
    def text(self) -> str:
        """The wikitext now; empty for a page that is not there."""
        return _text(self.revisions[0]) if self.revisions else ""

    @property
    def by_bot(self) -> tuple[dict[str, Any], ...]:
        """The bot's revisions."""
        return tuple(one for one in self.revisions if one["user"] == BOT)


def _text(revision: dict[str, Any]) -> str:
    return str(revision["slots"]["main"]["content"])


def _look(person: Person, title: str) -> Seen:
    page = person.query(
        titles=title,
        prop="info|revisions|templates|categories",
        rvprop="ids|user|content",
        rvslots="main",
        rvlimit=50,
        tllimit=500,
        cllimit=500,
    )["pages"][0]
    return Seen(
        title=title,
        exists=not page.get("missing", False),
        redirect=bool(page.get("redirect", False)),
        revisions=tuple(page.get("revisions", ())),
        templates=frozenset(one["title"].partition(":")[2] for one in page.get("templates", ())),
        categories=frozenset(one["title"].partition(":")[2] for one in page.get("categories", ())),
    )


def differences(wiki: Wiki) -> Iterator[str]:
    """One line for each thing that is not as the tables say."""
    person = Person(wiki.api)
    table = rows()
    yield from (f"{page}: has no row in EXPECTED.md" for page in without_row(table))
    for row in table:
        yield from (f"{row.page}: {said} ({row.why})" for said in _page_differences(person, row))
    yield from _told_differences(person, table)
    yield from _uncalled_for(person, table)


def without_row(table: Iterable[Row]) -> tuple[str, ...]:
    """The pages that people touched and that the tables do not name; a draft's talk goes with it."""
    touched: dict[str, None] = {}
    for step in content.recent():
        if step.action == "deletes":
            touched.pop(step.title)
        else:
            touched[step.title] = None
        if step.target:
            touched[step.target] = None
    named = {row.page for row in table}
    named |= {_talk(page) for page in named}
    return tuple(title for title in touched if title not in named)


def _page_differences(person: Person, row: Row) -> Iterator[str]:
    page = _look(person, row.target)
    if not page.exists:
        yield f"is not at “{row.target}”"
    elif row.patrol in ("leaves", "explains") and page.by_bot:
        yield "the bot has edited it"
    elif row.patrol == "explains":
        yield from _explanation_differences(person, row)
    elif row.patrol == "flags":
        yield from _flag_differences(page, row)
    elif row.patrol == "promotes":
        yield from _promotion_differences(person, page, row)


def _flag_differences(page: Seen, row: Row) -> Iterator[str]:
    template, category = FLAGS[row.code]
    if len(page.by_bot) != 1 or page.revisions[0]["user"] != BOT:
        yield f"{len(page.by_bot)} edits of the bot instead of one, the last"
        return
    if template not in page.templates or category not in page.categories:
        yield f"does not carry {{{{{template}}}}} and its category"
    before = _text(page.revisions[1])
    added = page.text.replace(before, "", 1) if before in page.text else page.text
    flag = re.fullmatch(rf"\{{\{{{re.escape(template)}\|([^{{}}]*)\}}\}}", added.strip())
    if flag is None:
        yield f"more has changed than the flag: {added!r}"
        return
    values = dict(part.split("=", 1) for part in flag[1].split("|"))
    said = html.unescape(values.get("missing", ""))
    if not values.get("date"):
        yield "the flag has no date"
    wanted = {element.casefold() for element in row.missing}
    named = {part.strip().casefold() for part in said.split(",")}
    if wanted and named != wanted:
        yield f"the flag says “{said}”, not “{', '.join(row.missing)}”"


def _explanation_differences(person: Person, row: Row) -> Iterator[str]:
    talk = _look(person, _talk(row.page))
    if len(talk.by_bot) != 1:
        yield f"{len(talk.by_bot)} sections of the bot on its talk page instead of one"
    elif f"“{row.page.partition(':')[2]}”" not in talk.text:
        yield f"its talk page does not say which title is at fault: {talk.text!r}"


def _talk(draft: str) -> str:
    return draft.replace("Trope Workshop:", "Trope Workshop talk:")


def _promotion_differences(person: Person, page: Seen, row: Row) -> Iterator[str]:
    draft = _look(person, row.page)
    if not draft.redirect or f"[[{row.target}]]" not in draft.text:
        yield f"“{row.page}” is no redirect to “{row.target}”"
    if page.revisions[-1]["user"] != row.told:
        yield "its history did not come along"
    if "Trope Workshop" in page.templates | page.categories:
        yield "still carries workshop markup"
    written = [step.text for step in content.recent() if step.title == row.page][-1]
    lines = [line for line in written.split("\n") if not WORKSHOP_LINE.fullmatch(line)]
    if page.text.rstrip("\n") != "\n".join(lines).rstrip("\n"):
        yield f"more has changed than the workshop markup: {page.text!r}"
    talk = _talk(row.page)
    if any(step.title == talk for step in content.recent()):
        moved = _look(person, f"Talk:{row.target}")
        if moved.redirect or not moved.exists:
            yield "its talk page did not come along"


def _told_differences(person: Person, table: Iterable[Row]) -> Iterator[str]:
    told: dict[str, set[str]] = defaultdict(set)
    for row in table:
        if row.told:
            told[row.told].add(row.target)
    named = {row.target for row in table if row.patrol != "leaves"}
    for name in (ADMIN, *EDITORS):
        talk = _look(person, f"User talk:{name}")
        if len(talk.by_bot) != bool(told[name]):
            yield f"{talk.title}: {len(talk.by_bot)} messages of the bot instead of one"
        elif talk.by_bot:
            position = talk.revisions.index(talk.by_bot[0])
            older = talk.revisions[position + 1 :]
            message = _text(talk.by_bot[0]).removeprefix(_text(older[0]) if older else "")
            said = {page for page in named if re.search(rf"\[\[:?{re.escape(page)}[\]|]", message)}
            for page in said ^ told[name]:
                yield f"{talk.title}: “{page}” is {'named' if page in said else 'not named'}"


def _uncalled_for(person: Person, table: Iterable[Row]) -> Iterator[str]:
    """Whatever the bot did to pages that no row gives it."""
    given = {row.target for row in table if row.patrol != "leaves"}
    given |= {row.page for row in table if row.patrol == "promotes"}
    given |= {_talk(page) for page in given}
    given |= {f"Talk:{page}" for page in given}
    given |= {f"User talk:{row.told}" for row in table if row.told}
    for done in traces(person):
        if done not in given:
            yield f"{done}: the bot has been there"


def traces(person: Person) -> tuple[str, ...]:
    """The titles of all that the bot did: a line for each edit and each log entry, newest first."""
    edits = person.query(list="usercontribs", ucuser=BOT, uclimit=500)["usercontribs"]
    log = person.query(list="logevents", leuser=BOT, lelimit=500)["logevents"]
    return tuple(str(one["title"]) for one in (*edits, *log))
