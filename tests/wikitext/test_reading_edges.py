"""Rows at the edges of reading: each stands for a change of the code that no other noticed."""

import pytest

from tests.in_force import in_force
from tropebot.wikitext.document import Document
from tropebot.wikitext.order import footer_is_last
from tropebot.wikitext.preprocess import own_equals

FORCE = in_force("demo")


def read(text: str) -> Document:
    return FORCE.document(text, FORCE.title("Foo"))


NAMES: list[tuple[str, int, str]] = [
    ("a=b", 1, "a name and a value"),
    ("\n== h {{y}} z = w", -1, "a line that begins as a heading has no name"),
    ("\n== h {{y}} z\na = w", 16, "the line after it may have one"),
    ("{{y}}=w", 5, "what a parameter holds may stand in its name"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), NAMES, ids=[row[2] for row in NAMES])
def test_where_a_parameters_name_ends(text: str, wanted: int, why: str) -> None:
    start = text.find("{{y}}")
    held = [(start, start + 5)] if start >= 0 else []
    assert own_equals(text, 0, len(text), held) == wanted, why


def test_a_tag_inside_the_first_template_holds_nothing_outside_of_it() -> None:
    document = read("{{trope|<div>}}\nText.\n{{tropesubpagefooter}}\nMore.")
    assert [use.name for use in document.templates][1:] == ["Tropesubpagefooter"]
    assert not footer_is_last(document, ("Tropesubpagefooter",))
