"""Since when flags stand on a page: ours by the ledger, those of people by the page's own history.

Must not write to the wiki, and reads a bounded part of a history: of a flag that has stood for longer it says
how long it has stood at the least.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.enforcer import Enforcer
from tropebot.model import Page
from tropebot.planning import Judged, Past
from tropebot.rounds import Judge

HISTORY = 50
"""Newest revisions of one page that are read with their texts, in one request."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A flag on a page: since when (server time), whether the bot put it on, and its key's number."""

    template: str
    since: datetime
    ours: bool
    episode: int


def standing_flags(
    enforcer: Enforcer, judge: Judge, judged: Judged, past: Past, wanted: dict[str, str]
) -> tuple[Standing, ...]:
    """Those of the ``wanted`` flags that are on the page; each with a code that it is for and that stands."""
    page = judged.page
    ours = enforcer.ledger.pages.flagged_at(page.page_id)
    found: list[Standing] = []
    for template, code in sorted(wanted.items()):
        flag, episode = past.flags.get(template), past.episodes.get(code)
        if flag is not None and template in ours:
            found.append(
                Standing(template=template, since=ours[template], ours=True, episode=flag.episode)
            )
        elif flag is None and template in judged.present and episode is not None:
            since = _since(enforcer, judge, page, template)
            found.append(
                Standing(template=template, since=since, ours=False, episode=episode.number)
            )
    return tuple(found)


def _since(enforcer: Enforcer, judge: Judge, page: Page, template: str) -> datetime:
    """When the flag was put on that has been there in every revision since, as far back as is read."""
    history = enforcer.reader.fetch_history(page.page_id, HISTORY)
    texts = enforcer.reader.fetch_revisions([each.rev_id for each in history])
    since = enforcer.gate.server_time()
    for each in history:
        revision = texts.get(each.rev_id)
        if revision is None or revision.text is None:
            continue  # hidden: what stood then is not told
        then = replace(page, text=revision.text, templates=None, categories=None)
        if template not in judge.judged(then, enforcer.force).present:
            break
        since = each.timestamp
    return since
