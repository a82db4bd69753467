"""Links to a page that moved: the target changes, and not a letter more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tropebot.wikitext.relinking import relinked

FORCE = in_force("demo")
MOVED = {
    "Trope Workshop:Big Fall": "Big Fall",
    "Trope Workshop:Big Fall/Notes": "Big Fall/Notes",
}


def fixed(text: str) -> str:
    return relinked(FORCE.document(text, FORCE.title("A page")), MOVED)


LEADS = [
    ("[[Trope Workshop:Big Fall]]", "[[Big Fall]]", "a bare link"),
    ("[[Trope Workshop:Big Fall|falls]]", "[[Big Fall|falls]]", "the words stay"),
    ("[[Trope Workshop:Big Fall|Big Fall]]", "[[Big Fall|Big Fall]]", "also words like the title"),
    ("[[YKTTW:Big Fall]]s", "[[Big Fall]]s", "the namespace's other name, a tail"),
    ("[[trope_workshop:big_Fall|x]]", "[[Big Fall|x]]", "as people type it"),
    ("[[:Trope Workshop:Big Fall]]", "[[Big Fall]]", "a colon before it"),
    ("[[ Trope Workshop:Big Fall |x]]", "[[Big Fall|x]]", "spaces round it"),
    ("[[Trope Workshop:Big Fall#Film|x]]", "[[Big Fall#Film|x]]", "a part of the page"),
    ("[[Trope Workshop:Big Fall/Notes]]", "[[Big Fall/Notes]]", "a subpage that moved along"),
    ("#REDIRECT [[Trope Workshop:Big Fall]]", "#REDIRECT [[Big Fall]]", "a redirect"),
    (
        "[[File:A.png|thumb|As in [[Trope Workshop:Big Fall]].]]",
        "[[File:A.png|thumb|As in [[Big Fall]].]]",
        "in a picture's words",
    ),
    (
        "* [[Trope Workshop:Big Fall]]: a\n* [[Big Fall]]: b\n* [[YKTTW:Big Fall|c]]",
        "* [[Big Fall]]: a\n* [[Big Fall]]: b\n* [[Big Fall|c]]",
        "all of them",
    ),
]
STAYS = [
    ("[[Trope Workshop:Big Falls]]", "another page"),
    ("[[Trope Workshop:Big fall]]", "another page: letters differ"),
    ("[[Trope Workshop talk:Big Fall]]", "its talk page"),
    ("[[Big Fall]]", "the new title"),
    ("[[Category:Trope Workshop:Big Fall]]", "a category"),
    ("[[Trope Workshop:Big Fall/Other]]", "a subpage that did not move"),
    ("[[de:Trope Workshop:Big Fall]]", "another wiki"),
    ("{{quote|[[Trope Workshop:Big Fall]]}}", "in a template: only the wiki knows"),
    ("{{Trope Workshop:Big Fall}}", "transcluded, not linked"),
    ("<nowiki>[[Trope Workshop:Big Fall]]</nowiki>", "shown as it is"),
    ("<!-- [[Trope Workshop:Big Fall]] -->", "in a comment"),
    ("[[Trope Workshop:Big <!-- -->Fall]]", "with a comment in it"),
    ("[[Trope Workshop:{{ucfirst:big}} Fall]]", "made of other things"),
    ("[[Trope Workshop:Big&#32;Fall]]", "with a character reference"),
    ("[[Trope Workshop:Big%20Fall]]", "encoded"),
    ("https://example.org/wiki/Trope_Workshop:Big_Fall", "an address"),
    ("[[Trope Workshop:Big Fall", "never closed"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), LEADS)
def test_a_plain_link_leads_to_the_new_title(text: str, wanted: str, why: str) -> None:
    assert fixed(text) == wanted, why
    assert fixed(wanted) == wanted, "twice changes nothing"


@pytest.mark.parametrize(("text", "why"), STAYS)
def test_what_stays(text: str, why: str) -> None:
    assert fixed(text) == text, why


PIECES = st.lists(
    st.sampled_from(
        (
            "[[",
            "]]",
            "Trope Workshop:Big Fall",
            "YKTTW:Big Fall",
            "|",
            "words",
            "{{quote|",
            "}}",
            "<nowiki>",
            "</nowiki>",
            "<!--",
            "-->",
            "#Film",
            "\n",
            " ",
        )
    ),
    max_size=16,
).map("".join)


@given(PIECES)
def test_without_the_names_both_texts_are_the_same(text: str) -> None:
    def bare(source: str) -> str:
        for name in ("Trope Workshop:Big Fall", "YKTTW:Big Fall", "Big Fall"):
            source = source.replace(name, "")
        return source.replace(" ", "")

    once = fixed(text)
    assert bare(once) == bare(text)
    assert fixed(once) == once
