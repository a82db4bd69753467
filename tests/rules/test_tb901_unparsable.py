"""TB901: a text beyond all bounds is reported in the place of everything else."""

import pytest

from tests.rules.judged import codes, verdict
from tropebot.wikitext.document import LONGEST


def test_a_text_longer_than_any_page_is_not_read() -> None:
    judged = verdict("{{trope}}" + "x" * LONGEST)
    assert [finding.code for finding in judged.findings] == ["TB901"]
    assert judged.no_edit == "unparsable"


@pytest.mark.heavy
def test_the_longest_page_is_read() -> None:
    assert codes("{{trope}}" + "{{a|[[b|" * 250_000) == ["TB101"]
