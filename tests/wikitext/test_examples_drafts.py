"""Labelled drafts: `tests/data/drafts/*.wiki`, beside each what is expected of it, and why."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.in_force import in_force
from tropebot import engine
from tropebot.model import Page
from tropebot.wikitext.examples import NOTES, REASONS

DRAFTS = sorted((Path(__file__).parents[1] / "data" / "drafts").glob("*.wiki"))
FORCES = {name: in_force(name) for name in ("tropedia", "allthetropes", "demo")}


def expectation(draft: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.with_suffix(".json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.stem)
def test_peer_f30_a_draft_is_counted_as_labelled(draft: Path) -> None:
    expected = expectation(draft)
    force = FORCES[expected["preset"]]
    namespace = force.title(expected["title"]).namespace
    page = Page(title=expected["title"], namespace=namespace, text=draft.read_text("utf-8"))
    answer = engine.examples_of(page, force)
    entries = [
        {
            "line": entry.line,
            "work": entry.work,
            "counted": entry.counted,
            "reason": entry.reason,
            "instances": entry.instances,
        }
        for entry in answer.entries
    ]
    assert entries == expected["entries"], expected["why"]
    assert list(answer.notes) == expected["notes"], expected["why"]
    assert (answer.works, answer.instances) == (expected["works"], expected["instances"])
    assert answer.enough is (answer.works >= force.policy.examples.minimum)


def test_the_drafts_show_every_reason_and_note() -> None:
    told = [expectation(draft) for draft in DRAFTS]
    reasons = {entry["reason"] for expected in told for entry in expected["entries"]}
    notes = {note for expected in told for note in expected["notes"]}
    assert len(told) >= 60
    # what only a policy of one's own or a page beyond all bounds shows has tests of its own
    assert reasons == {"", *REASONS} - {"excluded"}
    assert notes == set(NOTES) - {"too-many-entries"}
