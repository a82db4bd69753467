"""A dump's bytes as blocks, whatever it is packed with, within bounds.

Must not know XML. Raises `BrokenDump` behind the last good block, never instead of it.
"""

import bz2
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Protocol, cast

from tropebot.audit.ahead import ahead
from tropebot.audit.values import MEGABYTE, Caps, Span
from tropebot.audit.zstdframes import Frames
from tropebot.errors import BrokenDump

BLOCK = MEGABYTE
STDIN = "-"
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    **{bytes((number,)) + b"\x2a\x4d\x18": "zstd" for number in range(0x50, 0x60)},
}
_NOT_READ = {
    b"7z\xbc\xaf": "7z",
    b"\xfd7zXZ": "xz",
    b"PK\x03\x04": "zip",
}
_INDEX = re.compile(rb"[0-9]{1,15}:[0-9]{1,15}:[^\n<]+\n")
_ZSTD_WINDOW = 128 * MEGABYTE


class _Unpacker(Protocol):
    """The way in which `bz2` unpacks one stream after the other."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...


def packing(path: str) -> str:
    """How a file is packed, by its first bytes: `gzip`, `bzip2`, `zstd`, or `` for not at all.

    Raises `BrokenDump` for what cannot be read, and what the system says of the file.
    """
    with _opened(path) as file:
        return _packing_of(_head(file, path), path)


def is_index(path: str) -> bool:
    """Whether a file is the index of a multistream dump (`offset:id:title`), which lies beside it.

    It is not needed: the streams of a dump are found by how they begin.
    """
    if path == STDIN or "index" not in Path(path).name:
        return False
    try:
        return _INDEX.match(next(blocks(Span(path=path), Caps()), b"")) is not None
    except BrokenDump:
        return False


@dataclass(slots=True)
class Taken:
    """How many bytes of a file were read so far, as it lies there."""

    bytes: int = 0


def blocks(span: Span, caps: Caps, taken: Taken | None = None) -> Iterator[bytes]:
    """The bytes of a file, or of a stretch of it, unpacked, in blocks of about a megabyte."""
    taken = taken or Taken()
    with closing(_opened(span.path)) as file:
        if span.path == STDIN:
            source = _read(file, sys.maxsize, taken)
            head = next(source, b"")
            source = chain((head,), source)
            kind = _packing_of(head[:8], _name(span.path))
        else:
            kind = _packing_of(_head(file, span.path), span.path)
            file.seek(span.start)
            source = _read(file, span.end - span.start if span.end else sys.maxsize, taken)
        unpacked = _unpacked(kind, source, _name(span.path), caps)
        yield from ahead(unpacked) if kind and span.path != STDIN else unpacked


def _name(path: str) -> str:
    return "the standard input" if path == STDIN else path


def _opened(path: str) -> IO[bytes]:
    if path == STDIN:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise BrokenDump(
            f"“{path}” cannot be read: {error.strerror}; check its name and rights."
        ) from error


def _head(file: IO[bytes], path: str) -> bytes:
    try:
        return file.read(8)
    except OSError as error:
        raise BrokenDump(f"“{path}” cannot be read: {error.strerror}.") from error


def _packing_of(head: bytes, path: str) -> str:
    for magic, name in _NOT_READ.items():
        if head.startswith(magic):
            raise BrokenDump(
                f"“{path}” is packed with {name}: unpack it first, to plain XML or zstd."
            )
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


def _read(file: IO[bytes], length: int, taken: Taken) -> Iterator[bytes]:
    while length > 0:
        try:
            block = file.read(min(BLOCK, length))
        except OSError as error:
            raise BrokenDump(f"Reading broke off: {error.strerror}.") from error
        if not block:
            return
        length -= len(block)
        taken.bytes += len(block)
        yield block


def _unpacked(kind: str, source: Iterator[bytes], path: str, caps: Caps) -> Iterator[bytes]:
    match kind:
        case "":
            yield from source
        case "zstd":
            yield from _bounded(_zstd(source, path), path, caps)
        case _:
            make = bz2.BZ2Decompressor if kind == "bzip2" else _Gzip
            yield from _bounded(_members(make, source, kind, path), path, caps)


def _bounded(pairs: Iterator[tuple[int, bytes]], path: str, caps: Caps) -> Iterator[bytes]:
    """The blocks of pairs of (bytes read so far, block), as long as they are no bomb."""
    given = 0
    for taken, block in pairs:
        given += len(block)
        if given > caps.ratio_from and given > caps.ratio * max(taken, 1):
            raise BrokenDump(
                f"“{path}” unpacks to more than {caps.ratio} times its size at byte {taken}: that is no dump."
            )
        if given > caps.total:
            raise BrokenDump(
                f"“{path}” unpacks to more than {caps.total >> 30} GB; give it in parts."
            )
        yield block


class _Gzip:
    """zlib in the manner of `bz2`: one member, of bounded pieces."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


def _members(
    make: type[_Unpacker], source: Iterator[bytes], kind: str, path: str
) -> Iterator[tuple[int, bytes]]:
    """Streams one behind the other, as `bzip2` and `gzip` allow; what is none ends it with an error."""
    taken, rest = 0, b""
    unpacker: _Unpacker | None = None
    while True:
        if not rest and (unpacker is None or unpacker.needs_input):
            rest = next(source, b"")
            taken += len(rest)
            if not rest:
                break
        unpacker = unpacker or make()
        try:
            block = unpacker.decompress(rest, BLOCK)
        except (OSError, ValueError, zlib.error, EOFError) as error:
            raise BrokenDump(
                f"“{path}”: near byte {taken} of the file stands no {kind} data ({error}); fetch it again."
            ) from error
        rest = unpacker.unused_data if unpacker.eof else b""
        if unpacker.eof:
            unpacker = None
        if block:
            yield taken, block
    if unpacker is not None:
        raise BrokenDump(
            f"“{path}” is cut short: its {kind} data end at byte {taken}; fetch it again."
        )


def _zstd(source: Iterator[bytes], path: str) -> Iterator[tuple[int, bytes]]:
    try:
        import zstandard  # noqa: PLC0415  only those wait for it who need it
    except ImportError as error:
        raise BrokenDump(
            f"“{path}” is packed with zstd: pip install 'tropebot[audit]' reads it, or unpack it first."
        ) from error

    file = _Blocks(source)
    unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    with unpacker.stream_reader(
        cast("IO[bytes]", file), read_across_frames=True, closefd=False
    ) as reader:
        while True:
            try:
                block = reader.read(BLOCK)
            except zstandard.ZstdError as error:
                raise BrokenDump(
                    f"“{path}”: near byte {file.taken} of the file stands no zstd data ({error}); "
                    "fetch it again."
                ) from error
            if not block:
                break
            yield file.taken, block
    if not file.frames.whole:
        raise BrokenDump(
            f"“{path}” is cut short: its zstd data end at byte {file.taken}; fetch it again."
        )


class _Blocks:
    """Blocks as a file that can be read once."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._rest = b""
        self.frames = Frames()
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes."""
        if not self._rest:
            self._rest = next(self._source, b"")
            self.frames.take(self._rest)
            self.taken += len(self._rest)
        size = len(self._rest) if size < 0 else size
        block, self._rest = self._rest[:size], self._rest[size:]
        return block
