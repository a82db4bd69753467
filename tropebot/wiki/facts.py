"""What a wiki says of itself: namespaces, template redirects, the pages that its policy is read from.

Must not interpret those pages. One request on a wiki of ordinary size, if the last poll brought the pages.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tropebot.i18n.overrides import PREFIX
from tropebot.model import TEMPLATE
from tropebot.policy.schema import Policy
from tropebot.policy.types import source_titles
from tropebot.wiki import values
from tropebot.wiki.api import Api
from tropebot.wiki.rows import by_title
from tropebot.wikitext.facts import SourcePage, WikiFacts

Json = Mapping[str, Any]
Parts = dict[str, Any]

SITE_PARAMETERS = {
    "meta": ("siteinfo", "allmessages"),
    # By the prefix of our own, those that exist as pages only; MediaWiki keeps them in its cache.
    "ammessages": "*",
    "amincludelocal": True,
    "amprefix": PREFIX,
    "uselang": "content",
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
_MEMBERS = {
    "list": "categorymembers",
    "cmnamespace": TEMPLATE,
    "cmprop": ("title",),
    "cmlimit": "max",
}
_TEXTS = {"rvprop": ("ids", "content"), "rvslots": "main"}


class Facts:
    """Asks for a wiki's facts and remembers the last ones, so that equal facts are one object."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._last: WikiFacts | None = None
        self._last_parts: Parts = {}
        self._extensions: frozenset[str] | None = None
        self._polled: Mapping[str, Json | None] = {}

    @property
    def last(self) -> WikiFacts | None:
        """The facts as they were read last."""
        return self._last

    def see(self, rows: Mapping[str, Json | None]) -> None:
        """Pages with their texts as a poll has just brought them, by the titles asked for."""
        self._polled = rows

    def fetch(self, policy: Policy) -> WikiFacts:
        """The facts that this policy needs, read now."""
        parts = {**self._site_and_lists(policy.files.licence_category), **self._sources(policy)}
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

    def _site_and_lists(self, category: str) -> Parts:
        redirects: dict[str, str] = {}
        site: Parts = {}
        members: set[str] = set()
        listed = {**_MEMBERS, "cmtitle": f"Category:{category}"} if category else {}
        for answer in self._api.query_all({**SITE_PARAMETERS, **REDIRECT_PARAMETERS, **listed}):
            query = answer.get("query", {})
            members |= {_plain(entry["title"]) for entry in query.get("categorymembers", ())}
            if "general" in query:
                site = _site(query)
                self._extensions = _extensions(query)
            for page in query.get("pages", ()):
                for source in page.get("redirects", ()):
                    redirects[_plain(source["title"])] = _plain(page["title"])
        return {
            **site,
            "template_redirects": redirects,
            "licence_category_members": frozenset(members),
        }

    def _sources(self, policy: Policy) -> Parts:
        """The pages that the policy is read from: as the last poll brought them, the others asked for."""
        titles = tuple(sorted(source_titles(policy)))
        seen = {title: self._polled[title] for title in titles if self._polled.get(title)}
        rest = tuple(title for title in titles if title not in seen)
        parameters = {"titles": rest, "prop": "revisions", **_TEXTS}
        answers = tuple(self._api.query_all(parameters)) if rest else ()
        return {"sources": _sources({**seen, **by_title(answers, rest)})}


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
        "messages": _own_messages(query),
    }


def _own_messages(query: Json) -> dict[str, str]:
    """The wiki's versions of our messages by our keys."""
    rows: Iterable[Json] = query.get("allmessages", ())
    return {
        row["name"].removeprefix(PREFIX): row["content"]
        for row in rows
        if row["name"].startswith(PREFIX) and not row.get("missing") and "content" in row
    }


def _sources(rows: Mapping[str, Json | None]) -> dict[str, SourcePage | None]:
    """The pages by the titles of the policy; one whose text is hidden is left out, as unread."""
    found: dict[str, SourcePage | None] = {}
    for title, row in sorted(rows.items()):
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
