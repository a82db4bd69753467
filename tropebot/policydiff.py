"""Tries a policy: judges pages by it and by the one in force, and says what would change. Reads only.

Must not write on the wiki or into the ledger, and decides nothing: `comparison` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.comparison import Difference, Outcome, differences, outcome
from tropebot.draftfacts import DraftFacts
from tropebot.errors import ConfigError
from tropebot.ledger import Ledger
from tropebot.model import Page
from tropebot.patrol import Patrol
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Policy
from tropebot.rulestates import force_now
from tropebot.survey import draft_states

CHUNK = 500
"""Pages read at a time."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: ``pages`` were judged by both policies."""

    pages: int
    differences: tuple[Difference, ...]


def try_policy(of: Patrol, new: Policy, *, titles: Sequence[str] = (), recent: int = 0) -> Trial:
    """What would change if ``new`` stood in place of the policy in force.

    Of the pages with these titles, or, where there are none, of those with open findings and of the
    ``recent`` that changed last. Raises `ConfigError` for a title without a page, and as a run of the patrol.
    """
    scratch = of.ledger.scratch_copy()
    try:
        _, poll, force = force_now(of, scratch)
        facts = of.reader.fetch_facts(new)
        forces = (force, replace(force, policy=new, facts=facts, source="trial"))
        found: list[Difference] = []
        judged = 0
        for pages, total in _pages(of, scratch, titles, recent):
            judged += len(pages)
            before, after = (
                _outcomes(of, pages, each, scratch, poll.server_time) for each in forces
            )
            for page in pages:
                found += differences(before[page.page_id], after[page.page_id])
            of.progress(judged, total)
        return Trial(pages=judged, differences=tuple(found))
    finally:
        scratch.close()


def _pages(
    of: Patrol, scratch: Ledger, titles: Sequence[str], recent: int
) -> Iterator[tuple[tuple[Page, ...], int]]:
    """The pages, some at a time, and how many there may be in all."""
    if titles:
        by_title = of.reader.fetch_pages(titles)
        if missing := [title for title in titles if by_title.get(title) is None]:
            raise ConfigError(f"The wiki has no page “{'”, “'.join(missing)}”: check the spelling.")
        yield (
            tuple({page.page_id: page for page in by_title.values() if page}.values()),
            len(titles),
        )
        return
    ids = dict.fromkeys(scratch.pages.with_findings(after=0, limit=10**9))
    ids |= dict.fromkeys(of.reader.fetch_recent(recent) if recent else ())
    for start in range(0, len(ids), CHUNK):
        found = of.reader.fetch_pages_by_id(tuple(ids)[start : start + CHUNK])
        yield tuple(page for page in found.values() if page), len(ids)


def _outcomes(
    of: Patrol, pages: Sequence[Page], force: PolicyInForce, scratch: Ledger, now: datetime
) -> Mapping[int, Outcome]:
    """Each page by one policy, drafts among them with what that policy asks of drafts."""
    facts = DraftFacts(of.reader, scratch, force, of.account)
    completed = facts.completed({page.page_id: page for page in pages}, now=now)
    whole = [page for page in completed.values() if page]
    drafts = {
        state.draft.page.page_id: state.holds
        for state in draft_states(of, whole, force, scratch, now)
    }
    return {
        page.page_id: outcome(
            of.judge.judged(page, force),
            scratch.pages.past(page.page_id),
            force,
            holds=drafts.get(page.page_id),
        )
        for page in whole
    }
