"""Rows at the edges of reading: each stands for a change of the code that no other noticed."""

import pytest

from tests.in_force import in_force
from tropebot.model import Page
from tropebot.policy.markup import recognised
from tropebot.wikitext.backwards import section_taken_back
from tropebot.wikitext.document import Document
from tropebot.wikitext.elements import element_named, label_of
from tropebot.wikitext.merge import taken_back
from tropebot.wikitext.order import footer_is_last, header_is_first
from tropebot.wikitext.pagetypes import Verdict
from tropebot.wikitext.preprocess import own_equals
from tropebot.wikitext.second_opinion import names_in

FORCE = in_force("demo")


def read(text: str) -> Document:
    return FORCE.document(text, FORCE.title("Foo"))


NAMES: list[tuple[str, str, int, str]] = [
    ("a=b", "", 1, "a name and a value"),
    ("=b", "", 0, "no name before it"),
    ("a {{y=}} b", "{{y=}}", -1, "the one in what it holds is not its own"),
    ("\n== h {{y}} z = w", "{{y}}", -1, "a line that begins as a heading has no name"),
    ("\n== h {{y\n}} z = w", "{{y\n}}", -1, "nor where what it holds goes over its end"),
    ("\n== h {{y}} z\na = w", "{{y}}", 16, "the line after it may have one"),
    ("{{y}}=w", "{{y}}", 5, "what a parameter holds may stand in its name"),
]


@pytest.mark.parametrize(("text", "held", "wanted", "why"), NAMES, ids=[row[3] for row in NAMES])
def test_where_a_parameters_name_ends(text: str, held: str, wanted: int, why: str) -> None:
    start = text.find(held)
    holds = [(start, start + len(held))] if held else []
    assert own_equals(text, 0, len(text), holds) == wanted, why


def test_each_bar_begins_a_parameter() -> None:
    (use,) = [*read("{{trope|a|b|c}}").templates]
    assert dict(use.parameters) == {"1": "a", "2": "b", "3": "c"}


def test_each_bar_of_a_link_is_one() -> None:
    assert read("[[a|b|c|d]]").constructs[0].bars == (3, 5, 7)


def test_four_brackets_are_two_links() -> None:
    document = read("[[[[Category:Bar]]]]")
    assert [link.target for link in document.links] == ["[[Category:Bar]]", "Category:Bar"]
    assert [use.name for use in document.categories] == ["Bar"]


SECOND: list[tuple[str, tuple[str, ...], tuple[str, ...], str]] = [
    ("{{tro<!-- x -->pe}}", ("trope",), (), "a comment in a name is not of it"),
    ("{{a<!-- x -->}} {{b}}", ("a", "b"), (), "nor is what follows of the comment"),
    ("[[a<!--x-->b]] {{c}}", ("c",), ("ab",), "in a link too"),
    ("<!-- {{a}} -->{{b}}", ("b",), (), "a call in a comment is none"),
    ("{{a<b>c</b>}}", (), (), "a tag spoils a name"),
    ("{{\n*a}}", ("*a",), (), "a list's mark is of the name"),
]


@pytest.mark.parametrize(
    ("text", "templates", "links", "why"), SECOND, ids=[row[3] for row in SECOND]
)
def test_what_the_second_parser_sees(
    text: str, templates: tuple[str, ...], links: tuple[str, ...], why: str
) -> None:
    assert names_in(text) == (templates, links), why


def test_two_hatnotes_in_lines_of_their_own_may_stand_above_a_header() -> None:
    for text in (":''See X.''\n:''See Y.''\n{{trope}}", ":''See X.''\n\n:''See Y.''{{trope}}"):
        assert header_is_first(read(text), ("Trope",), before=()), text


def test_of_types_that_share_a_header_a_category_tells() -> None:
    types = {
        "film": {"headers": ["work"], "categories": ["Film"], "subpages": ["Quotes"]},
        "book": {"headers": ["work"], "categories": ["Book"], "subpages": ["Quotes"]},
    }
    force = in_force("none", {"types": types})

    def told(text: str) -> tuple[Verdict, list[str]]:
        page = Page(title="Foo/Quotes", text=text)
        found = recognised(page, force.document(text, force.title(page.title)), force)
        return found.verdict, [each.name for each in found.types]

    assert told("{{work}}[[Category:Book]]") == (Verdict.KNOWN, ["book"])
    assert told("{{work}}")[0] is Verdict.NOT_JUDGED
    assert told("{{work}}[[Category:Book]][[Category:Film]]")[0] is Verdict.NOT_JUDGED


def test_a_section_added_to_a_page_that_was_rewritten_is_merged_away() -> None:
    """Our edit changed what was there: the section alone cannot be cut out."""
    found = section_taken_back("a\nb\n", "x\nb\nnew\n", "x\nb\nnew\nmore\n")
    assert found == taken_back("a\nb\n", "x\nb\nnew\n", "x\nb\nnew\nmore\n")


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
