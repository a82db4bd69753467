"""After a promotion: links and redirects lead on, lists name it once; a dry run shows it to the letter."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.patrols import BOT, DRAFT, FINISHED, GOOD_TROPE, Bench
from tropebot.errors import Exit, OutcomeUnknown, Unavailable
from tropebot.model import Edit, EditResult, Kind, Move, MoveResult
from tropebot.parameters import EARLIER_STEP, shown
from tropebot.undoreport import Asked, Outcome
from tropebot.written import Written

pytestmark = pytest.mark.heavy

DOG = "Trope Workshop:Falling Dog"
LINK = f"As in [[{DOG}|a dog]]."
LED = "As in [[Falling Dog|a dog]]."
LOG = "Project:Promotions"
WICKS = "Project:Pages Needing Wicks"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    made.policy["actions"] = dict.fromkeys(("TB101", "TB102", "TB103"), "report")
    made.policy["workshop"] = {"after": {"links": 10, "redirects": True, "log_page": LOG}}
    return made


def after(bench: Bench, **keys: object) -> None:
    bench.policy["workshop"] = {"after": keys}


def promoted(bench: Bench) -> None:
    bench.wiki.put(DOG, DRAFT, "Cleo")
    report = bench.run()
    assert (report.promotions, report.exit_code) == (1, Exit.DONE)
    bench.wiki.tick(60)


# Links.

LED_ON = {
    "Some Film": "a page in Main",
    "Trope Workshop:Other Dog": "another draft",
    "File:Dog.png": "a picture's page",
}
LEFT = {
    "Talk:Some Film": "what people said stays as they said it",
    "User:Ada": "a person's own page",
    "User:Ada/Dogs": "also below it",
    "User talk:Ada/Archive 1": "an archive",
    "Trope Workshop talk:Other Dog": "a draft's talk page",
    "Project:Dogs": "a namespace that the policy exempts",
    "Template:Dogs": "what other pages are made of",
    "MediaWiki:Sitenotice": "the wiki's interface",
}


@pytest.mark.parametrize("title", LED_ON)
def test_a_plain_link_to_the_draft_leads_to_the_new_title(title: str, bench: Bench) -> None:
    bench.wiki.put(title, LINK, "Ada")
    promoted(bench)
    assert bench.wiki.text(title) == LED, LED_ON[title]
    (revision,) = [each for each in bench.wiki.pages[title].revisions if each.user == BOT]
    assert revision.bot
    assert revision.comment.partition("] ")[2].startswith(
        f"Links to [[:{DOG}]] led to [[:Falling Dog]]"
    )
    assert "Trope Demo:Tropebot" in revision.comment


@pytest.mark.parametrize("title", LEFT)
def test_a_link_that_is_left(title: str, bench: Bench) -> None:
    bench.wiki.put(title, LINK, "Ada")
    promoted(bench)
    assert bench.wiki.text(title) == LINK, LEFT[title]


KEPT_OFF = {
    f"{{{{nobots}}}}\n{LINK}": "bots are to keep off",
    f"{{{{in use}}}}\n{LINK}": "somebody is at it",
    f"{{{{quote|[[{DOG}]]}}}}": "in a template only the wiki knows",
    f"<nowiki>[[{DOG}]]</nowiki>": "shown, not linked",
    f"See [[{DOG}/Notes]].": "a page that did not move",
}


@pytest.mark.parametrize("text", KEPT_OFF)
def test_a_page_that_keeps_its_links(text: str, bench: Bench) -> None:
    bench.wiki.put("Some Film", text, "Ada")
    promoted(bench)
    assert bench.wiki.text("Some Film") == text, KEPT_OFF[text]


OFF: dict[str, Mapping[str, object]] = {
    "by default": {},
    "no links": {"links": 0, "redirects": True},
}


@pytest.mark.parametrize("why", OFF)
def test_no_link_is_touched_where_the_policy_does_not_say_so(why: str, bench: Bench) -> None:
    after(bench, **OFF[why])
    bench.wiki.put("Some Film", LINK, "Ada")
    promoted(bench)
    assert bench.wiki.text("Some Film") == LINK
    assert len(bench.bot_edits()) == 3  # strip, the redirect that the move leaves, message


def test_the_links_of_one_promotion_are_bounded_and_the_rest_is_told(bench: Bench) -> None:
    after(bench, links=2)
    for number in range(5):
        bench.wiki.put(f"Film {number}", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    report = bench.run()
    led = [title for title in bench.wiki.pages if bench.wiki.text(title) == LED]
    assert len(led) == 2
    assert f"The links to “{DOG}” on 3 more pages were left as they are." in report.notes
    assert bench.run().writes == 0


def test_the_bound_holds_also_where_a_promotion_was_interrupted(bench: Bench) -> None:
    after(bench, links=2, redirects=True)
    for number in range(5):
        bench.wiki.put(f"Film {number}", LINK, "Ada")
    bench.wiki.put("Dog Falls", f"#REDIRECT [[{DOG}]]", "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    sent = 0

    def fail(moment: str, request: str) -> None:
        nonlocal sent
        sent += (moment, request) == ("before", "edit")
        if sent == 4:  # after strip, redirect, one link
            sent += 1
            raise Unavailable("readonly")

    bench.wiki.hooks.append(fail)
    assert bench.run().exit_code is Exit.UNAVAILABLE
    assert bench.run().promotions == 1
    assert len([title for title in bench.wiki.pages if bench.wiki.text(title) == LED]) == 2


def test_pages_that_link_to_the_draft_are_read_together(bench: Bench) -> None:
    asked: list[str] = []
    bench.wiki.hooks.append(lambda moment, request: asked.append(f"{moment} {request}"))
    promoted(bench)
    alone = asked.count("before fetch_pages_by_id")
    asked.clear()
    for number in range(9):
        bench.wiki.put(f"Film {number}", LINK.replace("Falling Dog", "Rising Cat"), "Ada")
    bench.wiki.put("Trope Workshop:Rising Cat", DRAFT, "Cleo")
    bench.run()
    assert asked.count("before fetch_pages_by_id") <= alone + 2


def test_links_to_subpages_that_came_along_lead_on_in_the_same_edit(bench: Bench) -> None:
    bench.wiki.put(f"{DOG}/Notes", "Some notes.", "Cleo")
    bench.wiki.put("Some Film", f"[[{DOG}]], [[{DOG}/Notes|notes]]", "Ada")
    promoted(bench)
    assert bench.wiki.text("Some Film") == "[[Falling Dog]], [[Falling Dog/Notes|notes]]"
    assert len([title for title, _ in bench.bot_edits() if title == "Some Film"]) == 1


def test_the_promoted_page_has_two_revisions_by_the_bot_whatever_follows(bench: Bench) -> None:
    """Also where it links to itself: its history reads as a careful editor's would."""
    bench.wiki.put(DOG, f"{DRAFT}\nSee [[{DOG}]].", "Cleo")
    bench.run()
    strip, move = [each for each in bench.wiki.pages["Falling Dog"].revisions if each.user == BOT]
    assert "Workshop markup taken off before the move to [[:Falling Dog]]" in strip.comment
    assert "Promoted from the Workshop (3 examples)" in move.comment
    for revision in (strip, move):
        assert "([[:Trope Demo:Tropebot|policy]])" in revision.comment
    assert strip.text == move.text


def test_a_draft_that_links_to_another_one_is_promoted_after_it_in_the_same_pass(
    bench: Bench,
) -> None:
    """Its text has changed under our hands, by our own hand: two revisions more, and no going back."""
    cat = "Trope Workshop:Rising Cat"
    bench.wiki.put(DOG, DRAFT, "Cleo")
    linking = DRAFT.replace("It happens.", f"As [[{DOG}]], but up.")
    bench.wiki.put(cat, linking, "Dora")
    rehearsed = bench.patrol().run(dry_run=True)
    report = bench.run()
    assert (rehearsed.promotions, report.promotions) == (2, 2)
    assert [each.diff() for each in rehearsed.written] == [each.diff() for each in report.written]
    text = FINISHED.replace("It happens.", "As [[Falling Dog]], but up.")
    assert bench.wiki.text("Rising Cat") == text
    ours = [each.comment for each in bench.wiki.pages["Rising Cat"].revisions if each.user == BOT]
    links, strip, move = ours
    assert "Links to [[:Trope Workshop:Falling Dog]] led to" in links
    assert "Workshop markup taken off" in strip
    assert "Promoted from the Workshop" in move
    assert not any("not moved" in note for note in report.notes)


def test_a_page_edited_at_the_same_moment_is_looked_at_anew(bench: Bench) -> None:
    bench.wiki.put("Some Film", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    edits = 0

    def meddle(moment: str, request: str) -> None:
        nonlocal edits
        edits += (moment, request) == ("before", "edit")
        if edits == 2:  # the strip was the first
            edits += 1
            bench.wiki.put("Some Film", f"Ben says: {LINK}", "Ben")

    bench.wiki.hooks.append(meddle)
    bench.run()
    assert bench.wiki.text("Some Film") == f"Ben says: {LED}"


# Redirects.


def test_a_redirect_to_the_draft_is_no_double_redirect_afterwards(bench: Bench) -> None:
    bench.wiki.put("Dog Falls", f"#REDIRECT [[{DOG}]]\n[[Category:Other names]]", "Ada")
    bench.wiki.put("Trope Workshop:Dog Falls", f"#redirect [[{DOG}#Film]]", "Ada")
    promoted(bench)
    assert bench.wiki.text("Dog Falls") == "#REDIRECT [[Falling Dog]]\n[[Category:Other names]]"
    assert bench.wiki.text("Trope Workshop:Dog Falls") == "#redirect [[Falling Dog#Film]]"
    assert bench.wiki.text(DOG) == "#REDIRECT [[Falling Dog]]"
    assert any(text.startswith("Double redirect avoided") for _, text in bench.bot_edits())


REDIRECTS_LEFT = {
    "User:Ada/Dog": (f"#REDIRECT [[{DOG}]]", "a person's own page"),
    "Talk:Dog": (f"#REDIRECT [[{DOG}]]", "talk"),
    "Dog": (f"#REDIRECT [[{DOG}]]\n{{{{nobots}}}}", "bots are to keep off"),
    "Hound": ("#REDIRECT [[Other]]", "leads elsewhere"),
}


@pytest.mark.parametrize("title", REDIRECTS_LEFT)
def test_a_redirect_that_is_left(title: str, bench: Bench) -> None:
    text, why = REDIRECTS_LEFT[title]
    bench.wiki.put(title, text, "Ada")
    promoted(bench)
    assert bench.wiki.text(title) == text, why


# Lists.


def test_each_promotion_has_one_line_in_the_log(bench: Bench) -> None:
    promoted(bench)
    log = bench.wiki.text(LOG)
    assert log.startswith("* 2026-01-05: [[:Falling Dog]], from [[:Trope Workshop:Falling Dog]]")
    assert "(3 examples)" in log
    bench.wiki.put("Trope Workshop:Rising Cat", DRAFT, "Cleo")
    bench.run()
    assert bench.wiki.text(LOG).startswith(f"{log}\n* 2026-01-05: [[:Rising Cat]]")
    assert bench.run().writes == 0
    assert bench.wiki.text(LOG).count("\n* ") == 1


def test_a_log_with_words_of_people_gets_the_line_below_them(bench: Bench) -> None:
    bench.wiki.put(LOG, "Here the bot says what it promoted.", "Admin")
    promoted(bench)
    assert bench.wiki.text(LOG).startswith("Here the bot says what it promoted.\n* 2026-01-05: ")


UNLISTABLE: dict[str, tuple[Callable[[Bench], object], str]] = {
    "a redirect": (
        lambda bench: bench.wiki.put(LOG, "#REDIRECT [[Main Page]]", "Admin"),
        "it is a redirect",
    ),
    "protected": (
        lambda bench: (bench.wiki.put(LOG, "Log.", "Admin"), bench.wiki.protect(LOG)),
        "protectedpage",
    ),
    "kept out of": (
        lambda bench: bench.policy.update(limits={"keep_out": ["Project"]}),
        "nothing may be written in its namespace",
    ),
}


@pytest.mark.parametrize("name", UNLISTABLE)
def test_a_log_that_cannot_be_written_is_told_and_stops_nothing(name: str, bench: Bench) -> None:
    spoil, why = UNLISTABLE[name]
    spoil(bench)
    before = bench.wiki.text(LOG) if LOG in bench.wiki.pages else None
    bench.wiki.put(DOG, DRAFT, "Cleo")
    report = bench.run()
    assert (report.promotions, report.notices) == (1, 1)
    assert any(f"not put on “{LOG}”" in note and why in note for note in report.notes)
    assert (bench.wiki.text(LOG) if LOG in bench.wiki.pages else None) == before
    assert bench.run().writes == 0


def test_a_page_that_few_link_to_is_put_on_peoples_list(bench: Bench) -> None:
    after(bench, links=5, wicks_page=WICKS, wicks_enough=2)
    bench.wiki.put(WICKS, "Please link to these.", "Ada")
    bench.wiki.put("Some Film", LINK, "Ada")
    promoted(bench)
    assert bench.wiki.text(WICKS).startswith("Please link to these.\n* [[:Falling Dog]], promoted")


NO_WICKS: dict[str, Callable[[Bench], object]] = {
    "enough link to the draft": lambda bench: [
        bench.wiki.put(f"Film {number}", LINK, "Ada") for number in range(2)
    ],
    "one to the draft, one to the new title": lambda bench: [
        bench.wiki.put(f"Film {number}", text, "Ada") for number, text in enumerate((LINK, LED))
    ],
}


@pytest.mark.parametrize("why", NO_WICKS)
def test_a_page_that_others_link_to_needs_no_list(why: str, bench: Bench) -> None:
    after(bench, links=5, wicks_page=WICKS, wicks_enough=2)
    bench.wiki.put(WICKS, "Please link to these.", "Ada")
    NO_WICKS[why](bench)
    promoted(bench)
    assert bench.wiki.text(WICKS) == "Please link to these."


def test_what_links_from_talk_and_redirects_is_no_wick(bench: Bench) -> None:
    after(bench, wicks_page=WICKS, wicks_enough=1)
    bench.wiki.put(WICKS, "Please link to these.", "Ada")
    bench.wiki.put("Talk:Some Film", LINK, "Ada")
    bench.wiki.put("Dog", "#REDIRECT [[Falling Dog]]", "Ada")
    promoted(bench)
    assert "[[:Falling Dog]]" in bench.wiki.text(WICKS)


def test_peoples_list_is_not_made_by_the_bot(bench: Bench) -> None:
    after(bench, wicks_page=WICKS)
    bench.wiki.put(DOG, DRAFT, "Cleo")
    report = bench.run()
    assert WICKS not in bench.wiki.pages
    assert any("there is no such page" in note for note in report.notes)


# Where something breaks.


def test_the_creator_is_told_what_happens_next(bench: Bench) -> None:
    promoted(bench)
    told = bench.wiki.text("User talk:Cleo")
    assert told.count("== ") == 1
    assert "link to it from the pages of the works" in told
    assert "move the page back: the bot then leaves it where it is" in told


def test_a_cap_on_writes_leaves_the_rest_for_the_next_pass(bench: Bench) -> None:
    bench.policy["limits"] = {"writes_per_run": 3}
    for number in range(3):
        bench.wiki.put(f"Film {number}", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert bench.run().promotions == 0
    assert DOG in bench.wiki.pages
    assert bench.wiki.text("Falling Dog") == FINISHED
    for _ in range(3):
        bench.run()
    assert [bench.wiki.text(f"Film {number}") for number in range(3)] == [LED] * 3
    assert bench.wiki.text(LOG).count("* ") == 1
    assert len(bench.bot_edits()) == 7  # strip, redirect left, three links, log, message


def test_links_fixed_by_people_meanwhile_leave_nothing_open(bench: Bench) -> None:
    bench.wiki.put("Some Film", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    sent = 0

    def fail(moment: str, request: str) -> None:
        nonlocal sent
        sent += (moment, request) == ("before", "edit")
        if sent == 2:
            sent += 1
            raise Unavailable("readonly")

    bench.wiki.hooks.append(fail)
    assert bench.run().exit_code is Exit.UNAVAILABLE
    assert [each.kind for each in bench.ledger.intents.open()] == [Kind.LINKS]
    bench.wiki.put("Some Film", LED, "Ben")
    assert bench.run().promotions == 1
    assert bench.ledger.intents.open() == []
    assert bench.wiki.text("Some Film") == LED


def before_after_work(bench: Bench, act: Callable[[], None]) -> None:
    """Somebody acts between the look at what was moved and what follows from it."""
    wiki = bench.wiki
    looked = "fetch_page_and_subpages"
    wiki.once("before", looked, lambda: wiki.once("before", "fetch_pages_by_id", act))


def test_a_draft_moved_back_meanwhile_gets_no_after_work(bench: Bench) -> None:
    bench.wiki.put("Some Film", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")

    def back() -> None:
        bench.wiki.rename("Falling Dog", DOG, "Admin", redirect=False)

    before_after_work(bench, back)
    bench.run()
    bench.run()
    assert bench.wiki.text("Some Film") == LINK
    assert LOG not in bench.wiki.pages
    assert "User talk:Cleo" not in bench.wiki.pages
    bench.wiki.put(DOG, f"{DRAFT}\nMore.", "Cleo")
    assert bench.run().promotions == 0, "it is never moved again"


def test_a_page_moved_on_meanwhile_is_promoted_but_nothing_follows(bench: Bench) -> None:
    bench.wiki.put("Some Film", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")

    def on() -> None:
        bench.wiki.rename("Falling Dog", "Falling Dog (trope)", "Admin")

    before_after_work(bench, on)
    report = bench.run()
    assert (report.promotions, report.notices) == (1, 1)
    assert bench.wiki.text("Some Film") == LINK
    assert LOG not in bench.wiki.pages


def test_without_the_right_a_redirect_stays_and_the_plan_says_so(bench: Bench) -> None:
    bench.policy["workshop"] = {"leave_redirect": False}
    bench.wiki.rights -= {"suppressredirect"}
    bench.wiki.put(DOG, DRAFT, "Cleo")
    (move,) = [each for each in bench.run().written if each.action.kind is Kind.MOVE]
    assert "noredirect" not in move.parameters()
    assert bench.wiki.text(DOG) == "#REDIRECT [[Falling Dog]]"


# A dry run.


class Recorder:
    """A writer that keeps what it is asked to send."""

    def __init__(self, bench: Bench) -> None:
        self.wiki = bench.wiki
        self.sent: list[Edit | Move] = []

    def await_turn(self) -> None:
        """No rate is kept."""

    def assert_time_for(self, wait: float) -> None:
        """There is time."""

    def edit(self, edit: Edit) -> EditResult:
        self.sent.append(edit)
        return self.wiki.edit(edit)

    def move(self, move: Move) -> MoveResult:
        self.sent.append(move)
        return self.wiki.move(move)


def comparable(parameters: Mapping[str, str]) -> dict[str, str]:
    """Without what two runs cannot share: the mark, the moment, revisions that are still to be made."""
    kept = {name: text for name, text in parameters.items() if name != "starttimestamp"}
    for name in ("summary", "reason"):
        if name in kept:
            assert kept[name].startswith("[tb:")
            kept[name] = kept[name].partition("] ")[2]
    return kept


def whole_story(bench: Bench) -> None:
    """Two drafts that are linked from one page, with all that may follow."""
    bench.policy["workshop"] = {
        "after": {"links": 10, "redirects": True, "log_page": LOG, "wicks_page": WICKS}
    }
    cat = "Trope Workshop:Rising Cat"
    bench.wiki.put(WICKS, "Please link to these.", "Ada")
    bench.wiki.put("Some Film", f"{LINK}\n[[{cat}]]", "Ada")
    bench.wiki.put("Dog Falls", f"#REDIRECT [[{DOG}]]", "Ada")
    bench.wiki.put(f"{DOG}/Notes", f"See [[{DOG}]].", "Cleo")
    bench.wiki.put("Trope Workshop talk:Falling Dog", "Good idea.", "Ada")
    bench.wiki.put("Taken", GOOD_TROPE, "Ada")
    bench.wiki.put("Trope Workshop:Taken", DRAFT, "Ben")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.put(cat, DRAFT, "Dora")


def asked(written: tuple[Written, ...]) -> list[dict[str, str]]:
    return [comparable(each.parameters()) for each in written]


@pytest.mark.parametrize("command", ["patrol", "promote"])
def test_nothing_is_shown_that_is_not_done_nor_done_that_is_not_shown(
    command: str, bench: Bench
) -> None:
    whole_story(bench)
    titles = [DOG, "Trope Workshop:Rising Cat", "Trope Workshop:Taken"]

    def run(*, dry_run: bool) -> tuple[tuple[Written, ...], list[Edit | Move]]:
        patrol = bench.patrol()
        recorder = patrol.writer = Recorder(bench)
        report = (
            patrol.run(dry_run=dry_run)
            if command == "patrol"
            else patrol.promote(titles, dry_run=dry_run)
        )
        assert report.promotions == 2
        return report.written, recorder.sent

    rehearsed, nothing = run(dry_run=True)
    assert nothing == []
    done, sent = run(dry_run=False)
    wanted = [comparable(shown(each)) for each in sent]
    assert asked(done) == wanted
    plan = asked(rehearsed)
    for planned, real in zip(plan, wanted, strict=True):
        for name in ("pageid", "baserevid"):
            if planned.get(name) == EARLIER_STEP:
                planned[name] = real[name]
    assert plan == wanted
    assert [each.diff() for each in rehearsed] == [each.diff() for each in done]
    kinds = {each.action.kind for each in rehearsed}
    assert kinds >= {Kind.STRIP, Kind.MOVE, Kind.AFTER, Kind.LINKS, Kind.LISTED, Kind.NOTICE}


# Taking back.


def test_all_of_it_is_taken_back_newest_first(bench: Bench) -> None:
    bench.policy["workshop"] = {
        "after": {"links": 10, "redirects": True, "log_page": LOG, "wicks_page": WICKS}
    }
    bench.wiki.put(LOG, "The log.", "Admin")
    bench.wiki.put(WICKS, "Please link to these.", "Ada")
    bench.wiki.put("Some Film", LINK, "Ada")
    bench.wiki.put("Dog Falls", f"#REDIRECT [[{DOG}]]", "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.put("User talk:Cleo", "Hello.", "Ada")
    before = {title: bench.wiki.text(title) for title in bench.wiki.pages}
    run = bench.run()
    bench.wiki.tick(60)
    report = bench.patrol().undo(Asked(run=run.run))
    assert {row.outcome for row in report.rows} == {Outcome.TAKEN}
    assert {title: bench.wiki.text(title) for title in bench.wiki.pages} == before
    assert bench.run().writes == 0


def test_one_line_is_taken_back_from_between_others(bench: Bench) -> None:
    bench.wiki.put(LOG, "The log.", "Admin")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    run = bench.run().run
    (_, line) = bench.wiki.text(LOG).split("\n")
    bench.wiki.put("Trope Workshop:Rising Cat", DRAFT, "Cleo")
    bench.run()
    whole = bench.wiki.text(LOG)
    bench.patrol().undo(Asked(run=run))
    assert bench.wiki.text(LOG) == whole.replace(f"{line}\n", "")
    assert "Rising Cat" in bench.wiki.text(LOG)


def test_where_the_page_stays_so_does_what_leads_to_it(bench: Bench) -> None:
    bench.wiki.put("Some Film", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    run = bench.run()
    bench.wiki.put("Falling Dog", f"{FINISHED}\nBetter.", "Ada")
    report = bench.patrol().undo(Asked(run=run.run))
    left = {row.effect.kind for row in report.rows if row.outcome is Outcome.LEFT}
    assert left == {Kind.STRIP, Kind.MOVE, Kind.LINKS, Kind.LISTED}
    assert bench.wiki.text("Some Film") == LED


def test_one_links_edit_is_taken_back_by_its_number_alone(bench: Bench) -> None:
    bench.wiki.put("Some Film", LINK, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    run = bench.run()
    (number,) = [
        each.intent_id for each in bench.ledger.intents.of_run(run.run) if each.kind is Kind.LINKS
    ]
    report = bench.patrol().undo(Asked(intent=number))
    assert [row.outcome for row in report.rows] == [Outcome.TAKEN]
    assert bench.wiki.text("Some Film") == LINK
    assert "Falling Dog" in bench.wiki.pages
    assert bench.run().writes == 0


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_at_the_log_makes_no_second_line(moment: str, bench: Bench) -> None:
    bench.wiki.put(LOG, "The log.", "Admin")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    edits = 0

    def lose(seen: str, request: str) -> None:
        nonlocal edits
        edits += (seen, request) == (moment, "edit")
        if edits == 2:
            edits += 1
            raise OutcomeUnknown

    bench.wiki.hooks.append(lose)
    for _ in range(3):
        bench.run()
        bench.wiki.tick(60)
    assert bench.wiki.text(LOG).count("* 2026") == 1
