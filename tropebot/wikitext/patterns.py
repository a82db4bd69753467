"""Patterns that come from a policy, in RE2's syntax: linear time, whatever somebody writes on a wiki page.

Must not know which keys of the policy hold patterns.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re2


@lru_cache(maxsize=16)
def any_of(patterns: tuple[str, ...]) -> "re2._Regexp[str] | None":
    """All patterns as one, in any case; ``None`` for none. They must be without `pattern_faults`."""
    # imported here: a page is judged without them, unless it has examples to be counted
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile("|".join(f"(?:{each})" for each in patterns), options) if patterns else None


def pattern_faults(patterns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Patterns that cannot be used, as they may be printed, each with the reason."""
    refused = [(each, why) for each in patterns if (why := _refusal((each,)))]
    if not refused and (why := _refusal(patterns)):
        refused = [(" | ".join(patterns), f"all of them together: {why}")]
    for pattern, why in refused:
        yield pattern.encode("utf-8", "backslashreplace").decode(), why


def _refusal(patterns: tuple[str, ...]) -> str:
    import re2  # noqa: PLC0415  as above

    try:
        any_of(patterns)
    except UnicodeEncodeError:
        return "a lone surrogate"
    except re2.error as error:
        reason = error.args[0]
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return ""
