"""What tropebot asks a wiki about who made pages.

Must not decide who is told, trusted or promoted. MediaWiki tells the first revision of one page at a time;
of several pages it tells who worked on them, and what pages those people began: that is asked first.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from tropebot.model import Authorship, Deletion
from tropebot.wiki import values
from tropebot.wiki.abouttitles import deletion_of, last_deletion
from tropebot.wiki.api import Api
from tropebot.wiki.rows import batches

Json = Mapping[str, Any]

FEW = 3
"""Pages of which each is asked for by itself."""
PARTS = 4
"""A list that the wiki cuts is read on for each so many pages that it is to tell of."""
ALWAYS_50 = 50  # revisions with content in one request, for everybody
FIRST_REVISIONS = 20
SHORT = 500
"""Bytes: a redirect is not longer, so that a longer first revision need not be read."""
# `#REDIRECT [[…` in any language: the word differs, the form does not.
_REDIRECT = re.compile(r"\s*#[^\s\[:#*]+\s*:?\s*\[\[")
_HIDDEN = ("userhidden", "texthidden", "sha1hidden", "commenthidden", "suppressed")


class Authors:
    """The questions about first authors, over one API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def of_pages(self, page_ids: Collection[int]) -> dict[int, Authorship | None]:
        """The first author of each; of a page begun as a redirect, who made it a page.

        None for a page that is gone or whose author is hidden.
        """
        wanted = tuple(dict.fromkeys(page_ids))
        found = self._by_contributors(wanted) if len(wanted) > FEW else {}
        return {
            page_id: found[page_id] if page_id in found else _author(self._first(page_id))
            for page_id in wanted
        }

    def with_deletion(self, page_id: int, title: str) -> tuple[Authorship | None, Deletion | None]:
        """The first author, by the whole history, and the last deletion under the title."""
        if not page_id:
            return None, last_deletion(self._api.query(deletion_of(title)))
        history, deletion = self._history(page_id, deletion_of(title) if title else {})
        if len(history) == 1 or (history and history[0].get("size", 0) > SHORT):
            first = history[0]
        else:
            first = self._first(page_id)
        hidden = any(row.get(mark) for row in history for mark in _HIDDEN)
        return _author(first, hidden=hidden), deletion

    # One page.

    def _history(self, page_id: int, beside: Json) -> tuple[Sequence[Json], Deletion | None]:
        asked = {
            "pageids": page_id,
            "prop": "revisions",
            "rvdir": "newer",
            "rvlimit": "max",
            "rvprop": ("ids", "timestamp", "user", "userid", "size", "sha1"),
        }
        answer = self._api.query({**asked, **beside})
        deletion = last_deletion(answer)
        rows = [*_rows(answer)]
        # the log is not read on: its newest row is the answer
        if more := answer.get("continue", {}).get("rvcontinue"):
            rows += [
                row
                for part in self._api.query_all({**asked, "rvcontinue": more})
                for row in _rows(part)
            ]
        return rows, deletion

    def _first(self, page_id: int) -> Json:
        revisions = self._first_revisions(page_id, 1)
        if revisions and _is_redirect(revisions[0]):
            revisions = self._first_revisions(page_id, FIRST_REVISIONS)
        pages = (one for one in revisions if not _is_redirect(one))
        return next(pages, revisions[0] if revisions else {})

    def _first_revisions(self, page_id: int, number: int) -> Sequence[Json]:
        asked = {
            "pageids": page_id,
            "prop": "revisions",
            "rvdir": "newer",
            "rvlimit": number,
            "rvprop": ("ids", "timestamp", "user", "userid", "content"),
            "rvslots": "main",
        }
        return tuple(_rows(self._api.query(asked)))

    # Many pages.

    def _by_contributors(self, page_ids: Sequence[int]) -> dict[int, Authorship]:
        """Those whose first revision is found among what their contributors began; no redirect is one."""
        writers, spaces = self._contributors(page_ids)
        firsts: dict[int, Json] = {}
        for names, pages in groups(writers, self._api.many):
            for row in self._begun(names, spaces, parts=1 + len(pages) // PARTS):
                known = firsts.get(row["pageid"])
                if row["pageid"] in writers and (
                    known is None or row["timestamp"] < known["timestamp"]
                ):
                    firsts[row["pageid"]] = row
        redirects = self._redirects([row for row in firsts.values() if row.get("size", 0) <= SHORT])
        return {
            page_id: author
            for page_id, row in firsts.items()
            if row["revid"] not in redirects and (author := _author(row))
        }

    def _contributors(self, page_ids: Sequence[int]) -> tuple[dict[int, set[str]], set[int]]:
        """The accounts that worked on each page, as far as they are told, and the pages' namespaces."""
        writers: dict[int, set[str]] = {}
        spaces: set[int] = set()
        for batch in batches(page_ids, self._api.many):
            asked = {"pageids": batch, "prop": "contributors", "pclimit": "max"}
            for answer in islice(self._api.query_all(asked), 1 + len(batch) // PARTS):
                for page in answer["query"].get("pages", ()):
                    if page.get("contributors"):
                        names = {row["name"] for row in page["contributors"]}
                        writers.setdefault(page["pageid"], set()).update(names)
                        spaces.add(page["ns"])
        return writers, spaces

    def _begun(self, names: Sequence[str], spaces: Collection[int], parts: int) -> Iterator[Json]:
        """What these accounts began in the namespaces, in so many parts of the list at most."""
        asked = {
            "list": "usercontribs",
            "ucuser": names,
            "ucshow": "new",
            "ucnamespace": sorted(spaces),
            "uclimit": "max",
            "ucprop": ("ids", "timestamp", "size"),
        }
        for answer in islice(self._api.query_all(asked), parts):
            yield from answer["query"].get("usercontribs", ())

    def _redirects(self, rows: Sequence[Json]) -> set[int]:
        """Those of the revisions that are redirects, or whose text is not shown."""
        found = {row["revid"] for row in rows}
        for batch in batches(sorted(found), ALWAYS_50):
            asked = {"revids": batch, "prop": "revisions", "rvprop": ("ids", "content")}
            for answer in self._api.query_all({**asked, "rvslots": "main"}):
                found -= {row["revid"] for row in _rows(answer) if _is_page(row)}
        return found


def groups(
    writers: Mapping[int, Collection[str]], most: int
) -> Iterator[tuple[list[str], list[int]]]:
    """Accounts to be asked for together, at most so many, and the pages whose accounts are then all known.

    Pages with few accounts come first; a question that would tell of one page alone is not worth it.
    """
    left = sorted(writers, key=lambda page_id: (len(writers[page_id]), page_id))
    known: set[str] = set()
    while left:
        names: set[str] = set()
        pages: list[int] = []
        for page_id in left:
            new = set(writers[page_id]) - known - names
            if len(names) + len(new) > most:
                break
            names |= new
            pages.append(page_id)
        if len(pages) < 2:
            return
        if names:
            yield sorted(names), pages
        known |= names
        left = left[len(pages) :]


def _rows(answer: Json) -> Iterator[Json]:
    pages: Iterable[Json] = answer["query"].get("pages", ())
    return (row for page in pages for row in page.get("revisions", ()))


def _author(first: Json, *, hidden: bool = False) -> Authorship | None:
    if not first.get("user"):
        return None
    return Authorship(
        user=first["user"],
        user_id=first.get("userid", 0),
        created=values.moment(first["timestamp"]),
        hidden=hidden,
    )


def _is_redirect(revision: Json) -> bool:
    return _REDIRECT.match(values.text_of(revision) or "") is not None


def _is_page(revision: Json) -> bool:
    text = values.text_of(revision)
    return text is not None and _REDIRECT.match(text) is None
