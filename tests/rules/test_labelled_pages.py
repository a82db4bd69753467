"""Whole pages as people leave them, each with what is to be found on it and why."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.in_force import in_force
from tropebot import engine
from tropebot.model import Page

DATA = Path(__file__).parent.parent / "data" / "pages"
LABELS = sorted(DATA.glob("*.json"))


@pytest.mark.parametrize("label", LABELS, ids=lambda path: path.stem)
def test_exactly_what_the_label_says_is_found(label: Path) -> None:
    said: dict[str, Any] = json.loads(label.read_text("utf-8"))
    force = in_force(said["preset"], pages=said.get("pages"))
    title = force.title(said["title"])
    text = label.with_suffix(".wiki").read_text("utf-8")
    found = engine.judge(
        Page(title=title.text, namespace=title.namespace, text=text), force
    ).findings
    assert [finding.code for finding in found] == [each["code"] for each in said["findings"]]
    for finding, expected in zip(found, said["findings"], strict=True):
        details = expected.get("details", {})
        assert {key: finding.details[key] for key in details} == details


def test_half_of_the_pages_are_clean() -> None:
    clean = [label for label in LABELS if not json.loads(label.read_text("utf-8"))["findings"]]
    assert len(LABELS) >= 80
    assert 0.4 <= len(clean) / len(LABELS) <= 0.6
