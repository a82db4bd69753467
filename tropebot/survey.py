"""Looks at every draft of the Workshop, now, on the wiki: what `tropebot workshop` shows.

Must not write on the wiki. Into the ledger go only the histories that were read, and only if no run works.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.draftfacts import DraftFacts
from tropebot.drafts import with_past
from tropebot.errors import LockHeld
from tropebot.ledger import Ledger
from tropebot.model import Authorship, Page, Person
from tropebot.patrol import Patrol
from tropebot.policy.force import PolicyInForce
from tropebot.ports import WikiReader
from tropebot.promotion import Draft, Hold, Origin, origin_readiness, readiness
from tropebot.rulestates import force_now
from tropebot.titles import deletion_asked, with_deletion, with_titles, with_what_is_there
from tropebot.workshop import DraftState, in_order, measure

SLICE = 500
"""Pages of the namespace that are asked for at a time."""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """All drafts, by what policy, and when (server time)."""

    drafts: tuple[DraftState, ...]
    force: PolicyInForce
    at: datetime


def survey(of: Patrol) -> Survey:
    """Every draft as it stands now, the ready ones first; raises as a run of the patrol does."""
    scratch = of.ledger.scratch_copy()
    try:
        gate, _, force = force_now(of, scratch)
        now = gate.server_time()
        facts = DraftFacts(of.reader, scratch, force, of.account)
        ids = tuple(draft_ids(of.reader, force))
        pages = facts.completed(of.reader.fetch_pages_by_id(ids), now=now, lives=True)
        states = draft_states(of, [page for page in pages.values() if page], force, scratch, now)
    finally:
        scratch.close()
    _remember(of, states, force, now)
    return Survey(drafts=in_order(states), force=force, at=now)


def draft_ids(reader: WikiReader, force: PolicyInForce) -> Iterator[int]:
    """The pages of the Workshop's namespace; a page that is only in its category is no draft."""
    for namespace in sorted(force.workshop):
        after = ""
        while True:
            found, after = reader.fetch_page_ids(namespace=namespace, after=after, limit=SLICE)
            yield from found
            if not after:
                break


def draft_states(
    of: Patrol, pages: Sequence[Page], force: PolicyInForce, scratch: Ledger, now: datetime
) -> list[DraftState]:
    """Those of the pages that are drafts, as they stand; what the ledger knows comes from its copy."""
    drafts: list[Draft] = []
    codes: dict[int, frozenset[str]] = {}
    kept_off: dict[int, str] = {}
    for page in pages:
        draft = of.judge.draft(page, force)
        if draft is None or draft.subpage:
            continue
        created = page.life.created if page.life else None
        drafts.append(replace(with_past(draft, scratch), created=created))
        judged = of.judge.judged(page, force)
        codes[page.page_id] = frozenset(finding.code for finding in judged.findings)
        if judged.no_edit:
            kept_off[page.page_id] = f"held-{judged.no_edit}"
    names = {draft.page.life.creator for draft in drafts if draft.page.life} - {""}
    people = of.reader.fetch_people(sorted(names)) if names else {}
    ready: list[Draft] = []
    others: list[Draft] = []
    for draft in drafts:
        held = readiness(draft, force.policy.workshop, now=now).holds
        (others if held else ready).append(draft)
    drafts = with_titles(ready, of.reader, others=others)
    drafts = with_what_is_there(drafts, of.reader, lambda page: of.judge.kind(page, force))
    return [
        _kept_off(
            _state(
                _with_deletion(draft, of, force, now), codes[draft.page.page_id], people, force, now
            ),
            kept_off.get(draft.page.page_id, ""),
        )
        for draft in drafts
    ]


def _kept_off(state: DraftState, why: str) -> DraftState:
    """The draft's state where its page says that no bot may edit it, and so none may move it."""
    return replace(state, holds=(*state.holds, Hold(message=why))) if why else state


def _with_deletion(draft: Draft, of: Patrol, force: PolicyInForce, now: datetime) -> Draft:
    """Asked only of drafts that are ready else: it is a request for each."""
    workshop = force.policy.workshop
    if readiness(draft, workshop, now=now).holds:
        return draft
    title = deletion_asked(draft, workshop)
    return with_deletion(draft, of.reader.fetch_deletion(title), draft.created) if title else draft


def _state(
    draft: Draft,
    codes: frozenset[str],
    people: Mapping[str, Person],
    force: PolicyInForce,
    now: datetime,
) -> DraftState:
    workshop, life = force.policy.workshop, draft.page.life
    answers = [readiness(draft, workshop, now=now)]
    if life is not None:
        person = people.get(life.creator)
        author = Authorship(user=life.creator, user_id=0, created=life.created) if person else None
        origin = Origin(authorship=author, person=person)
        answers.append(origin_readiness(origin, workshop, now=now))
    holds = [hold for each in answers for hold in each.holds]
    if any(each.promotes for each in force.breaks):
        holds.append(Hold(message="held-broken"))
    return DraftState(
        draft=draft,
        holds=tuple(holds),
        again=max((each.again for each in answers if each.again), default=None),
        life=life,
        stale="TB301" in codes,
        over_limit="TB302" in codes,
    )


def _remember(
    of: Patrol, states: Sequence[DraftState], force: PolicyInForce, now: datetime
) -> None:
    """Keep what was read for the next look, unless a run works: that one reads for itself."""
    by = measure(force.policy.workshop.stale)
    try:
        with of.lock(), of.ledger.transaction():
            for state in states:
                page = state.draft.page
                if state.life is not None:
                    of.ledger.drafts.note(page.page_id, page.rev_id, state.life, measure=by, at=now)
                of.ledger.drafts.stands(
                    page.page_id,
                    title=page.title,
                    works=state.draft.works,
                    minimum=state.draft.minimum,
                    ready=state.ready,
                    holds=state.holds,
                    at=now,
                )
    except LockHeld:
        return
