"""Images by the policy in force: when they are judged again, and what the operator is told."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.in_force import in_force
from tropebot.engine import judge
from tropebot.model import FILE, FileInfo, Page

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def upload(minutes: int) -> Page:
    """A file page without a licence, read so many minutes after its upload."""
    return Page(
        title="File:A.png",
        text="A poster.",
        namespace=FILE,
        templates=frozenset(),
        categories=frozenset(),
        read_at=NOW,
        file=FileInfo(uploader="Ada", uploaded=NOW - timedelta(minutes=minutes)),
    )


@pytest.mark.parametrize("minutes", [0, 29])
def test_a_fresh_upload_is_judged_when_its_grace_time_is_over(minutes: int) -> None:
    verdict = judge(upload(minutes), in_force("tropedia", {"files": {"grace_minutes": 30}}))
    assert verdict.findings == ()
    assert verdict.again_at == NOW + timedelta(minutes=30 - minutes)


def test_after_the_grace_time_it_is_judged() -> None:
    verdict = judge(upload(30), in_force("tropedia", {"files": {"grace_minutes": 30}}))
    assert [finding.code for finding in verdict.findings] == ["TB201"]
    assert verdict.again_at is None


def test_the_operator_is_told_that_there_is_no_list_of_licences() -> None:
    verdict = judge(upload(30), in_force("none"))
    assert verdict.findings == ()
    assert verdict.notes == ("licences-unreadable: MediaWiki:Licenses",)
    assert judge(upload(30), in_force("tropedia")).notes == ()
