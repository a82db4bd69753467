"""The cheap test changes no finding: with it and without it the same is said of every page."""

from collections.abc import Callable, Collection

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corpus import pages
from tests.in_force import in_force
from tropebot.audit.judging import Judge, Order
from tropebot.audit.knowledge import Knowledge, known_from, site_facts, surveyed
from tropebot.audit.values import DumpPage, SiteInfo
from tropebot.rules.packs import all_packs
from tropebot.wikitext.second_opinion import names_in

FORCE = in_force("tropedia")
SITE = SiteInfo(namespaces=dict(FORCE.facts.namespace_names) | {0: ""})
POLICY = msgspec.json.encode(FORCE.policy)


def dumped(title: str, text: str, namespace: int = 0) -> DumpPage:
    return DumpPage(
        title=title,
        namespace=namespace,
        page_id=1,
        rev_id=1,
        timestamp="2026-01-01T00:00:00Z",
        model="wikitext",
        redirect="",
        text=text,
    )


TEMPLATES = [
    dumped(f"Template:{name}", "<noinclude>Shown.</noinclude>", 10)
    for name in ("Trope", "Work", "Examples", "Reflist", "Disambig", "Box", "Quote")
] + [dumped("Template:In", "{{disambig}}", 10)]


def judges(known: Knowledge) -> tuple[Judge, Judge]:
    """One that looks before it reads, and one that reads everything, both times."""
    whole = Order(policy=POLICY, known=known, always_second=True)
    return Judge(Order(policy=POLICY, known=known), names_in), Judge(whole, names_in)


def surveyed_from(found: Collection[DumpPage]) -> Knowledge:
    seen = surveyed(found, FORCE.policy, site_facts(SITE, FORCE.policy), ())
    return known_from(SITE, seen)


BARE, FULL = (
    judges(Knowledge(site=SITE, surveyed=False)),
    judges(surveyed_from(TEMPLATES)),
)


def said(judge: Judge, page: DumpPage) -> tuple[object, ...]:
    verdict = judge.verdict(page)
    return verdict.findings, verdict.exempt, verdict.notes


@pytest.mark.parametrize("faulty", [1, 10])
def test_a_made_up_wiki_has_the_same_findings(faulty: int) -> None:
    for made in pages(150, FORCE, faulty_of_ten=faulty):
        page = dumped(made.page.title, made.page.text, made.page.namespace)
        for glancing, reading in (BARE, FULL):
            assert said(glancing, page) == said(reading, page)


WORDS = (
    "{{trope}} {{work}} {{examples}} {{reflist}} {{disambig}} {{box}} {{in}} {{gone}} {{in use}} {{quote|a}} "
    "{{Trope Workshop}} {{trope#[[b]]}} {{trope|[[a]]}} {{#if:|{{trope}}}} {{ }} [[ ]] [[A]] [[A|''b'']] "
    "[[Category:{{PAGENAME}}]] [[Category:Page]] [[Category:Tropes]] [[Category:A#[[b]]]] [[fr:A]] "
    "<ref>x</ref> <!-- --> <nowiki> </nowiki> <div> </div> ''' == __TOC__ : [[A|<b>]]"
)
TEXTS = st.lists(st.sampled_from((*WORDS.split(), "\n")), max_size=20)


@pytest.mark.parametrize("known", [BARE, FULL], ids=["by the policy", "by the dump"])
@pytest.mark.parametrize("title", ["Page", "Page/Quotes"])
@given(TEXTS)
def test_any_text_has_the_same_findings(
    known: tuple[Judge, Judge], title: str, words: list[str]
) -> None:
    page = dumped(title, "{{trope}}\n{{examples}}\n" * (len(words) % 2) + " ".join(words))
    assert said(known[0], page) == said(known[1], page)


LOOKED_AT = [
    ("{{trope}}\n{{examples}}\n[[A]]\n[[Category:{{PAGENAME}}]]", 0, 0, "a clean page is not read"),
    ("{{trope}}\n{{examples}}\n[[A]]\n", 0, 1, "a page with a finding is read"),
    (
        "{{trope|[[A]]=b}}\n{{examples}}\n{{box#[[A]]}}[[Category:{{PAGENAME}}]]",
        0,
        1,
        "a link in a name",
    ),
    ("{{Trope Workshop}}\n{{trope}}", 112, 1, "a draft is always read"),
    ("== Summary ==\n{{Fairuse}}", 6, 1, "a file is always read"),
]


@pytest.mark.parametrize(("text", "space", "read", "why"), LOOKED_AT, ids=[r[3] for r in LOOKED_AT])
def test_what_is_read_in_full(
    monkeypatch: pytest.MonkeyPatch, text: str, space: int, read: int, why: str
) -> None:
    judge = Judge(Order(policy=POLICY, known=Knowledge(site=SITE, surveyed=False)), None)
    found: list[str] = []
    make: Callable[..., object] = judge.force._document
    monkeypatch.setattr(
        judge.force, "_document", lambda text, page: found.append(text) or make(text, page)
    )
    judge.verdict(dumped("Page", text, space))
    assert found.count(text) == read, why


def test_with_a_rule_pack_from_outside_every_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tropebot.audit.judging.all_packs", lambda: (*all_packs(), *all_packs()))
    judge = Judge(Order(policy=POLICY, known=Knowledge(site=SITE, surveyed=False)), None)
    monkeypatch.setattr(judge.force, "glance", lambda *_: pytest.fail("a glance"))
    judge.verdict(dumped("Page", "{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]"))
