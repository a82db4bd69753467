"""The outputs of all shares of an audit, put together to that of the whole.

Must not judge. Lines pass through as they stand; only the summaries are added up.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tropebot.audit.results import Tally
from tropebot.audit.slices import Slice
from tropebot.errors import ConfigError

_TAIL = 1 << 20
"""In which the last line has to stand whole."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An output that is whole, with its summary."""

    path: str
    share: Slice
    summary: dict[str, Any]


def parts_in_order(paths: Sequence[str]) -> tuple[Part, ...]:
    """All shares of one audit, however their files are named. Raises `ConfigError`."""
    parts = sorted((_part(path) for path in paths), key=lambda part: part.share.number)
    numbers = Counter(part.share.number for part in parts)
    of = parts[0].share.of
    for part in parts:
        if part.share.of != of or part.summary["mark"] != parts[0].summary["mark"]:
            raise ConfigError(
                f"“{part.path}” is of another audit than “{parts[0].path}”: other dumps, policy or shares."
            )
        if numbers[part.share.number] > 1:
            raise ConfigError(f"Share {part.share} is there more than once: “{part.path}”.")
    if missing := [str(number) for number in range(1, of + 1) if number not in numbers]:
        raise ConfigError(f"Of {of} shares these are missing: {', '.join(missing)}.")
    return tuple(parts)


def tally_of(parts: Sequence[Part]) -> Tally:
    """Their counts together; ``lost`` are all problems, each once."""
    tally = Tally()
    codes: Counter[str] = Counter()
    for part in parts:
        found = part.summary
        tally.pages += found["pages"]
        tally.clean += found["clean"]
        tally.exempt += found["exempt"]
        tally.unread += found["hidden"]
        codes.update(found["codes"])
        tally.lost += [each for each in found["problems"] if each not in tally.lost]
    tally.codes = dict(codes)
    return tally


def lines_of(parts: Sequence[Part]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """All lines but the summaries, as they stand and as rows. Raises `ConfigError`."""
    for part in parts:
        with Path(part.path).open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = json.loads(line)
                    kind = row["type"]
                except (ValueError, TypeError, KeyError) as error:
                    raise ConfigError(
                        f"“{part.path}”: line {number} is no row of an audit."
                    ) from error
                if kind != "summary":
                    yield line, row


def _part(path: str) -> Part:
    try:
        with Path(path).open("rb") as file:
            file.seek(max(file.seek(0, 2) - _TAIL, 0))
            last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from error
    try:
        row = json.loads(last)
        summary = row if row["type"] == "summary" else {}
    except (ValueError, TypeError, KeyError):
        summary = {}
    if not summary:
        raise ConfigError(
            f"“{path}” has no summary at its end: that audit has not ended, see --resume."
        )
    if "slice" not in summary:
        raise ConfigError(f"“{path}” is no share: --join is for what “audit --slice K/N” wrote.")
    return Part(path=path, share=Slice.named(str(summary["slice"])), summary=summary)
