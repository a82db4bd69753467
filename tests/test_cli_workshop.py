"""`tropebot workshop`: a table in 80 columns, JSON lines, and a table for a wiki page, over the FakeWiki."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.patrols import BOT, DRAFT
from tests.test_cli_online import Settings, settings, wiki
from tropebot.ledger import locked

__all__ = ["settings", "wiki"]

pytestmark = pytest.mark.heavy

DAY = 86400.0
LONG = "Trope Workshop:A Dog That Falls From a Roof Whenever Nobody Looks"
ONE = "{{Trope Workshop}}\n{{trope}}\nA dog falls.\n{{examples}}\n* ''[[One Film]]'': it falls there.\n"
POLICY = "[policy.workshop]\ndrafts_per_creator = 2\n[policy.workshop.stale]\ndays = 30\n"


@pytest.fixture(autouse=True)
def _drafts(settings: Settings, wiki: FakeWiki) -> None:
    """Ben has one that is ready, Ada three of which one is fresh; Cleo’s came from elsewhere."""
    settings(POLICY)
    wiki.put(LONG, ONE, "Ada")
    wiki.put("Trope Workshop:Second", ONE + "{{Hold}}", "Ada")
    wiki.put("Trope Workshop:Imported", ONE, "Cleo")
    wiki.imported.add("Trope Workshop:Imported")
    wiki.put("Trope Workshop:Second/Notes", "Notes.", "Ada")
    wiki.put("Trope Workshop:Old name", "#REDIRECT [[Trope Workshop:Second]]", "Ada")
    wiki.put("A stub", f"{ONE}[[Category:Trope Workshop]]", "Ada")
    wiki.tick(40 * DAY)
    wiki.put("Trope Workshop:Third", ONE, "Ada")
    wiki.tick(DAY)


def test_the_table_fits_eighty_columns(shell: Shell) -> None:
    ran = shell("workshop")
    assert ran.code == 0, ran.err
    assert max(map(len, ran.out.splitlines())) <= 80
    assert ran.out.splitlines()[:12] == [
        "Draft                              Works Inst.   Age  Idle  Creator (drafts)",
        "Falling                                3     3    41    41  Ben (1)",
        "    ready; STALE",
        "A Dog That Falls From a Roof Whenever Nobody Looks",
        "                                       1     1    41    41  Ada (3)",
        "    1 of 3 examples; STALE",
        "Second                                 1     1    41    41  Ada (3)",
        "    1 of 3 examples; {{Hold}} is on it; STALE",
        "Imported                               1     1    41    41  Cleo",
        "    1 of 3 examples; STALE",
        "Third                                  1     1     1     1  Ada (3)",
        "    1 of 3 examples; OVER THE LIMIT",
    ]
    assert ran.out.splitlines()[-1] == "5 drafts: 1 ready, 4 stale, 1 over the limit."


def assert_has(line: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert {key: line[key] for key in wanted} == wanted


def test_the_json_has_a_line_for_each_draft_and_a_summary(shell: Shell) -> None:
    ran = shell("workshop", "--json")
    *drafts, last = ran.lines
    assert last == {"type": "summary", "drafts": 5, "ready": 1, "stale": 4, "over_limit": 1}
    by_title = {line["title"]: line for line in drafts}
    assert_has(
        by_title["Trope Workshop:Falling"],
        {
            "works": 3,
            "instances": 3,
            "ready": True,
            "missing": [],
            "creator": "Ben",
            "idle_days": 41,
            "stale": True,
        },
    )
    assert_has(
        by_title["Trope Workshop:Third"],
        {
            "ready": False,
            "holds": ["hold-examples"],
            "live": 3,
            "place": 3,
            "over_limit": True,
            "age_days": 1,
        },
    )
    assert_has(by_title["Trope Workshop:Imported"], {"imported": True, "place": 0})


def test_the_table_for_a_wiki_page_lets_nothing_act(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put("Trope Workshop:Evil", "{{delete}}\n" + ONE, "Eve<b>|~~~~")
    ran = shell("workshop", "--wikitext")
    lines = ran.out.splitlines()
    assert (lines[0], lines[-1]) == ('{| class="wikitable sortable"', "|}")
    assert lines[3].startswith("| [[:Trope Workshop:Falling]] || 3 || 3 || ready || 2026-01-05 ||")
    row = next(line for line in lines if "Evil" in line)
    assert "{{" not in row
    assert "~~~~" not in row
    assert row.count("||") == lines[1].count("!!")


def test_nothing_is_written_and_histories_are_read_once(shell: Shell, wiki: FakeWiki) -> None:
    asked: Counter[str] = Counter()
    wiki.hooks.append(lambda moment, request: asked.update([request] if moment == "before" else []))
    shell("workshop")
    assert (asked["fetch_history"], asked["fetch_pages_by_id"], asked["fetch_titles"]) == (5, 1, 1)
    shell("workshop")
    assert asked["fetch_history"] == 5
    wiki.put("Trope Workshop:Third", ONE + "More.", "Ada")
    shell("workshop")
    assert asked["fetch_history"] == 6
    assert wiki.edits_by(BOT) == []


def test_a_run_that_works_is_not_in_its_way(shell: Shell) -> None:
    shell("workshop")
    (lock,) = shell.directory.glob("**/*.lock")
    with locked(lock):
        ran = shell("workshop")
    assert (ran.code, ran.err) == (0, "")
    assert "5 drafts" in ran.out


def test_what_stands_or_stood_at_a_drafts_title_holds_it(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put("Falling", "{{work}}", "Ada")

    def missing() -> list[str]:
        line = next(each for each in shell("workshop", "--json").lines if each["creator"] == "Ben")
        return list(line["missing"])

    assert missing() == ["“Falling” exists already: it is a page of the type “work”"]
    wiki.delete("Falling")  # after the draft was begun: it made way
    assert missing() == []
    old = wiki.deletions["Falling"]
    wiki.deletions["Falling"] = replace(old, timestamp=old.timestamp - timedelta(days=9999))
    (said,) = missing()
    assert said.startswith("“Falling” was deleted before (")


def test_a_page_that_keeps_bots_off_is_not_called_ready(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put("Trope Workshop:Falling", DRAFT + "{{nobots}}", "Ben")
    assert "the page keeps bots off" in shell("workshop").out


def test_a_blocked_creator_holds_the_draft(shell: Shell, wiki: FakeWiki) -> None:
    wiki.blocked.add("Ben")
    line = next(each for each in shell("workshop", "--json").lines if each["creator"] == "Ben")
    assert line["missing"] == ["Ben, who began it, is blocked"]


def test_no_draft_is_ready_while_the_workshop_is_broken(shell: Shell, wiki: FakeWiki) -> None:
    shell("patrol")
    wiki.put("Template:Hold", "", "Mallory")
    wiki.put("Trope Workshop:Fourth", DRAFT.replace("{{PAGENAME}}", "Fourth"))
    wiki.tick(60)
    shell("patrol")
    lines = {line["title"]: line for line in shell("workshop", "--json").lines if "title" in line}
    fourth = lines["Trope Workshop:Fourth"]
    assert (fourth["ready"], fourth["holds"]) == (False, ["held-broken"])


def test_a_workshop_without_drafts(shell: Shell, wiki: FakeWiki) -> None:
    for title in [title for title in wiki.pages if title.startswith("Trope Workshop:")]:
        wiki.delete(title)
    assert shell("workshop").out == "0 drafts: 0 ready, 0 stale, 0 over the limit.\n"


def test_a_draft_that_is_ready_is_what_promote_moves(shell: Shell, settings: Settings) -> None:
    """What the table calls ready is moved by the same rules."""
    settings("")
    ready = [
        each["title"] for each in shell("workshop", "--json").lines if each.get("ready") is True
    ]
    assert ready == ["Trope Workshop:Falling"]
    moved = [
        each["title"]
        for each in shell("promote", *ready, "--dry-run", "--json").lines
        if each.get("kind") == "move"
    ]
    assert moved == ready
    assert DRAFT.count("* ''") == 3
