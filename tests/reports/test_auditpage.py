"""An audit's page of HTML as text and figures; `test_browser.py` looks at it."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.reports.audits import ABOUT, row, sample
from tests.reports.test_page import Elements, data_of
from tropebot.reports.auditpage import FIRST, MOST_MISSING, Sample, contents, html, link_prefix


def page(kept: Sample, wiki: str = "Wiki") -> Elements:
    return Elements(html(ABOUT, kept, wiki=wiki))


@given(st.text())
def test_whatever_a_title_is_the_page_keeps_its_elements(title: str) -> None:
    kept, plain = Sample(), Sample()
    kept.take(row(title, creator=title, message=title, details={"missing": [title]}))
    plain.take(row("A"))
    told = page(kept, title)
    assert [tag for tag, _ in told.tags] == [tag for tag, _ in page(plain).tags]
    assert data_of(told)["found"] == [["TB101", title, title, 3, title]]


def test_it_can_be_saved_whatever_is_in_it() -> None:
    assert html(ABOUT, sample(30), wiki="\ud800").encode("utf-8")


def test_of_a_rule_the_first_findings_are_listed_and_all_are_counted() -> None:
    kept = Sample()
    for number in range(FIRST + 7):
        kept.take(row(f"Page {number}"))
    kept.take(row(f"Page {FIRST + 6}", "TB105"))
    told = contents(replace(ABOUT, new=3, fixed=0), kept)
    assert told["rules"] == [
        {"code": "TB101", "name": "missing-markup", "findings": FIRST + 7, "pages": FIRST + 7},
        {"code": "TB105", "name": "missing-template", "findings": 1, "pages": 1},
    ]
    assert [each[1] for each in told["found"]][:FIRST] == [f"Page {n}" for n in range(FIRST)]
    assert len(told["found"]) == FIRST + 1
    assert f"first {FIRST + 1} of {FIRST + 8} findings" in told["cut"]
    assert told["tiles"] == {
        "audit-pages": 100,
        "audit-findings": FIRST + 8,
        "audit-found": FIRST + 7,
        "audit-clean": 60,
        "audit-exempt": 20,
        "audit-new": 3,
        "audit-fixed": 0,
    }


def test_where_all_is_listed_nothing_is_said_of_a_cut() -> None:
    told = contents(ABOUT, sample(30))
    assert told["cut"] == ""
    assert "audit-new" not in told["tiles"]
    assert told["when"] == "wiki-20261101.xml.bz2, audited on 2026-11-01 12:00 (UTC)"


def test_two_findings_of_a_rule_on_a_page_are_one_page() -> None:
    kept = Sample()
    for code in ("TB101", "TB104", "TB104"):
        kept.take(row("A", code))
    kept.take(row("B", "TB104"))
    assert (kept.codes["TB104"], kept.pages["TB104"], kept.pages_found) == (3, 2, 2)


def test_what_is_missing_most_comes_first_and_the_rest_is_one() -> None:
    kept = Sample()
    for number in range(MOST_MISSING + 40):
        kept.take(row("A", details={"missing": ["template:reflist", f"template:{number}"]}))
    missing = contents(ABOUT, kept)["missing"]
    assert missing[0] == ["TB101", "template:reflist", MOST_MISSING + 40]
    assert len(kept.missing) <= MOST_MISSING + 1
    assert kept.missing["TB101", "…"] == 41


@pytest.mark.parametrize("details", [{}, {"missing": "licence"}, {"missing": None}])
def test_details_without_a_list_of_what_is_missing_count_as_nothing(
    details: dict[str, object],
) -> None:
    kept = Sample()
    kept.take(row("A", details=details))
    assert not kept.missing


@pytest.mark.heavy
def test_two_hundred_thousand_findings_make_a_small_page_in_little_memory() -> None:
    tracemalloc.start()
    kept = sample(200_000)
    whole = html(ABOUT, kept, wiki="Wiki")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(whole) < 2 << 20
    assert peak < 24 << 20
    told = json.loads(Elements(whole).scripts[0])
    assert told["tiles"]["audit-findings"] == 200_000


PREFIXES = [
    ("http://127.0.0.1/wiki/Main_Page", "http://127.0.0.1/wiki/", "an ordinary wiki"),
    ("https://x.example/Main_Page", "https://x.example/", "pages at the root"),
    (
        "https://x.example/w/index.php?title=Main_Page",
        "https://x.example/w/index.php?title=",
        "without short addresses",
    ),
    ("https://x.example:8443/a/b/Main", "https://x.example:8443/a/b/", "a path and a port"),
]
NO_PREFIXES = [
    ("", "nothing is said"),
    ("javascript:alert(1)//Main_Page", "a script"),
    ("data:text/html,x/Main", "data"),
    ("//x.example/wiki/Main", "no scheme"),
    ("http:///wiki/Main", "no host"),
    ("https://x.example", "no path"),
    ("http://[::1/wiki/Main", "no address at all"),
]


@pytest.mark.parametrize(("base", "prefix", "why"), PREFIXES, ids=[row[2] for row in PREFIXES])
def test_titles_lead_to_the_wiki_that_the_dump_names(base: str, prefix: str, why: str) -> None:
    assert link_prefix(base) == prefix, why


@pytest.mark.parametrize(("base", "why"), NO_PREFIXES, ids=[row[1] for row in NO_PREFIXES])
def test_in_doubt_titles_lead_nowhere(base: str, why: str) -> None:
    assert link_prefix(base) == "", why
