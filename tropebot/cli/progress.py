"""How far an audit is, on one line of a terminal; elsewhere nothing.

Must not reach stdout. The clock is passed in; it counts seconds.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import click

from tropebot.audit.values import Unit

_EVERY_SECONDS = 0.25
_WIDTH = 78
_MEGABYTE = 1_000_000


class Progress:
    """The line; a context manager that takes it away at the end."""

    def __init__(
        self, paths: Sequence[str], clock: Callable[[], float], *, on: bool | None = None
    ) -> None:
        self._on = sys.stderr.isatty() if on is None else on
        self._sizes = [Path(each).stat().st_size if Path(each).is_file() else 0 for each in paths]
        self._before = dict(
            zip(paths, (sum(self._sizes[:at]) for at in range(len(paths))), strict=True)
        )
        self._clock = clock
        self._shown = False
        self.again()

    def again(self) -> None:
        """From the beginning: another pass over the same files."""
        self._start = self._last = self._clock()
        self._pages = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def show(self, what: str, unit: Unit, pages: int) -> None:
        """A unit is done."""
        self._pages += pages
        now = self._clock()
        if not self._on or now - self._last < _EVERY_SECONDS:
            return
        self._last = now
        line = self.line(what, unit, now - self._start)
        click.echo(f"\r{line[:_WIDTH]:<{_WIDTH}}", err=True, nl=False)
        self._shown = True

    def line(self, what: str, unit: Unit, seconds: float) -> str:
        """Pages, megabytes of the files a second, how much of them, and how long it will take."""
        whole = sum(self._sizes)
        done = self._before.get(unit.path, 0) + unit.end
        if not unit.end:
            done = whole
        speed = done / max(seconds, 0.001)
        parts = [
            f"{what}: {self._pages:,} page{'' if self._pages == 1 else 's'}"
            if self._pages
            else what
        ]
        if whole:
            left = (whole - done) / max(speed, 1.0)
            parts += [f"{speed / _MEGABYTE:.1f} MB/s", f"{100 * done / whole:.0f} %", _left(left)]
        return ", ".join(parts)

    def clear(self) -> None:
        """Take the line away, so that an answer can stand there."""
        if self._shown:
            click.echo(f"\r{'':<{_WIDTH}}\r", err=True, nl=False)
            self._shown = False


def _left(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s left" if minutes else f"{rest} s left"
