"""`tropebot setup-wiki` a first and a second time, and what `tropebot runs` says of it."""

import pytest

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.test_cli_online import Settings, settings, wiki

__all__ = ["settings", "wiki"]


@pytest.fixture(autouse=True)
def _usual(settings: Settings) -> None:
    settings("")


def last(shell: Shell) -> str:
    """The newest run's line."""
    return shell("runs").out.splitlines()[1]


def test_the_list_of_runs_counts_what_was_made(shell: Shell) -> None:
    made = shell("setup-wiki", "--apply", "--json").lines[-1]["made"]
    assert made > 1
    assert last(shell).endswith(f"{made} made")


def test_a_second_time_nothing_is_made_and_nothing_can_be_taken_back(shell: Shell) -> None:
    assert "takes them back" in " ".join(shell("setup-wiki", "--apply").out.split())
    for words, begins in ((("--apply",), "Run"), ((), "All of these pages stand")):
        said = " ".join(shell("setup-wiki", *words).out.split())
        end = said[said.lower().index("all of these pages stand") :]
        assert "nothing was written" in end
        assert begins in said
        assert "undo" not in end
    assert last(shell).split()[-1] == "-"


def test_where_pages_wait_for_an_administrator_they_are_not_said_to_stand(
    shell: Shell, wiki: FakeWiki
) -> None:
    wiki.delete("MediaWiki:Tropebot-policy.json")
    shell("setup-wiki", "--apply")
    said = " ".join(shell("setup-wiki", "--apply").out.split())
    assert "can make none of those that are not there; nothing was written" in said
    assert "pages stand already" not in said
