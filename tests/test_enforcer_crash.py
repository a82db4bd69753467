"""Kill the bot at every step of every effect: the next starts leave the wiki as a run without faults does.

The judge of that is the wiki alone: its texts, its move log and the bot's edits, never our ledger.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, BOT, DRAFT, FINISHED, GOOD_TROPE, Bench
from tropebot.errors import Exit, OutcomeUnknown, Unavailable
from tropebot.ledger.store import Store
from tropebot.model import Edit, EditResult, Move, MoveResult

pytestmark = pytest.mark.heavy

State = tuple[dict[str, str], Counter[str], Counter[tuple[str, str]]]
Scene = Callable[[Bench], None]

LOG = "Project:Promotions"
WICKS = "Project:Pages Needing Wicks"


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


class Fuse:
    """Burns down by one at each step of ledger or wiki; at zero the process dies."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.burnt = 0

    def step(self) -> None:
        self.burnt += 1
        self.left -= 1
        if self.left == 0:
            raise Killed


@contextmanager
def fused(bench: Bench, fuse: Fuse, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Steps: before and after each request, before and after each transaction's commit."""
    transaction = Store.transaction

    @contextmanager
    def watched(store: Store) -> Iterator[None]:
        outermost = store._depth == 0
        with transaction(store):
            yield
            if outermost:
                fuse.step()
        if outermost:
            fuse.step()

    def hook(_moment: str, _request: str) -> None:
        fuse.step()

    bench.wiki.hooks.append(hook)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "transaction", watched)
        try:
            yield
        finally:
            bench.wiki.hooks.remove(hook)


def state_of(bench: Bench) -> State:
    """All that a reader of the wiki can tell, but for times and numbers."""
    texts = {
        title: re.sub(r"\d\d:\d\d, \d\d \w+ \d{4} \(UTC\)|tropebot \d+", "", page.last.text)
        for title, page in bench.wiki.pages.items()
    }
    moves = Counter(f"{row.title} → {row.target}" for row in bench.wiki.moves)
    return texts, moves, Counter(bench.bot_edits())


def differences(found: State, wanted: State) -> list[str]:
    """What is other than wanted: texts by title, moves and edits by their number."""
    texts = [
        f"{title}: {found[0].get(title)!r} instead of {wanted[0].get(title)!r}"
        for title in sorted(found[0].keys() | wanted[0].keys())
        if found[0].get(title) != wanted[0].get(title)
    ]
    counted = [
        f"{row}: {found[index][row]} instead of {wanted[index][row]} times"
        for index in (1, 2)
        for row in sorted(found[index].keys() | wanted[index].keys(), key=str)
        if found[index][row] != wanted[index][row]
    ]
    return [*texts, *counted]


def flagged_page(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")


def two_pages_of_one_person(bench: Bench) -> None:
    bench.wiki.put("User talk:Ben", "Hello!", "Ada")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.upload("File:X.png", "a picture", "Ben")


def unflagged_page(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", bench.wiki.text("Bad") + "\n[[Category:Bad]]", "Ben")


def fixed_page(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "fix"}
    bench.wiki.put("Bad", BAD_TROPE, "Ben")


def promoted_draft(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.put("Trope Workshop talk:Falling Dog", "Good idea.", "Ada")
    bench.wiki.put("Trope Workshop:Falling Dog/Notes", "Some notes.", "Cleo")


def promoted_with_all_that_follows(bench: Bench) -> None:
    bench.policy["actions"] = {"TB102": "report"}
    bench.policy["workshop"] = {
        "after": {"links": 5, "redirects": True, "log_page": LOG, "wicks_page": WICKS}
    }
    bench.wiki.put(WICKS, "Please link to these.", "Ada")
    bench.wiki.put("Some Film", "As in [[Trope Workshop:Falling Dog|it]].", "Ada")
    bench.wiki.put("Dog Falls", "#REDIRECT [[Trope Workshop:Falling Dog]]", "Ada")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")


def refused_move(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.once("before", "move", lambda: None)
    bench.wiki.no_creation.add("Falling Dog")
    real = bench.wiki._title

    def unsuspecting(raw: str) -> object:
        bench.wiki.no_creation.clear()
        try:
            return real(raw)
        finally:
            bench.wiki.no_creation.add("Falling Dog")

    bench.wiki._title = unsuspecting  # type: ignore[method-assign, assignment]  # the wiki's answer is out of date


SCENES: dict[str, tuple[Scene, str]] = {
    "flag and notice": (flagged_page, "one flag, one message on a new talk page"),
    "one message for two pages": (two_pages_of_one_person, "appended to a talk page with text"),
    "unflag": (unflagged_page, "the flag comes off once, nobody is told again"),
    "fix": (fixed_page, "the category is added once"),
    "promotion": (promoted_draft, "strip, move with talk page, subpage, message"),
    "all that follows": (promoted_with_all_that_follows, "links, redirects, two lists, each once"),
    "refused move": (refused_move, "strip, refusal, put back as it was, never again"),
}


@pytest.mark.heavy
@pytest.mark.parametrize("name", SCENES)
def test_f01_f02_f04_peer_f25_f31_f41_killed_at_any_step_the_wiki_ends_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, _ = SCENES[name]
    wanted, steps = _undisturbed(scene, tmp_path, monkeypatch)
    for number in range(1, steps + 1):
        bench = _bench(scene, tmp_path / f"{number}.sqlite")
        with pytest.raises(Killed), fused(bench, Fuse(number), monkeypatch):
            bench.run()
        bench.reopen()
        _finish(bench)
        assert differences(state_of(bench), wanted) == [], (
            f"{name}: killed at step {number} of {steps}"
        )


LOSSES = ("before", "after")


@pytest.mark.parametrize("moment", LOSSES)
@pytest.mark.parametrize("name", SCENES)
def test_f05_peer_f06_a_lost_answer_changes_nothing(
    name: str, moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write in turn: not processed and answer lost, processed and answer lost."""
    scene, _ = SCENES[name]
    wanted, _ = _undisturbed(scene, tmp_path, monkeypatch)
    for number in range(1, wanted[2].total() + 1):
        bench = _bench(scene, tmp_path / f"{moment}-{number}.sqlite")
        _lose(bench, moment, number)
        _finish(bench)
        assert differences(state_of(bench), wanted) == [], (
            f"{name}: answer {number} lost {moment} processing"
        )


@pytest.mark.heavy
@pytest.mark.parametrize("name", SCENES)
def test_f09_a_write_that_arrives_late_is_harmless(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wiki processes a lost request only after we have looked for it in vain."""
    scene, _ = SCENES[name]
    wanted, _ = _undisturbed(scene, tmp_path, monkeypatch)
    for number in range(1, wanted[2].total() + 1):
        bench = _bench(scene, tmp_path / f"late-{number}.sqlite")
        writer = LateWriter(bench, number)
        for _ in range(4):
            patrol = bench.patrol()
            patrol.writer = writer
            patrol.run()
            bench.wiki.tick(60)
        writer.arrive()
        _finish(bench)
        assert differences(state_of(bench), wanted) == [], f"{name}: write {number} arrives late"


@pytest.mark.parametrize("name", SCENES)
def test_f15_a_wiki_that_takes_no_writes_is_tried_again_later(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, _ = SCENES[name]
    wanted, _ = _undisturbed(scene, tmp_path, monkeypatch)
    for number in range(1, wanted[2].total() + 1):
        bench = _bench(scene, tmp_path / f"closed-{number}.sqlite")
        _lose(bench, "before", number, Unavailable("readonly"))
        _finish(bench)
        assert differences(state_of(bench), wanted) == [], f"{name}: no write at {number}"


class LateWriter:
    """Its ``number``-th write is lost, and reaches the wiki just before the next one."""

    def __init__(self, bench: Bench, number: int) -> None:
        self.wiki = bench.wiki
        self.number = number
        self.late: Edit | Move | None = None

    def await_turn(self) -> None:
        """No rate is kept."""

    def assert_time_for(self, wait: float) -> None:
        """There is time."""

    def edit(self, edit: Edit) -> EditResult:
        self._count(edit)
        return self.wiki.edit(edit)

    def move(self, move: Move) -> MoveResult:
        self._count(move)
        return self.wiki.move(move)

    def arrive(self) -> None:
        """The lost one is processed now; whatever the wiki answers, nobody hears it."""
        late, self.late = self.late, None
        try:
            if isinstance(late, Edit):
                self.wiki.edit(late)
            elif late is not None:
                self.wiki.move(late)
        except Exception:  # noqa: BLE001, S110 - the answer goes nowhere
            pass

    def _count(self, write: Edit | Move) -> None:
        self.arrive()
        self.number -= 1
        if self.number == 0:
            self.late = write
            raise OutcomeUnknown


def _undisturbed(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[State, int]:
    """The state that a run without faults leaves, and how many steps it takes."""
    bench = _bench(scene, tmp_path / "undisturbed.sqlite")
    fuse = Fuse(0)
    with fused(bench, fuse, monkeypatch):
        bench.run()
    _finish(bench)
    state = state_of(bench)
    before = bench.wiki.writes
    bench.run()
    assert bench.wiki.writes == before, "a second pass must find nothing to do"
    return state, fuse.burnt


def _bench(scene: Scene, path: Path) -> Bench:
    bench = Bench(path)
    bench.begin()
    scene(bench)
    bench.wiki.tick(60)
    return bench


def _finish(bench: Bench) -> None:
    """Passes until one finds nothing to do, as cron would make them."""
    for _ in range(4):
        report = bench.run()
        bench.wiki.tick(60)
        if not report.writes and report.exit_code is Exit.DONE:
            return
    pytest.fail("the passes come to no end")


def _lose(bench: Bench, moment: str, number: int, error: Exception | None = None) -> None:
    """The ``number``-th write of the coming pass gets no answer."""
    count = 0

    def hook(seen: str, request: str) -> None:
        nonlocal count
        if seen == moment and request in ("edit", "move"):
            count += 1
            if count == number:
                bench.wiki.hooks.remove(hook)
                raise error or OutcomeUnknown

    bench.wiki.hooks.append(hook)


def test_the_scenes_have_effects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the matrix compares with is what is wanted."""
    states = {
        name: _undisturbed(scene, tmp_path / name.replace(" ", "-"), monkeypatch)[0]
        for name, (scene, _) in SCENES.items()
        if (tmp_path / name.replace(" ", "-")).mkdir() is None
    }
    flagged, unflagged = states["flag and notice"], states["unflag"]
    assert "{{Missing markup|" in flagged[0]["Bad"]
    assert flagged[0]["User talk:Ben"].count("[[:Bad]]") == 1
    assert unflagged[0]["Bad"] == f"{BAD_TROPE}\n[[Category:Bad]]"
    assert states["one message for two pages"][0]["User talk:Ben"].count("==\n") == 1
    assert states["fix"][0]["Bad"] == GOOD_TROPE
    promoted = states["promotion"]
    assert promoted[0]["Falling Dog"] == FINISHED
    assert promoted[0]["Talk:Falling Dog"] == "Good idea."
    assert promoted[1]["Trope Workshop:Falling Dog → Falling Dog"] == 1
    assert "Falling Dog/Notes" in promoted[0]
    follows = states["all that follows"]
    assert follows[0]["Some Film"] == "As in [[Falling Dog|it]]."
    assert follows[0]["Dog Falls"] == "#REDIRECT [[Falling Dog]]"
    assert [follows[0][title].count("* ") for title in (LOG, WICKS)] == [1, 1]
    refused = states["refused move"]
    assert refused[0]["Trope Workshop:Falling Dog"] == DRAFT
    assert not refused[1]
    assert BOT not in refused[0]
