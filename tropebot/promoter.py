"""Carries a promotion through its steps, and on from wherever a crash or a stop left it.

Must not decide whether a draft is ready (`promotion.readiness`) or which step follows (`promotion.NEXT`).
Each step first looks whether the wiki already shows its result.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from tropebot.aftermath import Aftermath
from tropebot.enforcer import Enforcer, Result, Saying
from tropebot.ledger.changes import Work
from tropebot.model import Action, Edit, Intent, Kind, Move, MoveResult, Page, State
from tropebot.promotion import ENDED, NEXT, Draft, Outcome, Promotion, Step
from tropebot.wikitext.merge import merged

log = logging.getLogger(__name__)

PROMOTED = "promotion"
"""The subject of the news that a draft was promoted."""


_SETTLED = frozenset({State.DONE, State.REFUSED})


def text_hash(text: str) -> str:
    """What a refused move is remembered by, beside page and target."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Promoter:
    """Promotions of one run; ``still_ready`` judges a moved draft whose text changed under our hands.

    ``why_not`` says why another page may not be edited.
    """

    enforcer: Enforcer
    still_ready: Callable[[Page, Promotion], bool]
    why_not: Callable[[Page], str]
    notes: list[str] = field(default_factory=list)
    promoted: int = 0
    _fresh: dict[int, Page] = field(default_factory=dict)
    _below: dict[int, Mapping[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.enforcer.settlers[Kind.STRIP] = self._stripped
        self._aftermath = Aftermath(self.enforcer, self.why_not, self.notes.append)
        self.led_on = self._aftermath.led_on

    def begin(self, draft: Draft, target: str) -> Promotion:
        """Write down that a draft that is ready is to be promoted."""
        page = draft.page
        self._fresh[page.page_id] = page
        return self.enforcer.ledger.promotions.begin(
            run=self.enforcer.run,
            page_id=page.page_id,
            title=page.title,
            target=target,
            text_hash=text_hash(page.text),
            original=page.text,
            stripped=draft.stripped,
            works=draft.works,
            base_rev_id=page.rev_id,
            at=self.enforcer.gate.server_time(),
        )

    def resume(self) -> None:
        """Go on with every promotion that has not ended."""
        for promotion in self.enforcer.ledger.promotions.open():
            self.go_on(promotion)

    def go_on(self, promotion: Promotion) -> None:
        """Take the steps that are left, as far as they can be taken now."""
        steps = {
            Step.STRIP: self._strip,
            Step.MOVE: self._move,
            Step.LOOK: self._look,
            Step.BACK: self._back,
            Step.RESTORE: self._restore,
            Step.AFTER: self._after,
        }
        ledger = self.enforcer.ledger
        while promotion.step not in ENDED:
            outcome = steps[promotion.step](promotion)
            if outcome is None:
                return
            promotion = ledger.promotions.get(promotion.number)
            following = NEXT[promotion.step, outcome]
            log.info(
                "Promotion of “%s”: %s is %s, %s follows",
                promotion.title,
                promotion.step,
                outcome,
                following,
                extra={"action": "promotion_step", "page": promotion.title, "step": str(following)},
            )
            with ledger.transaction():
                why = "" if outcome is Outcome.DONE else f"{promotion.step}: {outcome}"
                promotion = ledger.promotions.advance(promotion, following, why=why)
                if following in ENDED:
                    self._end(promotion)
        if promotion.step is not Step.PROMOTED:
            self.notes.append(
                f"“{promotion.title}” was not moved to “{promotion.target}” ({promotion.why})."
            )

    def _end(self, promotion: Promotion) -> None:
        """What is left planned is given up, and the page is judged as it stands now."""
        ledger = self.enforcer.ledger
        for intent in ledger.intents.open(promotion.page_id):
            if intent.episode == promotion.number and intent.state is State.PLANNED:
                self.enforcer.supersede(intent, f"promotion {promotion.step}")
        if promotion.step is not Step.PROMOTED and self._moved_back_by_people(promotion):
            now, why = self.enforcer.gate.server_time(), "moved back before it was complete"
            ledger.pages.refuse(promotion.page_id, PROMOTED, why, at=now)
        if promotion.step is Step.PROMOTED:
            self.promoted += 1
            ledger.news.add(
                page_id=promotion.page_id,
                subject=PROMOTED,
                episode=promotion.number,
                title=promotion.title,
                target=promotion.target,
            )
        if not self.enforcer.rehearsing:
            ledger.changes.add(Work(page_id=promotion.page_id, reason=str(promotion.step)))

    def _moved_back_by_people(self, promotion: Promotion) -> bool:
        """Of one that failed: whether our move was done, and it was not we who took it back."""
        there, back = (
            self.enforcer.ledger.intents.find(Kind.MOVE, promotion.page_id, title, promotion.number)
            for title in (promotion.target, promotion.title)
        )
        return bool(there and there.state is State.DONE and not (back and back.state is State.DONE))

    # The steps. `None` means: not now; the next pass goes on from here.

    def _strip(self, promotion: Promotion) -> Outcome | None:
        if (known := self._known(Kind.STRIP, promotion)) is not None:
            return known
        if not self._wanted():
            return Outcome.CHANGED
        page = self._fresh.get(promotion.page_id) or self._read(promotion)
        if page is None:
            return Outcome.GONE
        if page.title != promotion.title or page.text != promotion.original:
            return Outcome.CHANGED
        if promotion.stripped == promotion.original:
            self.enforcer.ledger.promotions.stripped_at(promotion, page.rev_id)
            return Outcome.DONE
        edit = Edit.of(page, text=promotion.stripped, bot=False)
        saying = Saying(key="summary-strip", params=(promotion.target, str(promotion.works)))
        return self._send(Kind.STRIP, promotion, edit, saying, before=page.text)

    def _move(self, promotion: Promotion) -> Outcome | None:
        if (known := self._known(Kind.MOVE, promotion)) is not None:
            return known
        if not self._just_stripped(promotion):
            page = self._read(promotion)
            if page is None:
                return Outcome.GONE
            if page.title == promotion.target:
                return Outcome.DONE
            if page.title != promotion.title or page.text != promotion.stripped:
                return Outcome.CHANGED
        if not self._wanted():
            return Outcome.CHANGED
        if self._taken(promotion.target):
            return Outcome.REFUSED
        workshop = self.enforcer.force.policy.workshop
        move = Move(
            page_id=promotion.page_id,
            title=promotion.title,
            target=promotion.target,
            summary="",
            move_talk=workshop.move_talk,
            leave_redirect=self.enforcer.leaves_redirect(),
        )
        saying = Saying(key="summary-move", params=(str(promotion.works),))
        return self._send(Kind.MOVE, promotion, move, saying)

    def _taken(self, target: str) -> bool:
        """Whether somebody made a page there meanwhile: the wiki would move over a redirect to the draft."""
        return self.enforcer.reader.fetch_titles([], beside=[target])[target].exists

    def _look(self, promotion: Promotion) -> Outcome | None:
        found = self.enforcer.fetch_with_subpages(promotion.page_id, promotion.title)
        page, self._below[promotion.number] = found
        if page is None:
            return Outcome.GONE
        if page.title != promotion.target:
            return Outcome.CHANGED
        if page.text == promotion.stripped or self.still_ready(page, promotion):
            return Outcome.DONE
        return Outcome.CHANGED

    def _back(self, promotion: Promotion) -> Outcome | None:
        page = self._read(promotion)
        if page is None:
            return Outcome.GONE
        if page.title == promotion.title:
            return Outcome.DONE
        if page.title != promotion.target:
            return Outcome.CHANGED
        move = Move(
            page_id=promotion.page_id,
            title=promotion.target,
            target=promotion.title,
            summary="",
            move_talk=self.enforcer.force.policy.workshop.move_talk,
            leave_redirect=False,
        )
        saying = Saying(key="summary-restore", params=(promotion.target, "changed meanwhile"))
        return self._send(Kind.MOVE, promotion, move, saying, subject=promotion.title)

    def _restore(self, promotion: Promotion) -> Outcome | None:
        page = self._read(promotion)
        if page is None:
            return Outcome.GONE
        text = merged(promotion.stripped, promotion.original, page.text)
        if text is None:
            return Outcome.CHANGED
        if text == page.text:
            return Outcome.DONE
        edit = Edit.of(page, text=text, bot=False)
        saying = Saying(key="summary-restore", params=(promotion.target, promotion.why))
        return self._send(Kind.RESTORE, promotion, edit, saying, before=page.text)

    def _after(self, promotion: Promotion) -> Outcome | None:
        return self._aftermath.work(promotion, self._below.pop(promotion.number, None))

    # What the steps share.

    def _send(
        self,
        kind: Kind,
        promotion: Promotion,
        payload: Edit | Move,
        saying: Saying,
        *,
        before: str = "",
        subject: str = "",
    ) -> Outcome | None:
        subject = subject or promotion.target
        if (known := self._known(kind, promotion, subject)) is not None:
            return known
        action = self._action(kind, promotion, payload, subject)
        sent = self.enforcer.carry_out(action, saying, before=before)
        if sent is None:
            return None
        intent, result = sent
        if isinstance(result, MoveResult) and result.talk_error:
            self.notes.append(
                f"The talk page of “{promotion.title}” did not move along ({result.talk_error})."
            )
        forth = subject == promotion.target  # back it goes over the redirect that it left itself
        if forth and isinstance(result, MoveResult) and result.over_redirect:
            self.notes.append(
                f"A redirect that somebody made at “{result.target}” at the last moment was moved over."
            )
        return _outcome(intent)

    def _action(
        self, kind: Kind, promotion: Promotion, payload: Edit | Move, subject: str
    ) -> Action:
        return Action(
            kind=kind,
            page_id=payload.page_id,
            title=payload.title,
            subject=subject,
            episode=promotion.number,
            base_rev_id=payload.base_rev_id if isinstance(payload, Edit) else promotion.strip_rev,
            reason=f"promotion to “{promotion.target}”",
            payload=payload,
        )

    def _known(self, kind: Kind, promotion: Promotion, subject: str = "") -> Outcome | None:
        """What the ledger, or a late arrival on the wiki, already knows of a step."""
        intents = self.enforcer.ledger.intents
        subject = subject or promotion.target
        intent = intents.find(kind, promotion.page_id, subject, promotion.number)
        if intent is not None and self.enforcer.arrived(intent):
            intent = intents.get(intent.intent_id)
        if intent is None or intent.state not in _SETTLED:
            return None
        return _outcome(intent)

    def _wanted(self) -> bool:
        """Whether drafts are still promoted; where that was switched off half-way, a draft goes back."""
        return self.enforcer.force.policy.workshop.promote == "act"

    def _stripped(self, intent: Intent, result: Result | None) -> None:
        """The strip is on the wiki: remember its revision with it."""
        del result
        promotions = self.enforcer.ledger.promotions
        promotions.stripped_at(promotions.get(intent.episode), intent.result_rev)

    def _just_stripped(self, promotion: Promotion) -> bool:
        """Whether this very call stripped the text that was judged, with nothing in between."""
        if self._fresh.pop(promotion.page_id, None) is None:
            return False
        intent = self.enforcer.ledger.intents.find(
            Kind.STRIP, promotion.page_id, promotion.target, promotion.number
        )
        return intent is None or intent.result_old_rev == intent.base_rev_id

    def _read(self, promotion: Promotion) -> Page | None:
        return self.enforcer.fetch_by_id([promotion.page_id])[promotion.page_id]


def _outcome(intent: Intent) -> Outcome:
    """A step's outcome by the state that its intent came to."""
    if intent.state is State.DONE:
        return Outcome.DONE
    return Outcome.REFUSED if intent.state is State.REFUSED else Outcome.CHANGED
