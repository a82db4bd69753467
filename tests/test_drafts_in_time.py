"""Votes, age and number of drafts on the patrol: what is flagged, told and promoted, and what that costs."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.patrols import BOT, DRAFT, FINISHED, Bench
from tropebot.runreport import RunReport

DAY = 86400.0
SHORT = "{{Trope Workshop}}\n{{trope}}\nA dog falls.\n{{examples}}\n* ''[[One Film]]'': it falls there.\n"
MORE = (
    "* ''[[Two Film]]'': it falls from the roof of the house, and lives to bark about it to the cat.\n"
    * 2
)
FLAG = {"template": "Stale draft", "date_parameter": "date"}
TAGGED: dict[str, Any] = {
    "workshop": {"stale": {"days": 30}},
    "actions": {"TB301": "flag"},
    "flags": {"TB301": FLAG},
}
TOLD: dict[str, Any] = {"workshop": {"stale": {"days": 30}}, "actions": {"TB301": "tell"}}
REPORTED: dict[str, Any] = {"workshop": {"stale": {"days": 30}}}
LIMITED: dict[str, Any] = {"workshop": {"drafts_per_creator": 2}, "actions": {"TB302": "tell"}}
VOTED: dict[str, Any] = {
    "workshop": {
        "approval": {
            "votes": 2,
            "section": "Votes",
            "support": ["support\\b.*"],
            "oppose": ["oppose\\b.*"],
        }
    }
}
DOG, TALK = "Trope Workshop:Falling Dog", "Trope Workshop talk:Falling Dog"


def bench_of(tmp_path: Path, policy: dict[str, Any]) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite", policy=policy)
    made.wiki.put("Template:Stale draft", "a warning", "Admin")
    return made


def counted(bench: Bench) -> tuple[RunReport, Counter[str]]:
    """One pass, and what it asked the wiki how often."""
    asked: Counter[str] = Counter()

    def hook(moment: str, request: str) -> None:
        if moment == "before":
            asked[request] += 1

    bench.wiki.hooks.append(hook)
    report = bench.run()
    bench.wiki.hooks.remove(hook)
    return report, asked


def told(bench: Bench, user: str = "Ada") -> str:
    page = bench.wiki.pages.get(f"User talk:{user}")
    return page.last.text if page else ""


def codes(report: RunReport) -> list[str]:
    return [finding.code for finding in report.findings if finding.code.startswith("TB3")]


# Age


def test_a_stale_draft_is_flagged_told_once_and_unflagged_when_somebody_goes_on(
    tmp_path: Path,
) -> None:
    bench = bench_of(tmp_path, TAGGED)
    bench.wiki.put(DOG, SHORT)
    bench.wiki.tick(29 * DAY)
    bench.begin()
    assert bench.bot_edits() == [], "one day too early"
    bench.wiki.tick(DAY)
    bench.run()
    assert bench.wiki.text(DOG).startswith("{{Stale draft|date=2026-02-04")
    assert told(bench).count("Nobody has done anything substantial") == 1
    for _ in range(3):
        bench.wiki.tick(DAY)
        bench.run()
    bench.wiki.put(DOG, bench.wiki.text(DOG).replace("A dog", "Some dog"), "Ben")
    bench.run()
    assert "{{Stale draft" in bench.wiki.text(DOG), "a token edit"
    assert told(bench).count("Nobody has done anything substantial") == 1
    bench.wiki.put(DOG, bench.wiki.text(DOG) + "\n" + MORE, "Ben")
    bench.run()
    assert "{{Stale draft" not in bench.wiki.text(DOG)
    assert [title for title, _ in bench.bot_edits()].count(DOG) == 2


def test_a_second_episode_is_told_again(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, TOLD)
    bench.wiki.put(DOG, SHORT)
    bench.wiki.tick(31 * DAY)
    bench.run()
    bench.wiki.put(DOG, SHORT + MORE, "Ben")
    bench.run()
    assert told(bench).count("Nobody has") == 1
    bench.wiki.tick(31 * DAY)
    bench.run()
    assert told(bench).count("Nobody has") == 2


def test_told_alone_the_draft_is_not_edited(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, TOLD)
    bench.wiki.put(DOG, SHORT)
    bench.wiki.put("Trope Workshop:Falling Cat", SHORT)
    bench.wiki.tick(31 * DAY)
    bench.run()
    assert [title for title, _ in bench.bot_edits()] == ["User talk:Ada"], "one message for both"
    assert "About 2 drafts of yours" in told(bench)
    assert "[[:Trope Workshop:Falling Cat]]" in told(bench)
    assert "the flag" not in told(bench)


def test_a_tag_taken_off_stays_off(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, TAGGED)
    bench.wiki.put(DOG, SHORT)
    bench.wiki.tick(31 * DAY)
    bench.run()
    bench.wiki.put(DOG, SHORT, "Ben", "it is fine")
    for _ in range(2):
        bench.wiki.tick(DAY)
        bench.run()
    assert bench.wiki.text(DOG) == SHORT.rstrip()


NOBODY_IS_TOLD = [
    (REPORTED, "", "the policy only reports"),
    ({**TOLD, "mode": "report"}, "", "all of the policy only reports"),
    (TOLD, "{{nobots}}", "the draft keeps bots off"),
    (TOLD, "{{In use}}", "somebody is at it"),
    ({**TOLD, "notify": {"enabled": False}}, "", "messages are off"),
    ({**TOLD, "limits": {"keep_out": ["Trope Workshop"]}}, "", "the operator forbids it"),
]


@pytest.mark.parametrize(("policy", "before", "why"), NOBODY_IS_TOLD)
def test_nobody_is_told(tmp_path: Path, policy: dict[str, Any], before: str, why: str) -> None:
    bench = bench_of(tmp_path, policy)
    bench.wiki.put(DOG, before + SHORT)
    bench.wiki.tick(31 * DAY)
    report = bench.run()
    assert codes(report) == ["TB301"]
    assert (told(bench), bench.wiki.text(DOG)) == ("", (before + SHORT).rstrip()), why


def test_who_wants_no_messages_gets_none(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, TOLD)
    bench.wiki.put("User talk:Ada", "{{nobots}}")
    bench.wiki.put(DOG, SHORT)
    bench.wiki.tick(31 * DAY)
    bench.run()
    assert told(bench) == "{{nobots}}"


def test_a_draft_that_was_edited_before_anybody_was_told_is_not_told(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, {**TOLD, "limits": {"writes_per_run": 0}})
    bench.wiki.put(DOG, SHORT)
    bench.wiki.tick(31 * DAY)
    bench.run()
    assert len(bench.ledger.news.waiting()) == 1
    bench.policy = TOLD
    bench.wiki.put(DOG, SHORT + MORE, "Ben")
    bench.run()
    assert told(bench) == ""


def test_without_the_keys_no_history_is_read(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, {})
    bench.begin()
    bench.wiki.put(DOG, SHORT)
    _, asked = counted(bench)
    assert asked["fetch_pages_by_id"] == 1, "the draft itself was read"
    assert {"fetch_history", "fetch_imports", "fetch_people"}.isdisjoint(asked)


def test_an_unchanged_draft_costs_its_history_once(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, REPORTED)
    for number in range(5):
        bench.wiki.put(f"Trope Workshop:Dog {number}", SHORT)
    bench.wiki.tick(3600)
    _, asked = counted(bench)
    assert (asked["fetch_history"], asked["fetch_imports"]) == (5, 1)
    bench.wiki.tick(60)
    _, asked = counted(bench)
    assert asked == Counter({"poll": 1}), "the Workshop is looked through once a day"
    bench.wiki.tick(DAY)
    bench.wiki.put("Trope Workshop:Dog 3", SHORT + MORE)
    _, asked = counted(bench)
    assert asked["fetch_history"] == 1


def test_who_began_drafts_is_asked_for_together(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, REPORTED)
    bench.wiki.put("Trope Workshop:Long", SHORT + MORE * 3)
    for number in range(4):
        bench.wiki.put(f"Trope Workshop:Dog {number}", SHORT)
    _, asked = counted(bench)
    assert (asked["fetch_history"], asked["fetch_authors"]) == (5, 0)
    assert asked["fetch_revisions"] == 2, "one for all of them, one of the health check"


def test_of_a_hidden_first_text_the_wiki_is_asked(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, REPORTED)
    bench.wiki.hidden_texts.add(bench.wiki.put(DOG, SHORT))
    bench.wiki.put(DOG, SHORT + "More.")
    _, asked = counted(bench)
    assert asked["fetch_authors"] == 1


# Number


def test_the_newest_of_too_many_drafts_is_told_until_an_older_one_goes(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, LIMITED)
    for name in ("Falling Dog", "Falling Cat", "Falling Cow"):
        bench.wiki.put(f"Trope Workshop:{name}", SHORT)
    bench.wiki.put("Trope Workshop:Bens", SHORT, "Ben")
    report = bench.run()
    assert [(each.title, each.code) for each in report.findings if each.code == "TB302"] == [
        ("Trope Workshop:Falling Cow", "TB302")
    ]
    assert "Ada has 3 drafts in the Workshop, where 2 at a time are allowed" in told(bench)
    assert told(bench, "Ben") == ""
    bench.wiki.delete("Trope Workshop:Falling Dog")
    bench.run()
    bench.wiki.tick(DAY)
    assert codes(bench.run()) == []
    bench.wiki.tick(DAY)
    bench.run()
    assert told(bench).count("Ada has") == 1


ASIDE = [
    (lambda bench: bench.wiki.imported.add("Trope Workshop:Third"), "imported"),
    (
        lambda bench: bench.wiki.rename("Trope Workshop:Third", "Trope Workshop:First/Third"),
        "a subpage is no draft",
    ),
    (lambda bench: bench.wiki.put("Trope Workshop:Third", "#REDIRECT [[X]]"), "a redirect is none"),
    (
        lambda bench: (
            bench.wiki.rename("Trope Workshop:Third", "Third", redirect=False)
            or bench.wiki.rename("Third", "Trope Workshop:Third", redirect=False)
        ),
        "a trope that came back",
    ),
]


@pytest.mark.parametrize(("act", "why"), ASIDE)
def test_what_is_not_counted(tmp_path: Path, act: Any, why: str) -> None:
    bench = bench_of(tmp_path, LIMITED)
    for name in ("First", "Second", "Third"):
        bench.wiki.put(f"Trope Workshop:{name}", SHORT)
    act(bench)
    assert codes(bench.run()) == [], why


def test_a_draft_written_over_a_redirect_is_the_writers(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, {**LIMITED, "workshop": {"drafts_per_creator": 1}})
    bench.wiki.put("Trope Workshop:Old", SHORT, "Ben")
    bench.wiki.rename("Trope Workshop:Old", "Trope Workshop:New", "Ben")
    bench.wiki.put("Trope Workshop:Old", SHORT, "Ada")
    assert codes(bench.run()) == [], "Ben made the redirect, Ada the draft"
    bench.wiki.put("Trope Workshop:Another", SHORT, "Ada")
    report = bench.run()
    assert [each.title for each in report.findings if each.code == "TB302"] == [
        "Trope Workshop:Another"
    ]


def test_a_page_in_the_category_alone_is_no_draft(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, LIMITED)
    for name in ("First", "Second", "Third"):
        bench.wiki.put(f"Stub {name}", f"{SHORT}[[Category:Trope Workshop]]")
    report = bench.run()
    assert (codes(report), report.drafts) == ([], ())


def test_a_warning_about_the_workshop_does_not_follow_a_draft_into_main(tmp_path: Path) -> None:
    flagged = {
        "workshop": {"drafts_per_creator": 1},
        "actions": {"TB302": "flag"},
        "flags": {"TB302": FLAG},
    }
    bench = bench_of(tmp_path, flagged)
    bench.begin()
    bench.wiki.put("Trope Workshop:First", SHORT)
    bench.wiki.put(DOG, SHORT)
    bench.run()
    assert bench.wiki.text(DOG).startswith("{{Stale draft")
    bench.wiki.put(DOG, "{{Stale draft|date=2026-01-05}}\n" + DRAFT)
    assert bench.run().promotions == 1
    assert bench.wiki.text("Falling Dog") == FINISHED
    bench.run()
    edits = len(bench.bot_edits())
    bench.wiki.tick(DAY)
    bench.run()
    assert len(bench.bot_edits()) == edits
    assert bench.ledger.pages.noes(bench.wiki.pages["Falling Dog"].page_id) == frozenset()


# Votes


def vote(bench: Bench, *votes: str) -> None:
    lines = "\n".join(f"* {word} [[User:{name}]]" for word, name in map(str.split, votes))
    bench.wiki.put(TALK, f"== Votes ==\n{lines}", "Ben")


def test_the_vote_that_was_missing_promotes_the_draft(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, VOTED)
    bench.begin()
    bench.wiki.put(DOG, DRAFT)
    report = bench.run()
    assert [each.sentence() for each in report.drafts] == ["0 of 2 votes"]
    vote(bench, "Support Ben", "Support Ben")
    report = bench.run()
    assert [each.sentence() for each in report.drafts] == ["1 of 2 votes"], "one person, one vote"
    vote(bench, "Support Ben", "Support Cleo", "Oppose Dora")
    report = bench.run()
    assert [each.sentence() for each in report.drafts] == [
        "somebody objects on its talk page: Dora"
    ]
    vote(bench, "Support Ben", "Support Cleo")
    assert bench.run().promotions == 1
    assert "Falling Dog" in bench.wiki.pages


def test_talk_pages_are_read_together(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, VOTED)
    bench.begin()
    for number in range(9):
        bench.wiki.put(f"Trope Workshop:Dog {number}", DRAFT)
    _, asked = counted(bench)
    assert asked["fetch_pages"] == 1


def test_our_own_words_on_a_talk_page_have_nothing_judged(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, VOTED)
    bench.begin()
    bench.wiki.put(DOG, DRAFT)
    bench.run()
    bench.wiki.put(TALK, "Support", BOT)
    _, asked = counted(bench)
    assert asked == Counter({"poll": 1})
