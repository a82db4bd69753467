"""The demo's own pages and tables: what `make demo` shows must be what is written down."""

import struct
import zlib

import pytest

from demo import content, expected
from demo.content import Step, steps_of
from demo.expected import row_of, rows
from demo.populate import png
from demo.verify import without_row


def test_every_page_that_people_touch_has_a_row() -> None:
    assert without_row(rows()) == ()


def test_a_page_without_a_row_is_named() -> None:
    table = tuple(row for row in rows() if row.page != "Salt Circle")
    assert without_row(table) == ("Salt Circle",)


def test_every_row_is_about_a_page_of_the_demo() -> None:
    titles = {step.title for step in (*content.base(), *content.recent())}
    titles |= {step.target for step in content.recent()}
    steering = {"User:TropeBot/Run", "MediaWiki:Tropebot-policy.json"}
    assert {row.page for row in rows()} - titles == steering


def test_the_one_told_began_the_page() -> None:
    """Of each page that is flagged or promoted the first author is told, unless not logged in."""
    first: dict[str, str] = {}
    for step in (*content.base(), *content.recent()):
        first.setdefault(step.title, step.by)
        if step.target:
            first[step.target] = first[step.title]
    for row in rows():
        author = first.get(row.page, "")
        untold = row.patrol in ("leaves", "explains") or author == content.NOBODY
        wanted = "" if untold else author
        assert row.told == wanted, row.page


@pytest.mark.parametrize(
    ("bundle", "steps"),
    [
        pytest.param("@@ A\nx\n", (Step(title="A", text="x"),), id="text alone"),
        pytest.param("@@ A\n@ by Ada\n\nx", (Step(title="A", by="Ada", text="\nx"),), id="who"),
        pytest.param(
            "@@ A\nx\n@ by Ada",
            (Step(title="A", text="x\n@ by Ada"),),
            id="a directive below the text is text",
        ),
        pytest.param(
            "@@ A\n@ moves to B c\n@@ File:D\n@ uploads\n",
            (
                Step(title="A", action="moves", target="B c"),
                Step(title="File:D", action="uploads"),
            ),
            id="two steps",
        ),
    ],
)
def test_a_bundle_is_read_step_by_step(bundle: str, steps: tuple[Step, ...]) -> None:
    assert steps_of(bundle) == steps


def test_an_unknown_directive_is_refused() -> None:
    with pytest.raises(ValueError, match="“@ eats cake” is no directive"):
        steps_of("@@ A\n@ eats cake\nx")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("| A | flags | | | why |", id="a flag without its rule"),
        pytest.param("| A | leaves TB101 | | | why |", id="a rule without a flag"),
        pytest.param("| A | eats | | | why |", id="an unknown word"),
        pytest.param("| A | leaves | | | |", id="no reason"),
        pytest.param("| A | leaves | | why |", id="too few cells"),
    ],
)
def test_a_row_that_says_too_little_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=expected.TABLES.name):
        row_of(line)


def test_a_picture_is_a_png_and_differs_from_the_next() -> None:
    picture = png("A.png")
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (96, 96)
    start = picture.index(b"IDAT") + 4
    assert len(zlib.decompress(picture[start : picture.index(b"IEND") - 8])) == 96 * (3 * 96 + 1)
    assert picture != png("B.png")
