"""“Go on”: which stops and noes end, and that what follows is as if seen for the first time."""

from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, DRAFT, FINISHED, GOOD_TROPE, Bench
from tropebot.errors import ConfigError
from tropebot.ledger.stops import StopKind
from tropebot.resumption import resume, standing
from tropebot.undoreport import Asked


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def say_go_on(bench: Bench, *, page: str = "", rule: str = "") -> None:
    resume(bench.wiki, bench.ledger, page=page, rule=rule)
    bench.wiki.tick(60)


def test_all_stops_end_but_breakers_are_called_by_their_names(bench: Bench) -> None:
    stops, now = bench.ledger.stops, bench.wiki.now
    for kind in StopKind:
        stops.raise_(kind, "TB101" if kind is StopKind.BREAKER else "", "why", at=now)
    resumed = resume(bench.wiki, bench.ledger)
    assert {stop.kind for stop in resumed.stops} == set(StopKind) - {StopKind.BREAKER}
    assert [stop.kind for stop in standing(bench.ledger).stops] == [StopKind.BREAKER]
    with pytest.raises(ConfigError, match="No breaker of TB201"):
        resume(bench.wiki, bench.ledger, rule="TB201")
    assert len(resume(bench.wiki, bench.ledger, rule="TB101").stops) == 1
    assert standing(bench.ledger).stops == ()


def test_a_removed_flag_may_come_again(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", BAD_TROPE, "Ada")
    assert bench.run().flags == 0
    say_go_on(bench, page="Bad")
    assert bench.run().flags == 1


def test_an_undone_fix_may_come_again(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.patrol().undo(Asked(run=run))
    assert bench.run().fixes == 0
    say_go_on(bench, page="Bad", rule="TB101")
    assert bench.run().fixes == 1
    assert bench.wiki.text("Bad") == GOOD_TROPE


def test_an_undone_promotion_may_come_again(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    run = bench.run().run
    bench.patrol().undo(Asked(run=run))
    assert bench.run().promotions == 0
    say_go_on(bench, page="Trope Workshop:Falling Dog", rule="promotion")
    assert bench.run().promotions == 1
    assert bench.wiki.text("Falling Dog") == FINISHED


def test_a_draft_that_a_person_moved_back_may_come_again(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.run()
    bench.wiki.rename("Falling Dog", "Trope Workshop:Falling Dog", "Admin", redirect=False)
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Admin")
    assert bench.run().promotions == 0
    say_go_on(bench, page="Trope Workshop:Falling Dog")
    assert bench.run().promotions == 1


def test_only_the_no_that_was_named_is_cleared(bench: Bench) -> None:
    for title in ("Bad", "Worse"):
        bench.wiki.put(title, BAD_TROPE, "Ben")
    run = bench.run().run
    bench.patrol().undo(Asked(run=run))
    with pytest.raises(ConfigError, match="about TB201 on “Bad”"):
        resume(bench.wiki, bench.ledger, page="Bad", rule="TB201")
    say_go_on(bench, page="Bad")
    assert [no.title for no in standing(bench.ledger).noes] == ["Worse"]
    assert bench.run().flags == 1


def test_a_page_that_was_moved_is_found_by_its_new_title(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.patrol().undo(Asked(run=run))
    bench.wiki.rename("Bad", "Worse", "Ada", redirect=False)
    say_go_on(bench, page="Worse")
    assert standing(bench.ledger).noes == ()


def test_a_page_that_is_gone_is_found_by_the_title_we_knew(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    run = bench.run().run
    bench.patrol().undo(Asked(run=run))
    bench.wiki.delete("Bad")
    say_go_on(bench, page="Bad")
    assert standing(bench.ledger).noes == ()
