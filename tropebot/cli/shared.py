"""What every command takes (`--home`, `--json`, `-v`, `--log-json`) and how lines come out.

Must not know a command. Answers go to stdout, everything else to stderr; with `--json` stdout holds one
JSON object per line and nothing else.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from msgspec.structs import replace

from tropebot.cli.logs import logs_are_json, set_up_logs
from tropebot.cli.terminal import one_line, shown
from tropebot.errors import AnswerLost, ReaderGone
from tropebot.i18n import message
from tropebot.model import Finding

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Number(click.ParamType[int]):
    """A number of runs, effects or pages, as large as the ledger can hold."""

    name = "number"
    most = 2**31 - 1

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Raises `click.BadParameter`."""
        try:
            found = int(value)
        except ValueError:
            found = 0
        if not 1 <= found <= self.most:
            self.fail(f"“{value}” is no number from 1 to {self.most}.", param, ctx)
        return found


NUMBER = _Number()


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for before or after the command's name."""

    home: Path | None = None
    as_json: bool = False
    verbosity: int = 0
    log_json: bool = False


def shared() -> Shared:
    """The shared options of the command that runs."""
    found = click.get_current_context().find_root().obj
    return found if isinstance(found, Shared) else Shared()


def shared_options(command: _Command) -> _Command:
    """Add the shared options; they mean the same before and after the command's name."""
    for option in (
        click.option(
            "--log-json",
            is_flag=True,
            expose_value=False,
            callback=_take,
            help="Log as JSON, one object per line, on stderr.",
        ),
        click.option(
            "-v",
            "--verbose",
            "verbosity",
            count=True,
            expose_value=False,
            callback=_take,
            help="Say more on stderr; twice: everything.",
        ),
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            expose_value=False,
            callback=_take,
            help="Answer in JSON, one object per line.",
        ),
        click.option(
            "--home",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_take,
            help="The bot home (default: $TROPEBOT_HOME, else config/ of a checkout, else the directory "
            "tropebot of your settings, on Linux ~/.config/tropebot).",
        ),
    ):
        command = option(command)
    return command


def _take(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    root = context.find_root()
    current = root.obj if isinstance(root.obj, Shared) else Shared()
    if value:
        current = replace(current, **{str(parameter.name): value})
    root.obj = current
    set_up_logs(verbosity=current.verbosity, as_json=current.log_json)


def print_line(kind: str, /, **fields: Any) -> None:
    """One JSON object on a line of stdout."""
    line = json_line(kind, **fields)
    with _writing():
        sys.stdout.buffer.write(line)


def json_line(kind: str, /, **fields: Any) -> bytes:
    """One JSON object as a line; lone surrogates are escaped, so any reader can take it."""
    text = json.dumps({"type": kind, **fields}, ensure_ascii=False, default=_plain)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = json.dumps({"type": kind, **fields}, default=_plain)
    return text.encode() + b"\n"


def finding_fields(finding: Finding) -> dict[str, object]:
    """A finding as the JSON lines of every command have it."""
    return {
        "title": finding.title,
        "code": finding.code,
        "rule": finding.rule,
        "message": message(finding.message, *finding.params),
        "line": finding.line,
        "details": finding.details,
    }


def say(text: str = "", *, colour: str = "") -> None:
    """A line of the answer for people; what their terminal cannot show is escaped.

    ``colour`` (or “bold”) is for a terminal whose owner has not set `NO_COLOR`.
    """
    encoding = sys.stdout.encoding or "utf-8"
    line = shown(text).encode(encoding, "backslashreplace").decode(encoding)
    if colour and in_colour():
        line = click.style(line, bold=True) if colour == "bold" else click.style(line, fg=colour)
    with _writing():
        click.echo(line)


def in_colour() -> bool:
    """Whether the answer may be coloured: it goes to a terminal, and `NO_COLOR` is not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def warn(text: object) -> None:
    """One line on stderr, whatever titles and names of others are in it; as JSON where logs are."""
    if logs_are_json():
        logging.getLogger(__name__).warning("%s", text)
        return
    encoding = sys.stderr.encoding or "utf-8"
    line = one_line(f"tropebot: {text}")
    click.echo(line.encode(encoding, "backslashreplace").decode(encoding), err=True)


def flush() -> None:
    """Send out what the answer's buffer still holds."""
    with _writing():
        sys.stdout.flush()


@contextmanager
def _writing() -> Iterator[None]:
    """A reader that has gone is `ReaderGone`, any other trouble with the output `AnswerLost`.

    click would end the process at a broken pipe with an exit code that says “findings”.
    """
    try:
        yield
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError as error:
        raise AnswerLost(
            f"The answer cannot be written to the standard output: {error.strerror}."
        ) from error


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, flexible: int = -1) -> None:
    """A table: drawn on a terminal, plain columns elsewhere; ``flexible`` is the column that may wrap."""
    lines = [tuple(map(shown, row)) for row in rows]
    if sys.stdout.isatty():
        _draw(heads, lines, flexible % len(heads))
        return
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    for line in (tuple(heads), *lines):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say("  ".join(cells).rstrip())


def _draw(heads: Sequence[str], rows: Iterable[Sequence[str]], flexible: int) -> None:
    # imported here: half of the start time of a command, and only terminals need it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(heads):
        table.add_column(head, no_wrap=number != flexible, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def _plain(value: Any) -> Any:
    """Values of ours that JSON does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
