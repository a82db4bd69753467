"""The real MediaWiki makes of broken markup what the example count takes it for."""

import json
import re
import urllib.parse
import urllib.request
from html.parser import HTMLParser

import pytest

from demo.mediawiki import Wiki
from tests.example_counts import listed

pytestmark = pytest.mark.real


class _Items(HTMLParser):
    """The items of a page that stand in no other item: what is shown of them, and of it in italics."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[str] = []
        self.italics: list[str] = []
        self._depth = self._italic = self._struck = 0

    def handle_starttag(
        self,
        tag: str,
        attrs: list[tuple[str, str | None]],  # noqa: ARG002 - HTMLParser hands it over
    ) -> None:
        if tag == "li":
            self._depth += 1
            if self._depth == 1:
                self.items.append("")
                self.italics.append("")
        self._italic += tag in {"i", "em", "cite"}
        self._struck += tag in {"s", "strike", "del"}

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "li"
        self._italic -= tag in {"i", "em", "cite"}
        self._struck -= tag in {"s", "strike", "del"}

    def handle_data(self, data: str) -> None:
        if self._depth and not self._struck:
            self.items[-1] += data
            if self._italic:
                self.italics[-1] += data


def shown(wiki: Wiki, text: str) -> _Items:
    """What the wiki makes of a text."""
    question = {
        "action": "parse",
        "title": "Foo Bar",
        "text": text,
        "contentmodel": "wikitext",
        "prop": "text",
        "format": "json",
        "formatversion": "2",
    }
    body = urllib.parse.urlencode(question).encode()
    with urllib.request.urlopen(wiki.api, body, timeout=60) as answer:  # noqa: S310 - 127.0.0.1
        html = json.load(answer)["parse"]["text"]
    found = _Items()
    found.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    return found


ITALICS = [
    ("''Alien'' b c d", "two apostrophes"),
    ("''Alien: b c d", "closed at the line's end"),
    ("'''''Alien'' b''' c", "italics within bold"),
    ("'''''Alien''' b'' c", "bold within italics"),
    ("''Alien '''b''' c'' d", "bold in the middle"),
    ("''''Alien'''' b c", "four are one and bold"),
    ("''''''Alien'''''' b c", "six are one and both"),
    ("''Schindler's List'' b c", "one apostrophe is text"),
    ("L'''Étoile'' b c d", "an apostrophe before italics"),
    ("b '''c''Alien'' d", "an odd number of both"),
    ("[[User:B|''b]] Alien c", "italics of a label end with it"),
    ("[[User:B]]'''s ''Alien'' d", "bold behind a link"),
    ("'<!-- x -->'Alien'' b c", "a comment between apostrophes"),
    ("&#39;&#39;Alien&#39;&#39; b", "references are no apostrophes"),
    ("<i>Alien</i> b c", "a tag"),
    ("<cite>Alien</cite> b c", "a citation"),
    ("[http://127.0.0.1/ ''Alien''] b", "within an external link"),
    ("<nowiki>''b''</nowiki> ''Alien'' c", "nowiki"),
    ("''Alien<ref>x</ref>'' b", "a reference within"),
]


@pytest.mark.parametrize(("item", "why"), ITALICS)
def test_italics(populated_wiki: Wiki, item: str, why: str) -> None:
    html = shown(populated_wiki, f"* {item}")
    (entry,) = listed(f"* {item}").entries
    italics = re.sub(r"\[\d+\]", "", html.italics[0]).strip()
    assert entry.work == (italics if italics[:1].isupper() else ""), why


ITEMS = [
    ("* ''A''\n* ''B''", "two items"),
    (" * ''A''", "a space before it"),
    ("<div>* ''A''</div>", "behind a tag"),
    ("<!-- x -->* ''A''", "behind a comment"),
    ("<!-- x\n-->* ''A''", "behind a comment over two lines"),
    ("<nowiki/>* ''A''", "behind nowiki"),
    ("<noinclude>* ''A''</noinclude>", "behind an inclusion tag"),
    ("<includeonly>* ''A''</includeonly>", "not shown on the page itself"),
    ("&#42; ''A''", "a reference"),
    ("----* ''A''", "behind a rule"),
    ("{|\n|* ''A''\n|}", "behind the bar of a cell"),
    ("{|\n|\n* ''A''\n|}", "in a cell"),
    ("<pre>\n* ''A''\n</pre>", "pre"),
    ("<pre>\n* ''A''", "pre that is never closed"),
    ("<nowiki>\n* ''A''", "nowiki that is never closed"),
    ("<!--\n* ''A''", "a comment that is never closed"),
    ("* ''A''\n<s>\n* ''B''", "struck out and never closed"),
    ("* ''A'' <del>b\n* ''C''", "struck out to the end of the line"),
    ("<li>''A''", "an item as a tag without a list"),
    ("<ul><li>''A''<li>''B''</ul>", "never closed"),
    ("<ul><li>''A''<ul><li>''B''</ul></ul>", "one within another"),
    ("<ul><li>''A''\n* ''B''\n</li></ul>", "an asterisk within"),
    ("* ''A'' <ul>\n<li>''B''</li>\n</ul>", "a list that reaches over the line"),
    ("* ''A'' <ul><li>''B''</li></ul>", "a list within the line"),
    ("</ul>\n<li>''A''</ol>\n* ''B''", "ends of lists that never began"),
    (
        "<ul>\n<li>''A''\n* ''B''\n* ''C''\n</li>\n<li>''D''</li>\n</ul>",
        "asterisks within an item, and an item after",
    ),
    ("* ''A''\n<li>''B''</li>\n* ''C''", "an item as a tag between asterisks"),
    ("* ''A''\n<ul><li>''B''</li></ul>\n* ''C''", "a list of tags between asterisks"),
    ("<ul>\n* ''A''\n* ''B''\n</ul>", "asterisks in a list without items"),
    ("<ul>\n<li>''A''</li>\n* ''B''\n<li>''C''</li>\n</ul>", "an asterisk between items"),
    ("<li>''A''</li>\n<li>''B''</li>", "items without a list"),
    ("<li>''A''\n<li>''B''\n\n* ''C''", "items never closed, then an asterisk"),
    ("<ol><li>''A''</li></ol>\n# ''B''", "a list of each kind"),
    ("* ''A'' <li>''B''", "an item within the line of another"),
    ("* ''A''</li>\n* ''B''", "an end without an item"),
    ("<ul><li>''A''</ul></li>\n* ''B''", "ends in the wrong order"),
    ("<ul><li>''A''\n\n''x''\n</li><li>''B''</li></ul>", "a paragraph in an item"),
    ("<div><ul><li>''A''</li></ul></div>\n* ''B''", "a list in a box"),
    ("<ul><li>''A''</li></ul> ''x''\n* ''B''", "text behind a list"),
    ("* [[File:A.jpg|thumb|b\n* c]] ''D''", "a caption over two lines"),
    ("* [[A|b\nc]] ''D''", "a label over two lines"),
    ("<div\nid=x>\n* ''A''\n</div>", "a tag over two lines"),
]


@pytest.mark.parametrize(("text", "why"), ITEMS)
def test_items(populated_wiki: Wiki, text: str, why: str) -> None:
    html = shown(populated_wiki, text)
    named = [italics.strip() for italics in html.italics if italics.strip()]
    # what stands in an inner item is shown as part of the outer one
    works = [entry.work[:1] for entry in listed(text).entries if entry.work]
    assert works == [italics[:1] for italics in named], why
