"""Every page of a namespace, slice by slice in the order of titles, with all that judging asks of it.

Must not judge. A slice costs one request, more where the wiki cuts its answer; what is round pages is asked
for only where no slice and no list has shown it yet.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from tropebot.errors import Unavailable
from tropebot.model import TEMPLATE, Page, WikiSize
from tropebot.wiki import values
from tropebot.wiki.api import MOST_CONTINUATIONS, Api
from tropebot.wiki.rows import merged
from tropebot.wiki.surroundings import Surroundings, titles_above

Json = Mapping[str, Any]

MOST_LISTS = 100
"""Requests that the list of templates may take (50,000 or 500,000 titles); beyond, they are asked for."""

_LISTED = {"list": "allpages", "apnamespace": TEMPLATE, "aplimit": "max"}
_SIZE = {"meta": "siteinfo", "siprop": "statistics"}


class AllPages:
    """Reads namespaces from end to end; ``parameters`` are what is asked of each page."""

    def __init__(self, api: Api, surroundings: Surroundings, parameters: Json) -> None:
        self._api, self._surroundings, self._parameters = api, surroundings, parameters
        self._listed = False
        self._absent: set[str] = set()
        self._line: list[tuple[str, frozenset[str]]] = []

    def slice(self, namespace: int, after: str) -> tuple[tuple[Page, ...], str]:
        """The pages behind ``after``, and where to go on (empty: the namespace ends there)."""
        answers, onward = self._answers(namespace, after)
        if not self._listed:
            self._surroundings.know(self._templates())
            self._listed = True
        if not after:
            self._line.clear()
        rows = sorted((row for row in merged(answers) if "title" in row), key=_place)
        read_at = values.moment(answers[0]["curtimestamp"])
        pages = {row["title"]: values.page(row, read_at=read_at) for row in rows}
        found = self._surroundings.completed(
            pages, above=self._above(rows, pages), absent=self._absent
        )
        whole = tuple(page for page in found.values() if page is not None)
        self._absent.update(*(page.missing_templates for page in whole))
        return whole, onward

    def _answers(self, namespace: int, after: str) -> tuple[list[Json], str]:
        """One slice, in as many answers as the wiki makes of it."""
        asked = {
            "generator": "allpages",
            "gapnamespace": namespace,
            "gapfilterredir": "nonredirects",
            "gaplimit": self._api.many,
            **self._parameters,
        }
        more: Json = {"gapcontinue": after} if after else {}
        answers: list[Json] = []
        while len(answers) < MOST_CONTINUATIONS:
            answers.append(self._api.query({**asked, **more}))
            onward: Json = answers[-1].get("continue") or {}
            if not onward or answers[-1].get("batchcomplete"):
                return answers, str(onward.get("gapcontinue", ""))
            if onward == more:
                break
            more = onward
        raise Unavailable("The wiki continues an answer for ever: nothing of it was used.")

    def _templates(self) -> frozenset[str]:
        """All templates that there are, redirects among them."""
        answers = islice(self._api.query_all(_LISTED), MOST_LISTS)
        return frozenset(row["title"] for each in answers for row in each["query"]["allpages"])

    def _above(
        self, rows: Sequence[Json], pages: Mapping[str, Page | None]
    ) -> dict[str, frozenset[str]]:
        """What pages that came before say, by title, of those below them.

        All titles that begin alike stand together in the wiki's order. So of the pages before a page only a
        line need be kept, in which each title begins with the one before it.
        """
        found: dict[str, frozenset[str]] = {}
        for row in rows:
            title = row["title"]
            while self._line and not title.startswith(self._line[-1][0]):
                self._line.pop()
            if page := pages[title]:
                above = frozenset(titles_above(page))
                found.update((name, listed) for name, listed in self._line if name in above)
            entries = (*row.get("templates", ()), *row.get("categories", ()))
            self._line.append((title, frozenset(entry["title"] for entry in entries)))
        return found


def fetch_size(api: Api) -> WikiSize:
    """The wiki's own statistics."""
    told = api.query(_SIZE)["query"]["statistics"]
    return WikiSize(
        pages=int(told.get("pages", 0)),
        articles=int(told.get("articles", 0)),
        files=int(told.get("images", 0)),
    )


def _place(row: Json) -> bytes:
    """Where the wiki's order has a title."""
    return str(row["title"]).replace(" ", "_").encode("utf-8", "surrogatepass")
