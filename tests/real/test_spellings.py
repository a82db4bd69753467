"""The real MediaWiki agrees with the table of spellings: the wiki has the last word on what is used."""

import json
import urllib.parse
import urllib.request

import pytest

from demo.mediawiki import Wiki
from tests.wikitext.spellings import SPELLINGS, Spelling

pytestmark = pytest.mark.real
# categories that MediaWiki adds of itself
TRACKING = frozenset({"Pages with broken file links"})


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: ascii(spelling.text))
def test_mediawiki_reads_it_so(populated_wiki: Wiki, spelling: Spelling) -> None:
    question = {
        "action": "parse",
        "title": "Foo Bar",
        "text": spelling.text,
        "contentmodel": "wikitext",
        "prop": "templates|categories",
        "format": "json",
        "formatversion": "2",
    }
    body = urllib.parse.urlencode(question).encode()
    with urllib.request.urlopen(populated_wiki.api, body, timeout=60) as answer:  # noqa: S310 - 127.0.0.1
        parsed = json.load(answer)["parse"]
    templates = {each["title"] for each in parsed["templates"]}
    categories = {each["category"].replace("_", " ") for each in parsed["categories"]} - TRACKING
    assert templates >= spelling.templates
    assert not templates & spelling.in_doubt
    if spelling.templates != frozenset({"Template:Tl"}):  # {{tl}} exists and may call others
        assert templates == spelling.templates
    assert categories == spelling.categories
