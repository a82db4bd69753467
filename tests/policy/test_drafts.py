"""Of which drafts nothing is known about age and number: their findings and flags stay as they are."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tropebot.model import DraftLife, Page
from tropebot.policy.drafts import codes_without_life

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LIFE = DraftLife(creator="Ada", created=NOW, touched=NOW)
DRAFT = Page(title="Trope Workshop:Foo", text="")
STALE, LIMIT = {"stale": {"days": 183}}, {"drafts_per_creator": 3}
BOTH = {"TB301", "TB302"}


@pytest.mark.parametrize(
    ("page", "workshop", "unknown", "why"),
    [
        (DRAFT, STALE, BOTH, "its history was not read"),
        (DRAFT, LIMIT, BOTH, "one key alone asks for it"),
        (replace(DRAFT, life=LIFE), STALE, set(), "it was read"),
        (DRAFT, {}, set(), "the policy does not ask: what stood before is over"),
        (replace(DRAFT, base_exists=True), STALE, set(), "a subpage is no draft"),
        (replace(DRAFT, title="Foo"), STALE, set(), "no draft"),
    ],
)
def test_of_what_nothing_is_known(
    page: Page, workshop: dict[str, Any], unknown: set[str], why: str
) -> None:
    force = in_force("demo", {"workshop": workshop})
    page = replace(page, namespace=force.title(page.title).namespace)
    assert codes_without_life(page, force) == unknown, why
