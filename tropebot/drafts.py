"""The drafts of one pass: which are ready, what holds the others, and the promotion of those that may move.

Must not decide what makes a draft ready (`promotion` does) or carry a promotion out (`promoter`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from msgspec.structs import replace

from tropebot.draftfacts import DraftFacts
from tropebot.enforcer import Enforcer
from tropebot.ledger import Ledger
from tropebot.ledger.changes import Work
from tropebot.model import Authorship, Page, TitleInfo
from tropebot.origins import first_authors, only_author
from tropebot.planning import ONLY_REPORTED, Judged, why_left_alone, why_not
from tropebot.policy.force import PolicyInForce
from tropebot.promoter import PROMOTED, Promoter, text_hash
from tropebot.promotion import (
    Draft,
    Hold,
    Origin,
    Promotion,
    Step,
    for_people,
    origin_readiness,
    readiness,
)
from tropebot.recipients import has_talk_pages, talk_title
from tropebot.refusals import Refusals
from tropebot.runreport import DraftReport
from tropebot.titles import deletion_asked, with_deletion, with_titles, with_what_is_there

Key = TypeVar("Key")
Candidate = tuple[Draft, tuple[Hold, ...]]
"""A draft that nothing in its text holds, and what holds it for other reasons than its title."""

_WAITING = "waiting-drafts"
"""The ledger's note of the drafts that wait for a person, each with what was said of it."""

SWITCHED_OFF = "held-switched-off"

LATER = timedelta(days=1)
"""When what could not be judged in full, because something is broken, is judged again."""


class DraftJudge(Protocol):
    """The page as a draft; `judgement.py` has it."""

    def draft(self, page: Page, force: PolicyInForce) -> Draft | None:
        """Without what only wiki and ledger know; ``None`` for what is no draft."""

    def judged(self, page: Page, force: PolicyInForce) -> Judged:
        """Any page, as the planner needs it."""

    def kind(self, page: Page, force: PolicyInForce) -> str:
        """The type of any page; empty where it is not known."""


@dataclass
class Drafts:
    """The drafts of one pass; ``reports`` are by page id."""

    enforcer: Enforcer
    judge: DraftJudge
    reports: dict[int, DraftReport] = field(default_factory=dict)
    deferred: int = 0
    promoter: Promoter = field(init=False)
    _gone: set[int] = field(default_factory=set)
    _authors: dict[int, Authorship | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger, self.force = self.enforcer.ledger, self.enforcer.force
        self.promoter = Promoter(self.enforcer, self._still_ready, self._why_not)
        self._refusals = Refusals(self.enforcer)
        gate, reader = self.enforcer.gate, self.enforcer.reader
        self._facts = DraftFacts(reader, self.ledger, self.force, gate.account)

    def completed(self, pages: Mapping[Key, Page | None]) -> dict[Key, Page | None]:
        """The pages, drafts among them with what stands elsewhere about them."""
        return self._facts.completed(pages, now=self._now())

    def candidate(self, draft: Draft, judged: Judged, *, too_old: bool) -> list[Candidate]:
        """The draft if nothing but title and author may hold it; what holds it is reported."""
        workshop, page = self.force.policy.workshop, draft.page
        if workshop.promote == "no":
            return []
        created = self._created(page.page_id) if workshop.min_age_hours else None
        draft = replace(with_past(draft, self.ledger), created=created)
        ready = readiness(draft, workshop, now=self._now())
        if ready.again:
            self.ledger.changes.add(Work(page_id=page.page_id, reason="quiet"), due=ready.again)
        self._report(draft, ready.holds)
        if not (ready.ready or for_people(ready.holds)):
            self._refusals.drop(page.page_id)
            return []
        return [(draft, tuple(self._other_holds(judged, too_old=too_old)))]

    def _other_holds(self, judged: Judged, *, too_old: bool) -> Iterator[Hold]:
        """What keeps the bot off a draft that is ready: the page itself, a break, the policy."""
        if why := why_left_alone(judged, self.force, too_old=too_old):
            yield Hold(message=why)
        if any(each.promotes for each in self.force.breaks):
            yield Hold(message="held-broken")
        if self._only_reports:
            switched_off = "promote" in self.enforcer.gate.off.actions
            yield Hold(message=SWITCHED_OFF if switched_off else ONLY_REPORTED)

    @property
    def _only_reports(self) -> bool:
        policy = self.force.policy
        return policy.mode == "report" or policy.workshop.promote == "report"

    def told(self) -> tuple[DraftReport, ...]:
        """The reports of the pass; those of drafts that newly wait for a person are marked so, once."""
        changes = self.ledger.changes
        known: dict[str, str] = json.loads(changes.note(_WAITING) or "{}")
        waiting = {str(key): each.sentence() for key, each in self.reports.items() if each.waits}
        told = tuple(
            replace(each, new=str(key) in waiting and known.get(str(key)) != waiting[str(key)])
            for key, each in self.reports.items()
        )
        judged = {*map(str, self.reports), *map(str, self._gone)}
        now = {key: said for key, said in known.items() if key not in judged} | waiting
        if now != known:
            changes.set_note(_WAITING, json.dumps(now))
        return told

    def no_draft(self, page_id: int) -> None:
        """The page is no draft, or no longer one: nothing is to be told of it as such."""
        self._gone.add(page_id)
        self._refusals.drop(page_id)
        self.ledger.drafts.forget([page_id])

    def promote(self, candidates: Sequence[Candidate]) -> None:
        """Ask the wiki for titles and authors of all that are ready, then promote one after the other."""
        drafts = with_titles([draft for draft, _ in candidates], self.enforcer.reader)
        drafts = with_what_is_there(drafts, self.enforcer.reader, self._kind)
        holds = self._all_holds(drafts, [mine for _, mine in candidates])
        acts = self.force.policy.workshop.promote == "act"
        free = [
            draft
            for draft in drafts
            if draft.target and _no_more_than_reported(holds[draft.page.page_id])
        ]
        origins = self._origins(free[: self._room()])
        for draft in drafts:
            page_id = draft.page.page_id
            again = None
            if page_id in origins:
                workshop = self.force.policy.workshop
                answer = origin_readiness(origins[page_id], workshop, now=self._now())
                holds[page_id], again = (*answer.holds, *holds[page_id]), answer.again
            self._report(draft, holds[page_id])
            if holds[page_id] or draft.target is None or not acts:
                if not acts or self._refusals.tell(draft, holds[page_id]):
                    self._put_off(page_id, again)
                else:
                    self.deferred += 1
            elif page_id not in origins or not self._room():
                self.deferred += 1
            elif now := self._as_it_is_now(draft):
                self._begin(now, draft.target)
            else:
                self.deferred += 1

    def _as_it_is_now(self, draft: Draft) -> Draft | None:
        """The draft with the text that it has since a promotion of this pass led its links on.

        ``None`` where that is no longer the draft that was ready: it is judged again.
        """
        page_id = draft.page.page_id
        if page_id not in self.promoter.led_on:
            return draft
        page = self.enforcer.fetch_by_id([page_id])[page_id]
        now = self.judge.draft(page, self.force) if page else None
        if now is None or self._holds(now, ()):
            return None
        return replace(now, target=draft.target)

    def _begin(self, draft: Draft, target: TitleInfo) -> None:
        with self.ledger.transaction():
            self._refusals.drop(draft.page.page_id)
            self.ledger.changes.judged(draft.page.page_id)
            promotion = self.promoter.begin(draft, target.title)
        self.promoter.go_on(promotion)

    def _all_holds(
        self, drafts: list[Draft], others: Sequence[tuple[Hold, ...]]
    ) -> dict[int, tuple[Hold, ...]]:
        """What holds each draft; of those that could move now, also whether their titles were deleted."""
        room, holds = self._room(), {}
        for number, (draft, mine) in enumerate(zip(drafts, others, strict=True)):
            found = self._holds(draft, mine)
            if room > 0 and _no_more_than_reported(found):
                drafts[number] = self._with_background(draft)
                found = self._holds(drafts[number], mine)
                room -= 1 if found == mine else 0
            holds[draft.page.page_id] = found
        return holds

    def _with_background(self, draft: Draft) -> Draft:
        """With the last deletion under its title; the same query tells who began the draft."""
        page, title = draft.page, deletion_asked(draft, self.force.policy.workshop)
        begun = only_author(page)
        if not title:
            return draft
        author, gone = self.enforcer.reader.fetch_background(0 if begun else page.page_id, title)
        self._authors[page.page_id] = author = begun or author
        return with_deletion(draft, gone, author.created if author else None)

    def _kind(self, page: Page) -> str:
        return self.judge.kind(page, self.force)

    def _holds(self, draft: Draft, mine: tuple[Hold, ...]) -> tuple[Hold, ...]:
        return (*readiness(draft, self.force.policy.workshop, now=self._now()).holds, *mine)

    def _room(self) -> int:
        """How many promotions may still begin in this pass; each takes two writes at least."""
        left = self.force.policy.limits.promotions_per_run - self.promoter.promoted
        return max(left, 0) if self.enforcer.room(2) else 0

    def _origins(self, drafts: Sequence[Draft]) -> dict[int, Origin]:
        """Who began these drafts, and how those accounts stand now: asked once for each promotion.

        They are the people who will be told, so their talk pages come along.
        """
        found = {draft.page.page_id: self._author(draft.page) for draft in drafts}
        with self.ledger.transaction():
            for page_id, each in found.items():
                if each is not None:
                    self.ledger.pages.set_author(page_id, each)
        told = self.force.policy.notify.enabled and has_talk_pages(self.force)
        talks = {
            each.user: talk_title(each.user, self.force) if told else ""
            for each in found.values()
            if each is not None
        }
        enforcer = self.enforcer
        people, _ = enforcer.acquaintances.meet(talks, enforcer.reader, enforcer.clock)
        return {
            page_id: Origin(authorship=each, person=people.get(each.user) if each else None)
            for page_id, each in found.items()
        }

    def _author(self, page: Page) -> Authorship | None:
        """Who made a draft: a page with one revision says it itself, and that nothing is hidden."""
        if page.page_id in self._authors:
            return self._authors[page.page_id]
        return only_author(page) or self.enforcer.reader.fetch_background(page.page_id, "")[0]

    def _put_off(self, page_id: int, again: datetime | None) -> None:
        """The draft stays; it is judged again when it changes, or when time alone may let it go."""
        with self.ledger.transaction():
            self.ledger.changes.judged(page_id)
            if again:
                self.ledger.changes.add(Work(page_id=page_id, reason="author"), due=again)
            if self.force.broken:
                later = self._now() + LATER
                self.ledger.changes.add(Work(page_id=page_id, reason="broken"), due=later)

    def _still_ready(self, page: Page, promotion: Promotion) -> bool:
        """Whether a draft that was edited between strip and move would have been promoted all the same."""
        namespace = next(iter(self.force.workshop), 0)
        page = self._facts.with_talk(page)
        as_draft = replace(page, title=promotion.title, namespace=namespace)
        draft = self.judge.draft(as_draft, self.force)
        if draft is None:
            return False
        return readiness(draft, self.force.policy.workshop, now=self._now()).ready

    def _why_not(self, page: Page) -> str:
        """Why a page that links to a draft may not be edited for it."""
        return why_not(self.judge.judged(page, self.force), self.force, too_old=False)

    def _created(self, page_id: int) -> datetime | None:
        author = first_authors([page_id], self.ledger, self.enforcer.reader).get(page_id)
        return author.created if author else None

    def _report(self, draft: Draft, holds: tuple[Hold, ...]) -> None:
        report = DraftReport(
            title=draft.page.title, works=draft.works, minimum=draft.minimum, holds=holds
        )
        self.reports[draft.page.page_id] = report
        self.ledger.drafts.stands(
            draft.page.page_id,
            title=report.title,
            works=report.works,
            minimum=report.minimum,
            ready=report.ready,
            # what keeps only the bot off is not the draft's, and a look at the Workshop does not know it
            holds=[hold for hold in holds if not hold.message.startswith("held-")],
            at=self._now(),
        )

    def _now(self) -> datetime:
        return self.enforcer.gate.server_time()


def _no_more_than_reported(holds: Sequence[Hold]) -> bool:
    """Whether nothing holds a draft but a policy, or a run page, that only has it reported."""
    return all(each.message in (ONLY_REPORTED, SWITCHED_OFF) for each in holds)


def with_past(draft: Draft, ledger: Ledger) -> Draft:
    """The draft with what the ledger knows of attempts to promote it."""
    page_id, hashed = draft.page.page_id, text_hash(draft.page.text)
    tried = ledger.promotions.of_page(page_id)
    return replace(
        draft,
        promoted_before=PROMOTED in ledger.pages.noes(page_id)
        or any(each.step is Step.PROMOTED for each in tried),
        refused_before=any(
            each.step is Step.REFUSED and each.text_hash == hashed for each in tried
        ),
    )
