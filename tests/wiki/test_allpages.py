"""A namespace read from end to end: what is asked of the wiki for it, and what of its odd answers."""

from typing import Any

import pytest

from tests.wiki.scripted import Script, api_of
from tests.wiki.test_reads import NOW, page, revision
from tropebot.errors import ListRefused, Unavailable
from tropebot.model import Page, WikiSize
from tropebot.wiki.reads import Reader

TEMPLATES = {"query": {"allpages": [{"title": "Template:Trope"}]}, "batchcomplete": True}


def reader_of(*answers: dict[str, Any]) -> tuple[Reader, Script]:
    script = Script({"curtimestamp": NOW, **answer} for answer in answers)
    return Reader(api_of(script)), script


def numbered(title: str, number: int, **more: object) -> dict[str, object]:
    return {**page(title, **more), "pageid": number}


def slice_of(*rows: dict[str, object], after: str = "") -> dict[str, Any]:
    more = {"continue": {"gapcontinue": after, "continue": "gapcontinue||"}} if after else {}
    return {"query": {"pages": list(rows)}, "batchcomplete": True, **more}


def using(*titles: str) -> dict[str, object]:
    return {"templates": [{"title": title} for title in titles]}


def titles_of(pages: tuple[Page, ...]) -> list[str]:
    return [page.title for page in pages]


def test_a_slice_is_one_request_beside_the_list_of_templates() -> None:
    first = slice_of(numbered("A", 1, **using("Template:Trope")), after="B")
    second = slice_of(numbered("B", 2, **using("Template:Trope")))
    reader, script = reader_of(first, TEMPLATES, second)
    pages, after = reader.fetch_slice(0)
    assert (titles_of(pages), after) == (["A"], "B")
    assert reader.fetch_slice(0, after=after)[1] == ""
    asked = [sent.get("generator") or sent.get("list") for sent in script.sent]
    assert asked == ["allpages", "allpages", "allpages"]
    assert [sent.get("gapcontinue") for sent in script.sent] == [None, None, "B"]
    assert {sent["gaplimit"] for sent in script.sent if "gaplimit" in sent} == {50}
    assert pages[0].missing_templates == frozenset()


def test_what_the_wiki_cuts_off_an_answer_is_asked_for() -> None:
    """Texts over its limit of bytes, and templates over its limit of rows."""
    bare = {"pageid": 2, "ns": 0, "title": "B"}
    cut = {
        "query": {"pages": [numbered("A", 1, **using("Template:Trope")), bare]},
        "continue": {"rvcontinue": "2", "tlcontinue": "1|x", "continue": "gapcontinue||info"},
    }
    rest = slice_of(
        {"pageid": 1, "ns": 0, "title": "A", **using("Template:Box")},
        {**bare, "revisions": [revision("The text.")]},
        after="C",
    )
    none = {"query": {"pages": [{"ns": 10, "title": "Template:Box", "missing": True}]}}
    reader, script = reader_of(cut, rest, TEMPLATES, none)
    (first, second), after = reader.fetch_slice(0)
    assert (first.templates, first.missing_templates) == (
        frozenset({"Template:Trope", "Template:Box"}),
        frozenset({"Template:Box"}),
    )
    assert (second.text, after) == ("The text.", "C")
    assert script.sent[1]["rvcontinue"] == "2"


def test_a_template_that_is_missing_is_asked_for_once() -> None:
    red = using("Template:Red")
    missing = {"query": {"pages": [{"ns": 10, "title": "Template:Red", "missing": True}]}}
    reader, script = reader_of(
        slice_of(numbered("A", 1, **red), after="B"),
        TEMPLATES,
        missing,
        slice_of(numbered("B", 2, **red)),
    )
    _, after = reader.fetch_slice(0)
    (second,), _ = reader.fetch_slice(0, after=after)
    assert second.missing_templates == {"Template:Red"}
    assert len(script.sent) == 4


def test_what_stands_above_a_page_is_known_from_the_pages_before() -> None:
    """Whatever stands between them in the wiki’s order, and in whichever slice it was."""
    categories = {"categories": [{"title": "Category:Tropes"}]}
    above = numbered("A", 1, **using("Template:Trope"), **categories)
    rows = (above, numbered("A!", 2), numbered("A (x)", 3))
    reader, script = reader_of(
        slice_of(*rows, after="A/Deep"),
        TEMPLATES,
        slice_of(numbered("A/Deep", 4), after="A/Deep/er"),
        slice_of(numbered("A/Deep/er", 5), numbered("AB", 6)),
    )
    _, after = reader.fetch_slice(0)
    (deep,), after = reader.fetch_slice(0, after=after)
    (deeper, other), _ = reader.fetch_slice(0, after=after)
    assert deep.base_exists is True
    assert deep.base_listed == {"Template:Trope", "Category:Tropes"}
    assert deeper.base_listed == {"Template:Trope", "Category:Tropes"}
    assert other.base_exists is None
    assert len(script.sent) == 4, "nothing was asked for beside slices and templates"


def test_what_no_slice_has_shown_is_asked_for() -> None:
    """A redirect above a page is in no slice; of one that is gone on with, earlier pages were not read."""
    there = {"query": {"pages": [{"pageid": 9, "ns": 0, "title": "A"}]}}
    reader, script = reader_of(slice_of(numbered("A/B", 4)), TEMPLATES, there)
    (found,), _ = reader.fetch_slice(0, after="A/B")
    assert found.base_exists is True
    assert script.sent[-1]["titles"] == ("A",)


def test_a_namespace_begins_without_what_another_one_ended_with() -> None:
    absent = {"query": {"pages": [{"ns": 4, "title": "A", "missing": True}]}}
    reader, script = reader_of(
        slice_of(numbered("A", 1)), TEMPLATES, slice_of(numbered("A/B", 2)), absent
    )
    reader.fetch_slice(0)
    (found,), _ = reader.fetch_slice(4)
    assert found.base_exists is False
    assert len(script.sent) == 4


def test_pages_of_an_answer_come_in_the_wikis_order() -> None:
    rows = [numbered(title, n) for n, title in enumerate(("a b", "Z", "a/b", "A", "ä"), 1)]
    reader, _ = reader_of(slice_of(*rows), TEMPLATES)
    assert titles_of(reader.fetch_slice(0)[0]) == ["A", "Z", "a/b", "a b", "ä"]


def test_a_page_that_vanished_meanwhile_is_left_out() -> None:
    gone = {"ns": 0, "title": "B", "missing": True}
    reader, _ = reader_of(slice_of(numbered("A", 1), gone), TEMPLATES)
    assert titles_of(reader.fetch_slice(0)[0]) == ["A"]


def test_an_empty_namespace_ends_at_once() -> None:
    reader, script = reader_of({"batchcomplete": True}, TEMPLATES)
    assert reader.fetch_slice(0) == ((), "")
    assert len(script.sent) == 2


def test_an_answer_without_end_is_given_up() -> None:
    endless = {"query": {"pages": []}, "continue": {"rvcontinue": "2", "continue": "||"}}
    reader, script = reader_of(endless)
    with pytest.raises(Unavailable, match="for ever"):
        reader.fetch_slice(0)
    assert len(script.sent) < 5


def test_a_place_that_the_wiki_does_not_know_is_told_as_such() -> None:
    reader, _ = reader_of({"error": {"code": "badcontinue", "info": "Invalid continue param."}})
    with pytest.raises(ListRefused):
        reader.fetch_slice(0, after="nowhere")


@pytest.mark.parametrize(
    ("told", "size"),
    [
        (
            {"pages": 900, "articles": 300, "images": 40},
            WikiSize(pages=900, articles=300, files=40),
        ),
        ({}, WikiSize(pages=0, articles=0, files=0)),
    ],
)
def test_a_wiki_may_leave_out_how_large_it_is(told: dict[str, int], size: WikiSize) -> None:
    reader, _ = reader_of({"query": {"statistics": told}})
    assert reader.fetch_size() == size
