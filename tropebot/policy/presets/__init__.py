"""The policy documents that come with tropebot, one JSON file per wiki; docs/presets.md says whence.

Must not hold logic, and no file here names a person.
"""

from functools import cache
from importlib.resources import files

BARE = "none"
DEFAULT = "tropedia"


def names() -> tuple[str, ...]:
    """The presets by name, in order; `none` (the format's own defaults) is not among them."""
    here = files(__name__)
    return tuple(sorted(f.name[:-5] for f in here.iterdir() if f.name.endswith(".json")))


@cache
def text(name: str) -> str:
    """The document of a preset that `names()` lists."""
    return files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
