"""Keeps the bot's reports on the wiki: its own pages, edited only when what they say has changed.

Must not choose what they say (`reports` does), and never touches a page that is not the bot's own: by
its title, and by the mark on it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from tropebot.enforcer import Enforcer, Saying
from tropebot.model import MESSAGE_WALL, USER, Action, Edit, Kind, Page, State
from tropebot.origins import first_authors
from tropebot.policy.schema import Policy
from tropebot.ports import WikiReader
from tropebot.promoter import text_hash
from tropebot.recipients import (
    ON_REPORT,
    has_talk_pages,
    why_not_by_name,
    why_not_them,
    why_not_there,
)
from tropebot.reports.people import Links, concerned, people_section
from tropebot.reports.state import WikiState, read_state
from tropebot.reports.wikipages import MARK, Manner, repeat_page, state_page, worklist_page
from tropebot.rules import all_rules
from tropebot.wayback import rule_links, ways

log = logging.getLogger(__name__)

TRIES = 3
"""How often a report is made anew where somebody edits its page at the same moment."""

CREATORS = 50
"""Pages whose creators are asked for in one pass, at most, where repeat cases are counted."""

LOOKED = "reports-looked-at"
"""The cursor that says when the reports were last looked at."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A page and what it is to say; ``create``: it is made where there is none."""

    title: str
    text: str
    create: bool = True


def reports_due(policy: Policy, looked: datetime | None, now: datetime) -> bool:
    """Whether the reports are to be looked at that were last looked at then (``None``: never)."""
    if policy.mode != "act" or not any(_titles(policy)):
        return False
    return looked is None or now - looked >= timedelta(hours=policy.reports.hours)


def _titles(policy: Policy) -> tuple[str, str, str]:
    reports = policy.reports
    return reports.page, reports.worklists, reports.repeat_cases


@dataclass
class Reporter:
    """The reports of one pass; what could not be done is added to ``notes``."""

    enforcer: Enforcer
    account: str
    run_page: str
    notes: list[str] = field(default_factory=list)
    deferred: int = 0

    def __post_init__(self) -> None:
        self.ledger, self.force = self.enforcer.ledger, self.enforcer.force

    def report_if_due(self) -> None:
        """Report where the policy asks for it and it is time; a pass that asked the wiki nothing does not."""
        looked, now = self.ledger.changes.cursor(LOOKED), self.enforcer.gate.server_time()
        if self.force.facts.online and reports_due(self.force.policy, looked, now):
            self.report(unasked=True)

    def report(
        self, progress: Callable[[int, int], None] = lambda *_: None, *, unasked: bool = False
    ) -> None:
        """Bring every report that the policy names up to date; in the mode “report” none is written.

        ``unasked``: what a person has taken back is not saved again as it was. ``progress`` hears how many
        pages are done, and of how many.
        """
        if not any(_titles(self.force.policy)):
            self._note(
                "The policy names no page for reports (reports.page, worklists, repeat_cases)."
            )
            return
        if self.force.policy.mode != "act":
            self._note("The policy only reports: no page is written, neither is a report.")
            return
        self.ledger.changes.set_note(LOOKED, "")  # a report that is broken off is due again
        self._give_up_left_over()
        if self.force.policy.reports.repeat_cases or self._stands_for_messages():
            self._learn_creators(self.enforcer.reader)
        wanted = {each.title: each for each in self._wanted() if self._is_own(each.title)}
        pages = self.enforcer.fetch(tuple(wanted)) if wanted else {}
        for number, each in enumerate(wanted.values(), 1):
            if not (unasked and self._was_taken_back(each)):
                self._keep(each, pages)
            progress(number, len(wanted))
        if not self.deferred:
            self.ledger.changes.set_cursor(LOOKED, self.enforcer.gate.server_time())

    def _wanted(self) -> Iterator[Wanted]:
        policy = self.force.policy
        page, worklists, repeat = _titles(policy)
        rules = {rule.code: rule.name for rule in all_rules()}
        state = read_state(self.ledger, rules)
        manner = Manner(account=self.account, language=self.force.wording, rows=policy.reports.rows)
        if page:
            people = self._people(state, manner) if self._stands_for_messages() else ()
            text = state_page(state, manner, worklists=worklists, people=people)
            yield Wanted(title=page, text=text)
        if worklists:
            yield from self._worklists(state, worklists, manner)
        if repeat:
            text = repeat_page(state.found, manner, least=policy.reports.repeat_from)
            yield Wanted(title=repeat, text=text)

    def _stands_for_messages(self) -> bool:
        """Whether the report tells people what elsewhere a message on their talk pages does."""
        policy = self.force.policy
        told = policy.notify.enabled and bool(policy.reports.page)
        return told and not has_talk_pages(self.force)

    def _people(self, state: WikiState, manner: Manner) -> Iterator[str]:
        """What would have been told, to those who would have been."""
        policy, facts, gate = self.force.policy, self.force.facts, self.enforcer.gate
        everybody = [
            each
            for each in concerned(self.ledger.overview.unsaid(ON_REPORT), state.promotions)
            if not why_not_by_name(each.name, policy.notify, self.account)
        ]
        asked = everybody[: manner.rows]
        names = [each.name for each in asked]
        people = self.enforcer.reader.fetch_people(names) if names else {}
        told = [each for each in asked if not why_not_them(each.name, people.get(each.name))]
        urls = "ConfirmEdit" not in facts.extensions or gate.may("skipcaptcha")
        links = Links(
            rules=lambda codes: rule_links(policy, codes),
            ways=ways(policy, self.force.wording, urls=urls),
            wall=facts.namespace_names.get(MESSAGE_WALL, ""),
        )
        left = len(everybody) - len(asked)
        yield from people_section(told, manner, links, left=left)

    def _worklists(self, state: WikiState, below: str, manner: Manner) -> Iterator[Wanted]:
        for code, name in state.rules.items():
            rows = [each for each in state.standing if each.code == code]
            text = worklist_page(rows, code, name, manner)
            yield Wanted(title=f"{below}/{code}", text=text, create=bool(rows))

    def _is_own(self, title: str) -> bool:
        """Whether a title is below the bot's own user page, and none that steers it."""
        asked, own = self.force.title(title), self.force.title(self.run_page)
        below = asked.namespace == USER and asked.name.startswith(f"{self.account}/")
        if below and asked.text == title and asked.text != own.text:
            return True
        self._note(f"No report is made at “{title}”: it must be a page below User:{self.account}/.")
        return False

    def _was_taken_back(self, wanted: Wanted) -> bool:
        """Whether this very text is what an undo took off the page last."""
        last = self.ledger.undone.report_taken_back(wanted.title)
        return last is not None and last.details.get("text") == text_hash(wanted.text)

    def _keep(self, wanted: Wanted, pages: Mapping[str, Page | None]) -> None:
        page = pages[wanted.title]
        for _ in range(TRIES):
            if page is None and not wanted.create:
                return
            if page is not None and page.text.rstrip() == wanted.text:
                return
            if why := self._why_not(page):
                self._note(f"The report at “{wanted.title}” is left as it is: {why}.")
                return
            if not self.enforcer.room():
                self.deferred += 1
                return
            sent = self._send(wanted, page)
            if sent is None or sent in (State.DONE, State.REFUSED):
                return
            page = self.enforcer.fetch((wanted.title,))[wanted.title]

    def _send(self, wanted: Wanted, page: Page | None) -> State | None:
        if page is None:
            edit = Edit.making(wanted.title, wanted.text, at=self.enforcer.gate.server_time())
        else:
            edit = Edit.of(page, text=wanted.text)
        action = Action(
            kind=Kind.REPORT,
            page_id=edit.page_id,
            title=wanted.title,
            subject=wanted.title,
            episode=self.enforcer.run,
            base_rev_id=edit.base_rev_id,
            reason="what it tells has changed",
            payload=edit,
        )
        before = page.text if page else ""
        sent = self.enforcer.carry_out(
            action,
            Saying(key="summary-report"),
            before=before,
            details={"text": text_hash(wanted.text)},
        )
        if sent and sent[0].state is State.REFUSED:
            self._note(f"The report at “{wanted.title}” was refused ({sent[0].why}).")
        return sent[0].state if sent else None

    def _why_not(self, page: Page | None) -> str:
        """Why a page is not written over; one that the bot saved last is its own without a mark too."""
        if page is None:
            return ""
        if MARK not in page.text and not self.ledger.intents.made(page.rev_id):
            return "somebody else’s page stands there"
        return why_not_there(page, self.force)

    def _give_up_left_over(self) -> None:
        """A report that an earlier run had planned is made anew, unless it arrived after all."""
        for intent in self.ledger.intents.open():
            if intent.kind is not Kind.REPORT or intent.state is not State.PLANNED:
                continue
            if not self.enforcer.arrived(intent):
                self.enforcer.supersede(intent, "made anew")

    def _learn_creators(self, reader: WikiReader) -> None:
        first_authors(self.ledger.overview.of_unknown_creator(CREATORS), self.ledger, reader)

    def _note(self, text: str) -> None:
        self.notes.append(text)
        log.info("%s", text, extra={"action": "report_left"})  # the note warns
