"""A moment as people write it on a command line: `2026-05-01`, `2026-05-01T12:00Z`, `3d`, `12h`, `30m`.

Must not read a clock.
"""

import re
from datetime import UTC, datetime, timedelta

import click

_SPAN = re.compile(r"(\d{1,5})\s*([dhm])", re.IGNORECASE)
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def moment(text: str, now: datetime) -> datetime:
    """The moment in UTC; a span is before ``now``. Raises `click.BadParameter`."""
    if span := _SPAN.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[span[2].lower()]: int(span[1])})
    try:
        found = datetime.fromisoformat(text.strip())
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"“{text}” is no time: write 2026-05-01T12:00Z, or 3d, 12h, 30m for a time ago."
        ) from None
