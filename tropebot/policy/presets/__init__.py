"""The policy documents that come with tropebot, one JSON file per wiki; docs/presets.md says whence.

Must not hold logic, and no file here names a person.
"""

from functools import cache
from pathlib import Path

BARE = "none"
DEFAULT = "tropedia"
_HERE = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The presets by name, in order; `none` (the format's own defaults) is not among them."""
    return tuple(sorted(each.stem for each in _HERE.glob("*.json")))


@cache
def text(name: str) -> str:
    """The document of a preset that `names()` lists."""
    return (_HERE / f"{name}.json").read_text(encoding="utf-8")
