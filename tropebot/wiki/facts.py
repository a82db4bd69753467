"""What a wiki says of itself: namespaces, template redirects, the pages that its policy is read from.

Must not interpret those pages. Two requests on a wiki of ordinary size.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tropebot.model import TEMPLATE
from tropebot.policy.schema import Policy
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wikitext.facts import SourcePage, WikiFacts

Json = Mapping[str, Any]
Parts = dict[str, Any]

SITE_PARAMETERS = {
    "meta": "siteinfo",
    "siprop": (
        "general",
        "namespaces",
        "namespacealiases",
        "interwikimap",
        "extensions",
        "extensiontags",
    ),
}
# All redirects among the templates at once: it costs one request for each 500 (5,000) of their targets,
# and no spelling of a template's name is missed because nobody thought to ask for it.
REDIRECT_PARAMETERS = {
    "generator": "allredirects",
    "garnamespace": TEMPLATE,
    "garunique": True,  # the targets
    "garlimit": "max",
    "prop": "redirects",
    "rdnamespace": TEMPLATE,
    "rdprop": ("title",),
    "rdlimit": "max",
}


class Facts:
    """Asks for a wiki's facts and remembers the last ones, so that equal facts are one object."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._last: WikiFacts | None = None
        self._last_parts: Parts = {}
        self._extensions: frozenset[str] | None = None

    def fetch(self, policy: Policy) -> WikiFacts:
        """The facts that this policy needs, read now."""
        parts = {**self._site_and_redirects(), **self._sources_and_members(policy)}
        if self._last is None or parts != self._last_parts:
            self._last_parts = parts
            self._last = WikiFacts(online=True, **parts)
        return self._last

    def has_title_blacklist(self) -> bool:
        """Whether the wiki keeps a list of titles that people may not create."""
        if self._extensions is None:
            answer = self._api.query({"meta": "siteinfo", "siprop": "extensions"})
            self._extensions = _extensions(answer["query"])
        return "TitleBlacklist" in self._extensions

    def _site_and_redirects(self) -> Parts:
        redirects: dict[str, str] = {}
        site: Parts = {}
        for answer in self._api.query_all({**SITE_PARAMETERS, **REDIRECT_PARAMETERS}):
            query = answer.get("query", {})
            if "general" in query:
                site = _site(query)
                self._extensions = _extensions(query)
            for page in query.get("pages", ()):
                for source in page.get("redirects", ()):
                    redirects[_plain(source["title"])] = _plain(page["title"])
        return {**site, "template_redirects": redirects}

    def _sources_and_members(self, policy: Policy) -> Parts:
        titles = tuple(sorted(_source_titles(policy)))
        category = policy.files.licence_category
        parameters: dict[str, object] = {
            "titles": titles,
            "prop": "revisions",
            "rvprop": ("ids", "content"),
            "rvslots": "main",
        }
        if category:
            parameters |= {
                "list": "categorymembers",
                "cmtitle": f"Category:{category}",
                "cmnamespace": TEMPLATE,
                "cmprop": ("title",),
                "cmlimit": "max",
            }
        members: set[str] = set()
        sources: dict[str, SourcePage | None] = {}
        for answer in self._api.query_all(parameters) if titles or category else ():
            query = answer.get("query", {})
            members |= {_plain(entry["title"]) for entry in query.get("categorymembers", ())}
            sources |= _sources(query, titles)
        return {"sources": sources, "licence_category_members": frozenset(members)}


def _source_titles(policy: Policy) -> frozenset[str]:
    return frozenset(
        (
            policy.workshop.preload,
            policy.files.licences_page,
            *(kind.preload for kind in policy.types.values()),
        )
    ) - {""}


def _site(query: Json) -> Parts:
    spaces: Iterable[Json] = query["namespaces"].values()
    names = {space["id"]: space["name"] for space in spaces}
    known = {
        **{space["canonical"]: space["id"] for space in spaces if "canonical" in space},
        **{alias["alias"]: alias["id"] for alias in query["namespacealiases"]},
        **{name: number for number, name in names.items()},
    }
    links = query["interwikimap"]
    return {
        "namespaces": {name.replace("_", " ").lower(): number for name, number in known.items()},
        "namespace_names": names,
        "first_letter_case": query["general"]["case"] == "first-letter",
        "interwiki": frozenset(link["prefix"].lower() for link in links),
        "interlanguage": frozenset(link["prefix"].lower() for link in links if "language" in link),
        "extension_tags": frozenset(tag.strip("<>").lower() for tag in query["extensiontags"]),
        "main_page": query["general"]["mainpage"],
        "generator": query["general"].get("generator", ""),
        "extensions": _extensions(query),
    }


def _sources(query: Json, titles: Iterable[str]) -> dict[str, SourcePage | None]:
    """The pages by the titles of the policy; one whose text is hidden is left out, as unread."""
    forms = dict(values.normal_forms(query))
    rows = {row["title"]: row for row in query.get("pages", ()) if "title" in row}
    found: dict[str, SourcePage | None] = {}
    for title in titles:
        row = rows.get(forms.get(title, title))
        if row is None:
            continue
        if row.get("missing"):
            found[title] = None
        elif row.get("revisions") and (text := values.text_of(row["revisions"][0])) is not None:
            found[title] = SourcePage(
                title=row["title"], rev_id=row["revisions"][0]["revid"], text=text
            )
    return found


def _extensions(query: Json) -> frozenset[str]:
    return frozenset(extension.get("name", "") for extension in query.get("extensions", ()))


def _plain(title: str) -> str:
    return title.partition(":")[2]
