"""Writes that somebody sees before they are sent: a plan's reviewer, or a moderator at the keyboard.

Must not decide what the bot would do: a review only lets a write through, or does not. What follows from a
write that was let through (a promotion's further steps) is not asked for again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

import msgspec

from tropebot.drafts import Drafts
from tropebot.enforcer import Enforcer, Result, Saying
from tropebot.errors import WikiError
from tropebot.model import Action, Edit, Intent, Kind, Page, State, TitleInfo
from tropebot.notices import summary
from tropebot.policy.force import PolicyInForce
from tropebot.promotion import Draft

ASKED = frozenset({Kind.FLAG, Kind.UNFLAG, Kind.FIX, Kind.NOTICE, Kind.NOMINATE})
"""What is asked for write by write; a promotion is asked for as a whole."""

DECLINED = "declined by hand"


class Review(Protocol):
    """Somebody's word on each write. ``final``: who is not to be told now is not told later either."""

    @property
    def final(self) -> bool: ...

    def wants(self, page: Page, force: PolicyInForce) -> bool:
        """Whether anything at all is wanted on the page as it stands, by this policy."""

    def write(self, action: Action, before: str) -> Action | None:
        """The action, perhaps with another text, if it may be sent; ``before`` is the page's text now."""

    def promotion(self, draft: Draft, target: str) -> bool:
        """Whether the draft may be moved there."""

    def deletion(self, page: Page, why: str) -> bool:
        """Whether the page may be deleted; said of each page by itself."""

    @property
    def ended(self) -> bool:
        """Whether nothing more is wanted."""


class Everything(msgspec.Struct, frozen=True):
    """Nobody is asked."""

    ended: bool = False
    final: bool = False

    def wants(self, page: Page, force: PolicyInForce) -> bool:
        """Always."""
        del page, force
        return True

    def write(self, action: Action, before: str) -> Action | None:
        """As it is."""
        del before
        return action

    def promotion(self, draft: Draft, target: str) -> bool:
        """Always."""
        del draft, target
        return True

    def deletion(self, page: Page, why: str) -> bool:
        """Never: that is for a person to say."""
        del page, why
        return False


@dataclass(kw_only=True)
class ReviewedEnforcer(Enforcer):
    """An enforcer that asks before it writes an action down."""

    review: Review

    @classmethod
    def of(cls, enforcer: Enforcer, review: Review) -> "ReviewedEnforcer":
        """The same hand, with somebody who looks at it."""
        values = {each.name: getattr(enforcer, each.name) for each in fields(Enforcer)}
        return cls(**values, review=review)

    def carry_out(
        self,
        action: Action,
        saying: Saying,
        *,
        before: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> tuple[Intent, Result | None] | None:
        """As every enforcer does; ``None`` also where the review said no."""
        if action.kind in ASKED and isinstance(action.payload, Edit):
            wanted = self.review.write(action, before)
            if wanted is None:
                if self.review.final and action.kind is Kind.NOTICE and details:
                    self.ledger.news.settle(details.get("news", ()), told=False, why=DECLINED)
                return None
            action = wanted
        return super().carry_out(action, saying, before=before, details=details)

    def delete(self, action: Action, saying: Saying) -> Intent | None:
        """Have a page deleted, once; who asks for it has looked at the page as it stands now."""
        intent = self.write_down(action)
        if intent is None:
            return None
        self.writer.await_turn()
        self.gate.check()
        policy = self.force.policy
        reason = summary(
            intent.mark,
            saying.key,
            *saying.params,
            policy_page=policy.policy_page,
            language=self.force.wording,
        )
        intent = self._change(intent, State.SENDING)
        self.sent += 1
        try:
            self.writer.delete_page(action.page_id, reason)
        except WikiError as error:
            answered = self._answered(intent, error)
            return answered[0] if answered else None
        return self._settle(intent, None)


class ReviewedDrafts(Drafts):
    """Drafts of which each is asked for before its promotion begins."""

    def _begin(self, draft: Draft, target: TitleInfo) -> None:
        enforcer = self.enforcer
        if not isinstance(enforcer, ReviewedEnforcer) or enforcer.review.promotion(
            draft, target.title
        ):
            super()._begin(draft, target)
