"""Three texts into one: as MediaWiki merges an edit on an older revision, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.wikitext.merge import merged

BASE = "one\ntwo\nthree\nfour\nfive"
MERGES = [
    ("FLAG\none\ntwo\nthree\nfour\nfive", f"{BASE}\nsix", f"FLAG\n{BASE}\nsix", "top and bottom"),
    ("ONE\ntwo\nthree\nfour\nfive", "one\ntwo\nTHREE\nfour\nfive", "ONE\ntwo\nTHREE\nfour\nfive",
     "a line between them"),
    ("one\ntwo\nTHREE\nfour\nfive", "one\ntwo\nTHREE\nfour\nFIVE", "one\ntwo\nTHREE\nfour\nFIVE",
     "the same change on both sides"),
    (BASE, "other", "other", "nothing of ours"),
    ("other", BASE, "other", "nothing of theirs"),
    ("two\nthree\nfour\nfive", "one\ntwo\nthree\nfour", "two\nthree\nfour", "both take lines away"),
]  # fmt: skip
DOES_NOT = [
    ("ONE\ntwo\nthree\nfour\nfive", "eins\ntwo\nthree\nfour\nfive", "the same line"),
    ("ONE\ntwo\nthree\nfour\nfive", "one\nTWO\nthree\nfour\nfive", "neighbouring lines"),
    (f"{BASE}\nmine", f"{BASE}\ntheirs", "both at the end"),
    (f"mine\n{BASE}", f"theirs\n{BASE}", "both at the top"),
    ("one\nfive", "one\ntwo\nTHREE\nfour\nfive", "a change in what we took away"),
    ("", "one\ntwo\nTHREE\nfour\nfive", "blanked"),
]


@pytest.mark.parametrize(("mine", "theirs", "wanted", "why"), MERGES)
def test_changes_apart_from_one_another_merge(
    mine: str, theirs: str, wanted: str, why: str
) -> None:
    assert merged(BASE, mine, theirs) == wanted, why
    assert merged(BASE, theirs, mine) == wanted, why


@pytest.mark.parametrize(("mine", "theirs", "why"), DOES_NOT)
def test_changes_that_touch_do_not(mine: str, theirs: str, why: str) -> None:
    assert merged(BASE, mine, theirs) is None, why
    assert merged(BASE, theirs, mine) is None, why


def test_an_edit_is_taken_back_out_of_a_later_text() -> None:
    flagged = f"FLAG\n{BASE}"
    assert merged(flagged, BASE, f"{flagged}\nsix") == f"{BASE}\nsix"


def test_texts_too_different_to_compare_are_not_merged() -> None:
    base = "\n".join(f"a{number}" for number in range(5000))
    mine = "\n".join(f"b{number}" for number in range(5000))
    assert merged(base, mine, "x") is None


lines = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8).map("\n".join)


@given(base=lines, mine=lines, theirs=lines)
def test_the_sides_can_be_swapped(base: str, mine: str, theirs: str) -> None:
    assert merged(base, mine, theirs) == merged(base, theirs, mine)


@given(base=lines, mine=lines)
def test_one_sided_changes_are_that_side(base: str, mine: str) -> None:
    assert merged(base, mine, base) == mine
    assert merged(base, mine, mine) == mine
