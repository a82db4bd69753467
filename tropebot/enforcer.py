"""Carries out intents: written down, checked, sent once, looked up where the answer was lost, recorded.

Must not judge pages or choose actions. Whatever happens in here, a second start finds on the disk what
may have been sent, and on the wiki whether it was.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn, Protocol

import msgspec
from msgspec.structs import replace

from tropebot.acquaintances import Acquaintances
from tropebot.errors import Conflict, NotAllowed, OutcomeUnknown, Refused, Unavailable, WikiError
from tropebot.gate import Clock, Gate
from tropebot.ledger import Ledger
from tropebot.ledger.changes import Work
from tropebot.model import Action, Edit, EditResult, Intent, Kind, MoveResult, Page, State
from tropebot.notices import summary
from tropebot.policy.force import PolicyInForce
from tropebot.ports import WikiReader, WikiWriter
from tropebot.rehearsal import Rehearsal
from tropebot.wayback import rule_links
from tropebot.written import Written

log = logging.getLogger(__name__)

SETTLE_SECONDS = 35.0
"""How long a lost request may be on its way before the wiki is asked a second time.

Longer than a replica may lag behind: our reads carry a ``maxlag`` of 30 s, so none that is later answers.
"""

MARK_MARGIN = timedelta(minutes=5)
"""How much earlier than its intent an effect is looked for: our idea of the server's time may be ahead."""

Result = EditResult | MoveResult


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """The summary of a write: a message's key and its parameters; ``codes`` are rules that it links."""

    key: str
    params: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class Settle(Protocol):
    """What must be noted together with an intent's being done; no result: the mark was found."""

    def __call__(self, intent: Intent, result: Result | None) -> None: ...


@dataclass
class Enforcer:
    """One run's hand on the wiki; ``rehearsing`` means that ``writer`` is a `Rehearsal`."""

    reader: WikiReader
    writer: WikiWriter
    ledger: Ledger
    gate: Gate
    clock: Clock
    new_mark: Callable[[], str]
    force: PolicyInForce
    run: int
    rehearsing: bool = False
    sent: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    written: list[Written] = field(default_factory=list)
    settlers: dict[Kind, Settle] = field(default_factory=dict)
    acquaintances: Acquaintances = field(default_factory=Acquaintances)

    def room(self, writes: int = 1) -> bool:
        """Whether the run's cap, and a trial's, let so many more writes through."""
        left = self.gate.left()
        if left is not None and writes > left:
            return False
        return self.sent + writes <= self.force.policy.limits.writes_per_run

    def fetch(self, titles: Collection[str]) -> Mapping[str, Page | None]:
        """Pages by title as they stand; in a rehearsal with what it would have written."""
        pages = self.reader.fetch_pages(titles)
        if not isinstance(self.writer, Rehearsal):
            return pages
        return {title: self.writer.seen(page, title) for title, page in pages.items()}

    def fetch_by_id(self, page_ids: Collection[int]) -> Mapping[int, Page | None]:
        """Pages by id as they stand; in a rehearsal with what it would have written."""
        pages = self.reader.fetch_pages_by_id(page_ids)
        if not isinstance(self.writer, Rehearsal):
            return pages
        return {page_id: self.writer.seen(page) for page_id, page in pages.items()}

    def fetch_with_subpages(
        self, page_id: int, title: str
    ) -> tuple[Page | None, Mapping[str, int]]:
        """A page as it stands, and the pages below a title; in a rehearsal as it would stand."""
        page, below = self.reader.fetch_page_and_subpages(page_id, title)
        if isinstance(self.writer, Rehearsal):
            page = self.writer.seen(page)
        return page, below

    def leaves_redirect(self) -> bool:
        """Whether a move leaves a redirect: the policy wants one, or we have no right to leave none."""
        wanted = self.force.policy.workshop.leave_redirect
        return wanted or not self.gate.may("suppressredirect")

    def write_down(self, action: Action, details: Mapping[str, Any] | None = None) -> Intent | None:
        """The action as a planned intent; ``None`` if its key has had its effect, or may be having it."""
        return self.ledger.intents.record(
            action,
            run=self.run,
            mark=self.new_mark(),
            policy_rev=self.force.rev_id,
            at=self.gate.server_time(),
            details=details or {},
        )

    def carry_out(
        self,
        action: Action,
        saying: Saying,
        *,
        before: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> tuple[Intent, Result | None] | None:
        """Write the action down, send it once and record what came of it.

        ``None``: its key has had its effect, or the look for one that may have happened is still to come.
        Raises `Stopped`, `NotAllowed`, `Unavailable` or `Incomplete` with the intent still planned.
        """
        intent = self.write_down(action, details)
        if intent is None or action.payload is None:
            return None
        if not self.rehearsing:
            # the wait first: what the gate has seen must not grow old meanwhile
            self.writer.await_turn()
            self.gate.check()
        policy = self.force.policy
        text = summary(
            intent.mark,
            saying.key,
            *saying.params,
            policy_page=policy.policy_page,
            rules=rule_links(policy, saying.codes),
            language=self.force.wording,
        )
        payload = replace(action.payload, summary=text)
        intent = self._change(intent, State.SENDING)
        self.sent += 1
        try:
            result = (
                self.writer.edit(payload)
                if isinstance(payload, Edit)
                else self.writer.move(payload)
            )
        except WikiError as error:
            outcome = self._answered(intent, error)
        else:
            outcome = self._done(intent, result)
        if outcome is not None and outcome[0].state is State.DONE:
            self._note_written(Written(action=action, payload=payload, before=before))
        return outcome

    def _note_written(self, written: Written) -> None:
        self.written.append(written)
        if isinstance(self.writer, Rehearsal) and isinstance(written.payload, Edit):
            self.writer.keep(written.payload, written.after)

    def reconcile(self) -> None:
        """Settle what was left open: look on the wiki, then done or planned again."""
        for intent in self.ledger.intents.open():
            if intent.state is State.SENDING:
                self._change(intent, State.UNKNOWN, note="found open")
        for intent in self.ledger.intents.open():
            if intent.state is State.UNKNOWN:
                self.look(intent)
            elif intent.kind in (Kind.FLAG, Kind.UNFLAG, Kind.FIX):
                self._judge_again(intent, "left open")

    def look(self, intent: Intent) -> Intent:
        """Ask the wiki whether an effect whose outcome is unknown is there: done, or planned again.

        One look is enough where it was sent so long ago that it is no longer on its way. Raises `Incomplete`
        where the run ends before that: the next one looks.
        """
        sent = self.ledger.intents.sent_at(intent)
        age = (self.gate.server_time() - sent).total_seconds() if sent else 0.0
        found = self._found(intent)
        if found is None and age < SETTLE_SECONDS:
            wait = SETTLE_SECONDS - max(age, 0.0)
            self.writer.assert_time_for(wait)
            self.clock.sleep(wait)
            found = self._found(intent)
        if found is not None:
            return self._settle(intent, None, rev_id=found, note="found by its mark")
        planned = self._change(intent, State.PLANNED, note="not found on the wiki")
        if intent.kind is Kind.DELETE:
            # only a person may ask for it again
            return self._change(planned, State.SUPERSEDED, note="not found on the wiki")
        if intent.kind in (Kind.FLAG, Kind.UNFLAG, Kind.FIX):
            self._judge_again(intent, "not found on the wiki")
        return planned

    def arrived(self, intent: Intent) -> bool:
        """Whether a planned intent that was sent before had its effect after all; then it is done."""
        if intent.state is not State.PLANNED or not intent.tries:
            return False
        found = self._found(intent)
        if found is None:
            return False
        self._settle(intent, None, rev_id=found, note="found by its mark, late")
        return True

    def supersede(self, intent: Intent, why: str) -> None:
        """A planned intent that nobody wants any more."""
        self._change(intent, State.SUPERSEDED, note=why)

    def _answered(self, intent: Intent, error: WikiError) -> tuple[Intent, Result | None] | None:
        """What the wiki's answer means, when it was not a plain success."""
        if isinstance(error, Unavailable | NotAllowed):
            self._not_sent(intent, error)
        if isinstance(error, Conflict | Refused) and intent.tries > 1:
            # An earlier sending may have arrived after all: then this is our own effect in our way.
            found = self._found(intent)
            if found is not None:
                return self._settle(intent, None, rev_id=found, note="found by its mark"), None
        if isinstance(error, Conflict):
            self.counts["conflicts"] += 1
            intent = self._change(intent, State.SUPERSEDED, note=str(error))
            if intent.kind in (Kind.FLAG, Kind.UNFLAG, Kind.FIX):
                self._judge_again(intent, "edited meanwhile")
            return intent, None
        if isinstance(error, Refused):
            self.counts["refused"] += 1
            return self._change(intent, State.REFUSED, note=f"{error.code}: {error}"), None
        if not isinstance(error, OutcomeUnknown):
            log.warning("The answer to intent %d was not understood: %s", intent.intent_id, error)
        self.counts["unknown"] += 1
        intent = self.look(self._change(intent, State.UNKNOWN, note=str(error)))
        return (intent, None) if intent.state is State.DONE else None

    def _not_sent(self, intent: Intent, error: WikiError) -> NoReturn:
        """The wiki said no before it did anything: the intent waits for a better time."""
        intent = self._change(intent, State.UNKNOWN, note=str(error))
        self._change(intent, State.PLANNED, note="certainly not done")
        raise error

    def _done(self, intent: Intent, result: Result) -> tuple[Intent, Result | None]:
        if isinstance(result, MoveResult):
            return self._settle(intent, result), result
        if result.no_change:
            found = self._found(intent) if intent.tries > 1 else None
            if found is not None:
                return self._settle(intent, None, rev_id=found, note="found by its mark"), None
            intent = self._change(intent, State.SUPERSEDED, note="the page read so already")
            self._judge_again(intent, "read so already")
            return intent, None
        return self._settle(intent, result, rev_id=result.rev_id), result

    def _settle(
        self, intent: Intent, result: Result | None, *, rev_id: int = 0, note: str = ""
    ) -> Intent:
        """The effect is there: note it, with all that follows from it, in one transaction."""
        old = result.old_rev_id if isinstance(result, EditResult) else 0
        with self.ledger.transaction():
            intent = self._change(
                intent, State.DONE, note=note, result_rev=rev_id, result_old_rev=old
            )
            if settle := self.settlers.get(intent.kind):
                settle(intent, result)
            merged = bool(old) and old != intent.base_rev_id
            if (merged or result is None) and intent.kind in (Kind.FLAG, Kind.UNFLAG, Kind.FIX):
                self._judge_again(
                    intent, "merged with another edit" if merged else "found by its mark"
                )
        self.counts[intent.kind] += 1
        return intent

    def _found(self, intent: Intent) -> int | None:
        if intent.kind is Kind.DELETE:
            deletion = self.reader.fetch_deletion(intent.title)
            return 0 if deletion and deletion.comment.startswith(intent.mark) else None
        return self.reader.find_mark(
            intent.mark,
            page_id=intent.page_id,
            title=intent.title,
            since=intent.planned_at - MARK_MARGIN,
        )

    def _judge_again(self, intent: Intent, why: str) -> None:
        self.ledger.changes.add(Work(page_id=intent.page_id, reason=why))

    def _change(
        self,
        intent: Intent,
        state: State,
        *,
        note: str = "",
        result_rev: int = 0,
        result_old_rev: int = 0,
    ) -> Intent:
        intent = self.ledger.intents.change(
            intent,
            state,
            at=self.gate.server_time(),
            note=note,
            result_rev=result_rev,
            result_old_rev=result_old_rev,
        )
        log.info(
            "Intent %d (%s “%s”, %s) is %s%s",
            intent.intent_id,
            intent.kind,
            intent.title,
            intent.subject,
            state,
            f": {note}" if note else "",
            extra={
                "action": f"intent_{state}",
                "intent": intent.intent_id,
                "kind": str(intent.kind),
                "rule": intent.subject,
                "page": intent.title,
            },
        )
        return intent
