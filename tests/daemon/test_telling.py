"""What the daemon prints: what happened, each note once, and nothing of passes in which nothing did."""

import logging

import pytest
from msgspec.structs import replace

from tropebot.cli.watch import Telling
from tropebot.errors import AnswerLost, ReaderGone
from tropebot.model import Finding
from tropebot.runreport import RunReport

QUIET = RunReport(run=1, dry_run=False, changes=3, pages=3)
FOUND = replace(
    QUIET,
    findings=(
        Finding(code="TB101", rule="missing-markup", title="A", page_id=1, rev_id=2, message="x"),
    ),
)
NOTED = replace(QUIET, notes=("The policy page is not protected.",))


@pytest.mark.parametrize(
    ("passes", "printed", "why"),
    [
        ((QUIET, QUIET), 0, "nothing found, nothing written: no line for days"),
        ((FOUND, QUIET, FOUND), 2, "what is found is told"),
        ((NOTED, NOTED, NOTED), 1, "a note that stays the same"),
        ((NOTED, QUIET, NOTED), 2, "one that went and came again"),
        ((replace(QUIET, problem="Stopped."),), 0, "the loop tells it, once"),
    ],
)
def test_what_is_printed(passes: tuple[RunReport, ...], printed: int, why: str) -> None:
    told: list[RunReport] = []
    telling = Telling(told.append)
    for report in passes:
        telling(report)
    assert len(told) == printed, why
    assert not any(report.problem for report in told)


def test_a_log_that_cannot_be_written_does_not_end_the_daemon(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("tropebot").propagate = True
    full, told = [True], list[RunReport]()

    def tell(report: RunReport) -> None:
        if full[0]:
            raise AnswerLost("No space left on device.")
        told.append(report)

    telling = Telling(tell)
    for full[0] in (True, True, False, True):
        telling(FOUND)
    assert len(told) == 1
    assert caplog.text.count("No space left") == 2, "once each time that it begins"


def test_whoever_reads_no_further_ends_it() -> None:
    def tell(report: RunReport) -> None:
        raise ReaderGone

    with pytest.raises(ReaderGone):
        Telling(tell)(FOUND)
