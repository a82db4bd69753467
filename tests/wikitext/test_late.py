"""Patterns that are compiled late do what compiled ones do, and all of the program's can be compiled."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import tropebot
from tropebot.wikitext.late import _Late, late

PACKAGE = Path(tropebot.__file__).parent
MODULES = sorted(
    ".".join(("tropebot", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    if "import late" in path.read_text("utf-8")
)


def test_it_does_what_a_compiled_one_does() -> None:
    pattern = late(r"(?P<word>a+)b", re.IGNORECASE)
    assert pattern.search("xAAb")["word"] == "AA"  # type: ignore[index]
    assert pattern.sub("-", "aab ab") == "- -"
    assert (pattern.pattern, pattern.flags & re.IGNORECASE) == (r"(?P<word>a+)b", re.IGNORECASE)
    assert pattern.fullmatch("b") is None


def test_a_mistake_is_seen_when_it_is_used() -> None:
    broken = late("(")
    with pytest.raises(re.error):
        broken.match("x")


@pytest.mark.parametrize("name", MODULES)
def test_every_late_pattern_can_be_compiled(name: str) -> None:
    values = vars(import_module(name)).values()
    assert all(each.match for each in values if isinstance(each, _Late))
