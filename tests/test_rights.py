"""Rights that a rule's action needs are compared with the account's: a rule that lacks one only reports."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tests.patrols import BAD_TROPE, GOOD_TROPE, Bench
from tropebot import standing
from tropebot.policy.broken import Break, Fault
from tropebot.policy.forbid import Forbid, within
from tropebot.policy.schema import Policy
from tropebot.rights import Circumstances, demands, lacking, rule_demands, rule_state
from tropebot.rules import all_rules
from tropebot.rules.rule import Needs, Rule

FORCE = in_force("demo")
ACTS = replace(FORCE.policy, mode="act")
LIGHT = replace(ACTS, actions={"AA101": "flag", "AA102": "report", "AA103": "fix", "AA104": "none"})


def rule(code: str, *rights: str) -> Rule:
    return replace(all_rules()[0], code=code, needs=Needs(rights=rights, grants=("highvolume",)))


RULES = (
    rule("AA101", "edit", "editprotected"),
    rule("AA102", "delete"),
    rule("AA103", "edit"),
    rule("AA104", "delete"),
    rule("AA105"),
)


@pytest.mark.parametrize(
    ("policy", "rights", "expected", "why"),
    [
        (LIGHT, {"read", "edit"}, {"AA101": ("editprotected",)}, "one right of two"),
        (LIGHT, {"read"}, {"AA101": ("edit", "editprotected"), "AA103": ("edit",)}, "no right"),
        (LIGHT, {"edit", "editprotected"}, {}, "all that is needed; reports need nothing"),
        (LIGHT, set(), {}, "the wiki does not tell: nothing is known to be lacking"),
        (replace(LIGHT, mode="report"), {"read"}, {}, "nothing is written at all"),
    ],
)
def test_what_an_account_lacks(
    policy: Policy, rights: set[str], expected: dict[str, tuple[str, ...]], why: str
) -> None:
    assert lacking(rule_demands(policy, RULES), rights) == expected, why


@pytest.mark.parametrize(
    ("promote", "notify", "expected"),
    [
        ("act", True, {"promote": {"edit", "move"}, "notify": {"edit"}}),
        ("report", True, {"notify": {"edit"}}),
        ("act", False, {"promote": {"edit", "move"}}),
        ("report", False, {}),
    ],
)
def test_what_the_policy_asks_for_beside_rules(
    promote: str, notify: bool, expected: dict[str, set[str]]
) -> None:
    policy = replace(
        LIGHT,
        workshop=replace(LIGHT.workshop, promote=promote),
        notify=replace(LIGHT.notify, enabled=notify),
    )
    found = {each.what: set(each.rights) for each in demands(policy, ())}
    assert found == expected
    assert demands(replace(policy, mode="report"), RULES) == ()


BROKEN = Break(title="Template:Trope", fault=Fault.BLANK, codes=frozenset({"AA101"}))


def around(*rights: str, **more: object) -> Circumstances:
    return replace(Circumstances(rights=frozenset(rights), facts=FORCE.facts), **more)  # type: ignore[arg-type]  # a table's rows


@pytest.mark.parametrize(
    ("number", "circumstances", "word", "lacks"),
    [
        (0, around("edit", "editprotected"), "acts", ()),
        (0, around("edit"), "reports", ("editprotected",)),
        (0, around("edit", breakers=frozenset({"AA101"})), "reports", ()),
        (0, around("edit", stopped="A stop."), "reports", ()),
        (0, around("edit", "editprotected", breaks=(BROKEN,)), "off", ()),
        (2, around("edit", breaks=(BROKEN,)), "acts", ()),
        (1, around("edit"), "reports", ()),
        (3, around("edit"), "off", ()),
        (4, around(), "reports", ()),
    ],
)
def test_the_state_of_a_rule(
    number: int, circumstances: Circumstances, word: str, lacks: tuple[str, ...]
) -> None:
    state = rule_state(RULES[number], LIGHT, circumstances)
    assert (state.word, state.lacks) == (word, lacks)
    assert bool(state.why) == (word != "acts")


@pytest.mark.parametrize(
    ("forbid", "said"),
    [
        (Forbid(actions=("write",)), True),
        (Forbid(rules=("AA101",)), True),
        (Forbid(rules=("AA102",)), False),
        (Forbid(actions=("promote",)), False),
    ],
)
def test_what_the_operators_file_forbids_is_named_as_that(forbid: Forbid, said: bool) -> None:
    state = rule_state(
        RULES[0], within(LIGHT, forbid), around("edit", "editprotected", forbid=forbid)
    )
    assert ("[forbid]" in state.why) == said
    assert (state.word == "reports") == said


def test_a_lack_names_the_right_and_the_grants() -> None:
    why = rule_state(RULES[0], LIGHT, around("edit")).why
    assert "the right “editprotected” (" in why
    assert "highvolume" in why


def test_a_rule_for_another_wiki_is_off() -> None:
    facts = replace(FORCE.facts, generator="MediaWiki 1.39.17", extensions=frozenset())
    poem = replace(RULES[2], needs=Needs(extensions=frozenset({"Poem"})), pack="Verses")
    state = rule_state(poem, LIGHT, replace(around("edit"), facts=facts))
    assert (state.word, "Verses" in state.why) == ("off", True)


# A pass.


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """TB101's action needs a right that the account has not."""
    rules = tuple(
        replace(each, needs=replace(each.needs, rights=("edit", "editprotected")))
        if each.code == "TB101"
        else each
        for each in all_rules()
    )
    monkeypatch.setattr(standing, "all_rules", lambda: rules)
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def told(notes: tuple[str, ...]) -> list[str]:
    return [note for note in notes if "lacks" in note]


@pytest.mark.heavy
def test_such_a_rule_only_reports_and_is_told_once(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    bench.wiki.put("No header", "It happens.")
    first = bench.run()
    bench.wiki.tick(60)
    assert bench.wiki.text("Bad") == BAD_TROPE, "no write is tried"
    assert bench.wiki.text("No header").startswith("{{Missing markup"), "other rules act"
    assert "TB101" in {each.code for each in first.reported}
    bench.wiki.put("Bad too", BAD_TROPE)
    second = bench.run()
    assert told(second.notes) == []
    assert bench.ledger.intents.open() == []


@pytest.mark.heavy
def test_what_is_lacking_is_told_by_the_first_pass_and_after_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [replace(all_rules()[0], needs=Needs(rights=("editprotected",)))]
    monkeypatch.setattr(standing, "all_rules", lambda: rules)
    bench = Bench(tmp_path / "ledger.sqlite")
    notes = [told(bench.run().notes) for _ in range(2)]
    assert [len(each) for each in notes] == [1, 0]
    assert "TB101 (editprotected)" in notes[0][0]
    bench.wiki.rights |= {"editprotected"}
    assert told(bench.run().notes) == []
    bench.wiki.rights -= {"editprotected"}
    assert len(told(bench.run().notes)) == 1


@pytest.mark.heavy
def test_the_policy_is_narrowed_whether_that_is_told_or_not(bench: Bench) -> None:
    rights, changes = frozenset({"edit"}), bench.ledger.changes
    changes.set_note("rights-lacking-told", "")
    told_now, notes = standing.policy_within_rights(ACTS, rights, changes)
    told_before, silence = standing.policy_within_rights(ACTS, rights, changes)
    assert (len(notes), silence) == (1, ())
    assert told_now == told_before
    assert told_now.actions == {**ACTS.actions, "TB101": "report"}
    whole, _ = standing.policy_within_rights(ACTS, rights | {"editprotected"}, changes)
    assert whole == ACTS


@pytest.mark.heavy
def test_with_the_right_its_findings_are_acted_on(bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE)
    bench.run()
    bench.wiki.tick(60)
    bench.wiki.rights |= {"editprotected"}
    bench.wiki.put("Stirred", GOOD_TROPE)
    for _ in range(2):
        bench.run()
        bench.wiki.tick(60)
    assert bench.wiki.text("Bad").startswith("{{Missing markup")
