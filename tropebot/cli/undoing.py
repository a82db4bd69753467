"""Asks about each effect of a run before it is taken back: the script `undo_run`.

Must not decide what can be taken back: a rehearsal of `tropebot undo` says it.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tropebot.cli.asking import ALL, NO, OPEN, QUIT, YES, Asking, say_diff
from tropebot.cli.bars import bar
from tropebot.cli.cleanup import Asked
from tropebot.cli.shared import say, shared
from tropebot.cli.undo import told
from tropebot.cli.writes import gist
from tropebot.errors import Exit
from tropebot.undoable import PROMOTION_STEPS
from tropebot.undoreport import Asked as Effects
from tropebot.undoreport import Row, UndoReport

if TYPE_CHECKING:
    from tropebot.written import Written


def undo(asked: Asked) -> Exit:
    """Show what taking the run back would do; with ``apply`` do what the person says yes to."""
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened_for_long  # noqa: PLC0415
    from tropebot.athome import API_URL  # noqa: PLC0415

    effects = Effects(run=asked.more["run"], rule=asked.more["rule"] or "")
    with opened_for_long(shared().home) as opened:
        patrol = opened.patrol
        with bar("looking") as patrol.progress:
            plan = patrol.undo(effects, dry_run=True)
        if not asked.apply or plan.problem:
            return told(plan)
        script = patrol.ledger.changes.note(API_URL).removesuffix("api.php")
        asking = Asking(script, heard=opened.session.begin_run, all=asked.unasked)
        chosen = frozenset(_chosen(plan, asking, asked.limit))
        if not chosen:
            say("Nothing is taken back.")
            return Exit.DONE
        with bar("taking back") as patrol.progress:
            report = patrol.undo(replace(effects, only=chosen))
        return told(report)


def _chosen(plan: UndoReport, asking: Asking, limit: int | None) -> Iterator[int]:
    """The intents that are to be taken back; those of one promotion belong together."""
    writes: dict[int, list[Written]] = {}
    for written in plan.written:
        writes.setdefault(written.action.episode, []).append(written)
    asked_about = 0
    for _, found in groupby(plan.rows, key=_together):
        rows = [row for row in found if row.effect.intent_id in writes]
        if not rows or asking.ended or (limit is not None and asked_about >= limit):
            continue
        asked_about += 1
        if asking.all or _wanted(rows, writes, asking):
            yield from (row.effect.intent_id for row in rows)


def _together(row: Row) -> tuple[int, int]:
    promotion = row.effect.kind in PROMOTION_STEPS
    return (row.effect.episode, 0) if promotion else (0, row.effect.intent_id)


def _wanted(rows: list[Row], writes: "dict[int, list[Written]]", asking: Asking) -> bool:
    say()
    for row in rows:
        for written in writes[row.effect.intent_id]:
            say(gist(written), colour="bold")
            say_diff(written.diff())
    choices = (YES, NO, ALL, QUIT, OPEN)
    return asking.ask(rows[0].title, choices=choices) in (YES, ALL)
