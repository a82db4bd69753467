"""Expired flags: which pages are on the list, which are nominated for deletion, and which never are."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, BOT, GOOD_TROPE, RUN_PAGE, Bench
from tests.test_lost_ledger import lose
from tropebot.cleanup import Wanted
from tropebot.cli.asking import Asking
from tropebot.errors import NotAllowed, OutcomeUnknown
from tropebot.expiry import DELETED, LISTED, NOMINATED, Expired, expired_flags
from tropebot.flagages import HISTORY
from tropebot.policy.forbid import Forbid
from tropebot.undoreport import Asked

DAY = 86400
FLAGS = {
    "TB101": {"template": "Missing markup", "warning_days": 14},
    "TB201": {"template": "Unattributed image", "warning_days": 7},
}

UNTIMED = {**FLAGS, "TB101": {"template": "Missing markup"}}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A page and a file that were flagged just now."""
    bench = Bench(tmp_path / "ledger.sqlite", policy={"flags": FLAGS})
    bench.wiki.put("Template:Delete", "to be deleted", "Admin")
    bench.begin()
    bench.wiki.put("Bad Trope", BAD_TROPE, "Ada")
    bench.wiki.upload("File:Bare.png", "A picture.", "Ben")
    bench.wiki.tick(60)
    assert bench.run().flags == 2
    return bench


def listed(bench: Bench) -> tuple[Expired, ...]:
    return expired_flags(bench.patrol(), Wanted(job=LISTED, titles=None))[1]


def nominate(bench: Bench, limit: int | None = None) -> int:
    wanted = Wanted(job=NOMINATED, titles=None, limit=limit)
    return len(expired_flags(bench.patrol(), wanted, dry_run=False)[0].written)


@pytest.mark.parametrize(
    ("days", "titles"),
    [
        (6, []),
        (7, ["File:Bare.png"]),
        (13, ["File:Bare.png"]),
        (14, ["Bad Trope", "File:Bare.png"]),
    ],
)
def test_each_flag_has_its_own_time(bench: Bench, days: int, titles: list[str]) -> None:
    bench.wiki.tick(days * DAY)
    edits = bench.wiki.edits_by(BOT)
    found = listed(bench)
    assert sorted(each.title for each in found) == titles
    assert all(each.days == days for each in found)
    assert bench.wiki.edits_by(BOT) == edits, "a list writes nothing"


Arrange = Callable[[Bench], object]


@pytest.mark.parametrize(
    ("arrange", "why"),
    [
        (
            lambda b: b.wiki.put("Bad Trope", f"{{{{Missing markup}}}}\n{GOOD_TROPE}", "Ada"),
            "it is in order, and only the flag is to go",
        ),
        (lambda b: b.wiki.put("Bad Trope", BAD_TROPE, "Ada"), "somebody took the flag off"),
        (lambda b: b.wiki.delete("Bad Trope"), "it is gone"),
        (
            lambda b: b.wiki.put("Bad Trope", f"{{{{delete}}}}\n{b.wiki.text('Bad Trope')}", "Cem"),
            "it is nominated",
        ),
        (
            lambda b: b.policy.update(flags=UNTIMED),
            "no time is set",
        ),
    ],
)
def test_what_is_not_on_the_list(bench: Bench, arrange: Arrange, why: str) -> None:
    bench.wiki.tick(20 * DAY)
    arrange(bench)
    assert "Bad Trope" not in [each.title for each in listed(bench)], why
    nominate(bench)
    page = bench.wiki.pages.get("Bad Trope")
    assert page is None or "{{delete|" not in page.last.text


def test_a_nomination_says_why_and_happens_once(bench: Bench) -> None:
    bench.wiki.tick(20 * DAY)
    assert nominate(bench) == 2
    text = bench.wiki.text("File:Bare.png")
    assert text.startswith(
        "{{delete|1=Flagged for 20 days (TB201), and nothing was done about it}}\n"
    )
    assert bench.bot_edits()[-1][1].startswith("Nominated for deletion: flagged for 20 days")
    assert nominate(bench) == 0
    assert listed(bench) == ()


def test_who_takes_a_nomination_off_is_not_asked_again(bench: Bench) -> None:
    bench.wiki.tick(20 * DAY)
    nominate(bench)
    text = bench.wiki.text("Bad Trope")
    bench.wiki.put("Bad Trope", text.partition("\n")[2], "Ada")
    assert nominate(bench) == 0
    assert bench.wiki.text("Bad Trope") == text.partition("\n")[2]


def test_nominations_can_be_taken_back(bench: Bench) -> None:
    before = bench.wiki.text("Bad Trope")
    bench.wiki.tick(20 * DAY)
    wanted = Wanted(job=NOMINATED, titles=["Bad Trope"])
    report, *_ = expired_flags(bench.patrol(), wanted, dry_run=False)
    assert bench.wiki.text("Bad Trope") != before
    bench.patrol().undo(Asked(run=report.run))
    assert bench.wiki.text("Bad Trope") == before


def test_a_limit_holds(bench: Bench) -> None:
    bench.wiki.tick(20 * DAY)
    assert (nominate(bench, 1), nominate(bench, 1), nominate(bench, 1)) == (1, 1, 0)


@pytest.mark.parametrize("where", ["operator", "run page"])
def test_where_flags_are_off_nominations_are_too(bench: Bench, where: str) -> None:
    bench.wiki.tick(20 * DAY)
    patrol = bench.patrol()
    if where == "operator":
        patrol.forbid = Forbid(actions=("flag",))
    else:
        bench.wiki.put(RUN_PAGE, "run\nflag: off", "Admin")
    edits = bench.wiki.edits_by(BOT)
    with pytest.raises(NotAllowed):
        expired_flags(patrol, Wanted(job=NOMINATED, titles=None), dry_run=False)
    assert bench.wiki.edits_by(BOT) == edits


def test_pages_that_keep_bots_off_are_listed_and_left(bench: Bench) -> None:
    bench.wiki.put("Bad Trope", f"{{{{nobots}}}}\n{bench.wiki.text('Bad Trope')}", "Ada")
    bench.wiki.tick(20 * DAY)
    assert "Bad Trope" in [each.title for each in listed(bench)]
    nominate(bench)
    assert "delete" not in bench.wiki.text("Bad Trope")


def delete(bench: Bench, review: Asking | None) -> tuple[str, ...]:
    wanted = Wanted(job=DELETED, titles=None)
    return expired_flags(bench.patrol(), wanted, dry_run=False, review=review)[2]


def typing(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Asking:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return Asking("http://wiki.example.org/w/", all=True)


@pytest.fixture
def admin(bench: Bench) -> Bench:
    """The bot's account is an administrator's, and twenty days have gone by."""
    bench.wiki.rights |= {"delete"}
    bench.wiki.tick(20 * DAY)
    return bench


def test_an_account_without_the_right_deletes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.wiki.tick(20 * DAY)
    with pytest.raises(NotAllowed, match="administrator"):
        delete(bench, typing(monkeypatch, "y", "y"))
    assert bench.wiki.deletions == {}


@pytest.mark.parametrize(
    ("lines", "deleted"),
    [
        ((), set()),
        (("n", "n"), set()),
        (("a", "all"), set()),
        (("n", "y"), {"File:Bare.png"}),
        (("y", "q"), {"Bad Trope"}),
        (("y", "y"), {"Bad Trope", "File:Bare.png"}),
    ],
)
def test_each_deletion_is_confirmed_by_itself(
    admin: Bench, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...], deleted: set[str]
) -> None:
    """“All” is no answer, and neither is --limit."""
    assert set(delete(admin, typing(monkeypatch, *lines))) == deleted
    assert set(admin.wiki.deletions) == deleted
    assert delete(admin, None) == (), "nothing goes unasked"


def test_the_log_says_why_and_a_nominated_page_can_go(
    admin: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    nominate(admin)
    assert listed(admin) == ()
    delete(admin, typing(monkeypatch, "y", "n"))
    comment = admin.wiki.deletions["Bad Trope"].comment
    assert comment.startswith("[tb:")
    assert "Flagged for 20 days (TB101), and nothing was done about it" in comment
    assert [each.title for each in listed(admin)] == []


def test_a_page_that_was_edited_while_one_thought_stays(
    admin: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = typing(monkeypatch, "y", "n")
    asking.heard = lambda: admin.wiki.put("Bad Trope", "Better.", "Ada")
    assert delete(admin, asking) == ()
    assert admin.wiki.text("Bad Trope") == "Better."


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_is_settled_by_the_deletion_log(
    admin: Bench, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def lost() -> None:
        raise OutcomeUnknown("no answer")

    admin.wiki.once(moment, "delete_page", lost)
    delete(admin, typing(monkeypatch, "y", "n"))
    gone = "Bad Trope" not in admin.wiki.pages
    assert gone is (moment == "after")
    assert admin.ledger.intents.open() == [], "a person has to ask for it again"
    delete(admin, typing(monkeypatch, "y", "n"))
    assert "Bad Trope" not in admin.wiki.pages


def test_a_deletion_is_not_taken_back_by_the_bot(
    admin: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Wanted(job=DELETED, titles=["Bad Trope"])
    asking = typing(monkeypatch, "y")
    report, *_ = expired_flags(admin.patrol(), wanted, dry_run=False, review=asking)
    rows = admin.patrol().undo(Asked(run=report.run)).rows
    assert [row.why for row in rows] == ["only an administrator can restore a page"]


# Flags that people put on.


THEIRS = f"{{{{Missing markup}}}}\n{BAD_TROPE}"


def of_people(tmp_path: Path, *texts: tuple[float, str], **policy: object) -> Bench:
    """A page that people saved: days before now and what it said then; a bot that has never patrolled."""
    bench = Bench(tmp_path / "other.sqlite", policy={"flags": FLAGS, **policy})
    bench.wiki.put("Template:Delete", "to be deleted", "Admin")
    bench.begin()
    end = bench.wiki.now.timestamp() + 400 * DAY
    for days, text in texts:
        bench.wiki.tick(end - days * DAY - bench.wiki.now.timestamp())
        bench.wiki.put("Theirs", text, "Cem")
    bench.wiki.tick(end - bench.wiki.now.timestamp() + 600)
    return bench


@pytest.mark.parametrize(
    ("texts", "days", "why"),
    [
        ([(20, THEIRS)], 20, "made with the flag"),
        ([(90, BAD_TROPE), (20, THEIRS)], 20, "flagged later"),
        ([(90, BAD_TROPE), (20, THEIRS), (2, THEIRS + " More.")], 20, "edited since"),
        ([(90, THEIRS), (40, BAD_TROPE), (20, THEIRS)], 20, "taken off and put on again"),
        ([(20, f"{{{{Markup needed}}}}\n{BAD_TROPE}")], 20, "by a redirect's name"),
        ([(90, BAD_TROPE), (13, THEIRS)], None, "not for long enough"),
        ([(90, THEIRS), (40, BAD_TROPE), (13, THEIRS)], None, "the earlier time does not count"),
        ([(20, THEIRS), (2, f"{{{{Missing markup}}}}\n{GOOD_TROPE}")], None, "in order by now"),
        ([(20, THEIRS), (2, BAD_TROPE)], None, "it is off"),
        ([(20, f"{{{{Delete}}}}\n{THEIRS}")], None, "nominated already"),
    ],
)
def test_how_long_a_flag_of_peoples_has_stood(
    texts: list[tuple[float, str]], days: int | None, why: str, tmp_path: Path
) -> None:
    found = {each.title: each for each in listed(of_people(tmp_path, *texts))}
    assert (found["Theirs"].days if "Theirs" in found else None) == days, why
    assert days is None or not found["Theirs"].ours


def test_of_a_long_history_only_so_much_is_read(tmp_path: Path) -> None:
    texts = [(300 - number, f"{THEIRS} {number}") for number in range(80)]
    bench = of_people(tmp_path, *texts)
    before = bench.wiki.reads
    (found,) = listed(bench)
    assert found.days == texts[80 - HISTORY][0], "at the least"
    assert bench.wiki.reads - before < 15


def test_a_hidden_revision_says_neither(tmp_path: Path) -> None:
    bench = of_people(tmp_path, (60, BAD_TROPE), (20, THEIRS), (10, THEIRS + " A."), (5, THEIRS))
    hidden = bench.wiki.pages["Theirs"].revisions[-2].rev_id
    bench.wiki.hidden_texts.add(hidden)
    assert [each.days for each in listed(bench)] == [20]


def test_peoples_flags_are_nominated_once_and_it_can_be_taken_back(tmp_path: Path) -> None:
    bench = of_people(tmp_path, (20, THEIRS))
    assert nominate(bench) == 1
    assert bench.wiki.text("Theirs").startswith("{{delete|1=Flagged for 20 days (TB101)")
    assert nominate(bench) == 0
    run = bench.ledger.runs.latest(1)[0].number
    bench.patrol().undo(Asked(run=run - 1))
    assert bench.wiki.text("Theirs") == THEIRS
    assert nominate(bench) == 0, "people win"


def test_a_flag_without_a_time_is_not_looked_for(tmp_path: Path) -> None:
    bench = of_people(tmp_path, (20, THEIRS), flags=UNTIMED)
    asked: list[str] = []
    bench.wiki.hooks.append(lambda _when, what: asked.append(what))
    assert listed(bench) == ()
    assert asked.count("fetch_page_ids") == 1, "of the files' flag, which has a time"
    assert "fetch_history" not in asked


def test_after_a_lost_ledger_our_own_flag_is_as_old_as_it_was(bench: Bench) -> None:
    bench.wiki.tick(20 * DAY)
    before = [(each.title, each.days, each.ours) for each in listed(bench)]
    assert len(before) == 2
    lose(bench)
    bench.run()
    bench.run()
    assert [(each.title, each.days, each.ours) for each in listed(bench)] == before
