"""WALL101: paragraphs of more words than the option allows."""

import pytest

from tropebot import engine
from tropebot.model import Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import Layer, load
from tropebot.policy.offline import facts_from
from tropebot.rules import all_rules
from tropebot.rules.packs import option_defaults
from tropebot.rules.rule import asked_after

TEN = "one two three four five six seven eight nine ten"


def lines(text: str, longest: int = 10) -> list[int]:
    """The lines at which the rule fires, with at most ``longest`` words allowed."""
    layer = Layer(name="test", document={"packs": {"Walls": {"longest_paragraph": longest}}})
    policy = load("demo", [layer], packs=option_defaults()).policy
    force = PolicyInForce(policy=policy, facts=facts_from(policy))
    page = Page(title="Foo", text=f"{{{{trope}}}}\n\n{text}")
    return [each.line for each in engine.judge(page, force).findings if each.code == "WALL101"]


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (f"{TEN} eleven", [3], "eleven words"),
        (f"{TEN}\neleven", [3], "a line break makes no paragraph"),
        (f"Short.\n\n{TEN} eleven\n\n{TEN} twelve", [5, 7], "each is told at its line"),
    ],
)
def test_fires(text: str, expected: list[int], why: str) -> None:
    assert lines(text) == expected, why


@pytest.mark.parametrize(
    ("text", "longest", "why"),
    [
        (TEN, 10, "ten words are allowed"),
        (f"{TEN}\n\neleven", 10, "an empty line parts paragraphs"),
        (f"{TEN} <!-- eleven -->", 10, "a comment is not read"),
        (f"{TEN} eleven", 11, "the option decides"),
    ],
)
def test_does_not_fire(text: str, longest: int, why: str) -> None:
    assert lines(text, longest) == [], why


@pytest.mark.parametrize(
    ("hook", "standing", "asked", "why"),
    [
        ("PageSaveComplete", (), True, "the manifest names it"),
        ("PageMoveComplete", (), True, "this one too"),
        ("UploadComplete", (), False, "a file has no paragraphs to speak of"),
        ("PageUndeleteComplete", (), False, "it is as it was"),
        ("PageUndeleteComplete", ("WALL101",), True, "a flag for it may stand on the page"),
    ],
)
def test_the_hooks_of_the_manifest_decide_when_it_is_asked(
    hook: str, standing: tuple[str, ...], asked: bool, why: str
) -> None:
    found = asked_after({hook}, standing, all_rules())
    assert ("WALL101" in {rule.code for rule in found}) == asked, why
