"""The way back for editors: another look, and an objection, asked on its page and answered by a pass."""

from pathlib import Path
from urllib.parse import parse_qs, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tests.patrols import BAD_TROPE, BOT, DRAFT, GOOD_TROPE, Bench
from tropebot.i18n import message
from tropebot.policy.schema import Policy, Requests
from tropebot.reports.state import read_state
from tropebot.reports.wikipages import Manner, state_page
from tropebot.wayback import (
    ANSWERED,
    LONGEST,
    Wish,
    answered,
    open_requests,
    rule_links,
    ways,
)

PAGE = "User:TropeBot/Requests"
RULES = "User:TropeBot/Rules"
POLICY = Policy(requests=Requests(page=PAGE, rules=RULES))
INTRO = "Here you can ask the bot for something.\n"

# The page's grammar.

ASKED = [
    ("== Check again: Foo ==", Wish.CHECK, "Foo", "", "as the link makes it"),
    ("==Check again: Foo==\nPlease. ~~~~", Wish.CHECK, "Foo", "", "without spaces, with words"),
    ("== check AGAIN Foo_Bar ==", Wish.CHECK, "Foo Bar", "", "by hand"),
    ("== Check again: [[:File:A.png]] ==", Wish.CHECK, "File:A.png", "", "linked"),
    ("== Check again: [[Foo|this]] ==", Wish.CHECK, "Foo", "", "linked with a label"),
    ("== Check again: ==\nThe page [[Foo]] now.", Wish.CHECK, "Foo", "", "named below"),
    ("== Objection: Foo (TB101) ==", Wish.OBJECTION, "Foo", "TB101", "one rule"),
    ("== Objection: Foo (film) (tb101) ==", Wish.OBJECTION, "Foo (film)", "TB101", "in brackets"),
    ("== Objection: Foo (film) ==", Wish.OBJECTION, "Foo (film)", "", "brackets of the title"),
    ("== Objection: Foo ==\n=== Why ===\nSo.", Wish.OBJECTION, "Foo", "", "with a part"),
    ("== Noch einmal prüfen: Foo ==", Wish.CHECK, "Foo", "", "in the wiki's language"),
    ("== Widerspruch: Foo (TB101) ==", Wish.OBJECTION, "Foo", "TB101", "in the wiki's language"),
]


@pytest.mark.parametrize(("text", "wish", "title", "code", "why"), ASKED)
def test_what_is_asked(text: str, wish: Wish, title: str, code: str, why: str) -> None:
    (request,) = open_requests(f"{INTRO}\n{text}\n", "de")
    assert (request.wish, request.title, request.code) == (wish, title, code), why


NOT_ASKED = [
    ("Check again: Foo", "no heading"),
    ("=== Check again: Foo ===", "a part of something else"),
    ("= Check again: Foo =", "a heading of the whole page"),
    ("== Check againFoo ==", "another word"),
    ("== Thanks ==\nCheck again: [[Foo]]", "talk"),
    ("== Check again: ==\nWhich?", "no page"),
    (f"== Check again: Foo ==\n: Done. ~~~~{ANSWERED}", "answered"),
    (f"== Check again: Foo ==\n: Done.{ANSWERED}\n: Thanks!", "answered, and talked about"),
]


@pytest.mark.parametrize(("text", "why"), NOT_ASKED)
def test_what_is_no_request(text: str, why: str) -> None:
    assert open_requests(f"{INTRO}\n{text}\n") == (), why


def test_a_page_that_is_too_long_is_read_to_its_bound() -> None:
    text = "x" * LONGEST + "\n== Check again: Foo ==\n"
    assert open_requests(text) == ()


@given(st.text(alphabet="=[]|: ()\nTBCheckagain1<!->", max_size=200))
def test_no_page_breaks_the_reading_and_answers_are_read_once(text: str) -> None:
    page = f"{text}\n== Check again: Foo ==\nNow.\n"
    asked = open_requests(page)
    said = answered(page, dict.fromkeys(asked, "Done."))
    assert open_requests(said) == ()
    assert said.count(ANSWERED) == len(asked)


def test_each_section_gets_its_own_answer() -> None:
    page = f"{INTRO}== Check again: A ==\nNow. ~~~~\n\n== Thanks ==\nx\n== Objection: B ==\n"
    first, second = open_requests(page)
    assert answered(page, {first: "One.", second: "Two."}) == (
        f"{INTRO}== Check again: A ==\nNow. ~~~~\n: One. ~~~~{ANSWERED}\n"
        f"\n== Thanks ==\nx\n== Objection: B ==\n: Two. ~~~~{ANSWERED}\n"
    )


# The links that lead there.

TITLES = ["Foo", "A & B = C?", "100% [sure] {no}", "Foo~~~~", "__NOTOC__", "Fünf|sechs", "a''b''"]


@pytest.mark.parametrize("title", TITLES)
def test_a_link_fills_the_heading_in_and_does_nothing_else(title: str) -> None:
    force = in_force("none")
    for link, wish in zip(ways(POLICY, "en", title=title, code="TB101"), Wish, strict=True):
        query = link.partition("|")[2].partition("}}")[0]
        heading = parse_qs(query)["preloadtitle"][0]
        assert heading.startswith(f"{message(f'wayback-{wish}')}: {title}")
        assert parse_qs(query)["section"] == ["new"]
        assert not any(mark in unquote_plus(link.replace(query, "")) for mark in ("~~~", "__"))
        assert not any(mark in query for mark in ("~~~", "__", "[", "{", "|", "''"))
        assert not force.document(link, force.title("User talk:Ada")).categories
    asked, objected = ways(POLICY, "en", title="Foo (film)", code="TB101")
    heading = unquote_plus(objected.partition("preloadtitle=")[2].partition("}}")[0])
    (request,) = open_requests(f"== {heading} ==\n")
    assert (request.title, request.code) == ("Foo (film)", "TB101")
    assert "TB101" not in asked


def test_where_addresses_cost_a_puzzle_the_page_is_linked() -> None:
    assert ways(POLICY, "en", title="Foo", urls=False) == (
        f"[[:{PAGE}|look again]]",
        f"[[:{PAGE}|object]]",
    )


def test_a_policy_without_the_page_links_nothing() -> None:
    assert ways(Policy(), "en", title="Foo") == ("", "")
    assert rule_links(Policy(), ["TB101"]) == ""


# What comes of a request.


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return made(tmp_path)


def made(path: Path, **requests: object) -> Bench:
    """A wiki with the page of requests and a flagged page; the page comes with the poll from then on."""
    policy = {"requests": {"page": PAGE, "rules": RULES, **requests}}
    bench = Bench(path / "ledger.sqlite", policy=policy)
    bench.wiki.put(PAGE, INTRO, "Admin")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    assert bench.run().flags == 1
    bench.wiki.tick(60)
    return bench


def ask(bench: Bench, heading: str, user: str = "Ben") -> None:
    """A new section, with the summary that MediaWiki gives to one."""
    text = bench.wiki.text(PAGE)
    comment = f"/* {heading} */ new section"
    bench.wiki.put(PAGE, f"{text}\n\n== {heading} ==\nPlease. [[User:{user}]]", user, comment)
    bench.wiki.tick(60)


def said(bench: Bench) -> str:
    """What the bot answered last."""
    return bench.wiki.text(PAGE).rpartition("\n: ")[2].partition(" ~~~~")[0]


def test_a_page_is_looked_at_again(bench: Bench) -> None:
    ask(bench, "Check again: Bad")
    report = bench.run()
    assert said(bench).startswith("Looked at [[:Bad]] again. This is still found: Basic markup")
    assert ("Please. [[User:Ben]]\n: Looked at") in bench.wiki.text(PAGE)
    assert dict(bench.bot_edits())[PAGE].startswith("A request answered")
    assert (report.writes, report.problem) == (1, "")
    assert bench.run().writes == 0, "answered once"


def test_a_page_that_is_in_order_is_said_to_be_and_unflagged(bench: Bench) -> None:
    flagged = bench.wiki.text("Bad")
    bench.wiki.put("Bad", flagged.replace(BAD_TROPE, GOOD_TROPE), "Ben")
    ask(bench, "Check again: Bad")
    report = bench.run()
    assert said(bench).startswith("Looked at [[:Bad]] again: nothing is missing")
    assert report.unflags == 1


def test_a_draft_is_told_what_holds_it(bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Held", DRAFT.replace("Three Film", "One Film"), "Cleo")
    ask(bench, "Check again: Trope Workshop:Held", "Cleo")
    bench.run()
    assert "What keeps it in the Workshop: 2 of 3 examples" in said(bench)


def test_a_page_that_is_not_there(bench: Bench) -> None:
    ask(bench, "Check again: Nowhere")
    bench.run()
    assert said(bench).startswith("There is no page [[:Nowhere]]")


def test_an_objection_is_a_lasting_no(bench: Bench) -> None:
    ask(bench, "Objection: Bad (TB101)")
    report = bench.run()
    assert said(bench).startswith("Noted: the bot does nothing more about TB101 on [[:Bad]]")
    assert any(
        "Somebody objects to what was found on “Bad” (TB101)" in each for each in report.notes
    )
    (no,) = bench.ledger.noes.standing()
    assert (no.title, no.code, no.why) == ("Bad", "TB101", "objection by Ben")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ben")
    assert bench.run().flags == 0


def test_the_report_lists_objections_until_somebody_decides(bench: Bench) -> None:
    manner = Manner(account=BOT)
    assert "Objections" not in state_page(read_state(bench.ledger, {}), manner)
    ask(bench, "Objection: Bad (TB101)")
    bench.run()
    text = state_page(read_state(bench.ledger, {}), manner)
    assert "== Objections ==\n\n* [[:Bad]]: nothing is done about TB101 since " in text
    assert "as Ben asked" in text
    (no,) = bench.ledger.noes.standing()
    bench.ledger.noes.clear(no, at=bench.wiki.now)
    assert "Objections" not in state_page(read_state(bench.ledger, {}), manner)


WITHOUT_EFFECT = [
    ("Objection: Bad (TB201)", "another rule than the one that found something"),
    ("Objection: Good", "nothing was found there"),
]


@pytest.mark.parametrize(("heading", "why"), WITHOUT_EFFECT)
def test_an_objection_to_nothing_keeps_no_page_for_ever(
    heading: str, why: str, bench: Bench
) -> None:
    bench.wiki.put("Good", GOOD_TROPE, "Ben")
    ask(bench, heading)
    bench.run()
    assert said(bench).startswith("Nothing that the bot has found stands on"), why
    assert bench.ledger.noes.standing() == []


def test_so_many_in_a_pass_and_of_one_person(tmp_path: Path) -> None:
    bench = made(tmp_path, per_run=3, per_person=2)
    for number in range(4):
        ask(bench, f"Check again: Of Ben {number}")
    for number in range(2):
        ask(bench, f"Check again: Of Ada {number}", "Ada")
    counts = []
    for _ in range(4):
        bench.run()
        counts.append(bench.wiki.text(PAGE).count(ANSWERED))
    assert counts == [3, 6, 6, 6]
    assert "Of Ada 0 ==\nPlease. [[User:Ada]]\n: There is no page" in bench.wiki.text(PAGE)


def test_who_is_ignored_is_left_to_people(tmp_path: Path) -> None:
    bench = made(tmp_path, ignore=["Vandal"])
    ask(bench, "Objection: Bad", "Vandal")
    bench.run()
    assert ANSWERED not in bench.wiki.text(PAGE)
    assert bench.ledger.noes.standing() == []
    before = bench.wiki.reads
    bench.run()
    assert bench.wiki.reads == before + 1, "the poll, and no more"
    ask(bench, "Check again: Bad", "Ada")
    bench.run()
    assert bench.wiki.text(PAGE).count(ANSWERED) == 1


def test_an_idle_pass_asks_one_question_still(bench: Bench) -> None:
    bench.run()
    before = bench.wiki.reads
    bench.run()
    assert bench.wiki.reads == before + 1


def test_a_request_does_not_stop_the_bot(bench: Bench) -> None:
    ask(bench, "Check again: Bad")
    bench.run()
    bench.wiki.put("Bad too", BAD_TROPE, "Ben")
    report = bench.run()
    assert (report.flags, report.problem) == (1, "")
    assert bench.ledger.stops.standing() == []


UNUSABLE = ["#REDIRECT [[User:Victim]]\n", "{{Nobots}}\n"]


@pytest.mark.parametrize("first", UNUSABLE)
def test_a_page_that_is_not_ours_to_write_on(first: str, bench: Bench) -> None:
    bench.wiki.put(PAGE, f"{first}\n== Check again: Bad ==\n", "Ben")
    assert bench.run().writes == 0


def test_a_dry_run_and_a_policy_that_only_reports_answer_nothing(tmp_path: Path) -> None:
    bench = made(tmp_path)
    ask(bench, "Objection: Bad")
    bench.patrol().run(dry_run=True)
    assert bench.ledger.noes.standing() == []
    bench.policy = {**bench.policy, "mode": "report"}
    bench.run()
    assert ANSWERED not in bench.wiki.text(PAGE)


def test_somebody_writes_while_we_answer(bench: Bench) -> None:
    ask(bench, "Check again: Bad")
    wiki = bench.wiki

    def another(moment: str, request: str) -> None:
        if (moment, request) == ("before", "edit"):
            wiki.hooks.remove(another)
            wiki.put(PAGE, f"{wiki.text(PAGE)}\n\n== Check again: Nowhere ==\n", "Ada")

    wiki.hooks.append(another)
    bench.run()
    assert another not in wiki.hooks
    bench.run()
    assert wiki.text(PAGE).count(ANSWERED) == 2
    assert wiki.text(PAGE).count("== Check again: Nowhere ==") == 1


def test_summaries_and_messages_lead_to_the_rules_and_back(bench: Bench) -> None:
    flagged = [comment for title, comment in bench.bot_edits() if title == "Bad"]
    assert f"[[:{RULES}/TB101|TB101]]" in flagged[0]
    text = bench.wiki.text("User talk:Ben")
    assert f"([[:{RULES}/TB101|TB101]])" in text
    assert f"{{{{fullurl:{PAGE}|action=edit&section=new&preloadtitle=Check+again%3A+Bad}}}}" in text
    assert BOT in PAGE


def test_no_address_is_written_where_the_wiki_asks_a_puzzle_for_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite", policy={"requests": {"page": PAGE}})
    bench.wiki.extensions = frozenset({"ConfirmEdit"})
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    text = bench.wiki.text("User talk:Ben")
    assert f"[[:{PAGE}|look again]]" in text
    assert "fullurl" not in text
