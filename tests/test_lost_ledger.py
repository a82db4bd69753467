"""F28 to F30: power lost at any commit, the disk full or broken, the ledger lost or an old copy put back."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledgers import quick_ledger
from tests.patrols import BAD_TROPE, DRAFT, Bench
from tests.test_enforcer_crash import differences, state_of
from tropebot.errors import Exit, LedgerError
from tropebot.ledger.store import Store
from tropebot.resumption import resume
from tropebot.undoreport import Asked, Outcome

pytestmark = pytest.mark.heavy


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def lose(bench: Bench) -> None:
    """The ledger is gone; the next process begins a new one."""
    bench.ledger.close()
    for path in bench.path.parent.glob(f"{bench.path.name}*"):
        path.unlink()
    bench.ledger = quick_ledger(bench.path)


def finish(bench: Bench) -> None:
    for _ in range(4):
        report = bench.run()
        bench.wiki.tick(60)
        if not report.writes and report.exit_code is Exit.DONE:
            return
    pytest.fail("the passes come to no end")


# F30: lost, or put back from an old copy.


def flagged(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1
    bench.wiki.tick(60)


def test_f30_with_a_new_ledger_nothing_is_done_twice(bench: Bench) -> None:
    flagged(bench)
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    assert bench.run().promotions == 1
    before = state_of(bench)
    lose(bench)
    bench.run()
    for title in ("Bad", "Falling Dog"):
        bench.wiki.put(title, f"{bench.wiki.text(title)}\n", "Ada")
    finish(bench)
    assert differences(state_of(bench), before) == []


def test_f30_our_flag_is_ours_again_and_comes_off(bench: Bench) -> None:
    flagged(bench)
    lose(bench)
    assert bench.run().writes == 0
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    report = bench.run()
    assert (report.unflags, report.notices) == (1, 0)
    assert bench.wiki.text("Bad") == f"{BAD_TROPE}\n[[Category:Bad]]"


def test_f30_a_page_mended_while_there_was_no_ledger_loses_its_flag(bench: Bench) -> None:
    flagged(bench)
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    lose(bench)
    assert bench.run().unflags == 1


def test_f30_a_flag_that_a_person_took_off_stays_off(bench: Bench) -> None:
    flagged(bench)
    bench.wiki.put("Bad", BAD_TROPE, "Ada")
    lose(bench)
    bench.run()
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ada")
    report = bench.run()
    assert (report.flags, report.notices) == (0, 0)


def test_f30_a_flag_that_a_person_put_on_is_not_ours(bench: Bench) -> None:
    """We wrote to the page before, but the flag that stands now is somebody else's."""
    flagged(bench)
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 1
    bench.wiki.put("Bad", f"{{{{Missing markup}}}}\n{bench.wiki.text('Bad')}", "Ada")
    lose(bench)
    bench.run()
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\nMore.", "Ada")
    assert bench.run().unflags == 0


def test_f30_a_draft_that_was_moved_back_stays(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    assert bench.run().promotions == 1
    bench.wiki.rename("Falling Dog", "Trope Workshop:Falling Dog", "Admin", redirect=False)
    lose(bench)
    bench.run()
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Admin")
    assert bench.run().promotions == 0


def test_f30_an_old_copy_put_back_learns_what_was_done_since(bench: Bench) -> None:
    copy = bench.path.parent / "yesterday.sqlite"
    bench.ledger.upkeep.back_up(copy)
    flagged(bench)
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    assert bench.run().promotions == 1
    before = state_of(bench)
    lose(bench)
    bench.ledger.close()
    shutil.copy(copy, bench.path)
    bench.ledger = quick_ledger(bench.path)
    finish(bench)
    assert differences(state_of(bench), before) == []
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 1


def test_f30_our_own_marks_are_asked_for_once(bench: Bench) -> None:
    asked: list[str] = []
    bench.wiki.hooks.append(lambda _, request: asked.append(request))
    flagged(bench)
    bench.run()
    assert asked.count("fetch_own_marks") == 0
    lose(bench)
    bench.run()
    bench.run()
    assert asked.count("fetch_own_marks") == 1


def test_f30_marks_that_people_quote_are_not_ours(bench: Bench) -> None:
    bench.wiki.put(
        "Bad", f"{{{{Missing markup}}}}\n{BAD_TROPE}", "Ada", "[tb:00000bad] like the bot"
    )
    bench.run()
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    assert bench.run().unflags == 0


def two_rules(bench: Bench) -> None:
    """Two flags by rules of one template, and a page whose flag a person took off."""
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("No Type", "Nothing but a sentence.", "Ben")
    bench.wiki.put("Told No", BAD_TROPE, "Ben")
    assert bench.run().flags == 3
    bench.wiki.tick(3600)
    bench.wiki.put("Told No", f"{BAD_TROPE}\n[[Category:Told No]]", "Ada")


def test_f30_a_new_ledgers_run_is_not_taken_for_an_older_one(bench: Bench) -> None:
    two_rules(bench)
    lose(bench)
    first = bench.run()
    assert first.writes == 0
    before = state_of(bench)
    report = bench.patrol().undo(Asked(run=first.run))
    assert (report.rows, report.writes) == ((), 0)
    assert differences(state_of(bench), before) == []


@pytest.mark.parametrize(
    ("rule", "titles"),
    [("TB101", ["Bad"]), ("TB102", ["No Type"]), ("TB201", []), ("", ["Bad", "No Type"])],
)
def test_f30_flags_found_again_are_taken_back_by_their_time_and_rule(
    bench: Bench, rule: str, titles: list[str]
) -> None:
    began = bench.wiki.now
    two_rules(bench)
    lose(bench)
    bench.run()
    report = bench.patrol().undo(Asked(since=began - timedelta(hours=1), rule=rule))
    assert sorted(row.title for row in report.rows) == titles
    assert {row.outcome for row in report.rows} <= {Outcome.TAKEN}
    assert {f"flag {row.effect.subject}" for row in report.rows} == {
        f"flag {code}" for row in report.rows for code in row.effect.codes
    }
    for title in titles:
        assert "{{Missing markup" not in bench.wiki.text(title)
        assert "(run" not in bench.wiki.pages[title].last.comment, "whose run it was nobody knows"
    later = bench.patrol().undo(Asked(since=bench.wiki.now + timedelta(hours=1)))
    assert later.rows == ()


def test_f30_what_the_new_ledger_does_is_taken_back_by_its_run(bench: Bench) -> None:
    """Also where it takes off a flag that it had found."""
    two_rules(bench)
    lose(bench)
    bench.run()
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    report = bench.run()
    assert report.unflags == 1
    rows = bench.patrol().undo(Asked(run=report.run)).rows
    assert [(row.title, str(row.effect.kind)) for row in rows] == [("Bad", "unflag")]


def test_f30_noes_that_the_history_tells_have_their_pages_names(bench: Bench) -> None:
    two_rules(bench)
    lose(bench)
    bench.run()
    noes = bench.ledger.noes.standing()
    assert {no.title for no in noes} == {"Told No"}
    assert noes[0].why == "flag removed, as the history says"
    bench.wiki.rename("Told No", "Named Anew", "Ada", redirect=False)
    bench.ledger.upkeep.prune(days=0)
    assert {no.title for no in bench.ledger.noes.standing()} == {"Told No"}, "as it was known last"
    cleared = resume(bench.wiki, bench.ledger, page="Named Anew").noes
    assert {no.title for no in cleared} == {"Told No"}
    assert bench.ledger.noes.standing() == []


def test_f30_a_no_without_a_name_bears_the_one_by_which_it_is_cleared(bench: Bench) -> None:
    """As an older ledger has them."""
    two_rules(bench)
    lose(bench)
    bench.run()
    bench.ledger._store.execute("DELETE FROM page")
    cleared = resume(bench.wiki, bench.ledger, page="Told No").noes
    assert {no.title for no in cleared} == {"Told No"}


# F30: a copy that was made while a pass was at work.


def put_back(bench: Bench, copy: Path) -> None:
    lose(bench)
    bench.ledger.close()
    shutil.copy(copy, bench.path)
    bench.ledger = quick_ledger(bench.path)


def sections(bench: Bench, title: str) -> int:
    return bench.wiki.text(title).count("\n==") + bench.wiki.text(title).startswith("==")


def two_faults(bench: Bench) -> None:
    """Two pages of Ben, one of Cleo, a draft of Cleo's: two messages."""
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Worse", BAD_TROPE, "Ben")
    bench.wiki.put("Awful", BAD_TROPE, "Cleo")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.tick(60)


def nothing_since(bench: Bench) -> None:
    del bench


def an_answer(bench: Bench) -> None:
    bench.wiki.put("User talk:Ben", f"{bench.wiki.text('User talk:Ben')}\n:Thanks. ~~~~", "Ben")


def an_empty_page(bench: Bench) -> None:
    bench.wiki.put("User talk:Ben", "I have read it.", "Ben")


def another_edit_of_the_page(bench: Bench) -> None:
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\nMore.", "Ada")


SINCE = [nothing_since, an_answer, an_empty_page, another_edit_of_the_page]


@pytest.mark.parametrize("since", SINCE, ids=lambda since: since.__name__)
def test_f30_peer_f34_a_copy_made_at_any_commit_repeats_nothing(
    since: Callable[[Bench], None], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_faults(bench)
    copies: list[Path] = []

    def copy() -> None:
        copies.append(bench.path.parent / f"copy-{len(copies)}.sqlite")
        bench.ledger.upkeep.back_up(copies[-1])

    with at_each_commit(copy, monkeypatch):
        bench.run()
    finish(bench)
    since(bench)
    bench.wiki.tick(60)
    wanted, wiki = state_of(bench), bench.wiki
    assert len(copies) > 10
    for number, each in enumerate(copies):
        bench.wiki = deepcopy(wiki)
        put_back(bench, each)
        finish(bench)
        assert differences(state_of(bench), wanted) == [], f"copied at commit {number}"


def test_f30_what_happens_after_a_message_is_told_again(bench: Bench) -> None:
    """The message that this ledger does not know is older than what is to be told now."""
    flagged(bench)
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    bench.run()
    lose(bench)
    bench.run()
    bench.wiki.tick(3600)
    bench.wiki.put("Worse", BAD_TROPE, "Ben")
    assert bench.run().notices == 1
    assert sections(bench, "User talk:Ben") == 2


def test_f30_where_the_ledger_knows_the_last_message_no_history_is_read(bench: Bench) -> None:
    flagged(bench)
    asked: list[str] = []
    bench.wiki.hooks.append(lambda _, request: asked.append(request))
    bench.wiki.put("Worse", BAD_TROPE, "Ben")
    assert bench.run().notices == 1
    assert "fetch_history" not in asked


# F28: what had not reached the disk is dropped, at every commit.


def scene(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.tick(60)


@contextmanager
def at_each_commit(act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    transaction = Store.transaction

    @contextmanager
    def watched(store: Store) -> Iterator[None]:
        outermost = store._depth == 0
        with transaction(store):
            yield
        if outermost:
            act()

    with monkeypatch.context() as patch:
        patch.setattr(Store, "transaction", watched)
        yield


TORN = (0, 1, 5000)
"""How many bytes at the end of the log were not on the disk yet: none, part of a frame, a frame and more."""


@pytest.mark.heavy
@pytest.mark.parametrize("torn", TORN)
def test_f28_power_lost_at_any_commit_loses_and_doubles_nothing(
    torn: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are copied at each commit, with the wiki as it stands; a new process starts on them."""
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    scene(bench)
    copies: list[tuple[Path, object]] = []

    def copy() -> None:
        place = tmp_path / f"copy-{len(copies)}"
        place.mkdir()
        for suffix in ("", "-wal"):
            path = Path(f"{bench.path}{suffix}")
            if path.exists():
                shutil.copy(path, place / path.name)
        log = place / f"{bench.path.name}-wal"
        if log.exists() and torn:
            log.write_bytes(log.read_bytes()[:-torn])
        copies.append((place, deepcopy(bench.wiki)))

    with at_each_commit(copy, monkeypatch):
        bench.run()
    finish(bench)
    wanted = state_of(bench)
    assert len(copies) > 10
    for number, (place, wiki) in enumerate(copies):
        found = Bench.__new__(Bench)
        found.path, found.wiki = place / bench.path.name, wiki  # type: ignore[assignment]  # as copied above
        found.policy, found.policy_title, found.started = {}, "", 100 + number
        found.ledger = quick_ledger(found.path)
        finish(found)
        assert differences(state_of(found), wanted) == [], f"power lost at commit {number}"


# F29: the disk is full, or the file broken.


def test_f29_no_write_without_a_committed_intent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills at each commit in turn: the run ends, and whatever is on the wiki is in the ledger."""
    scene(bench)
    count = 0
    said: list[str] = []

    def fail_at(number: int) -> Callable[[], None]:
        def act() -> None:
            nonlocal count
            count += 1
            if count == number:
                pages = bench.ledger._store.rows("PRAGMA page_count")[0][0]
                bench.ledger._store.rows(f"PRAGMA max_page_count = {pages}")
                bench.ledger._store.execute("CREATE TEMP TABLE IF NOT EXISTS x (y)")

        return act

    for number in (1, 3, 6, 9):
        count = 0
        with at_each_commit(fail_at(number), monkeypatch):
            try:
                bench.run()
            except LedgerError as error:
                said.append(str(error))
        known = {row[0] for row in bench.ledger._store.rows("SELECT mark FROM intent")}
        marks = {comment.partition(" ")[0] for _, comment in bench.wiki.edits_by("TropeBot")}
        assert marks <= known
        bench.reopen()
    assert said
    assert all("full" in each and "\n" not in each for each in said)
    finish(bench)
    assert "{{Missing markup" in bench.wiki.text("Bad")
    assert "Falling Dog" in bench.wiki.pages


@pytest.mark.parametrize("at", [0.1, 0.4, 0.7, 0.95])
def test_f29_flipped_bits_stop_before_anything_is_sent(at: float, bench: Bench) -> None:
    """A page of the file overwritten: it does not open, or not without saying so."""
    scene(bench)
    bench.run()
    bench.ledger.close()
    data = bytearray(bench.path.read_bytes())
    start = int(len(data) * at) // 4096 * 4096
    data[start : start + 4096] = bytes(byte ^ 0xFF for byte in data[start : start + 4096])
    bench.path.write_bytes(bytes(data))
    writes = bench.wiki.writes
    with pytest.raises(LedgerError, match="cannot be used"):
        quick_ledger(bench.path)
    assert bench.wiki.writes == writes
