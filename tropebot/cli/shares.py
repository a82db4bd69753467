"""An audit in shares, each by itself: what is typed for that, and the shares' outputs put together.

Must not judge.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
import msgspec

from tropebot.audit.facts import mark_anywhere, read_facts, write_facts
from tropebot.audit.joining import lines_of, parts_in_order, tally_of
from tropebot.audit.judging import Order
from tropebot.audit.knowledge import Knowledge
from tropebot.audit.slices import Slice, stretches
from tropebot.audit.streams import STDIN
from tropebot.cli.auditing import Output, Wanted
from tropebot.errors import Exit
from tropebot.reports.auditpage import Audited


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """How an audit is shared, as it was typed."""

    share: Slice | None = None
    facts: Path | None = None
    only_facts: bool = False
    joins: bool = False

    @property
    def asked(self) -> bool:
        """Whether any of it was typed."""
        return self != Shared()

    def stretches(self, dumps: tuple[str, ...], order: Order) -> dict[str, tuple[int, int]] | None:
        """What of the dumps is this share's; ``None``: all of it."""
        return dict(stretches(dumps, self.share, order.caps)) if self.share else None

    def told(self, dumps: tuple[str, ...], order: Order) -> dict[str, Any]:
        """What the summary says of it, so that shares can be put together."""
        if self.share is None:
            return {}
        return {"slice": str(self.share), "mark": mark_anywhere(dumps, order)}

    def kept(self, dumps: tuple[str, ...], order: Order) -> Knowledge | None:
        """What an earlier first reading has left. Raises `ConfigError`."""
        return read_facts(self.facts, mark_anywhere(dumps, order)) if self.facts else None

    def left(self, dumps: tuple[str, ...], order: Order, known: Knowledge) -> Knowledge:
        """The same, when this first reading has left it for others."""
        if self.facts:
            write_facts(self.facts, mark_anywhere(dumps, order), known)
        return known


def share_options(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Add `--slice`, `--facts`, `--only-facts` and `--join`; the command gets them as ``sharing``."""

    @wraps(command)
    def collected(
        *, share: str | None, facts: Path | None, only_facts: bool, joins: bool, **others: Any
    ) -> Exit:
        if only_facts and facts is None:
            raise click.UsageError("--only-facts goes with --facts FILE.")
        if only_facts and (others["wanted"] != Wanted(names=others["wanted"].names) or share):
            raise click.UsageError("--only-facts judges nothing, so nothing comes out.")
        dumps: tuple[str, ...] = others["dumps"]
        if (share or facts) and STDIN in dumps:
            raise click.UsageError(
                "The standard input has no shares, and is read once: name a file."
            )
        if facts and others["one_pass"]:
            raise click.UsageError("--one-pass leaves out the reading that --facts keeps.")
        if joins and (share or facts):
            raise click.UsageError(
                "--join takes outputs, not dumps: --slice and --facts are for these."
            )
        sharing = Shared(
            share=Slice.named(share) if share else None,
            facts=facts,
            only_facts=only_facts,
            joins=joins,
        )
        return command(sharing=sharing, **others)

    for option in (
        click.option(
            "--join",
            "joins",
            is_flag=True,
            help="Put the outputs of all shares together; they stand in the place of dumps.",
        ),
        click.option(
            "--only-facts", is_flag=True, help="With --facts: make the file, and judge nothing."
        ),
        click.option(
            "--facts",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Take what the first reading finds out from FILE; write it there where it is not.",
        ),
        click.option(
            "--slice",
            "share",
            metavar="K/N",
            help="Judge only the K-th of N shares; see --join.",
        ),
    ):
        collected = option(collected)
    return collected


def join(wanted: Wanted, paths: tuple[str, ...]) -> Exit:
    """The shares' outputs as that of the whole."""
    if wanted.resume:
        raise click.UsageError("--resume is for what judges; --join begins anew.")
    if wanted.out is not None and str(wanted.out) in paths:
        raise click.UsageError("--out names a share: it would be overwritten.")
    parts = parts_in_order(paths)
    with Output(wanted, lambda: "join") as output:
        output.pass_on(lines_of(parts), tally_of(parts))
        about = Audited(source=", ".join(Path(each).name for each in paths), at=datetime.now(UTC))
        return output.end(output.tally.lost, about, wiki=about.source)
