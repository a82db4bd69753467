"""Empty headings of media go from a draft that is promoted; whatever an editor put anywhere stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.in_force import in_force
from tropebot import engine
from tropebot.judgement import Judgement
from tropebot.model import Page
from tropebot.policy import texts

FORCE = in_force("tropedia", {"workshop": {"prune_empty_headings": True}})
KEEPING = in_force("tropedia")
DRAFTS = next(iter(FORCE.workshop))


def page(text: str) -> Page:
    return Page(title="Trope Workshop:Big Fall", text=text, namespace=DRAFTS, page_id=7, rev_id=70)


def pruned(text: str) -> str:
    return texts.stripped_draft(FORCE, page(text))


GOES = [
    ("A\n\n== Film ==\n\n== Music ==\n* x\n", "A\n\n== Music ==\n* x\n", "with its blank line"),
    ("== Film ==\n== Music ==\n* x", "== Music ==\n* x", "without one"),
    ("== film ==\n\n== Music ==\n* x", "== Music ==\n* x", "in any case"),
    ("==Film==\n\n==Music==\n* x", "==Music==\n* x", "without spaces"),
    ("== [[Live-Action TV]] ==\n\nA", "== [[Live-Action TV]] ==\n\nA", "text is under it"),
    ("== [[Live-Action TV]] ==\n\n== X ==\nA", "== X ==\nA", "as a link"),
    ("== '''Film''' ==\n\n== X ==\nA", "== X ==\nA", "in bold"),
    ("== Film ==\n* \n*\n== X ==\nA", "== X ==\nA", "the bullets of a preload, never filled in"),
    ("A\n\n== Film ==\n", "A\n", "the last thing on the page"),
    ("A\n\n== Film ==", "A", "without a line break"),
    ("\n== Film ==", "", "with nothing else on the page"),
    (
        "A\n\n== Film ==\n\n{{reflist}}\n\n[[Category:B]]\n",
        "A\n\n{{reflist}}\n\n[[Category:B]]\n",
        "what closes the page belongs to no section",
    ),
    (
        "A\n\n== Film ==\n\n{{DEFAULTSORT:Fall, Big}}\n[[de:Fall]]\n",
        "A\n\n{{DEFAULTSORT:Fall, Big}}\n[[de:Fall]]\n",
        "nor do sort keys and links to other languages",
    ),
    (
        "== Film ==\n\n=== Machinima ===\n\n== X ==\nA",
        "== X ==\nA",
        "with an empty one below it",
    ),
    (
        "== Film ==\n\n=== Machinima ===\nA\n\n=== Toys ===\n",
        "== Film ==\n\n=== Machinima ===\nA\n",
        "of two below it the empty one",
    ),
    (
        "== Film ==\n\n== Literature ==\n\n== Music ==\n* x\n\n== Radio ==\n\n== Toys ==\n",
        "== Music ==\n* x\n",
        "a whole row of them",
    ),
]
STAYS = [
    ("== Film ==\n* ''[[Jaws]]'': it does.\n", "an example"),
    ("== Film ==\nSome words.\n", "words"),
    ("== Film ==\n<!-- none known -->\n== X ==\nA", "an editor's comment"),
    ("== Film ==\n{{quote|A}}\n== X ==\nA", "a template that shows something"),
    ("== Film ==\n[[File:A.png]]\n== X ==\nA", "a picture"),
    ("== Film ==\n\n=== Machinima ===\n* x\n", "an example further below"),
    ("== Film ==\n\n=== My notes ===\n\n== X ==\nA", "a heading of another kind below it"),
    ("== See also ==\n\n== X ==\nA", "no medium"),
    ("== Films I like ==\n\n== X ==\nA", "only begins like one"),
    ("{{folder|title=Film|\n== Film ==\n}}\nA", "inside another template"),
    ("<nowiki>\n== Film ==\n\n== Music ==\n</nowiki>\nA", "shown as it is"),
    ("<!--\n== Film ==\n\n== Music ==\n-->\nA", "commented out"),
    ("== Film ==\n* <ref>Where?</ref>\n== X ==\nA", "a reference"),
    ("", "nothing"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), GOES)
def test_an_empty_heading_goes(text: str, wanted: str, why: str) -> None:
    assert pruned(text) == wanted, why
    assert pruned(wanted) == wanted, "twice changes nothing"


@pytest.mark.parametrize(("text", "why"), STAYS)
def test_what_stays(text: str, why: str) -> None:
    assert pruned(text) == text, why


@pytest.mark.parametrize(("text", "wanted", "why"), GOES)
def test_nothing_goes_where_the_policy_does_not_say_so(text: str, wanted: str, why: str) -> None:
    del wanted
    assert texts.stripped_draft(KEEPING, page(text)) == text, why


LINES = st.lists(
    st.sampled_from(
        (
            "== Film ==",
            "=== Toys ===",
            "== Music ==",
            "== See also ==",
            "* ''[[Jaws]]'': it does.",
            "*",
            "",
            "Text.",
            "<!-- a note -->",
            "{{reflist}}",
            "{{quote|",
            "}}",
            "[[Category:A]]",
            "<nowiki>",
            "</nowiki>",
            "[[de:Fall]]",
        )
    ),
    max_size=14,
)


@given(LINES)
def test_only_headings_blank_lines_and_empty_bullets_ever_go(lines: list[str]) -> None:
    text = "\n".join(lines)
    lines = text.split("\n")
    left = pruned(text)
    rest = iter(lines)
    kept = left.split("\n") if left else []
    assert all(line in rest for line in kept), "what stays stays in its order"
    gone = sorted(lines)
    for line in kept:
        gone.remove(line)
    assert set(gone) <= {"== Film ==", "=== Toys ===", "== Music ==", "*", ""}
    assert pruned(left) == left


MECHANICAL = [
    ("{{Trope Workshop}}\n{{trope}}\nA\n{{examples}}\n* x", "the page's own category"),
    ("{{trope}}\nA<ref>b</ref>\n{{examples}}\n* x\n[[Category:Trope Workshop]]", "a reflist too"),
    (
        "{{trope}}\nA\n{{examples}}\n* x\n\n== Film ==\n\n[[Category:Falls]]",
        "behind a pruned heading",
    ),
]


@pytest.mark.parametrize(("text", "why"), MECHANICAL)
def test_the_page_is_in_order_as_soon_as_it_stands_in_main(text: str, why: str) -> None:
    draft = Judgement("TropeBot").draft(page(text), FORCE)
    assert draft is not None
    assert draft.missing == (), why
    moved = replace(page(draft.stripped), title="Big Fall", namespace=0)
    assert "TB101" not in {each.code for each in engine.judge(moved, FORCE).findings}, why
    added = [line for line in draft.stripped.split("\n") if line not in text.split("\n")]
    assert set(added) <= {"[[Category:{{PAGENAME}}]]", "{{reflist}}"}


def test_what_only_a_person_can_add_holds_the_draft_and_nothing_is_added_by_halves() -> None:
    draft = Judgement("TropeBot").draft(page("A\n{{examples}}\n* x"), FORCE)
    assert draft is not None
    assert draft.missing == ("template:trope",)


DRAFT_LINES = st.lists(
    st.sampled_from(
        (
            "{{Trope Workshop}}",
            "{{YKTTW|a=b}}",
            "[[Category:Trope Workshop]]",
            "{{trope}}",
            "{{examples}}",
            "== Film ==",
            "* ''[[Jaws]]'': it does.",
            "*",
            "",
            "Text.<ref>a note</ref>",
            "<!-- {{Trope Workshop}} -->",
            "<nowiki>[[Category:Trope Workshop]]</nowiki>",
            "[[Category:Falls]]",
            "[[de:Fall]]",
        )
    ),
    max_size=12,
)
TAKEN_OFF = {
    "{{Trope Workshop}}",
    "{{YKTTW|a=b}}",
    "[[Category:Trope Workshop]]",
    "== Film ==",
    "*",
    "",
}
PUT_ON = {"[[Category:{{PAGENAME}}]]", "{{reflist}}"}


@given(DRAFT_LINES)
def test_a_promoted_draft_is_the_editors_lines_and_nothing_else(lines: list[str]) -> None:
    """In one edit: only Workshop markup and empty headings go, only mechanical markup comes."""
    text = "\n".join(lines)
    draft = Judgement("TropeBot").draft(page(text), FORCE)
    assert draft is not None
    kept = [line for line in draft.stripped.split("\n") if line and line not in PUT_ON]
    rest = iter(text.split("\n"))
    assert all(line in rest for line in kept), "what stays stays in its order, byte by byte"
    gone = sorted(text.split("\n"))
    for line in kept:
        gone.remove(line)
    assert set(gone) <= TAKEN_OFF
    if not draft.missing:
        moved = replace(page(draft.stripped), title="Big Fall", namespace=0)
        assert "TB101" not in {each.code for each in engine.judge(moved, FORCE).findings}
