"""Judges the pages that are due and has done what the plan says, one page after the other.

Must not read recent changes or the policy page (`patrol` does), and decides nothing: `planning` and
`promotion` do.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace

from tropebot.breakers import Breakers
from tropebot.drafts import LATER, Candidate, Drafts
from tropebot.enforcer import Enforcer
from tropebot.ledger.changes import BY_HAND, NEW, RENEWAL, STANDING, Work
from tropebot.ledger.news import finding_row
from tropebot.model import Finding, Page
from tropebot.origins import only_author, with_pasts
from tropebot.pageacts import PageActs
from tropebot.planning import (
    Judged,
    Past,
    Plan,
    Texts,
    flag_news,
    is_news,
    only_reported,
    plan,
    standing_codes,
)
from tropebot.policy.force import PolicyInForce
from tropebot.policy.health import fills
from tropebot.promoter import Promoter
from tropebot.promotion import Draft
from tropebot.runreport import DraftReport, HeldReport
from tropebot.strays import Strays

log = logging.getLogger(__name__)

CHUNK = 500
"""Pages read at a time; the reader makes as many queries of it as the account's limits ask for."""

ROUNDS = 4
"""How often one page is judged in a pass: again after a conflict, or where one edit made way for the next."""

ALL = 10**9


class Judge(Protocol):
    """Judgement as pure functions of a page and the policy in force; `judgement.py` has it."""

    def judged(
        self,
        page: Page,
        force: PolicyInForce,
        *,
        hooks: frozenset[str] = ...,
        standing: frozenset[str] = ...,
    ) -> Judged: ...

    def asks_past(self, page: Page, force: PolicyInForce) -> bool:
        """Whether it makes a difference to the verdict if the page ever was a draft."""

    def texts(self, force: PolicyInForce) -> Texts: ...

    def kind(self, page: Page, force: PolicyInForce) -> str:
        """The page's type by name; empty where it is not known."""

    def draft(self, page: Page, force: PolicyInForce) -> Draft | None:
        """The page as a draft, without what only wiki and ledger know; ``None`` if it is none."""


@dataclass
class Rounds:
    """The pages of one pass; ``progress`` hears how many are done, and of how many."""

    enforcer: Enforcer
    judge: Judge
    progress: Callable[[int, int], None] = lambda *_: None
    workshop: Drafts = field(init=False)
    breakers: Breakers = field(init=False)
    findings: dict[int, tuple[Finding, ...]] = field(default_factory=dict)
    held: dict[int, list[HeldReport]] = field(default_factory=dict)
    reported: list[Finding] = field(default_factory=list)
    drafts: dict[int, DraftReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    verdicts: Counter[str] = field(default_factory=Counter)
    filling: dict[str, bool] = field(default_factory=dict)
    deferred: int = 0
    _total: int = 0

    def __post_init__(self) -> None:
        self.ledger, self.force = self.enforcer.ledger, self.enforcer.force
        self.texts = self.judge.texts(self.force)
        self.workshop = Drafts(self.enforcer, self.judge, self.drafts)
        self.breakers = Breakers(self.ledger, self.force, self.notes)
        self.strays = Strays(self.enforcer, self.judge.judged)
        self.acts = PageActs(self.enforcer, self.judge)

    @property
    def promoter(self) -> Promoter:
        """The promotions of the pass."""
        return self.workshop.promoter

    def work(self, limit: int | None) -> None:
        """Judge what is due; pages that come back during the pass are judged again, a few times."""
        if self.force.policy.mode == "act":
            self.promoter.resume()
        todo = self.ledger.changes.due(self.enforcer.gate.server_time(), limit or ALL)
        asked = {item.page_id for item in todo}
        self._total = len(asked)
        for _ in range(ROUNDS):
            for start in range(0, len(todo), CHUNK):
                self._chunk(todo[start : start + CHUNK])
            due = self.ledger.changes.due(self.enforcer.gate.server_time(), ALL)
            todo = [item for item in due if item.page_id in asked and self._room()]
            if not todo or self.enforcer.rehearsing:
                return
        self.deferred += len(todo)

    def promote(self, titles: Sequence[str]) -> None:
        """Promote the named drafts if they are ready; what holds one is in ``drafts``."""
        if self.force.policy.mode == "act":
            self.promoter.resume()
        ready: list[Candidate] = []
        found = self.workshop.completed(self.enforcer.reader.fetch_pages(titles))
        for title, page in found.items():
            draft = self.judge.draft(page, self.force) if page else None
            if page is None:
                self.notes.append(f"“{title}” does not exist.")
            elif draft is None:
                self.notes.append(f"“{title}” is no draft of the Workshop.")
            else:
                self.pages.add(page.page_id)
                judged = self.judge.judged(page, self.force)
                self.strays.look(judged)
                self.strays.remember(judged, at=self.enforcer.gate.server_time())
                ready += self.workshop.candidate(draft, judged, too_old=False)
        self.workshop.promote(ready)

    # One page.

    def _chunk(self, items: Sequence[Work]) -> None:
        pages = self.workshop.completed(
            self.enforcer.reader.fetch_pages_by_id([item.page_id for item in items])
        )
        self._note_templates(pages.values())
        promoting = {each.page_id for each in self.ledger.promotions.open()}
        pages |= self._with_pasts(items, pages)
        todo: list[tuple[Work, Judged]] = []
        for item in items:
            page = pages[item.page_id]
            if page is None:
                self._gone(item.page_id)
            elif page.page_id in promoting:
                self.ledger.changes.judged(page.page_id)
            else:
                judged = self._judged(item, page)
                todo.append((item, judged))
        fresh = [
            judged
            for item, judged in todo
            if not (self._too_old(item) or self._resting(item, judged.page))
        ]
        self.breakers.look(fresh, self.enforcer.gate.server_time())
        ready: list[Candidate] = []
        for item, judged in todo:
            ready += self._page(item, judged)
            self.progress(len(self.pages), self._total)
        self.workshop.promote(ready)

    def _judged(self, item: Work, page: Page) -> Judged:
        """What the rules say that are asked after such a change; in full where our own past is unknown."""
        hooks = item.hooks
        if self.ledger.strays.of_page(page.page_id) is not None:
            hooks = frozenset()
        past = self.ledger.pages.past(page.page_id)
        standing = standing_codes(past, self.force)
        return self.judge.judged(page, self.force, hooks=hooks, standing=standing)

    def _with_pasts(
        self, items: Sequence[Work], pages: Mapping[int, Page | None]
    ) -> dict[int, Page | None]:
        """Pages seen being made, with whether they ever were drafts; where it makes no difference, none."""
        new = [pages[item.page_id] for item in items if item.reason == NEW]
        asked = [page for page in new if page and self.judge.asks_past(page, self.force)]
        return {page.page_id: page for page in with_pasts(asked, self.force, self.enforcer.reader)}

    def _page(self, item: Work, judged: Judged) -> list[Candidate]:
        page = judged.page
        self.pages.add(page.page_id)
        self.findings[page.page_id] = judged.findings
        codes = sorted({finding.code for finding in judged.findings})
        log.info(
            "Judged “%s” at revision %d: %s",
            page.title,
            page.rev_id,
            ", ".join(codes) or (f"exempt ({judged.exempt})" if judged.exempt else "nothing found"),
            extra={"action": "page_judged", "page": page.title, "rules": codes},
        )
        self.verdicts[_verdict(judged)] += 1
        self.notes += judged.notes
        self._note_filling(page)
        for intent in self.ledger.intents.open(page.page_id):
            self.enforcer.arrived(intent)
        too_old = self._too_old(item)
        self.strays.look(judged)
        with self.ledger.transaction():
            unedited = item.reason in (RENEWAL, STANDING)
            known = self.ledger.pages.past(page.page_id).episodes.keys()
            past = self._remember(judged, renewed=unedited)
            todo = plan(
                judged,
                past,
                self.force,
                self.texts,
                now=self.enforcer.gate.server_time(),
                too_old=too_old,
                resting=self._resting(item, page),
                breakers=self.breakers.open,
            )
            self.ledger.changes.judged(page.page_id)
            draft = self.judge.draft(page, self.force)
            ready = self.workshop.candidate(draft, judged, too_old=too_old) if draft else []
            if draft is None:
                self.workshop.no_draft(page.page_id)
            if ready:
                self.ledger.changes.add(item)
            if judged.again_at:
                reason = NEW if item.reason == NEW else "grace"
                self.ledger.changes.add(replace(item, reason=reason), due=judged.again_at)
            if self.force.broken:
                self._put_off(item)
            self.acts.write_down(page, todo, past)
            self._have_told(page, todo, past)
        self.held[page.page_id] = [
            HeldReport(
                title=page.title, held=each, new=is_news(each, past, known, unedited=unedited)
            )
            for each in todo.held
        ]
        self._act(item, page, todo, past)
        return ready

    def _note_templates(self, pages: Iterable[Page | None]) -> None:
        """Which templates exist, for the passes to come."""
        read = [page for page in pages if page]
        there = {title for page in read for title in page.templates or ()}
        missing = {title for page in read for title in page.missing_templates}
        self.ledger.templates.seen(there - missing, self.enforcer.gate.server_time())

    def _note_filling(self, page: Page) -> None:
        """Whether a draft stands in the drafts' category, if it says anything about that."""
        filled = fills(page, self.force)
        if filled is not None:
            self.filling[page.title] = filled

    def _put_off(self, item: Work) -> None:
        """What could not be judged because something is broken is judged in a day, or when it is mended."""
        reason = item.reason if item.reason in (NEW, STANDING) else "broken"
        due = self.enforcer.gate.server_time() + LATER
        self.ledger.changes.add(replace(item, reason=reason), due=due)

    def _remember(self, judged: Judged, *, renewed: bool = False) -> Past:
        """Episodes and flags as the page shows them now; of an exempt page nothing new is known.

        What is found because something else changed (``renewed``) is nobody's doing on this page.
        """
        page, pages = judged.page, self.ledger.pages
        if not judged.exempt:
            now = self.enforcer.gate.server_time()
            new = pages.observe(
                page.page_id,
                {finding.code for finding in judged.findings},
                unjudged=judged.unjudged,
                rev_id=page.rev_id,
                at=now,
            )
            pages.describe(page, judged.findings)
            self.reported += [
                finding
                for finding in judged.findings
                if finding.code in new and only_reported(finding.code, self.force)
            ]
            self.strays.remember(judged, at=now)
            if author := only_author(page):
                pages.set_author(page.page_id, author)
            news = flag_news(judged, pages.past(page.page_id), self.force)
            pages.note_flags(page.page_id, news, at=now)
            pages.note_undone_fixes(page.page_id, () if renewed else new, at=now)
        return pages.past(page.page_id)

    def _have_told(self, page: Page, todo: Plan, past: Past) -> None:
        """What is only told of this page: once for each episode, and no more once that has ended."""
        words = self.force.policy.actions.items()
        news, codes = self.ledger.news, [code for code, word in words if word == "tell"]
        if codes:
            news.forget_ended(page.page_id, codes, "no longer so")
        for finding in todo.told:
            if episode := past.episodes.get(finding.code):
                news.add(
                    page_id=page.page_id,
                    subject=finding.code,
                    episode=episode.number,
                    title=page.title,
                    findings=[finding_row(finding)],
                )

    def _act(self, item: Work, page: Page, todo: Plan, past: Past) -> None:
        """Have the plan carried out as far as it can be now; the page comes again for the rest."""
        self.deferred += not self.acts.carry_out(page, todo, past, again=item)

    def _gone(self, page_id: int) -> None:
        """The page is no longer on the wiki."""
        with self.ledger.transaction():
            self.ledger.pages.forget(page_id, at=self.enforcer.gate.server_time())
            self.acts.give_up(page_id, "the page is gone")
            self.workshop.no_draft(page_id)
            self.ledger.changes.judged(page_id)

    def _room(self) -> bool:
        return self.enforcer.room()

    def _too_old(self, item: Work) -> bool:
        return item.changed_at is not None and self._aged(item.changed_at)

    def _resting(self, item: Work, page: Page) -> bool:
        """Whether only the finding brings the page here, and nobody has edited it for so long."""
        brought = item.changed_at is None and item.reason in (STANDING, BY_HAND)
        return brought and page.timestamp is not None and self._aged(page.timestamp)

    def _aged(self, at: datetime) -> bool:
        age = self.enforcer.gate.server_time() - at
        return age > timedelta(days=self.force.policy.limits.max_age_days)


def _verdict(judged: Judged) -> str:
    """The page's verdict in one word, for counting."""
    return f"exempt:{judged.exempt}" if judged.exempt else "found" if judged.findings else "clean"
