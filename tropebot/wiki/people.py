"""What tropebot asks a wiki about people: how an account stands now, who wrote on a page.

Must not decide who is told, trusted or promoted.
"""

from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from tropebot.model import Person
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wiki.rows import batches

Json = Mapping[str, Any]

LAST_REVISIONS = 50


class People:
    """The questions about people, over one API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def groups(self, user: str) -> frozenset[str]:
        """An account's groups, those that everybody is in (`*`, `user`) left out."""
        answer = self._api.query({"list": "users", "ususers": (user,), "usprop": ("groups",)})
        return _groups(answer["query"]["users"][0])

    def people(self, names: Collection[str]) -> dict[str, Person]:
        """Accounts as they stand now; a partial block counts, and so does one of an address's range."""
        found = {name: Person(name=name) for name in names}
        for batch in batches(accounts_of(names), self._api.many):
            found |= people_of(self._api.query(people_named(batch)))
        return found | self.addresses(names)

    def addresses(self, names: Collection[str]) -> dict[str, Person]:
        """Those of the names that are addresses: each is looked for among the blocks."""
        found = {}
        for name in filter(is_address, names):
            blocks = self._api.query({"list": "blocks", "bkip": name, "bkprop": ("id",)})
            found[name] = Person(name=name, blocked=bool(blocks["query"]["blocks"]))
        return found

    def writers(self, title: str, after: int) -> tuple[str, ...]:
        """Who saved the page's newest revisions, down to that one."""
        answer = self._api.query(
            {
                "titles": (title,),
                "prop": "revisions",
                "rvlimit": LAST_REVISIONS,
                "rvprop": ("ids", "user"),
            }
        )
        rows = answer["query"]["pages"][0].get("revisions", ())
        names = (row.get("user", "") for row in rows if row["revid"] > after)
        return tuple(dict.fromkeys(names))


def accounts_of(names: Collection[str]) -> tuple[str, ...]:
    """Those of the names that may be accounts."""
    return tuple(name for name in dict.fromkeys(names) if not is_address(name))


def people_named(names: Sequence[str]) -> dict[str, object]:
    """The parameters that ask how these accounts stand; none for nobody."""
    if not names:
        return {}
    return {
        "list": "users",
        "ususers": names,
        "usprop": ("groups", "blockinfo", "registration", "editcount", "gender"),
    }


def people_of(answer: Json) -> dict[str, Person]:
    """The accounts of such an answer; who has none is not among them."""
    rows = answer["query"].get("users", ())
    return {row["name"]: _person(row) for row in rows if row.get("userid")}


def is_address(name: str) -> bool:
    """Whether this is the address of somebody without an account."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _person(row: Json) -> Person:
    registered = row.get("registration")
    return Person(
        name=row["name"],
        user_id=row["userid"],
        groups=_groups(row),
        blocked="blockid" in row or "blockedby" in row,
        registered=values.moment(registered) if registered else None,
        edits=row.get("editcount"),
        gender=row.get("gender", ""),
    )


def _groups(row: Json) -> frozenset[str]:
    return frozenset(row.get("groups", ())) - {"*", "user"}
