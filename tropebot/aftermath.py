"""What follows a promotion: subpages come along, links and redirects lead to the new title, lists name it.

Must not begin anything before the page stands in Main, and nothing that the policy does not ask for. Each
write is an intent of its own and is left out where the wiki shows its result.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from tropebot.enforcer import Enforcer, Saying
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.ledger.undone import AFTERWARDS
from tropebot.model import (
    MAIN,
    MEDIAWIKI,
    MODULE,
    TEMPLATE,
    USER,
    Action,
    Edit,
    Intent,
    Kind,
    Linking,
    Move,
    Page,
    State,
)
from tropebot.policy.schema import After
from tropebot.promotion import Outcome, Promotion
from tropebot.wikitext.inert import link
from tropebot.wikitext.relinking import relinked

TRIES = 3
"""How often an edit is composed anew where somebody edits the page at the same moment."""

LINKING = 500
"""How many of the pages that link to a title are looked at, at most; one query tells so many."""

REDIRECTS = 50
"""How many redirects are led on after one promotion, at most."""

_NOT_IN = frozenset({USER, MEDIAWIKI, TEMPLATE, MODULE})
"""Namespaces where no link is touched, beside all talk: people's own, and what other pages are made of."""

_SETTLED = frozenset({State.DONE, State.REFUSED})


@dataclass
class Aftermath:
    """The after-work of promotions.

    ``why_not`` says why a page may not be edited; what is to be reported goes to ``note``. ``led_on`` are the
    pages whose links were changed.
    """

    enforcer: Enforcer
    why_not: Callable[[Page], str]
    note: Callable[[str], None]
    led_on: set[int] = field(default_factory=set)

    def work(
        self, promotion: Promotion, subpages: Mapping[str, int] | None = None
    ) -> Outcome | None:
        """Do what is left to do; `None` where it must go on in the next pass.

        ``subpages`` are the draft's, where they were seen just now.
        """
        if subpages is None:
            subpages = self.enforcer.reader.fetch_subpages(promotion.title)
        after = self.enforcer.force.policy.workshop.after
        if subpages or after != After():
            page = self.enforcer.fetch_by_id([promotion.page_id])[promotion.page_id]
            if page is None or page.title != promotion.target:
                return self._elsewhere(page)
        if not self._subpages(promotion, subpages):
            return None
        if not all(step(promotion) for step in (self._links, self._log, self._wicks)):
            return None
        for intent in self.enforcer.ledger.intents.open():
            ours = intent.kind in AFTERWARDS and intent.episode == promotion.number
            if ours and not self.enforcer.arrived(intent) and intent.state is State.PLANNED:
                self.enforcer.supersede(intent, "nothing is left to do")
        return Outcome.DONE

    def _elsewhere(self, page: Page | None) -> Outcome:
        """A page that people moved on meanwhile is promoted, and left alone; a draft again, it is not."""
        back = page is None or page.namespace in self.enforcer.force.workshop
        return Outcome.GONE if back else Outcome.DONE

    def _subpages(self, promotion: Promotion, subpages: Mapping[str, int]) -> bool:
        """Subpages of the draft follow it, one by one."""
        workshop = self.enforcer.force.policy.workshop
        for title, page_id in subpages.items():
            target = promotion.target + title.removeprefix(promotion.title)
            if self._known(Kind.AFTER, page_id, target, promotion):
                continue
            move = Move(
                page_id=page_id,
                title=title,
                target=target,
                summary="",
                move_talk=workshop.move_talk,
                leave_redirect=self.enforcer.leaves_redirect(),
            )
            action = _action(Kind.AFTER, promotion, move, target)
            if not self.enforcer.room():
                return False
            saying = Saying(key="summary-after", params=(promotion.target,))
            sent = self.enforcer.carry_out(action, saying)
            if sent is None:
                return False
            if sent[0].state is State.REFUSED:
                self.note(f"The subpage “{title}” did not move along ({sent[0].why}).")
        return True

    # Links and redirects.

    def _links(self, promotion: Promotion) -> bool:
        """Plain links and redirects to what moved are led to where it stands now."""
        after = self.enforcer.force.policy.workshop.after
        if not (after.links or after.redirects):
            return True
        moved = self._moved(promotion)
        found = self._linking(moved, promotion)
        bounds = {True: REDIRECTS if after.redirects else 0, False: after.links}
        for effect in self.enforcer.ledger.undone.of_promotion(promotion.number):
            if effect.kind is Kind.LINKS:
                bounds[effect.details["redirect"]] -= 1
        pages = self.enforcer.fetch_by_id(sorted(each.page_id for each in found)) if found else {}
        left = 0
        for each in sorted(found, key=lambda each: (not each.redirect, each.page_id)):
            page = pages[each.page_id]
            if self._known(Kind.LINKS, each.page_id, promotion.target, promotion):
                continue
            if page is None or not self._led_on(page, moved):
                continue
            if bounds[each.redirect] <= 0:
                left += 1
                continue
            bounds[each.redirect] -= 1
            if not self._lead_on(page, moved, promotion):
                return False
        if left:
            more = counted(left, "more page")
            self.note(f"The links to “{promotion.title}” on {more} were left as they are.")
        return True

    def _moved(self, promotion: Promotion) -> Mapping[str, str]:
        """Old titles and new ones: of the draft, and of the subpages that came along."""
        effects = self.enforcer.ledger.undone.of_promotion(promotion.number)
        along = {each.title: each.subject for each in effects if each.kind is Kind.AFTER}
        return {promotion.title: promotion.target, **along}

    def _linking(self, titles: Iterable[str], promotion: Promotion) -> frozenset[Linking]:
        """Pages where links may be touched; never the promoted one: the strip was our only edit of it."""
        force = self.enforcer.force
        after = force.policy.workshop.after
        kept_out = force.namespaces(force.policy.exempt.namespaces)
        found = (
            each
            for title in titles
            for each in self.enforcer.reader.fetch_linking(title, limit=LINKING)
        )
        return frozenset(
            each
            for each in found
            if each.page_id != promotion.page_id
            and (after.redirects if each.redirect else after.links)
            and each.namespace >= MAIN
            and each.namespace % 2 == 0
            and each.namespace not in _NOT_IN | kept_out
        )

    def _led_on(self, page: Page, moved: Mapping[str, str]) -> str:
        """The page's text with its links led on; empty where it may not be edited or has none."""
        force = self.enforcer.force
        # what is below a redirect's line says whether people keep bots off it
        seen = _below(page) if page.redirect else page
        if self.why_not(seen):
            return ""
        text = relinked(force.document(page.text, force.title(page.title)), moved)
        return text if text != page.text else ""

    def _lead_on(self, page: Page, moved: Mapping[str, str], promotion: Promotion) -> bool:
        for _ in range(TRIES):
            text = self._led_on(page, moved)
            if not text:
                return True
            if not self.enforcer.room():
                return False
            edit = Edit.of(page, text=text)
            action = _action(Kind.LINKS, promotion, edit, promotion.target)
            key = "summary-redirect" if page.redirect else "summary-links"
            saying = Saying(key=key, params=(promotion.title, promotion.target))
            details = {"redirect": page.redirect}
            sent = self.enforcer.carry_out(action, saying, before=page.text, details=details)
            if sent is None:
                return False
            if sent[0].state is not State.SUPERSEDED:
                self.led_on.add(page.page_id)
                return True
            now = self.enforcer.fetch_by_id([page.page_id])[page.page_id]
            if now is None:
                return True
            page = now
        return True

    # Lists that people read.

    def _log(self, promotion: Promotion) -> bool:
        """One line on the page that the policy names for promotions; it is made where there is none."""
        policy = self.enforcer.force.policy
        title = policy.workshop.after.log_page
        if not title:
            return True
        line = message(
            "log-item",
            self._today(),
            link(promotion.target),
            link(promotion.title),
            str(promotion.works),
            language=self.enforcer.force.wording,
        )
        saying = Saying(key="summary-log", params=(promotion.target,))
        return self._list(promotion, title, line, saying, create=True)

    def _wicks(self, promotion: Promotion) -> bool:
        """A line on people's list of pages that few others link to; the list is theirs to make."""
        policy = self.enforcer.force.policy
        after = policy.workshop.after
        if not after.wicks_page:
            return True
        titles = (promotion.target, promotion.title)
        linking = {
            each.page_id
            for title in titles
            for each in self.enforcer.reader.fetch_linking(title, limit=LINKING)
            if each.namespace == MAIN and not each.redirect
        }
        if len(linking - {promotion.page_id}) >= after.wicks_enough:
            return True
        line = message(
            "wicks-item",
            link(promotion.target),
            self._today(),
            language=self.enforcer.force.wording,
        )
        saying = Saying(key="summary-wicks", params=(promotion.target,))
        return self._list(promotion, after.wicks_page, line, saying, create=False)

    def _list(
        self, promotion: Promotion, title: str, line: str, saying: Saying, *, create: bool
    ) -> bool:
        """Append a line, unless it stands there already by the mark that nobody sees."""
        mark = f"<!-- tropebot {promotion.page_id} {promotion.text_hash[:8]} -->"
        for _ in range(TRIES):
            if self._known(Kind.LISTED, promotion.page_id, title, promotion):
                return True
            page = self.enforcer.fetch([title])[title]
            if page is not None and mark in page.text:
                return True
            if why := self._unlistable(title, page, create=create):
                self.note(f"“{promotion.target}” was not put on “{title}”: {why}.")
                return True
            if not self.enforcer.room():
                return False
            edit = self._line(page, title, f"* {line}{mark}")
            action = _action(Kind.LISTED, promotion, edit, title)
            sent = self.enforcer.carry_out(action, saying, before=page.text if page else "")
            if sent is None:
                return False
            if sent[0].state is State.REFUSED:
                self.note(f"“{promotion.target}” was not put on “{title}” ({sent[0].why}).")
        return True

    def _unlistable(self, title: str, page: Page | None, *, create: bool) -> str:
        force = self.enforcer.force
        if force.title(title).namespace in force.namespaces(force.policy.limits.keep_out):
            return "nothing may be written in its namespace"
        if page is None:
            return "" if create else "there is no such page"
        if page.redirect:
            return "it is a redirect"
        return "" if page.content_model == "wikitext" else "it is no wikitext"

    def _line(self, page: Page | None, title: str, line: str) -> Edit:
        if page is not None:
            return Edit.of(page, append=f"\n{line}")
        return Edit.making(title, line, at=self.enforcer.gate.server_time())

    def _known(self, kind: Kind, page_id: int, subject: str, promotion: Promotion) -> bool:
        """Whether a step has had its effect, perhaps late, or was refused."""
        intents = self.enforcer.ledger.intents
        known: Intent | None = intents.find(kind, page_id, subject, promotion.number)
        return known is not None and (known.state in _SETTLED or self.enforcer.arrived(known))

    def _today(self) -> str:
        return f"{self.enforcer.gate.server_time():%Y-%m-%d}"


def _below(page: Page) -> Page:
    """A redirect as the page that it would be without its first line."""
    return replace(page, redirect=False, text=page.text.partition("\n")[2])


def _action(kind: Kind, promotion: Promotion, payload: Edit | Move, subject: str) -> Action:
    own = kind is Kind.LISTED
    return Action(
        kind=kind,
        page_id=promotion.page_id if own else payload.page_id,
        title=payload.title,
        subject=subject,
        episode=promotion.number,
        base_rev_id=payload.base_rev_id if isinstance(payload, Edit) else promotion.strip_rev,
        reason=f"promotion to “{promotion.target}”",
        payload=payload,
    )
