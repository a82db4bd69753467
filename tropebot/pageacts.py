"""What a pass does to pages that it has judged: puts flags on and takes them off, and fixes what it may.

Must not judge a page to choose an action (`planning` does), nor read what is due (`rounds` does).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec.structs import replace

from tropebot.enforcer import Enforcer, Result, Saying
from tropebot.ledger.changes import Work
from tropebot.ledger.news import finding_row
from tropebot.model import Action, Edit, EditResult, Intent, Kind, Page, State
from tropebot.origins import only_author
from tropebot.planning import Judged, Past, Plan
from tropebot.policy.force import PolicyInForce
from tropebot.policy.texts import missing
from tropebot.wikitext.merge import merged


class Judge(Protocol):
    """The page as the planner needs it; `judgement.py` has it."""

    def judged(self, page: Page, force: PolicyInForce) -> Judged: ...


@dataclass
class PageActs:
    """The edits of judged pages in one pass."""

    enforcer: Enforcer
    judge: Judge

    def __post_init__(self) -> None:
        self.ledger, self.force = self.enforcer.ledger, self.enforcer.force
        self.enforcer.settlers |= {Kind.FLAG: self._flagged, Kind.UNFLAG: self._unflagged}

    def write_down(self, page: Page, todo: Plan, past: Past) -> None:
        """The plan as intents; planned ones of an earlier pass that it no longer holds are given up."""
        keys = {(action.kind, action.subject, action.episode) for action in todo.actions}
        self.give_up(page.page_id, "no longer wanted", kept=keys)
        for action in todo.actions[:1]:
            self.enforcer.write_down(action, self._details(action, page, past))

    def give_up(
        self, page_id: int, why: str, *, kept: Collection[tuple[Kind, str, int]] = ()
    ) -> None:
        """What is planned for the page's text is not wanted any more, but for what is ``kept``."""
        for intent in self.ledger.intents.open(page_id):
            if (
                intent.state is State.PLANNED
                and intent.kind in (Kind.FLAG, Kind.UNFLAG, Kind.FIX)
                and (intent.kind, intent.subject, intent.episode) not in kept
            ):
                self.enforcer.supersede(intent, why)

    def carry_out(self, page: Page, todo: Plan, past: Past, *, again: Work) -> bool:
        """Carry the plan's first action out; a second one waits for the page as the first leaves it.

        Whether a cap let it through; where there is more to do, the page is put to be judged ``again``.
        """
        for action in todo.actions if self.enforcer.rehearsing else todo.actions[:1]:
            if not self.enforcer.room() or (action.kind is Kind.FLAG and self._flags_full()):
                self.ledger.changes.add(again)
                return False
            details = self._details(action, page, past)
            sent = self.enforcer.carry_out(
                action, _saying(action), before=page.text, details=details
            )
            if sent is not None and action.kind is Kind.FIX:
                self._take_back_if_idle(action, page, sent[1])
        if len(todo.actions) > 1 and not self.enforcer.rehearsing:
            self.ledger.changes.add(again)
        return True

    def _take_back_if_idle(self, action: Action, before: Page, result: Result | None) -> None:
        """After a silent merge: where the page would be in order without our fix, the fix goes again."""
        fixed = action.payload.text if isinstance(action.payload, Edit) else None
        if not isinstance(result, EditResult) or fixed is None:
            return
        if result.old_rev_id == action.base_rev_id:
            return
        page = self.enforcer.reader.fetch_pages_by_id([action.page_id])[action.page_id]
        text = merged(fixed, before.text, page.text) if page else None
        if page is None or text is None or text == page.text:
            return
        without = replace(page, text=text, templates=None, categories=None)
        codes = {finding.code for finding in self.judge.judged(without, self.force).findings}
        if codes & {finding.code for finding in action.findings}:
            return
        payload = Edit.of(page, text=text)
        back = replace(action, kind=Kind.RESTORE, base_rev_id=page.rev_id, payload=payload)
        saying = Saying(key="summary-taken-back", params=(action.subject,))
        self.enforcer.carry_out(back, saying, before=page.text)

    # What follows from effects, and caps.

    def _details(self, action: Action, page: Page, past: Past) -> dict[str, Any]:
        """What is to be noted here once the action has happened there."""
        if action.kind is Kind.FLAG:
            return {
                "template": self.force.policy.flags[action.subject].template,
                "findings": [finding_row(finding) for finding in action.findings],
                "recipient": _author(page),
            }
        ours = (
            flag.template
            for flag in past.flags.values()
            if (flag.subject, flag.episode) == (action.subject, action.episode)
        )
        return {"template": next(ours, "")} if action.kind is Kind.UNFLAG else {}

    def _flagged(self, intent: Intent, result: Result | None) -> None:
        """Our flag stands: remember that it is ours, and that its author is to be told."""
        del result
        self.ledger.pages.flagged(intent, intent.details["template"])
        self.ledger.news.add(
            page_id=intent.page_id,
            subject=intent.subject,
            episode=intent.episode,
            title=intent.title,
            findings=intent.details["findings"],
            recipient=intent.details["recipient"],
        )

    def _unflagged(self, intent: Intent, result: Result | None) -> None:
        """Our flag is off: nobody need be told of it who was not yet."""
        del result
        self.ledger.pages.unflagged(intent.page_id, intent.details["template"])
        self.ledger.news.forget(intent.page_id, intent.subject, intent.episode, "in order again")

    def _flags_full(self) -> bool:
        cap = self.force.policy.limits.open_flags
        return bool(cap) and self.ledger.pages.open_flags() >= cap


def _author(page: Page) -> str:
    """Who is to be told, where the page itself says it: else its history is asked for."""
    if page.file:
        return page.file.uploader
    author = only_author(page)
    return author.user if author else ""


def _saying(action: Action) -> Saying:
    codes = tuple(sorted({finding.code for finding in action.findings})) or (action.subject,)
    listed = ", ".join(codes)
    if action.kind is Kind.UNFLAG:
        return Saying(key="summary-unflag", params=(listed,), codes=codes)
    key = "summary-flag" if action.kind is Kind.FLAG else "summary-fix"
    return Saying(key=key, params=(listed, ", ".join(missing(action.findings))), codes=codes)
