"""Work lists: which findings, in what order, and that no title does anything in any form."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.reports.states import AT, HOSTILE, found
from tropebot.ledger.overview import Found
from tropebot.reports.worklist import as_csv, fields, selected, wikitable

ROWS = (
    found(1, "Cat", days=1, creator="Ben"),
    found(2, "Ant", days=40, creator=""),
    found(3, "Bee", days=7, creator="Ada"),
    found(4, "", days=30, creator="Ada"),
)


def titles(rows: Sequence[Found]) -> list[str]:
    return [each.title for each in rows]


@pytest.mark.parametrize(
    ("asked", "expected", "why"),
    [
        ({}, ["Ant", "", "Bee", "Cat"], "the oldest first"),
        ({"order": "title"}, ["Ant", "Bee", "Cat", ""], "a page without a title last"),
        ({"order": "creator"}, ["Bee", "", "Cat", "Ant"], "of nobody known last"),
        ({"creator": "Ada"}, ["", "Bee"], "one person's"),
        ({"creator": " Ada "}, ["", "Bee"], "as people type names"),
        ({"creator": "ada"}, [], "names are told apart by case"),
        ({"days": 7}, ["Ant", "", "Bee"], "a week to the second counts"),
        ({"days": 8}, ["Ant", ""], "less does not"),
        ({"days": 8, "creator": "Ada"}, [""], "both"),
    ],
)
def test_which_and_in_what_order(asked: dict[str, Any], expected: list[str], why: str) -> None:
    assert titles(selected(ROWS, AT, **asked)) == expected, why


def test_machines_are_told_all_of_it() -> None:
    assert fields(ROWS[1], AT) == {
        "title": "Ant",
        "page_id": 2,
        "code": "TB101",
        "what": fields(ROWS[0], AT)["what"],
        "since": "2026-09-22T12:00:00+00:00",
        "days": 40,
        "creator": "",
        "flag": "",
    }


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r")), max_size=5
    )
)
@example(["\n"])
def test_csv_gives_back_what_was_put_in_but_for_formulas(names: list[str]) -> None:
    rows = [found(n, name, creator=name) for n, name in enumerate(names)]
    heads, *lines = csv.reader(StringIO(as_csv(rows, AT)))
    assert heads[0] == "title"
    for name, line in zip(names, lines, strict=True):
        formula = name.startswith(("=", "+", "-", "@", "\t"))
        assert line[0] == line[5] == (f"'{name}" if formula else name)


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"])
def test_no_cell_is_a_formula(title: str) -> None:
    assert as_csv([found(1, title)], AT).splitlines()[1].startswith("'")


@pytest.mark.parametrize("title", ["A =", "1-1", "a@b"])
def test_what_is_no_formula_stays(title: str) -> None:
    assert as_csv([found(1, title)], AT).splitlines()[1].startswith(f"{title},")


@pytest.mark.parametrize(
    "title",
    [
        *HOSTILE,
        "{{delete}}",
        "A|B",
        "A || B",
        "[[x]]",
        "~~~~",
        "File:A.png",
        "Category:B",
        "\n|}\n",
    ],
)
def test_in_wikitext_a_title_is_a_cell_and_nothing_more(title: str) -> None:
    head, columns, row, cells, end = wikitable([found(1, title, creator=title)]).splitlines()
    assert (head, row, end) == ('{| class="wikitable sortable"', "|-", "|}")
    assert cells.count("||") == columns.count("!!")
    assert not {"{{", "~~~", "<script", "<img", "[[File", "[[Category"} & {
        part for part in ("{{", "~~~", "<script", "<img", "[[File", "[[Category") if part in cells
    }


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    text = wikitable(ROWS, most=3)
    assert text.count("|-") == 3
    assert text.splitlines()[-1] == "… and one more page."
    assert "more" not in wikitable(ROWS, most=4)
    assert "page 4" in wikitable(ROWS)
