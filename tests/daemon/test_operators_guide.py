"""The operator's guide names all that there is to set and to watch."""

import re
from pathlib import Path

import msgspec
import pytest
from prometheus_client import generate_latest

from tropebot.daemon.metrics import Metrics
from tropebot.errors import Exit
from tropebot.home import Limits, Operator, Watch

GUIDE = (Path(__file__).parents[2] / "docs" / "operator.md").read_text("utf-8")
TABLES = {"forbid", "limits", "policy", "watch"}


def rows() -> dict[str, str]:
    """The rows of the guide's tables by what stands in their first cell."""
    cells = (line.split("|") for line in GUIDE.splitlines() if line.startswith("| "))
    return {name: cell[2].strip() for cell in cells for name in re.findall(r"`([^`]+)`", cell[1])}


def test_every_key_of_the_settings_has_a_row() -> None:
    keys = {field.name for field in msgspec.structs.fields(Operator)} - TABLES
    assert keys <= rows().keys()


@pytest.mark.parametrize(("table", "kept"), [("limits", Limits()), ("watch", Watch())])
def test_every_limit_has_a_row_with_its_default(table: str, kept: msgspec.Struct) -> None:
    shown: dict[str, str] = {}
    for names, default in rows().items():
        shown[names.removeprefix(f"{table}.")] = default
    for field in msgspec.structs.fields(type(kept)):
        value = f"{getattr(kept, field.name):.0f}"
        assert value in shown[field.name].split(", "), field.name


def test_every_figure_has_a_row() -> None:
    metrics = Metrics(clock=lambda: 0.0)
    text = generate_latest(metrics.registry).decode()
    names = {
        name.removesuffix("_created")
        for name in re.findall(r"^# TYPE tropebot_(\w+) \w+$", text, re.MULTILINE)
        if not name.endswith("_created")
    }
    named = {name.partition("{")[0] for name in rows()}
    assert len(names) > 12
    assert names <= named


def test_every_exit_code_that_cron_sees_has_a_row() -> None:
    explained = set(re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE))
    never = {Exit.FINDINGS, Exit.INTERRUPTED}  # of `check`, and of a person at the keyboard
    assert {str(int(code)) for code in Exit if code not in never} <= explained
