"""The names of elements as findings and the policy write them."""

import pytest

from tropebot.wikitext.elements import label_of

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
