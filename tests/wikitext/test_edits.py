"""Flags on and off, workshop markup off a draft: exactly that changes, and nothing else."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tropebot.model import Finding, Page
from tropebot.policy import texts
from tropebot.policy.schema import Flag

FORCE = in_force(
    "none",
    {
        "wiki": {"namespaces": {"Trope Workshop": {"id": 112, "aliases": ["YKTTW"]}}},
        "workshop": {
            "templates": ["Trope Workshop", "Draft"],
            "categories": ["Trope Workshop", "Drafts"],
        },
        "templates": {"aliases": {"Trope Workshop": ["Tropeworkshop", "YKTTW"]}},
    },
)
FLAG = Flag(template="Missing markup", aliases=("Markup needed",))
NOW = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)


def page(text: str, title: str = "Trope Workshop:Big Fall") -> Page:
    return Page(title=title, text=text, page_id=7, rev_id=70)


def finding(*missing: str, rule: str = "missing-markup") -> Finding:
    details = {"missing": list(missing)} if missing else {}
    return Finding(
        code="TB101",
        rule=rule,
        title="Big Fall",
        page_id=7,
        rev_id=70,
        message="finding-tb101",
        details=details,
    )


def flagged(text: str, *missing: str) -> str:
    return texts.flagged(FORCE, page(text), FLAG, [finding(*missing)], NOW)


def unflagged(text: str) -> str:
    return texts.unflagged(FORCE, page(text), FLAG)


def stripped(text: str) -> str:
    return texts.stripped_draft(FORCE, page(text))


STRIPPED = [
    ("{{Trope Workshop}}\n{{trope}}\n", "{{trope}}\n", "a line of its own goes"),
    ("{{draft}}\n{{trope}}\n", "{{trope}}\n", "first letter in any case"),
    ("{{Tropeworkshop|x}}\nA", "A", "a redirect, with a parameter"),
    ("{{YKTTW\n|a=b\n|c={{d}}\n}}\nA", "A", "over several lines"),
    ("{{Template:Trope_Workshop}}A", "A", "with its namespace"),
    ("{{Draft}}{{Trope Workshop}}\nA", "A", "two on a line"),
    ("{{Draft}} {{Trope Workshop}} \nA", "A", "with spaces around"),
    ("{{Draft}} '''Big Fall''' is", "'''Big Fall''' is", "a space at a line's start is markup"),
    ("\t{{Draft}}\tA", "A", "a tab too"),
    ("A {{Draft}} B", "A  B", "inside a line nothing else goes"),
    ("A{{Draft}}\nB", "A\nB", "at a line's end"),
    ("A\n{{Draft}}\n\nB", "A\n\nB", "the empty line below it stays"),
    ("A\n{{Draft}}", "A", "the last line, with the break before it"),
    ("A\n{{Draft}}\n", "A\n", "the last line with its break"),
    ("{{Draft}}", "", "nothing else on the page"),
    ("A\n[[Category:Trope Workshop]]\n[[Category:Falls]]", "A\n[[Category:Falls]]", "a category"),
    ("[[category: drafts |Fall, Big]]\nA", "A", "any case, a sort key"),
    ("A[[Category:Drafts]][[Category:B]]", "A[[Category:B]]", "one of two on a line"),
    ("[[Category:Drafts]]\n[[Category:Trope Workshop]]", "", "only categories"),
    ("<noinclude>{{Draft}}</noinclude>\nA", "<noinclude></noinclude>\nA", "the tags are not ours"),
    ("{{Box|{{Draft}}|x}}", "{{Box||x}}", "in another template's parameter"),
    ("{{Draft|{{Draft}}}}\nA", "A", "one inside the other"),
    ("{{Draft<!-- {{trope}} -->}}\nA", "A", "what stands in it goes along"),
]
UNTOUCHED = [
    ("", "nothing there"),
    ("\n\n{{trope}}\n \nA \n", "white space of others"),
    ("<!-- {{Draft}} -->\nA", "a comment"),
    ("<nowiki>{{Draft}}</nowiki>", "nowiki"),
    ("<pre>\n{{Draft}}\n</pre>", "pre"),
    ("<!-- [[Category:Drafts]] -->", "a category in a comment"),
    ("[[:Category:Drafts]]", "a link to the category"),
    ("[[Category:Drafts of beer]]", "another category"),
    ("{{tl|Draft}}", "only shows the name"),
    ("{{subst:Draft}}", "saved subst"),
    ("{{Draft beer}}{{Drafts}}", "other templates"),
    ("{{Draft", "never closed"),
    ("[[Category:{{PAGENAME}}]]", "the own-name category"),
    ("A\r\nB\u2028C\x0bD", "odd line breaks"),
]


@pytest.mark.parametrize(("text", "expected", "why"), STRIPPED)
def test_a_draft_is_stripped(text: str, expected: str, why: str) -> None:
    assert stripped(text) == expected, why
    assert stripped(expected) == expected, "stripping twice changes nothing"


@pytest.mark.parametrize(("text", "why"), UNTOUCHED)
def test_stripping_leaves_alone(text: str, why: str) -> None:
    assert stripped(text) == text, why


def test_a_flag_is_dated_and_lists_what_is_missing() -> None:
    assert flagged("{{trope}}\n", "template:reflist", "category:{{PAGENAME}}") == (
        "{{Missing markup|date=2026-03-01"
        "|missing=template:reflist, category:&#123;&#123;PAGENAME&#125;&#125;}}\n{{trope}}\n"
    )


def test_a_finding_without_elements_is_called_by_its_rule() -> None:
    found = [finding(rule="missing-licence"), finding("source", rule="missing-attribution")]
    text = texts.flagged(FORCE, page(""), FLAG, [*found, found[0]], NOW)
    assert text == "{{Missing markup|date=2026-03-01|missing=licence, source}}\n"


PRESENT = [
    ("{{Missing markup}}\nA", "A", "the flag"),
    ("{{missing markup|date=2020|missing=x}}\nA", "A", "with parameters of whatever kind"),
    ("{{Markup needed}}\nA", "A", "an alias"),
    ("A\n{{Missing markup}}", "A", "at the end"),
    ("{{trope}}{{Missing markup}}\nA", "{{trope}}\nA", "beside the header"),
    ("{{Missing markup}}\n{{Markup needed}}\nA", "A", "twice"),
]


@pytest.mark.parametrize(("text", "without", "why"), PRESENT)
def test_peer_f17_a_flag_that_stands_there(text: str, without: str, why: str) -> None:
    assert texts.has_flag(FORCE, page(text), FLAG)
    assert flagged(text, "x") == text, f"no second flag: {why}"
    assert unflagged(text) == without, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<!-- {{Missing markup}} -->", "in a comment"),
        ("{{tl|Missing markup}}", "only shown"),
        ("{{Missing licence}}", "another flag"),
    ],
)
def test_a_flag_that_is_not_there(text: str, why: str) -> None:
    assert not texts.has_flag(FORCE, page(text), FLAG), why
    assert unflagged(text) == text, why
    assert unflagged(flagged(text)) == text, why


@pytest.mark.parametrize(
    "value",
    [
        "a=b|c",
        "}}{{Delete}}",
        "-->",
        "~~~~",
        "{{subst:x}}",
        "[[Category:X]]",
        "</nowiki>",
        "line\nbreak\u2028\u202e",
        "__NOINDEX__",
        "http://spam.example",
        "<includeonly>",
        "{{{",
    ],
)
def test_the_page_gets_exactly_our_template(value: str) -> None:
    """H16: names of others are no markup in our flag."""
    text = flagged("A", value)
    document = FORCE.document(text, FORCE.title("Big Fall"))
    assert [use.name for use in document.templates] == ["Missing markup"]
    assert set(document.templates[0].parameters) == {"date", "missing"}
    assert document.categories == ()
    assert text.endswith("}}\nA")
    assert not re.search(r"~~~|://|__|\n.*\n|<|>", text)


MARKUP = st.lists(
    st.sampled_from(
        [
            *"ab \n\t",
            "{{",
            "}}",
            "[[",
            "]]",
            "|",
            "<!--",
            "-->",
            "<nowiki>",
            "</nowiki>",
            "<includeonly>",
            "{{trope}}",
            "[[Category:A]]",
            "{{{",
            "'''",
        ]
    ),
    max_size=25,
).map("".join)


@given(MARKUP)
def test_a_flag_put_on_and_taken_off_leaves_no_trace(text: str) -> None:
    assert unflagged(flagged(text, "template:a|b")) == text


@given(MARKUP, st.lists(st.text(max_size=20), max_size=3))
def test_a_flag_is_found_again_whatever_it_says(text: str, missing: list[str]) -> None:
    once = flagged(text, *missing)
    assert texts.has_flag(FORCE, page(once), FLAG)
    assert flagged(once, *missing) == once


@given(MARKUP)
def test_what_is_not_of_the_workshop_is_not_touched(text: str) -> None:
    assert stripped(text) == text


SAFE = st.lists(
    st.sampled_from(
        ["a", "* b", "{{trope}}", "[[Category:A]]", "", "<!-- c -->", "  d", "== e =="]
    ),
    max_size=8,
)
OURS = st.sampled_from(
    ["{{Trope Workshop}}", "{{YKTTW|x}}", "[[Category:Drafts|z]]", "{{Draft\n}}"]
)


@given(SAFE, OURS, SAFE)
def test_stripping_removes_exactly_the_line_put_in(
    before: list[str], ours: str, after: list[str]
) -> None:
    whole = [*before, ours, *after, ""]
    assert stripped("\n".join(whole)) == "\n".join([*before, *after, ""])
