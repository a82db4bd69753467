"""A declared hook decides after what changes a rule is asked of a page; no flag outlives its reason."""

import json
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tests.ledgers import quick_ledger
from tests.patrols import BAD_TROPE, GOOD_TROPE, POLICY_PAGE, RUN_PAGE, Bench
from tests.test_lost_ledger import lose
from tropebot import judgement
from tropebot.model import Finding, Page
from tropebot.planning import Episode, OurFlag, Past, standing_codes
from tropebot.rules import all_rules
from tropebot.rules.manifest import HOOKS, hooks_after
from tropebot.rules.rule import Rule, asked_after

pytestmark = pytest.mark.heavy

SAVE, MOVE, UPLOAD, DELETE, UNDELETE = HOOKS
LATE = "{{trope}}\nIt happens.\n{{examples}}\n* ''[[Film]]'': it happens there.\n[[Category:One]]"


@pytest.mark.parametrize(
    ("kind", "log", "action", "expected", "why"),
    [
        ("new", "", "", {SAVE}, "a page is made"),
        ("edit", "", "", {SAVE}, "a page is edited"),
        ("log", "move", "move_redir", {MOVE}, "moved over a redirect"),
        ("log", "upload", "overwrite", {UPLOAD}, "a new version of a file"),
        ("log", "delete", "delete_redir", {DELETE}, "a redirect that made way for a move"),
        ("log", "delete", "restore", {UNDELETE}, "undeleted"),
        ("log", "import", "interwiki", set(), "no hook stands for it: every rule is asked"),
        ("log", "merge", "merge", set(), "histories were merged: every rule is asked"),
    ],
)
def test_the_hook_that_a_row_shows(
    kind: str, log: str, action: str, expected: set[str], why: str
) -> None:
    assert hooks_after(kind, log, action) == expected, why


def rule(code: str, *hooks: str) -> Rule:
    return replace(all_rules()[0], code=code, hooks=hooks)


RULES = (rule("AA101", SAVE, MOVE), rule("AA102", MOVE), rule("AA103", UPLOAD))


@pytest.mark.parametrize(
    ("hooks", "standing", "expected", "why"),
    [
        ({SAVE}, (), ["AA101"], "only it looks at pages that were saved"),
        ({MOVE}, (), ["AA101", "AA102"], "both look at pages that were moved"),
        ({SAVE, UPLOAD}, (), ["AA101", "AA103"], "two changes since the last look"),
        ({SAVE}, ("AA103",), ["AA101", "AA103"], "something of it stands on the page"),
        ({DELETE}, (), [], "nobody looks at that"),
        ((), (), ["AA101", "AA102", "AA103"], "in full"),
    ],
)
def test_the_rules_that_are_asked(
    hooks: Collection[str], standing: Collection[str], expected: list[str], why: str
) -> None:
    assert [each.code for each in asked_after(hooks, standing, RULES)] == expected, why


def test_a_flag_of_ours_asks_every_rule_that_it_serves() -> None:
    force = in_force("demo")
    template = force.policy.flags["TB101"].template
    flag = OurFlag(template=template, subject="TB101", episode=1)
    served = {code for code, each in force.policy.flags.items() if each.template == template}
    assert len(served) > 1
    assert standing_codes(Past(flags={template: flag}), force) == served
    open_one = Past(episodes={"TB201": Episode(number=1, code="TB201")})
    assert standing_codes(open_one, force) == {"TB201"}
    assert standing_codes(Past(), force) == frozenset()


# The patrol, with a TB101 that looks only at pages that were moved.


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    rules = tuple(
        replace(each, hooks=(MOVE,)) if each.code == "TB101" else each for each in all_rules()
    )
    monkeypatch.setattr(judgement, "all_rules", lambda: rules)
    made = Bench(tmp_path / "ledger.sqlite", policy_title=POLICY_PAGE)
    made.wiki.put(POLICY_PAGE, "{}", "Admin")
    made.wiki.put("Long ago", BAD_TROPE)
    made.wiki.tick(3600)
    made.begin()
    return made


def found(bench: Bench) -> list[tuple[str, str]]:
    """What the next pass finds, beside what is at fault with every page that a person made."""
    findings: tuple[Finding, ...] = bench.run().findings
    bench.wiki.tick(60)
    return [(each.title, each.code) for each in findings if each.code != "TB106"]


def test_it_is_asked_after_such_a_change_only(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    assert found(bench) == [], "a save is nothing to it"
    bench.wiki.rename("Bad", "Worse")
    assert found(bench) == [("Worse", "TB101")]
    assert bench.wiki.text("Worse").startswith("{{Missing markup")


def test_other_rules_are_asked_all_the_same(bench: Bench) -> None:
    bench.wiki.put("No header", "It happens.")
    assert found(bench) == [("No header", "TB102")]


def test_two_changes_before_one_look(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    bench.wiki.rename("Bad", "Worse")
    bench.wiki.put("Worse", f"{BAD_TROPE}\nMore.")
    assert found(bench) == [("Worse", "TB101")]


def flagged(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    bench.wiki.rename("Bad", "Worse")
    assert found(bench) == [("Worse", "TB101")]


def test_a_flag_comes_off_after_whatever_change_mends_the_page(bench: Bench) -> None:
    flagged(bench)
    text = bench.wiki.text("Worse").replace(BAD_TROPE, GOOD_TROPE)
    bench.wiki.put("Worse", text)
    assert found(bench) == []
    assert bench.wiki.text("Worse") == GOOD_TROPE


def test_a_flag_stays_as_long_as_its_reason(bench: Bench) -> None:
    flagged(bench)
    bench.wiki.put("Worse", f"{bench.wiki.text('Worse')}\nMore.")
    assert found(bench) == [("Worse", "TB101")]
    assert bench.wiki.text("Worse").startswith("{{Missing markup")


def test_a_flag_for_another_rule_comes_off(bench: Bench) -> None:
    """TB102 put the flag on that serves TB101 as well: without asking TB101 nobody knew if it may go."""
    bench.wiki.put("No header", "It happens.")
    assert found(bench) == [("No header", "TB102")]
    bench.wiki.put("No header", GOOD_TROPE.join((bench.wiki.text("No header")[:-11], "")))
    assert found(bench) == []
    assert bench.wiki.text("No header") == GOOD_TROPE


def test_a_flag_of_ours_that_a_lost_ledger_forgot_comes_off(bench: Bench) -> None:
    flagged(bench)
    bench.wiki.put("Worse", bench.wiki.text("Worse").replace(BAD_TROPE, GOOD_TROPE))
    lose(bench)
    bench.run()
    bench.wiki.tick(60)
    bench.run()
    assert bench.wiki.text("Worse") == GOOD_TROPE


def test_a_flag_that_an_old_copy_of_the_ledger_does_not_know_comes_off(bench: Bench) -> None:
    since = bench.wiki.now
    bench.wiki.put("Bad", BAD_TROPE)
    assert found(bench) == []
    bench.ledger.upkeep.back_up(bench.path.with_name("copy"))
    bench.patrol().run(since=since)
    bench.wiki.tick(60)
    bench.wiki.put("Bad", bench.wiki.text("Bad").replace(BAD_TROPE, GOOD_TROPE))
    assert bench.wiki.text("Bad") != GOOD_TROPE, "the flag is on it"
    bench.ledger.close()
    for path in bench.path.parent.glob(f"{bench.path.name}*"):
        path.unlink()
    shutil.copy(bench.path.with_name("copy"), bench.path)
    bench.ledger = quick_ledger(bench.path)
    for _ in range(2):
        bench.run()
        bench.wiki.tick(60)
    assert bench.wiki.text("Bad") == GOOD_TROPE


def test_who_names_a_moment_has_pages_judged_in_full(bench: Bench) -> None:
    since = bench.wiki.now
    bench.wiki.put("Bad", BAD_TROPE)
    assert found(bench) == []
    report = bench.patrol().run(since=since)
    assert ("Bad", "TB101") in [(each.title, each.code) for each in report.findings]


def test_what_judgement_rests_on_changed_so_pages_are_judged_in_full(bench: Bench) -> None:
    bench.wiki.put("Late", LATE.replace("One", "{{PAGENAME}}"))
    assert found(bench) == []
    policy = {"types": {"trope": {"require": ["heading:Trivia"]}}}
    bench.wiki.put(POLICY_PAGE, json.dumps(policy), "Admin")
    assert ("Late", "TB101") in found(bench)


def test_a_page_that_was_too_fresh_keeps_its_hooks(bench: Bench) -> None:
    bench.policy["exempt"] = {"grace_minutes": 10}
    for _ in range(3):  # judged by the new policy, whatever that was
        bench.run()
        bench.wiki.tick(900)
    bench.wiki.put("Bad", BAD_TROPE)
    bench.wiki.rename("Bad", "Worse")
    bench.wiki.put("Saved only", BAD_TROPE)
    assert found(bench) == []
    bench.wiki.tick(900)
    bench.wiki.put(RUN_PAGE, "run", "Admin")
    assert found(bench) == [("Worse", "TB101")]


def test_of_rules_that_are_not_asked_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tuple(
        replace(each, hooks=(MOVE,)) if each.code == "TB101" else each for each in all_rules()
    )
    monkeypatch.setattr(judgement, "all_rules", lambda: rules)
    judge, page = judgement.Judgement("TropeBot"), Page(title="Bad", text=BAD_TROPE)
    after_save = judge.judged(page, in_force("demo"), hooks=frozenset({SAVE}))
    assert (after_save.findings, "TB101" in after_save.unjudged) == ((), True)
    again = judge.judged(page, in_force("demo"), hooks=frozenset({SAVE, MOVE}))
    assert [each.code for each in again.findings] == ["TB101"]
    assert "TB101" not in again.unjudged


def test_check_asks_every_rule() -> None:
    page = Page(title="Bad", text=BAD_TROPE)
    judged = judgement.Judgement("TropeBot").judged(page, in_force("demo"))
    assert [each.code for each in judged.findings] == ["TB101"]
    assert "TB101" not in judged.unjudged
