"""TB103: headers, or else categories, of two types; and it alone."""

from typing import Any

import pytest

from tests.in_force import in_force
from tests.rules.judged import FORCE, codes, findings

OTHER: dict[str, Any] = {"types": {"work": {"categories": ["Works"]}}}
FORCE_WITH_CATEGORIES = in_force("demo", OTHER)

FIRES: list[tuple[str, str, str]] = [
    ("two headers", "Foo Bar", "{{trope}}\n{{work}}"),
    ("wherever they stand", "Foo Bar", "{{trope}} Text. {{Creator|x}}"),
    ("two categories and no header", "Foo Bar", "[[Category:Trope]][[Category:Works]]"),
    ("a subpage's candidates", "Foo/Quotes", "{{trope}}{{work}}"),
]
SILENT: list[tuple[str, str, str]] = [
    ("one header", "Foo Bar", "{{trope}}"),
    ("one header twice", "Foo Bar", "{{trope}}{{Trope}}"),
    ("a category beside a header", "Foo Bar", "{{trope}}[[Category:Works]]"),
    ("an implied category beside a header", "Foo Bar", "{{work}}[[Category:Trope]]"),
    ("one of them commented out", "Foo Bar", "{{trope}}<!-- {{work}} -->"),
    ("one of them only shown", "Foo Bar", "{{trope}}{{tl|work}}"),
    ("one category", "Foo Bar", "[[Category:Works]]"),
    ("a header that is no candidate", "Foo/YMMV", "{{work}}{{creator}}{{worksubpagefooter}}"),
    ("another namespace", "Help:Foo", "{{trope}}{{work}}"),
    ("a draft", "Trope Workshop:Foo", "{{trope}}{{work}}"),
]


@pytest.mark.parametrize(("why", "title", "text"), FIRES, ids=[row[0] for row in FIRES])
def test_fires_alone(why: str, title: str, text: str) -> None:
    assert codes(text, FORCE_WITH_CATEGORIES, title) == ["TB103"]


@pytest.mark.parametrize(("why", "title", "text"), SILENT, ids=[row[0] for row in SILENT])
def test_does_not_fire(why: str, title: str, text: str) -> None:
    assert "TB103" not in codes(text, FORCE_WITH_CATEGORIES, title)


def test_two_headers_of_one_type_do_not_conflict() -> None:
    force = in_force("demo", {"types": {"work": {"headers": ["work", "series"]}}})
    assert "TB103" not in codes("{{work}}{{series}}", force)


def test_a_header_that_redirects_to_another_types_leaves_the_page_unjudged() -> None:
    force = in_force("demo", template_redirects={"Creator": "Work"})
    assert codes("{{creator}}", force) == []


def test_a_header_that_comes_through_a_template_proves_no_conflict() -> None:
    listed = frozenset({"Template:Trope", "Template:Work", "Template:Tabs"})
    assert "TB103" not in codes("{{tabs}}", templates=listed)
    assert codes("{{trope}}{{#if:x|{{work}}}}", templates=listed) == ["TB103"]
    assert "TB103" not in codes("{{trope}}{{#if:|{{work}}}}", templates=listed - {"Template:Work"})


def test_it_names_the_types_and_how_they_were_found() -> None:
    (finding,) = findings("{{trope}}\n{{work}}", FORCE)
    assert finding.details == {"types": ["trope", "work"], "by": "header"}
    assert finding.line == 2
    (finding,) = findings("[[Category:Trope]][[Category:Works]]", FORCE_WITH_CATEGORIES)
    assert finding.details["by"] == "category"
