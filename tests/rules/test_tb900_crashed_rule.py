"""TB900: a rule that fails on a page is a finding; the other rules go on, and nothing is done."""

from collections.abc import Iterator

from tests.rules.judged import FORCE, codes
from tropebot import engine
from tropebot.model import Finding, Page
from tropebot.policy.force import PolicyInForce
from tropebot.rules import all_rules
from tropebot.rules.rule import Reading, Rule, Scope


def _fail(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    raise RuntimeError("boom")


BAD = Rule(code="TB199", name="bad", scope=frozenset({Scope.PAGES}), check=_fail)


def test_f34_peer_f43_a_failing_rule_is_reported_and_the_others_go_on() -> None:
    page = Page(title="Foo", text="{{trope}}")
    verdict = engine.judge(page, FORCE, rules=(*all_rules(), BAD))
    assert [finding.code for finding in verdict.findings] == ["TB101", "TB900"]
    assert verdict.findings[-1].details == {"rule": "TB199", "error": "RuntimeError: boom"}
    assert verdict.no_edit == "crashed-rule"


def test_no_page_is_at_fault_by_itself() -> None:
    assert "TB900" not in codes("{{trope}}")
