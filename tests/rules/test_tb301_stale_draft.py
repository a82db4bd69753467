"""TB301: a draft to which nobody has done anything substantial for as long as the policy says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tests.rules.judged import findings
from tropebot.i18n import message
from tropebot.model import DraftLife

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIFE = DraftLife(creator="Ada", created=NOW - 400 * DAY, touched=NOW - 183 * DAY)
FRESH = replace(LIFE, touched=NOW - 182 * DAY)
DRAFT = "{{Trope Workshop}}\n{{trope}}\nIt falls.\n{{examples}}\n"
STALE = {"days": 183, "exempt_templates": ["Returned"], "exempt_categories": ["Kept drafts"]}


def found(
    text: str = DRAFT,
    life: DraftLife | None = LIFE,
    title: str = "Trope Workshop:Foo",
    stale: dict[str, Any] = STALE,
    **page: Any,
) -> list[str]:
    force = in_force("demo", {"workshop": {"stale": stale}})
    listed = {"templates": frozenset({"Template:Trope"}), "read_at": NOW, **page}
    told = findings(text, force, title, life=life, **listed)
    assert "TB900" not in [each.code for each in told], "the rule crashed"
    return [message(each.message, *each.params) for each in told if each.code == "TB301"]


FIRES = [
    ({}, "untouched for exactly as long"),
    ({"life": replace(LIFE, touched=NOW - 900 * DAY)}, "and for much longer"),
    ({"life": replace(LIFE, imported=True, creator="")}, "whoever began it"),
    ({"text": f"{DRAFT}<!-- {{{{Returned}}}} -->"}, "an exemption in a comment is none"),
    ({"stale": {"days": 1}}, "by a stricter policy"),
    (
        {"life": replace(LIFE, returned=True), "stale": {"days": 183, "exempt_returned": False}},
        "a policy that spares nobody",
    ),
]
NOT = [
    ({"life": FRESH}, "a day too fresh"),
    ({"life": None}, "nothing is known of its history"),
    ({"stale": {"days": 0}}, "the policy does not ask"),
    ({"life": replace(LIFE, returned=True)}, "a trope that was sent back waits for staff"),
    ({"text": f"{{{{Returned}}}}{DRAFT}"}, "an exempt template"),
    (
        {"text": f"{DRAFT}{{{{#if:x|{{{{returned}}}}}}}}"},
        "perhaps an exempt template: it is exempt",
    ),
    (
        {"templates": frozenset({"Template:Trope", "Template:Returned"})},
        "the wiki sees an exempt template",
    ),
    ({"text": f"{DRAFT}[[Category:Kept drafts]]"}, "an exempt category"),
    ({"categories": frozenset({"Kept drafts"})}, "the wiki sees an exempt category"),
    ({"stale": {"days": 183, "exempt_titles": ["Fo*"]}}, "an exempt title"),
    (
        {
            "title": "Trope Workshop:Re:Foo Bar",
            "stale": {"days": 183, "exempt_titles": ["Re:Foo_*"]},
        },
        "an exempt title with a colon, written with an underscore",
    ),
    ({"title": "Foo"}, "no draft"),
    ({"templates": None}, "offline"),
]


@pytest.mark.parametrize(("given", "why"), FIRES)
def test_fires(given: dict[str, Any], why: str) -> None:
    assert len(found(**given)) == 1, why


@pytest.mark.parametrize(("given", "why"), NOT)
def test_does_not_fire(given: dict[str, Any], why: str) -> None:
    assert found(**given) == [], why


def test_it_says_how_long_and_since_when() -> None:
    assert found() == [
        "Nobody has done anything substantial to this draft for 183 days or more (last on 2025-07-06): "
        "go on with it, or say on its talk page what is to become of it."
    ]
