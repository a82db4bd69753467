"""Reads recent changes into the ledger: from a watermark with an overlap, each row once, no gap unsaid.

Must not judge: a row is only a hint that a page changed. Server time only. Rows are written after
the edit, late and out of order: so there is an overlap, a tail once a day, and a table of seen rows.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from tropebot.errors import Incomplete
from tropebot.gate import Gate
from tropebot.ledger.changes import NEW, VOTED_ON, Changes, Work
from tropebot.model import CATEGORY, MAIN, MEDIAWIKI, TEMPLATE, Change, Poll
from tropebot.policy.basis import INSIDE, USING
from tropebot.rules.manifest import hooks_after
from tropebot.strays import strays_among

log = logging.getLogger(__name__)

WATERMARK = "watermark"
FLOOR = "floor"
TAIL = "tail"
LATEST = "latest-row"
LATENESS = "lateness-seconds"
OVERLAP = timedelta(minutes=10)
TAIL_EVERY = timedelta(hours=24)
ROWS = 500
MOST_ROWS = 5000
_LOGS = frozenset({"move", "upload", "delete", "import", "merge"})
_HIDDEN = frozenset({"revision", "event"})
"""Of deletions: somebody hid a part of a history; the page is as it was."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at recent changes brought: how many new rows, a gap, and how many came after their time.

    ``began``: nobody has looked before, so that there was nothing to take. ``touched`` are the titles of new
    rows about templates, the wiki's own messages and categories.
    """

    changes: int
    gap: tuple[datetime, datetime] | None = None
    late: int = 0
    began: bool = False
    touched: frozenset[str] = frozenset()


def first_poll(gate: Gate, changes: Changes, since: datetime | None) -> Poll:
    """The pass's first question: changes since the watermark less the overlap, and how we stand."""
    return gate.poll(since=_start(changes, since), limit=ROWS)


def take(
    gate: Gate,
    changes: Changes,
    poll: Poll,
    since: datetime | None,
    as_left: Callable[[int], bool],
) -> Taken:
    """Take every change from the first poll on; the watermark follows only what was read completely.

    ``as_left``: whether a revision is ours, on one that was judged, so that nothing new is to be found there.
    """
    began = poll.server_time
    watermark = changes.cursor(WATERMARK)
    if watermark is None and since is None:
        _open(changes, poll)
        return Taken(changes=0, began=True)
    gap = None if since else _gap(changes, poll, watermark)
    tail = since is None and _tail_due(changes, watermark)
    count, late, limit = 0, 0, ROWS
    touched: set[str] = set()
    while True:
        new = changes.unseen(poll.changes)
        # Whoever names a moment wants those pages judged again; what was done about them is not done twice.
        asked = new if since is None else poll.changes
        others = [
            row
            for row in asked
            if since is not None or row.user != gate.account or not as_left(row.rev_id)
        ]
        count += len(asked)
        touched |= _touched(asked)
        if since is None and watermark is not None:
            late += _note_lateness(changes, new, watermark)
        cursors = _cursors(changes, poll, since, began)
        changes.take(
            new,
            _work(others, in_full=since is not None),
            cursors,
            forget_before=_forget_before(changes, began),
            strays=strays_among(new, gate.account),
            lists=(*_users_of_templates(asked), *_drafts_voted_on(new, gate.account, changes)),
            moved={row.title for row in asked if row.log_type in _LOGS},
        )
        if poll.complete:
            break
        last = poll.changes[-1].timestamp
        limit = ROWS if last > poll.changes[0].timestamp else limit * 2
        if limit > MOST_ROWS:
            raise Incomplete(
                f"Too many changes of one second ({last}): they cannot be read in order."
            )
        poll = gate.poll(since=last, limit=limit)
    if tail:
        changes.set_cursor(TAIL, began)
    log.info(
        "Recent changes since %s: %d to look at",
        since or watermark,
        count,
        extra={"action": "changes_taken", "changes": count},
    )
    return Taken(changes=count, gap=gap, late=late, touched=frozenset(touched))


def _touched(new: Iterable[Change]) -> set[str]:
    """Titles on which the policy may rest."""
    return {
        title
        for row in new
        for title, namespace in (
            (row.title, row.namespace),
            (row.target_title, row.target_namespace),
        )
        if title and namespace in (MEDIAWIKI, TEMPLATE, CATEGORY)
    }


def _start(changes: Changes, since: datetime | None) -> datetime | None:
    watermark, floor = changes.cursor(WATERMARK), changes.cursor(FLOOR)
    if since is not None or watermark is None:
        return since
    start = watermark - _overlap(changes)
    tail = changes.cursor(TAIL)
    if tail is not None and _tail_due(changes, watermark):
        start = min(start, tail - OVERLAP)
    return max(start, floor) if floor else start


def _open(changes: Changes, poll: Poll) -> None:
    """A new home begins now: what happened before is asked for with `--since` only."""
    now = poll.server_time
    cursors = {WATERMARK: now, FLOOR: now, TAIL: now}
    if poll.oldest_change is not None:
        cursors[LATEST] = poll.oldest_change
    changes.take((), (), cursors, forget_before=now - TAIL_EVERY)


def _cursors(
    changes: Changes, poll: Poll, since: datetime | None, began: datetime
) -> dict[str, datetime]:
    """The watermark is the server's time when the read that was complete began; until then the last row's."""
    rows = [row.timestamp for row in poll.changes]
    reached = began if poll.complete else rows[-1]
    cursors = {WATERMARK: max(reached, changes.cursor(WATERMARK) or reached)}
    if changes.cursor(FLOOR) is None:
        cursors[FLOOR] = since or began
    if changes.cursor(TAIL) is None:
        cursors[TAIL] = began
    known = changes.cursor(LATEST)
    if rows:
        cursors[LATEST] = max(rows) if known is None else max(known, *rows)
    return cursors


def _gap(
    changes: Changes, poll: Poll, watermark: datetime | None
) -> tuple[datetime, datetime] | None:
    """From when to when the wiki no longer keeps changes: only if a row that we knew of is gone."""
    oldest, latest = poll.oldest_change, changes.cursor(LATEST)
    if watermark is None or latest is None or oldest is None:
        return None
    return (watermark, oldest) if oldest > watermark and oldest > latest else None


def _note_lateness(changes: Changes, new: Iterable[Change], watermark: datetime) -> int:
    """Rows that became visible behind the watermark; the overlap grows with the worst of them."""
    behind = [(watermark - row.timestamp).total_seconds() for row in new]
    late = [seconds for seconds in behind if seconds > 0]
    worst = float(changes.note(LATENESS) or 0)
    if late and max(late) > worst:
        changes.set_note(LATENESS, str(max(late)))
    return len(late)


def _overlap(changes: Changes) -> timedelta:
    worst = timedelta(seconds=float(changes.note(LATENESS) or 0))
    return max(OVERLAP, min(3 * worst, TAIL_EVERY))


def _forget_before(changes: Changes, now: datetime) -> datetime:
    """Rows older than this are asked for by no tail to come."""
    return min(changes.cursor(TAIL) or now, now - TAIL_EVERY) - 2 * OVERLAP


def _tail_due(changes: Changes, watermark: datetime | None) -> bool:
    """Whether the pass that begins at this watermark looks back to the last tail."""
    tail = changes.cursor(TAIL)
    return tail is not None and watermark is not None and watermark - tail >= TAIL_EVERY


def _work(new: Sequence[Change], *, in_full: bool = False) -> list[Work]:
    """The pages that the changes are about; talk pages are not judged, deleted pages have no id.

    ``in_full``: every rule is to be asked, whatever the change was.
    """
    return [
        Work(
            page_id=row.page_id,
            reason=row.log_type or (NEW if _made_in_main(row) else "edit"),
            changed_at=row.timestamp,
            hooks=frozenset() if in_full else hooks_after(row.kind, row.log_type, row.log_action),
        )
        for row in new
        if row.page_id
        and (row.kind in ("edit", "new") or row.log_type in _LOGS)
        and (row.namespace % 2 == 0 and row.namespace >= 0)
    ]


def _drafts_voted_on(new: Iterable[Change], account: str, changes: Changes) -> Iterator[str]:
    """The lists of drafts on whose talk pages votes are cast, if somebody wrote on one of these."""
    written = {row.namespace for row in new if row.kind in ("edit", "new") and row.user != account}
    for namespace in json.loads(changes.note(VOTED_ON) or "[]"):
        if namespace + 1 in written:
            yield f"{INSIDE}{namespace}"


def _made_in_main(row: Change) -> bool:
    """Whether a page was made in the main namespace: one made elsewhere may be moved there later."""
    return row.kind == "new" and row.namespace == MAIN


def _users_of_templates(new: Iterable[Change]) -> tuple[str, ...]:
    """The lists of pages that use templates which were made, moved, deleted or restored."""
    titles = (
        title
        for row in new
        if row.kind == "new"
        or row.log_type in ("move", "import")
        or (row.log_type == "delete" and row.log_action not in _HIDDEN)
        for title, namespace in (
            (row.title, row.namespace),
            (row.target_title, row.target_namespace),
        )
        if title and namespace == TEMPLATE
    )
    return tuple(dict.fromkeys(f"{USING}{title}" for title in titles))
