"""The bot is no laundry: nothing is moved for whom may not; what a person must settle is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.patrols import DRAFT, GOOD_TROPE, RUN_PAGE, Bench
from tropebot.errors import OutcomeUnknown
from tropebot.model import Authorship, Deletion, Kind, Page, Person, TitleInfo
from tropebot.policy.schema import Workshop
from tropebot.promotion import Draft, Hold, Origin, for_people, origin_readiness, readiness
from tropebot.wikitext.alike import similar_titles

pytestmark = pytest.mark.heavy

DOG = "Trope Workshop:Falling Dog"
DOG_TALK = "Trope Workshop talk:Falling Dog"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def holds(bench: Bench) -> list[str]:
    """What the next pass says holds the drafts."""
    return [hold.message for each in bench.run().drafts for hold in each.holds]


# Who began it.

BEGUN = Authorship(user="Cleo", user_id=5, created=NOW - HOUR)
CLEO = Person(name="Cleo", user_id=5, registered=NOW - 24 * HOUR)
ADDRESS = Person(name="198.51.100.7")
DAY = Workshop(author_age_hours=24)
ACCOUNT = Workshop(author_registered=True)

ORIGINS: list[tuple[Authorship | None, Person | None, Workshop, list[str], str]] = [
    (BEGUN, CLEO, Workshop(), [], "anybody who may"),
    (BEGUN, CLEO, DAY, [], "old enough to the second"),
    (BEGUN, Person(name="Cleo", user_id=5), DAY, [], "older than the wiki's records"),
    (BEGUN, ADDRESS, Workshop(), [], "the policy lets addresses"),
    (
        BEGUN,
        Person(name="Cleo", user_id=5, blocked=True),
        Workshop(),
        ["hold-author-blocked"],
        "blocked",
    ),
    (
        BEGUN,
        Person(name="198.51.100.7", blocked=True),
        Workshop(),
        ["hold-author-blocked"],
        "a blocked address",
    ),
    (
        BEGUN,
        Person(name="Cleo", user_id=5, registered=NOW - HOUR / 12),
        DAY,
        ["hold-author-new"],
        "five minutes old",
    ),
    (BEGUN, ADDRESS, ACCOUNT, ["hold-author-unregistered"], "no account"),
    (BEGUN, ADDRESS, DAY, ["hold-author-unregistered"], "nobody knows how old an address is"),
    (
        BEGUN,
        Person(name="~2026-1", user_id=9, groups=frozenset({"temp"}), registered=NOW - 99 * HOUR),
        ACCOUNT,
        ["hold-author-unregistered"],
        "a temporary account is none",
    ),
    (
        Authorship(user="Cleo", user_id=5, created=NOW, hidden=True),
        CLEO,
        Workshop(),
        ["hold-history-hidden"],
        "an admin has hidden something",
    ),
    (None, None, Workshop(), ["hold-author-unknown"], "the name is hidden, or the page is gone"),
    (BEGUN, None, Workshop(), ["hold-author-unknown"], "the wiki did not answer about her"),
]


@pytest.mark.parametrize(("authorship", "person", "workshop", "wanted", "why"), ORIGINS)
def test_h13_who_began_a_draft(
    authorship: Authorship | None,
    person: Person | None,
    workshop: Workshop,
    wanted: list[str],
    why: str,
) -> None:
    found = origin_readiness(Origin(authorship=authorship, person=person), workshop, now=NOW)
    assert [hold.message for hold in found.holds] == wanted, why


def test_h13_a_blocked_authors_draft_stays_and_nobody_is_told(bench: Bench) -> None:
    bench.wiki.blocked.add("Cleo")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.put(DOG, f"{DRAFT}\n", "Ada", "three examples now")
    assert holds(bench) == ["hold-author-blocked"]
    assert bench.wiki.text(DOG) == DRAFT
    assert DOG_TALK not in bench.wiki.pages
    bench.wiki.blocked.clear()
    bench.wiki.put(DOG, f"{DRAFT}\nMore.", "Ada")
    assert bench.run().promotions == 1


REPORTED: list[tuple[dict[str, object], str]] = [
    ({"mode": "report"}, "the whole policy only reports"),
    ({"workshop": {"promote": "report"}}, "promotions are only reported"),
]


@pytest.mark.parametrize(("policy", "why"), REPORTED)
def test_h13_where_all_is_only_reported_everything_else_that_holds_a_draft_is_told_too(
    bench: Bench, policy: dict[str, object], why: str
) -> None:
    bench.policy |= policy
    bench.wiki.blocked.add("Cleo")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert holds(bench) == ["hold-author-blocked", "held-report-only"], why
    bench.wiki.put(DOG, f"{DRAFT}\n{{{{nobots}}}}", "Cleo")
    assert holds(bench) == ["held-nobots", "held-report-only"], (
        "of a page that is left alone no more is asked"
    )
    bench.wiki.blocked.clear()
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert holds(bench) == ["held-report-only"]
    assert bench.bot_edits() == []


def test_h13_a_new_accounts_draft_waits_until_the_account_is_old_enough(bench: Bench) -> None:
    bench.policy["workshop"] = {"author_age_hours": 24}
    bench.wiki.registered["Cleo"] = bench.wiki.now - timedelta(minutes=5)
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert holds(bench) == ["hold-author-new"]
    bench.wiki.tick(23 * 3600)
    assert bench.run().promotions == 0
    bench.wiki.tick(2 * 3600)
    assert bench.run().promotions == 1


def test_h13_a_history_with_something_hidden_stays(bench: Bench) -> None:
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.hidden.add(DOG)
    assert holds(bench) == ["hold-history-hidden"]
    assert not bench.wiki.moves


def test_authors_are_asked_for_once_per_promotion(bench: Bench) -> None:
    asked: list[str] = []
    bench.wiki.hooks.append(lambda moment, request: asked.append(f"{moment} {request}"))
    for number in range(3):
        bench.wiki.put(f"Trope Workshop:Dog {number}", DRAFT, f"Author {number}")
        if number:
            bench.wiki.put(f"Trope Workshop:Dog {number}", f"{DRAFT}\nMore.", "Ada")
    assert bench.run().promotions == 3
    assert asked.count("before fetch_people") == 0
    assert asked.count("before fetch_people_and_pages") == 1, "who began them is who is told"
    assert asked.count("before fetch_background") == 3, "one each, with the title’s last deletion"
    assert asked.count("before fetch_authors") == 0
    told = {title for title in bench.wiki.pages if title.startswith("User talk:")}
    assert told == {f"User talk:Author {number}" for number in range(3)}


def test_a_draft_that_people_may_not_move_is_not_moved_by_the_bots_rights(bench: Bench) -> None:
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.protect(DOG)
    assert holds(bench) == ["hold-protected"]
    assert bench.wiki.text(DOG) == DRAFT


# Titles.

SIMILAR = {
    "Falling dog": "Falling Dog",
    "falling dog": "Falling Dog",
    "FALLING DOG": "Falling Dog",
    "Umbrella Of Doom": "Umbrella of Doom",
    "umbrella of doom": "Umbrella of Doom",
    "Umbrella of doom": "Umbrella Of Doom",
    "Cartographer’s Lie": "Cartographer's Lie",
    "Cartographer's Lie": "Cartographer’s Lie",
    "Self–Made Man": "Self-Made Man",
    "\uff26alling Dog": "Falling Dog",
    "Ho\ufb01n": "Hofin",
    "Straße": "Strasse",
}


@pytest.mark.parametrize("title", SIMILAR)
def test_titles_that_look_like_others(title: str) -> None:
    assert SIMILAR[title] in similar_titles(title)


def test_a_title_is_not_like_itself() -> None:
    for title in ("Falling Dog", "A", "", "Ünder", "10 Dogs"):
        assert title not in similar_titles(title)


TAKEN = {
    "Falling dog": ("Falling Dog", "hold-title-similar", "differs in case"),
    "FALLING DOG": ("Falling Dog", "hold-title-similar", "differs in case"),
    "Falling Dog\u200b": ("Falling Dog", "hold-title-suspect", "an invisible character more"),
    "Fa\u00adlling Dog": ("Falling Dog", "hold-title-suspect", "a soft hyphen more"),
    "Dog’s Day": ("Dog's Day", "hold-title-similar", "another apostrophe"),
    "\uff26\uff21LL": ("FALL", "hold-title-suspect", "fullwidth letters among others"),
    "Fаlling Dog": ("Falling Dog", "hold-title-suspect", "a Cyrillic letter"),
    "Help:Foo": ("", "hold-title-namespace", "would be a help page"),
    "MediaWiki:Sitenotice": ("", "hold-title-namespace", "would be the wiki's interface"),
    "User:Ada/common.js": ("", "hold-title-namespace", "would be Ada's script"),
    "Talk:Foo": ("", "hold-title-namespace", "would be a talk page"),
    "De:Foo": ("", "hold-title-interwiki", "would be another wiki's"),
    "/x": ("", "hold-title", "would be a subpage of nothing"),
    "X" * 256: ("", "hold-title-invalid", "over-long"),
    "Special:Foo": ("", "hold-title-special", "a special page"),
}


@pytest.mark.parametrize("name", TAKEN, ids=lambda each: ascii(each)[:20])
def test_h10_titles_that_are_reported_and_told_but_not_moved(name: str, bench: Bench) -> None:
    there, wanted, why = TAKEN[name]
    if there:
        bench.wiki.put(there, GOOD_TROPE, "Ada")
    bench.wiki.put(f"Trope Workshop:{name}", DRAFT, "Cleo")
    assert holds(bench) == [wanted], why
    assert not bench.wiki.moves
    assert bench.wiki.text(f"Trope Workshop:{name}") == DRAFT


def test_a_redirect_that_waits_for_the_page_is_no_page_like_it(bench: Bench) -> None:
    bench.wiki.put("Falling dog", "#REDIRECT [[Falling Dog]]", "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert bench.run().promotions == 1


# Redirects among the drafts, and targets.

REDIRECTS = {
    "#REDIRECT [[Falling Dog]]": "to the target",
    f"#REDIRECT [[{DOG}]]": "to itself",
    "#REDIRECT [[Trope Workshop:Other]]": "to another redirect",
    "#REDIRECT [[de:Foo]]": "to another wiki",
}


@pytest.mark.parametrize("line", REDIRECTS)
def test_h11_a_redirect_is_never_moved_or_followed(line: str, bench: Bench) -> None:
    bench.wiki.put("Trope Workshop:Other", "#REDIRECT [[Trope Workshop:Third]]", "Cleo")
    bench.wiki.put("Trope Workshop:Third", "Nothing.", "Cleo")
    bench.wiki.put(DOG, f"{line}\n{DRAFT}", "Cleo")
    report = bench.run()
    assert report.writes == 0, REDIRECTS[line]
    assert bench.wiki.text(DOG) == f"{line}\n{DRAFT}"


def put_there(text: str) -> Callable[[Bench], object]:
    """Somebody's page at the title that the draft would have."""
    return lambda bench: bench.wiki.put("Falling Dog", text, "Ada")


def deleted(bench: Bench) -> None:
    bench.wiki.put("Falling Dog", "A bad trope.", "Ada")
    bench.wiki.delete("Falling Dog", comment="no [[trope]]")
    bench.wiki.tick(60)


TARGETS: dict[str, tuple[Callable[[Bench], object], str, str]] = {
    "a work": (
        put_there("{{work}}\nA film.\n{{tropelist}}\n* [[Trope]]: it does."),
        "hold-title-exists-as",
        "“Falling Dog” exists already: it is a page of the type “work”",
    ),
    "a trope": (
        put_there(GOOD_TROPE),
        "hold-title-exists-as",
        "“Falling Dog” exists already: it is a page of the type “trope”",
    ),
    "a disambiguation page": (
        put_there("{{disambig}}\n* [[Falling Dog (film)]]\n* [[Falling Dog (song)]]"),
        "hold-title-disambiguation",
        "“Falling Dog” exists already: it is a disambiguation page",
    ),
    "a page of no type": (
        put_there("Words."),
        "hold-title-exists",
        "“Falling Dog” exists already",
    ),
    "a blank page": (put_there(""), "hold-title-exists", "“Falling Dog” exists already"),
    "redirects to the draft, one revision": (
        put_there(f"#REDIRECT [[{DOG}]]"),
        "hold-title-redirect-here",
        "“Falling Dog” is a redirect already, to this draft",
    ),
    "redirects elsewhere": (
        put_there("#REDIRECT [[Good]]"),
        "hold-title-redirect",
        "“Falling Dog” is a redirect already, to “Good”",
    ),
    "deleted before": (
        deleted,
        "hold-title-deleted",
        "“Falling Dog” was deleted before (2026-01-05, by Admin: no &#91;&#91;trope&#93;&#93;)",
    ),
    "create-protected": (
        lambda bench: bench.wiki.no_creation.add("Falling Dog"),
        "hold-title-protected",
        "“Falling Dog” is protected",
    ),
    "blacklisted": (
        lambda bench: bench.wiki.blacklisted.add("Falling Dog"),
        "hold-title-blacklisted",
        "the wiki forbids the title “Falling Dog”",
    ),
    "other case": (
        lambda bench: bench.wiki.put("Falling dog", GOOD_TROPE, "Ada"),
        "hold-title-similar",
        "“Falling Dog” looks like “Falling dog”",
    ),
}


@pytest.mark.parametrize("name", TARGETS)
def test_h12_a_target_is_never_overwritten_and_a_person_is_told_once(
    name: str, bench: Bench
) -> None:
    spoil, wanted, said = TARGETS[name]
    bench.policy["actions"] = dict.fromkeys(("TB101", "TB102", "TB103"), "report")
    spoil(bench)
    pages = {
        title: page.last
        for title, page in bench.wiki.pages.items()
        if title.casefold() == "falling dog"
    }
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert holds(bench) == [wanted]
    section = bench.wiki.text(DOG_TALK)
    assert section.startswith("== This draft could not be moved ==")
    assert said in section
    assert ("by hand" in section) is (wanted == "hold-title-deleted")
    for number in range(3):
        bench.wiki.put(DOG, f"{DRAFT}\nMore {number}.", "Cleo")
        assert bench.run().writes == 0
    assert bench.wiki.text(DOG_TALK) == section
    assert {title: bench.wiki.pages[title].last for title in pages} == pages
    assert not bench.wiki.moves


# Deleted before.

MAKES_WAY: dict[str, Callable[[Bench], object]] = {
    "what stood in the way was deleted after the draft was begun": lambda bench: (
        bench.wiki.put(DOG, "{{Trope Workshop}}\nBegun.", "Cleo"),
        bench.wiki.tick(60),
        bench.wiki.put("Falling Dog", f"#REDIRECT [[{DOG}]]", "Ada"),
        bench.wiki.delete("Falling Dog"),
    ),
    "the policy makes nothing of it": lambda bench: (
        deleted(bench),
        bench.policy.update(workshop={"deleted_before": "ignore"}),
    ),
    "another page was deleted": lambda bench: (
        bench.wiki.put("Falling Cat", "A bad trope.", "Ada"),
        bench.wiki.delete("Falling Cat"),
    ),
}


@pytest.mark.parametrize("why", MAKES_WAY)
def test_a_deletion_that_holds_no_draft(why: str, bench: Bench) -> None:
    MAKES_WAY[why](bench)
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert bench.run().promotions == 1, why


def test_a_deletion_whose_reason_is_hidden_holds_all_the_same() -> None:
    gone = Deletion(user="", comment="", timestamp=NOW)
    page = Page(title=DOG, text="", namespace=3000, page_id=7, rev_id=70)
    free = TitleInfo(title="Falling Dog", namespace=0, exists=False)
    draft = Draft(
        page=page, works=3, minimum=3, enough=True, target=free, stripped="", deleted=gone
    )
    (hold,) = readiness(draft, Workshop(), now=NOW).holds
    assert hold == Hold(
        message="hold-title-deleted", params=("Falling Dog", "2026-01-05", "–", "–")
    )


def test_only_what_would_move_now_is_looked_up_in_the_deletion_log(bench: Bench) -> None:
    asked: list[str] = []
    bench.wiki.hooks.append(lambda moment, request: asked.append(f"{moment} {request}"))
    bench.policy["limits"] = {"promotions_per_run": 2}
    for number in range(4):
        bench.wiki.put(f"Trope Workshop:Dog {number}", DRAFT, f"Author {number}")
    bench.wiki.put("Trope Workshop:Held", f"{{{{hold}}}}{DRAFT}", "Cleo")
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    report = bench.run()
    assert report.promotions == 2
    assert report.deferred
    assert asked.count("before fetch_background") == 2


def test_what_was_deleted_takes_nobodys_place_among_those_who_move(bench: Bench) -> None:
    bench.policy["limits"] = {"promotions_per_run": 1}
    deleted(bench)
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.put("Trope Workshop:Rising Cat", DRAFT, "Dora")
    report = bench.run()
    assert report.promotions == 1
    assert "Rising Cat" in bench.wiki.pages


# A page made at the last moment.


@pytest.mark.parametrize("text", [GOOD_TROPE, f"#REDIRECT [[{DOG}]]", "#REDIRECT [[Good]]"])
def test_a_page_made_between_strip_and_move_stands_and_the_draft_is_put_back(
    text: str, bench: Bench
) -> None:
    """Also a redirect to the draft, over which MediaWiki would move."""
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.once("after", "edit", lambda: bench.wiki.put("Falling Dog", text, "Ada"))
    report = bench.run()
    assert report.promotions == 0
    assert bench.wiki.text("Falling Dog") == text
    assert bench.wiki.text(DOG) == DRAFT
    assert not bench.wiki.moves
    bench.wiki.tick(60)
    bench.run()
    assert "could not be moved" in bench.wiki.text(DOG_TALK)


def test_a_redirect_made_at_the_very_last_moment_is_moved_over_and_told(bench: Bench) -> None:
    """No request can forbid it; its one revision stays in the deletion log."""
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.once(
        "before", "move", lambda: bench.wiki.put("Falling Dog", f"#REDIRECT [[{DOG}]]", "Ada")
    )
    report = bench.run()
    assert report.promotions == 1
    assert any(
        "at “Falling Dog” at the last moment was moved over" in each for each in report.notes
    )


# What is told on the talk page.

SETTLED_BY_PEOPLE = [
    (("hold-title-exists",), True, "a collision"),
    (("hold-title-protected", "hold-refused"), True, "two of them"),
    (("hold-protected",), True, "an admin can lift it"),
    (("hold-examples",), False, "only in the report"),
    (("hold-title-exists", "hold-examples"), False, "not ready anyway"),
    (("hold-quiet",), False, "time settles it"),
    (("hold-author-blocked",), False, "no business of the talk page"),
    (("held-report-only", "hold-title-exists"), False, "nothing is written"),
    ((), False, "nothing holds it"),
]


@pytest.mark.parametrize(("messages", "wanted", "why"), SETTLED_BY_PEOPLE)
def test_which_refusals_are_for_people(messages: tuple[str, ...], wanted: bool, why: str) -> None:
    assert for_people([Hold(message=each) for each in messages]) is wanted, why


def test_a_section_is_added_below_what_stands_there(bench: Bench) -> None:
    bench.wiki.put(DOG_TALK, "I like this.", "Ada")
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.run()
    assert bench.wiki.text(DOG_TALK).startswith(
        "I like this.\n\n== This draft could not be moved =="
    )


def test_a_draft_is_promoted_once_the_collision_is_settled(bench: Bench) -> None:
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.run()
    bench.wiki.rename("Falling Dog", "Falling Dog (film)", "Ada", redirect=False)
    bench.wiki.put(DOG, f"{DRAFT}\nMore.", "Cleo")
    assert bench.run().promotions == 1


QUIET: dict[str, Callable[[Bench], object]] = {
    "messages are off": lambda bench: bench.policy.update(notify={"enabled": False}),
    "drafts are only reported": lambda bench: bench.policy.update(workshop={"promote": "report"}),
    "only reports": lambda bench: bench.policy.update(mode="report"),
    "switched off on the run page": lambda bench: bench.wiki.put(
        RUN_PAGE, "run\nmessage: off", "Admin"
    ),
    "the talk page leads elsewhere": lambda bench: bench.wiki.put(
        DOG_TALK, "#REDIRECT [[User talk:Ben]]"
    ),
    "the talk page keeps bots off": lambda bench: bench.wiki.put(DOG_TALK, "{{nobots}}"),
    "the draft keeps bots off": lambda bench: bench.wiki.put(
        DOG, DRAFT.replace("It ", "{{nobots}}It "), "Cleo"
    ),
}


@pytest.mark.parametrize("why", QUIET)
def test_where_nothing_is_told(why: str, bench: Bench) -> None:
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put("User talk:Ben", "Hello.", "Ben")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    QUIET[why](bench)
    assert bench.run().writes == 0
    assert bench.wiki.text("User talk:Ben") == "Hello."


def test_a_talk_page_of_another_content_model_is_left_alone(bench: Bench) -> None:
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.wiki.put(DOG_TALK, "{}", "Ada")
    bench.wiki.pages[DOG_TALK].content_model = "json"
    assert bench.run().writes == 0


def test_a_section_whose_answer_is_lost_is_there_once(bench: Bench) -> None:
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")

    def lose() -> None:
        raise OutcomeUnknown("gone")

    bench.wiki.once("after", "edit", lose)
    bench.run()
    bench.run()
    assert bench.wiki.text(DOG_TALK).count("could not be moved") == 1
    assert len(bench.bot_edits()) == 1


def test_a_stop_before_the_section_is_told_leaves_it_for_the_next_pass(bench: Bench) -> None:
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    patrol = bench.patrol()

    def stop() -> None:
        patrol.clock.sleep(61)
        bench.wiki.put(RUN_PAGE, "stop", "Ada")

    bench.wiki.once("before", "fetch_titles", stop)
    assert patrol.run().writes == 0
    bench.wiki.put(RUN_PAGE, "run", "Admin")
    assert bench.run().notices == 1
    assert "could not be moved" in bench.wiki.text(DOG_TALK)


def test_the_section_waits_where_the_runs_cap_is_reached(bench: Bench) -> None:
    bench.policy["limits"] = {"writes_per_run": 0}
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    assert bench.run().deferred
    bench.policy["limits"] = {}
    assert bench.run().notices == 1


def stopped_before_telling(bench: Bench) -> None:
    """The section is written down, and then a person stops the bot."""
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    patrol = bench.patrol()

    def stop() -> None:
        patrol.clock.sleep(61)
        bench.wiki.put(RUN_PAGE, "stop", "Ada")

    bench.wiki.once("before", "fetch_titles", stop)
    patrol.run()
    assert [intent.kind for intent in bench.ledger.intents.open()] == [Kind.NOTICE]
    bench.wiki.put(RUN_PAGE, "run", "Admin")


SETTLED: dict[str, Callable[[Bench], object]] = {
    "the collision is gone": lambda bench: bench.wiki.delete("Falling Dog"),
    "the draft is no longer ready": lambda bench: bench.wiki.put(DOG, f"{{{{hold}}}}{DRAFT}"),
    "the draft is no draft any more": lambda bench: bench.wiki.rename(DOG, "User:Cleo/Dog"),
    "the draft is gone": lambda bench: bench.wiki.delete(DOG),
}


@pytest.mark.parametrize("why", SETTLED)
def test_what_need_not_be_told_any_more_is_dropped(why: str, bench: Bench) -> None:
    stopped_before_telling(bench)
    SETTLED[why](bench)
    bench.run()
    assert DOG_TALK not in bench.wiki.pages
    assert bench.ledger.intents.open() == []


def test_peer_f34_with_a_new_ledger_the_section_is_not_told_again(
    bench: Bench, tmp_path: Path
) -> None:
    bench.wiki.put("Falling Dog", GOOD_TROPE, "Ada")
    bench.wiki.put(DOG, DRAFT, "Cleo")
    bench.run()
    section = bench.wiki.text(DOG_TALK)
    bench.ledger.close()
    bench.path = tmp_path / "new.sqlite"
    bench.reopen()
    report = bench.patrol().run(since=bench.wiki.now - timedelta(hours=1))
    assert [hold.message for each in report.drafts for hold in each.holds] == [
        "hold-title-exists-as"
    ]
    assert bench.wiki.text(DOG_TALK) == section
