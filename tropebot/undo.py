"""Takes effects back, the newest first: edits, moves, messages; what people have changed since stays.

Must not judge pages. Each taking back is an intent of its own, so it happens once, whatever breaks; after an
interruption one goes on by asking for the same again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from tropebot.corrections import Corrections
from tropebot.enforcer import Enforcer, Result, Saying
from tropebot.model import Action, Edit, Intent, Kind, Move, Page, Revision, State
from tropebot.promoter import PROMOTED
from tropebot.promotion import Promotion, Step
from tropebot.undoable import ELSEWHERE, PROMOTION_STEPS, effects_asked
from tropebot.undoreport import Asked, Outcome, Row, outcome_row, sent_row
from tropebot.wikitext.backwards import (
    Reversal,
    line_taken_back,
    section_taken_back,
    taken_back,
)

TRIES = 3
"""How often an edit is worked out anew where somebody edits the page at the same moment."""

HISTORY = 50
"""How many revisions after a move are looked through for somebody else's."""

FORBIDDEN = "tropebot.toml forbids writing in this namespace"

_BACK = {Kind.NOTICE: section_taken_back, Kind.LISTED: line_taken_back}


@dataclass
class Undoer:
    """The hand that takes back; one for each run, so that what an earlier one left open is settled.

    ``keep_out`` are the namespaces in which the operator's own file forbids to write. ``progress`` hears how
    many effects were looked at, and of how many.
    """

    enforcer: Enforcer
    keep_out: frozenset[int] = frozenset()
    progress: Callable[[int, int], None] = lambda *_: None
    rows: list[Row] = field(default_factory=list)
    _pages: dict[int, Page | None] = field(default_factory=dict)
    _revisions: dict[int, Revision | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger = self.enforcer.ledger
        self.enforcer.settlers |= {Kind.UNDO: self._settled, Kind.UNDO_MOVE: self._settled}

    def undo(self, asked: Asked) -> None:
        """Take back what was asked for; `rows` tells what came of each effect."""
        for intent in self.ledger.intents.open():
            self.enforcer.arrived(intent)
        effects = effects_asked(self.ledger, asked)
        self._end_promotions(asked, effects)
        self._read_ahead(effects)
        chosen = {effect.intent_id for effect in effects}
        notify = self.enforcer.force.policy.notify
        correct = notify.correction and notify.enabled
        for effect in effects:
            if not (correct and effect.kind is Kind.NOTICE):
                self._told(self._row(effect, chosen), len(effects))
        if correct:
            corrections = Corrections(self.enforcer, self.rows)
            told = [effect for effect in effects if effect.kind is Kind.NOTICE]
            for effect in told:
                row = self._before(effect)
                page = self._page_of(effect)
                if row is None and page is not None and page.namespace in self.keep_out:
                    row = outcome_row(effect, Outcome.LEFT, FORBIDDEN, page.title)
                self._told(row or corrections.correct(effect, page), len(effects))

    def _told(self, row: Row, total: int) -> None:
        self.rows.append(row)
        self.progress(len(self.rows), total)

    # What was begun, or taken back before.

    def _end_promotions(self, asked: Asked, effects: Sequence[Intent]) -> None:
        """A promotion under way whose steps are to be taken back goes no further."""
        numbers = {effect.episode for effect in effects if effect.kind in PROMOTION_STEPS}
        for promotion in self.ledger.promotions.open():
            if promotion.number in numbers or promotion.run == asked.run:
                self._end(promotion)

    def _end(self, promotion: Promotion) -> None:
        with self.ledger.transaction():
            for intent in self.ledger.intents.open():
                ours = intent.kind in PROMOTION_STEPS or intent.kind is Kind.RESTORE
                if ours and intent.episode == promotion.number and intent.state is State.PLANNED:
                    self.enforcer.supersede(intent, "undone")
            self.ledger.promotions.advance(promotion, Step.ABANDONED, why="undone")
            self._refuse_promotion(promotion, "undone")

    def _before(self, effect: Intent) -> Row | None:
        """What says that the effect was taken back before, perhaps by a request that arrived late."""
        tries = self.ledger.undone.tries(effect)
        if any(each.state is State.DONE or self.enforcer.arrived(each) for each in tries):
            return outcome_row(effect, Outcome.BEFORE, "")
        return None

    # One effect.

    def _row(self, effect: Intent, chosen: set[int]) -> Row:
        if why := self._needless(effect, chosen):
            return Row(effect=effect, outcome=Outcome.NOTHING, title=effect.title, why=why)
        if before := self._before(effect):
            return before
        if effect.kind in (Kind.MOVE, Kind.AFTER):
            return self._move_back(effect, chosen)
        if effect.kind in ELSEWHERE and self._page_above_stays(effect, chosen):
            return outcome_row(effect, Outcome.LEFT, "the page that was promoted stays")
        for _ in range(TRIES):
            row = self._edit_back(effect)
            if row is not None:
                return row
        return outcome_row(effect, Outcome.LEFT, "people keep editing the page")

    def _needless(self, effect: Intent, chosen: set[int]) -> str:
        """Why there is nothing to take back: the bot itself has done so; empty if there is something."""
        find = self.ledger.intents.find
        page_id, subject, episode = effect.page_id, effect.subject, effect.episode

        def done(kind: Kind, subject: str = subject) -> Intent | None:
            found = find(kind, page_id, subject, episode)
            return found if found is not None and found.state is State.DONE else None

        match effect.kind:
            case Kind.RESTORE:
                return "it put back an edit of the bot"
            case Kind.REPORT if self.ledger.undone.later_reports(effect) - chosen:
                return "a later report stands there"
            case Kind.DELETE:
                return "only an administrator can restore a page"
            case Kind.FLAG if done(Kind.UNFLAG):
                return "the bot took the flag off when the page was in order"
            case Kind.UNFLAG if (flag := done(Kind.FLAG)) and flag.intent_id in chosen:
                return "the flag is to be taken back as well"
            case Kind.FIX | Kind.STRIP if done(Kind.RESTORE):
                return "the bot took it back itself"
            case Kind.MOVE if done(Kind.MOVE, effect.title):
                return "the bot moved it back itself"
        return ""

    def _edit_back(self, effect: Intent) -> Row | None:
        """One try to take an edit back; ``None`` where the page changed under our hands."""
        found = self._reversal(effect)
        if isinstance(found, Row):
            return found
        page, reversal, undo = found
        edit = Edit.of(page, text=reversal.text, bot=effect.kind is not Kind.STRIP, undo=undo)
        key = "summary-undo-notice" if effect.kind is Kind.NOTICE else "summary-undo"
        if effect.found:
            key = "summary-undo-found"
        intent = self._send(Kind.UNDO, effect, edit, key, before=page.text)
        self._pages.pop(page.page_id, None)
        if self.enforcer.rehearsing:
            self._pages[page.page_id] = replace(page, text=reversal.text, rev_id=page.rev_id + 1)
        if intent is not None and intent.state is State.SUPERSEDED:
            return None
        outcome = Outcome.PARTLY if reversal.left else Outcome.TAKEN
        why = "people have edited the rest since" if reversal.left else ""
        return sent_row(effect, intent, outcome, page.title, why)

    def _reversal(self, effect: Intent) -> tuple[Page, Reversal, int] | Row:
        """The page now, its text without our edit, and the revision that the wiki itself can undo (or 0)."""
        if effect.page_id and self._page(effect.page_id) is None:
            return outcome_row(effect, Outcome.NOTHING, "the page is gone")
        ours = self._revision(effect.result_rev)
        before = self._revision(ours.parent_id) if ours and ours.parent_id else None
        if ours is None or ours.text is None or (ours.parent_id and not before):
            return outcome_row(effect, Outcome.LEFT, "the wiki no longer shows the edit")
        text_before = before.text if before else ""
        page = self._page(ours.page_id)
        if page is None:
            return outcome_row(effect, Outcome.NOTHING, "the page is gone")
        title = page.title
        if text_before is None or page.content_model != "wikitext":
            return outcome_row(effect, Outcome.LEFT, "the text before it is hidden", title)
        if effect.kind is Kind.STRIP and title != effect.title:
            why = f"the page did not go back to “{effect.title}”"
            return outcome_row(effect, Outcome.LEFT, why, title)
        back = _BACK.get(effect.kind, taken_back)
        reversal = back(text_before, ours.text, page.text)
        if reversal.text == page.text:
            if reversal.left:
                why = "people have edited the same place since"
                return outcome_row(effect, Outcome.LEFT, why, title)
            return outcome_row(effect, Outcome.NOTHING, "it is no longer there", title)
        if why := self._hands_off(page, ours.rev_id):
            return outcome_row(effect, Outcome.LEFT, why, title)
        latest = page.rev_id == ours.rev_id and before is not None
        return page, reversal, ours.rev_id if latest else 0

    def _move_back(self, effect: Intent, chosen: set[int]) -> Row:
        page = self._page(effect.page_id)
        if page is None:
            return outcome_row(effect, Outcome.NOTHING, "the page is gone")
        if page.title == effect.title:
            return outcome_row(effect, Outcome.NOTHING, "it stands there again already", page.title)
        why = self._stays(effect, page)
        if not why and effect.kind is Kind.AFTER and self._page_above_stays(effect, chosen):
            why = "the page above it stays"
        if why:
            return outcome_row(effect, Outcome.LEFT, why, page.title)
        move = Move(
            page_id=page.page_id,
            title=page.title,
            target=effect.title,
            summary="",
            move_talk=self.enforcer.force.policy.workshop.move_talk,
            leave_redirect=False,
        )
        intent = self._send(Kind.UNDO_MOVE, effect, move, "summary-undo-move")
        self._pages.pop(page.page_id, None)
        if self.enforcer.rehearsing:
            self._pages[page.page_id] = replace(page, title=effect.title)
        return sent_row(effect, intent, Outcome.TAKEN, effect.title, "")

    def _hands_off(self, page: Page, rev_id: int) -> str:
        """Why nothing is written to a page, whatever would be; ``rev_id`` is the edit to be taken back."""
        if page.namespace in self.keep_out:
            return FORBIDDEN
        stray = self.ledger.strays.of_page(page.page_id)
        if stray is not None and stray.rev_id > rev_id:
            return "the bot has edited it since, which this ledger does not know"
        return ""

    def _stays(self, effect: Intent, page: Page) -> str:
        """Why a page that was moved cannot move back; empty if it can, by all that we know."""
        if page.title != effect.subject:
            return f"it was moved on to “{page.title}”"
        if not self._untouched(effect):
            return "people have edited it since the move"
        info = self.enforcer.reader.fetch_titles([effect.title])[effect.title]
        if self.keep_out & {page.namespace, info.namespace}:
            return FORBIDDEN
        if info.exists and info.redirect_to != page.title:
            return f"“{effect.title}” is another page now"
        return ""

    def _page_above_stays(self, effect: Intent, chosen: set[int]) -> bool:
        """Whether the draft that this step belongs to cannot move back, although it is to."""
        promotion = self.ledger.promotions.get(effect.episode)
        page = self._page(promotion.page_id)
        move = self.ledger.intents.find(
            Kind.MOVE, promotion.page_id, promotion.target, promotion.number
        )
        if page is None or move is None or page.title == promotion.title:
            return False
        if move.intent_id not in chosen:
            return False
        return bool(self._stays(move, page))

    def _untouched(self, effect: Intent) -> bool:
        """Whether nobody but us has saved the page since our move, whose summary stands in its history."""
        for revision in self.enforcer.reader.fetch_history(effect.page_id, HISTORY):
            if revision.user != self.enforcer.gate.account:
                return False
            if effect.mark in revision.comment:
                return True
        return False

    def _send(
        self, kind: Kind, effect: Intent, payload: Edit | Move, key: str, *, before: str = ""
    ) -> Intent | None:
        """Send it; a refusal of an earlier day does not stand in the way of a new try."""
        refused = sum(each.state is State.REFUSED for each in self.ledger.undone.tries(effect))
        action = Action(
            kind=kind,
            page_id=payload.page_id,
            title=payload.title,
            subject=f"{effect.kind} {refused + 1}",
            episode=effect.intent_id,
            base_rev_id=payload.base_rev_id if isinstance(payload, Edit) else 0,
            reason=f"undo of {effect.kind} {effect.subject}, {_run(effect)}",
            payload=payload,
        )
        saying = Saying(key=key, params=(str(effect.run),))
        sent = self.enforcer.carry_out(action, saying, before=before)
        return sent[0] if sent else None

    # What follows, and what is read.

    def _settled(self, intent: Intent, result: Result | None) -> None:
        """It is taken back: a lasting no for what it was, and nobody is told of it who was not yet."""
        del result
        effect = self.ledger.intents.get(intent.episode)
        why = f"undone by run {intent.run}"
        now = self.enforcer.gate.server_time()
        self.ledger.pages.taken_back(effect, why, at=now)
        if effect.kind is Kind.FLAG:
            self.ledger.news.forget(effect.page_id, effect.subject, effect.episode, why)
        if effect.kind in PROMOTION_STEPS.keys() - ELSEWHERE:
            self._refuse_promotion(self.ledger.promotions.get(effect.episode), why)

    def _refuse_promotion(self, promotion: Promotion, why: str) -> None:
        now = self.enforcer.gate.server_time()
        self.ledger.pages.refuse(promotion.page_id, PROMOTED, why, at=now)
        self.ledger.news.forget(promotion.page_id, PROMOTED, promotion.number, why)

    def _read_ahead(self, effects: Sequence[Intent]) -> None:
        """The revisions and pages of all effects, in as few requests as there can be."""
        edits = [each for each in effects if each.kind not in (Kind.MOVE, Kind.AFTER)]
        ours = {each.result_rev for each in edits if each.result_rev}
        if ours:
            self._revisions |= self.enforcer.reader.fetch_revisions(sorted(ours))
        parents = {each.parent_id for each in self._revisions.values() if each and each.parent_id}
        if parents - ours:
            self._revisions |= self.enforcer.reader.fetch_revisions(sorted(parents - ours))
        wanted = {each.page_id for each in effects if each.page_id}
        wanted |= {each.page_id for each in self._revisions.values() if each}
        if wanted:
            self._pages |= self.enforcer.reader.fetch_pages_by_id(sorted(wanted))

    def _revision(self, rev_id: int) -> Revision | None:
        if rev_id not in self._revisions:
            self._revisions |= self.enforcer.reader.fetch_revisions([rev_id])
        return self._revisions[rev_id]

    def _page(self, page_id: int) -> Page | None:
        if page_id not in self._pages:
            self._pages |= self.enforcer.reader.fetch_pages_by_id([page_id])
        return self._pages[page_id]

    def _page_of(self, effect: Intent) -> Page | None:
        """The page that an edit of ours is on, wherever it stands now."""
        ours = self._revision(effect.result_rev)
        return self._page(ours.page_id) if ours else None


def _run(effect: Intent) -> str:
    """Whose effect it is, in a reason's words."""
    return "found on the wiki" if effect.found else f"run {effect.run}"
