"""Rows at the edges of reading: each stands for a change of the code that no other noticed."""

import pytest

from tests.in_force import in_force
from tropebot.wikitext.document import Document
from tropebot.wikitext.elements import element_named, label_of
from tropebot.wikitext.order import footer_is_last, header_is_first
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


def test_a_header_at_the_end_of_a_tag_that_is_never_closed_stands_first() -> None:
    for text in ("<div>{{trope}}", "<div>{{trope}}</div>", "{|\n|{{trope}}\n|}"):
        assert header_is_first(read(text), ("Trope",), before=()), text
    assert not header_is_first(read("<div></div>Text{{trope}}"), ("Trope",), before=())


LABELS = [
    ("Reflist", "reflist", "the first letter may be small"),
    ("PD", "PD", "an abbreviation"),
    ("A bare page", "a bare page", "an article is a word"),
    ("3D film", "3D film", "a figure"),
    ("É", "é", "one letter"),
]


@pytest.mark.parametrize(("name", "wanted", "why"), LABELS)
def test_how_findings_write_a_template(name: str, wanted: str, why: str) -> None:
    assert label_of(name) == wanted, why


def test_an_element_of_order_may_be_written_in_any_case() -> None:
    for name in ("order:header-first", "Order: Header-First"):
        found = element_named(name, FORCE.facts, {})
        assert found is not None
        assert found.name == "order:header-first"
    assert element_named("order:header", FORCE.facts, {}) is None
