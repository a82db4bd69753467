"""What tropebot asks a wiki about people: who made a page, who wrote on it, how an account stands now.

Must not decide who is told, trusted or promoted.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from tropebot.model import Authorship, Person
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wiki.rows import batches

Json = Mapping[str, Any]

FIRST_REVISIONS = 20
LAST_REVISIONS = 50
SHORT = 500
"""Bytes: a redirect is not longer, so that a longer first revision need not be read."""
# `#REDIRECT [[…` in any language: the word differs, the form does not.
_REDIRECT = re.compile(r"\s*#[^\s\[:#*]+\s*:?\s*\[\[")
_HIDDEN = ("userhidden", "texthidden", "sha1hidden", "commenthidden", "suppressed")


class People:
    """The questions about people, over one API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def authorship(self, page_id: int, *, whole: bool) -> Authorship | None:
        """The first author; of a page begun as a redirect, who made it a page.

        None for a page that is gone or whose author is hidden. Only with ``whole`` is its history looked
        through for hidden parts.
        """
        history = self._history(page_id) if whole else ()
        if len(history) == 1 or (history and history[0].get("size", 0) > SHORT):
            first: Json = history[0]
        else:
            first = self._first(page_id)
        if not first.get("user"):
            return None
        return Authorship(
            user=first["user"],
            user_id=first.get("userid", 0),
            created=values.moment(first["timestamp"]),
            hidden=any(row.get(mark) for row in history for mark in _HIDDEN),
        )

    def _history(self, page_id: int) -> Sequence[Json]:
        parameters = {
            "pageids": page_id,
            "prop": "revisions",
            "rvdir": "newer",
            "rvlimit": "max",
            "rvprop": ("ids", "timestamp", "user", "userid", "size", "sha1"),
        }
        return [
            row
            for answer in self._api.query_all(parameters)
            for page in answer["query"].get("pages", ())
            for row in page.get("revisions", ())
        ]

    def _first(self, page_id: int) -> Json:
        revisions = self._first_revisions(page_id, 1)
        if revisions and _is_redirect(revisions[0]):
            revisions = self._first_revisions(page_id, FIRST_REVISIONS)
        pages = (one for one in revisions if not _is_redirect(one))
        return next(pages, revisions[0] if revisions else {})

    def _first_revisions(self, page_id: int, number: int) -> Sequence[Json]:
        parameters = {
            "pageids": page_id,
            "prop": "revisions",
            "rvdir": "newer",
            "rvlimit": number,
            "rvprop": ("ids", "timestamp", "user", "userid", "content"),
            "rvslots": "main",
        }
        rows: Sequence[Json] = self._api.query(parameters)["query"]["pages"][0].get("revisions", ())
        return rows

    def groups(self, user: str) -> frozenset[str]:
        """An account's groups, those that everybody is in (`*`, `user`) left out."""
        answer = self._api.query({"list": "users", "ususers": (user,), "usprop": ("groups",)})
        return _groups(answer["query"]["users"][0])

    def people(self, names: Collection[str]) -> Mapping[str, Person]:
        """Accounts as they stand now; a partial block counts, and so does one of an address's range."""
        found = {name: Person(name=name) for name in names}
        accounts = [name for name in found if not is_address(name)]
        for batch in batches(accounts, self._api.many):
            answer = self._api.query(
                {
                    "list": "users",
                    "ususers": batch,
                    "usprop": ("groups", "blockinfo", "registration", "editcount", "gender"),
                }
            )
            for row in answer["query"]["users"]:
                if row.get("userid"):
                    found[row["name"]] = _person(row)
        for name in found:
            if is_address(name):
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


def _is_redirect(revision: Json) -> bool:
    return _REDIRECT.match(values.text_of(revision) or "") is not None
