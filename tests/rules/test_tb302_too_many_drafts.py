"""TB302: drafts beyond those that one person may have at a time."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tests.rules.judged import findings
from tropebot.i18n import message
from tropebot.model import DraftLife

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LIFE = DraftLife(creator="Ada", created=NOW, touched=NOW, place=4, live=5)
DRAFT = "{{Trope Workshop}}\n{{trope}}\nIt falls.\n{{examples}}\n"
LISTED = frozenset({"Template:Trope"})


def found(life: DraftLife | None, most: int = 3, title: str = "Trope Workshop:Foo") -> list[str]:
    force = in_force("demo", {"workshop": {"drafts_per_creator": most}})
    told = findings(DRAFT, force, title, life=life, templates=LISTED, read_at=NOW)
    assert "TB900" not in [each.code for each in told], "the rule crashed"
    return [message(each.message, *each.params) for each in told if each.code == "TB302"]


@pytest.mark.parametrize(
    ("life", "most", "why"),
    [
        (LIFE, 3, "the fourth of three"),
        (replace(LIFE, place=5), 3, "the fifth"),
        (replace(LIFE, place=2), 1, "the second where one is allowed"),
    ],
)
def test_fires(life: DraftLife, most: int, why: str) -> None:
    assert len(found(life, most)) == 1, why


@pytest.mark.parametrize(
    ("life", "most", "title", "why"),
    [
        (replace(LIFE, place=3), 3, "Trope Workshop:Foo", "the third of three"),
        (replace(LIFE, place=1), 3, "Trope Workshop:Foo", "the oldest of too many may stay"),
        (LIFE, 0, "Trope Workshop:Foo", "any number is allowed"),
        (replace(LIFE, place=0, imported=True), 3, "Trope Workshop:Foo", "nobody here began it"),
        (None, 3, "Trope Workshop:Foo", "nothing is known of its history"),
        (LIFE, 3, "Foo", "no draft"),
    ],
)
def test_does_not_fire(life: DraftLife | None, most: int, title: str, why: str) -> None:
    assert found(life, most, title) == [], why


def test_it_names_the_person_and_the_numbers() -> None:
    assert found(LIFE) == [
        "Ada has 5 drafts in the Workshop, where 3 at a time are allowed: finish an older one first."
    ]
