"""The poll: what changed, the pages that steer us, and who we are, in one request where that is enough.

Must not decide whether we may go on (`gate` does).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tropebot.model import Account, Change, Poll
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wiki.facts import Facts
from tropebot.wiki.rows import batches, by_title, without

Json = Mapping[str, Any]

ALWAYS_50 = 50  # pages in one request whose content is wanted from everybody
KEPT_FOR_SURE = timedelta(hours=1)  # no wiki throws recent changes away that young

CHANGE_PARAMETERS = {
    "rcdir": "newer",
    "rctype": ("edit", "new", "log"),
    "rcprop": ("title", "ids", "timestamp", "user", "userid", "flags", "comment", "loginfo"),
}


class Polls:
    """Polls one wiki; what it learns of our account is told to the API, texts to the facts."""

    def __init__(self, api: Api, facts: Facts) -> None:
        self._api = api
        self._facts = facts

    def poll(self, *, since: datetime | None, watch: Collection[str], limit: int) -> Poll:
        """Changes, the pages that steer us, and who we are, in one request where that is enough.

        ``oldest_change`` is asked for only where ``since`` is old enough for a gap.
        """
        watched = tuple(dict.fromkeys(watch))
        parameters: dict[str, object] = {
            "meta": ("userinfo", "tokens") if self._api.needs_token() else ("userinfo",),
            "uiprop": ("blockinfo", "hasmsg", "rights", "groups"),
            **_watch_parameters(watched[:ALWAYS_50]),
        }
        if since is not None:
            parameters |= _change_parameters(since, min(limit, self._api.many * 10))
        answer = self._api.query(parameters)
        account = self._account(answer)
        pages = self._watched(answer, watched, account)
        changes, complete = self._changes(answer, parameters, limit)
        server_time = values.moment(answer["curtimestamp"])
        oldest = None
        if since is not None and server_time - since > KEPT_FOR_SURE:
            oldest = self._oldest_change()
        return Poll(
            server_time=server_time,
            changes=changes,
            watched=pages,
            account=account,
            oldest_change=oldest,
            complete=complete,
        )

    def _account(self, answer: Json) -> Account:
        account = values.account(answer["query"]["userinfo"])
        self._api.many = 500 if "apihighlimits" in account.rights else 50
        self._api.flagged |= "bot" in account.rights
        self._api.overrides_titles = not account.rights or "tboverride" in account.rights
        self._api.take_token(answer["query"].get("tokens", {}).get("csrftoken", ""))
        return account

    def _watched(self, answer: Json, watched: Sequence[str], account: Account) -> dict[str, Any]:
        """The watched pages; where there are many or they are large, the rest is asked for."""
        more = without(answer.get("continue", {}), "rccontinue")
        found: dict[str, Any] = {}
        seen: dict[str, Json | None] = {}
        parts = [watched[:ALWAYS_50], *batches(watched[ALWAYS_50:], ALWAYS_50)]
        for batch in parts:
            if not batch:
                continue
            again = batch is not parts[0] or more
            answers = tuple(self._api.query_all(_watch_parameters(batch))) if again else (answer,)
            rows = by_title(answers, batch)
            seen |= rows
            for title, row in rows.items():
                found[title] = values.on_wiki_page(row, user=account.name) if row else None
        self._facts.see(seen)
        return found

    def _changes(
        self, answer: Json, parameters: Mapping[str, object], limit: int
    ) -> tuple[tuple[Change, ...], bool]:
        """Rows up to the limit, and whether those were all.

        A limit that falls within one second of the server's clock is passed: who goes on from the last
        row's time would otherwise never get beyond it.
        """
        rows: list[Change] = []
        only_changes = {key: parameters[key] for key in parameters if key.startswith("rc")}
        while True:
            rows += _seen(answer)
            more = answer.get("continue", {}).get("rccontinue")
            if not more:
                return tuple(rows), True
            stuck = rows and rows[0].timestamp == rows[-1].timestamp
            if len(rows) >= limit and not stuck:
                return tuple(rows), False
            answer = self._api.query({"list": "recentchanges", **only_changes, "rccontinue": more})

    def _oldest_change(self) -> datetime | None:
        answer = self._api.query(
            {"list": "recentchanges", "rcdir": "newer", "rclimit": 1, "rcprop": ("timestamp",)}
        )
        rows = answer["query"]["recentchanges"]
        return values.moment(rows[0]["timestamp"]) if rows else None


def _watch_parameters(titles: Sequence[str]) -> dict[str, object]:
    if not titles:
        return {}
    return {
        "titles": titles,
        "prop": ("info", "revisions"),
        "inprop": ("protection",),
        "rvprop": ("ids", "timestamp", "user", "content"),
        "rvslots": "main",
    }


def _change_parameters(since: datetime, limit: int) -> dict[str, object]:
    return {"list": "recentchanges", "rcstart": since, "rclimit": limit, **CHANGE_PARAMETERS}


def _seen(answer: Json) -> Iterator[Change]:
    for row in answer["query"].get("recentchanges", ()):
        change = values.change(row)
        if change is not None:
            yield change
