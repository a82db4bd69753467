"""How far long work is, on a terminal's standard error with the time that is left; elsewhere nothing at all.

Must not reach stdout: an answer that goes to a file stays an answer. rich heeds `NO_COLOR` by itself.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Show = Callable[[int, int], None]
"""Told how much is done, and of how much."""

_TIMES_A_SECOND = 4


@contextmanager
def bar(what: str) -> Iterator[Show]:
    """A bar that is gone when the work is; ``what`` is done, in one word or two."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    # imported here: only terminals wait for it
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if console.is_dumb_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, refresh_per_second=_TIMES_A_SECOND
    ) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
