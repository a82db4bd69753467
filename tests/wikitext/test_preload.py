"""A preload as MediaWiki loads it into the edit box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tropebot.wikitext.preload import _pieces, boilerplate, key_of, leftovers, preloaded

FORCE = in_force("demo")

PRELOADS = [
    ("plain", "a\nb", "a\nb"),
    ("onlyinclude", "x<onlyinclude>a</onlyinclude>y<onlyinclude>b</onlyinclude>z", "ab"),
    ("noinclude inside onlyinclude", "x<onlyinclude>a<noinclude>b</noinclude></onlyinclude>", "a"),
    ("an onlyinclude never closed counts not", "a<onlyinclude>b", "ab"),
    ("noinclude", "a<noinclude>b</noinclude>c", "ac"),
    ("noinclude never closed", "a<noinclude>b", "a"),
    ("an empty noinclude", "a<noinclude/>b", "ab"),
    ("includeonly", "a<includeonly>b</includeonly>c", "abc"),
    ("comments stay", "a<!-- <noinclude> -->b</noinclude>", "a<!-- <noinclude> -->b"),
    ("nowiki stays", "<nowiki><noinclude></nowiki>b", "<nowiki><noinclude></nowiki>b"),
    ("any case", "a<NoInclude >b</NOINCLUDE>c", "ac"),
]


@pytest.mark.parametrize(("why", "text", "expected"), PRELOADS, ids=[row[0] for row in PRELOADS])
def test_what_reaches_the_edit_box(why: str, text: str, expected: str) -> None:
    assert preloaded(text) == expected


BOILERPLATE = [
    ("a word of two letters in the first line", "Up", {"Up": "placeholder"}),
    ("a comment that says nothing", "<!-- -->", {}),
    ("sentences in a parser function", "{{#if:x|Describe the trope}}", {}),
    (
        "sentences in a template",
        "{{x|Describe the trope}}",
        {"{{x|Describethetrope}}": "placeholder"},
    ),
]


@pytest.mark.parametrize(
    ("why", "text", "expected"), BOILERPLATE, ids=[row[0] for row in BOILERPLATE]
)
def test_what_is_to_be_replaced(why: str, text: str, expected: dict[str, str]) -> None:
    assert boilerplate(FORCE.document(text, FORCE.title("MediaWiki:Tropes"))) == expected


def test_a_leftover_below_many_lines_is_told_with_its_own_line() -> None:
    text = "a\n" * 20 + "* Example 1\n" + "b\n" * 20
    found = leftovers(FORCE.document(text, FORCE.title("Foo")), {"*Example1": "bullet"})
    assert [(each.text, each.line) for each in found] == [("* Example 1", 21)]


PRELOAD = "* ''Sample'': say how.\nDescribe the trope here.\n  Up\n<!-- help -->\n{{x|Describe the trope}}"
KNOWN = boilerplate(FORCE.document(PRELOAD, FORCE.title("Page")))
WORDS = (
    *PRELOAD.split("\n"),
    *PRELOAD.split(),
    "* ",
    "\t",
    "\xa0",
    "\x1f",
    "<nowiki>",
    "</nowiki>",
    "x",
)


@given(st.lists(st.sampled_from((*WORDS, "\n", "\n")), max_size=20).map(" ".join))
def test_no_leftover_is_missed_by_its_beginning(text: str) -> None:
    """Most lines are told by their first characters: the same as comparing every line."""
    document = FORCE.document(text, FORCE.title("A"))
    found = [(each.kind, each.text) for each in leftovers(document, KNOWN)]
    every = ((kind, piece) for kind, piece, _ in _pieces(document))
    assert found == [
        (kind, piece.strip()) for kind, piece in every if KNOWN.get(key_of(piece)) == kind
    ]
