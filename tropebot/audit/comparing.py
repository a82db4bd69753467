"""How an audit differs from an earlier one: which findings are new, which are gone.

Must not keep the earlier findings: sixteen bytes stand for each, and what is gone is read a second time.
"""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

import msgspec

from tropebot.errors import ConfigError

MOST_LINE = 16 << 20
_PARTS = 256
"""What was found is kept in so many parts, each sorted by itself: sorting takes many times the room."""


class Line(msgspec.Struct, frozen=True):
    """What is needed of a line of an audit's output."""

    type: str = ""
    title: str = ""
    code: str = ""
    complete: bool = True


_DECODER = msgspec.json.Decoder(Line)


def read_lines(path: str) -> Iterator[Line]:
    """The lines of an earlier audit's output. Raises `ConfigError`."""
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MOST_LINE), b""), 1):
                try:
                    yield _decoded(line)
                except ValueError as error:
                    raise ConfigError(
                        f"“{path}”: line {number} is none of an audit’s output; name a file that “audit "
                        "--out” wrote."
                    ) from error
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from error


def _decoded(line: bytes) -> Line:
    """The line; a title with half a character is escaped, which only the standard library reads."""
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(line), Line)


class Comparison:
    """The findings of an earlier audit, by title and code, against those of this one."""

    def __init__(self, path: str) -> None:
        """``path`` is what the earlier audit wrote; it is read now and, by `gone`, once more."""
        if Path(path).exists() and not Path(path).is_file():
            raise ConfigError(f"“{path}” is no file that can be read twice: name one.")
        self._path = path
        self._parts = [array("Q") for _ in range(_PARTS)]
        self.new = self.had = self.old = 0
        self.complete = False
        for line in read_lines(path):
            if line.type == "finding":
                key = _key(line.title, line.code)
                self._parts[key % _PARTS].append(key)
                self.old += 1
            elif line.type in ("new", "fixed"):
                raise ConfigError(
                    f"“{path}” says what was new in an audit, not all that it found: name a file that “audit "
                    "--out” wrote."
                )
            elif line.type == "summary":
                self.complete = line.complete
        self._left = [array("I") for _ in range(_PARTS)]
        for number, part in enumerate(self._parts):
            self._parts[number] = array("Q")
            for key, same in groupby(sorted(part)):
                self._parts[number].append(key)
                self._left[number].append(sum(1 for _ in same))
        self._had = [array("I", bytes(4 * len(part))) for part in self._parts]

    @property
    def fixed(self) -> int:
        """How many earlier findings there are of which this audit has had none."""
        return self.old - self.had

    def is_new(self, title: str, code: str) -> bool:
        """Whether a finding of this audit was not among the earlier ones; each is to be asked about once."""
        part, at = self._place(title, code)
        if at < 0 or not self._left[part][at]:
            self.new += 1
            return True
        self._left[part][at] -= 1
        self._had[part][at] += 1
        self.had += 1
        return False

    def gone(self) -> Iterator[tuple[str, str]]:
        """Those of the earlier audit that this one did not have, in their order; asked once, at the end.

        Where a page had several findings of a rule, the first count as those that it still has.
        """
        for line in read_lines(self._path):
            if line.type != "finding":
                continue
            part, at = self._place(line.title, line.code)
            if at >= 0 and self._had[part][at]:
                self._had[part][at] -= 1
            else:
                yield line.title, line.code

    def _place(self, title: str, code: str) -> tuple[int, int]:
        """The part of a finding and its place there, -1 for one that the earlier audit did not have."""
        key = _key(title, code)
        keys = self._parts[key % _PARTS]
        at = bisect_left(keys, key)
        return key % _PARTS, at if at < len(keys) and keys[at] == key else -1


def _key(title: str, code: str) -> int:
    text = f"{code}\n{title}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
