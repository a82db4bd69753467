"""Edits and moves as people and machines read them, whichever command sent them or, in a dry run, would.

Must not leave any of them out.
"""

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tropebot.cli.shared import print_line, say
from tropebot.i18n.counts import counted
from tropebot.model import Move

if TYPE_CHECKING:
    from tropebot.written import Written

COLUMNS = 80
"""How wide a line for people is, where it can be broken."""


def print_writes(writes: Iterable["Written"]) -> None:
    """A JSON line each, with the whole text and all that the API is asked."""
    for written in writes:
        print_line(
            "write",
            kind=written.action.kind,
            log=f"tropebot/{written.action.kind}",
            title=written.payload.title,
            subject=written.action.subject,
            reason=written.action.reason,
            parameters=written.parameters(),
            diff=written.diff(),
        )


def say_writes(writes: Iterable["Written"], *, whole: bool, rehearsed: bool) -> None:
    """A line each; ``whole``: with the difference, and of a dry run with what the API would be asked."""
    for written in writes:
        _say_written(written, whole=whole)
        if rehearsed:
            _say_parameters(written)


def say_wrapped(text: str) -> None:
    """A sentence of any length."""
    for line in textwrap.wrap(text, COLUMNS, break_long_words=False, break_on_hyphens=False):
        say(line)


def gist(written: "Written", *, whole: bool = False) -> str:
    """What a write is, in a line; ``whole``: with the summary as it is sent."""
    sent = written.payload
    kind = f"{written.action.kind:<10}"
    if isinstance(sent, Move):
        return f"{kind} {sent.title} → {sent.target}"
    return f"{kind} {sent.title}: {sent.summary if whole else _gist(sent.summary)}"


def _say_written(written: "Written", *, whole: bool) -> None:
    say(gist(written, whole=whole))
    if whole:
        for line in written.diff().split("\n") if written.diff() else ():
            say(f"    {line}")


def _say_parameters(written: "Written") -> None:
    """What the API would be asked; texts stand above, as a diff, and in full with --json."""
    sent = {**written.parameters()}
    for name in ("text", "appendtext"):
        if name in sent:
            sent[name] = f"({counted(len(sent[name]), 'character')}, as above)"
    asked = " ".join(
        f"{name}={_quoted(value)}" for name, value in sent.items() if name != "summary"
    )
    for line in textwrap.wrap(
        f"API: {asked}",
        COLUMNS,
        initial_indent="    ",
        subsequent_indent="         ",
        break_long_words=False,
        break_on_hyphens=False,
    ):
        say(line)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value and not value.startswith("(") else value


def _gist(summary: str) -> str:
    """A summary without the mark and the link to the policy, which only matter on the wiki."""
    return summary.partition("] ")[2].rpartition(" ([[:")[0] or summary
