"""Where a wiki is and what it says of itself and of our account, as frozen values.

Must not ask anything: `wiki/discovery.py` and `wiki/vitals.py` do, for `init` and `doctor`.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from tropebot.errors import ConfigError
from tropebot.model import MESSAGE_WALL, Account, OnWikiPage

_SCRIPT = "/api.php"
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](?::[0-9]{1,5})?")
_FARMS = ("fandom.com", "wikia.org", "wikia.com", "gamepedia.com", "miraheze.org")
_FANDOM = _FARMS[:4]
_LEAST_SECONDS: Mapping[str, float] = {
    **dict.fromkeys(_FANDOM, 1.25),  # its rules for bots: below one edit a second
    "miraheze.org": 1.0,  # no figure of its own; MediaWiki's for people is eight edits a minute
}
_OURS_ELSEWHERE = frozenset({"MirahezeMagic", "ManageWiki"})
_PLAIN = frozenset({"www", "wiki", "en", "m"})


class Farm(StrEnum):
    """Whose rules a wiki's host has beside the wiki's own."""

    FANDOM = "Fandom"
    MIRAHEZE = "Miraheze"
    NONE = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an API is; ``host`` with its port, ``script_path`` as it stands before `/api.php`."""

    protocol: str
    host: str
    script_path: str

    @property
    def url(self) -> str:
        """The address of the API."""
        return f"{self.protocol}://{self.host}{self.script_path}{_SCRIPT}"

    @property
    def bare_host(self) -> str:
        """The host without a port."""
        return urlsplit(f"//{self.host}").hostname or self.host

    @property
    def local(self) -> bool:
        """Whether this is the machine that we run on."""
        try:
            return ip_address(self.bare_host).is_loopback
        except ValueError:
            return self.bare_host == "localhost"

    @property
    def exposed(self) -> bool:
        """Whether a password sent there could be read on the way."""
        return self.protocol == "http" and not self.local


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A wiki as `siteinfo` tells of it; ``namespaces`` are the local names by id, ``main`` is empty.

    ``server`` is the address that the wiki itself goes by, which may differ from where we found it.
    """

    place: Place
    name: str
    generator: str
    language: str
    server: str
    article_path: str
    namespaces: Mapping[int, str]
    extensions: frozenset[str] = frozenset()

    @property
    def farm(self) -> Farm:
        """The host's kind, by its name or by the extensions that only it has."""
        host = self.place.bare_host
        if _under(host, _FANDOM):
            return Farm.FANDOM
        if _under(host, ("miraheze.org",)) or self.extensions & _OURS_ELSEWHERE:
            return Farm.MIRAHEZE
        return Farm.NONE

    @property
    def has_walls(self) -> bool:
        """Whether people are written to on message walls, which a bot password cannot reach."""
        return MESSAGE_WALL in self.namespaces


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """So many actions in so many seconds; what is more is refused."""

    hits: int
    seconds: int


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """How a wiki and our account on it stand, as one answer told.

    ``pages`` are those asked for (``None``: there is none), ``models`` their content models. ``limits`` is
    the strictest of each action; ``tags`` are change tags, with whether they may be used now.
    """

    account: Account
    server_time: datetime
    generator: str
    namespaces: Mapping[int, str] = {}
    extensions: frozenset[str] = frozenset()
    limits: Mapping[str, RateLimit] = {}
    tags: Mapping[str, bool] = {}
    pages: Mapping[str, OnWikiPage | None] = {}
    models: Mapping[str, str] = {}


def place_of(address: str) -> Place:
    """Where an API is, by what somebody typed. Raises `ConfigError` with what to type instead."""
    text = address.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        fine = parts.port != 0
    except ValueError:
        raise ConfigError(f"“{address}” is no address: write https://HOST/w/api.php.") from None
    host = parts.netloc
    if parts.scheme not in {"http", "https"} or not fine or not _HOST.fullmatch(host):
        raise ConfigError(
            f"“{address}” is no address of a wiki: write https://HOST/w/api.php, without a name or password."
        )
    if not parts.path.endswith(_SCRIPT):
        guess = f"{parts.scheme}://{host}"
        likely = f"{guess}{_SCRIPT}" if _under(host, _FANDOM) else f"{guess}/w{_SCRIPT}"
        raise ConfigError(
            f"“{address}” is not the address of an api.php: the wiki’s page Special:Version names it under"
            f" “Entry point URLs”; it may be {likely}."
        )
    path = parts.path.removesuffix(_SCRIPT).rstrip("/")
    return Place(protocol=parts.scheme, host=host.lower(), script_path=path)


def least_edit_seconds(host: str) -> float:
    """The least time between two edits that the wiki's host asks of bots, whatever an operator says."""
    bare = urlsplit(f"//{host}").hostname or host
    return max((wait for farm, wait in _LEAST_SECONDS.items() if _under(bare, (farm,))), default=0)


def family_name(place: Place) -> str:
    """What to call the wiki's family: the telling part of its host's name, letters and digits only."""
    try:
        ip_address(place.bare_host)
    except ValueError:
        labels = place.bare_host.split(".")
    else:
        return "mywiki"
    told = [label for label in labels[:-1] if label not in _PLAIN] or labels[:1]
    chosen = told[0] if _under(place.bare_host, _FARMS) else told[-1]
    return re.sub(r"[^a-z0-9]", "", chosen) or "mywiki"


def _under(host: str, domains: Collection[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
