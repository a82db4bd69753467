"""What the wiki knows of a title beside the page there: who links to it, what was deleted under it.

Must not judge any of it.
"""

from typing import Any

from tropebot.model import Deletion, Linking
from tropebot.wiki import values
from tropebot.wiki.api import Api


def pages_linking(api: Api, title: str, limit: int) -> tuple[Linking, ...]:
    """Pages that link to the title, redirects to it too; as many as one query tells, at most."""
    answer = api.query(
        {
            "list": "backlinks",
            "bltitle": title,
            "blfilterredir": "all",
            "bllimit": min(limit, api.many * 10),
        }
    )
    return tuple(
        Linking(
            page_id=row["pageid"], namespace=row["ns"], redirect=bool(row.get("redirect", False))
        )
        for row in answer["query"]["backlinks"]
    )


def last_deletion(api: Api, title: str) -> Deletion | None:
    """The newest row of the deletion log; none where a move made way for itself by a redirect."""
    answer = api.query(
        {
            "list": "logevents",
            "leaction": "delete/delete",
            "letitle": title,
            "lelimit": 1,
            "leprop": ("user", "comment", "timestamp"),
        }
    )
    rows: list[dict[str, Any]] = answer["query"]["logevents"]
    if not rows:
        return None
    row = rows[0]
    return Deletion(
        user=row.get("user", ""),
        comment=row.get("comment", ""),
        timestamp=values.moment(row["timestamp"]),
    )
