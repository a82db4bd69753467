"""One edit out of a later text: what comes back, what stays, and that nothing of other people's is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.wikitext.backwards import section_taken_back, taken_back
from tropebot.wikitext.merge import merged

BEFORE = "one\ntwo\nthree\nfour\nfive"
AFTER = "FLAG\none\ntwo\nTHREE\nfour\nfive"
EDITS = [
    (AFTER, BEFORE, 0, "nobody edited since"),
    (f"{AFTER}\nsix", f"{BEFORE}\nsix", 0, "below"),
    ("FLAG\none\ntwo\nDREI\nfour\nfive", "one\ntwo\nDREI\nfour\nfive", 1, "one of two places"),
    ("FLAG 2\none\ntwo\nTHREE\nfour\nfive", "FLAG 2\none\ntwo\nthree\nfour\nfive", 1, "the other"),
    ("FLAG 2\none\ntwo\nDREI\nfour\nfive", "FLAG 2\none\ntwo\nDREI\nfour\nfive", 2, "both"),
    (BEFORE, BEFORE, 0, "somebody took it back already"),
    ("one\ntwo\nTHREE\nfour\nfive", BEFORE, 0, "somebody took one place back already"),
]


@pytest.mark.parametrize(("now", "wanted", "left", "why"), EDITS)
def test_each_place_by_itself(now: str, wanted: str, left: int, why: str) -> None:
    found = taken_back(BEFORE, AFTER, now)
    assert (found.text, found.left) == (wanted, left), why


def test_texts_too_different_to_compare_are_left() -> None:
    after = "\n".join(f"b{number}" for number in range(5000))
    now = "\n".join(f"c{number}" for number in range(5000))
    found = taken_back("x", after, now)
    assert (found.text, found.left) == (now, 1)


OURS = "== Ours ==\nHello. [[User:Bot]]"
SECTIONS = [
    ("Hi.", f"Hi.\n\n{OURS}", "Hi.", 0, "as we left it"),
    ("", OURS, "", 0, "a page that we made"),
    ("Hi.", f"Hi.\n\n{OURS}\n\n== B ==\nx", "Hi.\n\n== B ==\nx", 0, "a section below"),
    ("", f"{OURS}\n\n= B =\nx", "= B =\nx", 0, "a larger section below"),
    ("Hi.", f"Hi there.\n\n{OURS}", "Hi there.", 0, "edited above"),
    ("Hi.", f"{OURS}\n\nHi.", f"{OURS}\n\nHi.", 1, "something below it: an answer, or moved up"),
    ("Hi.", f"Hi.\n\n{OURS}\n: Why?", f"Hi.\n\n{OURS}\n: Why?", 1, "answered"),
    ("Hi.", f"Hi.\n\n{OURS}\n=== Why ===\nx", f"Hi.\n\n{OURS}\n=== Why ===\nx", 1, "subsection"),
    ("Hi.", "Hi.", "Hi.", 0, "archived"),
    ("Hi.", "Hi.\n\n== Ours ==\nHello, edited.", "Hi.\n\n== Ours ==\nHello, edited.", 0, "rewritten"),
    ("Hi.", f"Hi.\n\n{OURS}\n\n{OURS}", f"Hi.\n\n{OURS}\n\n{OURS}", 1, "there twice"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "now", "wanted", "left", "why"), SECTIONS)
def test_a_section_goes_unless_somebody_wrote_below_it(
    before: str, now: str, wanted: str, left: int, why: str
) -> None:
    after = f"{before}\n\n{OURS}" if before else OURS
    found = section_taken_back(before, after, now)
    assert (found.text, found.left) == (wanted, left), why


lines = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8).map("\n".join)


@given(before=lines, after=lines)
def test_an_edit_that_nobody_touched_is_gone_wholly(before: str, after: str) -> None:
    found = taken_back(before, after, after)
    assert (found.text, found.left) == (before, 0)


@given(before=lines, after=lines, now=lines)
def test_it_agrees_with_the_merge_where_there_is_one(before: str, after: str, now: str) -> None:
    found, whole = taken_back(before, after, now), merged(after, before, now)
    assert (whole == found.text) if not found.left else whole is None


@given(before=lines, after=lines, added=st.lists(st.sampled_from(["x", "y"]), max_size=3))
def test_what_others_added_is_never_lost(before: str, after: str, added: list[str]) -> None:
    now = "\n".join([after, *added])
    found = taken_back(before, after, now)
    assert [line for line in found.text.split("\n") if line in ("x", "y")] == added
