"""Generated documents are current, and the README names what there is."""

from pathlib import Path

import pytest

from tropebot.cli import COMMANDS
from tropebot.cli.documents import documents
from tropebot.errors import Exit
from tropebot.policy import presets

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", documents(README))
def test_generated_documents_are_current(name: str) -> None:
    """If this fails: python -m tropebot.cli.documents"""
    assert (ROOT / name).read_text("utf-8") == documents(README)[name]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`tropebot {command}" in README


@pytest.mark.parametrize("code", Exit)
def test_the_readme_names_every_exit_code(code: Exit) -> None:
    assert f"\n| {int(code)} | " in README


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_is_explained(name: str) -> None:
    titles = {"tropedia": "Tropedia", "allthetropes": "All The Tropes", "demo": "The demo wiki"}
    assert f"\n## {titles[name]}\n" in (ROOT / "docs" / "presets.md").read_text("utf-8")
