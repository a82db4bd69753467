"""TB102: a page that nothing makes a trope, a work or a creator; and it alone."""

import pytest

from tests.in_force import in_force
from tests.rules.judged import FORCE, codes, findings

FIRES: list[tuple[str, str, str]] = [
    ("no header at all", "Foo Bar", "Text."),
    ("the header in a comment", "Foo Bar", "<!-- {{trope}} --> Text."),
    ("the header only for others", "Foo Bar", "<includeonly>{{trope}}</includeonly>Text."),
    ("the header only shown", "Foo Bar", "{{tl|trope}} Text."),
    ("the header substituted", "Foo Bar", "{{subst:trope}} Text."),
    ("another template", "Foo Bar", "{{quote|a|b}} Text. [[Category:Comedy]]"),
    ("a category that no type has", "Foo Bar", "Text. [[Category:Tropes]]"),
    ("a link to the type's category", "Foo Bar", "Text. [[:Category:Trope]]"),
    ("two types have such a subpage", "Foo/Quotes", "Text."),
    ("there a category does not help", "Foo/Quotes", "Text. [[Category:Trope]]"),
    ("another type's header does not help", "Foo/Headscratchers", "{{index}} Text."),
    ("the type's subpages do not count as base", "Laconic", "Text."),
    ("a slash at the end is no subpage", "Foo/", "Text."),
    ("offline a slash title is judged by its header", "Foo/Bar", "Text."),
    ("nothing but nowiki", "Foo Bar", "<nowiki/>"),
    ("boilerplate or not, it stands alone", "Foo Bar", "<!-- Say what the trope is. -->Text."),
]
SILENT: list[tuple[str, str, str]] = [
    ("a trope", "Foo Bar", "{{trope}} Text."),
    ("a work", "Foo Bar", "{{Work|x=y}} Text."),
    ("in doubt it is there", "Foo Bar", "{{#if:x|{{creator}}}} Text."),
    ("a category of the type", "Foo Bar", "Text. [[Category:Trope]]"),
    ("just one type has such a subpage", "Foo/YMMV", "Text."),
    ("a header among the candidates", "Foo/Quotes", "{{work}} Text."),
    ("a namespace that needs no type", "Help:Foo", "Text."),
    ("a draft", "Trope Workshop:Foo", "Text."),
    ("a file", "File:Foo.png", "{{Fairuse}}"),
    ("a redirect", "Foo Bar", "#redirect [[Foo]]"),
    ("a disambiguation page", "Foo Bar", "{{disambig}}\n* [[A]]\n* [[B]]"),
    ("the main page", "Main Page", "Welcome."),
    ("a page of another kind", "Foo Bar", "{{useful notes}} Text."),
]


@pytest.mark.parametrize(("why", "title", "text"), FIRES, ids=[row[0] for row in FIRES])
def test_fires_alone(why: str, title: str, text: str) -> None:
    assert codes(text, title=title) == ["TB102"]


@pytest.mark.parametrize(("why", "title", "text"), SILENT, ids=[row[0] for row in SILENT])
def test_does_not_fire(why: str, title: str, text: str) -> None:
    assert "TB102" not in codes(text, title=title)


def test_it_lists_what_the_page_could_be() -> None:
    (finding,) = findings("Text.", title="Foo/Quotes")
    assert finding.details["candidates"] == ["trope-subpage", "work-subpage", "creator-subpage"]
    assert finding.details["headers"] == ["trope", "work", "creator"]
    (finding,) = findings("Text.")
    assert finding.details["candidates"] == ["trope", "work", "creator"]


@pytest.mark.parametrize(
    ("base_exists", "expected"), [(True, []), (False, ["TB102"]), (None, ["TB102"])]
)
def test_a_subpage_of_a_typed_page_is_not_judged(
    base_exists: bool | None, expected: list[str]
) -> None:
    assert codes("Text.", title="Foo/Bar", base_exists=base_exists) == expected


@pytest.mark.parametrize(
    ("listed", "expected", "why"),
    [
        ({"Template:Trope"}, [], "the page above is a trope"),
        ({"Category:Trope"}, [], "the page above is in a type's category"),
        ({"Template:Reflist", "Category:Foo"}, ["TB102"], "it exists, but is of no type"),
        (set(), ["TB102"], "it exists, but is of no type"),
        ({"Trope"}, ["TB102"], "that is a page, no template"),
    ],
)
def test_the_page_above_must_be_typed(listed: set[str], expected: list[str], why: str) -> None:
    found = codes("Text.", title="Foo/Bar", base_exists=True, base_listed=frozenset(listed))
    assert found == expected, why


def test_only_namespaces_of_the_policy_need_a_type() -> None:
    force = in_force("demo", {"markup": {"needs_type": []}})
    assert codes("Text.", force) == []
    assert codes("Text.", FORCE) == ["TB102"]
