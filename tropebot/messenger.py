"""Tells people, once: one message per person and run about all that happened to their pages.

Must not choose the words (`notices`) and never announces what has not happened: the news it tells was written
down together with the effect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tropebot.enforcer import Enforcer, Result, Saying
from tropebot.ledger.news import News
from tropebot.model import Action, Edit, Intent, Kind, Page, Person, State
from tropebot.notices import Concern, Notice, Promoted, notice
from tropebot.origins import first_authors
from tropebot.recipients import (
    ON_REPORT,
    has_talk_pages,
    talk_title,
    why_not_by_name,
    why_not_them,
    why_not_there,
)
from tropebot.retold import told_already
from tropebot.wayback import rule_links, ways

TRIES = 3
"""How often a message is composed anew where somebody edits the talk page at the same moment."""

TAKING_BACK = frozenset({Kind.UNDO, Kind.UNDO_MOVE, Kind.CORRECTION})
"""What an undo sends."""


@dataclass
class Messenger:
    """The messages of one run; ``progress`` hears which of them is sent, and of how many."""

    enforcer: Enforcer
    account: str
    progress: Callable[[int, int], None] = lambda *_: None
    deferred: int = 0
    _pages: Mapping[str, Page | None] = field(default_factory=dict)
    _people: Mapping[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.enforcer.settlers[Kind.NOTICE] = self._told

    def tell_all(self) -> None:
        """Tell everybody who is still to be told; a policy that only reports leaves it for later.

        So does work that was begun and has not ended: the next pass ends it, and one message tells it all.
        """
        if self.enforcer.force.policy.mode == "report":
            return
        news = self.enforcer.ledger.news
        if self._work_under_way():
            self.deferred += len(news.waiting())
            return
        groups: dict[tuple[str, int], list[News]] = {}
        addressed = self._addressed()
        self._meet(addressed)
        for each in addressed:
            if why := self._why_not_at_all(each):
                news.settle([each.number], told=False, why=why)
            else:
                groups.setdefault((each.recipient, self._sent_batch(each)), []).append(each)
        for number, ((name, _), rows) in enumerate(groups.items(), 1):
            self.progress(number, len(groups))
            if self.enforcer.room():
                self._tell(name, rows)
            else:
                self.deferred += 1

    def _work_under_way(self) -> bool:
        """Whether an edit or a move that was sent is still to be settled: its news belong to this message.

        What an undo sent in vain only an operator sends again, if anybody: that is not waited for.
        """
        return any(
            each.tries
            and each.kind is not Kind.NOTICE
            and not (each.kind in TAKING_BACK and each.state is State.PLANNED)
            for each in self.enforcer.ledger.intents.open()
        )

    def _addressed(self) -> list[News]:
        """The waiting news with the person whom each concerns: the first author, of a file its uploader."""
        ledger, reader = self.enforcer.ledger, self.enforcer.reader
        nameless = [each for each in ledger.news.waiting() if not each.recipient]
        authors = first_authors({each.page_id for each in nameless}, ledger, reader)
        for each in nameless:
            if author := authors.get(each.page_id):
                ledger.news.address(each, author.user, author.user_id)
            else:
                ledger.news.settle([each.number], told=False, why="the author is not known")
        return ledger.news.waiting()

    def _meet(self, news: Sequence[News]) -> None:
        """Ask how the accounts of those stand who may be told, and with that for their talk pages."""
        names = sorted({each.recipient for each in news if not self._why_not(each.recipient)})
        if names:
            force = self.enforcer.force
            where = has_talk_pages(force)
            talks = {name: talk_title(name, force) if where else "" for name in names}
            enforcer = self.enforcer
            met = enforcer.acquaintances.meet(talks, enforcer.reader, enforcer.clock)
            self._people, self._pages = met

    def _why_not(self, name: str) -> str:
        return why_not_by_name(name, self.enforcer.force.policy.notify, self.account)

    def _why_not_at_all(self, news: News) -> str:
        """Why nobody is told of it on a talk page."""
        name = news.recipient
        why = self._why_not(name) or why_not_them(
            name, self._people.get(name), contact=not news.page_id
        )
        return why or ("" if has_talk_pages(self.enforcer.force) else ON_REPORT)

    def _is_newcomer(self, name: str) -> bool:
        """Whether somebody has made few edits, or is new here; where the wiki does not tell, not."""
        rules, person = self.enforcer.force.policy.notify, self._people.get(name)
        if person is None:
            return False
        if person.edits is not None and person.edits < rules.newcomer_edits:
            return True
        since = self.enforcer.gate.server_time() - timedelta(days=rules.newcomer_days)
        return person.registered is not None and person.registered > since

    def _sent_batch(self, news: News) -> int:
        """The batch of a message that may have been sent: it is told as it was, not put together anew."""
        if not news.batch:
            return 0
        intents = self.enforcer.ledger.intents
        intent = intents.find(Kind.NOTICE, 0, news.recipient, news.batch)
        return news.batch if intent is not None and intent.tries else 0

    def _tell(self, name: str, rows: list[News]) -> None:
        ledger = self.enforcer.ledger
        batch = self._sent_batch(rows[0]) or min(row.number for row in rows)
        if self._told_before(name, batch):
            return
        title = talk_title(name, self.enforcer.force)
        page = self._pages.get(title)
        if told := told_already(self.enforcer, rows, page):
            ledger.news.settle(sorted(told), told=True, why="the talk page shows it")
            rows = [row for row in rows if row.number not in told]
        numbers = [row.number for row in rows]
        if not numbers:
            return
        ledger.news.bundle(numbers, batch)
        rows.sort(key=lambda row: row.title)
        for _ in range(TRIES):
            if why := why_not_there(page, self.enforcer.force):
                ledger.news.settle(numbers, told=False, why=why)
                return
            action = self._action(name, title, page, rows, batch)
            saying = Saying(key="summary-notice", params=(str(len({row.title for row in rows})),))
            details = {"news": numbers}
            before = page.text if page else ""
            sent = self.enforcer.carry_out(action, saying, before=before, details=details)
            state = sent[0].state if sent else None
            if state is State.DONE:
                return
            if state is State.REFUSED:
                ledger.news.settle(numbers, told=False, why=sent[0].why if sent else "")
                return
            if state is None:
                return
            page = self.enforcer.reader.fetch_pages([title])[title]

    def _told(self, intent: Intent, result: Result | None) -> None:
        """The message stands on the talk page: nobody tells its news again."""
        del result
        news = self.enforcer.ledger.news
        news.settle(intent.details["news"], told=True)

    def _told_before(self, name: str, batch: int) -> bool:
        intents = self.enforcer.ledger.intents
        intent = intents.find(Kind.NOTICE, 0, name, batch)
        if intent is None:
            return False
        return intent.state is State.DONE or self.enforcer.arrived(intent)

    def _action(
        self, name: str, title: str, page: Page | None, rows: Sequence[News], batch: int
    ) -> Action:
        text = self._text(name, rows, batch)
        if page is None:
            now = self.enforcer.gate.server_time()
            edit = Edit.making(title, text.section, at=now, bot=False)
        else:
            edit = Edit.of(page, append=text.appended, bot=False)
        return Action(
            kind=Kind.NOTICE,
            page_id=0,
            title=title,
            subject=name,
            episode=batch,
            base_rev_id=edit.base_rev_id,
            reason=f"news for {name}",
            payload=edit,
        )

    def _text(self, name: str, rows: Sequence[News], batch: int) -> Notice:
        policy, person = self.enforcer.force.policy, self._people.get(name)
        return notice(
            name,
            concerns=[
                Concern(
                    title=row.title,
                    findings=row.findings,
                    flagged=policy.actions.get(row.subject) != "tell",
                )
                for row in rows
                if row.findings and row.page_id
            ],
            broken=[
                Concern(title=row.title, findings=row.findings) for row in rows if not row.page_id
            ],
            promoted=[Promoted(draft=row.title, target=row.target) for row in rows if row.target],
            mark=f"tropebot {batch}",
            policy_page=policy.policy_page,
            opt_out=policy.notify.opt_out[-1] if policy.notify.opt_out else "",
            newcomer=self._is_newcomer(name),
            rules=lambda codes: rule_links(policy, codes),
            ways=self._ways,
            gender=person.gender if person else "",
            language=self.enforcer.force.wording,
        )

    def _ways(self, title: str) -> tuple[str, str]:
        """The way back for editors; no addresses where the wiki would want a puzzle solved for them."""
        force, gate = self.enforcer.force, self.enforcer.gate
        urls = "ConfirmEdit" not in force.facts.extensions or gate.may("skipcaptcha")
        return ways(force.policy, force.wording, title=title, urls=urls)
