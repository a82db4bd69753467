"""Lives of drafts by their histories: which edit was the last substantial one, and who began them."""

from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tropebot.model import Authorship, DraftLife, Page, Revision
from tropebot.policy.schema import Stale
from tropebot.promotion import Draft, Hold
from tropebot.workshop import DraftState, age, in_order, life, wikitable

BEGAN = datetime(2025, 1, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ADA = Authorship(user="Ada", user_id=1, created=BEGAN)
BOTS = {"TropeBot", "OtherBot"}
STALE = Stale(days=183)


def namespace_of(title: str) -> int:
    return 3000 if title.startswith("Trope Workshop:") else 2 if title.startswith("User:") else 0


def history(*edits: tuple[str, int] | tuple[str, int, str]) -> list[Revision]:
    """Revisions a day apart, newest first: user (“Ada m”: a minor edit), size, comment; texts by size."""
    rows = [
        Revision(
            rev_id=number,
            parent_id=number - 1 if number > 1 else 0,
            page_id=7,
            title="Trope Workshop:Foo",
            user=user.removesuffix(" m"),
            comment="".join(comment),
            timestamp=BEGAN + (number - 1) * DAY,
            size=size,
            sha1=sha1(str(size).encode(), usedforsecurity=False).hexdigest(),
            minor=user.endswith(" m"),
        )
        for number, (user, size, *comment) in enumerate(edits, start=1)
    ]
    return rows[::-1]


def touched(rows: list[Revision], stale: Stale = STALE) -> int:
    """On which day something substantial was done last."""
    found = life(rows, ADA, stale, bots=BOTS, imported=False, namespace_of=namespace_of)
    assert found is not None
    return (found.touched - BEGAN).days


SUBSTANTIAL = [
    ([("Ada", 500)], STALE, 0, "to begin it is"),
    ([("Ada", 500), ("Ben", 600)], STALE, 1, "just enough"),
    ([("Ada", 500), ("Ben", 300)], STALE, 1, "to shorten it is"),
    ([("Ada", 500), ("Ada", 900), ("Ben", 910)], STALE, 1, "the last one that is, not the last"),
    ([("Ada", 500), ("Ben m", 900)], Stale(minor_edits=True), 1, "the policy trusts the mark"),
    ([("Ada", 500), ("OtherBot", 900)], Stale(bot_edits=True), 1, "the policy counts bots"),
    ([("Ada", 500), ("Ben", 501)], Stale(substantial_bytes=0), 1, "whatever changes the length"),
    ([("Ada", 500), ("Vandal", 0), ("Ben", 500), ("Ada", 700)], STALE, 3, "after a revert"),
    ([("Ada", 500), ("Ben", 700), ("Ben", 900), ("Ada", 700)], STALE, 1, "what a revert leaves"),
]
TOKEN = [
    ([("Ada", 500), ("Ben", 510)], STALE, "a few letters"),
    ([("Ada", 500), ("Ben", 599)], STALE, "one byte too few"),
    ([("Ada", 500), ("Ben m", 900)], STALE, "marked as minor"),
    ([("Ada", 500), ("OtherBot", 900)], STALE, "a bot's"),
    ([("Ada", 500), ("TropeBot", 900), ("TropeBot", 500)], STALE, "our own warning, on and off"),
    ([("Ada", 500), ("Vandal", 0), ("Ben", 500)], STALE, "blanked and reverted"),
    ([("Ada", 500), ("Ben", 900), ("Ben", 600), ("Ada", 500)], STALE, "two edits taken back"),
    ([("Ada", 500), ("Ben", 500, "moved [[A]] to [[B]]")], Stale(substantial_bytes=0), "a move"),
    ([("Ada", 500), *[("Ben", 500 + 20 * n) for n in range(1, 9)]], STALE, "many token edits"),
]


@pytest.mark.parametrize(("edits", "stale", "day", "why"), SUBSTANTIAL)
def test_a_substantial_edit(edits: list[tuple[str, int]], stale: Stale, day: int, why: str) -> None:
    assert touched(history(*edits), stale) == day, why


@pytest.mark.parametrize(("edits", "stale", "why"), TOKEN)
def test_a_token_edit_is_none(edits: list[tuple[str, int]], stale: Stale, why: str) -> None:
    assert touched(history(*edits), stale) == 0, why


def test_hidden_texts_are_not_taken_for_the_same() -> None:
    rows = [replace(row, sha1="") for row in history(("Ada", 500), ("Ben", 900), ("Cleo", 901))]
    assert touched(rows) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["Ada", "Ben m", "TropeBot"]), st.integers(0, 400)), min_size=1
    ),
    st.integers(0, 300),
)
def test_a_stricter_measure_never_makes_a_draft_fresher(
    edits: list[tuple[str, int]], least: int
) -> None:
    rows = history(*edits)
    loose, strict = Stale(substantial_bytes=least), Stale(substantial_bytes=least + 50)
    assert 0 <= touched(rows, strict) <= touched(rows, loose) < len(edits)


BEGINNERS = [
    (ADA, False, [("Ada", 500)], ("Ada", False, False), "who began it"),
    (None, False, [("", 500)], ("", False, False), "hidden"),
    (ADA, True, [("Ada", 500)], ("Ada", True, False), "the import log names it"),
    (
        replace(ADA, user="tvtropes>Ada"),
        False,
        [("tvtropes>Ada", 500)],
        ("tvtropes>Ada", True, False),
        "from another wiki",
    ),
    (replace(ADA, user="OtherBot"), False, [("OtherBot", 9)], ("OtherBot", True, False), "a bot"),
    (
        ADA,
        False,
        [("Ada", 500), ("Ben", 500, "Ben moved page [[Foo]] to [[Trope Workshop:Foo]]")],
        ("Ada", False, True),
        "it was a trope",
    ),
    (
        ADA,
        False,
        [("Ada", 5), ("Ben", 5, "moved [[Trope Workshop:Foo]] to [[Foo]]"), ("Ben", 5, "back")],
        ("Ada", False, True),
        "it became one, and came back",
    ),
    (
        ADA,
        False,
        [("Ada", 5), ("Ben", 5, "moved [[Foo]] to [[Trope Workshop:Foo]]: see [[Talk:Foo]]")],
        ("Ada", False, True),
        "the reason names a third page",
    ),
    (
        ADA,
        False,
        [("Ada", 500), ("Ben", 500, "Ben moved page [[User:Ada/Foo]] to [[Trope Workshop:Foo]]")],
        ("Ada", False, False),
        "somebody's own page was no trope",
    ),
    (
        ADA,
        False,
        [("Ada", 5), ("Ben", 5, "moved [[Trope Workshop:Fo]] to [[Trope Workshop:Foo]]")],
        ("Ada", False, False),
        "a new name in the Workshop",
    ),
    (
        ADA,
        False,
        [("Ada", 500), ("Ben", 900, "as on [[Foo]] and [[Trope Workshop:Foo]]")],
        ("Ada", False, False),
        "an edit that only speaks of two pages",
    ),
]


@pytest.mark.parametrize(("author", "imported", "edits", "wanted", "why"), BEGINNERS)
def test_who_began_it_and_where_it_was(
    author: Authorship | None,
    imported: bool,
    edits: list[tuple[str, int]],
    wanted: tuple[str, bool, bool],
    why: str,
) -> None:
    found = life(
        history(*edits),
        author,
        STALE,
        bots=BOTS,
        imported=imported,
        namespace_of=namespace_of,
    )
    assert found is not None
    assert (found.creator, found.imported, found.returned) == wanted, why


def test_a_draft_that_is_gone_has_no_life() -> None:
    assert life([], ADA, STALE, bots=BOTS, imported=False, namespace_of=namespace_of) is None


def test_ages_are_whole_days() -> None:
    assert age(BEGAN, BEGAN + 2 * DAY - timedelta(seconds=1)) == 1
    assert age(BEGAN + DAY, BEGAN) == 0, "never less than none"


PAGE = Page(title="Trope Workshop:Foo", text="", namespace=3000, page_id=7)
LIFE = DraftLife(creator="Ada", created=BEGAN, touched=BEGAN + 9 * DAY, place=1, live=2)
FEW = Hold(message="hold-examples", params=("2", "3"))


def state(title: str = "Foo", **known: Any) -> DraftState:
    page = replace(PAGE, title=f"Trope Workshop:{title}")
    draft = Draft(
        page=page, works=2, minimum=3, enough=False, target=None, stripped="", counted=(2, 4)
    )
    return DraftState(**{"draft": draft, "holds": (), "life": LIFE, **known})


def test_the_ready_ones_come_first_then_those_left_longest() -> None:
    later = replace(LIFE, touched=BEGAN + 10 * DAY)
    unknown = state("Unknown", holds=(FEW,), life=None)
    held = [state(name, holds=(FEW,)) for name in ("B", "A")]
    fresh = state("Fresh", holds=(FEW,), life=later)
    ready = state("Ready", life=later)
    order = [each.title.partition(":")[2] for each in in_order([fresh, *held, ready, unknown])]
    assert order == ["Ready", "Unknown", "A", "B", "Fresh"]


def test_each_reason_and_mark_is_said_once() -> None:
    found = state(holds=(FEW, FEW), stale=True, over_limit=True)
    assert found.reasons() == ("2 of 3 examples",)
    assert found.marks() == ("stale", "over the limit")
    assert (state().ready, found.ready, state().marks()) == (True, False, ())


TABLE = [
    '{| class="wikitable sortable"',
    "! Draft !! Works !! Instances !! Missing !! Begun !! Last worked on !! Creator !! Live drafts"
    " !! Marks",
    "|-",
    "| [[:Trope Workshop:Foo]] || 2 || 4 || ready || 2025-01-05 || 2025-01-14 || [[:User:Ada|Ada]]"
    " || 2 || stale, over the limit",
    "|-",
    "| [[:Trope Workshop:Bar]] || 2 || 4 || 2 of 3 examples; &#123;&#123;Hold&#125;&#125; is on it"
    " || ? || ? || ? ||  || ",
    "|}",
]


def test_the_table_for_a_wiki_page() -> None:
    hold = Hold(message="hold-template", params=("Hold",))
    rows = [state(stale=True, over_limit=True), state("Bar", holds=(FEW, hold), life=None)]
    assert wikitable(rows, user="User").split("\n") == TABLE


def test_in_the_table_nothing_of_somebody_elses_is_markup() -> None:
    evil = replace(LIFE, creator="~~~~|{{x}}", place=0)
    hold = Hold(message="hold-objection", params=("1", "|}\n|-\n<b>"))
    shown = wikitable([state(life=evil, holds=(hold,))], user="User").split("\n", 3)[3]
    assert shown.count("||") == 8
    assert shown.count("\n") == 1, "the table's end"
    assert not any(markup in shown for markup in ("~~~~", "{{", "<b>"))


def test_a_creator_without_a_name_and_a_draft_aside() -> None:
    nobody = replace(LIFE, creator="", place=0)
    shown = wikitable([state(life=nobody)], user="User").split("\n")[3]
    assert shown.endswith("|| ? ||  || ")


def test_a_draft_over_a_redirect_began_when_it_became_a_page() -> None:
    later = replace(ADA, created=BEGAN + DAY)
    rows = history(("Ben", 30), ("Ada", 500))
    found = life(rows, later, STALE, bots=BOTS, imported=False, namespace_of=namespace_of)
    assert found is not None
    assert found.created == BEGAN + DAY
    hidden = life(rows, None, STALE, bots=BOTS, imported=False, namespace_of=namespace_of)
    assert hidden is not None
    assert hidden.created == BEGAN, "the oldest known revision, where the author is hidden"
