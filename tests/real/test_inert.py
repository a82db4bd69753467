"""The real MediaWiki shows what others wrote in our texts, and obeys none of it."""

import html
import json
import re
import urllib.parse
import urllib.request
from typing import Any

import pytest

from demo.mediawiki import Wiki
from tropebot.notices import Promoted, notice
from tropebot.wikitext.inert import inert, one_line

pytestmark = pytest.mark.real

HOSTILE = (
    "plain words",
    "}}{{Delete}}",
    "a|b=c",
    "</nowiki><b>x</b><nowiki>",
    "~~~~ and ~~~~~",
    "{{subst:PAGENAME}}",
    "{{{1|x}}}",
    "[[Category:X]] [[File:A.png|thumb]]",
    "--> x <!-- y",
    "== x ==",
    "line\n== break ==\n* list",
    "* list",
    "''x'' '''y'''",
    "__NOTOC__ __NOINDEX__",
    "http://spam.example/ mailto:a@b.example //c.example",
    "ISBN 9780306406157, RFC 1, PMID 2",
    "&lt;b&gt; &amp; R&D &#123;",
    "<ref>x</ref><gallery>A.png</gallery>",
    "#REDIRECT [[X]]",
    "<noinclude>x</noinclude><onlyinclude>y</onlyinclude>",
    "-{x}- {|\n|x\n|}",
)


def parsed(wiki: Wiki, text: str) -> dict[str, Any]:
    question = {
        "action": "parse",
        "title": "User talk:Ada",
        "text": text,
        "contentmodel": "wikitext",
        "pst": "1",
        "disablelimitreport": "1",
        "prop": "text|templates|categories|externallinks|images|links|sections|properties",
        "format": "json",
        "formatversion": "2",
    }
    body = urllib.parse.urlencode(question).encode()
    with urllib.request.urlopen(wiki.api, body, timeout=60) as answer:  # noqa: S310 - 127.0.0.1
        page: dict[str, Any] = json.load(answer)["parse"]
    return page


def shown(page: dict[str, Any]) -> str:
    text = html.unescape(re.sub(r"<[^>]*>", "", page["text"]))
    return " ".join(text.split())


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_shown_as_it_was_written(populated_wiki: Wiki, value: str) -> None:
    page = parsed(populated_wiki, f"begin {inert(value)} end")
    assert shown(page) == f"begin {one_line(value)} end"
    page = parsed(populated_wiki, f"* {inert(value)}")
    assert shown(page) == one_line(value)
    for kind in ("templates", "categories", "externallinks", "images", "links", "sections"):
        assert page[kind] == [], kind
    assert not page["properties"]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_message_obeys_nobody_but_us(populated_wiki: Wiki, value: str) -> None:
    said = notice(
        value,
        promoted=[Promoted(draft=value, target=value)],
        mark="[tb:0123abcd]",
        policy_page=value,
        opt_out=value,
    )
    page = parsed(populated_wiki, said.section)
    for kind in ("templates", "categories", "externallinks", "images"):
        assert page[kind] == [], kind
    assert len(page["sections"]) == 1
    assert shown(page).count("(UTC)") == 1, "one signature, ours"
    assert "tb:0123abcd" not in shown(page)
