"""Reports as wikitext: what they tell, in which order, and that nothing in them acts."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.reports.states import AT, DAY, EMPTY, HOSTILE, found, full
from tropebot.reports.people import Links, concerned, people_section
from tropebot.reports.state import WikiState
from tropebot.reports.wikipages import MARK, Manner, repeat_page, state_page, worklist_page

MANNER = Manner(account="TropeBot")
ACTING = (
    *HOSTILE,
    "{{delete}}",
    "{{{1}}}",
    "A|B",
    "A || B",
    "A\n|}\n== B ==",
    "~~~~",
    "<nowiki>",
    "A=B",
    "-->",
    "File:A.png",
    "Category:B",
    ":C",
    "/D",
    "''E''",
    "__NOINDEX__",
    "ISBN 1234567890",
)
OWN = re.compile(r"<code><nowiki>\{\{nobots\}\}</nowiki></code>|<!-- tropebot report -->")
LINK = re.compile(r"\[\[:?[^\[\]|{}<>]+(?:\|[^\[\]]*)?\]\]")
ACTS = re.compile(r"\{\{(?!\|)|\}\}|<[a-z!/]|\[\[|~~~|''|__|\bISBN ", re.I)


def body(text: str) -> str:
    """The page without what it has of its own, and without its links."""
    return LINK.sub("", OWN.sub("", text))


def pages(title: str) -> list[str]:
    state = full(9)
    told = found(1, title, creator=title)
    state = replace(
        state,
        found=(told, replace(told, code="TB201"), replace(told, page_id=2)),
        drafts=tuple(replace(each, title=title, creator=title) for each in state.drafts[:3]),
        promotions=tuple(
            replace(each, title=title, target=title, why=title) for each in state.promotions
        ),
        stops=(replace(state.stops[0], why=title),),
        breaks=tuple(replace(each, what=replace(each.what, title=title)) for each in state.breaks),
        rules={"TB101": title, "TB201": title},
    )
    moved = [replace(each, creator=title) for each in state.promotions]
    people = people_section(
        concerned(state.found, moved), MANNER, Links(wall="Message Wall"), left=1
    )
    return [
        state_page(state, MANNER, worklists="User:TropeBot/Lists", people=people),
        worklist_page([told], "TB101", "missing-markup", MANNER),
        repeat_page(state.found, MANNER, least=1),
    ]


@pytest.mark.parametrize("title", ACTING)
def test_no_title_acts(title: str) -> None:
    for text in pages(title):
        assert ACTS.findall(body(text)) == []
        assert "[[File:" not in text
        assert "[[Category:" not in text


@given(st.text(min_size=1))
def test_whatever_a_title_is_the_page_has_the_same_lines(title: str) -> None:
    for told, plain in zip(pages(title), pages("Plain"), strict=True):
        assert [line[:2] for line in told.split("\n")] == [line[:2] for line in plain.split("\n")]
        assert ACTS.findall(body(told)) == []


def test_time_alone_changes_nothing() -> None:
    """An hour later without news every page reads the same: no edit is made."""
    state = full(30)
    later = replace(state, at=AT + timedelta(days=5), runs=())
    assert state_page(later, MANNER) == state_page(state, MANNER)


def test_the_state_of_a_wiki() -> None:
    rows = (found(1, "A", days=9), found(2, "B", days=3), found(3, "C", days=1, closed=AT))
    text = state_page(replace(EMPTY, at=AT, found=rows), MANNER, worklists="User:TropeBot/Lists")
    assert text.startswith(f"{MARK}This page is kept by the bot [[:User:TropeBot|TropeBot]],")
    assert "| [[:User:TropeBot/Lists/TB101|TB101]] || missing-markup || 2 || 2026-10-23" in text
    assert "* Nothing stops the bot, and nothing that the policy relies on is broken." in text
    assert text.count("Nothing here.") == 2


def test_drafts_and_promotions_are_told_with_their_reasons() -> None:
    text = state_page(full(9), MANNER)
    lines = text.split("\n")
    ready = [line for line in lines if line.endswith("|| ready || [[:User:Fine|Fine]]")]
    assert len(ready) == 1
    assert "1 of 3 examples" in text
    refused = [line for line in lines if "was not moved to" in line]
    assert len(refused) == 2
    assert "* Stopped since 2026-11-01 12:00 (UTC): " in text
    assert "* Broken: " in text


def test_a_long_table_is_cut_and_the_rest_counted() -> None:
    rows = [found(n, f"Page {n}") for n in range(10)]
    text = worklist_page(rows, "TB101", "missing-markup", replace(MANNER, rows=4))
    assert text.count("\n|-\n") == 4
    assert "… and 6 more pages." in text
    assert "10 open findings of TB101 (missing-markup)" in text


def test_an_empty_list_says_so() -> None:
    text = worklist_page([], "TB101", "missing-markup", MANNER)
    assert text.endswith("No open finding of TB101 (missing-markup).")


@pytest.mark.parametrize(
    ("rows", "told", "why"),
    [
        ([found(n, f"P{n}") for n in range(3)], True, "three"),
        ([found(n, f"P{n}") for n in range(2)], False, "two are no repeat case yet"),
        ([found(n, f"P{n}", closed=AT) for n in range(3)], True, "what was mended counts too"),
        ([found(n, f"P{n}", creator="") for n in range(3)], False, "of nobody known"),
        ([found(n, f"P{n}", creator="TropeBot") for n in range(3)], False, "the bot itself"),
        ([found(n, f"P{n}", creator=str(n)) for n in range(3)], False, "one each"),
    ],
)
def test_who_is_counted(rows: list[object], told: bool, why: str) -> None:
    text = repeat_page(rows, MANNER, least=3)  # type: ignore[arg-type]
    assert ("[[:User:Ada|Ada]]" in text) is told, why
    assert ("Nobody has made pages" in text) is not told, why


def test_a_repeat_case_is_counts_with_links() -> None:
    rows = [
        found(1, "A", days=3),
        found(2, "B", days=2, code="TB201"),
        found(3, "C", days=1, closed=AT),
    ]
    row = repeat_page(rows, MANNER, least=1).split("\n")[-2]
    assert row == (
        "| [[:User:Ada|Ada]] || 3 ([[:Special:Contributions/Ada|edits]]) || 2 || TB101: 2, TB201: 1"
        " || [[:A]], [[:B]], [[:C]]"
    )


def test_it_is_said_in_the_wikis_language() -> None:
    state: WikiState = replace(EMPTY, at=AT, found=(found(1, "A", days=3 * DAY / DAY),))
    assert "Offene Befunde" in state_page(state, replace(MANNER, language="de"))
