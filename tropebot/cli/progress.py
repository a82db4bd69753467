"""How far an audit is: on one line of a terminal, elsewhere a plain line now and then.

Must not reach stdout. The clock is passed in; it counts seconds.
"""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import click

from tropebot.audit.values import Unit
from tropebot.cli.logs import logs_are_json

log = logging.getLogger(__name__)

_EVERY_SECONDS = 0.25
_PLAIN_SECONDS = 60.0
"""Between two lines where there is no terminal: a log of a long audit says how far it is."""
_WIDTH = 78
_MEGABYTE = 1_000_000


class Extent:
    """How many bytes of files there are, or of stretches of them, and how many come before a place."""

    def __init__(
        self, paths: Sequence[str], stretches: Mapping[str, tuple[int, int]] | None = None
    ) -> None:
        self.whole = 0
        self._stretches: dict[str, tuple[int, int, int]] = {}
        for path in paths if stretches is None else stretches:
            size = Path(path).stat().st_size if Path(path).is_file() else 0
            begin, end = stretches[path] if stretches else (0, size)
            self._stretches[path] = self.whole, begin, end
            self.whole += end - begin

    def done(self, unit: Unit) -> int:
        """How many bytes are behind us with a unit."""
        before, begin, end = self._stretches.get(unit.path, (0, 0, 0))
        at = min(unit.end, end) if end else unit.end
        return before + (at if unit.end else end) - begin


class Progress:
    """The line; a context manager that takes it away at the end."""

    def __init__(
        self,
        clock: Callable[[], float],
        whole: int = 0,
        *,
        of_pages: bool = False,
        terminal: bool | None = None,
    ) -> None:
        """``whole`` is how many bytes there are, or about how many pages; 0: nobody knows."""
        self._terminal = sys.stderr.isatty() if terminal is None else terminal
        self._whole, self._of_pages = whole, of_pages
        self._clock = clock
        self._shown = False
        self.again()

    def again(self, *, pages: int = 0, whole: int | None = None) -> None:
        """From the beginning: another pass over the same, or over a part of so many bytes.

        So many ``pages`` were done by an earlier run.
        """
        self._whole = self._whole if whole is None else whole
        self._start = self._last = self._clock()
        self._pages, self._before = pages, pages
        self._skipped: int | None = None if pages and not self._of_pages else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def show(self, what: str, pages: int, done: int = 0) -> None:
        """So many more pages are done, and so many bytes in all."""
        self._pages += pages
        if self._skipped is None:
            self._skipped = done
        now = self._clock()
        if now - self._last < (_EVERY_SECONDS if self._terminal else _PLAIN_SECONDS):
            return
        self._last = now
        line = self.line(what, done, now - self._start)
        if self._terminal:
            click.echo(f"\r{line[:_WIDTH]:<{_WIDTH}}", err=True, nl=False)
            self._shown = True
        elif logs_are_json():
            log.info("%s", line, extra={"action": "audit_progress"})
        else:
            click.echo(f"tropebot: {line}", err=True)

    def line(self, what: str, done: int, seconds: float) -> str:
        """Pages, how fast it goes, how much of the whole that is, and how long it will take."""
        seconds = max(seconds, 0.001)
        if self._of_pages:
            return ", ".join(self._by_pages(what, seconds))
        pages = f"{self._pages:,} page{'' if self._pages == 1 else 's'}"
        parts = [f"{what}: {pages}" if self._pages else what]
        if self._whole:
            speed = (done - (self._skipped or 0)) / seconds
            parts += [f"{speed / _MEGABYTE:.1f} MB/s", f"{100 * done / self._whole:.0f} %"]
            parts += _left(self._whole - done, speed)
        return ", ".join(parts)

    def _by_pages(self, what: str, seconds: float) -> list[str]:
        speed = (self._pages - self._before) / seconds
        of = f" of about {self._whole:,}" if self._pages <= self._whole else ""
        pages = "page" if self._pages == 1 and not of else "pages"
        parts = [f"{what}: {self._pages:,}{of} {pages}", f"{speed:.0f} pages/s"]
        return parts + (_left(self._whole - self._pages, speed) if of else [])

    def clear(self) -> None:
        """Take the line away, so that an answer can stand there."""
        if self._shown:
            click.echo(f"\r{'':<{_WIDTH}}\r", err=True, nl=False)
            self._shown = False


def _left(rest: float, speed: float) -> list[str]:
    """The time that the rest will take, where that can be told."""
    if speed <= 0:
        return []
    minutes, seconds = divmod(round(rest / speed), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return [f"{hours} h {minutes} min left"]
    return [f"{minutes} min {seconds} s left" if minutes else f"{seconds} s left"]
