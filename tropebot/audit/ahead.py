"""Blocks made in a thread, ahead of who takes them: unpacking leaves the interpreter free for something else.

Must not change, drop or reorder anything, and leaves no thread behind.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, Queue

_BLOCKS = 2
"""That wait to be taken: what bounds memory."""
_LOOK = 0.05
"""Seconds."""
_SWITCH = 0.0003
"""Seconds for which the thread waits for the interpreter between blocks; 0.005 would cost it a fifth."""


def ahead(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks, and the same error behind them; who wants only the first one starts no thread."""
    for first in blocks:
        yield first
        yield from _threaded(blocks)


def _threaded(blocks: Iterator[bytes]) -> Iterator[bytes]:
    made: Queue[bytes | Exception | None] = Queue(_BLOCKS)
    over = threading.Event()

    def make() -> None:
        end: Exception | None = None
        try:
            for block in blocks:
                made.put(block)
                if over.is_set():
                    return
        except Exception as error:  # noqa: BLE001  it is raised again by who takes the blocks
            end = error
        made.put(end)

    thread = threading.Thread(target=make, daemon=True)
    switching = sys.getswitchinterval()
    sys.setswitchinterval(min(switching, _SWITCH))
    thread.start()
    try:
        while True:
            block = made.get()
            if block is None:
                return
            if isinstance(block, Exception):
                raise block
            yield block
    finally:
        sys.setswitchinterval(switching)
        over.set()
        while thread.is_alive():  # it may wait to put what nobody takes any more
            with suppress(Empty):
                made.get(timeout=_LOOK)
