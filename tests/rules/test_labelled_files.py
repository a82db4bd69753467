"""Labelled pages of files: each gets exactly the findings that its label says, and clean ones none."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.in_force import in_force
from tropebot.engine import judge
from tropebot.model import FILE, Page

DATA = Path(__file__).parent.parent / "data" / "files"
LABELS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("*.json"))}


def findings(name: str, label: dict[str, Any]) -> list[dict[str, Any]]:
    force = in_force(label["preset"], label.get("policy"), pages=label.get("pages"))
    text = (DATA / f"{name}.wiki").read_text("utf-8")
    verdict = judge(Page(title=label["title"], text=text, namespace=FILE), force)
    return [
        {
            "code": finding.code,
            "details": {k: v for k, v in finding.details.items() if k != "licences"},
        }
        for finding in verdict.findings
    ]


@pytest.mark.parametrize("name", LABELS)
def test_a_labelled_file(name: str) -> None:
    assert findings(name, LABELS[name]) == LABELS[name]["findings"], LABELS[name]["why"]


def test_there_are_enough_and_half_of_them_are_clean() -> None:
    clean = [name for name, label in LABELS.items() if not label["findings"]]
    assert len(LABELS) >= 70
    assert len(clean) * 2 >= len(LABELS)
    assert {path.stem for path in DATA.glob("*.wiki")} == LABELS.keys()
