"""Promotion as tables: readiness row by row, and every step with every outcome."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tropebot.i18n import message
from tropebot.model import Page, TitleInfo
from tropebot.policy.schema import Approval, Workshop
from tropebot.promotion import (
    ENDED,
    NEXT,
    Draft,
    Outcome,
    Step,
    readiness,
    target_title,
)
from tropebot.wikitext.alike import suspect_title

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FREE = TitleInfo(title="Falling Dog", namespace=0, exists=False)
PAGE = Page(
    title="Trope Workshop:Falling Dog",
    text="text",
    namespace=3000,
    page_id=7,
    rev_id=70,
    timestamp=NOW - HOUR,
)
READY = Draft(page=PAGE, works=3, minimum=3, enough=True, target=FREE, stripped="text")
PLAIN = Workshop()
BY_TEMPLATE = Workshop(approval=Approval(templates=("Approved",)))
BY_VOTES = Workshop(approval=Approval(templates=("Approved",), votes=3, support=("yes.*",)))

STAYS = [
    (replace(READY, works=2, enough=False), PLAIN, "hold-examples", "two of three"),
    (replace(READY, holds=("Hold",)), PLAIN, "hold-template", "a person holds it"),
    (replace(READY, missing=("template:examples",)), PLAIN, "hold-markup", "a trope needs it"),
    (READY, BY_TEMPLATE, "hold-approval", "nobody approved"),
    (replace(READY, votes=("Ada", "Ben")), BY_TEMPLATE, "hold-approval", "votes are not asked for"),
    (replace(READY, votes=("Ada", "Ben")), BY_VOTES, "hold-votes", "two of three votes"),
    (replace(READY, objections=("Ben",)), PLAIN, "hold-objection", "somebody objects"),
    (
        replace(READY, votes=("Ada", "Ben", "Cleo"), objections=("Dora",)),
        BY_VOTES,
        "hold-objection",
        "one objection outweighs three votes",
    ),
    (
        replace(READY, approved=True, objections=("?",)),
        BY_TEMPLATE,
        "hold-objection",
        "an unsigned objection outweighs a template",
    ),
    (replace(READY, words=9), Workshop(description_words=10), "hold-description", "nine of ten"),
    (READY, Workshop(trope_categories=1), "hold-categories", "none but its own"),
    (replace(READY, subpage=True), PLAIN, "hold-subpage", "moves with its draft"),
    (replace(READY, promoted_before=True), PLAIN, "hold-moved-back", "a person moved it back"),
    (replace(READY, refused_before=True), PLAIN, "hold-refused", "the wiki refused this text"),
    (replace(READY, page=replace(PAGE, redirect=True)), PLAIN, "hold-redirect", "no draft"),
    (
        replace(READY, page=replace(PAGE, content_model="css")),
        PLAIN,
        "hold-content-model",
        "no wikitext",
    ),
    (
        replace(READY, page=replace(PAGE, content_model="wikitext-strict")),
        PLAIN,
        "hold-content-model",
        "a model whose name only begins like it",
    ),
    (READY, Workshop(quiet_hours=2), "hold-quiet", "edited an hour ago"),
    (
        replace(READY, created=NOW - HOUR),
        Workshop(min_age_hours=24),
        "hold-age",
        "begun an hour ago",
    ),
]
GOES = [
    (READY, PLAIN, "ready"),
    (replace(READY, works=12), PLAIN, "more than enough"),
    (replace(READY, missing=("template:examples",)), Workshop(markup="ignore"), "not asked for"),
    (READY, Workshop(quiet_hours=1), "quiet for just long enough"),
    (replace(READY, created=NOW - 24 * HOUR), Workshop(min_age_hours=24), "old enough"),
    (replace(READY, approved=True), BY_TEMPLATE, "a template approves it"),
    (replace(READY, approved=True), BY_VOTES, "a template does instead of votes"),
    (replace(READY, votes=("Ada", "Ben", "Cleo")), BY_VOTES, "three votes"),
    (replace(READY, words=10), Workshop(description_words=10), "described in just enough words"),
    (replace(READY, categories=1), Workshop(trope_categories=1), "one trope category"),
    (replace(READY, target=None), PLAIN, "the wiki was not asked for the title yet"),
]


@pytest.mark.parametrize(
    ("draft", "workshop", "wanted", "why"), STAYS, ids=lambda each: str(each)[:20]
)
def test_what_holds_a_draft(draft: Draft, workshop: Workshop, wanted: str, why: str) -> None:
    assert wanted in [hold.message for hold in readiness(draft, workshop, now=NOW).holds], why


@pytest.mark.parametrize(("draft", "workshop", "why"), GOES, ids=lambda each: str(each)[:20])
def test_what_does_not_hold_it(draft: Draft, workshop: Workshop, why: str) -> None:
    assert readiness(draft, workshop, now=NOW).ready, why


def test_when_time_alone_may_change_the_answer() -> None:
    workshop = Workshop(quiet_hours=2, min_age_hours=24)
    draft = replace(READY, created=NOW - 3 * HOUR)
    assert readiness(draft, workshop, now=NOW).again == NOW + 21 * HOUR
    assert readiness(READY, PLAIN, now=NOW).again is None


NUMBERS = [
    (replace(READY, works=2, enough=False), PLAIN, "2 of 3 examples"),
    (replace(READY, words=1), Workshop(description_words=10), "1 of 10 words of description"),
    (READY, Workshop(trope_categories=1), "0 of 1 trope category"),
    (replace(READY, votes=("Ada",)), BY_VOTES, "1 of 3 votes"),
    (READY, Workshop(quiet_hours=24), "1 of 24 hours without an edit"),
    (replace(READY, created=NOW - 3 * HOUR), Workshop(min_age_hours=48), "3 of 48 hours old"),
    (replace(READY, objections=("Ben",)), PLAIN, "somebody objects on its talk page: Ben"),
    (replace(READY, objections=("Ben", "?")), PLAIN, "2 people object on its talk page: Ben, ?"),
    (replace(READY, holds=("Hold",)), PLAIN, "{{Hold}} is on it"),
]


@pytest.mark.parametrize(("draft", "workshop", "said"), NUMBERS, ids=lambda each: str(each)[:20])
def test_each_missing_thing_is_said_with_its_numbers(
    draft: Draft, workshop: Workshop, said: str
) -> None:
    (hold,) = readiness(draft, workshop, now=NOW).holds
    assert message(hold.message, *hold.params) == said


TITLES = [
    ("Help:Foo", replace(FREE, title="Help:Foo", namespace=12), "hold-title-namespace"),
    ("MediaWiki:Sitenotice", replace(FREE, title="X", namespace=8), "hold-title-namespace"),
    ("Talk:Foo", replace(FREE, title="Talk:Foo", namespace=1), "hold-title-namespace"),
    ("de:Foo", replace(FREE, title="de:Foo", problem="interwiki"), "hold-title-interwiki"),
    ("Foo[", replace(FREE, title="Foo[", problem="invalid"), "hold-title-invalid"),
    ("Foo", replace(FREE, title="Foo", problem="protected"), "hold-title-protected"),
    ("Foo", replace(FREE, title="Foo", exists=True), "hold-title-exists"),
    ("Foo", replace(FREE, title="Foo", exists=True, redirect_to="Bar"), "hold-title-redirect"),
    ("/Foo", replace(FREE, title="/Foo"), "hold-title"),
    ("Foo\u200b", replace(FREE, title="Foo\u200b"), "hold-title-suspect"),
    ("Pоor Dog", replace(FREE, title="Pоor Dog"), "hold-title-suspect"),
    ("foo", replace(FREE, title="Foo"), "hold-title-suspect"),
]


@pytest.mark.parametrize(("name", "target", "wanted"), TITLES)
def test_titles_that_are_left_to_people(name: str, target: TitleInfo, wanted: str) -> None:
    draft = replace(READY, page=replace(PAGE, title=f"Trope Workshop:{name}"), target=target)
    assert [hold.message for hold in readiness(draft, PLAIN, now=NOW).holds] == [wanted]


HONEST = [
    "Pokémon Speak",
    "Ω Ending",
    "42",
    "Re:Zero",
    "AC/DC Rule",
    "日本のトロープ",
    "Naïve — Yes!",
    "Ein ß",
    "ʰ",
]
SUSPECT = ["Foo\u200b", "Foo\u202e", "\ufeffFoo", "Foo\ue000", "Pаypal", "Ηero", "a\u00adb"]


@pytest.mark.parametrize("title", HONEST)
def test_titles_as_people_write_them(title: str) -> None:
    assert not suspect_title(title)


@pytest.mark.parametrize("title", SUSPECT)
def test_titles_that_could_deceive(title: str) -> None:
    assert suspect_title(title)


def test_the_target_is_what_follows_the_prefix() -> None:
    assert target_title("Trope Workshop:Falling Dog") == "Falling Dog"
    assert target_title("Trope Workshop:Re:Zero") == "Re:Zero"


def test_every_open_step_has_every_outcome_or_cannot_have_it() -> None:
    """A restore that failed ends the promotion; looking and after-work cannot be refused."""
    impossible = {
        (Step.LOOK, Outcome.REFUSED),
        (Step.AFTER, Outcome.REFUSED),
        (Step.AFTER, Outcome.CHANGED),
    }
    wanted = {(step, outcome) for step in set(Step) - ENDED for outcome in Outcome} - impossible
    assert set(NEXT) == wanted


def test_every_way_ends() -> None:
    """No promotion goes round in circles."""

    def depth(step: Step, seen: tuple[Step, ...]) -> None:
        assert step not in seen, f"{seen} comes back to {step}"
        if step not in ENDED:
            for (old, _), new in NEXT.items():
                if old is step:
                    depth(new, (*seen, step))

    depth(Step.STRIP, ())


def test_nothing_is_promoted_that_was_not_looked_at() -> None:
    """The only way to the end leads through strip, move and look, each done."""
    way = [Step.STRIP]
    while way[-1] not in ENDED:
        way.append(NEXT[way[-1], Outcome.DONE])
    assert way == [Step.STRIP, Step.MOVE, Step.LOOK, Step.AFTER, Step.PROMOTED]
    into = {(old, outcome) for (old, outcome), new in NEXT.items() if new is Step.PROMOTED}
    assert {old for old, _ in into} == {Step.AFTER}
    assert {old for (old, _), new in NEXT.items() if new is Step.AFTER} == {Step.LOOK}
