"""The patrol on a FakeWiki: what it does to pages, and each rule of safety as the wiki would see it kept."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, DRAFT, FINISHED, GOOD_TROPE, POLICY_PAGE, RUN_PAGE, Bench
from tropebot import engine
from tropebot.errors import Exit, LedgerError, LockHeld, NotAllowed, PolicyError, Refused, Stopped
from tropebot.ledger import locked
from tropebot.model import Edit, EditResult, Kind, Page
from tropebot.policy.force import PolicyInForce
from tropebot.wikitext.examples import ExampleCount

pytestmark = pytest.mark.heavy

FLAG = re.compile(
    r"\{\{Missing markup\|date=2026-01-05\|missing=category:&#123;&#123;PAGENAME&#125;&#125;"
    r"\|advice=[^{}|]*&#91;&#91;Category:[^{}|]*\}\}\n"
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


# What it does.


def test_a_new_home_begins_now(tmp_path: Path) -> None:
    """What happened before is nobody's business unless `--since` asks for it."""
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.wiki.put("Bad", BAD_TROPE)
    bench.wiki.tick(60)
    assert bench.run().changes == 0
    bench.wiki.tick(60)
    assert bench.run().changes == 0  # the overlap does not reach back before the first cursor
    report = bench.patrol().run(since=bench.wiki.now - timedelta(hours=1))
    assert report.flags == 1


def test_since_judges_again_what_was_seen_and_does_nothing_twice(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1
    again = bench.patrol().run(since=bench.wiki.now - timedelta(hours=1))
    assert "TB101" in {finding.code for finding in again.findings}
    assert (again.flags, again.notices, again.writes) == (0, 0, 0)


def test_only_what_happened_is_told(bench: Bench) -> None:
    """A write that the wiki refused is counted as refused and not shown as done."""
    bench.wiki.put("Bad", BAD_TROPE, "Ben")

    def refuse() -> None:
        raise Refused("abusefilter-disallowed")

    bench.wiki.once("before", "edit", refuse)
    report = bench.run()
    assert (report.flags, report.refused) == (0, 1)
    assert [each.payload.title for each in report.written] == []


def test_a_draft_that_cannot_be_read_for_a_bug_stays_and_the_others_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examples_of(page: Page, force: PolicyInForce) -> ExampleCount:
        if "Odd" in page.title:
            raise KeyError("a bug")
        return engine.examples_of(page, force)

    monkeypatch.setattr("tropebot.judgement.examples_of", examples_of)
    bench.wiki.put("Trope Workshop:Odd Dog", DRAFT, "Cleo")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    report = bench.run()
    assert report.promotions == 1
    held = {each.title: [hold.message for hold in each.holds] for each in report.drafts}
    assert held["Trope Workshop:Odd Dog"] == ["hold-crashed"]


def test_a_flag_is_put_on_and_its_author_told_once(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Good", GOOD_TROPE, "Ben")
    report = bench.run()
    assert (report.flags, report.notices, report.pages) == (1, 1, 2)
    assert FLAG.sub("", bench.wiki.text("Bad")) == BAD_TROPE != bench.wiki.text("Bad")
    assert bench.wiki.text("Good") == GOOD_TROPE
    assert "[[:Bad]]" in bench.wiki.text("User talk:Ben")


def test_a_second_pass_changes_nothing_and_an_idle_one_costs_one_request(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.run()
    bench.wiki.tick(60)
    assert bench.run().writes == 0
    bench.wiki.tick(3600)
    report = bench.run()
    assert (report.writes, report.reads, report.changes) == (0, 1, 0)


def test_the_flag_comes_off_when_the_page_is_clean(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    report = bench.run()
    assert (report.unflags, report.notices) == (1, 0)
    assert bench.wiki.text("Bad") == f"{BAD_TROPE}\n[[Category:Bad]]"


def test_a_second_episode_is_flagged_again(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]", "Ben")
    bench.run()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1


def test_many_pages_of_one_person_are_one_message(bench: Bench) -> None:
    for number in range(5):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    bench.wiki.upload("File:X.png", "a picture", "Ben")
    report = bench.run()
    assert (report.flags, report.notices) == (6, 1)
    text = bench.wiki.text("User talk:Ben")
    assert all(f"[[:Bad {number}]]" in text for number in range(5))
    assert "[[:File:X.png]]" in text


def test_a_draft_is_stripped_and_moved_with_its_talk_page_and_subpages(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    wiki.put("Trope Workshop talk:Falling Dog", "Good.", "Ada")
    wiki.put("Trope Workshop:Falling Dog/Notes", "Notes.", "Cleo")
    page_id = wiki.pages["Trope Workshop:Falling Dog"].page_id
    report = bench.run()
    assert (report.promotions, report.notices, report.problem) == (1, 1, "")
    assert wiki.pages["Falling Dog"].page_id == page_id
    assert wiki.text("Falling Dog") == FINISHED
    assert wiki.text("Talk:Falling Dog") == "Good."
    assert wiki.text("Falling Dog/Notes") == "Notes."
    assert wiki.text("Trope Workshop:Falling Dog") == "#REDIRECT [[Falling Dog]]"
    assert "[[:Falling Dog]]" in wiki.text("User talk:Cleo")


def test_promotions_are_seen_and_flags_are_bot_edits(bench: Bench) -> None:
    """People look away from bot-flagged edits: promotions and messages are none, flags are."""
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Ben")
    bench.run()
    ours = {
        page.title: revision.bot
        for page in bench.wiki.pages.values()
        for revision in page.revisions
        if revision.user == BOT and "moved page" not in revision.comment
    }
    assert ours["Bad"]
    assert not ours["Falling Dog"]
    assert not ours["User talk:Ben"]


def without(text: str) -> Callable[[str], str]:
    return lambda draft: draft.replace(text, "")


HOLDS: dict[str, tuple[Callable[[FakeWiki], str], str, str]] = {
    "two examples": (
        lambda _: DRAFT.replace("* ''[[Three Film]]'': it happens to the dog there.\n", ""),
        "hold-examples",
        "three are wanted",
    ),
    "on hold": (lambda _: "{{Hold}}\n" + DRAFT, "hold-template", "a person holds it"),
    "title taken": (
        lambda wiki: wiki.put("Falling Dog", GOOD_TROPE) and DRAFT,
        "hold-title-exists-as",
        "a move never overwrites",
    ),
    "title taken by a redirect": (
        lambda wiki: wiki.put("Falling Dog", "#REDIRECT [[Good]]") and DRAFT,
        "hold-title-redirect",
        "nor a redirect",
    ),
    "title protected": (
        lambda wiki: wiki.no_creation.add("Falling Dog") or DRAFT,
        "hold-title-protected",
        "nobody else could make that page",
    ),
    "no opener": (
        lambda _: DRAFT.replace("{{examples}}\n", "== Film ==\n"),
        "hold-markup",
        "a trope page must have {{examples}}",
    ),
    "nobots": (
        lambda _: DRAFT.replace("It happens.", "{{nobots}}It happens."),
        "held-nobots",
        "the page keeps bots off",
    ),
}


@pytest.mark.parametrize("name", HOLDS)
def test_a_draft_that_is_not_ready_stays(name: str, bench: Bench) -> None:
    text, wanted, _ = HOLDS[name]
    draft = text(bench.wiki)
    bench.wiki.put("Trope Workshop:Falling Dog", draft, "Cleo")
    report = bench.run()
    told = wanted.startswith("hold-title")  # what a person can settle is told on the talk page
    assert (report.promotions, report.writes) == (0, int(told))
    assert wanted in [hold.message for each in report.drafts for hold in each.holds]
    assert bench.wiki.text("Trope Workshop:Falling Dog") == draft


def test_titles_that_lead_out_of_main_are_never_moved(bench: Bench) -> None:
    """`Trope Workshop:Help:Foo` minus its prefix is a help page (reliability, titles)."""
    for name in (
        "Help:Foo",
        "Template:Foo",
        "User:Ada/x",
        "De:Foo",
        "/Foo",
        "Fo\u200bo",
        "Pоor Dog",
    ):
        bench.wiki.put(f"Trope Workshop:{name}", DRAFT, "Cleo")
    report = bench.run()
    assert report.promotions == 0
    assert not bench.wiki.moves
    assert len(report.drafts) == 7


def test_a_waiting_draft_is_judged_again_without_a_change(bench: Bench) -> None:
    bench.policy["workshop"] = {"quiet_hours": 2}
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    assert bench.run().promotions == 0
    bench.wiki.tick(3600)
    assert bench.run().pages == 0
    bench.wiki.tick(3700)
    assert bench.run().promotions == 1


def test_peer_f05_a_page_moved_since_is_found_by_its_id(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.rename("Bad", "Worse")
    report = bench.run()
    assert report.flags == 1
    assert bench.wiki.text("Worse").startswith("{{Missing markup")
    assert bench.wiki.text("Bad") == "#REDIRECT [[Worse]]"


def test_a_deleted_page_is_no_work(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.delete("Bad")
    report = bench.run()
    assert (report.pages, report.writes, report.exit_code) == (0, 0, Exit.DONE)


# People win.


def test_a_flag_that_a_person_removed_is_not_put_back(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", BAD_TROPE, "Ada", "no")
    report = bench.run()
    assert report.writes == 0
    assert [each.held.why for each in report.held] == ["held-removed"]
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ada")
    assert bench.run().writes == 0


def test_a_flag_that_a_person_placed_counts_and_stays(bench: Bench) -> None:
    bench.wiki.put("Bad", f"{{{{Markup needed}}}}\n{BAD_TROPE}", "Ada")
    bench.wiki.put("Good", f"{{{{Missing markup}}}}\n{GOOD_TROPE}", "Ada")
    report = bench.run()
    assert report.writes == 0
    assert [each.held.why for each in report.held] == ["held-flagged-by-people"]


def test_a_draft_that_was_moved_back_is_left_alone(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.run()
    bench.wiki.delete("Trope Workshop:Falling Dog")
    bench.wiki.rename("Falling Dog", "Trope Workshop:Falling Dog", "Ada", redirect=False)
    bench.wiki.put("Trope Workshop:Falling Dog", f"{DRAFT}\nBetter.", "Ada")
    report = bench.run()
    assert report.writes == 0
    assert [hold.message for each in report.drafts for hold in each.holds] == ["hold-moved-back"]


UNTOLD = {
    "198.51.100.7": "an address is nobody",
    "2001:db8::7": "nor is this one",
    "~2026-12345-6": "nor a temporary account",
    BOT: "not ourselves",
}


@pytest.mark.parametrize("user", UNTOLD)
def test_peer_f33_who_is_not_told(user: str, bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, user)
    report = bench.run()
    assert (report.flags, report.notices) == (1, 0)


TALK_PAGES = {
    "#REDIRECT [[User talk:Victim]]": "a message would land with somebody else",
    "{{Nobots}}\nHello.": "Ben wants no messages",
}


@pytest.mark.parametrize("text", TALK_PAGES)
def test_talk_pages_that_are_left_alone(text: str, bench: Bench) -> None:
    bench.wiki.put("User talk:Ben", text, "Ben")
    bench.wiki.put("User talk:Victim", "Hello.", "Victim")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    report = bench.run()
    assert (report.flags, report.notices) == (1, 0)
    assert bench.wiki.text("User talk:Ben") == text
    assert bench.wiki.text("User talk:Victim") == "Hello."
    assert bench.run().notices == 0


# Rule of safety 1: every effect can be recognised; 2: conditional writes, merges noticed.


def test_every_summary_begins_with_a_mark_of_its_own(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.run()
    marks = [comment[:13] for _, comment in bench.wiki.edits_by(BOT)]
    assert all(mark.startswith("[tb:") and mark.endswith("]") for mark in marks)
    # a move's mark stands in its log row and in the redirect that it left
    assert len(set(marks)) == len(marks)


def test_peer_f02_a_licence_added_meanwhile_takes_the_flag_off_again(bench: Bench) -> None:
    """F2: the edits merge silently; the answer's `oldrevid` gives it away, and nobody is told."""
    wiki = bench.wiki
    text = "a picture\n\nof a cat\n\nand a dog"
    wiki.upload("File:X.png", text, "Ben")
    wiki.once(
        "before", "edit", lambda: wiki.put("File:X.png", f"{text}\n{{{{Fairuse}}}}", "Ben") and None
    )
    report = bench.run()
    assert (report.flags, report.unflags, report.notices) == (1, 1, 0)
    assert wiki.text("File:X.png") == f"{text}\n{{{{Fairuse}}}}"
    wiki.tick(60)
    assert bench.run().writes == 0


def test_a_fix_that_somebody_made_meanwhile_is_taken_back(bench: Bench) -> None:
    bench.policy["actions"] = {"TB101": "fix"}
    wiki = bench.wiki
    text = "{{trope}}\n\nIt happens.\n\n{{examples}}\n* ''[[Film]]'': it happens there."
    wiki.put("Bad", text, "Ben")
    theirs = f"{{{{trope}}}}\n[[Category:Bad]]\n{text.removeprefix('{{trope}}')}".replace(
        "\n\n\n", "\n\n"
    )
    wiki.once("before", "edit", lambda: wiki.put("Bad", theirs, "Ben") and None)
    bench.run()
    assert wiki.text("Bad") == theirs


def test_peer_f03_a_conflict_is_judged_again_in_the_same_pass(bench: Bench) -> None:
    """F3: somebody edits the very line; the new text is judged, and flagged if it still lacks something."""
    wiki = bench.wiki
    wiki.put("Bad", BAD_TROPE, "Ben")
    changed = BAD_TROPE.replace("{{trope}}", "{{trope|x}}")
    wiki.once("before", "edit", lambda: wiki.put("Bad", changed, "Ada") and None)
    report = bench.run()
    assert report.flags == 1
    assert FLAG.sub("", wiki.text("Bad")) == changed != wiki.text("Bad")


def test_peer_f03_a_conflict_with_an_edit_that_mends_the_page_ends_quietly(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Bad", BAD_TROPE, "Ben")
    mended = GOOD_TROPE.replace("{{trope}}", "{{trope|x}}")
    wiki.once("before", "edit", lambda: wiki.put("Bad", mended, "Ada") and None)
    report = bench.run()
    assert (report.flags, report.notices) == (0, 0)
    assert wiki.text("Bad") == mended


def test_peer_f04_a_page_deleted_before_the_write_is_not_made_again(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Bad", BAD_TROPE, "Ben")
    wiki.once("before", "edit", lambda: wiki.delete("Bad"))
    report = bench.run()
    assert report.flags == 0
    assert "Bad" not in wiki.pages


@pytest.mark.parametrize("code", ["protectedpage", "abusefilter-disallowed", "spamblacklist"])
def test_a_refusal_is_recorded_and_not_repeated(code: str, bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.refusals["Bad"] = code
    report = bench.run()
    assert (report.flags, report.notices, report.refused) == (0, 0, 1)
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ben")
    assert bench.run().writes == 0


# Rule of safety 4: one writer at a time.


def test_f23_a_second_patrol_finds_the_lock_held(bench: Bench, tmp_path: Path) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    lock = tmp_path / "lock"
    patrol = bench.patrol()
    patrol.lock = lambda: locked(lock)
    with locked(lock), pytest.raises(LockHeld):
        patrol.run()
    assert bench.wiki.text("Bad") == BAD_TROPE
    assert patrol.run().flags == 1


# Rule of safety 5: the run page, the account.

STOPS = {
    "": "empty",
    "stop": "another word",
    "Run": "the exact word, in its case",
    "run!": "the exact word and nothing else",
    "running": "not a word that begins so",
    "not run": "“not enabled” keeps nobody running",
    "== Run ==\nrun": "a heading on the first line",
    "<!-- stop -->run": "nor a comment",
}


@pytest.mark.parametrize("text", STOPS)
def test_only_the_exact_word_runs(text: str, bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put(RUN_PAGE, text or " ", "Admin")
    with pytest.raises(Stopped, match=RUN_PAGE):
        bench.run()
    assert bench.wiki.text("Bad") == BAD_TROPE
    bench.wiki.put(RUN_PAGE, "run\n", "Admin")
    assert bench.run().flags == 1


def test_a_missing_run_page_stops(bench: Bench) -> None:
    bench.wiki.delete(RUN_PAGE)
    with pytest.raises(Stopped, match="does not exist"):
        bench.run()


def test_anyone_may_stop_but_only_an_editor_restarts(bench: Bench) -> None:
    bench.wiki.put(RUN_PAGE, "stop it", "Troll")
    with pytest.raises(Stopped):
        bench.run()
    bench.wiki.put(RUN_PAGE, "run", "Troll")
    with pytest.raises(Stopped, match="Troll"):
        bench.run()
    bench.wiki.put(RUN_PAGE, "run ", "Admin")
    bench.wiki.put(RUN_PAGE, "run", "Admin", "again")
    bench.wiki.put(RUN_PAGE, "run\n<!---->", "Admin")
    bench.wiki.put(RUN_PAGE, "run", "Admin")
    assert bench.run().exit_code is Exit.DONE


def test_f36_peer_f37_stopped_in_the_middle_it_stops_before_the_next_write(bench: Bench) -> None:
    """The poll is at most a minute old before each write; here a minute passes at each."""
    for number in range(4):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    patrol = bench.patrol()

    def slowly(moment: str, request: str) -> None:
        if (moment, request) == ("after", "edit"):
            patrol.clock.sleep(61)
            if len(bench.bot_edits()) == 2:
                bench.wiki.put(RUN_PAGE, "stop", "Ada")

    bench.wiki.hooks.append(slowly)
    report = patrol.run()
    assert report.exit_code is Exit.STOPPED
    assert report.flags == 2
    bench.wiki.hooks.clear()
    bench.wiki.put(RUN_PAGE, "run", "Admin")
    report = bench.run()
    assert (report.flags, report.notices) == (2, 1)
    assert bench.wiki.text("User talk:Ben").count("[[:Bad") == 4


NOT_ALLOWED: dict[str, Callable[[FakeWiki], object]] = {
    "is blocked": lambda wiki: wiki.blocked.add(BOT),
    "logged out": lambda wiki: setattr(wiki, "logged_in", False),
    "lost the right": lambda wiki: setattr(wiki, "rights", frozenset({"read"})),
    "not as": lambda wiki: setattr(wiki, "account", "Other"),
}


@pytest.mark.parametrize("line", NOT_ALLOWED)
def test_an_account_that_may_not_work_stops(line: str, bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    NOT_ALLOWED[line](bench.wiki)
    with pytest.raises(NotAllowed, match=line):
        bench.run()
    assert bench.wiki.text("Bad") == BAD_TROPE


def test_f19_peer_f36_blocked_in_the_middle_it_stops_at_once(bench: Bench) -> None:
    for number in range(3):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    bench.wiki.once("after", "edit", lambda: bench.wiki.blocked.add(BOT))
    report = bench.run()
    assert report.exit_code is Exit.NOT_ALLOWED
    assert len(bench.bot_edits()) == 1
    bench.wiki.blocked.clear()
    report = bench.run()
    assert report.flags == 2
    assert bench.wiki.text("User talk:Ben").count("[[:Bad") == 3


# Rule of safety 8: the wiki must agree with our reading.


def test_a_template_that_only_our_reading_sees_keeps_us_off(bench: Bench) -> None:
    """The wiki lists no {{examples}}: whatever our reading thinks, we do not write."""
    bench.wiki.unlisted.add("Template:Examples")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Ben")
    report = bench.run()
    assert report.writes == 0
    assert {each.held.why for each in report.held} == {"held-disputed"}


def test_a_template_that_only_the_wiki_sees_meets_the_requirement(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Template:Trope frame", "{{Trope}}{{Examples}}", "Admin")
    wiki.put("Framed", "{{trope frame}}\nIt happens.\n[[Category:Framed]]", "Ben")
    wiki.put("Flagged", "{{flag frame}}\n" + BAD_TROPE, "Ben")
    wiki.put("Template:Flag frame", "{{Missing markup}}", "Admin")
    assert bench.run().writes == 0


# Rule of safety 9: server time, late rows, no gap unsaid.


def test_f24_rows_that_come_late_are_not_lost(bench: Bench) -> None:
    """The row becomes visible behind the watermark, with the time of its edit."""
    bench.wiki.hold_rows = True
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.tick(120)
    assert bench.run().changes == 0
    bench.wiki.release_rows()
    bench.wiki.tick(60)
    report = bench.run()
    assert (report.changes, report.flags) == (1, 1)
    assert any("after their time" in note for note in report.notes)


def test_f24_the_daily_tail_finds_what_the_overlap_missed(bench: Bench) -> None:
    bench.wiki.hold_rows = True
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.tick(3600)
    bench.run()
    bench.wiki.release_rows()
    bench.wiki.tick(60)
    assert bench.run().changes == 0
    bench.wiki.tick(24 * 3600 - 1800)
    assert bench.run().changes == 0  # its watermark is the first one a day after the last tail
    bench.wiki.tick(60)
    assert bench.run().flags == 1


def test_many_rows_are_read_to_the_end(bench: Bench) -> None:
    for number in range(1100):
        bench.wiki.put("Good", f"{GOOD_TROPE}\n{number}", "Ben")
    report = bench.run()
    assert (report.changes, report.pages) == (1100, 1)


def test_f24_peer_f40_each_row_is_taken_once(bench: Bench) -> None:
    bench.wiki.put("Good", GOOD_TROPE, "Ben")
    assert bench.run().changes == 1
    assert bench.run().changes == 0


def test_f26_peer_f40_a_gap_is_told_with_both_ends_and_the_rest_is_judged(bench: Bench) -> None:
    """F26: the wiki forgot rows that nobody has read."""
    bench.wiki.put("Good", GOOD_TROPE, "Ben")
    bench.run()
    bench.wiki.tick(40 * 86400)
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.rows = bench.wiki.rows[-1:]
    report = bench.run()
    assert report.exit_code is Exit.INCOMPLETE
    assert report.gap is not None
    assert f"{report.gap[0]:%Y-%m-%d %H:%M:%S}" in report.problem
    assert f"{report.gap[1]:%Y-%m-%d %H:%M:%S}" in report.problem
    assert report.flags == 1


def test_a_quiet_wiki_is_no_gap(bench: Bench) -> None:
    bench.wiki.tick(5 * 86400)
    bench.wiki.put("Good", GOOD_TROPE, "Ben")
    assert bench.run().gap is None


def test_peer_f35_an_old_backlog_is_reported_and_not_acted_on(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Ben")
    bench.wiki.tick(8 * 86400)
    report = bench.run()
    assert {finding.code for finding in report.findings} == {"TB101", "TB106"}
    assert report.writes == 0
    assert [each.held.why for each in report.held] == ["held-too-old"]
    assert [hold.message for each in report.drafts for hold in each.holds] == ["held-too-old"]


def test_f25_peer_f12_the_machines_clock_plays_no_part(bench: Bench) -> None:
    """F25: ours is a day ahead in all these tests; the wiki's own steps back ten minutes here."""
    bench.wiki.tick(1000)
    bench.wiki.put("Good", GOOD_TROPE, "Ben")
    bench.run()
    bench.wiki.tick(-540)
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1


# Rule of safety 12: a promotion is a set of steps.


def test_a_refused_move_puts_the_draft_back_and_is_not_tried_again(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    wiki.once("before", "move", lambda: wiki.put("Falling Dog", GOOD_TROPE, "Ada") and None)
    report = bench.run()
    assert (report.promotions, report.refused, report.notices) == (0, 1, 1)
    assert wiki.text("Trope Workshop:Falling Dog") == DRAFT
    assert "could not be moved" in wiki.text("Trope Workshop talk:Falling Dog")
    assert wiki.text("Falling Dog") == GOOD_TROPE
    wiki.delete("Falling Dog")
    wiki.put("Trope Workshop:Falling Dog", f"{DRAFT}\nx", "Ada")
    wiki.put("Trope Workshop:Falling Dog", DRAFT, "Ada")
    report = bench.run()
    assert report.writes == 0
    assert [hold.message for each in report.drafts for hold in each.holds] == ["hold-refused"]


def test_another_text_may_be_tried_again(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    wiki.once("before", "move", lambda: wiki.put("Falling Dog", GOOD_TROPE, "Ada") and None)
    bench.run()
    wiki.delete("Falling Dog")
    wiki.put("Trope Workshop:Falling Dog", f"{DRAFT}\nBetter.", "Cleo")
    assert bench.run().promotions == 1


def test_f22_peer_f28_a_draft_emptied_between_strip_and_move_goes_back(bench: Bench) -> None:
    """F22: nothing ties a move to a revision, so the result is looked at."""
    wiki = bench.wiki
    wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    wiki.once(
        "before", "move", lambda: wiki.put("Trope Workshop:Falling Dog", "Gone.", "Ada") and None
    )
    report = bench.run()
    assert (report.promotions, report.notices) == (0, 0)
    assert wiki.text("Trope Workshop:Falling Dog") == "Gone."
    assert "Falling Dog" not in wiki.pages


def test_a_draft_bettered_between_strip_and_move_stays_promoted(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    better = FINISHED.replace("It happens.", "It happens often.")
    wiki.once(
        "before", "move", lambda: wiki.put("Trope Workshop:Falling Dog", better, "Ada") and None
    )
    assert bench.run().promotions == 1
    assert wiki.text("Falling Dog") == better


def test_peer_f26_a_talk_page_that_cannot_move_is_told(bench: Bench) -> None:
    wiki = bench.wiki
    wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    wiki.put("Trope Workshop talk:Falling Dog", "Ours.", "Cleo")
    wiki.put("Talk:Falling Dog", "Theirs.", "Ada")
    report = bench.run()
    assert report.promotions == 1
    assert any("articleexists" in note for note in report.notes)
    assert wiki.text("Talk:Falling Dog") == "Theirs."


# The policy page.


def steered(tmp_path: Path, text: str = "{}") -> Bench:
    bench = Bench(tmp_path / "ledger.sqlite", policy_title=POLICY_PAGE)
    bench.wiki.put(POLICY_PAGE, text, "Admin")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    return bench


def test_the_page_on_the_wiki_steers(tmp_path: Path) -> None:
    bench = steered(tmp_path, '{"actions": {"TB101": "report"}}')
    assert bench.run().writes == 0
    bench.wiki.put(POLICY_PAGE, "{}", "Admin")
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ben")
    assert bench.run().flags == 1


BROKEN: dict[str, Callable[[FakeWiki], object]] = {
    "does not exist": lambda wiki: wiki.delete(POLICY_PAGE),
    "is not usable": lambda wiki: wiki.put(POLICY_PAGE, '{"actoins": {}}', "Admin"),
}


@pytest.mark.parametrize("why", BROKEN)
def test_peer_f38_without_a_sound_policy_page_nothing_is_written(why: str, tmp_path: Path) -> None:
    """The last good one serves for reports."""
    bench = steered(tmp_path)
    BROKEN[why](bench.wiki)
    report = bench.run()
    assert {finding.code for finding in report.findings} == {"TB101", "TB106"}
    assert report.writes == 0
    assert any(why in note for note in report.notes)
    assert [each.held.why for each in report.held] == ["held-report-only"]


def test_peer_f38_an_unprotected_policy_page_stops_writes(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite", policy_title="Project:Policy")
    bench.wiki.put("Project:Policy", "{}", "Admin")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    report = bench.run()
    assert report.writes == 0
    assert any("not protected" in note for note in report.notes)


def test_a_page_that_was_never_good_judges_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite", policy_title=POLICY_PAGE)
    bench.wiki.put(POLICY_PAGE, '{"actoins": {}}', "Admin")
    with pytest.raises(PolicyError, match="actoins"):
        bench.run()


def test_a_policy_that_changes_under_our_hands_ends_the_pass(tmp_path: Path) -> None:
    bench = steered(tmp_path)
    bench.wiki.put("Bad 2", BAD_TROPE, "Ben")
    patrol = bench.patrol()

    def change() -> None:
        patrol.clock.sleep(61)
        bench.wiki.put(POLICY_PAGE, '{"mode": "report"}', "Admin")

    bench.wiki.once("after", "edit", change)
    report = patrol.run()
    assert (report.flags, report.exit_code) == (1, Exit.INCOMPLETE)
    assert bench.run().writes == 0


# Rehearsals, caps, broken ledgers.


def test_a_rehearsal_tells_the_same_and_changes_nothing(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    before = {title: page.last.rev_id for title, page in bench.wiki.pages.items()}
    for _ in range(2):
        rehearsed = bench.patrol().run(dry_run=True)
        assert rehearsed.writes == 0
        assert {title: page.last.rev_id for title, page in bench.wiki.pages.items()} == before
    done = bench.run()
    assert (rehearsed.flags, rehearsed.promotions, rehearsed.notices) == (1, 1, 2)
    assert (done.flags, done.promotions, done.notices) == (1, 1, 2)
    kinds = [Kind.FLAG, Kind.STRIP, Kind.MOVE, Kind.NOTICE, Kind.NOTICE]
    assert [each.action.kind for each in rehearsed.written] == kinds
    sent = [(each.diff(), {**each.parameters(), "summary": ""}) for each in rehearsed.written]
    really = [(each.diff(), {**each.parameters(), "summary": ""}) for each in done.written]
    assert [each[0] for each in sent] == [each[0] for each in really]


def test_a_rehearsal_goes_on_where_the_bot_is_stopped(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put(RUN_PAGE, "stop", "Ada")
    report = bench.patrol().run(dry_run=True)
    assert report.flags == 1
    assert any("A real run would stop" in note for note in report.notes)


def test_writes_over_the_cap_wait_for_the_next_pass(bench: Bench) -> None:
    bench.policy["limits"] = {"writes_per_run": 3}
    for number in range(5):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, f"Ben {number}")
    report = bench.run()
    assert (report.flags, report.notices, report.writes) == (3, 0, 3)
    assert report.deferred == 5
    total = [bench.run() for _ in range(3)]
    assert sum(each.flags for each in total) == 2
    assert sum(each.notices for each in total) == 5


def test_a_limit_leaves_the_rest_for_later(bench: Bench) -> None:
    for number in range(4):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    assert bench.patrol().run(limit=1).pages == 1
    assert bench.run().pages >= 3


def test_a_cap_on_open_flags_holds(bench: Bench) -> None:
    bench.policy["limits"] = {"open_flags": 2}
    for number in range(4):
        bench.wiki.put(f"Bad {number}", BAD_TROPE, "Ben")
    assert bench.run().flags == 2
    assert bench.run().flags == 0


def test_the_named_drafts_are_promoted_by_the_same_rules(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    bench.wiki.put("Trope Workshop:Held", "{{Hold}}\n" + DRAFT, "Cleo")
    titles = ["Trope Workshop:Falling Dog", "Trope Workshop:Held", "Good", "Nowhere"]
    bench.wiki.put("Good", GOOD_TROPE)
    report = bench.patrol().promote(titles)
    assert report.promotions == 1
    assert any("Nowhere" in note for note in report.notes)
    assert any("no draft" in note for note in report.notes)
    assert bench.wiki.text("Trope Workshop:Held").startswith("{{Hold}}")


class FullDisk:
    """A ledger whose disk is full when an intent is to be written down."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def record(self, *_: object, **__: object) -> None:
        raise LedgerError("disk full")


def test_nothing_is_sent_without_an_intent_on_the_disk(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    monkeypatch.setattr(bench.ledger.intents, "record", FullDisk(bench).record)
    with pytest.raises(LedgerError):
        bench.run()
    assert bench.wiki.writes == 0


def test_one_request_per_effect(bench: Bench) -> None:
    """P13: in the case without faults a flag is one write, a promotion two, a message one."""
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Ben")
    seen: list[Edit] = []
    real = bench.wiki.edit

    def edit(sent: Edit) -> EditResult:
        seen.append(sent)
        return real(sent)

    patrol = bench.patrol()
    fixed = {name: getattr(bench.wiki, name) for name in ("move", "await_turn", "assert_time_for")}
    writes = {"edit": edit, **fixed}
    patrol.writer = type("Writer", (), {name: staticmethod(do) for name, do in writes.items()})()
    report = patrol.run()
    assert report.writes == 4
    assert all(sent.base_rev_id or sent.title == "User talk:Ben" for sent in seen)
