"""Accounts renamed, vanished or gone: nobody is told twice, nobody else is told, and the run goes on."""

from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, Bench
from tropebot.errors import Exit, OutcomeUnknown


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    made.wiki.put("User talk:Ben", "Hello!", "Ben")
    made.wiki.put("Bad", BAD_TROPE, "Ben")
    return made


def told(bench: Bench) -> list[str]:
    return [title for title, comment in bench.bot_edits() if comment.startswith("Message")]


def test_renamed_while_the_answer_was_lost_is_not_told_twice(bench: Bench) -> None:
    """The message was saved; its page has moved with the account when we look for it."""

    def lost(moment: str, request: str) -> None:
        if (moment, request) == ("after", "edit") and told(bench):
            bench.wiki.hooks.remove(lost)
            bench.wiki.rename("User talk:Ben", "User talk:Benjamin", "Admin")
            raise OutcomeUnknown

    bench.wiki.hooks.append(lost)
    for _ in range(3):
        report = bench.run()
    assert report.exit_code is Exit.DONE
    assert told(bench) == ["User talk:Benjamin"]


def test_renamed_before_being_told_leads_to_nobody_else(bench: Bench) -> None:
    """The old talk page is a redirect: it is not followed, since it may lead to somebody else."""
    bench.wiki.rename("User talk:Ben", "User talk:Benjamin", "Admin")
    report = bench.run()
    assert (report.flags, report.notices, report.exit_code) == (1, 0, Exit.DONE)
    assert bench.wiki.text("User talk:Benjamin") == "Hello!"
    assert bench.run().writes == 0


@pytest.mark.parametrize("name", ["", "203.0.113.7", "~2026-123-4"])
def test_without_an_account_nobody_is_told_and_the_flag_stands(name: str, bench: Bench) -> None:
    """The author is hidden, an address, or a temporary account."""
    bench.wiki.put("Worse", BAD_TROPE, name)
    bench.run()
    assert told(bench) == ["User talk:Ben"]
    assert "{{Missing markup" in bench.wiki.text("Worse")
    assert bench.run().writes == 0
