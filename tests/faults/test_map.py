"""The document that maps rows to tests is true: each row has tests, and they exist."""

import re

import pytest

from tests.faults.rows import DOCUMENT, FAULTS, MARK, PEERS, named_after_rows

ROWS = [f"F{number + 1}" for number in range(len(FAULTS))]
ROWS += [f"P{number + 1}" for number in range(len(PEERS))]


def shown() -> dict[str, list[str]]:
    """The document's rows with the tests that it names."""
    lines = DOCUMENT.read_text(encoding="utf-8").partition(MARK)[2].splitlines()
    cells = [line.split(" | ") for line in lines[2:]]
    return {row.strip("| "): re.findall(r"`([^`]+::test_\w+)`", names) for row, _, names in cells}


def test_every_test_that_the_document_names_exists() -> None:
    there = {name for names in named_after_rows().values() for name in names}
    named = {name for names in shown().values() for name in names}
    assert named <= there, "write the table anew: python -m tests.faults.rows"


def test_no_row_is_missing() -> None:
    assert (len(FAULTS), len(PEERS)) == (36, 45)
    assert set(named_after_rows()) <= set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_its_test(row: str) -> None:
    assert shown().get(row)
