"""The Workshop's health on the patrol: breaks are seen, told once, keep rules quiet, and end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, DRAFT, GOOD_TROPE, RUN_PAGE, Bench
from tropebot.runreport import RunReport

TALK = "User talk:Keeper"
PRELOADS = {
    "MediaWiki:Tropes": "{{trope}}\n\n{{examples}}\n\n[[Category:{{PAGENAME}}]]",
    "MediaWiki:Works": "{{work}}\n\n{{tropelist}}\n\n[[Category:{{PAGENAME}}]]",
    "MediaWiki:Creators": "{{creator}}\n\n[[Category:{{PAGENAME}}]]",
    "MediaWiki:TropesWorkshop": "{{Trope Workshop}}\n{{trope}}\n\n{{examples}}\n",
}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A sound wiki, seen once, whose policy names a contact."""
    made = Bench(tmp_path / "ledger.sqlite", policy={"contacts": ["User:Keeper"]})
    for title, text in PRELOADS.items():
        made.wiki.put(title, text, "Admin")
    made.wiki.put("MediaWiki:Licenses", "* Fairuse|Fair use", "Admin")
    made.wiki.put("Template:No license", "no licence", "Admin")
    made.wiki.put("Template:YKTTW", "#REDIRECT [[Template:Trope Workshop]]", "Admin")
    made.wiki.tick(60)
    made.begin()
    assert made.ledger.breaks.standing() == []
    return made


def broken(report: RunReport) -> list[tuple[str, str]]:
    return [(each.what.title, str(each.what.fault)) for each in report.breaks]


def blanked(wiki: FakeWiki) -> None:
    wiki.put("Template:Trope", "", "Mallory")


def deleted(wiki: FakeWiki) -> None:
    wiki.delete("Template:Fairuse", "Mallory")


def redirected(wiki: FakeWiki) -> None:
    wiki.put("Template:Trope", "#REDIRECT [[Template:Work]]", "Mallory")


def emptied(wiki: FakeWiki) -> None:
    wiki.put("MediaWiki:Works", "Nothing to see.", "Mallory")


def unlisted(wiki: FakeWiki) -> None:
    wiki.delete("MediaWiki:Licenses", "Mallory")


def unflaggable(wiki: FakeWiki) -> None:
    wiki.delete("Template:Missing markup", "Mallory")


@pytest.mark.parametrize(
    ("act", "title", "fault", "words"),
    [
        (blanked, "Template:Trope", "blank", "The page is blank."),
        (deleted, "Template:Fairuse", "missing", "There is no such page. That was Mallory."),
        (redirected, "Template:Trope", "redirect", "has become a redirect to “Template:Work”"),
        (emptied, "MediaWiki:Works", "lacks", "The page lacks &#123;&#123;Work"),
        (unflaggable, "Template:Missing markup", "missing", "no such page"),
        (unlisted, "MediaWiki:Licenses", "missing", "no such page"),
    ],
)
def test_a_break_is_told_once_with_who_and_when(
    bench: Bench, act: Callable[[FakeWiki], None], title: str, fault: str, words: str
) -> None:
    act(bench.wiki)
    rev_id = bench.wiki.pages[title].last.rev_id if title in bench.wiki.pages else 0
    report = bench.run()
    assert broken(report) == [(title, fault)]
    (row,) = report.breaks
    assert (row.new, row.what.rev_id, row.what.user) == (True, rev_id, "Mallory")
    assert report.counts()["breaks"] == 1
    assert any(note.startswith(f"“{title}” is broken.") for note in report.notes)
    message = bench.wiki.text(TALK)
    assert f"[[:{title}]]" in message
    assert words in message
    assert not rev_id or f"That was revision {rev_id}, by Mallory." in message
    bench.wiki.tick(60)
    bench.wiki.put("Stirred", GOOD_TROPE)
    again = bench.run()
    assert broken(again) == [(title, fault)]
    assert not again.breaks[0].new
    assert not any("broken" in note for note in again.notes)
    assert bench.wiki.text(TALK) == message


def test_a_mended_break_ends_and_the_next_one_is_told_anew(bench: Bench) -> None:
    bench.wiki.put("MediaWiki:Works", "Junk.", "Mallory")
    bench.run()
    bench.wiki.put("MediaWiki:Works", PRELOADS["MediaWiki:Works"], "Admin")
    report = bench.run()
    assert broken(report) == []
    assert "“MediaWiki:Works” is in order again." in report.notes
    bench.wiki.tick(60)
    bench.wiki.put("MediaWiki:Works", "Junk again.", "Mallory")
    bench.run()
    assert bench.wiki.text(TALK).count("[[:MediaWiki:Works]]") == 2


def test_what_is_mended_before_anybody_could_be_told_is_not_told(bench: Bench) -> None:
    bench.policy["limits"] = {"writes_per_run": 0}
    blanked(bench.wiki)
    report = bench.run()
    assert (broken(report), report.deferred) == ([("Template:Trope", "blank")], 1)
    bench.wiki.put("Template:Trope", "a trope", "Admin")
    bench.run()
    bench.policy["limits"] = {"writes_per_run": 100}
    bench.wiki.put("Stirred", GOOD_TROPE)
    bench.run()
    assert TALK not in bench.wiki.pages


def test_a_policy_that_only_reports_has_nobody_told_and_stays_idle(bench: Bench) -> None:
    bench.policy["mode"] = "report"
    blanked(bench.wiki)
    assert broken(bench.run()) == [("Template:Trope", "blank")]
    bench.run()
    assert bench.run().reads == 1
    bench.policy["mode"] = "act"
    bench.run()
    assert TALK not in bench.wiki.pages


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (
            lambda wiki: wiki.put("Template:Trope", "another look", "Ada"),
            "“Template:Trope” was changed",
        ),
        (
            lambda wiki: wiki.put(
                "MediaWiki:Works", f"{PRELOADS['MediaWiki:Works']}\n{{{{reflist}}}}"
            ),
            "“MediaWiki:Works” was changed",
        ),
        (lambda wiki: wiki.rename("Template:Trope", "Template:Trope header"), "was changed"),
        (lambda wiki: wiki.put("Template:Stub", "", "Mallory"), ""),
        (lambda wiki: wiki.put("Template:Trope/doc", "", "Mallory"), ""),
    ],
)
def test_a_change_alone_is_a_note(
    bench: Bench, act: Callable[[FakeWiki], object], says: str
) -> None:
    act(bench.wiki)
    report = bench.run()
    assert broken(report) == []
    assert any(says in note for note in report.notes) if says else report.notes == ()
    assert TALK not in bench.wiki.pages


def test_a_template_renamed_is_watched_under_its_new_name(bench: Bench) -> None:
    bench.wiki.rename("Template:Trope", "Template:Trope header")
    bench.run()
    bench.wiki.tick(86400)
    bench.run()
    bench.wiki.put("Template:Trope header", "", "Mallory")
    assert broken(bench.run()) == [("Template:Trope header", "blank")]


def test_where_the_policy_names_nobody_the_report_has_it(bench: Bench) -> None:
    bench.policy["contacts"] = []
    blanked(bench.wiki)
    report = bench.run()
    assert broken(report) == [("Template:Trope", "blank")]
    assert report.notices == 0


def test_what_was_never_in_order_is_the_operators_to_know(tmp_path: Path) -> None:
    """A preset names pages that this wiki does not have: nobody broke them."""
    made = Bench(tmp_path / "ledger.sqlite", policy={"contacts": ["Keeper"]})
    report = made.run()
    assert {title for title, _ in broken(report)} == PRELOADS.keys()
    assert not any("broken" in note for note in report.notes)
    assert report.counts()["breaks"] == 0
    assert TALK not in made.wiki.pages
    made.wiki.put("Bad", BAD_TROPE)
    assert made.run().flags == 1, "the policy's own text serves"


# While something is broken, what rests on it judges nothing.


def test_a_header_made_a_redirect_makes_no_page_another_type(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    redirected(bench.wiki)
    report = bench.run()
    assert (report.flags, [each.code for each in report.findings]) == (0, [])
    bench.wiki.put("Template:Trope", "a trope", "Admin")
    report = bench.run()
    assert (report.flags, bench.wiki.text("Bad").startswith("{{Missing markup")) == (1, True)


def test_a_flag_stays_while_its_rule_judges_nothing(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    assert bench.run().flags == 1
    bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n[[Category:Bad]]")
    redirected(bench.wiki)
    assert bench.run().unflags == 0
    bench.wiki.put("Template:Trope", "a trope", "Admin")
    assert bench.run().unflags == 1


def test_a_preload_that_became_junk_flags_nobody(bench: Bench) -> None:
    bench.wiki.put("Good", GOOD_TROPE)
    bench.run()
    bench.wiki.put("MediaWiki:Tropes", "{{tropelist}} {{reflist}}\n[[Category:Junk]]", "Mallory")
    bench.wiki.put("Good", f"{GOOD_TROPE}\nMore.")
    bench.wiki.put("A Work", "{{work}}\nA film.")
    report = bench.run()
    assert [each.title for each in report.findings] == ["A Work"], (
        "works have a preload of their own"
    )


def test_files_are_left_alone_while_a_licence_is_broken(bench: Bench) -> None:
    bench.wiki.put("Template:Fairuse", "#REDIRECT [[Template:No license]]", "Mallory")
    bench.wiki.upload("File:Hat.png", "A hat. {{Fairuse}}")
    assert bench.run().findings == ()
    bench.wiki.put("Template:Fairuse", "fair use", "Admin")
    assert bench.run().findings == ()


def test_a_flag_without_its_template_is_put_on_no_page(bench: Bench) -> None:
    unflaggable(bench.wiki)
    bench.wiki.put("Bad", BAD_TROPE)
    report = bench.run()
    assert "TB101" in {each.code for each in report.findings}
    assert (report.flags, [each.held.why for each in report.held]) == (0, ["held-broken"])
    bench.wiki.put("Template:Missing markup", "flag", "Admin")
    assert bench.run().flags == 1


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Template:Trope Workshop", "#REDIRECT [[Template:Trope]]"),
        ("Template:Hold", ""),
        ("MediaWiki:TropesWorkshop", "Junk."),
    ],
)
def test_no_draft_is_moved_while_the_workshop_is_broken(
    bench: Bench, title: str, text: str
) -> None:
    sound = bench.wiki.text(title)
    bench.wiki.put(title, text, "Mallory")
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    report = bench.run()
    assert report.promotions == 0
    assert [hold.message for each in report.drafts for hold in each.holds] == ["held-broken"]
    assert bench.wiki.text("Trope Workshop:Falling Dog") == DRAFT
    bench.wiki.put(title, sound, "Admin")
    assert bench.run().promotions == 1


def test_a_trope_made_in_main_meanwhile_is_told_afterwards(bench: Bench) -> None:
    redirected(bench.wiki)
    bench.wiki.put("New Trope", GOOD_TROPE)
    assert bench.run().findings == ()
    bench.wiki.put("Template:Trope", "a trope", "Admin")
    assert [each.code for each in bench.run().findings] == ["TB106"]


# What it costs.


def test_a_pass_over_pages_asks_nothing_more(bench: Bench) -> None:
    asked: list[str] = []
    bench.wiki.hooks.append(
        lambda moment, request: asked.append(request) if moment == "before" else None
    )
    bench.wiki.put("Good", f"{GOOD_TROPE}\n[[Category:Trope]]")
    bench.run()
    assert {"fetch_titles", "fetch_revisions"}.isdisjoint(asked)
    asked.clear()
    bench.wiki.put("Template:Trope", "another look")
    bench.run()
    assert asked.count("fetch_titles") == 1
    assert asked.count("fetch_revisions") == 1


def test_a_deletion_alone_is_seen_by_an_idle_pass(bench: Bench) -> None:
    bench.run()
    bench.wiki.tick(60)
    deleted(bench.wiki)
    assert broken(bench.run()) == [("Template:Fairuse", "missing")]


def test_once_a_day_all_is_looked_at(bench: Bench) -> None:
    bench.wiki.pages["Template:Trope"].revisions.append(
        bench.wiki.pages["Template:Work"].last.__class__(
            rev_id=9000,
            parent=1,
            text="",
            user="Mallory",
            comment="",
            timestamp=bench.wiki.now,
        )
    )
    bench.wiki.put("Good", GOOD_TROPE)
    assert broken(bench.run()) == [], "no change of it was seen"
    bench.wiki.tick(86400)
    assert broken(bench.run()) == [("Template:Trope", "blank")]


def test_a_rehearsal_notes_nothing(bench: Bench) -> None:
    blanked(bench.wiki)
    report = bench.patrol().run(dry_run=True)
    assert broken(report) == [("Template:Trope", "blank")]
    assert [written.payload.title for written in report.written] == [TALK]
    assert bench.ledger.breaks.standing() == []


def test_what_the_policy_drops_is_no_break_any_more(bench: Bench) -> None:
    deleted(bench.wiki)
    bench.run()
    bench.policy["files"] = {"licences": {"remove": ["Fairuse"]}}
    assert broken(bench.run()) == [("Template:Fairuse", "missing")], "the wiki still offers it"
    bench.wiki.put("MediaWiki:Licenses", "* PD|Public domain", "Admin")
    assert broken(bench.run()) == []


def test_an_unusable_policy_page_looks_at_nothing(tmp_path: Path) -> None:
    made = Bench(tmp_path / "ledger.sqlite", policy_title="MediaWiki:Tropebot-policy.json")
    made.run()
    assert made.ledger.breaks.known() == {}


# The drafts' category.


def test_the_category_that_no_longer_fills(bench: Bench) -> None:
    text = DRAFT.replace("\n[[Category:Trope Workshop]]", "").replace("Three Film", "Two Film")
    few = text.replace("* ''[[Two Film]]'': it happens to the villain there.\n", "")
    bench.wiki.put("Trope Workshop:First", few)
    assert broken(bench.run()) == []
    rev_id = bench.wiki.put("Template:Trope Workshop", "a draft", "Mallory")
    bench.wiki.put("Trope Workshop:Second", few)
    report = bench.run()
    assert broken(report) == [("Category:Trope Workshop", "unfilled")]
    what = report.breaks[0].what
    assert (what.rev_id, what.user) == (rev_id, "Mallory")
    assert "“Trope Workshop:Second” for one" in bench.wiki.text(TALK)
    message = bench.wiki.text(TALK)
    bench.wiki.put("Trope Workshop:Third", few)
    bench.run()
    assert bench.wiki.text(TALK) == message
    bench.wiki.put("Template:Trope Workshop", "a draft[[Category:Trope Workshop]]", "Admin")
    bench.wiki.put("Trope Workshop:Third", f"{few}\nWell.")
    assert broken(bench.run()) == []


def test_a_draft_that_was_put_there_by_hand_makes_no_second_message(bench: Bench) -> None:
    """One draft is in it, one is not, by turns: the same template tells once."""
    few = "{{Trope Workshop}}\nA draft."
    bench.wiki.put("Trope Workshop:First", few)
    bench.run()
    bench.wiki.put("Template:Trope Workshop", "a draft", "Mallory")
    for number in range(4):
        line = "" if number % 2 else "\n[[Category:Trope Workshop]]"
        bench.wiki.put(f"Trope Workshop:N{number}", f"{few}{line}")
        bench.run()
        bench.wiki.tick(60)
    assert bench.wiki.text(TALK).count("[[:Category:Trope Workshop]]") == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A draft.", "it does not carry the template"),
        ("{{Trope Workshop}}\nA draft.", "it is in the category"),
        ("<nowiki>{{Trope Workshop}}</nowiki>", "the template is only shown"),
    ],
)
def test_what_says_nothing_against_the_category(bench: Bench, text: str, why: str) -> None:
    bench.wiki.put("Trope Workshop:X", text)
    assert broken(bench.run()) == [], why


def test_the_bots_own_pages_are_untouched(bench: Bench) -> None:
    blanked(bench.wiki)
    bench.run()
    assert {title for title, _ in bench.wiki.edits_by(BOT)} == {TALK}
    assert bench.wiki.text(RUN_PAGE) == "run"


def test_a_break_has_no_page_judged_again(bench: Bench) -> None:
    """What cannot be judged now is no change: neither the break nor its end has lists of pages read."""
    bench.wiki.put("Good", GOOD_TROPE)
    bench.run()
    asked: list[str] = []
    bench.wiki.hooks.append(lambda moment, request: asked.append(f"{moment} {request}"))
    for title, junk in (
        ("Template:Trope", "#REDIRECT [[Template:Work]]"),
        ("Template:Fairuse", "#REDIRECT [[Template:No license]]"),
        ("MediaWiki:Tropes", "Junk."),
        ("MediaWiki:TropesWorkshop", "Junk."),
    ):
        sound = bench.wiki.text(title)
        bench.wiki.put(title, junk, "Mallory")
        assert [each for each, _ in broken(bench.run())] == [title]
        bench.wiki.put(title, sound, "Admin")
        assert broken(bench.run()) == []
    assert "before fetch_page_ids" not in asked
