"""The names of elements as findings and the policy write them."""

import pytest

from tropebot.wikitext.elements import in_wikitext, label_of

LABELS = [
    ("Reflist", "reflist", "a name as people type it"),
    ("PD", "PD", "capitals stay"),
    ("CC-BY-SA", "CC-BY-SA", "capitals stay"),
    ("A", "a", "one letter is no abbreviation"),
    ("1st", "1st", "no letter to be made small"),
    (":Foo", ":Foo", "a page of the main namespace"),
]


@pytest.mark.parametrize(("name", "label", "why"), LABELS, ids=[row[2] + row[0] for row in LABELS])
def test_a_template_is_called_as_people_write_it(name: str, label: str, why: str) -> None:
    assert label_of(name) == label, why


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("template:reflist", "{{reflist}}", "as people write it"),
        ("template:PD|Fairuse", "{{PD}} / {{Fairuse}}", "one of these is enough"),
        ("category:{{PAGENAME}}", "[[Category:{{PAGENAME}}]]", "a category by a magic word"),
        ("heading:Examples", "== Examples ==", "a heading"),
        ("order:footer-last", "order:footer-last", "no piece of wikitext says this"),
    ],
)
def test_an_element_is_shown_as_the_wikitext_that_it_stands_for(
    name: str, written: str, why: str
) -> None:
    assert in_wikitext(name) == written, why
