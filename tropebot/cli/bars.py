"""How far long work is, on a terminal's standard error with the time that is left; elsewhere nothing at all.

Must not reach stdout: an answer that goes to a file stays an answer. rich heeds `NO_COLOR` by itself.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import msgspec

_TIMES_A_SECOND = 4


class Bar(msgspec.Struct, frozen=True):
    """Told how much is done, and of how much (0: nobody knows); ``aside`` takes the bar away meanwhile."""

    show: Callable[[int, int], object] | None = None
    aside: Callable[[], AbstractContextManager[None]] = nullcontext

    @property
    def seen(self) -> bool:
        """Whether anybody sees it."""
        return self.show is not None

    def __call__(self, done: int, total: int) -> None:
        if self.show:
            self.show(done, total)


@contextmanager
def bar(what: str) -> Iterator[Bar]:
    """A bar that is gone when the work is; ``what`` is done, in one word or two."""
    if not sys.stderr.isatty():
        yield Bar()
        return
    # imported here: only terminals wait for it
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    class Left(TimeRemainingColumn):
        """The time that is left, where it is known how much there is to do."""

        def render(self, task: Task) -> Text:
            left = super().render(task)
            return Text("left: ").append_text(left) if task.total else Text("")

    console = Console(stderr=True)
    if console.is_dumb_terminal:
        yield Bar()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        Left(),
    )
    with Progress(
        *columns,
        console=console,
        transient=True,
        refresh_per_second=_TIMES_A_SECOND,
        redirect_stdout=False,
    ) as progress:
        task = progress.add_task(what, total=None)

        @contextmanager
        def aside() -> Iterator[None]:
            progress.stop()
            try:
                yield
            finally:
                progress.start()

        yield Bar(
            lambda done, total: progress.update(task, completed=done, total=total or None), aside
        )
