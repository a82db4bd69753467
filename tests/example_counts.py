"""Drafts for the tests of the example count, and a short way to say what is expected of them."""

from collections.abc import Mapping
from typing import Any

from tests.in_force import in_force
from tropebot.policy.force import PolicyInForce
from tropebot.wikitext.examples import ExampleCount, count_examples

TITLE = "Trope Workshop:Cat Saves the Day"
POLICY: Mapping[str, Any] = {
    "templates": {"aliases": {"tropelist": ["trope list"], "spoiler": ["Hide"]}},
    "examples": {
        "no_real_life": ["no real life"],
        "unsigned": ["unsigned"],
        "containers": {
            "folder": {"title": ["title", "1"]},
            "tabs": {"title": ["name#"], "content": ["tab#"]},
            "box": {"title": [], "content": ["content"]},
        },
        "placeholders": [r"example \d+\.?", "insert example here", "work name: explanation", "tba"],
    },
}


def policy(**examples: Any) -> PolicyInForce:
    """The policy of these tests with other options for examples."""
    document = {**POLICY, "examples": {**POLICY["examples"], **examples}}
    return in_force("demo", document, interlanguage=frozenset({"de"}))


FORCE = policy()


def count(
    text: str, *, force: PolicyInForce = FORCE, title: str = TITLE, preload: tuple[str, ...] = ()
) -> ExampleCount:
    """The count of a whole page."""
    return count_examples(
        text,
        title=title,
        policy=force.policy.examples,
        facts=force.facts,
        preload_items=preload,
        aliases=force.aliases,
        shielding_tags=force.shielding_tags,
    )


def listed(text: str, **options: Any) -> ExampleCount:
    """The count of a page whose examples region holds just this text."""
    return count("{{examples}}\n" + text, **options)


def told(answer: ExampleCount) -> list[str]:
    """Every entry: `+` and the work, or `-` and the reason."""
    return [f"+{entry.work}" if entry.counted else f"-{entry.reason}" for entry in answer.entries]
