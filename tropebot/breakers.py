"""Breakers: a rule that suddenly asks for a write on far more pages than usual only reports from then on.

Must not judge or write to the wiki. A whole chunk of pages is looked at before the first of them is written
to; an open breaker stands until a person closes it by `tropebot resume`.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tropebot.i18n.counts import counted
from tropebot.ledger import Ledger
from tropebot.ledger.stops import StopKind
from tropebot.model import FILE
from tropebot.planning import Judged, new_codes
from tropebot.policy.force import PolicyInForce
from tropebot.rules import all_rules
from tropebot.rules.rule import Scope

log = logging.getLogger(__name__)


@dataclass
class Breakers:
    """The breakers of one pass."""

    ledger: Ledger
    force: PolicyInForce
    notes: list[str] = field(default_factory=list)

    @property
    def open(self) -> frozenset[str]:
        """The rules whose breaker is open."""
        return frozenset(stop.subject for stop in self.ledger.stops.standing(StopKind.BREAKER))

    def look(self, verdicts: Sequence[Judged], now: datetime) -> None:
        """Count what these pages ask for, and open the breaker of each rule that asks too often."""
        if self.force.policy.mode == "report":
            return
        asked: set[str] = set()
        with self.ledger.transaction():
            for judged in verdicts:
                if judged.exempt:
                    continue
                page_id = judged.page.page_id
                codes = new_codes(judged, self.ledger.pages.past(page_id), self.force)
                found = {finding.code for finding in judged.findings}
                scope = self._scope(judged)
                self.ledger.judged.note(page_id, scope, codes, found=found, at=now)
                asked |= codes
            self.ledger.judged.forget_old(now)
            for code in sorted(asked - self.open):
                self._test(code, now)

    def _test(self, code: str, now: datetime) -> None:
        limits = self.force.policy.limits
        last = self.ledger.stops.latest(StopKind.BREAKER, code)
        found, judged = self.ledger.judged.share(
            code, _scopes().get(code, frozenset(Scope)), since=last.cleared_at if last else ""
        )
        if found < max(limits.breaker_minimum, 1) or found * 100 < limits.breaker_share * judged:
            return
        why = (
            f"{code} asks for a write on {found} of {counted(judged, 'page')} judged lately: its breaker is"
            " open, and it only reports. Look at what changed (policy, preload, licence list, a template),"
            f" then `tropebot resume --rule {code}`."
        )
        if self.ledger.stops.raise_(StopKind.BREAKER, code, why, at=now):
            self.notes.append(why)
            log.warning("%s", why, extra={"action": "breaker_opened", "rule": code})

    def _scope(self, judged: Judged) -> str:
        page = judged.page
        if page.namespace == FILE:
            return Scope.FILES
        return Scope.DRAFTS if page.namespace in self.force.workshop else Scope.PAGES


def _scopes() -> Mapping[str, frozenset[Scope]]:
    return {rule.code: rule.scope for rule in all_rules()}
