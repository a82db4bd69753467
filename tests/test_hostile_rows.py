"""The document about hostile input is true: each row has tests, and they exist."""

import pytest

from tests.hostile_rows import DOCUMENT, MARK, ROWS, named_after_rows, table


def test_the_table_is_current() -> None:
    shown = DOCUMENT.read_text(encoding="utf-8").partition(MARK)[2]
    assert shown == table(), "write it anew: python -m tests.hostile_rows"


def test_no_test_is_named_after_a_row_that_is_not_there() -> None:
    assert set(named_after_rows()) <= set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_its_test(row: int) -> None:
    assert named_after_rows().get(row)
