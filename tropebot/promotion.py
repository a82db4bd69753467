"""Promotion as tables: what keeps a draft in the Workshop, and which step of a promotion follows which.

Must not ask the wiki or write: readiness is a function of values, and the steps are a table that the
enforcer follows. The order is strip, move, look, after-work, so that nothing unfinished reaches Main.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import msgspec

from tropebot.model import DISAMBIGUATION, MAIN, Authorship, Deletion, Page, Person, TitleInfo
from tropebot.policy.schema import Approval, Workshop
from tropebot.wikitext.alike import suspect_title
from tropebot.wikitext.elements import in_wikitext

DELETED_BEFORE = "hold-title-deleted"
"""The reason of a draft whose title was deleted before it was begun: a person moves it, or nobody does."""


class Step(StrEnum):
    """Where a promotion stands: the next thing to be done, or how it ended."""

    STRIP = "strip"
    MOVE = "move"
    LOOK = "look"
    BACK = "back"
    RESTORE = "restore"
    AFTER = "after"
    PROMOTED = "promoted"
    REFUSED = "refused"
    ABANDONED = "abandoned"


class Outcome(StrEnum):
    """What came of a step, as the wiki shows it."""

    DONE = "done"
    REFUSED = "refused"
    CHANGED = "changed"
    GONE = "gone"


ENDED = frozenset({Step.PROMOTED, Step.REFUSED, Step.ABANDONED})

NEXT: Mapping[tuple[Step, Outcome], Step] = MappingProxyType(
    {
        (Step.STRIP, Outcome.DONE): Step.MOVE,
        (Step.STRIP, Outcome.REFUSED): Step.REFUSED,
        (Step.STRIP, Outcome.CHANGED): Step.ABANDONED,
        (Step.STRIP, Outcome.GONE): Step.ABANDONED,
        (Step.MOVE, Outcome.DONE): Step.LOOK,
        (Step.MOVE, Outcome.REFUSED): Step.RESTORE,
        (Step.MOVE, Outcome.CHANGED): Step.RESTORE,
        (Step.MOVE, Outcome.GONE): Step.ABANDONED,
        (Step.LOOK, Outcome.DONE): Step.AFTER,
        (Step.LOOK, Outcome.CHANGED): Step.BACK,
        (Step.LOOK, Outcome.GONE): Step.ABANDONED,
        (Step.BACK, Outcome.DONE): Step.RESTORE,
        (Step.BACK, Outcome.REFUSED): Step.ABANDONED,
        (Step.BACK, Outcome.CHANGED): Step.ABANDONED,
        (Step.BACK, Outcome.GONE): Step.ABANDONED,
        (Step.RESTORE, Outcome.DONE): Step.REFUSED,
        (Step.RESTORE, Outcome.REFUSED): Step.REFUSED,
        (Step.RESTORE, Outcome.CHANGED): Step.REFUSED,
        (Step.RESTORE, Outcome.GONE): Step.REFUSED,
        (Step.AFTER, Outcome.DONE): Step.PROMOTED,
        (Step.AFTER, Outcome.GONE): Step.ABANDONED,
    }
)


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to promote a draft; ``text_hash`` is of the draft's text before it was stripped."""

    number: int
    run: int
    page_id: int
    title: str
    target: str
    text_hash: str
    original: str
    stripped: str
    works: int
    base_rev_id: int
    strip_rev: int
    step: Step
    why: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a draft when its readiness is asked for.

    ``works`` counts examples in the policy's unit; ``missing`` are the elements of basic markup that
    nobody but a person can add; ``created`` is ``None`` where nobody asked. ``minimum`` and ``works``
    are for people to read; ``counted`` are works and instances, whatever the unit. ``words`` are those of
    the description, ``categories`` is the number of trope categories. ``approved``: a template or category
    says so; ``votes`` and ``objections`` are names. ``there`` is the type of the page at the title
    (`DISAMBIGUATION` or one of the policy's; empty: not known), ``deleted`` the deletion of an earlier one.
    ``similar`` is a page that there is already and whose title looks the same. ``crashed`` names the error
    at which reading it as a draft failed.
    """

    page: Page
    works: int
    minimum: int
    enough: bool
    target: TitleInfo | None
    stripped: str
    holds: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    counted: tuple[int, int] = (0, 0)
    words: int = 0
    categories: int = 0
    approved: bool = False
    votes: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    subpage: bool = False
    created: datetime | None = None
    promoted_before: bool = False
    refused_before: bool = False
    move_protected: bool = False
    there: str = ""
    deleted: Deletion | None = None
    similar: str = ""
    crashed: str = ""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Who began a draft, and how that account stands now; ``None`` where the wiki does not tell."""

    authorship: Authorship | None
    person: Person | None


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a draft stays: a message key of ``i18n`` and its parameters."""

    message: str
    params: tuple[str, ...] = ()


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a draft may be promoted; ``again`` is when time alone may change the answer."""

    holds: tuple[Hold, ...]
    again: datetime | None = None

    @property
    def ready(self) -> bool:
        """Nothing holds it."""
        return not self.holds


def readiness(draft: Draft, workshop: Workshop, *, now: datetime) -> Readiness:
    """What keeps the draft in the Workshop; ``now`` is server time.

    Nothing is said of the title as long as the wiki was not asked for it (``target``).
    """
    holds = [*_text_holds(draft, workshop), *_title_holds(draft)]
    if draft.move_protected:
        holds.append(Hold(message="hold-protected"))
    if workshop.markup == "hold" and draft.missing:
        holds.append(
            Hold(message="hold-markup", params=(", ".join(map(in_wikitext, draft.missing)),))
        )
    if draft.promoted_before:
        holds.append(Hold(message="hold-moved-back"))
    if draft.refused_before:
        holds.append(Hold(message="hold-refused"))
    early = [(due, hold) for due, hold in _early(draft, workshop, now) if due > now]
    holds += [hold for _, hold in early]
    return Readiness(holds=tuple(holds), again=max((due for due, _ in early), default=None))


def origin_readiness(origin: Origin, workshop: Workshop, *, now: datetime) -> Readiness:
    """What keeps a draft in the Workshop because of who began it: the bot is nobody's way round a block."""
    authorship, person = origin.authorship, origin.person
    if authorship is None or person is None:
        return Readiness(holds=(Hold(message="hold-author-unknown"),))
    holds = [Hold(message="hold-history-hidden")] if authorship.hidden else []
    if person.blocked:
        holds.append(Hold(message="hold-author-blocked", params=(person.name,)))
    registered = person.user_id and "temp" not in person.groups
    if not registered and (workshop.author_registered or workshop.author_age_hours):
        holds.append(Hold(message="hold-author-unregistered", params=(person.name,)))
    due = (person.registered or now) + timedelta(hours=workshop.author_age_hours)
    early = bool(registered) and person.registered is not None and due > now
    if early:
        holds.append(Hold(message="hold-author-new", params=(person.name,)))
    return Readiness(holds=tuple(holds), again=due if early else None)


def for_people(holds: Sequence[Hold]) -> bool:
    """Whether all that holds a draft is a refusal that a person must settle, and can."""
    return bool(holds) and all(
        hold.message in ("hold-refused", "hold-protected") or hold.message.startswith("hold-title")
        for hold in holds
    )


def target_title(title: str) -> str:
    """The title that a draft would have in Main, cut off its prefix; only the wiki says where it leads."""
    return title.partition(":")[2].strip()


def _text_holds(draft: Draft, workshop: Workshop) -> list[Hold]:
    holds = []
    if draft.page.redirect:
        holds.append(Hold(message="hold-redirect"))
    if draft.page.content_model != "wikitext":
        holds.append(Hold(message="hold-content-model", params=(draft.page.content_model,)))
    if draft.crashed:
        return [*holds, Hold(message="hold-crashed", params=(draft.crashed,))]
    if not draft.enough:
        holds.append(Hold(message="hold-examples", params=(str(draft.works), str(draft.minimum))))
    holds += [Hold(message="hold-template", params=(name,)) for name in draft.holds]
    for found, wanted, key in (
        (draft.words, workshop.description_words, "hold-description"),
        (draft.categories, workshop.trope_categories, "hold-categories"),
    ):
        if found < wanted:
            holds.append(Hold(message=key, params=(str(found), str(wanted))))
    return [*holds, *_approval_holds(draft, workshop.approval)]


def _approval_holds(draft: Draft, wanted: Approval) -> list[Hold]:
    """Objections, and approval that the policy asks for: a template, a category or votes, whichever comes."""
    holds = []
    if draft.objections:
        names = ", ".join(draft.objections)
        params = (str(len(draft.objections)), names)
        holds.append(Hold(message="hold-objection", params=params))
    asked = wanted.templates or wanted.categories or wanted.votes
    if not asked or draft.approved or (wanted.votes and len(draft.votes) >= wanted.votes):
        return holds
    if wanted.votes:
        params = (str(len(draft.votes)), str(wanted.votes))
        return [*holds, Hold(message="hold-votes", params=params)]
    return [*holds, Hold(message="hold-approval")]


def _title_holds(draft: Draft) -> list[Hold]:
    target = draft.target
    if draft.subpage:
        return [Hold(message="hold-subpage")]
    wanted = target_title(draft.page.title)
    if target is None:
        return []
    if target.problem:
        return [Hold(message=f"hold-title-{target.problem}", params=(target.title,))]
    if wanted and target.namespace != MAIN:
        return [Hold(message="hold-title-namespace", params=(target.title,))]
    if not wanted or wanted.startswith("/"):
        return [Hold(message="hold-title", params=(wanted,))]
    if suspect_title(wanted) or target.title != wanted:
        return [Hold(message="hold-title-suspect", params=(target.title,))]
    return _earlier_pages(draft, target)


def _earlier_pages(draft: Draft, target: TitleInfo) -> list[Hold]:
    """What stands, or once stood, at a title that would do."""
    if target.exists:
        return [_taken(draft, target)]
    if draft.similar:
        return [Hold(message="hold-title-similar", params=(target.title, draft.similar))]
    if gone := draft.deleted:
        told = (f"{gone.timestamp:%Y-%m-%d}", gone.user or "–", gone.comment or "–")
        return [Hold(message=DELETED_BEFORE, params=(target.title, *told))]
    return []


def _taken(draft: Draft, target: TitleInfo) -> Hold:
    """What stands at the title already; whatever it is, it is never overwritten."""
    if target.redirect_to == draft.page.title:
        return Hold(message="hold-title-redirect-here", params=(target.title,))
    if target.redirect_to:
        return Hold(message="hold-title-redirect", params=(target.title, target.redirect_to))
    if draft.there == DISAMBIGUATION:
        return Hold(message="hold-title-disambiguation", params=(target.title,))
    if draft.there:
        return Hold(message="hold-title-exists-as", params=(target.title, draft.there))
    return Hold(message="hold-title-exists", params=(target.title,))


def _early(draft: Draft, workshop: Workshop, now: datetime) -> Iterator[tuple[datetime, Hold]]:
    """From when on the draft has been quiet, and is old, long enough, with what is said until then."""
    for since, hours, key in (
        (draft.page.timestamp, workshop.quiet_hours, "hold-quiet"),
        (draft.created, workshop.min_age_hours, "hold-age"),
    ):
        if hours and since:
            passed = max(now - since, timedelta()) // timedelta(hours=1)
            yield (
                since + timedelta(hours=hours),
                Hold(message=key, params=(str(passed), str(hours))),
            )
