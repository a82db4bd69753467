"""The cheap test is as good as the full one: what our own reading finds clean stays so when it is read again.

The second reading is forced on every page. It must change nothing on a page that our reading finds clean:
this is why clean pages need not be parsed.
"""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mwparserfromhell.nodes import Comment, Template, Wikilink
from mwparserfromhell.wikicode import Wikicode

from benchmarks.corpus import pages
from tests.in_force import in_force
from tests.rules.judged import FORCE, TROPES, WORKS
from tropebot import engine
from tropebot.model import Page, Verdict
from tropebot.policy.force import PolicyInForce
from tropebot.wikitext.second_opinion import names_in

pytestmark = pytest.mark.heavy

DATA = Path(__file__).parent / "data"
LABELS = sorted(chain(DATA.glob("pages/*.json"), DATA.glob("files/*.json")))
TROPEDIA = in_force("tropedia")

MARKS = (
    "{{trope}} {{work}} {{examples}} {{reflist}} {{disambig}} {{nobots}} {{in_use}} {{Fairuse}} "
    "{{No_license}} {{w|x}} {{trope|a=b}} [[Category:{{PAGENAME}}]] [[Category:Trope]] [[Category:x|y]] "
    "[[a|b]] <ref>x</ref> {{ }} {{{ }}} { } [[ ]] [ ] | = '' ''' * : # == <b> </b> <ref> </ref> <br> "
    "<!-- --> <nowiki> </nowiki> <includeonly> </includeonly> <div {| |- |} http://a.b/ &amp; words ----"
)
WIKITEXT = st.lists(
    st.one_of(st.sampled_from((*MARKS.split(), "\n", " ", "\n{{reflist}}\n")), st.text(max_size=3)),
    max_size=40,
).map("".join)
CLEAN = "{{trope}}\nSomebody falls and lives.\n{{examples}}\n* ''[[Work]]'': it is so.\n"
TITLES = st.sampled_from(("Foo Bar", "Foo Bar/Quotes", "File:Foo.png", "Trope Workshop:Foo Bar"))


def both(page: Page, force: PolicyInForce) -> tuple[Verdict, Verdict]:
    """The verdict as the patrol asks for it, and with the second reading of every page."""
    return (
        engine.judge(page, force, second=names_in),
        engine.judge(page, force, second=names_in, always_second=True),
    )


def assert_alike(page: Page, force: PolicyInForce) -> None:
    cheap, full = both(page, force)
    assert [finding.details for finding in cheap.findings] == [
        finding.details for finding in full.findings
    ]
    assert [finding.code for finding in cheap.findings] == [
        finding.code for finding in full.findings
    ]


def written(title: str, text: str, force: PolicyInForce) -> Page:
    taken = force.title(title)
    return Page(title=taken.text, namespace=taken.namespace, text=text)


@given(TITLES, WIKITEXT)
def test_no_text_that_is_found_clean_is_found_faulty_when_read_again(title: str, text: str) -> None:
    assert_alike(written(title, text, FORCE), FORCE)


@given(TITLES, WIKITEXT, WIKITEXT)
def test_nor_does_a_clean_page_with_anything_in_it(title: str, within: str, after: str) -> None:
    text = CLEAN.replace("falls", within) + "[[Category:{{PAGENAME}}]]\n" + after
    assert_alike(written(title, text, FORCE), FORCE)


@pytest.mark.parametrize("label", LABELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_labelled_pages_are_judged_alike(label: Path) -> None:
    said = json.loads(label.read_text("utf-8"))
    force = in_force(said["preset"], said.get("policy"), pages=said.get("pages"))
    assert_alike(
        written(said["title"], label.with_suffix(".wiki").read_text("utf-8"), force), force
    )


def corpus() -> Iterator[Page]:
    for faulty in (1, 10):
        yield from (each.page for each in pages(60, TROPEDIA, faulty_of_ten=faulty, seed=11))


def test_the_made_up_corpus_is_judged_alike_and_as_it_was_made() -> None:
    for page in corpus():
        assert_alike(page, TROPEDIA)
    for made in pages(60, TROPEDIA, faulty_of_ten=5, seed=12):
        assert bool(engine.judge(made.page, TROPEDIA).findings) is not made.clean


def names_by_the_tree(text: str) -> tuple[set[str], set[str]]:
    """The names as the parser's tree has them."""
    code = mwparserfromhell.parse(text, skip_style_tags=True)
    templates, links = set(), set()
    for node in code.ifilter(matches=lambda node: isinstance(node, Template | Wikilink)):
        if isinstance(node, Template):
            templates.add(without_comments(node.name))
        elif isinstance(node, Wikilink):
            links.add(without_comments(node.title))
    return possible(templates), possible(links)


def without_comments(code: Wikicode) -> str:
    return "".join(str(node) for node in code.nodes if not isinstance(node, Comment)).strip()


def possible(names: set[str]) -> set[str]:
    """Those that could be titles: of the others the tokens say only that they cannot."""
    return {name for name in names if not set(name) & set("{}[]<>|") and "://" not in name}


@given(WIKITEXT)
def test_the_tokens_say_the_same_as_the_tree(text: str) -> None:
    templates, links = names_in(text)
    assert (possible(set(templates)), possible(set(links))) == names_by_the_tree(text)


def test_the_preloads_ask_for_something() -> None:
    """Else every page would be clean, and the above would say nothing."""
    assert TROPES
    assert WORKS
    assert engine.judge(written("Foo", "{{trope}}", FORCE), FORCE).findings
    clean = written("Foo Bar", CLEAN + "{{reflist}}\n[[Category:{{PAGENAME}}]]\n", FORCE)
    assert not engine.judge(clean, FORCE).findings
