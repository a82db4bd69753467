"""One of so many shares of the dumps, for a machine that knows nothing of the others.

Must not judge. A share is a stretch of bytes of all files in their order, so that what comes of the shares,
one behind the other, is what comes of the whole. Where it begins is looked up without reading all before.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

from tropebot.audit.units import can_be_divided
from tropebot.audit.values import Caps
from tropebot.errors import BrokenDump, ConfigError

_FORM = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")


class Slice(msgspec.Struct, frozen=True):
    """The ``number``-th of ``of`` shares, from 1 on."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @classmethod
    def named(cls, text: str) -> Self:
        """As it is typed, “2/8”. Raises `ConfigError`."""
        found = _FORM.fullmatch(text)
        if not found or int(found[1]) > int(found[2]):
            raise ConfigError(f"“{text}” is no share: 2/8 is the second of eight.")
        return cls(int(found[1]), int(found[2]))


def stretches(paths: Sequence[str], share: Slice, caps: Caps) -> Mapping[str, tuple[int, int]]:
    """From and up to which byte of each file; a file that is not named has nothing of the share.

    A file that only one process can read belongs to the share in which it begins. Raises `ConfigError` where
    nothing can be shared.
    """
    sizes = [Path(path).stat().st_size if Path(path).is_file() else 0 for path in paths]
    low, high = (sum(sizes) * at // share.of for at in (share.number - 1, share.number))
    found: dict[str, tuple[int, int]] = {}
    before = 0
    for path, size in zip(paths, sizes, strict=True):
        begin, end = max(low - before, 0), min(high - before, size)
        if not _can_be_divided(path, caps):
            if len(paths) == 1:
                raise ConfigError(
                    f"“{path}” can be read from its beginning only, so it has no shares: unpack it, or give "
                    "a multistream .bz2."
                )
            begin, end = (0, size) if low <= before < high else (0, 0)
        if begin < end or (not size and low <= before < max(high, 1)):
            found[path] = begin, end
        before += size
    return found


def _can_be_divided(path: str, caps: Caps) -> bool:
    """What cannot be read at all is told of when it is read."""
    try:
        return can_be_divided(path, caps)
    except BrokenDump:
        return True
