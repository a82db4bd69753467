"""Tells on a draft's talk page, once for each title it has, why a draft that is ready was not moved.

Must not decide what is told (`promotion.for_people`) or choose the words (`notices`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from tropebot.enforcer import Enforcer, Saying
from tropebot.messenger import TRIES
from tropebot.model import Action, Edit, Intent, Kind, Page, State
from tropebot.notices import refusal
from tropebot.promotion import Draft, Hold, for_people, target_title
from tropebot.recipients import why_not_there


@dataclass
class Refusals:
    """The sections about refusals of one pass."""

    enforcer: Enforcer

    def tell(self, draft: Draft, holds: Sequence[Hold]) -> bool:
        """Tell it if it is for people and was not told; false where it must be tried again."""
        policy = self.enforcer.force.policy
        if policy.mode == "report" or not policy.notify.enabled or not for_people(holds):
            self.drop(draft.page.page_id)
            return True
        subject = target_title(draft.page.title)
        if self._told(draft.page.page_id, subject):
            return True
        title = self._talk(draft.page)
        for _ in range(TRIES):
            page = self.enforcer.reader.fetch_pages([title])[title]
            if why_not_there(page, self.enforcer.force) or (page and _shown(draft) in page.text):
                return True
            if not self.enforcer.room():
                return False
            action = self._action(draft, title, page, subject, holds)
            saying = Saying(key="summary-refusal")
            before = page.text if page else ""
            sent = self.enforcer.carry_out(action, saying, before=before, details={"news": []})
            if sent is None:
                return self._told(draft.page.page_id, subject)
            if sent[0].state is not State.SUPERSEDED:
                return True
        return True

    def drop(self, page_id: int) -> None:
        """What was to be told about a page, and was not, is no longer so."""
        for intent in self.enforcer.ledger.intents.open(page_id):
            if intent.kind is Kind.NOTICE and intent.state is State.PLANNED:
                self.enforcer.supersede(intent, "no longer so")

    def _told(self, page_id: int, subject: str) -> bool:
        intents = self.enforcer.ledger.intents
        known: Intent | None = intents.find(Kind.NOTICE, page_id, subject, 0)
        return known is not None and (
            known.state in (State.DONE, State.REFUSED) or self.enforcer.arrived(known)
        )

    def _action(
        self, draft: Draft, title: str, page: Page | None, subject: str, holds: Sequence[Hold]
    ) -> Action:
        policy = self.enforcer.force.policy
        text = refusal(
            holds,
            mark=_mark(draft),
            policy_page=policy.policy_page,
            language=self.enforcer.force.wording,
        )
        if page is None:
            now = self.enforcer.gate.server_time()
            edit = Edit.making(title, text.section, at=now, bot=False)
        else:
            edit = Edit.of(page, append=text.appended, bot=False)
        return Action(
            kind=Kind.NOTICE,
            page_id=draft.page.page_id,
            title=title,
            subject=subject,
            episode=0,
            base_rev_id=edit.base_rev_id,
            reason=f"“{draft.page.title}” was not moved",
            payload=edit,
        )

    def _talk(self, page: Page) -> str:
        names = self.enforcer.force.facts.namespace_names
        prefix, _, name = page.title.partition(":")
        return f"{names.get(page.namespace + 1, f'{prefix} talk')}:{name}"


def _mark(draft: Draft) -> str:
    """What our section is known by on the talk page, also where the ledger was lost."""
    title = sha256(target_title(draft.page.title).encode("utf-8", "surrogatepass")).hexdigest()
    return f"tropebot {draft.page.page_id} {title[:8]}"


def _shown(draft: Draft) -> str:
    return f"<!-- {_mark(draft)} -->"
