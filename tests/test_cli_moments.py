"""Moments on the command line."""

from datetime import UTC, datetime

import click
import pytest

from tropebot.cli.moments import moment

NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3d", datetime(2026, 5, 7, 12, 0, tzinfo=UTC)),
        ("12h", datetime(2026, 5, 10, 0, 0, tzinfo=UTC)),
        ("30 M", datetime(2026, 5, 10, 11, 30, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
        ("2026-05-01T12:30", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("2026-05-01T12:30:05Z", datetime(2026, 5, 1, 12, 30, 5, tzinfo=UTC)),
        ("2026-05-01T12:30+02:00", datetime(2026, 5, 1, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_utc(text: str, expected: datetime) -> None:
    assert moment(text, NOW) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "3",
        "d",
        "-3d",
        "2026-13-01",
        "3 weeks",
        "9" * 30 + "d",
        "0001-01-01T00:00+09:00",
    ],
)
def test_anything_else_says_how_to_write_one(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 2026-05-01T12:00Z, or 3d"):
        moment(text, NOW)
