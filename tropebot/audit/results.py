"""What an audit adds up to, what it remembers so that it can go on, and how it differs from an earlier one.

Must not judge or print. The journal lies beside the output: after each unit one line says how long the output
is and what the counts are, so that what was written behind the last line is cut off and done again.
"""

import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

from tropebot.audit.judging import Order, Outcome
from tropebot.audit.streams import STDIN
from tropebot.errors import ConfigError

UNJUDGED = (
    "“{}”: every process that was given the {} pages from “{}” to “{}” was ended from outside: they are not "
    "judged. More memory may help; if not, please report it."
)


@dataclass(slots=True, kw_only=True)
class Tally:
    """The counts of an audit; ``notes`` are what could not be judged, and on how many pages.

    ``problems`` say of a file where it broke, ``lost`` of which pages nobody could judge.
    """

    pages: int = 0
    clean: int = 0
    exempt: int = 0
    unread: int = 0
    characters: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    by_file: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    @property
    def findings(self) -> int:
        """All findings."""
        return sum(self.codes.values())

    def add(self, path: str, outcome: Outcome) -> None:
        """One more unit of a file."""
        self.units[path] = self.units.get(path, 0) + 1
        self.pages += outcome.pages
        self.clean += outcome.clean
        self.exempt += outcome.exempt
        self.unread += outcome.unread
        self.characters += outcome.characters
        self.by_file[path] = self.by_file.get(path, 0) + outcome.pages
        for each in outcome.found:
            code = each.finding.code
            self.codes[code] = self.codes.get(code, 0) + 1
        for note, pages in outcome.notes:
            self.notes[note] = self.notes.get(note, 0) + pages
        if outcome.problem:
            self.problems.setdefault(path, outcome.problem)
        if titles := outcome.unjudged:
            self.lost.append(UNJUDGED.format(path, len(titles), titles[0], titles[-1]))


class Journal:
    """The output file together with its journal; a context manager. Raises `ConfigError`."""

    def __init__(self, path: Path, mark: str, *, resume: bool) -> None:
        """``mark`` stands for dumps and policy: another audit cannot be gone on with.

        What stands already is ``length`` bytes of the output, and goes on at ``place``, if one was told, with
        what was ``known`` (see `learn`).
        """
        self.tally = Tally()
        self.place: list[Any] | None = None
        self.known = b""
        self._beside = path.with_name(f"{path.name}.journal")
        length = self.length = self._last(path, mark) if resume else 0
        self.known = self.known if length else b""
        try:
            self._out: BinaryIO = path.open("r+b" if length else "wb")
            self._out.truncate(length)
            self._out.seek(length)
            self._journal: BinaryIO = self._beside.open("ab" if length else "wb")
        except OSError as error:
            raise ConfigError(
                f"“{path}” cannot be written: {error.strerror}; name another file with --out."
            ) from error
        self._write({"mark": mark})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()
        self._journal.close()

    def learn(self, known: bytes) -> None:
        """What was found out before the first unit, so that it need not be found out again."""
        self._write({"known": b64encode(known).decode()})

    def add(self, lines: Iterable[bytes], place: list[Any] | None = None) -> None:
        """The lines of a unit that ``tally`` has been told of; they stay when the process is killed.

        ``place`` is where to go on behind it, where that does not follow from the count of units.
        """
        self._out.writelines(lines)
        self._out.flush()
        os.fsync(self._out.fileno())
        row = {"length": self._out.tell(), "tally": asdict(self.tally), "place": place}
        self._write(row)

    def done(self, lines: Iterable[bytes]) -> None:
        """The last lines; there is nothing to go on with any more."""
        self._out.writelines(lines)
        self._out.flush()
        self._beside.unlink(missing_ok=True)

    def _write(self, row: Mapping[str, Any]) -> None:
        self._journal.write(json.dumps(row).encode() + b"\n")
        self._journal.flush()

    def _row(self, line: bytes) -> dict[str, Any]:
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise ConfigError(
                f"“{self._beside}” cannot be read: leave out --resume to begin again."
            )
        return row

    def _last(self, path: Path, mark: str) -> int:
        """How much of the output stands, by the journal's last whole line."""
        if not self._beside.exists():
            return 0
        length = 0
        with self._beside.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                row = self._row(line)
                if row.get("mark", mark) != mark:
                    raise ConfigError(
                        f"“{self._beside}” is of another audit, or by another policy: leave out "
                        "--resume to begin again."
                    )
                if "known" in row:
                    self.known = b64decode(row["known"])
                if "length" in row:
                    length, self.tally = row["length"], Tally(**row["tally"])
                    self.place = row["place"]
        if length and (not path.exists() or path.stat().st_size < length):
            raise ConfigError(f"“{path}” is shorter than its journal says: leave out --resume.")
        return length


def broken_off(path: Path) -> bool:
    """Whether an audit that wrote there did not get to its end."""
    return path.with_name(f"{path.name}.journal").exists()


def mark_of(paths: Iterable[str], order: Order) -> str:
    """What stands for the dumps as they are now and for all by which they are judged."""
    digest = hashlib.sha256(order.policy)
    for path in paths:
        if path == STDIN:
            raise ConfigError(
                "What comes from the standard input cannot be gone on with: name a file."
            )
        if Path(path).exists():
            found = Path(path).stat()
            digest.update(repr((path, found.st_size, found.st_mtime_ns)).encode())
    return digest.hexdigest()


def mark_of_wiki(url: str, policy: bytes) -> str:
    """What stands for a wiki and all by which it is judged."""
    return hashlib.sha256(url.encode() + b"\n" + policy).hexdigest()


def kept_rows(path: Path, length: int) -> Iterator[dict[str, Any]]:
    """The findings in so many bytes of an output that is gone on with."""
    with path.open("rb") as file:
        while file.tell() < length:
            row = json.loads(file.readline())
            if row["type"] == "finding":
                yield row
