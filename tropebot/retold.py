"""What we have told people already, by edits that this ledger does not know: it is an old copy, put back.

Must not write to the wiki, and asks it nothing where the ledger knows whose edit a talk page ends with.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from tropebot.enforcer import MARK_MARGIN, Enforcer
from tropebot.ledger.news import News
from tropebot.ledger.strays import MARK
from tropebot.model import Kind, Page, Revision
from tropebot.wikitext.inert import link

HISTORY = 50
"""Revisions of one talk page that are looked through for ours."""

ANY_TIME = datetime.min.replace(tzinfo=UTC)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an unknown edit of ours added to a page."""

    text: str
    at: datetime


def said_unknown(enforcer: Enforcer, page: Page | None) -> tuple[Said, ...]:
    """What we added to a page by edits that this ledger does not know."""
    if page is None or not _may_be_ours(enforcer, page):
        return ()
    reader, strays = enforcer.reader, enforcer.ledger.strays
    ours = [
        each
        for each in reader.fetch_history(page.page_id, HISTORY)
        if each.user == enforcer.gate.account
        and (mark := MARK.match(each.comment))
        and not strays.sent(mark[0])
    ]
    wanted = {rev for each in ours for rev in (each.rev_id, each.parent_id) if rev}
    texts = reader.fetch_revisions(sorted(wanted)) if wanted else {}
    return tuple(
        Said(text=_added(texts.get(each.parent_id), texts.get(each.rev_id)), at=each.timestamp)
        for each in ours
    )


def told_already(enforcer: Enforcer, rows: Sequence[News], page: Page | None) -> frozenset[int]:
    """The numbers of those news that stand on the talk page already.

    A message tells its reader everything that had happened by then; so one that names one of the pages
    told of all.
    """
    told: set[int] = set()
    for said in said_unknown(enforcer, page):
        before = [row for row in rows if _happened(enforcer, row) <= said.at + MARK_MARGIN]
        if any(link(row.title) in said.text for row in before):
            told |= {row.number for row in before}
    return frozenset(told)


def _may_be_ours(enforcer: Enforcer, page: Page) -> bool:
    """Whether an unknown edit of ours was seen on the page, or is its last one."""
    if enforcer.ledger.strays.of_page(page.page_id) is not None:
        return True
    return page.user == enforcer.gate.account and not enforcer.ledger.intents.made(page.rev_id)


def _happened(enforcer: Enforcer, row: News) -> datetime:
    """When that of which the news tell was written down; where nobody knows that, at any time."""
    kind, subject = (Kind.MOVE, row.target) if row.target else (Kind.FLAG, row.subject)
    effect = enforcer.ledger.intents.find(kind, row.page_id, subject, row.episode)
    return effect.planned_at if effect else ANY_TIME


def _added(before: Revision | None, after: Revision | None) -> str:
    """The lines that an edit added; empty where its text is hidden."""
    if after is None or after.text is None:
        return ""
    old = set((before.text or "").split("\n")) if before else set()
    return "\n".join(line for line in after.text.split("\n") if line not in old)
