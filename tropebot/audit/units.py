"""A dump cut into what can be worked on apart, and the pages of each.

Must not judge. The cuts do not depend on how many work: the same dump gives the same units. A plain file is
cut before a `<page>`, a multistream bzip2 file between its streams; of anything else one process reads all
and gives batches of pages. The index of a multistream file is not read, so it cannot mislead.
"""

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tropebot.audit.reading import HEAD, TAIL, Reader
from tropebot.audit.streams import STDIN, Taken, blocks, packing
from tropebot.audit.values import MEGABYTE, Batch, Caps, DumpPage, SiteInfo, Span, Unit
from tropebot.errors import BrokenDump

SPAN_BYTES = 4 * MEGABYTE
"""Of a plain file; a span ends before the next page."""
PACKED_BYTES = MEGABYTE
"""Of a multistream file."""
BATCH_CHARACTERS = 4 * MEGABYTE
_PAGE = b"<page>"
_STREAM = b"BZh91AY&SY"
_LOOK = 4 * MEGABYTE


@dataclass(slots=True)
class Read:
    """What became of reading a unit: filled in as its pages are taken."""

    pages: int = 0
    problem: str = ""


def site_of(path: str, caps: Caps) -> SiteInfo:
    """What the head of a file says of its wiki; empty where it says nothing. Not for stdin."""
    reader = Reader(caps, name=path)
    try:
        for _ in reader.pages(blocks(Span(path=path), caps)):
            break
    except BrokenDump:
        return reader.site
    return reader.site


def units(path: str, caps: Caps, stretch: tuple[int, int] | None = None) -> Iterator[Unit]:
    """The units of a file in its order. Raises `BrokenDump` for a file that cannot be read at all.

    ``stretch`` names bytes of a file that can be divided: pages or streams that begin there are wanted.
    """
    kind = "" if path == STDIN else packing(path)
    if path == STDIN or kind in ("gzip", "zstd"):
        yield from _batches(path, caps)
        return
    low, high = stretch or (0, 0)
    if kind == "":
        yield from _spans(path, _cuts, SPAN_BYTES, low, high)
    elif _is_multistream(path, caps):
        yield from _spans(path, _streams, PACKED_BYTES, low, high)
    else:
        yield from _batches(path, caps)


def can_be_divided(path: str, caps: Caps) -> bool:
    """Whether a file can be read from several places at once. Raises `BrokenDump` as `units` does."""
    if path == STDIN:
        return False
    kind = packing(path)
    return not kind or (kind == "bzip2" and _is_multistream(path, caps))


def pages_of(unit: Unit, caps: Caps, read: Read) -> Iterator[DumpPage]:
    """The pages of a unit; what broke stands in ``read`` then, behind the last page that is whole."""
    if isinstance(unit, Batch):
        read.pages = len(unit.pages)
        yield from unit.pages
        read.problem = unit.problem
        return
    head = () if unit.first else (HEAD,)
    tail = () if unit.last else (TAIL,)
    start = 0 if unit.packed else unit.start
    name = f"{unit.path} unpacked from byte {unit.start}" if unit.packed else unit.path
    reader = Reader(caps, origin=start - (0 if unit.first else len(HEAD)), name=name)
    try:
        yield from reader.pages(chain(head, blocks(unit, caps), tail))
    except BrokenDump as error:
        read.problem = str(error)
    read.pages = reader.seen


def _spans(
    path: str, cuts: Callable[[str, int, int], Iterator[int]], size: int, low: int, high: int
) -> Iterator[Span]:
    """Between the first cut from ``low`` on and the first from ``high`` on (0: to the end), so large."""
    packed = cuts is _streams
    before = next(cuts(path, low, size), None) if low else 0
    end = next(cuts(path, high, size), 0) if 0 < high < Path(path).stat().st_size else 0
    if before is None or before == end != 0:
        return
    for start in cuts(path, before + size, size):
        if end and start >= end:
            break
        yield Span(path=path, start=before, end=start, first=before == 0, last=False, packed=packed)
        before = start
    yield Span(path=path, start=before, end=end, first=before == 0, last=not end, packed=packed)


def _cuts(path: str, wanted: int, size: int) -> Iterator[int]:
    """Where a plain file can be cut: before the first page behind so many bytes, and so on."""
    with Path(path).open("rb") as file:
        while True:
            file.seek(wanted)
            window, at = b"", wanted
            while (found := window.find(_PAGE)) < 0:
                kept = window[-len(_PAGE) + 1 :]
                at += len(window) - len(kept)
                block = file.read(64 << 10)
                if not block:
                    return
                window = kept + block
            yield at + found
            wanted = at + found + size


def _streams(path: str, wanted: int, size: int) -> Iterator[int]:
    """Where the streams of a multistream file begin behind so many bytes, some together."""
    with (
        Path(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        at = data.find(_STREAM, wanted)
        while at >= 0:
            yield at
            at = data.find(_STREAM, at + size)


def _is_multistream(path: str, caps: Caps) -> bool:
    """Whether the second stream begins with a page, as Wikimedia's files do and pbzip2's do not."""
    with Path(path).open("rb") as file:
        at = file.read(_LOOK).find(_STREAM, 1)
    if at < 0:
        return False
    try:
        first = next(iter(blocks(Span(path=path, start=at), caps)), b"")
    except BrokenDump:
        return False
    return first.lstrip().startswith(_PAGE)


def _batches(path: str, caps: Caps) -> Iterator[Batch]:
    """The pages of a file that has to be read from its beginning."""
    reader = Reader(caps, name="the standard input" if path == STDIN else path)
    held: list[DumpPage] = []
    taken = Taken()
    size = 0
    problem = ""
    try:
        for page in reader.pages(blocks(Span(path=path), caps, taken)):
            held.append(page)
            size += len(page.text or "") + 500
            if size >= BATCH_CHARACTERS:
                yield Batch(path=path, pages=tuple(held), end=taken.bytes)
                held, size = [], 0
    except BrokenDump as error:
        problem = str(error)
    yield Batch(path=path, pages=tuple(held), end=taken.bytes, problem=problem)
