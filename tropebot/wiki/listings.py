"""Lists of pages by id, a slice at a time: by a template that they use, a category, or a namespace.

Must not read the pages themselves.
"""

from collections.abc import Mapping

import msgspec

from tropebot.wiki.api import Api


class Listing(msgspec.Struct, frozen=True):
    """A list of the API: its name, the prefix of its parameters, and what is asked of it."""

    name: str
    prefix: str
    asked: Mapping[str, object]

    @classmethod
    def of(cls, *, using: str, category: str, namespace: int) -> "Listing":
        """The list for a template's full title, a category's, or else for a namespace."""
        if using:
            return cls("embeddedin", "ei", {"eititle": using, "eifilterredir": "nonredirects"})
        if category:
            return cls("categorymembers", "cm", {"cmtitle": category, "cmtype": "page"})
        return cls("allpages", "ap", {"apnamespace": namespace, "apfilterredir": "nonredirects"})


def page_ids(api: Api, listing: Listing, *, after: str, limit: int) -> tuple[tuple[int, ...], str]:
    """Ids of pages, and where the list goes on (empty: it ends there).

    ``after`` is what the slice before gave back, in the wiki's own words.
    """
    onward = f"{listing.prefix}continue"
    answer = api.query(
        {
            "list": listing.name,
            **listing.asked,
            f"{listing.prefix}limit": min(limit, api.many * 10),
            **({onward: after} if after else {}),
        }
    )
    found = tuple(int(row["pageid"]) for row in answer["query"][listing.name])
    return found, str(answer.get("continue", {}).get(onward, ""))


def recent_pages(api: Api, limit: int) -> tuple[int, ...]:
    """Ids of the pages that changed last, the newest first; a page counts once, talk pages do not."""
    asked = {
        "list": "recentchanges",
        "rctype": ("edit", "new", "log"),
        "rcprop": ("ids", "title"),
        "rclimit": "max",
    }
    found: dict[int, None] = {}
    for answer in api.query_all(asked):
        for row in answer["query"]["recentchanges"]:
            if row.get("pageid") and row["ns"] >= 0 and row["ns"] % 2 == 0:
                found[row["pageid"]] = None
            if len(found) >= limit:
                return tuple(found)
    return tuple(found)
