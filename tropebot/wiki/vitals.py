"""Asks how a wiki and our account on it stand: one query for nearly all that `doctor` looks at.

Must not write, judge what it reads, or keep anything.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from tropebot.model import OnWikiPage
from tropebot.sites import RateLimit, Vitals
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wiki.rows import batches, by_title, exists

Json = Mapping[str, Any]

_PARAMETERS: Json = {
    "meta": ("userinfo", "siteinfo"),
    "uiprop": ("blockinfo", "hasmsg", "rights", "groups", "ratelimits"),
    "siprop": ("general", "namespaces", "extensions"),
    "list": "tags",
    "tglimit": "max",
    "tgprop": ("active", "source"),
    "prop": ("info", "revisions"),
    "inprop": "protection",
    "rvprop": ("ids", "timestamp", "user", "content"),
    "rvslots": "main",
}


def fetch_vitals(api: Api, titles: Sequence[str]) -> Vitals:
    """How all stands, with these pages; logs in where that is needed. Continued only where tags are many."""
    answers = tuple(api.query_all({**_PARAMETERS, "titles": titles}))
    query: Json = answers[0]["query"]
    account = values.account(query["userinfo"])
    api.many = 500 if "apihighlimits" in account.rights else 50
    rows = by_title(answers, titles)
    spaces: Iterable[Json] = query["namespaces"].values()
    return Vitals(
        account=account,
        server_time=values.moment(answers[0]["curtimestamp"]),
        generator=str(query["general"].get("generator", "")),
        namespaces={space["id"]: space["name"] for space in spaces},
        extensions=frozenset(each.get("name", "") for each in query.get("extensions", ())),
        limits=_limits(query["userinfo"].get("ratelimits") or {}),
        tags={
            row["name"]: bool(row.get("active"))
            for answer in answers
            for row in answer.get("query", {}).get("tags", ())
        },
        pages={title: _page(row, account.name) for title, row in rows.items()},
        models={
            title: row["contentmodel"]
            for title, row in rows.items()
            if row and "contentmodel" in row
        },
    )


def fetch_sizes(api: Api, titles: Collection[str]) -> Mapping[str, int]:
    """How many bytes each of the titles has that have a page, as they were asked for; 50 (500) a query."""
    found: dict[str, int] = {}
    for batch in batches(tuple(dict.fromkeys(titles)), api.many):
        answer = api.query({"titles": batch, "prop": "info"})
        rows = by_title((answer,), batch)
        found |= {title: row["length"] for title, row in rows.items() if row and exists(row)}
    return found


def _page(row: Json | None, user: str) -> OnWikiPage | None:
    return values.on_wiki_page(row, user=user) if row else None


def _limits(table: Json) -> dict[str, RateLimit]:
    """The strictest limit of each action; the wiki lists one for each group that has one."""
    found: dict[str, RateLimit] = {}
    for action, groups in table.items():
        limits = [RateLimit(hits=each["hits"], seconds=each["seconds"]) for each in groups.values()]
        if limits:
            found[action] = min(limits, key=lambda limit: limit.hits / max(limit.seconds, 1))
    return found
