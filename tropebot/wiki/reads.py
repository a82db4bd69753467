"""What tropebot asks a wiki, in as few requests as the API allows.

Must not write to the wiki or judge what it reads. Fulfils `ports.WikiReader`; raises `Unavailable`,
`NotAllowed` or, past the run's deadline, `Incomplete`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tropebot.model import (
    TEMPLATE,
    Account,
    Authorship,
    Change,
    Deletion,
    Linking,
    Page,
    Person,
    Poll,
    Revision,
    TitleInfo,
    WikiSize,
)
from tropebot.policy.schema import Policy
from tropebot.wiki import values
from tropebot.wiki.abouttitles import last_deletion, pages_linking
from tropebot.wiki.allpages import AllPages, fetch_size
from tropebot.wiki.api import Api
from tropebot.wiki.facts import Facts
from tropebot.wiki.histories import Histories
from tropebot.wiki.listings import Listing, page_ids, recent_pages
from tropebot.wiki.people import People
from tropebot.wiki.rows import batches, by_title, interwiki, merged, without
from tropebot.wiki.surroundings import Surroundings
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.names import title as parsed

Json = Mapping[str, Any]

ALWAYS_50 = 50  # pages in one request whose content is wanted from everybody
KEPT_FOR_SURE = timedelta(hours=1)  # no wiki throws recent changes away that young

CHANGE_PARAMETERS = {
    "rcdir": "newer",
    "rctype": ("edit", "new", "log"),
    "rcprop": ("title", "ids", "timestamp", "user", "userid", "flags", "comment", "loginfo"),
}
REVISION_PARAMETERS = {
    "rvprop": ("ids", "timestamp", "user", "content"),
    "rvslots": "main",
}
PAGE_PARAMETERS = {
    "prop": ("revisions", "info", "templates", "categories", "imageinfo"),
    **REVISION_PARAMETERS,
    "rvprop": ("ids", "timestamp", "user", "content", "comment"),
    "tllimit": "max",
    "cllimit": "max",
    "iiprop": ("user", "timestamp", "comment"),
}


class Reader:
    """Reads one wiki as one account."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._facts = Facts(api)
        self._histories = Histories(api)
        self._surroundings = Surroundings(api)
        self._people = People(api)
        self._all_pages = AllPages(api, self._surroundings, PAGE_PARAMETERS)

    # The poll

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

    # Pages

    def fetch_pages(self, titles: Collection[str]) -> Mapping[str, Page | None]:
        """Pages by the titles asked for; `Page.title` is the wiki's own form of it."""
        found: dict[str, Page | None] = {}
        for batch in batches(tuple(dict.fromkeys(titles)), self._api.many):
            answers = tuple(self._api.query_all({"titles": batch, **PAGE_PARAMETERS}))
            read_at = values.moment(answers[0]["curtimestamp"])
            for title, row in by_title(answers, batch).items():
                found[title] = values.page(row, read_at=read_at) if row else None
        return self._surroundings.completed(found)

    def fetch_pages_by_id(self, page_ids: Collection[int]) -> Mapping[int, Page | None]:
        """Pages by id, wherever they stand now."""
        found: dict[int, Page | None] = {}
        for batch in batches(tuple(dict.fromkeys(page_ids)), self._api.many):
            answers = tuple(self._api.query_all({"pageids": batch, **PAGE_PARAMETERS}))
            read_at = values.moment(answers[0]["curtimestamp"])
            rows = {row.get("pageid"): row for row in merged(answers)}
            for page_id in batch:
                row = rows.get(page_id)
                found[page_id] = values.page(row, read_at=read_at) if row else None
        return self._surroundings.completed(found)

    # The wiki, its users and titles

    def fetch_facts(self, policy: Policy) -> WikiFacts:
        """What the wiki says of itself; the same object as long as the wiki says the same."""
        facts = self._facts.fetch(policy)
        prefix = facts.namespace_names.get(TEMPLATE, "Template")
        there = (*facts.licence_category_members, *facts.template_redirects)
        self._surroundings.begin(f"{prefix}:{name}" for name in there)
        return facts

    def fetch_authorship(self, page_id: int, *, whole: bool = False) -> Authorship | None:
        """The first author; None for a page that is gone or whose author is hidden."""
        return self._people.authorship(page_id, whole=whole)

    def fetch_page_ids(
        self,
        *,
        using: str = "",
        category: str = "",
        namespace: int = 0,
        after: str = "",
        limit: int,
    ) -> tuple[tuple[int, ...], str]:
        """A slice of the pages that use a template, are in a category, or of those of a namespace."""
        listing = Listing.of(using=using, category=category, namespace=namespace)
        return page_ids(self._api, listing, after=after, limit=limit)

    def fetch_recent(self, limit: int) -> tuple[int, ...]:
        """The pages that changed last, newest first, without talk pages."""
        return recent_pages(self._api, limit)

    def fetch_slice(self, namespace: int, *, after: str = "") -> tuple[tuple[Page, ...], str]:
        """The next pages of a namespace, and where to go on."""
        return self._all_pages.slice(namespace, after)

    def fetch_size(self) -> WikiSize:
        """How many pages there are, by the wiki's own count."""
        return fetch_size(self._api)

    def fetch_past_titles(self, page_id: int, *, draft: str) -> frozenset[str]:
        """Titles that the page has had, and some more that its history links to."""
        return self._surroundings.past_titles(page_id, draft)

    def fetch_moved_from(self, titles: Collection[str], *, namespace: int) -> frozenset[str]:
        """Those of the namespace's titles that some page was ever moved away from."""
        return self._surroundings.moved_from(titles, namespace)

    def fetch_groups(self, user: str) -> frozenset[str]:
        """An account's groups, those that everybody is in left out."""
        return self._people.groups(user)

    def fetch_people(self, names: Collection[str]) -> Mapping[str, Person]:
        """Accounts as they stand now."""
        return self._people.people(names)

    def fetch_writers(self, title: str, *, after: int) -> tuple[str, ...]:
        """Who saved the page's revisions after that one."""
        return self._people.writers(title, after)

    def fetch_subpages(self, title: str) -> Mapping[str, int]:
        """All pages below the title; a redirect that a move left there is none of them."""
        namespace, name = self._parts(title)
        if namespace < 0 or not name:
            return {}
        listing = {
            "list": "allpages",
            "apnamespace": namespace,
            "apprefix": f"{name}/",
            "apfilterredir": "nonredirects",
            "aplimit": "max",
        }
        return {
            entry["title"]: entry["pageid"]
            for answer in self._api.query_all(listing)
            for entry in answer["query"]["allpages"]
        }

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

    def fetch_linking(self, title: str, *, limit: int) -> tuple[Linking, ...]:
        """Pages that link to the title, redirects to it too."""
        return pages_linking(self._api, title, limit)

    def fetch_deletion(self, title: str) -> Deletion | None:
        """The last deletion under the title."""
        return last_deletion(self._api, title)

    def fetch_titles(
        self, titles: Sequence[str], *, beside: Collection[str] = ()
    ) -> Mapping[str, TitleInfo]:
        """Titles as the wiki's own normaliser reads them, and why nothing can be moved there."""
        found: dict[str, TitleInfo] = {}
        wanted = frozenset(titles)
        for batch in batches(tuple(dict.fromkeys((*titles, *beside))), self._api.many):
            answer = self._api.query({"titles": batch, "prop": "info", "inprop": "protection"})
            rows = by_title((answer,), batch)
            redirects = self._redirect_targets([row for row in rows.values() if row])
            for title, row in rows.items():
                if row is None:
                    problem = "interwiki" if title in interwiki(answer) else "invalid"
                    found[title] = TitleInfo(
                        title=title, namespace=0, exists=False, problem=problem
                    )
                    continue
                found[title] = values.title_info(
                    # the wiki cuts a fragment off without a word: then the page would go elsewhere
                    {**row, "invalid": True} if "#" in title else row,
                    redirect_to=redirects.get(row["title"], ""),
                    blacklisted=title in wanted
                    and bool(row.get("missing"))
                    and self._blacklisted(row["title"]),
                )
        return found

    def _redirect_targets(self, rows: Sequence[Json]) -> dict[str, str]:
        titles = tuple(row["title"] for row in rows if row.get("redirect"))
        if not titles:
            return {}
        answer = self._api.query({"titles": titles, "redirects": True})
        return {row["from"]: row["to"] for row in answer["query"].get("redirects", ())}

    def _blacklisted(self, title: str) -> bool:
        """Whether people may not create the title; our own right to pass the list does not count."""
        if not self._facts.has_title_blacklist():
            return False
        answer = self._api.ask(
            {
                "action": "titleblacklist",
                "tbtitle": title,
                "tbaction": "create",
                "tbnooverride": True,
            }
        )
        return bool(answer.get("titleblacklist", {}).get("result") == "blacklisted")

    # Histories

    def fetch_revisions(self, rev_ids: Collection[int]) -> Mapping[int, Revision | None]:
        """Revisions with their texts."""
        return self._histories.revisions(rev_ids)

    def fetch_history(self, page_id: int, limit: int) -> Sequence[Revision]:
        """The newest revisions of a page, newest first, without their texts."""
        return self._histories.of_page(page_id, limit)

    def fetch_imports(self, namespace: int) -> frozenset[int]:
        """Ids of pages of the namespace that were imported."""
        return self._histories.imported(namespace)

    def fetch_own_marks(self, prefix: str, limit: int) -> Sequence[Revision]:
        """Our own newest revisions with the prefix in their summaries, newest first."""
        return self._histories.own(prefix, limit)

    # Our own traces

    def find_mark(self, mark: str, *, page_id: int, title: str, since: datetime) -> int | None:
        """Our revision, or our move's log entry, whose summary begins with the mark.

        Looked for in the page's history, in the move log and among all our edits since then: whatever became
        of the page, one of them still shows it.
        """
        return self._histories.marked(mark, page_id=page_id, title=title, since=since)


def _watch_parameters(titles: Sequence[str]) -> dict[str, object]:
    if not titles:
        return {}
    return {
        "titles": titles,
        "prop": ("info", "revisions"),
        "inprop": ("protection",),
        **REVISION_PARAMETERS,
    }


def _change_parameters(since: datetime, limit: int) -> dict[str, object]:
    return {"list": "recentchanges", "rcstart": since, "rclimit": limit, **CHANGE_PARAMETERS}


def _seen(answer: Json) -> Iterator[Change]:
    for row in answer["query"].get("recentchanges", ()):
        change = values.change(row)
        if change is not None:
            yield change
