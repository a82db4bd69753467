"""What the ledger holds as a whole, for lists and reports: open findings, how they went, drafts, promotions.

Must not change a row, and nothing is decided by what it gives.
"""

import json
from datetime import datetime
from sqlite3 import Row

import msgspec

from tropebot.ledger.store import Store, moment
from tropebot.promotion import Hold, Step

Said = tuple[str, tuple[str, ...], int]
"""A finding's message, its parameters and its line."""

_CREATOR = (
    "coalesce(nullif(page.creator, ''), author.name, (SELECT recipient FROM notice"
    " WHERE notice.page_id = episode.page_id AND recipient <> '' LIMIT 1), '')"
)
_TITLE = (
    "coalesce(page.title, (SELECT intent.title FROM intent WHERE intent.page_id = episode.page_id"
    " ORDER BY id DESC LIMIT 1), '')"
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something found on a page, from first seen (``opened``) until it was gone (``None``: it stands).

    ``title`` and ``creator`` are empty where the ledger does not know them. ``flag``: `ours`, `theirs`,
    `removed` (people took ours off) or empty.
    """

    page_id: int
    title: str
    code: str
    opened: datetime
    closed: datetime | None
    flag: str
    creator: str
    said: tuple[Said, ...]


class DraftStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it was last judged; whose and how old it is may not be known."""

    page_id: int
    title: str
    works: int
    minimum: int
    ready: bool
    holds: tuple[Hold, ...]
    seen: datetime
    creator: str
    created: datetime | None
    touched: datetime | None


class Promoted(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion that ended, or is under way; ``creator`` began the draft (empty: not known)."""

    page_id: int
    title: str
    target: str
    works: int
    step: Step
    why: str
    at: datetime
    creator: str = ""


class Overview:
    """Questions across the tables."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def at(self) -> datetime | None:
        """Server time when the ledger was last written to by a run; ``None``: never."""
        row = self._store.row("SELECT max(max(started_at), max(ended_at)) FROM run")
        return moment(row[0]) if row and row[0] else None

    def found(self, *, code: str = "", standing: bool = False) -> list[Found]:
        """What was found, the oldest first; of one rule or of all, all of it or what still stands."""
        return [_found(row) for row in self._episodes(code=code, standing=standing)]

    def _episodes(self, *, code: str = "", standing: bool = False) -> list[Row]:
        return self._store.rows(
            f"SELECT episode.*, {_TITLE} AS title, {_CREATOR} AS creator FROM episode"  # noqa: S608
            " LEFT JOIN page USING (page_id) LEFT JOIN author USING (page_id)"
            " WHERE (?1 = '' OR code = ?1) AND (NOT ?2 OR closed_at = '')"
            " ORDER BY opened_at, episode.id",
            (code, standing),
        )

    def unsaid(self, why: str) -> list[Found]:
        """What stands on pages whose creators are to know of it: by a flag of ours, or as what is only told,
        if they were told or were not for this reason; the oldest first."""
        told = self._store.rows(
            "SELECT episode FROM notice JOIN episode ON episode.id = notice.episode"
            " AND episode.page_id = notice.page_id AND episode.code = notice.subject"
            " WHERE episode.closed_at = '' AND (notice.state = 'told' OR notice.why = ?)",
            (why,),
        )
        numbers = {row[0] for row in told}
        return [
            _found(row)
            for row in self._episodes(standing=True)
            if row["flag"] == "ours" or row["id"] in numbers
        ]

    def of_unknown_creator(self, limit: int) -> list[int]:
        """At most so many pages with open findings whose creators nobody knows, flagged ones first."""
        rows = self._store.rows(
            "SELECT episode.page_id FROM episode LEFT JOIN page USING (page_id)"  # noqa: S608
            f" LEFT JOIN author USING (page_id) WHERE closed_at = '' AND {_CREATOR} = ''"
            " GROUP BY episode.page_id ORDER BY max(flag = 'ours') DESC, episode.page_id LIMIT ?",
            (limit,),
        )
        return [row[0] for row in rows]

    def flags(self) -> list[tuple[str, datetime]]:
        """When flags were put on (`flag`) and taken off by the bot (`unflag`) or by people (`removed`)."""
        rows = self._store.rows(
            "SELECT kind, event.at FROM intent JOIN event ON event.intent = intent.id"
            " AND event.new_state = 'done' WHERE kind IN ('flag', 'unflag')"
            " UNION ALL SELECT 'removed', at FROM lasting_no WHERE why = 'flag removed' ORDER BY 2"
        )
        return [(row[0], moment(row[1])) for row in rows]

    def drafts(self) -> list[DraftStanding]:
        """The drafts as last judged, by title; those that were promoted since are none."""
        rows = self._store.rows(
            "SELECT draft_standing.*, coalesce(draft.creator, author.name, '') AS creator,"
            " coalesce(draft.created, author.created, '') AS created,"
            " coalesce(draft.touched, '') AS touched FROM draft_standing"
            " LEFT JOIN draft USING (page_id) LEFT JOIN author USING (page_id)"
            " WHERE NOT EXISTS (SELECT 1 FROM promotion WHERE state = 'promoted'"
            " AND promotion.page_id = draft_standing.page_id AND opened_at >= draft_standing.seen_at)"
            " ORDER BY draft_standing.title"
        )
        return [_draft(row) for row in rows]

    def promotions(self) -> list[Promoted]:
        """Every promotion that was begun, the newest first."""
        rows = self._store.rows(
            "SELECT promotion.*, coalesce(nullif(draft.creator, ''), author.name, '') AS creator"
            " FROM promotion LEFT JOIN draft USING (page_id) LEFT JOIN author USING (page_id)"
            " ORDER BY promotion.id DESC"
        )
        return [
            Promoted(
                page_id=row["page_id"],
                title=row["title"],
                target=row["target"],
                works=row["works"],
                step=Step(row["state"]),
                why=row["why"],
                at=moment(row["opened_at"]),
                creator=row["creator"],
            )
            for row in rows
        ]


def _found(row: Row) -> Found:
    return Found(
        page_id=row["page_id"],
        title=row["title"],
        code=row["code"],
        opened=moment(row["opened_at"]),
        closed=moment(row["closed_at"]) if row["closed_at"] else None,
        flag=row["flag"],
        creator=row["creator"],
        said=tuple((key, tuple(params), line) for key, params, line in json.loads(row["said"])),
    )


def _draft(row: Row) -> DraftStanding:
    created, touched = (moment(row[name]) if row[name] else None for name in ("created", "touched"))
    return DraftStanding(
        page_id=row["page_id"],
        title=row["title"],
        works=row["works"],
        minimum=row["minimum"],
        ready=bool(row["ready"]),
        holds=tuple(
            Hold(message=key, params=tuple(said)) for key, said in json.loads(row["holds"])
        ),
        seen=moment(row["seen_at"]),
        creator=row["creator"],
        created=created,
        touched=touched,
    )
