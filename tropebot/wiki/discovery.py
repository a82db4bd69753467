"""Looks at a wiki that there is no bot home for yet, without an account where the wiki lets it.

Must not write anything, on the wiki or on the disk. Its errors are of one line and say what to type instead.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from tropebot.errors import ConfigError, NotAllowed, WikiError
from tropebot.home import Credentials, Home, Limits, Operator, pywikibot_environment
from tropebot.policy.force import PolicyInForce
from tropebot.policy.presence import LICENCE_CATEGORIES, Gaps, gaps, wanted_titles
from tropebot.policy.schema import Policy
from tropebot.sites import Place, Site
from tropebot.wiki.api import Api
from tropebot.wiki.reads import Reader
from tropebot.wiki.seat import SYSTEM_TIME, Login, Time
from tropebot.wiki.wire import Address, Advice, Wire
from tropebot.wikitext.facts import WikiFacts

Json = Mapping[str, Any]

PATIENCE = Limits(call_seconds=45.0, answer_seconds=20.0)
"""Somebody sits there and waits: no read of a new wiki takes longer."""
NO_WIKI = 'family, mylang = "none", "en"\n'
"""Without these pywikibot says on stderr that it takes a wiki of its own choice."""
ON_THE_LINE = Advice(
    plain="begin the address with http://, or correct its port",
    moved="give that address instead",
    absent="correct the address",
    other="give the wiki’s api.php; Special:Version names it under “Entry point URLs”",
)
_SITE = {"meta": "siteinfo", "siprop": ("general", "namespaces", "extensions")}


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """A wiki as a stranger sees it, against a policy that was made for another one.

    ``licence_category`` is one that holds templates, named as the policy names it (empty: none was found),
    ``licence_templates`` how many they are.
    """

    site: Site
    facts: WikiFacts
    gaps: Gaps
    licence_category: str = ""
    licence_templates: int = 0
    requests: int = 0


def look_at(
    place: Place, operator: Operator, policy: Policy, secret: Credentials | None, directory: Path
) -> Discovery:
    """What the wiki at an address says; a private one is asked once more as the account.

    ``directory`` must be empty, and ours: pywikibot takes it for its home. It may be removed afterwards.
    Raises as `discover` does.
    """
    (directory / "user-config.py").write_text(NO_WIKI, encoding="utf-8")
    home = Home(directory=directory, state=directory / "state", operator=operator)
    with pywikibot_environment(home):
        library = import_module("tropebot.wiki.library")
    agent = library.user_agent(operator.contact, operator.user)
    wire = Wire(
        library.SESSION,
        _Forgetful(library.COOKIES),
        Address(url=place.url, agent=agent, advice=ON_THE_LINE),
        answer_seconds=PATIENCE.answer_seconds,
    )
    try:
        return discover(visitor(wire, operator.user), place, policy)
    except NotAllowed as error:
        if secret is None:
            raise NotAllowed(
                f"“{place.host}” is a private wiki: give --password-file, so that it can be asked as"
                f" {operator.user}. {error}"
            ) from None
    return discover(visitor(wire, operator.user, secret=secret), place, policy)


class _Forgetful:
    """Cookies that are in no file."""

    def __init__(self, cookies: Any) -> None:
        self._cookies = cookies

    def clear(self) -> None:
        self._cookies.clear()

    def save(self, *, ignore_discard: bool = True) -> None:
        """Nothing is kept."""


def visitor(
    wire: Wire, user: str, *, secret: Credentials | None = None, time: Time = SYSTEM_TIME
) -> Api:
    """An API for one visit, over a wire."""
    return Api(wire, Login(user=user, credentials=secret), PATIENCE, time=time)


def discover(api: Api, place: Place, policy: Policy) -> Discovery:
    """What the wiki says of itself, and how far the policy fits it; six requests or so.

    Raises `ConfigError` where there is no wiki, `NotAllowed` where it is closed to us, `Unavailable`.
    """
    site = _site(api.query(_SITE), place)
    reader = Reader(api)
    facts = reader.fetch_facts(policy)
    force = PolicyInForce(policy=policy, facts=facts)
    infos = reader.fetch_titles((), beside=wanted_titles(force))
    category, number = _licence_category(api, policy)
    existing = frozenset(title for title, info in infos.items() if info.exists)
    return Discovery(
        site=site,
        facts=facts,
        gaps=gaps(force, existing),
        licence_category=category,
        licence_templates=number,
        requests=api.requests.read,
    )


def _site(answer: Json, place: Place) -> Site:
    said = answer.get("query")
    query: Json = said if isinstance(said, Mapping) else {}
    general = query.get("general")
    if not isinstance(general, Mapping) or "MediaWiki" not in str(general.get("generator")):
        raise ConfigError(f"“{place.url}” answers, but not as a MediaWiki: correct the address.")
    spaces: Mapping[str, Json] = query.get("namespaces", {})
    return Site(
        place=place,
        name=str(general.get("sitename", "")),
        generator=str(general["generator"]),
        language=str(general.get("lang", "en")),
        server=str(general.get("server", "")),
        article_path=str(general.get("articlepath", "")),
        namespaces={int(space["id"]): str(space.get("name", "")) for space in spaces.values()},
        extensions=frozenset(str(each.get("name", "")) for each in query.get("extensions", ())),
    )


def _licence_category(api: Api, policy: Policy) -> tuple[str, int]:
    """The category of licence templates that the wiki has, where the policy names none."""
    if policy.files.licence_category:
        return "", 0
    try:
        answer = api.query({"titles": LICENCE_CATEGORIES, "prop": "categoryinfo"})
    except WikiError:  # only a hint hangs on it
        return "", 0
    rows = answer.get("query", {}).get("pages", ())
    sizes = {
        str(row.get("title", "")): int(row.get("categoryinfo", {}).get("pages", 0)) for row in rows
    }
    number, title = max(((size, title) for title, size in sizes.items()), default=(0, ""))
    return (title.partition(":")[2], number) if number else ("", 0)
