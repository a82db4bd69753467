"""What holds a draft, word for word: each reason alone, with the names and numbers that people read."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.test_promotion import FREE, HOUR, NOW, PAGE, PLAIN, READY
from tropebot.model import DISAMBIGUATION, Authorship, Deletion, Page, Person
from tropebot.policy.schema import Approval, Workshop
from tropebot.promotion import Draft, Hold, Origin, origin_readiness, readiness

JSON = replace(PAGE, content_model="json")
VOTED = Workshop(approval=Approval(votes=3, support=("yes.*",)))


def titled(name: str) -> Page:
    return replace(PAGE, title=f"Trope Workshop:{name}")


HELD = [
    (replace(READY, works=2, enough=False), PLAIN, ("hold-examples", "2", "3"), "of how many"),
    (replace(READY, holds=("Hold",)), PLAIN, ("hold-template", "Hold"), "which template"),
    (
        replace(READY, missing=("template:a", "category:b")),
        PLAIN,
        ("hold-markup", "{{a}}, [[Category:b]]"),
        "all that is missing",
    ),
    (replace(READY, page=JSON), PLAIN, ("hold-content-model", "json"), "which model"),
    (replace(READY, crashed="KeyError: x"), PLAIN, ("hold-crashed", "KeyError: x"), "which error"),
    (
        replace(READY, crashed="KeyError: x", works=0, enough=False, holds=("Hold",)),
        PLAIN,
        ("hold-crashed", "KeyError: x"),
        "a draft that was not read is not said to lack anything",
    ),
    (
        replace(READY, words=4),
        Workshop(description_words=5),
        ("hold-description", "4", "5"),
        "of how many words",
    ),
    (
        replace(READY, categories=1),
        Workshop(trope_categories=2),
        ("hold-categories", "1", "2"),
        "of how many categories",
    ),
    (
        replace(READY, objections=("Ada", "Ben")),
        PLAIN,
        ("hold-objection", "2", "Ada, Ben"),
        "who objects",
    ),
    (replace(READY, votes=("Ada",)), VOTED, ("hold-votes", "1", "3"), "of how many votes"),
    (READY, Workshop(approval=Approval(categories=("Good",))), ("hold-approval",), "no category"),
    (replace(READY, move_protected=True), PLAIN, ("hold-protected",), "an admin lifts it"),
    (replace(READY, subpage=True), PLAIN, ("hold-subpage",), "nothing of its title is said"),
    (
        replace(READY, target=replace(FREE, title="X:Dog", problem="interwiki")),
        PLAIN,
        ("hold-title-interwiki", "X:Dog"),
        "where it would lead",
    ),
    (
        replace(
            READY, page=titled("Help:Dog"), target=replace(FREE, title="Help:Dog", namespace=12)
        ),
        PLAIN,
        ("hold-title-namespace", "Help:Dog"),
        "what it would become",
    ),
    (
        replace(READY, page=titled("/Dog"), target=replace(FREE, title="/Dog")),
        PLAIN,
        ("hold-title", "/Dog"),
        "a subpage of nothing",
    ),
    (
        replace(READY, page=titled(" "), target=replace(FREE, title="X", namespace=3000)),
        PLAIN,
        ("hold-title", ""),
        "no title at all, whatever the wiki makes of it",
    ),
    (
        replace(READY, page=titled("fd"), target=replace(FREE, title="Fd")),
        PLAIN,
        ("hold-title-suspect", "Fd"),
        "what the wiki makes of it",
    ),
    (
        replace(READY, target=replace(FREE, exists=True)),
        PLAIN,
        ("hold-title-exists", "Falling Dog"),
        "what exists",
    ),
    (
        replace(READY, target=replace(FREE, exists=True), there="work"),
        PLAIN,
        ("hold-title-exists-as", "Falling Dog", "work"),
        "what kind of page it is",
    ),
    (
        replace(READY, target=replace(FREE, exists=True), there=DISAMBIGUATION),
        PLAIN,
        ("hold-title-disambiguation", "Falling Dog"),
        "a page that only tells others apart",
    ),
    (
        replace(READY, target=replace(FREE, exists=True, redirect_to="Drop")),
        PLAIN,
        ("hold-title-redirect", "Falling Dog", "Drop"),
        "where a redirect leads",
    ),
    (
        replace(READY, target=replace(FREE, exists=True, redirect_to=PAGE.title)),
        PLAIN,
        ("hold-title-redirect-here", "Falling Dog"),
        "a redirect to the draft itself",
    ),
    (
        replace(READY, deleted=Deletion(user="Ada", comment="no trope", timestamp=NOW)),
        PLAIN,
        ("hold-title-deleted", "Falling Dog", "2026-01-05", "Ada", "no trope"),
        "when, by whom and why one was deleted",
    ),
    (
        replace(READY, deleted=Deletion(user="", comment="", timestamp=NOW)),
        PLAIN,
        ("hold-title-deleted", "Falling Dog", "2026-01-05", "–", "–"),
        "a deletion of which something is hidden",
    ),
    (
        replace(READY, similar="Falling dog"),
        PLAIN,
        ("hold-title-similar", "Falling Dog", "Falling dog"),
        "both titles",
    ),
    (READY, Workshop(quiet_hours=3), ("hold-quiet", "1", "3"), "how long it is quiet"),
    (
        replace(READY, created=NOW - 5 * HOUR),
        Workshop(min_age_hours=24),
        ("hold-age", "5", "24"),
        "how old it is",
    ),
    (
        replace(READY, page=replace(PAGE, timestamp=NOW + HOUR)),
        Workshop(quiet_hours=3),
        ("hold-quiet", "0", "3"),
        "edited after the clock was read",
    ),
]


@pytest.mark.parametrize(("draft", "workshop", "wanted", "why"), HELD, ids=[row[3] for row in HELD])
def test_what_holds_a_draft_is_said_with_its_names_and_numbers(
    draft: Draft, workshop: Workshop, wanted: tuple[str, ...], why: str
) -> None:
    found = readiness(draft, workshop, now=NOW).holds
    assert found == (Hold(message=wanted[0], params=wanted[1:]),), why


AGAIN = [
    (READY, PLAIN, None, "time changes nothing"),
    (READY, Workshop(quiet_hours=1), None, "the time is over"),
    (READY, Workshop(min_age_hours=1), None, "nobody asked when it was begun"),
    (replace(READY, created=NOW), PLAIN, None, "the policy sets no age"),
    (replace(READY, page=replace(PAGE, timestamp=None)), Workshop(quiet_hours=9), None, "unknown"),
    (READY, Workshop(quiet_hours=9), NOW + 8 * HOUR, "when it is quiet"),
]


@pytest.mark.parametrize(
    ("draft", "workshop", "wanted", "why"), AGAIN, ids=[row[3] for row in AGAIN]
)
def test_when_a_draft_is_looked_at_again(
    draft: Draft, workshop: Workshop, wanted: datetime | None, why: str
) -> None:
    assert readiness(draft, workshop, now=NOW).again == wanted, why


BEGUN = Authorship(user="Cleo", user_id=5, created=NOW - HOUR)
CLEO = Person(name="Cleo", user_id=5, registered=NOW - HOUR)
OLD = Person(name="Cleo", user_id=5)
ADDRESS = Person(name="198.51.100.7", registered=NOW)

AUTHORS = [
    (replace(CLEO, blocked=True), PLAIN, ["hold-author-blocked"], None, "blocked"),
    (CLEO, Workshop(author_age_hours=3), ["hold-author-new"], NOW + 2 * HOUR, "too new"),
    (CLEO, Workshop(author_age_hours=1), [], None, "old enough now"),
    (OLD, Workshop(author_age_hours=3), [], None, "older than the wiki's records"),
    (
        ADDRESS,
        Workshop(author_age_hours=3),
        ["hold-author-unregistered"],
        None,
        "an address never grows old, whatever the wiki says",
    ),
    (ADDRESS, Workshop(author_registered=True), ["hold-author-unregistered"], None, "no account"),
]


@pytest.mark.parametrize(
    ("person", "workshop", "wanted", "again", "why"), AUTHORS, ids=[row[4] for row in AUTHORS]
)
def test_who_began_it_is_named_and_looked_at_again_in_time(
    person: Person, workshop: Workshop, wanted: list[str], again: datetime | None, why: str
) -> None:
    found = origin_readiness(Origin(authorship=BEGUN, person=person), workshop, now=NOW)
    assert found.holds == tuple(Hold(message=key, params=(person.name,)) for key in wanted), why
    assert found.again == again, why
