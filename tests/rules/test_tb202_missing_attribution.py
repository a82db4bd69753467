"""TB202: what names a source and an author, and what only seems to."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.in_force import in_force
from tropebot.model import FILE, FileInfo, Page
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading
from tropebot.rules.tb202_missing_attribution import check

FILES: dict[str, Any] = {
    "require": ["licence", "source", "author"],
    "licences": ["Fairuse", "PD"],
    "licence_by_parameter": {"Self": ["1"]},
    "information": {"Information": {"source": ["source", "from"], "author": ["author", "artist"]}},
    "source_labels": ["source", "taken from"],
    "author_labels": ["author", "artist"],
    "empty_values": ["unknown", "?", "google", "the internet", "n/a"],
    "empty_hosts": ["google.com", "bing.com"],
    "own_work": ["Own"],
}
FORCE = in_force("none", {"files": FILES})
COMMENTS = in_force("none", {"files": FILES | {"upload_comment": True}})
BOTH, SOURCE, AUTHOR = {"source", "author"}, {"source"}, {"author"}
NOTHING: set[str] = set()
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def missing(text: str, force: PolicyInForce = FORCE, **page: Any) -> set[str]:
    judged = Page(title="File:Poster.png", text=text, namespace=FILE)
    judged = replace(judged, **page)
    reading = Reading(judged, force.document(text, force.title(judged.title)))
    findings = list(check(reading, force))
    assert len(findings) <= 1
    return set(findings[0].details["missing"]) if findings else set()


NAMED = [
    (
        f"https://{'a' * 256}.org https://museum.org/1",
        AUTHOR,
        "a link behind one that is too long to be read",
    ),
    ("{{Information|source=a book|author=Ana}}", NOTHING, "parameters of an information template"),
    ("{{information|from=a book|artist=Ana}}", NOTHING, "its other parameters"),
    ("{{Fairuse|source=a book|author=Ana}}", NOTHING, "parameters of the licence template"),
    ("{{Self|PD|author=Ana}}", SOURCE, "of one that names the licence in a parameter"),
    ("Source: a book\nAuthor: Ana", NOTHING, "labelled lines"),
    ("source : a book\nAUTHOR:Ana", NOTHING, "any case, space before the colon"),
    ("* '''Source:''' a book\n* ''Artist'': Ana", NOTHING, "lists, bold and italics"),
    ("#:'''''Taken  from'':''' a book", AUTHOR, "any marks, any space in the label"),
    ("<b>Source</b>: a book<br>Author: Ana", NOTHING, "a break ends the line"),
    ("Poster<br />Source: a book", AUTHOR, "a label after a break"),
    (";Source\n:a book\n;Author\n:Ana", NOTHING, "definition lists"),
    ("; Source : a book", AUTHOR, "term and definition in one line"),
    (";Source\n:?\n:a book", AUTHOR, "the second definition counts too"),
    ("[[Source]]: a book", AUTHOR, "a linked label"),
    ("== Source ==\na book\n== Author ==\nAna", NOTHING, "headings as labels"),
    ("=== '''Source:''' ===\n\na book", AUTHOR, "any level, bold, colon"),
    ("== Source ==\na book\n\n* and more", AUTHOR, "all up to the next heading"),
    ("Source: <nowiki>a book</nowiki>", AUTHOR, "nowiki shows its text"),
    ("Source: unknown magazine", AUTHOR, "never part of a value"),
    ("Source: Google Books, page 3", AUTHOR, "never part of a value"),
    ("Source: the book ''Google''", AUTHOR, "never part of a value"),
    ("https://example.org/x", AUTHOR, "a bare link"),
    ("[https://example.org/x there]", AUTHOR, "a link with text"),
    ("[//example.org/x there]", AUTHOR, "without a scheme"),
    ("HTTP://EXAMPLE.ORG", AUTHOR, "any case"),
    ("{{Box|http://example.org}}", AUTHOR, "a link in a parameter"),
    ("<ref>http://example.org</ref>", AUTHOR, "a link in a reference"),
    ("http://google.com.example.org/", AUTHOR, "another host that begins alike"),
    ("http://notgoogle.com/", AUTHOR, "another host that ends alike"),
    ("http://example.org/?u=google.com", AUTHOR, "the host counts, not the path"),
    ("http://google.com@example.org/", AUTHOR, "nor a user name"),
    ("Source: Google https://example.org", AUTHOR, "a link beside an empty value"),
    ("Source: a scan, see https://google.com/x", AUTHOR, "words beside an empty host"),
    ("Author: Ana, http://a.org\nhttp://b.org", NOTHING, "a link beside the author's"),
    ("Author: Ana\nSource: http://a.org", NOTHING, "each on its line"),
    ("{{Own}}", NOTHING, "own work names both"),
    ("{{Information|source={{own}}|author=}}", NOTHING, "own work in a parameter"),
]

NOT_NAMED = [
    ("", BOTH, "an empty page"),
    ("{{Fairuse}}", BOTH, "a licence names neither"),
    ("{{Information|source=|author=  }}", BOTH, "blank"),
    ("{{Information|source=<!-- who? -->}}", BOTH, "a comment is no value"),
    ("{{Information|Source=x}}", BOTH, "names of parameters have their case"),
    ("{{Other|source=a book}}", BOTH, "not an information template"),
    ("{{Information|source=Unknown|author=?}}", BOTH, "empty values"),
    ("Source: unknown.\nAuthor: '''Unknown'''", BOTH, "full stop, bold"),
    ("Source: “Google”\nAuthor: ''?''", BOTH, "quotation marks, italics"),
    ("Source: '''“the  internet”.'''", BOTH, "all of them"),
    ("Source:\nAuthor:", BOTH, "labels without a value"),
    ("Source:<br>a book", BOTH, "a break ends the line before the value"),
    ("Source: <!-- a book -->", BOTH, "a comment"),
    ("<!-- Source: a book -->", BOTH, "in a comment"),
    ("<pre>\nSource: a book\n</pre>", BOTH, "in pre"),
    ("<includeonly>Source: a book</includeonly>", BOTH, "not shown on the page"),
    ("The source: a book", BOTH, "a label begins its line"),
    ("Sources: a book", BOTH, "not a label of the policy"),
    ("Source a book", BOTH, "no colon"),
    (";Source\n\n:a book", BOTH, "no definition beside the term"),
    (";Source\n:unknown", BOTH, "an empty definition"),
    ("== Source ==\n== Author ==", BOTH, "headings without text"),
    ("== Source ==\nUnknown.\n", BOTH, "an empty value under a heading"),
    ("== Source ==\n{{Fairuse}}\n[[Category:X]]", BOTH, "a licence and a category are no source"),
    ("== Source ==\n__NOTOC__\n== Licence ==\nPD", BOTH, "a switch is none"),
    ("== Sourcing ==\na book", BOTH, "not a label"),
    ("https://www.google.com/search?q=x", BOTH, "a search engine's subdomain"),
    ("https://google.com:443/x", BOTH, "with a port"),
    ("[https://Google.com. x]", BOTH, "with a final full stop"),
    ("Source: https://images.google.com/x", BOTH, "as a labelled value"),
    ("{{Information|source=[http://bing.com/i Bing]}}", BOTH, "as a parameter"),
    ("Author: http://example.org/ana", SOURCE, "the author's link is no source"),
    ("{{Information|author=[http://a.org Ana]}}", SOURCE, "nor in a parameter"),
    ("== Author ==\nAna, http://a.org", SOURCE, "nor under a heading"),
    ("<nowiki>http://example.org</nowiki>", BOTH, "nowiki shows no link"),
    ("<!-- http://example.org -->", BOTH, "nor does a comment"),
    ("ftp://example.org/x", BOTH, "another protocol"),
    ("xhttp://example.org", BOTH, "no link begins inside a word"),
    ("http://", BOTH, "no host"),
]


@pytest.mark.parametrize(("text", "expected", "why"), NAMED)
def test_named(text: str, expected: set[str], why: str) -> None:
    assert missing(text) == expected, why


@pytest.mark.parametrize(("text", "expected", "why"), NOT_NAMED)
def test_not_named(text: str, expected: set[str], why: str) -> None:
    assert missing(text) == expected, why


COMMENT = [
    ("Source: a book; Author: Ana", NOTHING, "labels anywhere in the line"),
    ("poster, source: a book author: Ana", NOTHING, "without anything between"),
    ("from http://example.org/x", AUTHOR, "a link"),
    ("Author: http://example.org/ana", SOURCE, "the author's link"),
    ("Source: unknown", BOTH, "an empty value"),
    ("http://google.com/x", BOTH, "a search engine"),
    ("resource: a book", BOTH, "a label is a whole word"),
    ("new poster", BOTH, "neither"),
    ("", BOTH, "no comment"),
]


@pytest.mark.parametrize(("comment", "expected", "why"), COMMENT)
def test_upload_comment(comment: str, expected: set[str], why: str) -> None:
    upload = FileInfo(uploader="Ada", uploaded=NOW, comment=comment)
    page: dict[str, Any] = {"file": upload, "templates": frozenset({"Template:Fairuse"})}
    assert missing("{{Fairuse}}", COMMENTS, **page) == expected, why
    assert missing("{{Fairuse}}", FORCE, **page) == BOTH, (
        "the policy does not let the comment count"
    )


@pytest.mark.parametrize(
    ("require", "expected"),
    [
        (["licence"], NOTHING),
        (["licence", "source"], SOURCE),
        (["author"], AUTHOR),
        (["source", "author"], BOTH),
    ],
)
def test_only_what_the_wiki_asks_for(require: list[str], expected: set[str]) -> None:
    assert missing("", in_force("none", {"files": FILES | {"require": require}})) == expected


def test_without_a_list_of_licences_nothing_is_judged() -> None:
    assert missing("", in_force("none", {"files": FILES | {"licences": []}})) == NOTHING


@given(st.text(alphabet="ab {}[]|=\n':;*#/.", max_size=60))
def test_a_comment_adds_nothing(text: str) -> None:
    hidden = "\n<!--\nSource: a book\nAuthor: Ana\nhttp://example.org\n-->"
    assert missing(text + hidden) == missing(text + "\n")


@given(st.sampled_from([row[0] for row in NAMED]), st.sampled_from(["\n", "\n\n", "<!-- x -->\n"]))
def test_white_space_and_comments_in_front_change_nothing(text: str, before: str) -> None:
    assert missing(before + text) == missing(text)


HOSTILE = [
    "{{Information|source=",
    "Source: ",
    "Author: http://a.org\n",
    "== Source ==\n",
    ";Source\n:",
    "<br ",
    "= ",
    "*",
    ".",
    "[[a|",
    "http://a.",
]


@pytest.mark.heavy
@pytest.mark.parametrize("motif", HOSTILE)
@pytest.mark.parametrize("close", ["", "}}", "]]", " "])
def test_a_long_page_of_anything_is_judged(motif: str, close: str) -> None:
    """H1: the cost grows with the length only, and what stands behind it is still read."""
    count = 60_000 // len(motif)
    text = motif * count + close * count
    assert "source" not in missing(f"{text}\n\nhttp://example.org/x\n")
