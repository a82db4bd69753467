"""Histories of pages and of our own account: what undoing, and a ledger that was lost, need to know.

Must not write to the wiki. What an admin has hidden is an empty text or ``None``, never an error.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tropebot.model import Revision
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wiki.rows import batches

Json = Mapping[str, Any]

MARK_MARGIN = timedelta(seconds=60)
ALWAYS_50 = 50  # revisions with content in one request, for everybody


class Histories:
    """Revisions of one wiki."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def revisions(self, rev_ids: Collection[int]) -> dict[int, Revision | None]:
        """Revisions by id, with texts; ``None`` where the wiki shows none."""
        found: dict[int, Revision | None] = dict.fromkeys(rev_ids)
        for batch in batches(tuple(found), ALWAYS_50):
            asked = {
                "revids": batch,
                "prop": "revisions",
                "rvprop": ("ids", "timestamp", "user", "comment", "content"),
                "rvslots": "main",
            }
            for answer in self._api.query_all(asked):
                found |= {revision.rev_id: revision for revision in _revisions(answer)}
        return found

    def of_page(self, page_id: int, limit: int) -> tuple[Revision, ...]:
        """The newest revisions of a page, newest first, without texts."""
        asked = {
            "pageids": page_id,
            "prop": "revisions",
            "rvlimit": limit,
            "rvprop": ("ids", "timestamp", "user", "comment", "size", "sha1", "flags"),
        }
        return tuple(_revisions(self._api.query(asked)))[:limit]

    def imported(self, namespace: int) -> frozenset[int]:
        """Pages of a namespace that the import log names, the latest 500 (5,000) entries."""
        asked = {
            "list": "logevents",
            "letype": "import",
            "lenamespace": namespace,
            "lelimit": "max",
            "leprop": ("ids",),
        }
        rows = self._api.query(asked)["query"]["logevents"]
        return frozenset(row[key] for row in rows for key in ("pageid", "logpage") if row.get(key))

    def own(self, prefix: str, limit: int) -> tuple[Revision, ...]:
        """Our own newest revisions whose summaries hold ``prefix``; ``limit`` are looked through."""
        asked = {
            "list": "usercontribs",
            "ucuser": self._api.user,
            "uclimit": min(limit, self._api.many * 10),
            "ucprop": ("ids", "title", "timestamp", "comment"),
        }
        found: list[Revision] = []
        seen = 0
        for answer in self._api.query_all(asked):
            rows = answer["query"]["usercontribs"]
            found += [
                _contribution(row, self._api.user)
                for row in rows
                if prefix in row.get("comment", "")
            ]
            seen += len(rows)
            if seen >= limit:
                break
        return tuple(found)

    def marked(self, mark: str, *, page_id: int, title: str, since: datetime) -> int | None:
        """The id of our revision, or of our move's log entry, whose summary begins with the mark."""
        start = since - MARK_MARGIN
        user = self._api.user
        parameters: dict[str, object] = {
            **({"pageids": page_id} if page_id else {"titles": (title,)}),
            "prop": "revisions",
            "rvuser": user,
            "rvdir": "newer",
            "rvstart": start,
            "rvlimit": "max",
            "rvprop": ("ids", "comment"),
            "list": ("logevents", "usercontribs"),
            "letype": "move",
            "leuser": user,
            "ledir": "newer",
            "lestart": start,
            "lelimit": "max",
            "leprop": ("ids", "comment"),
            "ucuser": user,
            "ucdir": "newer",
            "ucstart": start,
            "uclimit": "max",
            "ucprop": ("ids", "comment"),
        }
        for answer in self._api.query_all(parameters):
            query = answer["query"]
            revisions = [
                *(row for page in query.get("pages", ()) for row in page.get("revisions", ())),
                *query.get("usercontribs", ()),
            ]
            for row in revisions:
                if row.get("comment", "").startswith(mark):
                    return int(row["revid"])
            for row in query.get("logevents", ()):
                if row.get("comment", "").startswith(mark):
                    return int(row["logid"])
        return None


def _revisions(answer: Json) -> Iterator[Revision]:
    for page in answer.get("query", {}).get("pages", ()):
        for row in page.get("revisions", ()):
            yield Revision(
                rev_id=row["revid"],
                parent_id=row.get("parentid", 0),
                page_id=page.get("pageid", 0),
                title=page.get("title", ""),
                user=row.get("user", ""),
                comment=row.get("comment", ""),
                timestamp=values.moment(row["timestamp"]),
                text=values.text_of(row),
                size=row.get("size", 0),
                sha1=row.get("sha1", ""),
                minor=bool(row.get("minor")),
            )


def _contribution(row: Json, user: str) -> Revision:
    return Revision(
        rev_id=row["revid"],
        parent_id=row.get("parentid", 0),
        page_id=row["pageid"],
        title=row["title"],
        user=user,
        comment=row.get("comment", ""),
        timestamp=values.moment(row["timestamp"]),
    )
