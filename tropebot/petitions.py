"""Reads and answers what people ask of the bot on its page: to look at a page again, or to leave it alone.

Must not know the page's grammar (`wayback` does) and judges nothing: the rounds of the same pass do. An
objection is a lasting no, as a removed flag is; only who keeps the bot clears it (`tropebot resume`).
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tropebot.enforcer import Enforcer, Saying
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.ledger import Ledger
from tropebot.ledger.changes import Work
from tropebot.model import Action, Edit, Finding, Kind, OnWikiPage, Page, Revision
from tropebot.policy.schema import Policy
from tropebot.recipients import why_not_there
from tropebot.rounds import Rounds
from tropebot.wayback import OBJECTION, Request, Wish, answered, open_requests
from tropebot.wikitext.inert import inert, link

HISTORY = 50
"""Revisions of the page that are looked at for who asked."""

_LEFT = "requests-left"
# The revision of the page on which nothing is left but what nobody answers.
_COMMENTED = re.compile(r"^/\* (.*?) \*/")


def asked_for(policy: Policy, seen: OnWikiPage | None, ledger: Ledger) -> bool:
    """Whether the page of requests, as the poll showed it, asks for something that may be answered."""
    if policy.mode != "act" or not policy.requests.page or seen is None:
        return False
    left = ledger.changes.note(_LEFT)
    return str(seen.rev_id) != left and bool(open_requests(seen.text, policy.language))


@dataclass
class Petitions:
    """What is asked in one pass. Objections count before pages are judged, answers come after."""

    enforcer: Enforcer
    page: Page | None = None
    deferred: int = 0
    notes: list[str] = field(default_factory=list)
    _looks: dict[Request, Page] = field(default_factory=dict)
    _answers: dict[Request, str] = field(default_factory=dict)
    _by: Mapping[str, str] = field(default_factory=dict)
    """Who wrote each section, by its heading, as the summary of a new section tells it."""

    def __post_init__(self) -> None:
        self.ledger, self.force = self.enforcer.ledger, self.enforcer.force

    def read(self, seen: OnWikiPage | None) -> None:
        """Take up what the page asks, as the poll showed it: most polls show nothing new, and ask no more."""
        title = self.force.policy.requests.page
        if not self.force.facts.online or not asked_for(self.force.policy, seen, self.ledger):
            return
        page = self.enforcer.reader.fetch_pages([title])[title]
        if page is None or why_not_there(page, self.force):
            return
        self.page = page
        history = self.enforcer.reader.fetch_history(page.page_id, HISTORY)
        self._by = {_heading(each): each.user for each in reversed(history)}
        asked = self._heard(open_requests(page.text, self.force.wording))
        found = self.enforcer.reader.fetch_pages({each.title for each in asked}) if asked else {}
        for each in asked:
            self._take(each, found.get(each.title))

    def _heard(self, requests: tuple[Request, ...]) -> list[Request]:
        """As many as a pass takes up, and of one person; what ignored people ask stays as it is."""
        bounds = self.force.policy.requests
        heard: list[Request] = []
        each_has: Counter[str] = Counter()
        for request in requests:
            who = self._by.get(request.heading, "")
            if who in bounds.ignore or who == self.enforcer.gate.account:
                continue
            if len(heard) >= bounds.per_run or each_has[who] >= bounds.per_person:
                self.deferred += 1
                continue
            each_has[who] += 1
            heard.append(request)
        return heard

    def _take(self, request: Request, page: Page | None) -> None:
        if page is None:
            self._answers[request] = self._said("wayback-no-page", link(request.title))
        elif request.wish is Wish.OBJECTION:
            self._answers[request] = self._object(request, page)
        else:
            self._looks[request] = page
            self.ledger.changes.add(Work(page_id=page.page_id, reason="asked"))

    def _object(self, request: Request, page: Page) -> str:
        """Note the no, about rules of which something stands on the page; others need none."""
        past = self.ledger.pages.past(page.page_id)
        codes = sorted(code for code in past.episodes if request.code in ("", code))
        if not codes:
            about = request.code or self._said("wayback-any-rule")
            return self._said("wayback-nothing-stands", link(page.title), inert(about))
        now = self.enforcer.gate.server_time()
        with self.ledger.transaction():
            for code in codes:
                self.ledger.pages.refuse(page.page_id, code, self._why(request), at=now)
        listed = ", ".join(codes)
        self.notes.append(message("note-objection", page.title, listed))
        return self._said("wayback-objected", link(page.title), listed)

    def _why(self, request: Request) -> str:
        who = self._by.get(request.heading, "")
        return f"{OBJECTION} by {who}" if who else OBJECTION

    def answer(self, rounds: Rounds) -> None:
        """One edit with all answers; a page that was not judged this time is answered by a later pass."""
        for request, page in self._looks.items():
            if page.page_id in rounds.pages:
                self._answers[request] = self._verdict(page, rounds)
            else:
                self.deferred += 1
        if self.page is None:
            return
        if not self._answers:
            if not self.deferred:
                self.ledger.changes.set_note(_LEFT, str(self.page.rev_id))
            return
        if not self.enforcer.room():
            self.deferred += len(self._answers)
            return
        self._send(self.page, answered(self.page.text, self._answers))

    def _verdict(self, page: Page, rounds: Rounds) -> str:
        """What was found just now, and what that means."""
        findings: tuple[Finding, ...] = rounds.findings.get(page.page_id, ())
        draft = rounds.drafts.get(page.page_id)
        if findings:
            texts = (
                message(each.message, *each.params, language=self.force.wording)
                for each in findings
            )
            found = " ".join(inert(text) for text in texts)
            return self._said("wayback-found", link(page.title), found, str(len(findings)))
        if draft is not None and draft.holds:
            holds = dict.fromkeys(
                inert(message(hold.message, *hold.params, language=self.force.wording))
                for hold in draft.holds
            )
            return self._said("wayback-draft", link(page.title), "; ".join(holds))
        return self._said("wayback-clean", link(page.title))

    def _send(self, page: Page, text: str) -> None:
        edit = Edit.of(page, text=text, bot=False)
        action = Action(
            kind=Kind.ANSWER,
            page_id=page.page_id,
            title=page.title,
            subject="",
            episode=page.rev_id,
            base_rev_id=page.rev_id,
            reason=counted(len(self._answers), "answer"),
            payload=edit,
        )
        saying = Saying(key="summary-answer", params=(str(len(self._answers)),))
        self.enforcer.carry_out(action, saying, before=page.text)

    def _said(self, key: str, *params: str) -> str:
        return message(key, *params, language=self.force.wording)


def _heading(revision: Revision) -> str:
    """The section that the summary names; empty where it names none."""
    found = _COMMENTED.match(revision.comment)
    return found[1] if found else ""
