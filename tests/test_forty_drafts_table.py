"""The table of the forty drafts fits their texts, and their policy is sound."""

from tests.workshop_drafts import POLICY, WORKSHOP, rows, texts
from tropebot.policy.layers import Layer, load
from tropebot.rules import all_rules


def test_every_draft_has_one_row() -> None:
    drafts = [row.draft for row in rows()]
    subpages = {f"{WORKSHOP}Lantern Bearer's Oath/Quotes"}
    assert len(set(drafts)) == len(drafts) >= 40
    assert set(drafts) == texts().keys() - subpages


def test_no_piece_is_left_unfilled() -> None:
    assert [title for title, text in texts().items() if "%" in text] == []


def test_the_policy_is_usable() -> None:
    codes = tuple(rule.code for rule in all_rules())
    loaded = load("demo", [Layer(name="page", document=POLICY)], codes=codes)
    assert loaded.policy.workshop.approval.votes == 2
    assert loaded.notes == ()
