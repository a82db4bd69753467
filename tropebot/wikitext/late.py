"""Regular expressions that are compiled when they are first used: a command that needs few begins sooner.

Must not hold patterns that come from a policy (`patterns` does).
"""

import re
from typing import Any, cast


class _Late:
    """Becomes the compiled pattern attribute by attribute, each the first time that it is asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._asked = (text, flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._asked), name)
        setattr(self, name, found)
        return found


def late(text: str, flags: int = 0) -> re.Pattern[str]:
    """The same as `re.compile`, but not before the pattern is used; mistakes in it are seen then only."""
    return cast("re.Pattern[str]", _Late(text, flags))
