"""What a first look passes over, and that it says of a page what the full reading says."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.in_force import in_force
from tests.wikitext.spellings import SPELLINGS, Spelling
from tropebot.wikitext.document import Document
from tropebot.wikitext.glance import Glance, Unclear
from tropebot.wikitext.order import footer_is_last, header_is_first
from tropebot.wikitext.preload import leftovers

FORCE = in_force("demo")
TITLE = FORCE.title("Foo Bar")
HEADERS, FOOTERS, BEFORE = frozenset({"Trope"}), frozenset({"Foot"}), frozenset({"Hat"})
WORDS = (
    "{{ }} {{{ }}} { } [[ ]] [ ] | = == # : ' '' ''' & &#58; % %3A <!-- --> <nowiki> </nowiki> <ref> </ref> "
    "<div> </div> <includeonly> </includeonly> <noinclude> {| |} __TOC__ * "
    "[[A]] [[A|b]] [[A|''b'']] [[A's]] [[:A]] [[fr:A]] [[A]]] [[[A]] [[Category:X]] "
    "[[Category:A#[[b]]]] [[File:A.png|[[b]]]] {{trope}} {{foot}} {{hat}} {{trope|[[a=b]]}} "
    "{{trope#[[b]]}} {{trope [[b]]}} Category:X {{PAGENAME}} trope foot"
)
TEXTS = st.lists(st.sampled_from((*WORDS.split(), "\n", "\n=", " ", "a")), max_size=40).map("".join)


def seen(document: Document) -> dict[str, object]:
    """What rules ask of a page by which it can be clean."""
    return {
        "templates": [(use.name, use.certain) for use in document.templates],
        "categories": [(use.name, use.certain) for use in document.categories],
        "first": header_is_first(document, HEADERS, before=BEFORE),
        "last": footer_is_last(document, FOOTERS),
        "references": document.has_references,
        "headings": [(each.level, each.text) for each in document.headings],
        "leftovers": [(each.kind, each.text) for each in leftovers(document, FORCE.boilerplate)],
    }


def at_a_glance(text: str) -> dict[str, object] | None:
    """The same by a first look; `None` where that says that it cannot tell."""
    try:
        return seen(FORCE.glance(text, TITLE))
    except Unclear:
        return None


@given(TEXTS)
@example(":''[[A|''b'']]''\n{{trope}}")
@example("{{foot}}\n[[A|\n=b]]")
@example("{{a|\n==[[b]]}}")
def test_a_glance_says_what_the_reading_says(text: str) -> None:
    found = at_a_glance(text)
    assume(found is not None)
    assert found == seen(FORCE.document(text, TITLE))


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: ascii(spelling.text))
def test_no_spelling_is_read_otherwise(spelling: Spelling) -> None:
    found = at_a_glance(spelling.text)
    assert found is None or found == seen(FORCE.document(spelling.text, TITLE))


PASSED_OVER = [
    ("[[A]] and [[B|its words]], ''[[C]]''", 0, "plain links, which most are"),
    ("[[A's|it's]]", 0, "one apostrophe is none of bold"),
    ("{{x|[[A|b]]}}", 1, "its bar is no bar of the call"),
    ("[[Category:X]][[:Category:X]][[fr:A]]", 3, "a prefix may lead anywhere"),
    ("[[Category&#58;X]][[Category%3AX]]", 2, "a prefix in other words"),
    ("[[A|''b'']]", 1, "its italics may count for the line"),
    ("[[A|<b>]]", 1, "a tag in it opens nothing outside"),
    ("[[A|b=c]]", 1, "its sign names no parameter"),
    ("[[A|b\nc]]", 1, "it holds the end of a line"),
    ("[[File:A|[[b]] c]]", 1, "what holds a link"),
    ("[[[A]]]", 1, "brackets in another number"),
]


@pytest.mark.parametrize(("text", "kept", "why"), PASSED_OVER, ids=[row[2] for row in PASSED_OVER])
def test_only_links_that_change_nothing_are_passed_over(text: str, kept: int, why: str) -> None:
    assert len(FORCE.glance(text, TITLE).constructs) == kept, why


UNCLEAR = ["{{trope#[[b]]}}", "[[Category:A#[[b]] ]]", "{{trope [[b]]}}"]


@pytest.mark.parametrize("text", UNCLEAR)
def test_a_link_in_a_name_is_not_told_at_a_glance(text: str) -> None:
    assert at_a_glance(text) is None


def test_it_takes_one_pass_whatever_is_left_open() -> None:
    text = ("[[a|" + "'x" * 50 + "[ ] { }\n") * 3_000
    assert isinstance(FORCE.glance(text, TITLE), Glance)
    assert FORCE.glance(text, TITLE).templates == ()
