"""Reads `EXPECTED.md`: what the patrol must do with each page of the demo wiki, and whom it tells.

Must not ask the wiki; `verify.py` does.
"""

from dataclasses import dataclass
from pathlib import Path

TABLES = Path(__file__).resolve().parent / "EXPECTED.md"
HEAD = ("Page", "Patrol", "Missing", "Told", "Why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A page's row; ``patrol`` is `leaves`, `flags`, `explains` or `promotes`, ``code`` a flag's rule."""

    page: str
    patrol: str
    code: str = ""
    missing: tuple[str, ...] = ()
    told: str = ""
    why: str

    @property
    def target(self) -> str:
        """Where the page stands after the patrol."""
        return self.page.partition(":")[2] if self.patrol == "promotes" else self.page


def row_of(line: str) -> Row:
    """One line of a table.

    Raises ValueError where it cannot be read.
    """
    cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
    if len(cells) != len(HEAD):
        raise ValueError(f"{TABLES.name}: “{line}” has not {len(HEAD)} cells")
    page, patrol, missing, told, why = cells
    word, _, code = patrol.partition(" ")
    words = {"leaves", "flags", "explains", "promotes"}
    if word not in words or (word == "flags") != bool(code) or not why:
        raise ValueError(f"{TABLES.name}: “{page}” has no usable row")
    elements = tuple(part.strip() for part in missing.split(",") if part.strip())
    return Row(page=page, patrol=word, code=code, missing=elements, told=told, why=why)


def rows() -> tuple[Row, ...]:
    """All rows of all tables.

    Raises ValueError for a row that cannot be read and for a page with two.
    """
    lines = TABLES.read_text(encoding="utf-8").splitlines()
    head = "| " + " | ".join(HEAD) + " |"
    table = (line for line in lines if line.startswith("|") and not line.startswith("|--"))
    found = tuple(row_of(line) for line in table if line != head)
    if len({row.page for row in found}) != len(found):
        raise ValueError(f"{TABLES.name}: a page has two rows")
    return found
