"""Lists to work through, out of an audit's findings: a page once, and nothing of it acts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from tests.reports.audits import row
from tropebot.reports.auditlists import Entry, Form, entry_from, entry_of, fields, foot, head, line


def test_two_findings_of_a_rule_on_a_page_are_one_entry() -> None:
    first = entry_of(row("A", message="One.", line=3, creator="Ada"))
    both = entry_of(row("A", message="Two.", line=9), first)
    again = entry_of(row("A", message="One."), both)
    assert again == Entry(code="TB101", title="A", what="One.\nTwo.", line=3, creator="Ada")
    assert fields(again)["what"] == ["One.", "Two."]
    assert line("csv", again) == "TB101,A,One. Two.,3,Ada"


@given(st.text(), st.text(), st.text())
def test_an_entry_comes_back_from_disk_as_it_was(title: str, what: str, creator: str) -> None:
    entry = Entry(code="TB101", title=title, what=what, creator=creator)
    assert entry_from(json.dumps(asdict(entry)).encode()) == entry


@given(st.text(min_size=1), st.text(), st.text())
def test_a_row_of_wikitext_has_three_cells_whatever_is_in_it(
    title: str, what: str, creator: str
) -> None:
    text = line("wikitext", Entry(code="TB101", title=title, what=what, creator=creator))
    assert text.count("|-\n| ") == 1
    assert text.count(" || ") == 2
    assert "{{" not in text
    assert "\n\n" not in text


FORMS: list[tuple[Form, str, str]] = [
    ("titles", "", ""),
    ("csv", "", ""),
    ("json", "", ""),
    ("wikitext", "== TB101 &#91;&#91;x&#93;&#93; ==", "|}"),
]


@pytest.mark.parametrize(("form", "begins", "ends"), FORMS)
def test_only_wikitext_has_something_round_a_list(form: Form, begins: str, ends: str) -> None:
    assert head(form, "TB101", "[[x]]").startswith(begins)
    assert bool(head(form, "TB101", "[[x]]")) == bool(begins)
    assert foot(form) == ends
