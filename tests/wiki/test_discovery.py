"""A wiki that there is no home for yet: what is found out, and the one line for each address that is none."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
import requests
import urllib3
from urllib3.exceptions import NewConnectionError

from tests.wiki.scripted import Hourglass, Script, error
from tropebot.errors import Exit, TropebotError
from tropebot.policy.layers import load
from tropebot.sites import Farm, place_of
from tropebot.wiki.discovery import ON_THE_LINE, Discovery, discover, visitor
from tropebot.wiki.seat import Time
from tropebot.wiki.wire import Address, Reply, Wire

URL = "https://wiki.example/w/api.php"
POLICY = load("tropedia").policy
GENERAL = {
    "sitename": "Example Wiki",
    "generator": "MediaWiki 1.43.1",
    "lang": "de",
    "server": "//wiki.example",
    "articlepath": "/wiki/$1",
    "case": "first-letter",
    "mainpage": "Main Page",
}
SPACES = {
    "0": {"id": 0, "name": "", "case": "first-letter"},
    "10": {"id": 10, "name": "Vorlage", "canonical": "Template"},
    "14": {"id": 14, "name": "Kategorie", "canonical": "Category"},
    "3000": {"id": 3000, "name": "Trope Workshop"},
}


def site(**changes: Any) -> dict[str, Any]:
    query = {
        "general": GENERAL,
        "namespaces": SPACES,
        "namespacealiases": [{"id": 3000, "alias": "YKTTW"}],
        "interwikimap": [],
        "extensions": [{"name": "Cite"}],
        "extensiontags": [],
        **changes,
    }
    return {"query": query, "curtimestamp": "2026-01-05T12:00:00Z"}


class Wiki(Script):
    """Answers each question by what was asked, not by its turn."""

    def __init__(self, *, existing: tuple[str, ...] = (), **changes: Any) -> None:
        super().__init__([{}])
        self.existing, self.site = existing, site(**changes)

    def exchange(self, parameters: Mapping[str, object], *, post: bool) -> Reply:
        self.sent.append(dict(parameters))
        assert not post, "nothing is sent that could change anything"
        assert "assertuser" not in parameters, "a stranger has no account"
        if "siteinfo" in str(parameters.get("meta", "")):
            return Reply(data=self.site)
        asked: Any = parameters.get("titles", ())
        rows = [
            {"title": title, "ns": 10, "pageid": number, "lastrevid": 1}
            if title in self.existing
            else {"title": title, "ns": 10, "missing": True}
            for number, title in enumerate(asked, start=1)
        ]
        if parameters.get("prop") == "categoryinfo":
            rows[0]["categoryinfo"] = {"pages": 12}
        return Reply(data={"query": {"pages": rows}, "curtimestamp": "2026-01-05T12:00:00Z"})


def found(wiki: Any, url: str = URL) -> Discovery:
    glass = Hourglass()
    api = visitor(wiki, "ExampleBot", time=Time(glass.clock, glass.sleep))
    return discover(api, place_of(url), POLICY)


def test_what_a_wiki_says_is_found_without_an_account() -> None:
    seen = found(Wiki(existing=("Vorlage:Trope", "Vorlage:In use")))
    assert (seen.site.name, seen.site.language) == ("Example Wiki", "de")
    assert seen.facts.namespaces["ykttw"] == 3000
    assert seen.gaps.namespaces == ()
    assert "work" in seen.gaps.types
    assert "trope" not in seen.gaps.types, "its header is there"
    assert "Tropelist" in seen.gaps.templates or "tropelist" in seen.gaps.templates
    assert "Inuse" not in seen.gaps.templates, "another spelling of it is there"
    assert "MediaWiki:Works" in seen.gaps.preloads
    assert (seen.licence_category, seen.licence_templates) == ("Image license templates", 12)
    assert seen.requests <= 8


@pytest.mark.parametrize(
    ("url", "extensions", "farm", "reason"),
    [
        ("https://tropedia.fandom.com/api.php", [], Farm.FANDOM, "by its host"),
        ("https://tropedia.fandom.com/de/api.php", [], Farm.FANDOM, "a language's wiki"),
        ("https://x.miraheze.org/w/api.php", [], Farm.MIRAHEZE, "by its host"),
        ("https://own.example/w/api.php", ["MirahezeMagic"], Farm.MIRAHEZE, "under its own domain"),
        ("https://fandom.com.example/api.php", [], Farm.NONE, "only looks like it"),
        ("https://own.example/w/api.php", ["Cite"], Farm.NONE, "somebody's own"),
    ],
)
def test_whose_rules_a_wiki_has(url: str, extensions: list[str], farm: Farm, reason: str) -> None:
    seen = found(Wiki(extensions=[{"name": name} for name in extensions]), url)
    assert seen.site.farm is farm, reason


class Http:
    """Answers everything with one body."""

    def __init__(self, body: bytes = b"", status: int = 200, **options: Any) -> None:
        self.body, self.status, self.options = body, status, options

    def request(self, *_: Any, **__: Any) -> Any:
        if raised := self.options.get("error"):
            raise raised
        answer = requests.Response()
        answer.status_code = self.status
        answer.headers.update(self.options.get("headers", {}))
        answer.raw = urllib3.HTTPResponse(
            io.BytesIO(self.body), status=self.status, preload_content=False
        )
        return answer


class NoCookies:
    def clear(self) -> None: ...

    def save(self, *, ignore_discard: bool = True) -> None: ...


def unreachable() -> Exception:
    cause = NewConnectionError(urllib3.connection.HTTPConnection("wiki.example"), "refused")
    pool = urllib3.HTTPConnectionPool("wiki.example")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, URL, cause))


def said(document: object) -> Http:
    return Http(json.dumps(document).encode())


def distrusted() -> Exception:
    cause = urllib3.exceptions.SSLError("certificate verify failed")
    pool = urllib3.HTTPSConnectionPool("wiki.example")
    return requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(pool, URL, cause))


@pytest.mark.parametrize(
    ("http", "code", "says", "reason"),
    [
        (Http(b"<!DOCTYPE html>"), Exit.CONFIG, "give the wiki’s api.php", "a page of the wiki"),
        (Http(b"<html>", 404), Exit.CONFIG, "There is no API", "a typo in the path"),
        (
            Http(b"", 301, headers={"Location": "https://wiki.example/w/api.php"}),
            Exit.CONFIG,
            "sends on to “https://wiki.example/w/api.php”: give that address",
            "http where https is wanted",
        ),
        (Http(error=distrusted()), Exit.UNAVAILABLE, "certificate is not accepted", "TLS"),
        (
            Http(error=requests.exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version")),
            Exit.CONFIG,
            "begin the address with http://",
            "https where http is spoken",
        ),
        (Http(error=unreachable()), Exit.UNAVAILABLE, "no connection", "nobody there"),
        (Http(b"<html>", 403), Exit.UNAVAILABLE, "answers 403", "a proxy's mood"),
        (said([1, 2]), Exit.CONFIG, "does not answer as a MediaWiki API", "JSON of another"),
        (said({"hello": "world"}), Exit.CONFIG, "not as a MediaWiki", "an API of another"),
        (said({"query": {"general": 1}}), Exit.CONFIG, "not as a MediaWiki", "nonsense"),
        (
            said(error("readapidenied", "You need read permission to use this module.")),
            Exit.NOT_ALLOWED,
            "readapidenied",
            "closed to strangers",
        ),
    ],
)
def test_an_address_that_is_no_open_wiki_is_one_line(
    http: Http, code: Exit, says: str, reason: str
) -> None:
    wire = Wire(http, NoCookies(), Address(url=URL, agent="tropebot/0", advice=ON_THE_LINE))
    with pytest.raises(TropebotError) as raised:
        found(wire)
    assert raised.value.exit_code == code, reason
    assert says in str(raised.value), reason
    assert "\n" not in str(raised.value)
    assert "families/" not in str(raised.value), "there is none yet"
