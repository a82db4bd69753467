"""Whether zstd data end where a frame does: the unpacker itself does not tell.

Must not unpack. Frames and blocks are followed by their headers alone (RFC 8878, 3.1); what is none of these
is left to the unpacker, which says so.
"""

from collections.abc import Generator

_FRAME = 0xFD2FB528
_SKIPPED, _SKIPPED_MASK = 0x184D2A50, 0xFFFFFFF0
_RLE = 1
_DICTIONARY_BYTES = (0, 1, 2, 4)
_SIZE_BYTES = (0, 2, 4, 8)


class Frames:
    """Takes the packed bytes in pieces of any size; ``whole`` as long as they end where a frame does."""

    def __init__(self) -> None:
        self.whole = True
        self._walk = _walk(self)
        self._wanted = next(self._walk)
        self._held = b""

    def take(self, data: bytes) -> None:
        """The next bytes."""
        position = 0
        while position < len(data):
            if self._wanted < 0:  # passed over, unseen
                step = min(-self._wanted, len(data) - position)
                self._wanted += step
            else:
                step = min(self._wanted - len(self._held), len(data) - position)
                self._held += data[position : position + step]
            position += step
            if self._wanted == len(self._held):
                held, self._held = self._held, b""
                self._wanted = self._walk.send(held)


def _walk(frames: Frames) -> Generator[int, bytes, None]:
    """Asks for so many bytes, or (negative) for so many to be passed over, never for none."""
    while True:
        frames.whole = True
        first = yield 1
        frames.whole = False
        magic = int.from_bytes(first + (yield 3), "little")
        if magic & _SKIPPED_MASK == _SKIPPED:
            size = int.from_bytes((yield 4), "little")
            if size:
                yield -size
        elif magic == _FRAME:
            yield from _frame()
        else:
            frames.whole = True
            while True:
                yield -(1 << 62)


def _frame() -> Generator[int, bytes, None]:
    """What follows a frame's magic number."""
    descriptor = (yield 1)[0]
    single, has_checksum = descriptor >> 5 & 1, descriptor >> 2 & 1
    size = _SIZE_BYTES[descriptor >> 6] or single
    rest = (1 - single) + _DICTIONARY_BYTES[descriptor & 3] + size
    if rest:
        yield -rest
    last = False
    while not last:
        header = int.from_bytes((yield 3), "little")
        last = bool(header & 1)
        length = 1 if header >> 1 & 3 == _RLE else header >> 3
        if length:
            yield -length
    if has_checksum:
        yield -4
