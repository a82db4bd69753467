"""Cells of a table for spreadsheets.

Must not change what a cell says, only keep it from being run.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_END = "\r\n"


def cell(value: Any) -> Any:
    """The value; what a spreadsheet would take for a formula gets an apostrophe."""
    text = value if isinstance(value, str) else ""
    return f"'{text}" if text.startswith(_FORMULA) else value


def csv_line(values: Sequence[Any]) -> str:
    """A row of CSV without its line end."""
    out = StringIO()
    # it quotes what holds a character of its line end, so that has to be a real one
    csv.writer(out, lineterminator=_END).writerow([cell(value) for value in values])
    return out.getvalue().removesuffix(_END)
