"""What the wiki knows of titles: what is there and below, who links there, what was deleted or is forbidden.

Must not judge any of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from tropebot.model import Deletion, Linking, TitleInfo
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wiki.facts import Facts
from tropebot.wiki.rows import batches, by_title, interwiki
from tropebot.wikitext.names import title as parsed

Json = Mapping[str, Any]

_FORBIDDEN = "titleblacklist-forbidden"
_MAY_CREATE = {"intestactions": "create", "intestactionsdetail": "full"}
"""Why we may not create what the titles name: for all titles of the query at once."""


class Titles:
    """The questions about titles, over one API."""

    def __init__(self, api: Api, facts: Facts) -> None:
        self._api = api
        self._facts = facts

    def infos(self, titles: Sequence[str], beside: Collection[str]) -> dict[str, TitleInfo]:
        """The titles as the wiki reads them; of those ``beside``, not whether people may create them."""
        found: dict[str, TitleInfo] = {}
        wanted = frozenset(titles)
        listed = bool(wanted) and self._facts.has_title_blacklist()
        for batch in batches(tuple(dict.fromkeys((*titles, *beside))), self._api.many):
            may = _MAY_CREATE if listed and not self._api.overrides_titles else {}
            asked = {"titles": batch, "prop": "info", "inprop": "protection", **may}
            answers = tuple(self._api.query_all(asked))
            rows = by_title(answers, batch)
            redirects = self._redirect_targets([row for row in rows.values() if row])
            elsewhere = interwiki(answers[0])
            for title, row in rows.items():
                if row is None:
                    problem = "interwiki" if title in elsewhere else "invalid"
                    found[title] = TitleInfo(
                        title=title, namespace=0, exists=False, problem=problem
                    )
                    continue
                asks = listed and title in wanted and bool(row.get("missing"))
                found[title] = values.title_info(
                    # the wiki cuts a fragment off without a word: then the page would go elsewhere
                    {**row, "invalid": True} if "#" in title else row,
                    redirect_to=redirects.get(row["title"], ""),
                    blacklisted=asks and self._forbidden(row),
                )
        return found

    def _redirect_targets(self, rows: Sequence[Json]) -> dict[str, str]:
        titles = tuple(row["title"] for row in rows if row.get("redirect"))
        if not titles:
            return {}
        answer = self._api.query({"titles": titles, "redirects": True})
        return {row["from"]: row["to"] for row in answer["query"].get("redirects", ())}

    def _forbidden(self, row: Json) -> bool:
        """Whether people may not create the title; our own right to pass the list does not count.

        Where we have that right, or the wiki did not say what we may, the list itself is asked.
        """
        actions = row.get("actions", {})
        if not self._api.overrides_titles and "create" in actions:
            why = actions["create"]
            return any(str(each.get("code", "")).startswith(_FORBIDDEN) for each in why)
        answer = self._api.ask(
            {
                "action": "titleblacklist",
                "tbtitle": row["title"],
                "tbaction": "create",
                "tbnooverride": True,
            }
        )
        return bool(answer.get("titleblacklist", {}).get("result") == "blacklisted")

    def below(self, title: str) -> dict[str, object]:
        """The parameters that list the pages below a title; none where there can be none."""
        namespace, name = self._parts(title)
        if namespace < 0 or not name:
            return {}
        return {
            "list": "allpages",
            "apnamespace": namespace,
            "apprefix": f"{name}/",
            "apfilterredir": "nonredirects",
            "aplimit": "max",
        }

    def subpages(self, title: str) -> dict[str, int]:
        """All pages below the title, but for redirects."""
        listing = self.below(title)
        return subpages_of(self._api.query_all(listing)) if listing else {}

    def _parts(self, title: str) -> tuple[int, str]:
        """A title’s namespace (-1: no page of this wiki) and name; asked for where no facts are known."""
        if facts := self._facts.last:
            found = parsed(title, facts)
            return (-1 if found.interwiki else found.namespace), found.name
        answer = self._api.query({"titles": (title,), "prop": "info"})
        (row,) = by_title((answer,), (title,)).values()
        if row is None or row.get("invalid"):
            return -1, ""
        return row["ns"], row["title"].partition(":")[2] if row["ns"] else row["title"]

    def linking(self, title: str, limit: int) -> tuple[Linking, ...]:
        """Pages that link to the title, redirects to it too; as many as one query tells, at most."""
        answer = self._api.query(
            {
                "list": "backlinks",
                "bltitle": title,
                "blfilterredir": "all",
                "bllimit": min(limit, self._api.many * 10),
            }
        )
        return tuple(
            Linking(
                page_id=row["pageid"],
                namespace=row["ns"],
                redirect=bool(row.get("redirect", False)),
            )
            for row in answer["query"]["backlinks"]
        )

    def deletion(self, title: str) -> Deletion | None:
        """The newest row of the deletion log; none where a move made way for itself by a redirect."""
        return last_deletion(self._api.query(deletion_of(title)))


def deletion_of(title: str) -> dict[str, object]:
    """The parameters that ask for the newest row of the deletion log under a title."""
    return {
        "list": "logevents",
        "leaction": "delete/delete",
        "letitle": title,
        "lelimit": 1,
        "leprop": ("user", "comment", "timestamp"),
    }


def last_deletion(answer: Json) -> Deletion | None:
    """That row, if the answer has one."""
    rows: Sequence[Json] = answer["query"].get("logevents", ())
    if not rows:
        return None
    row = rows[0]
    return Deletion(
        user=row.get("user", ""),
        comment=row.get("comment", ""),
        timestamp=values.moment(row["timestamp"]),
    )


def subpages_of(answers: Iterable[Json]) -> dict[str, int]:
    """The pages that such a list names, with their ids."""
    return {
        entry["title"]: entry["pageid"]
        for answer in answers
        for entry in answer.get("query", {}).get("allpages", ())
    }
