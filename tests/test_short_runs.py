"""A run that is shorter than a wait: it ends at once, holds nothing up, and the next one goes on."""

from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, Bench
from tropebot.enforcer import SETTLE_SECONDS
from tropebot.errors import Exit, Incomplete, OutcomeUnknown

RUN_SECONDS = 10.0


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_is_settled_though_no_run_lasts_that_long(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the edit was saved or not, it is made once, and not one second is slept away."""
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.tick(60)
    lost: list[str] = []

    def hook(when: str, request: str) -> None:
        if (when, request) == (moment, "edit") and not lost:
            lost.append(request)
            raise OutcomeUnknown

    def short(wait: float) -> None:
        if wait >= RUN_SECONDS:
            raise Incomplete

    bench.wiki.hooks.append(hook)
    monkeypatch.setattr(bench.wiki, "assert_time_for", short)
    codes: list[Exit] = []
    while not codes or codes[-1] is not Exit.DONE:
        begun = bench.wiki.now
        codes.append(bench.run().exit_code)
        assert (bench.wiki.now - begun).total_seconds() < RUN_SECONDS
        bench.wiki.tick(RUN_SECONDS)
        assert len(codes) <= SETTLE_SECONDS / RUN_SECONDS + 2
    assert lost == ["edit"]
    assert bench.wiki.text("Bad").count("{{Missing markup") == 1
    assert [title for title, _ in bench.bot_edits()] == ["Bad", "User talk:Ben"]
    assert (codes[0] is Exit.INCOMPLETE) == (moment == "before")
