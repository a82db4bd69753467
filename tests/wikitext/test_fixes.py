"""Mechanical fixes: each missing element in its one right place, or no fix at all."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tropebot.model import Finding, Page
from tropebot.policy import texts
from tropebot.policy.force import PolicyInForce
from tropebot.wikitext.order import footer_is_last, header_is_first

POLICY: dict[str, Any] = {
    "types": {
        "trope": {"headers": ["trope"], "categories": ["Trope"]},
        "trope-subpage": {
            "headers": ["trope"],
            "subpages": ["Quotes"],
            "footers": ["tropesubpagefooter"],
        },
        "work": {"headers": ["work"], "categories": ["Work"]},
        "work-subpage": {
            "headers": ["work"],
            "subpages": ["Trivia"],
            "footers": ["worksubpagefooter"],
        },
    },
    "wiki": {"interlanguage": ["de", "fr"]},
}
FORCE = in_force("none", POLICY)
EAGER = in_force("none", POLICY | {"markup": {"add_header": True, "defaultsort": True}})
REFLIST, OWN = "template:reflist", "category:{{PAGENAME}}"
FOOTER, HEADER = "template:tropesubpagefooter", "template:trope"


def fixed(
    text: str, missing: Sequence[str], title: str = "Big Fall", force: PolicyInForce = FORCE
) -> str | None:
    finding = Finding(
        code="TB101",
        rule="missing-markup",
        title=title,
        page_id=1,
        rev_id=1,
        message="finding-tb101",
        details={"missing": list(missing)},
    )
    return texts.fixed(force, Page(title=title, text=text), [finding])


FIXES = [
    ("A.<ref>b</ref>", [REFLIST], "A.<ref>b</ref>\n{{reflist}}", "at the end"),
    (
        "A\n\n[[Category:B]]",
        [OWN],
        "A\n\n[[Category:{{PAGENAME}}]]\n[[Category:B]]",
        "first of the categories, below the blank line",
    ),
    ("A\n", [REFLIST], "A\n{{reflist}}\n", "before the last break"),
    ("A\n\n[[Category:B]]\n", [REFLIST], "A\n{{reflist}}\n\n[[Category:B]]\n", "before categories"),
    ("A [[Category:B]]", [REFLIST], "A\n{{reflist}}\n [[Category:B]]", "one on the same line"),
    (
        "A\n{{DEFAULTSORT:Fall, Big}}\n[[de:Sturz]]\n[[fr:Chute]]",
        [REFLIST],
        "A\n{{reflist}}\n{{DEFAULTSORT:Fall, Big}}\n[[de:Sturz]]\n[[fr:Chute]]",
        "before sort key and interlanguage links",
    ),
    ("A [[:de:Sturz]]", [REFLIST], "A [[:de:Sturz]]\n{{reflist}}", "a link is content"),
    ("A\n<!-- b -->\n", [REFLIST], "A\n{{reflist}}\n<!-- b -->\n", "before a closing comment"),
    ("A\n<!-- b", [REFLIST], "A\n{{reflist}}\n<!-- b", "and one that is never closed"),
    (
        "<noinclude>A\n</noinclude>\n[[Category:B]]",
        [REFLIST],
        "<noinclude>A\n</noinclude>\n{{reflist}}\n[[Category:B]]",
        "behind the inclusion tag that closes the content",
    ),
    (
        "A\n== References ==\n\n[[Category:B]]",
        [REFLIST],
        "A\n== References ==\n{{reflist}}\n\n[[Category:B]]",
        "under an empty heading for it",
    ),
    (
        "A\n=== References ===\n== More ==\nB",
        [REFLIST],
        "A\n=== References ===\n{{reflist}}\n== More ==\nB",
        "also where another heading follows",
    ),
    (
        "A\n== References ==<!-- b\nc -->\n",
        [REFLIST],
        "A\n== References ==\n{{reflist}}\n<!-- b\nc -->\n",
        "never within a comment behind the heading",
    ),
    ("A\n{{reflist}}", [OWN], "A\n{{reflist}}\n[[Category:{{PAGENAME}}]]", "own-name category"),
    (
        "A\n[[Category:B]]\n[[Category:C]]\n",
        [OWN],
        "A\n[[Category:{{PAGENAME}}]]\n[[Category:B]]\n[[Category:C]]\n",
        "before the other categories",
    ),
    (
        "A\n[[de:Sturz]]",
        [OWN],
        "A\n[[Category:{{PAGENAME}}]]\n[[de:Sturz]]",
        "before interlanguage links",
    ),
    (
        "A [[Category:B]] C",
        [OWN],
        "A [[Category:B]] C\n[[Category:{{PAGENAME}}]]",
        "a category in the text closes nothing",
    ),
    (
        "A\n[[Category:B]]\n",
        [OWN, REFLIST],
        "A\n{{reflist}}\n[[Category:{{PAGENAME}}]]\n[[Category:B]]\n",
        "both, in the preload's order",
    ),
    ("", [OWN], "[[Category:{{PAGENAME}}]]\n", "on an empty page"),
]
SUBPAGE_FIXES = [
    ("{{trope}}\nA", [FOOTER], "{{trope}}\nA\n{{tropesubpagefooter}}", "footer at the end"),
    (
        "{{trope}}\nA\n\n[[Category:B]]\n",
        [FOOTER],
        "{{trope}}\nA\n{{tropesubpagefooter}}\n\n[[Category:B]]\n",
        "before categories",
    ),
    (
        "A\n{{tropesubpagefooter}}\n",
        [REFLIST],
        "A\n{{reflist}}\n{{tropesubpagefooter}}\n",
        "references before the footer",
    ),
    (
        "A",
        [REFLIST, FOOTER],
        "A\n{{reflist}}\n{{tropesubpagefooter}}",
        "both, in the preload's order",
    ),
    (
        "A\n{{tropesubpagefooter}}\n[[de:B]]",
        [OWN],
        "A\n{{tropesubpagefooter}}\n[[Category:{{PAGENAME}}]]\n[[de:B]]",
        "the category behind the footer",
    ),
]
NO_FIX = [
    ("A", [], "nothing is missing"),
    ("A", ["template:examples"], "needs content"),
    ("A", [REFLIST, "template:examples"], "one element without a place spoils all"),
    ("A", ["template:tropelist|franchisetropes"], "a choice"),
    ("A", ["category:Falls"], "not the own-name category"),
    ("A", ["heading:Film"], "needs content"),
    ("A\n{{trope}}", ["order:header-first"], "what is there is never moved"),
    ("A", [HEADER], "the policy does not let us add headers"),
    ("A\n<references/>", [REFLIST], "the references are listed already"),
    ("A\n== References ==\n* a book\n", [REFLIST], "somebody's own list stands there"),
    ("== References ==\nA\n== References ==\n", [REFLIST], "two places"),
    ("A\n{{box|", [OWN + "x"], "no element of ours"),
    ("A\n{{reflist}}", [REFLIST], "it is there"),
    ("A\n[[Category:Big Fall]]", [OWN], "it is there, spelled out"),
    ("A {{#if:x|", [REFLIST, "order:footer-last"], "order is not ours to mend"),
]


@pytest.mark.parametrize(("text", "missing", "expected", "why"), FIXES)
def test_a_fix(text: str, missing: list[str], expected: str, why: str) -> None:
    assert fixed(text, missing) == expected, why
    assert fixed(expected, missing) is None, "fixing twice changes nothing"


@pytest.mark.parametrize(("text", "missing", "expected", "why"), SUBPAGE_FIXES)
def test_a_fix_of_a_subpage(text: str, missing: list[str], expected: str, why: str) -> None:
    assert fixed(text, missing, "Big Fall/Quotes") == expected, why
    assert fixed(expected, missing, "Big Fall/Quotes") is None


@pytest.mark.parametrize(("text", "missing", "why"), NO_FIX)
def test_no_fix(text: str, missing: list[str], why: str) -> None:
    assert fixed(text, missing) is None, why


HEADERS = [
    ("A\n[[Category:Trope]]", "Big Fall", HEADER, "{{trope}}\nA\n[[Category:Trope]]", "a category"),
    ("A", "Big Fall/Quotes", HEADER, "{{trope}}\nA", "the subpage's name"),
    ("A", "Big Fall", HEADER, None, "nothing tells the type"),
    ("A\n[[Category:Trope]]\n[[Category:Work]]", "Big Fall", HEADER, None, "two types"),
    ("A\n[[Category:Trope]]", "Big Fall", "template:work", None, "another type's"),
    ("A\n{{x|[[Category:Trope]]}}", "Big Fall", HEADER, None, "a category only the wiki can see"),
    ("A", "Big Fall/Other", HEADER, None, "a subpage of no type"),
]


@pytest.mark.parametrize(("text", "title", "element", "expected", "why"), HEADERS)
def test_a_header_only_where_the_type_is_certain(
    text: str, title: str, element: str, expected: str | None, why: str
) -> None:
    assert fixed(text, [element], title, EAGER) == expected, why


SORT_KEYS = [
    ("A", "The Fall", "A\n[[Category:{{PAGENAME}}]]\n{{DEFAULTSORT:Fall, The}}", "an article"),
    ("A", "An Old Fall", "A\n[[Category:{{PAGENAME}}]]\n{{DEFAULTSORT:Old Fall, An}}", "another"),
    (
        "A\n[[de:B]]",
        "A Fall",
        "A\n[[Category:{{PAGENAME}}]]\n{{DEFAULTSORT:Fall, A}}\n[[de:B]]",
        "before interlanguage links",
    ),
    ("A", "Theatre", "A\n[[Category:{{PAGENAME}}]]", "no article"),
    ("A", "The", "A\n[[Category:{{PAGENAME}}]]", "nothing behind it"),
    ("A", "The Fall/Quotes", "A\n[[Category:{{PAGENAME}}]]", "a subpage"),
    (
        "A\n{{DEFAULTSORT:x}}",
        "The Fall",
        "A\n[[Category:{{PAGENAME}}]]\n{{DEFAULTSORT:x}}",
        "there is one",
    ),
]


@pytest.mark.parametrize(("text", "title", "expected", "why"), SORT_KEYS)
def test_a_sort_key_goes_along(text: str, title: str, expected: str, why: str) -> None:
    assert fixed(text, [OWN], title, EAGER) == expected, why


def test_a_rule_without_elements_has_no_fix() -> None:
    finding = Finding(
        code="TB102", rule="unknown-page-type", title="A", page_id=1, rev_id=1, message="x"
    )
    assert texts.fixed(FORCE, Page(title="A", text="A"), [finding]) is None
    assert texts.fixed(FORCE, Page(title="A", text="A"), []) is None


TEXTS = st.lists(
    st.sampled_from(
        [
            *"ab \n",
            "\n",
            "{{",
            "}}",
            "[[",
            "]]",
            "|",
            "<!--",
            "-->",
            "<noinclude>",
            "</noinclude>",
            "<nowiki>",
            "{{trope}}",
            "{{tropesubpagefooter}}",
            "\n[[Category:A]]",
            "[[de:B]]",
            "\n== References ==\n",
            "{{DEFAULTSORT:x}}",
            "<ref>c</ref>",
        ]
    ),
    max_size=20,
).map("".join)
ELEMENTS = st.lists(st.sampled_from([REFLIST, OWN, FOOTER, HEADER]), unique=True, min_size=1)


@given(TEXTS, ELEMENTS)
def test_a_fixed_page_has_it_all_and_keeps_the_rest(text: str, missing: list[str]) -> None:
    title = "The Fall/Quotes"
    after = fixed(text, missing, title, EAGER)
    if after is None:
        return
    document = EAGER.document(after, EAGER.title(title))
    for element in missing:
        name = element.partition(":")[2]
        if element == OWN:
            assert any(use.name == title for use in document.categories)
        else:
            assert document.template_names & {name[0].upper() + name[1:]}
    if FOOTER in missing and "{{tropesubpagefooter}}" not in text:
        assert footer_is_last(document, ("Tropesubpagefooter",))
    if HEADER in missing and "{{trope}}" not in text:
        assert header_is_first(document, ("Trope",), before=())
    assert fixed(after, missing, title, EAGER) is None
    remaining = iter(after)
    assert all(character in remaining for character in text), "nothing is taken away or moved"
