"""What a text uses, where it stands, and that reading it is bounded and loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tests.wikitext.spellings import SPELLINGS, Spelling
from tropebot.wikitext.document import DEEPEST, LONGEST, Document, Unparsable
from tropebot.wikitext.names import title
from tropebot.wikitext.preprocess import MARKER, constructs, readable
from tropebot.wikitext.shielding import shielded

FORCE = in_force("demo")
TAGS = FORCE.shielding_tags


def read(text: str) -> Document:
    return FORCE.document(text, FORCE.title("Foo Bar"))


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: ascii(spelling.text))
def test_we_read_a_spelling_as_mediawiki_does(spelling: Spelling) -> None:
    document = read(spelling.text)
    found = {title(name, FORCE.facts, 10).text for name in document.template_names}
    assert found == spelling.templates | spelling.in_doubt
    assert {use.name for use in document.categories} == spelling.categories


def test_doubt_is_where_only_the_wiki_can_know() -> None:
    uses = read("{{a}}{{#if:x|{{b}}}}{{c|{{d}}|[[x|{{e}}]]}}[[x|{{f}}]]<ref>{{g}}</ref>").templates
    assert {use.name for use in uses if not use.certain} == {"B", "D", "E"}


def test_a_category_whose_name_only_the_wiki_knows_has_none() -> None:
    (use,) = read("[[Category:{{#if:x|y}}|key]]").categories
    assert use.name == ""
    assert read("[[:Category:{{#if:x|y}}]][[{{x}}:y]]").categories == ()


def test_offsets_and_lines_are_those_of_the_page() -> None:
    text = "<!-- x -->\na {{T<!-- y -->|\n1}}\n<nowiki>\n</nowiki>[[Category:X]]\n== H ==\n"
    document = read(text)
    (use,), (category,), (heading,) = document.templates, document.categories, document.headings
    assert (text[use.start : use.end], use.line) == ("{{T<!-- y -->|\n1}}", 2)
    assert (text[category.start : category.end], category.line) == ("[[Category:X]]", 5)
    assert (heading.text, heading.level, heading.line) == ("H", 2, 6)


PARAMETERS: list[tuple[str, dict[str, str]]] = [
    ("{{T}}", {}),
    ("{{T|a| b }}", {"1": "a", "2": " b "}),
    ("{{T| x = a = b |c}}", {"x": "a = b", "1": "c"}),
    ("{{T|2=b|a|c}}", {"2": "c", "1": "a"}),
    ("{{T|x=1|x=2}}", {"x": "2"}),
    ("{{T|{{U|a=b}}=c}}", {}),
    ("{{T|{{U|a=b}}}}", {"1": "{{U|a=b}}"}),
    ("{{T|[[A|b=c]]|d}}", {"1": "[[A|b=c]]", "2": "d"}),
    ("{{T|<ref name=x>y</ref>}}", {"1": "<ref name=x>y</ref>"}),
    ("{{T|a<!-- |b= -->c}}", {"1": "ac"}),
    ("{{T|<nowiki>|x=</nowiki>}}", {"1": MARKER}),
    ("{{T|x=}}", {"x": ""}),
    ("{{T|{{{y|x}}}=1}}", {"x": "1"}),
]


@pytest.mark.parametrize(("text", "expected"), PARAMETERS, ids=[row[0] for row in PARAMETERS])
def test_parameters(text: str, expected: dict[str, str]) -> None:
    assert dict(read(text).templates[0].parameters) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<ref>x</ref>", True),
        ("<REF name=a>x</REF >", True),
        ("<ref name=a />", True),
        ("{{T|<ref>x</ref>}}", True),
        ("<references/>", False),
        ("<ref>x", False),
        ("</ref><ref>", False),
        ("<!-- <ref>x</ref> -->", False),
        ("<nowiki><ref>x</ref></nowiki>", False),
        ("<reflist>x</reflist>", False),
        ("{{ref|x}}", False),
    ],
)
def test_references(text: str, expected: bool) -> None:
    assert read(text).has_references is expected


MARKS = (
    "{{ }} {{{ }}} { } [[ ]] [ ] | = T a <!-- --> <nowiki> </nowiki> <pre> <ref> </ref> "
    "<includeonly> </includeonly> <noinclude> Category:X"
)
TOKENS = st.lists(st.sampled_from((*MARKS.split(), "\n", " ")), max_size=60).map("".join)


@given(TOKENS)
def test_constructs_are_brackets_properly_nested(text: str) -> None:
    found = constructs(text)
    for index, construct in enumerate(found):
        part = text[construct.start : construct.end]
        assert part.startswith(construct.kind)
        assert part.endswith(
            "]" * len(construct.kind) if part[0] == "[" else "}" * len(construct.kind)
        )
        assert all(text[bar] == "|" for bar in construct.bars)
        if construct.parent >= 0:
            parent = found[construct.parent]
            assert construct.parent < index
            assert parent.start <= construct.start < construct.end <= parent.end


def test_what_follows_a_construct_inside_another_is_inside_that_one_too() -> None:
    found = constructs("{{a|[[b]] [[c|{{d}}]] {{{e}}}}} [[f]]")
    assert [construct.parent for construct in found] == [-1, 0, 0, 2, 0, -1]


@given(TOKENS)
def test_every_readable_character_stands_where_it_says(text: str) -> None:
    result = readable(text, shielded(text, TAGS))
    for offset, character in enumerate(result.text):
        assert character == MARKER or text[result.origin(offset)] == character
    assert len(result.text) <= len(text)


@given(TOKENS)
def test_what_is_used_is_written_there(text: str) -> None:
    document = read(text)
    for use in (*document.templates, *document.links):
        # an inclusion tag may part the brackets
        assert text[use.start] in "{["
        assert text[use.end - 1] in "}]"
        assert use.line == text.count("\n", 0, use.start) + 1


MOTIFS = [
    "<!--<b>",
    "{{a|",
    "<b a='",
    "{{a|[[b|<i>",
    "{{a|b=[[c|",
    "{|\n|\n",
    "[http://a ",
    "[[File:a|",
]


@pytest.mark.heavy
@pytest.mark.parametrize(
    "motif", [*MOTIFS, "<ref>", "<nowiki>", "{{a|b=c}}", "[[a]]", "\n==a==", "}}"]
)
def test_a_long_page_of_anything_is_read(motif: str) -> None:
    text = motif * min(400_000 // len(motif), 19_000)
    document = read(text + "{{trope}}")
    assert len(document.templates) + len(document.headings) + document.has_references >= 0
    assert ("Trope" in document.template_names) is not motif.startswith("<!--")


@pytest.mark.heavy
def test_twenty_thousand_levels_are_no_recursion() -> None:
    document = read("{{a|" * 20_000 + "}}" * 20_000)
    assert len(document.constructs) == 20_000
    assert len(document.templates) == DEEPEST + 1, "deeper ones are not expanded, so not used"
    assert len(read("[[a|" * 20_000 + "]]" * 20_000).links) == DEEPEST + 1


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text",
    [
        "{{nobots|" + "{{a}}=x|" * 19_000 + "}}",
        "{{nobots|" + "<ref name=a>" * 19_000 + "=}}",
        "{{nobots|" + "<ref name=a>=</ref>|" * 19_000 + "=}}",
        "{{" + "{{{a|" * 19_000 + "}}}" * 19_000 + "}}",
        "{{" + "{{{a|b}}}" * 19_000 + "}}",
    ],
    ids=["calls", "open refs", "refs", "nested defaults", "defaults"],
)
def test_one_huge_call_is_read(text: str) -> None:
    assert all(use.parameters is not None for use in read(text).templates)


def test_a_text_beyond_all_bounds_is_not_read() -> None:
    with pytest.raises(Unparsable):
        read("x" * (LONGEST + 1))
