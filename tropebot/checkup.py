"""Looks whether what the policy relies on is sound, notes breaks and their ends, and has the contacts told.

Must not decide what a break is (`policy.health` does) or send a message. It costs no request but when recent
changes touched such a page, the policy changed, or a day is over: then one query for all titles, and one for
the revisions that are new.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from tropebot.i18n import message
from tropebot.ledger import Ledger
from tropebot.ledger.breaks import Known, Standing
from tropebot.ledger.news import finding_row
from tropebot.model import USER, Finding, Revision
from tropebot.policy.basis import policy_digest
from tropebot.policy.broken import Break, sentences
from tropebot.policy.force import PolicyInForce
from tropebot.policy.health import (
    Relied,
    State,
    drafts_category,
    preload_break,
    preloads_relied_on,
    template_break,
    templates_relied_on,
    unfilled_break,
    unread,
    workshop_break,
    workshop_templates,
)
from tropebot.policy.schema import Policy
from tropebot.policy.types import source_page
from tropebot.ports import WikiReader
from tropebot.runreport import BreakReport

log = logging.getLogger(__name__)

EVERY = timedelta(hours=24)
"""How often the pages are looked at though no change of theirs was seen."""
BROKEN = "broken"
"""The subject of news of a break, before the contact's name."""
_LOOKED = "checkup"
_POLICY = "checkup-policy"


@dataclass
class Checkup:
    """The health of what the policy relies on, as one pass sees it.

    ``touched`` are the titles that recent changes named.
    """

    ledger: Ledger
    reader: WikiReader
    notes: list[str] = field(default_factory=list)
    touched: frozenset[str] = frozenset()
    _revisions: dict[int, Revision | None] = field(default_factory=dict)
    _new: set[int] = field(default_factory=set)

    def due(self, policy: Policy, now: datetime) -> bool:
        """Whether the templates are worth a request; asks nobody. ``now`` is server time."""
        notes, breaks = self.ledger.changes, self.ledger.breaks
        looked = notes.cursor(_LOOKED)
        if looked is None or now - looked >= EVERY or notes.note(_POLICY) != policy_digest(policy):
            return True
        titles = breaks.known().keys() | {each.what.title for each in breaks.standing()}
        return not titles.isdisjoint(self.touched)

    def look(self, force: PolicyInForce, now: datetime, *, policy: Policy) -> PolicyInForce:
        """The policy with what is broken of it noted; preloads came with the wiki's facts and cost nothing.

        ``policy`` is the document as it stands, without what is switched off for this pass.
        """
        known = self.ledger.breaks.known()
        due = self.due(policy, now)
        relied = _with_targets(templates_relied_on(force), known) if due else {}
        states = self._states(force, tuple(relied), known, now)
        found = {
            title: template_break(
                each, states[title], _sound(known, title), target=self._target(states, title, known)
            )
            for title, each in relied.items()
        }
        if due and (gone := workshop_break(force, states)):
            found[gone.title] = found[gone.title] or gone
        for preload in preloads_relied_on(force):
            if not unread(preload, force):
                before = _sound(known, preload.title)
                found[preload.title] = preload_break(preload, force, before)
        with self.ledger.transaction():
            for title, what in found.items():
                self._note(force, title, states[title], what=what, known=known.get(title), now=now)
            if due:
                self._forget_others({*found, drafts_category(force)}, now)
                self.ledger.changes.set_cursor(_LOOKED, now)
                self.ledger.changes.set_note(_POLICY, policy_digest(policy))
        return replace(force, breaks=tuple(each.what for each in self._standing()))

    def look_at_drafts(self, force: PolicyInForce, seen: Mapping[str, bool], now: datetime) -> None:
        """Whether the drafts' category fills, as the drafts of the pass show (``seen``: is each in it?)."""
        category, breaks = drafts_category(force), self.ledger.breaks
        if not category or not seen:
            return
        with self.ledger.transaction():
            if any(seen.values()):
                breaks.note(category, sound=State(page_id=1), seen=State(page_id=1))
                self._end([each for each in self._standing() if each.what.title == category], now)
                return
            templates = workshop_templates(force)
            if any(each.what.title in (category, *templates) for each in self._standing()):
                return
            known = breaks.known()
            rev_id = next((known[each].seen.rev_id for each in templates if each in known), 0)
            what = unfilled_break(force, min(seen), rev_id=rev_id)
            again = breaks.was_seen(what)
            what = replace(what, user=self._saved_by(rev_id))
            number = breaks.begin(what, at=now)
            if not again:
                self._tell(force, number, what, was_sound=category in known)

    def reports(self) -> tuple[BreakReport, ...]:
        """The breaks that stand, for the run's report."""
        return tuple(
            BreakReport(
                what=each.what,
                since=each.since,
                new=each.number in self._new,
            )
            for each in self._standing()
        )

    def _states(
        self,
        force: PolicyInForce,
        titles: Sequence[str],
        known: Mapping[str, Known],
        now: datetime,
    ) -> dict[str, State]:
        """Templates as the wiki has them now, and preloads as its facts have them."""
        infos = self.reader.fetch_titles((), beside=titles) if titles else {}
        self.ledger.templates.seen({each.title for each in infos.values() if each.exists}, now)
        states = {
            title: State(page_id=info.page_id, rev_id=info.rev_id, redirect_to=info.redirect_to)
            for title, info in infos.items()
        }
        for preload in preloads_relied_on(force):
            page = source_page(preload.title, force.facts)
            # facts do not tell a page's id: for a preload it is enough that there is one
            states[preload.title] = (
                State(page_id=1, rev_id=page.rev_id) if page is not None else State()
            )
        new = {
            state.rev_id
            for title, state in states.items()
            if state.rev_id and (title not in known or known[title].seen.rev_id != state.rev_id)
        }
        if new:
            self._revisions |= self.reader.fetch_revisions(sorted(new))
        return {title: self._with_blank(title, state, known) for title, state in states.items()}

    def _with_blank(self, title: str, state: State, known: Mapping[str, Known]) -> State:
        revision = self._revisions.get(state.rev_id)
        if revision is not None:
            text = revision.text
            return replace(state, blank=text is not None and not text.strip())
        return replace(state, blank=title in known and known[title].seen.blank)

    def _target(
        self, states: Mapping[str, State], title: str, known: Mapping[str, Known]
    ) -> State | None:
        """The page that a template redirects to since it was last sound."""
        state, before = states[title], _sound(known, title)
        if not state.redirect_to or before is None or state.redirect_to == before.redirect_to:
            return None
        if state.redirect_to in states:
            return states[state.redirect_to]
        info = self.reader.fetch_titles((), beside=(state.redirect_to,))[state.redirect_to]
        return State(page_id=info.page_id, rev_id=info.rev_id)

    def _note(
        self,
        force: PolicyInForce,
        title: str,
        state: State,
        *,
        what: Break | None,
        known: Known | None,
        now: datetime,
    ) -> None:
        """One page: sound, changed, mended, or broken."""
        breaks = self.ledger.breaks
        standing = [each for each in self._standing() if each.what.title == title]
        if what is not None:
            sound = known.sound if known else None
            breaks.note(title, sound=sound, seen=state)
            if not standing:
                what = replace(what, user=self._breaker(what))
            number = breaks.begin(what, at=now)
            if not standing:
                self._tell(force, number, what, was_sound=sound is not None)
            return
        if state.page_id:
            breaks.note(title, sound=state, seen=state)
        if standing:
            self._end(standing, now)
        elif known is not None and known.seen.rev_id != state.rev_id:
            user = self._saved_by(state.rev_id)
            self.notes.append(message("note-relied-changed", title, state.rev_id, user))

    def _breaker(self, what: Break) -> str:
        """Who broke it: who saved the revision, or who deleted the page."""
        if what.rev_id:
            return self._saved_by(what.rev_id)
        deletion = self.reader.fetch_deletion(what.title) if what.sound_rev else None
        return deletion.user if deletion else ""

    def _saved_by(self, rev_id: int) -> str:
        if rev_id and rev_id not in self._revisions:
            self._revisions |= self.reader.fetch_revisions([rev_id])
        revision = self._revisions.get(rev_id)
        return revision.user if revision else ""

    def _tell(self, force: PolicyInForce, number: int, what: Break, *, was_sound: bool) -> None:
        """Tell the operator, and the contacts of what was in order before: the rest is the policy's fault.

        Of a page that never was there, and that something else stands in for, only the report's data tell. A
        policy that only reports has nobody told, not later either.
        """
        said = " ".join(message(key, *params) for key, params in sentences(what))
        # the note is what people see on stderr: a warning beside it would say the same twice
        log.info(
            "“%s” is broken: %s",
            what.title,
            said,
            extra={"action": "broken", "page": what.title},
        )
        if what.spared and not was_sound:
            return
        self._new.add(number)
        self.notes.append(message("note-broken", what.title, said))
        if not was_sound or force.policy.mode == "report":
            return
        rows = [
            finding_row(
                Finding(
                    code="",
                    rule=BROKEN,
                    title=what.title,
                    page_id=0,
                    rev_id=what.rev_id,
                    message=key,
                    params=params,
                )
            )
            for key, params in sentences(what)
        ]
        for contact in force.policy.contacts:
            page = force.title(contact)
            name = page.name if page.namespace == USER else contact
            self.ledger.news.add(
                page_id=0,
                subject=f"{BROKEN} {name}",
                episode=number,
                title=what.title,
                findings=rows,
                recipient=name,
            )

    def _end(self, mended: Iterable[Standing], now: datetime) -> None:
        for each in mended:
            self.ledger.breaks.end(each.number, at=now)
            for news in self.ledger.news.waiting():
                if news.subject.startswith(BROKEN) and news.episode == each.number:
                    self.ledger.news.settle([news.number], told=False, why="mended")
            self.notes.append(message("note-mended", each.what.title))
            self.ledger.changes.hasten()

    def _forget_others(self, kept: Collection[str], now: datetime) -> None:
        """What the policy no longer relies on is forgotten, broken or not."""
        self.ledger.breaks.forget(self.ledger.breaks.known().keys() - set(kept))
        for each in self._standing():
            if each.what.title not in kept:
                self.ledger.breaks.end(each.number, at=now)

    def _standing(self) -> list[Standing]:
        return self.ledger.breaks.standing()


def _sound(known: Mapping[str, Known], title: str) -> State | None:
    return known[title].sound if title in known else None


def _with_targets(relied: Mapping[str, Relied], known: Mapping[str, Known]) -> Mapping[str, Relied]:
    """The templates and those that they redirected to when they were last sound."""
    targets = {
        before.redirect_to: replace(each, title=before.redirect_to, needed=False)
        for title, each in relied.items()
        if (before := _sound(known, title)) and before.redirect_to
    }
    return {**targets, **relied}
