"""The moderators' scripts on the FakeWiki: what is planned, asked and written, and what never is."""

import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from scripts import (
    fix_markup,
    flag_missing_markup,
    flag_unattributed_images,
    promote_ready_drafts,
    unflag_clean,
    warn_stale_drafts,
)
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, DRAFT, FINISHED, GOOD_TROPE, RUN_PAGE, Bench
from tropebot.cleanup import Job, Wanted, clean_up
from tropebot.cli.asking import Asking
from tropebot.cli.cleanup import sorted_out
from tropebot.errors import ConfigError, Exit, Stopped
from tropebot.expiry import LISTED, expired_flags
from tropebot.policy.forbid import Forbid
from tropebot.review import Everything, Review
from tropebot.runreport import RunReport


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A wiki that nobody patrols: everything is done by hand."""
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.wiki.put("Bad Trope", BAD_TROPE, "Ada")
    bench.wiki.put("Worse Trope", BAD_TROPE, "Ben")
    bench.wiki.put("Good Trope", GOOD_TROPE, "Ada")
    return bench


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str, messages: bool = False) -> Asking:
    """A person who types these lines and goes away."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return Asking("http://wiki.example.org/w/", messages=messages)


def do(
    bench: Bench,
    job: Job,
    titles: Iterable[str] | None,
    review: Review | None = None,
    *,
    limit: int | None = None,
    dry_run: bool = False,
) -> RunReport:
    wanted = Wanted(job=job, titles=titles, limit=limit)
    return clean_up(bench.patrol(), wanted, dry_run=dry_run, review=review)


def flagged(wiki: FakeWiki) -> set[str]:
    return {title for title, page in wiki.pages.items() if "{{Missing markup|" in page.last.text}


PAGES = ("Bad Trope", "Good Trope", "Worse Trope", "No such page")


def test_a_plan_writes_nothing(bench: Bench) -> None:
    report = do(bench, flag_missing_markup.JOB, PAGES, dry_run=True)
    assert (report.flags, bench.wiki.edits_by(BOT)) == (2, [])
    assert bench.ledger.runs.get(report.run) is None, "not even the run is noted"


@pytest.mark.parametrize(
    ("typed", "expected", "why"),
    [
        (("y", "y"), {"Bad Trope", "Worse Trope"}, "each said yes to"),
        (("n", "y"), {"Worse Trope"}, "a no is about one page"),
        (("y", "q"), {"Bad Trope"}, "quit ends it"),
        (("q", "y"), set(), "what is typed after quit counts for nothing"),
        (("a",), {"Bad Trope", "Worse Trope"}, "all asks no more"),
        (("y",), {"Bad Trope"}, "the end of the input is quit"),
        ((), set(), "cron types nothing"),
        (("x", "", "yes", "no"), {"Bad Trope"}, "what is not understood is asked again"),
        (("o", "n", "Y"), {"Worse Trope"}, "to look is no answer"),
    ],
)
def test_what_is_answered_is_done(
    *,
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    typed: tuple[str, ...],
    expected: set[str],
    why: str,
) -> None:
    do(bench, flag_missing_markup.JOB, PAGES, answers(monkeypatch, *typed))
    assert flagged(bench.wiki) == expected, why
    told = {title for title in bench.wiki.pages if title.startswith("User talk:")}
    authors = {"Bad Trope": "User talk:Ada", "Worse Trope": "User talk:Ben"}
    assert told == {authors[title] for title in expected}


def test_the_difference_is_shown_before_it_is_asked(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    do(bench, flag_missing_markup.JOB, ["Bad Trope"], answers(monkeypatch, "o", "n"))
    out = capsys.readouterr().out
    assert out.index("+{{Missing markup|") < out.index("[y]es, [n]o, [a]ll, [q]uit, [e]dit")
    assert "http://wiki.example.org/w/index.php?title=Bad+Trope" in out
    assert "\x1b" not in out, "no colours where nobody sees them"


def test_words_that_name_no_page_are_told(bench: Bench) -> None:
    report = do(bench, flag_missing_markup.JOB, [], dry_run=True)
    assert any("holds no page" in note for note in report.notes)
    for titles in (["Good Trope"], ["Nope"]):
        report = do(bench, flag_missing_markup.JOB, titles, dry_run=True)
        assert not any("holds no page" in note for note in report.notes), titles
    report = do(bench, unflag_clean.JOB, None, dry_run=True)
    assert not any("holds no page" in note for note in report.notes), "nothing was named"


def test_an_editor_that_does_not_start_is_told_and_it_is_asked_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor-anywhere")
    do(bench, flag_missing_markup.JOB, ["Bad Trope"], answers(monkeypatch, "e", "y"))
    assert "The editor did not work: " in capsys.readouterr().out
    assert flagged(bench.wiki) == {"Bad Trope"}


def test_an_edited_text_is_what_is_saved(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def edited(text: str, **_: object) -> str:
        return text.replace("It happens.", "It happens often.")

    monkeypatch.setattr("click.edit", edited)
    do(bench, flag_missing_markup.JOB, ["Bad Trope"], answers(monkeypatch, "e", "y"))
    assert "It happens often." in bench.wiki.text("Bad Trope")
    assert flagged(bench.wiki) == {"Bad Trope"}


def test_a_limit_counts_pages_with_something_to_do(bench: Bench) -> None:
    report = do(bench, flag_missing_markup.JOB, ("Good Trope", *PAGES), limit=1)
    assert (report.flags, flagged(bench.wiki)) == (1, {"Bad Trope"})
    assert do(bench, flag_missing_markup.JOB, PAGES, limit=1).flags == 1, "it goes on from there"
    assert flagged(bench.wiki) == {"Bad Trope", "Worse Trope"}


def test_a_run_by_hand_is_a_run_and_can_be_taken_back(bench: Bench) -> None:
    from tropebot.undoreport import Asked  # noqa: PLC0415

    report = do(bench, flag_missing_markup.JOB, PAGES)
    run = bench.ledger.runs.get(report.run)
    assert run is not None
    assert run.kind == "flag_missing_markup"
    bench.patrol().undo(Asked(run=report.run))
    assert flagged(bench.wiki) == set()
    assert do(bench, flag_missing_markup.JOB, PAGES).flags == 0, "people win"


def test_only_what_was_chosen_is_taken_back(bench: Bench) -> None:
    from tropebot.undoreport import Asked  # noqa: PLC0415

    report = do(bench, flag_missing_markup.JOB, PAGES)
    chosen = next(
        each.intent_id
        for each in bench.ledger.intents.of_run(report.run)
        if each.title == "Bad Trope"
    )
    bench.patrol().undo(Asked(run=report.run, only=frozenset({chosen})))
    assert flagged(bench.wiki) == {"Worse Trope"}


Arrange = Callable[[Bench], object]


@pytest.mark.parametrize(
    ("arrange", "why"),
    [
        (lambda b: b.policy.update(mode="report"), "the policy acts nowhere"),
        (lambda b: b.wiki.put("Bad Trope", f"{{{{nobots}}}}\n{BAD_TROPE}"), "bots keep away"),
        (lambda b: b.wiki.put("Bad Trope", f"{{{{In use}}}}\n{BAD_TROPE}"), "somebody edits"),
        (lambda b: b.wiki.put(RUN_PAGE, "run\nTB101: off", "Admin"), "the rule is off"),
        (lambda b: b.wiki.put(RUN_PAGE, "run\nflag: off", "Admin"), "flags are off"),
        (
            lambda b: b.wiki.put("Bad Trope", f"{{{{Missing markup}}}}\n{BAD_TROPE}", "Cem"),
            "somebody has flagged it",
        ),
    ],
)
def test_what_binds_the_patrol_binds_a_script(bench: Bench, arrange: Arrange, why: str) -> None:
    arrange(bench)
    before = bench.wiki.text("Bad Trope")
    assert do(bench, flag_missing_markup.JOB, ["Bad Trope"]).flags == 0
    assert bench.wiki.text("Bad Trope") == before, why


def test_a_stopped_bot_does_nothing_by_hand_either(bench: Bench) -> None:
    bench.wiki.put(RUN_PAGE, "stop", "Ada")
    with pytest.raises(Stopped):
        do(bench, flag_missing_markup.JOB, PAGES)
    assert bench.wiki.edits_by(BOT) == []


@pytest.mark.parametrize("forbid", [Forbid(actions=("flag",)), Forbid(rules=("TB101",))])
def test_what_the_operator_forbids_nobody_does_by_hand(bench: Bench, forbid: Forbid) -> None:
    patrol = bench.patrol()
    patrol.forbid = forbid
    clean_up(patrol, Wanted(job=flag_missing_markup.JOB, titles=PAGES))
    assert flagged(bench.wiki) == set()


def test_where_the_policy_only_reports_the_rule_a_person_may_flag(bench: Bench) -> None:
    bench.policy = {"actions": {"TB101": "report"}}
    bench.begin()
    assert flagged(bench.wiki) == set()
    assert do(bench, flag_missing_markup.JOB, ["Bad Trope"]).flags == 1


def test_a_script_does_its_own_work_only(bench: Bench) -> None:
    """The patrol flags what has no type (TB102) as well, and would take off what is in order."""
    bench.wiki.put("No Type", "Nothing but a sentence.", "Ada")
    report = do(bench, flag_missing_markup.JOB, ["No Type"])
    assert (report.flags, report.findings, bench.wiki.edits_by(BOT)) == (0, (), [])
    do(bench, flag_missing_markup.JOB, ["Bad Trope"])
    bench.wiki.put("Bad Trope", bench.wiki.text("Bad Trope").replace(BAD_TROPE, GOOD_TROPE), "Ada")
    assert do(bench, flag_missing_markup.JOB, ["Bad Trope"]).unflags == 0
    assert do(bench, unflag_clean.JOB, None).unflags == 1, "without pages: all that are flagged"
    assert bench.wiki.text("Bad Trope") == GOOD_TROPE


def test_work_that_waits_for_the_patrol_still_does(bench: Bench) -> None:
    bench.begin()
    bench.wiki.put("New Trope", BAD_TROPE, "Cem")
    do(bench, fix_markup.JOB, ["Good Trope"])
    do(bench, unflag_clean.JOB, ["New Trope"])
    assert bench.run().flags == 1


def test_markup_is_added_where_it_has_one_place(bench: Bench) -> None:
    assert do(bench, fix_markup.JOB, PAGES).fixes == 2
    assert bench.wiki.text("Bad Trope") == GOOD_TROPE
    assert "{{Missing" not in bench.wiki.text("Worse Trope")
    bench.wiki.put("Bad Trope", BAD_TROPE, "Ada", "I want it so")
    assert do(bench, fix_markup.JOB, PAGES).fixes == 0, "no edit war"


def test_files_without_a_licence_are_flagged(bench: Bench) -> None:
    bench.wiki.upload("File:Bare.png", "A picture.", "Ben")
    bench.wiki.upload("File:Fine.png", "{{Fairuse}}", "Ben")
    report = do(bench, flag_unattributed_images.JOB, ["File:Bare.png", "File:Fine.png"])
    assert report.flags == 1
    assert "{{Unattributed image" in bench.wiki.text("File:Bare.png")


@pytest.mark.parametrize("word", ["act", "report"])
def test_ready_drafts_are_moved_when_a_person_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    bench.policy = {"workshop": {"promote": word}}
    bench.wiki.put("Trope Workshop:Falling", DRAFT, "Ben")
    bench.wiki.put("Trope Workshop:Rising", DRAFT, "Ben")
    bench.wiki.put("Trope Workshop:Short", DRAFT.replace("* ''[[Two", "''[[Two"), "Ben")
    bench.wiki.tick(60)
    report = do(bench, promote_ready_drafts.JOB, None, answers(monkeypatch, "n", "y"))
    assert report.promotions == 1
    assert "Falling" not in bench.wiki.pages
    assert bench.wiki.text("Rising") == FINISHED
    assert len(report.drafts) == 3


def test_a_limit_on_drafts_counts_those_that_move(bench: Bench) -> None:
    for name in ("Aa", "Bb", "Cc"):
        bench.wiki.put(f"Trope Workshop:{name}", DRAFT, "Ben")
    bench.wiki.put("Aa", "Somebody else's.", "Cem")
    bench.wiki.tick(60)
    assert do(bench, promote_ready_drafts.JOB, None, limit=1).promotions == 1
    assert "Bb" in bench.wiki.pages
    assert "Cc" not in bench.wiki.pages


def test_no_draft_moves_where_the_policy_wants_no_promotions(bench: Bench) -> None:
    bench.policy = {"workshop": {"promote": "no"}}
    with pytest.raises(ConfigError, match=r"workshop\.promote"):
        do(bench, promote_ready_drafts.JOB, None)


@pytest.mark.parametrize(
    ("typed", "told", "later"),
    [(("y",), True, False), (("n",), False, False), (("q",), False, True)],
)
def test_creators_of_stale_drafts_are_told_once(
    *,
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    typed: tuple[str, ...],
    told: bool,
    later: bool,
) -> None:
    bench.policy = {"workshop": {"stale": {"days": 30}}}
    bench.wiki.put("Trope Workshop:Old", DRAFT.replace("* ''[[Two", "''[[Two"), "Ben")
    bench.wiki.tick(40 * 86400)
    bench.wiki.put("Trope Workshop:Fresh", DRAFT.replace("* ''[[Two", "''[[Two"), "Cem")
    job = warn_stale_drafts.JOB
    do(bench, job, None, answers(monkeypatch, *typed, messages=True))
    assert ("User talk:Ben" in bench.wiki.pages) is told
    assert "User talk:Cem" not in bench.wiki.pages
    again = do(bench, job, None, answers(monkeypatch, "y", messages=True))
    assert bool(again.notices) is later, "a no is not asked again, a quit is"


def test_a_flag_that_the_policy_does_not_name_cannot_be_put_on(bench: Bench) -> None:
    job = Job(name="x", codes=("TB105",), word="flag")
    with pytest.raises(ConfigError, match=r"flags\.TB105"):
        do(bench, job, PAGES)


def test_without_pages_a_script_that_needs_them_says_so(bench: Bench) -> None:
    with pytest.raises(ConfigError, match="Say which pages"):
        do(bench, flag_missing_markup.JOB, None)


def test_an_edit_at_the_same_moment_is_not_overwritten(bench: Bench) -> None:
    def meanwhile() -> None:
        bench.wiki.put("Bad Trope", f"{BAD_TROPE}\nAnother line.", "Cem")

    bench.wiki.once("before", "edit", meanwhile)
    do(bench, flag_missing_markup.JOB, ["Bad Trope"], Everything())
    assert "Another line." in bench.wiki.text("Bad Trope")


@pytest.mark.parametrize(
    ("arguments", "pages", "ours", "limit"),
    [
        (["-cat:Foo", "--apply"], ["-cat:Foo"], ["--apply"], None),
        (["-cat:a b", "-ns:0", "-start:!"], ["-cat:a b", "-ns:0", "-start:!"], [], None),
        (["-limit:5", "--limit", "3"], [], ["--limit", "3"], 5),
        (["-v", "-vv", "--json"], [], ["-v", "-vv", "--json"], None),
        (["-help"], [], ["--help"], None),
        (["-dir:somewhere"], [], ["--home", "somewhere"], None),
        (["-page:-x", "-unusedfiles"], ["-page:-x", "-unusedfiles"], [], None),
        (["17", "--rule", "TB101"], [], ["17", "--rule", "TB101"], None),
    ],
)
def test_pywikibots_words_are_taken_out_first(
    arguments: list[str], pages: list[str], ours: list[str], limit: int | None
) -> None:
    words = sorted_out(arguments)
    assert (list(words.pages), list(words.ours), words.limit) == (pages, ours, limit)


@pytest.mark.parametrize("bad", ["-limit:", "-limit:x", "-limit:0", "-limit"])
def test_a_limit_without_a_number_is_refused(bad: str) -> None:
    with pytest.raises(ConfigError, match="-limit:20"):
        sorted_out([bad])


def test_simulate_and_the_wiki_are_pywikibots_words_for_the_whole() -> None:
    words = sorted_out(["-simulate", "-family:x", "-lang:y", "-site:x:y", "-user:Z", "--apply"])
    assert words.simulate
    assert words.wiki == ("-family:x", "-lang:y", "-site:x:y", "-user:Z")


def test_every_script_is_short_and_names_its_own_run() -> None:
    paths = list(Path(flag_missing_markup.__file__).parent.glob("[a-z]*.py"))
    assert len(paths) >= 7
    for path in paths:
        text = path.read_text("utf-8")
        assert len(text.splitlines()) < 60, path.name
        assert json.dumps(path.stem) in text or path.stem in ("undo_run", "expired_flags")


def test_exit_codes_are_those_of_every_command(bench: Bench) -> None:
    assert do(bench, flag_missing_markup.JOB, PAGES).exit_code is Exit.DONE


@pytest.mark.parametrize(
    ("job", "policy", "said", "why"),
    [
        (warn_stale_drafts.JOB, {}, "workshop.stale.days", "no draft counts as stale"),
        (LISTED, {}, "warning_days", "no flag expires"),
        (promote_ready_drafts.JOB, {"workshop": {"promote": "no"}}, "promote", "none move"),
        (flag_missing_markup.JOB, {"flags": {}, "mode": "act"}, "", "this one can be done"),
    ],
)
def test_what_the_policy_has_nothing_for_is_said_and_leaves_no_run(
    bench: Bench, job: Job, policy: dict[str, object], said: str, why: str
) -> None:
    bench.policy = policy
    before = [run.number for run in bench.ledger.runs.latest(9)]
    if not said:
        assert do(bench, job, PAGES).flags, why
        return
    work = expired_flags if job is LISTED else clean_up
    with pytest.raises(ConfigError, match=said):
        work(bench.patrol(), Wanted(job=job, titles=None), dry_run=False)
    assert [run.number for run in bench.ledger.runs.latest(9)] == before, why
