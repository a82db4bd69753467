"""TB901: a text beyond all bounds is reported in the place of everything else."""

import pytest

from tests.rules.judged import codes, verdict
from tropebot.wikitext.bounds import MOST
from tropebot.wikitext.document import LONGEST


def test_a_text_longer_than_any_page_is_not_read() -> None:
    judged = verdict("{{trope}}" + "x" * LONGEST)
    assert [finding.code for finding in judged.findings] == ["TB901"]
    assert judged.no_edit == "unparsable"


@pytest.mark.parametrize(("mark", "most"), tuple(MOST.items()))
def test_more_markup_than_on_any_page_for_people_is_not_read(mark: str, most: int) -> None:
    assert codes("{{trope}}" + mark * (most + 1)) == ["TB901"]


@pytest.mark.heavy
def test_the_longest_page_is_read() -> None:
    item = (
        "* ''[[Some Work]]'': somebody falls from a great height and lives; how, nobody ever knew.\n"
        "** It is told at length in the second act.\n"
    )
    assert codes("{{trope}}" + item * (2_000_000 // len(item))) == ["TB101"]
