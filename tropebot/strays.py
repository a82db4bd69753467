"""What the histories of pages tell of our earlier edits where the ledger alone does not know.

Must not write to the wiki. After a lost ledger, or an old copy put back, a flag of ours that stands is ours
again, so that it can come off; one that people took off, and a draft that they moved back, are lasting noes
again; nobody is told anew. A flag that was taken off before the page was mended is the same no whether or not
a pass came in between.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.enforcer import MARK_MARGIN, Enforcer
from tropebot.ledger import Ledger
from tropebot.ledger.changes import Work
from tropebot.ledger.strays import MARK, Stray
from tropebot.model import Action, Change, Kind, Page, Revision, State
from tropebot.planning import Judged
from tropebot.policy.force import PolicyInForce
from tropebot.ports import WikiReader
from tropebot.promoter import PROMOTED, text_hash
from tropebot.promotion import Step, target_title

log = logging.getLogger(__name__)

MARK_BEGINS = "[tb:"
LOOKED_THROUGH = 5000
"""Revisions of ours that a new ledger looks through, newest first."""

NEWEST = 500
"""Revisions of ours that are looked through again: one request."""

HISTORY = 100
"""Revisions of one page that are looked through for ours."""

UNSEEN = 20
"""Newest revisions of one page that are read to see how a flag came off."""

_READ = "own-marks-read"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a page's history says of us: our revision that put each flag on, and whether it was promoted.

    ``refused`` are codes whose flag people took off while the fault stood; ``undone`` those whose flag we
    took off ourselves while it stood: an undo; ``cured`` those that an edit of ours had mended.
    ``put_back``: the draft reads as before we stripped it, since its move was refused.
    """

    put_on: tuple[tuple[str, Revision], ...] = ()
    promoted: bool = False
    refused: tuple[str, ...] = ()
    undone: frozenset[str] = frozenset()
    cured: frozenset[str] = frozenset()
    put_back: bool = False


def strays_among(changes: Sequence[Change], account: str) -> list[Stray]:
    """Our own edits among rows of recent changes, by the marks in their summaries."""
    found = []
    for row in changes:
        mark = MARK.match(row.comment) if row.user == account and row.rev_id else None
        if mark is not None and row.page_id and row.kind in ("edit", "new"):
            found.append(
                Stray(page_id=row.page_id, rev_id=row.rev_id, mark=mark[0], at=row.timestamp)
            )
    return found


def read_own_marks(ledger: Ledger, reader: WikiReader, *, newest: bool = False) -> None:
    """A ledger that never looked asks the wiki once for our own marks; their pages are judged again.

    ``newest``: those since the ledger's last event are asked for in any case, since recent changes were not
    read, or not without a gap.
    """
    first = not ledger.changes.note(_READ)
    if not (first or newest):
        return
    last = None if first else ledger.intents.last_event()
    rows = reader.fetch_own_marks(MARK_BEGINS, LOOKED_THROUGH if first else NEWEST)
    with ledger.transaction():
        kept = ledger.strays.note(
            Stray(page_id=row.page_id, rev_id=row.rev_id, mark=mark[0], at=row.timestamp)
            for row in rows
            if (mark := MARK.search(row.comment)) is not None
            and (last is None or row.timestamp >= last - MARK_MARGIN)
        )
        for stray in kept:
            work = Work(page_id=stray.page_id, reason="own mark", changed_at=stray.at)
            ledger.changes.add(work)
        ledger.changes.set_note(_READ, "yes")
    if kept:
        log.warning(
            "Edits of ours that the ledger does not know: %d; their pages are looked at", len(kept)
        )


@dataclass
class Strays:
    """The look at what we did before this ledger; ``judged`` tells which flags a text shows."""

    enforcer: Enforcer
    judged: Callable[[Page, PolicyInForce], Judged]
    _found: dict[int, Found] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger, self.force = self.enforcer.ledger, self.enforcer.force
        self.reader, self.account = self.enforcer.reader, self.enforcer.gate.account

    def look(self, judged: Judged) -> None:
        """Read what a page's history says of us, if there is an unknown mark on it or a flag went unseen."""
        page = judged.page
        if self.ledger.strays.of_page(page.page_id) is None:
            if not judged.exempt and (refused := self._refused(judged)):
                self._found[page.page_id] = Found(refused=refused)
            return
        history = self.reader.fetch_history(page.page_id, HISTORY)
        ours = [each for each in history if each.user == self.account]
        moved = any(
            (mark := MARK.search(each.comment)) and mark.start() and not self._known(mark[0])
            for each in ours
        )
        unknown = [
            each for each in ours if (mark := MARK.match(each.comment)) and not self._known(mark[0])
        ]
        found = self._read_edits(page, unknown)
        promoted = moved and page.namespace in self.force.workshop
        self._found[page.page_id] = replace(found, promoted=promoted)

    def remember(self, judged: Judged, *, at: datetime) -> None:
        """Note what was found, if anything was; the page's episodes are open by now."""
        page, pages = judged.page, self.ledger.pages
        found = self._found.pop(page.page_id, None)
        if found is None:
            return
        with self.ledger.transaction():
            pages.call(page)
            for template, revision in found.put_on:
                codes = sorted(self._codes(template))
                if template in judged.present:
                    self._adopt(judged, template, codes, revision)
                else:
                    for code in codes:
                        pages.refuse(page.page_id, code, "flag removed, as the history says", at=at)
            for code in found.refused:
                pages.refuse(page.page_id, code, "flag removed before it was mended", at=at)
            standing = {finding.code for finding in judged.findings}
            for code in sorted(found.undone | (found.cured & standing)):
                why = "taken back, as the history says"
                pages.refuse(page.page_id, code, why, at=at)
            if found.put_back:
                self._refuse_text(page, at)
            if found.promoted:
                pages.refuse(page.page_id, PROMOTED, "moved back, as the history says", at=at)
            self.ledger.strays.forget(page.page_id)

    def _refused(self, judged: Judged) -> tuple[str, ...]:
        """Codes that are mended now, but whose flag was taken off before they were."""
        page = judged.page
        unseen = judged.unjudged | {finding.code for finding in judged.findings}
        refused: set[str] = set()
        for template, flag in self.ledger.pages.past(page.page_id).flags.items():
            intent = self.ledger.intents.find(Kind.FLAG, page.page_id, flag.subject, flag.episode)
            if template in judged.present or intent is None:
                continue
            if codes := frozenset(intent.codes) - unseen:
                refused |= codes & self._faults_without(page, template, intent.result_rev)
        return tuple(sorted(refused))

    def _faults_without(self, page: Page, template: str, since: int) -> frozenset[str]:
        """What was found when the flag, on since that revision, was last taken off."""
        later = [
            each.rev_id
            for each in self.reader.fetch_history(page.page_id, UNSEEN)
            if since < each.rev_id < page.rev_id
        ]
        texts = self.reader.fetch_revisions(later) if later else {}
        codes: frozenset[str] = frozenset()
        for rev_id in sorted(later, reverse=True):
            then = self._then(page, texts.get(rev_id))
            if then is not None:
                if template in then.present:
                    break
                codes = frozenset(finding.code for finding in then.findings)
        return codes

    def _read_edits(self, page: Page, ours: Sequence[Revision]) -> Found:
        """What our edits did: of each flag the last thing, and what they mended."""
        wanted = {rev for each in ours for rev in (each.rev_id, each.parent_id) if rev}
        texts = self.reader.fetch_revisions(sorted(wanted)) if wanted else {}
        decided: dict[str, Revision | None] = {}
        undone: set[str] = set()
        cured: set[str] = set()
        for revision in sorted(ours, key=lambda each: each.rev_id, reverse=True):
            after = self._then(page, texts.get(revision.rev_id))
            before = self._then(page, texts.get(revision.parent_id))
            if after is None:
                continue
            shown = before.present if before else frozenset()
            faults = {finding.code for finding in after.findings}
            if before is not None:
                cured |= {finding.code for finding in before.findings} - faults - after.unjudged
            for template in after.present - shown:
                decided.setdefault(template, revision)
            for template in shown - after.present:
                if template not in decided:
                    undone |= self._codes(template) & faults
                decided.setdefault(template, None)
        put_on = [(name, revision) for name, revision in decided.items() if revision is not None]
        return Found(
            put_on=tuple(put_on),
            undone=frozenset(undone),
            cured=frozenset(cured),
            put_back=page.namespace in self.force.workshop and _put_back(page, ours, texts),
        )

    def _codes(self, template: str) -> frozenset[str]:
        """The rules whose flag this is."""
        flags = self.force.policy.flags.items()
        return frozenset(code for code, flag in flags if flag.template == template)

    def _then(self, page: Page, revision: Revision | None) -> Judged | None:
        """The page judged by an earlier revision's text; ``None`` where that is hidden or gone."""
        if revision is None or revision.text is None:
            return None
        then = replace(page, text=revision.text, templates=None, categories=None)
        return self.judged(then, self.force)

    def _adopt(
        self, judged: Judged, template: str, codes: Sequence[str], revision: Revision
    ) -> None:
        """The flag as if this ledger had seen it put on; its episode's number is of no other."""
        page, mark = judged.page, MARK.match(revision.comment)
        if mark is None or template in self.ledger.pages.past(page.page_id).flags:
            return
        findings = tuple(each for each in judged.findings if each.code in codes)
        standing = sorted({each.code for each in findings}) or codes
        action = Action(
            kind=Kind.FLAG,
            page_id=page.page_id,
            title=page.title,
            subject=standing[0],
            episode=-revision.rev_id,
            base_rev_id=revision.parent_id,
            reason="found on the wiki by its mark: what run did it is not known",
            findings=findings,
        )
        intent = self.ledger.intents.record(
            action,
            run=self.enforcer.run,
            mark=mark[0],
            policy_rev=self.force.rev_id,
            at=revision.timestamp,
            details={"template": template, "findings": [], "recipient": ""},
        )
        if intent is not None:
            done = self.ledger.intents.change(
                intent,
                State.DONE,
                at=revision.timestamp,
                note="found on the wiki",
                result_rev=revision.rev_id,
            )
            self.ledger.pages.flagged(done, template)

    def _refuse_text(self, page: Page, at: datetime) -> None:
        """This very text was tried, and the wiki refused the move: it is not tried again."""
        promotions = self.ledger.promotions
        tried = promotions.begin(
            run=self.enforcer.run,
            page_id=page.page_id,
            title=page.title,
            target=target_title(page.title),
            text_hash=text_hash(page.text),
            original="",
            stripped="",
            works=0,
            base_rev_id=page.rev_id,
            at=at,
        )
        promotions.advance(tried, Step.REFUSED, why="put back by the bot, as the history says")

    def _known(self, mark: str) -> bool:
        return self.ledger.strays.known(mark)


def _put_back(page: Page, ours: Sequence[Revision], texts: Mapping[int, Revision | None]) -> bool:
    """Whether the page's last two edits are ours, and the second took back the first."""
    by_id = {each.rev_id: each for each in ours}
    last = by_id.get(page.rev_id)
    first = by_id.get(last.parent_id) if last else None
    before = texts.get(first.parent_id) if first else None
    return before is not None and before.text == page.text
