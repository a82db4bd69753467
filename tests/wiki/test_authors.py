"""Who made pages, many at a time: which accounts are asked for together, and how far lists are read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wiki.test_reads import NOW, reader_of, revision
from tropebot.wiki.authors import PARTS, groups

NAMES = st.sampled_from([f"Person {number}" for number in range(12)])
WRITERS = st.dictionaries(st.integers(1, 40), st.sets(NAMES, min_size=1, max_size=8), max_size=20)


@given(WRITERS, st.integers(1, 10))
def test_each_group_fits_and_what_it_is_for_is_known_by_then(
    writers: dict[int, set[str]], most: int
) -> None:
    known: set[str] = set()
    told: list[int] = []
    for names, pages in groups(writers, most):
        assert 0 < len(names) <= most
        assert known.isdisjoint(names)
        known.update(names)
        assert len(pages) > 1
        assert all(writers[page_id] <= known for page_id in pages)
        told += pages
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("writers", "most", "wanted", "why"),
    [
        ({1: {"A"}, 2: {"B"}}, 50, [(["A", "B"], [1, 2])], "one question for both"),
        ({1: {"A"}}, 50, [], "one page is asked for by itself"),
        ({1: {"A", "B", "C"}, 2: {"D", "E", "F"}}, 4, [], "a question each is no gain"),
        (
            {1: {"A", "B", "C"}, 2: {"D"}, 3: {"E"}},
            4,
            [(["D", "E"], [2, 3])],
            "the fewest first; then one page is left",
        ),
        ({1: {"A", "B"}, 2: {"A"}, 3: {"B"}}, 2, [(["A", "B"], [2, 3, 1])], "known by then"),
        ({}, 50, [], "nobody is told of"),
    ],
)
def test_who_is_asked_for_together(
    writers: dict[int, set[str]], most: int, wanted: list[Any], why: str
) -> None:
    assert list(groups(writers, most)) == wanted, why


def contributors(page_id: int, *names: str) -> dict[str, Any]:
    listed = [{"userid": 1, "name": name} for name in names]
    return {"pageid": page_id, "ns": 0, "title": f"P{page_id}", "contributors": listed}


def begun(page_id: int, user: str, **more: object) -> dict[str, Any]:
    row = {"pageid": page_id, "revid": page_id * 10, "user": user, "userid": 5, "size": 900}
    return {**row, "timestamp": NOW, **more}


def first(page_id: int, user: str) -> dict[str, Any]:
    revisions = [revision("Text.", user=user, userid=6)]
    return {
        "query": {"pages": [{"pageid": page_id, "ns": 0, "title": "P", "revisions": revisions}]}
    }


def test_a_list_that_never_ends_is_not_read_to_its_end() -> None:
    pages = [contributors(number, "Ada", f"Author {number}") for number in range(1, 6)]
    cut = {"continue": {"uccontinue": "actor|1|2|3", "continue": "-||"}}
    more = {"continue": {"uccontinue": "actor|4|5|6", "continue": "-||"}}
    reader, script = reader_of(
        {"query": {"pages": pages}},
        {"query": {"usercontribs": [begun(1, "Author 1"), begun(77, "Ada")]}, **cut},
        {"query": {"usercontribs": [begun(2, "Author 2")]}, **more},
        *(first(number, f"Author {number}") for number in (3, 4, 5)),
    )
    found = reader.fetch_authors(range(1, 6))
    assert {page_id: each and each.user for page_id, each in found.items()} == {
        number: f"Author {number}" for number in range(1, 6)
    }
    assert len(script.sent) == 1 + (1 + 5 // PARTS) + 3


def test_of_two_beginnings_the_earlier_counts() -> None:
    """Two pages that an admin made one have two revisions that follow none."""
    pages = [contributors(number, "Ada", "Ben") for number in range(1, 5)]
    rows = [begun(number, "Ada") for number in range(1, 5)]
    early = begun(1, "Ben", revid=5, timestamp="2020-01-01T00:00:00Z")
    reader, _ = reader_of({"query": {"pages": pages}}, {"query": {"usercontribs": [*rows, early]}})
    found = reader.fetch_authors(range(1, 5))
    assert [each and each.user for each in found.values()] == ["Ben", "Ada", "Ada", "Ada"]


def test_a_short_beginning_may_be_a_redirect_and_is_read() -> None:
    pages = [contributors(number, "Ada") for number in range(1, 5)]
    rows = [begun(number, "Ada", size=40) for number in range(1, 5)]
    texts = [
        revision(text, revid=number * 10) for number, text in ((1, "A."), (2, "B."), (3, "C."))
    ]
    texts.append(revision("#REDIRECT [[X]]", revid=40))
    listed = [{"pageid": number, "revisions": [each]} for number, each in enumerate(texts, 1)]
    redirect = revision("#REDIRECT [[X]]", revid=40, user="Ada", userid=5)
    then = revision("A page.", revid=41, user="Cleo", userid=7)
    reader, script = reader_of(
        {"query": {"pages": pages}},
        {"query": {"usercontribs": rows}},
        {"query": {"pages": listed}},
        {"query": {"pages": [{"pageid": 4, "revisions": [redirect]}]}},
        {"query": {"pages": [{"pageid": 4, "revisions": [redirect, then]}]}},
    )
    found = reader.fetch_authors(range(1, 5))
    assert [each and each.user for each in found.values()] == ["Ada", "Ada", "Ada", "Cleo"]
    assert script.sent[2]["revids"] == [10, 20, 30, 40]


def test_few_pages_are_asked_for_one_by_one() -> None:
    reader, script = reader_of(first(1, "Ada"), first(2, "Ben"))
    assert [each and each.user for each in reader.fetch_authors([1, 2]).values()] == ["Ada", "Ben"]
    assert [sent["pageids"] for sent in script.sent] == [1, 2]
