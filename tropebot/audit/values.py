"""What is read from a dump as frozen values, and the bounds within which it is read.

Must not read anything. All values can be sent to another process, or to another machine.
"""

import msgspec

from tropebot.wikitext.document import LONGEST

MEGABYTE = 1 << 20


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """What a dump may ask of us.

    ``text`` is in characters: of a longer text the rest is not kept, and the page is one that cannot be read
    (TB901). ``field`` (characters of a title, a comment …), ``tag`` (bytes of one tag with its attributes)
    and ``depth`` (elements in one another) are far beyond what MediaWiki writes: over them the file is no
    dump. ``ratio``, from so many bytes on, and ``total`` (bytes) bound what comes out of a compressed file.
    """

    text: int = LONGEST + 1
    field: int = 64 << 10
    tag: int = MEGABYTE
    attributes: int = 64
    depth: int = 16
    namespaces: int = 4_000
    ratio: int = 1_000
    ratio_from: int = 64 * MEGABYTE
    total: int = 1 << 42


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of a file, as a dump made with `--uploads` tells it."""

    timestamp: str
    uploader: str
    comment: str


class DumpPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page at its newest revision in the dump; ``text`` is ``None`` where it is hidden or not in the dump.

    ``timestamp`` is as it stands there (ISO 8601, UTC); ``redirect`` is the target's title, empty for none.
    """

    title: str
    namespace: int
    page_id: int
    rev_id: int
    timestamp: str
    model: str
    redirect: str
    text: str | None
    upload: Upload | None = None


class SiteInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a dump's head says of its wiki: ``namespaces`` maps ids to local names."""

    name: str = ""
    base: str = ""
    case: str = "first-letter"
    namespaces: dict[int, str] = {}


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a file that can be read by itself: whole pages, or (``end`` 0) all to its end.

    ``start`` and ``end`` are bytes of the file as it lies there, ``packed`` or not. ``first`` begins with the
    dump's head, ``last`` holds its end.
    """

    path: str
    start: int = 0
    end: int = 0
    first: bool = True
    last: bool = True
    packed: bool = False


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Pages of a file that only one process can read (a stream); ``problem`` says why they are the last.

    ``end`` is how many bytes of the file, as it lies there, had been read for them.
    """

    path: str
    pages: tuple[DumpPage, ...]
    end: int = 0
    problem: str = ""


Unit = Span | Batch
"""What is given to a worker."""
