"""One unit of a dump judged: a function of values, so that any process on any machine can do it.

Must not print or keep anything between units but what follows from the policy. Every page is judged as the
engine does it; what the wiki would say of the page comes from the dump.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.audit.knowledge import Knowledge, Transclusions, above, facts_of
from tropebot.audit.units import Read, pages_of
from tropebot.audit.values import Caps, DumpPage, Unit
from tropebot.engine import SecondReader, exempt_unread, judge, scope_of
from tropebot.model import FILE, FileInfo, Finding, Page, Verdict
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import licence_terms
from tropebot.policy.schema import Policy
from tropebot.rules.packs import all_packs
from tropebot.rules.rule import Scope
from tropebot.wikitext.document import Document, Unparsable
from tropebot.wikitext.glance import Unclear
from tropebot.wikitext.names import Title

HIDDEN = "hidden"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """By what is judged: the policy as JSON and what is known of the wiki. It can be sent.

    With ``always_second`` no page is called clean at a glance: all are read in full, and twice.
    """

    policy: bytes
    known: Knowledge
    source: str = ""
    caps: Caps = msgspec.field(default_factory=Caps)
    always_second: bool = False


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with what keeps its page from being edited, and who made the page, if that is known."""

    finding: Finding
    no_edit: str = ""
    creator: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a unit: its findings in the unit's order, counts, what could not be judged, what broke.

    ``unjudged`` are the titles of a unit that ended every process that was given it.
    """

    pages: int = 0
    clean: int = 0
    exempt: int = 0
    unread: int = 0
    characters: int = 0
    found: tuple[Found, ...] = ()
    notes: tuple[tuple[str, int], ...] = ()
    problem: str = ""
    unjudged: tuple[str, ...] = ()


class Judge:
    """Judges the pages of one dump."""

    def __init__(self, order: Order, second: SecondReader | None) -> None:
        self._order, self._second = order, second
        policy = msgspec.json.decode(order.policy, type=Policy)
        facts = facts_of(order.known, policy)
        self.force = PolicyInForce(policy=policy, facts=facts, source=order.source)
        licences = licence_terms(self.force).names
        self._lists = Transclusions(order.known, facts, licences) if order.known.templates else None
        # a rule from outside may ask anything of a document
        self._glances = not order.always_second and len(all_packs()) == 1

    def verdict(self, dumped: DumpPage) -> Verdict:
        """The verdict on a page as it stands in the dump."""
        page = self._page(dumped)
        force = self.force
        if exempt := exempt_unread(page, force):
            return Verdict(page=page, exempt=exempt)
        if dumped.text is None:
            return Verdict(page=page, exempt=HIDDEN)
        title = force.title(page.title)
        if clean := self._clean_at_a_glance(page, title):
            return clean
        try:
            document = force.document(page.text, title)
        except Unparsable:
            document = None
        return judge(
            self._with_lists(page, document),
            force,
            second=self._second,
            always_second=self._order.always_second,
            document=document,
        )

    def _clean_at_a_glance(self, page: Page, title: Title) -> Verdict | None:
        """The verdict on a page on which a first look finds nothing; most pages need no other."""
        force = self.force
        if not self._glances or scope_of(page, force) is not Scope.PAGES:
            return None
        try:
            document = force.glance(page.text, title)
            verdict = judge(self._with_lists(page, document), force, document=document)
        except (Unclear, Unparsable):
            return None
        return None if verdict.findings else verdict

    def _with_lists(self, page: Page, document: Document | None) -> Page:
        """The page with what it uses through templates, by the dump."""
        if document is None or self._lists is None:
            return page
        templates, categories, missing = self._lists.listed(document)
        return replace(page, templates=templates, categories=categories, missing_templates=missing)

    def _page(self, dumped: DumpPage) -> Page:
        known = self._order.known
        bases = above(dumped.title) if known.surveyed and "/" in dumped.title else ()
        return Page(
            title=dumped.title,
            text=dumped.text or "",
            namespace=dumped.namespace,
            page_id=dumped.page_id,
            rev_id=dumped.rev_id,
            timestamp=_moment(dumped.timestamp),
            content_model=dumped.model,
            redirect=bool(dumped.redirect),
            file=self._file(dumped) if dumped.namespace == FILE else None,
            base_exists=any(base in known.bases for base in bases) if bases else None,
        )

    def _file(self, dumped: DumpPage) -> FileInfo:
        """Of a dump without uploads every page of a file is taken to have one."""
        upload = dumped.upload
        uploaded = _moment(upload.timestamp if upload else dumped.timestamp)
        return FileInfo(
            uploader=upload.uploader if upload else "",
            uploaded=uploaded or datetime.fromisoformat("1970-01-01T00:00:00Z"),
            comment=upload.comment if upload else "",
            local=upload is not None or not self._order.known.uploads,
        )


def judged(unit: Unit, judge_: Judge, caps: Caps) -> Outcome:
    """All verdicts on a unit in one value."""
    read = Read()
    outcome = outcome_of(judge_.verdict(dumped) for dumped in pages_of(unit, caps, read))
    return replace(outcome, pages=read.pages, problem=read.problem)


def outcome_of(verdicts: Iterable[Verdict]) -> Outcome:
    """Verdicts in their order as one value."""
    counts: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    found: list[Found] = []
    for verdict in verdicts:
        page = verdict.page
        counts["pages"] += 1
        counts["clean"] += not verdict.findings and not verdict.exempt
        counts["exempt"] += bool(verdict.exempt)
        counts["unread"] += verdict.exempt == HIDDEN
        counts["characters"] += len(page.text)
        if verdict.notes:
            notes.update(verdict.notes)
        if verdict.findings:
            creator = creator_of(page)
            found += (
                Found(finding=each, no_edit=verdict.no_edit, creator=creator)
                for each in verdict.findings
            )
    return Outcome(
        pages=counts["pages"],
        clean=counts["clean"],
        exempt=counts["exempt"],
        unread=counts["unread"],
        characters=counts["characters"],
        found=tuple(found),
        notes=tuple(sorted(notes.items())),
    )


def creator_of(page: Page) -> str:
    """Who made the page, where the page itself tells: a file's uploader, whoever saved its only revision."""
    if page.file is not None:
        return page.file.uploader
    return page.user if page.made_with is not None else ""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
