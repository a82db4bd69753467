"""What the patrol asks about a page, answered by the engine and the policy's texts as one pure object.

Must not do I/O or decide what follows; it only brings together what `planning` and `promotion` need. Where it
is in doubt whether a hold is there, it is; whether an approval is there, it is not.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.engine import UNPARSABLE, SecondReader, examples_of, judge, missing_for_promotion
from tropebot.i18n import message
from tropebot.model import FILE, Finding, Page, Verdict
from tropebot.planning import Judged, Texts, action_word
from tropebot.policy import texts
from tropebot.policy.drafts import codes_without_life
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import licence_terms
from tropebot.policy.markup import (
    listed_templates,
    may_bypass,
    page_categories,
    page_kind,
    used_templates,
)
from tropebot.policy.schema import Flag
from tropebot.promotion import Draft, target_title
from tropebot.rules import all_rules
from tropebot.rules.rule import Rule, asked_after
from tropebot.wikitext.bounds import over_bounds
from tropebot.wikitext.document import Document, Unparsable
from tropebot.wikitext.names import plain
from tropebot.wikitext.prose import description_words
from tropebot.wikitext.votes import UNSIGNED, Votes, votes

_BYPASSED = "TB106"


class Judgement:
    """The engine's answers in the planner's words; ``account`` is the bot's, for `{{bots|deny=…}}`."""

    def __init__(self, account: str, second: SecondReader | None = None) -> None:
        self._account = account
        self._second = second
        self._last: _Read | None = None

    def judged(
        self,
        page: Page,
        force: PolicyInForce,
        *,
        hooks: frozenset[str] = frozenset(),
        standing: frozenset[str] = frozenset(),
    ) -> Judged:
        """What was found on a page, and what keeps it from being edited.

        After a change that only some ``hooks`` stand for, only rules that name one are asked, and those in
        ``standing``, about whose code something stands on the page; of the others nothing is known.
        """
        asked = asked_after(hooks, standing, all_rules())
        document, verdict = self._read(page, force, asked)
        unasked = frozenset(rule.code for rule in all_rules() if rule not in asked)
        return Judged(
            page=page,
            findings=verdict.findings,
            exempt=verdict.exempt,
            no_edit=verdict.no_edit,
            no_edit_codes=verdict.no_edit_codes,
            unjudged=_unjudged(verdict, force) | unasked | _past_unasked(page, document, force),
            present=_flags_present(page, document, force),
            disputed=_disputed(page, document, force),
            again_at=verdict.again_at,
            notes=verdict.notes,
        )

    def asks_past(self, page: Page, force: PolicyInForce) -> bool:
        """Whether TB106 applies to the page, if it never was a draft."""
        return bool(_past_unasked(page, _document(page, force), force))

    def kind(self, page: Page, force: PolicyInForce) -> str:
        """The page's type by name, or that it leads to several others; empty where it is not known."""
        document = _document(page, force)
        return page_kind(page, document, force) if document else ""

    def texts(self, force: PolicyInForce) -> Texts:
        """The changes of text by this policy."""

        def flagged(page: Page, flag: Flag, findings: Sequence[Finding], now: datetime) -> str:
            said = (
                message(each.message, *each.params, language=force.wording) for each in findings
            )
            return texts.flagged(force, page, flag, findings, now, advice=" ".join(said))

        def unflagged(page: Page, flag: Flag) -> str:
            return texts.unflagged(force, page, flag)

        def fixed(page: Page, findings: Sequence[Finding]) -> str | None:
            return texts.fixed(force, page, findings)

        return Texts(flagged=flagged, unflagged=unflagged, fixed=fixed)

    def draft(self, page: Page, force: PolicyInForce) -> Draft | None:
        """The page as a draft, without what only wiki and ledger know; ``None`` if it is none."""
        if page.namespace not in force.workshop or page.redirect:
            return None
        try:
            return self._draft(page, force)
        except Exception as error:  # noqa: BLE001 - one draft must not stop the patrol, as one rule must not
            return replace(_unread(page, force), crashed=type(error).__name__)

    def _draft(self, page: Page, force: PolicyInForce) -> Draft:
        document, verdict = self._read(page, force)
        unread = verdict.no_edit == UNPARSABLE
        if document is None or unread or over_bounds(document.readable.text):
            return _unread(page, force)
        count = examples_of(page, force)
        stripped, missing = _as_article(page, force)
        hold = force.templates(force.policy.workshop.hold)
        used = document.template_names | listed_templates(page, force)
        cast = _votes(page, force)
        return Draft(
            page=page,
            works=count.instances if count.unit == "instances" else count.works,
            minimum=count.minimum,
            enough=count.enough,
            target=None,
            stripped=stripped,
            holds=tuple(sorted(used & hold)),
            missing=missing,
            counted=(count.works, count.instances),
            words=description_words(document, force.templates(force.policy.examples.openers)),
            categories=_trope_categories(page, document, force),
            approved=_approved(page, document, force),
            votes=cast.support,
            objections=cast.against,
            subpage=bool(page.base_exists),
        )

    def _read(
        self, page: Page, force: PolicyInForce, rules: tuple[Rule, ...] | None = None
    ) -> tuple[Document | None, Verdict]:
        """The page's text and the verdict on it; the last page is asked for more than once.

        ``rules`` are those to be asked; for whom it does not matter, the last verdict will do.
        """
        last = self._last
        known = last is not None and last.page is page and last.force is force
        if last is None or not known or (rules is not None and rules != last.rules):
            document = _document(page, force)
            verdict = judge(
                page,
                force,
                rules=rules,
                account=self._account,
                second=self._second,
                document=document,
            )
            last = self._last = _Read(page, force, rules or all_rules(), document, verdict)
        return last.document, last.verdict


class _Read(msgspec.Struct, frozen=True):
    page: Page
    force: PolicyInForce
    rules: tuple[Rule, ...]
    document: Document | None
    verdict: Verdict


def _unread(page: Page, force: PolicyInForce) -> Draft:
    """A draft of whose text nothing is known: never ready."""
    minimum = force.policy.examples.minimum
    return Draft(page=page, works=0, minimum=minimum, enough=False, target=None, stripped=page.text)


def _document(page: Page, force: PolicyInForce) -> Document | None:
    try:
        return force.document(page.text, force.title(page.title))
    except Unparsable:
        return None


def _unjudged(verdict: Verdict, force: PolicyInForce) -> frozenset[str]:
    """Codes about which nothing is known: their rule crashed, or what it judges by could not be read."""
    everything = frozenset(force.policy.flags) | frozenset(force.policy.actions)
    if verdict.exempt or any(finding.code == "TB901" for finding in verdict.findings):
        return everything
    if verdict.again_at or verdict.no_edit == UNPARSABLE:
        return everything
    codes = {str(each.details.get("rule")) for each in verdict.findings if each.code == "TB900"}
    if any(note.startswith("preload-unreadable") for note in verdict.notes):
        codes.add("TB101")
    codes |= force.silent | codes_without_life(verdict.page, force)
    if verdict.page.namespace == FILE and licence_terms(force).problem:
        codes |= {"TB201", "TB202"}
    return frozenset(codes)


def _past_unasked(page: Page, document: Document | None, force: PolicyInForce) -> frozenset[str]:
    """TB106, where nobody has asked the wiki yet whether the page ever was a draft."""
    if document is None or page.was_in_workshop is not None or not force.workshop:
        return frozenset()
    if action_word(_BYPASSED, force) == "none" or not may_bypass(page, document, force):
        return frozenset()
    return frozenset({_BYPASSED})


def _flags_present(page: Page, document: Document | None, force: PolicyInForce) -> frozenset[str]:
    """The flags' own names, where the page uses them by our reading or by the wiki's."""
    used = listed_templates(page, force) | (document.template_names if document else frozenset())
    return frozenset(
        flag.template
        for flag in force.policy.flags.values()
        if not used.isdisjoint(force.templates((flag.template, *flag.aliases)))
    )


def _disputed(page: Page, document: Document | None, force: PolicyInForce) -> frozenset[str]:
    """Templates and categories that the text uses for certain, says our reading, and the wiki says not."""
    if document is None or page.templates is None:
        return frozenset()
    templates = {use.name for use in document.templates if use.certain}
    categories = {use.name for use in document.categories if use.certain and use.name}
    listed = {plain(name) for name in page.categories or ()}
    lacking = categories - listed if page.categories is not None else set()
    return frozenset(templates - listed_templates(page, force)) | lacking


def _as_article(page: Page, force: PolicyInForce) -> tuple[str, tuple[str, ...]]:
    """The draft's text as it would be moved, and what only a person can add to it before.

    What can be added mechanically is part of that text: the page is in order as soon as it stands in Main.
    """
    target = target_title(page.title)
    stripped = texts.stripped_draft(force, page)
    article = replace(page, text=stripped)
    names = tuple(element.name for element in missing_for_promotion(article, force, target))
    moved = replace(article, title=target, namespace=force.title(target).namespace)
    mechanical = tuple(name for name in names if _fixed(moved, (name,), force) is not None)
    completed = _fixed(moved, mechanical, force) if mechanical else stripped
    if completed is None:
        return stripped, names
    return completed, tuple(name for name in names if name not in mechanical)


def _fixed(page: Page, names: tuple[str, ...], force: PolicyInForce) -> str | None:
    finding = Finding(
        code="TB101",
        rule="missing-markup",
        title=page.title,
        page_id=page.page_id,
        rev_id=page.rev_id,
        message="finding-tb101",
        details={"missing": list(names)},
    )
    return texts.fixed(force, page, (finding,))


def _approved(page: Page, document: Document, force: PolicyInForce) -> bool:
    """Whether a template or category on the draft approves it; in doubt it does not."""
    wanted = force.policy.workshop.approval
    certain = {use.name for use in document.templates if use.certain}
    if page.templates is not None:
        certain &= listed_templates(page, force)
    if not certain.isdisjoint(force.templates(wanted.templates)):
        return True
    categories = {use.name for use in document.categories if use.certain}
    return not categories.isdisjoint(map(plain, wanted.categories))


def _votes(page: Page, force: PolicyInForce) -> Votes:
    """The votes on the draft's talk page; where it was not read nobody has voted, where it cannot be somebody
    may have objected.
    """
    wanted = force.policy.workshop.approval
    if not page.talk or not (wanted.votes or wanted.oppose):
        return Votes()
    if over_bounds(page.talk):
        return Votes(against=(UNSIGNED,))
    document = force.document(page.talk, force.title(page.title))
    return votes(document, section=wanted.section, support=wanted.support, oppose=wanted.oppose)


def _trope_categories(page: Page, document: Document, force: PolicyInForce) -> int:
    """The draft's categories beyond the Workshop's, those that its templates imply, and its own."""
    implied = {
        name
        for template in used_templates(page, document, force)
        for name in force.implied.get(template, ())
    }
    workshop = force.policy.workshop.categories
    own = {plain(target_title(page.title)), *map(plain, (*workshop, *implied))}
    return len(page_categories(page, document, force) - own)
