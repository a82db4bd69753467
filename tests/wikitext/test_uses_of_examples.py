"""Offline we miss no use that MediaWiki makes, and see one that it does not make only where in doubt."""

import mwparserfromhell
import pytest

from tests.in_force import in_force
from tests.wikitext.uses_of_examples import ROWS, Row
from tropebot import engine
from tropebot.bounded import BoundedReader
from tropebot.model import Page

FORCE = in_force("demo", template_redirects={"Exs": "Examples"})
EACH = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.why)


def page(row: Row) -> Page:
    return Page(title="Foo", text=f"{{{{trope}}}}\nText.\n[[Category:Foo]]\n\n{row.text}")


def test_there_are_forty_seven() -> None:
    assert len({row.text for row in ROWS}) == 47
    assert sum(not row.parser_agrees for row in ROWS) >= 10


@EACH
def test_our_reading_errs_to_the_safe_side(row: Row) -> None:
    document = FORCE.document(page(row).text, FORCE.title("Foo"))
    assert ("Examples" in document.template_names) == (row.used or row.in_doubt), row.why


@EACH
def test_a_use_in_doubt_is_not_certain(row: Row) -> None:
    """What is not certain is not believed without the wiki where it would lead to a write."""
    document = FORCE.document(page(row).text, FORCE.title("Foo"))
    certain = {use.name for use in document.templates if use.certain}
    assert "Examples" not in certain or row.used


@EACH
def test_what_mwparserfromhell_alone_would_say(row: Row) -> None:
    calls = mwparserfromhell.parse(row.text).filter_templates()
    said = any(call.name.matches(("Examples", "Template:Examples")) for call in calls)
    assert (said == row.used) == row.parser_agrees, row.why


@pytest.fixture(scope="module")
def second() -> object:
    with BoundedReader() as reader:
        yield reader


@EACH
def test_nobody_is_told_that_a_used_template_is_missing(row: Row, second: BoundedReader) -> None:
    """Offline, and online where the wiki lists what MediaWiki uses; there nothing is in doubt."""
    offline = engine.judge(page(row), FORCE, second=second)
    asked = any("template:examples" in each.details.get("missing", ()) for each in offline.findings)
    assert asked == (not row.used and not row.in_doubt), row.why
