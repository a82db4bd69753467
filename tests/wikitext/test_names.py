"""Names and titles in the one form in which they can be compared."""

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tropebot.wikitext import names
from tropebot.wikitext.names import Title

FACTS = in_force("demo", template_redirects={"Trop": "Trope", "Loop": "Pool", "Pool": "Loop"}).facts

TITLES: list[tuple[str, Title]] = [
    ("foo bar", Title(0, "Foo bar", "Foo bar")),
    (" Foo__bar ", Title(0, "Foo bar", "Foo bar")),
    ("Foo#Bar_x", Title(0, "Foo", "Foo", "Bar x")),
    ("#Bar", Title(fragment="Bar")),
    ("Category:foo", Title(14, "Foo", "Category:Foo")),
    (":category : foo", Title(14, "Foo", "Category:Foo")),
    ("Image:a.png", Title(6, "A.png", "File:A.png")),
    ("YKTTW:Foo", Title(3000, "Foo", "Trope Workshop:Foo")),
    ("trope_workshop:Foo/Bar", Title(3000, "Foo/Bar", "Trope Workshop:Foo/Bar")),
    ("Star Wars: A New Hope", Title(0, "Star Wars: A New Hope", "Star Wars: A New Hope")),
    ("wikipedia:Foo", Title(0, "Foo", "wikipedia:Foo", "", "wikipedia")),
    ("R&amp;D", Title(0, "R&D", "R&D")),
    ("élan", Title(0, "Élan", "Élan")),
    ("e\u0301lan", Title(0, "Élan", "Élan")),
    ("Foo\u200e", Title(0, "Foo", "Foo")),
    ("A[b]", Title()),
    ("A\nb", Title()),
    ("Category:", Title()),
    ("", Title()),
    ("Foo" + " " * 9_000, Title(0, "Foo", "Foo")),
    ("Foo" * 4_000, Title()),
]


@pytest.mark.parametrize(("raw", "expected"), TITLES, ids=[ascii(row[0][:40]) for row in TITLES])
def test_titles_are_taken_apart(raw: str, expected: Title) -> None:
    assert names.title(raw, FACTS) == expected


def test_a_wiki_may_tell_first_letters_apart() -> None:
    assert names.title("foo", replace(FACTS, first_letter_case=False)).name == "foo"


TEMPLATES: list[tuple[str, str]] = [
    ("trope", "Trope"),
    ("Trop", "Trope"),
    ("alias", "Trope"),
    ("Loop", "Pool"),
    ("Template:trope", "Trope"),
    (":Template:trope", "Trope"),
    (":trope", ":Trope"),
    ("User:Ada/x", "User:Ada/x"),
    ("msg:trope", "Trope"),
    ("safesubst: trope", "Trope"),
    ("subst:trope", ""),
    ("#if:x", ""),
    ("PAGENAME", ""),
    ("pagename", "Pagename"),
    ("DEFAULTSORT:Foo", ""),
    ("UC:x", ""),
    ("Uccello", "Uccello"),
    ("wikipedia:Foo", ""),
    ("trope{", ""),
    ("", ""),
]


@pytest.mark.parametrize(("raw", "expected"), TEMPLATES)
def test_peer_f15_templates_have_one_name(raw: str, expected: str) -> None:
    assert names.template_name(raw, FACTS, {"Alias": "Trop"}) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Foo", ("Foo", "Foo", "Foo", "Foo", "Foo")),
        ("Foo/Bar/Baz", ("Foo/Bar/Baz", "Foo/Bar/Baz", "Foo/Bar", "Baz", "Foo")),
        ("Trope Workshop:Foo", ("Foo", "Trope Workshop:Foo", "Foo", "Foo", "Foo")),
    ],
)
def test_magic_words_of_a_title(title: str, expected: tuple[str, ...]) -> None:
    words = names.magic_words(names.title(title, FACTS))
    asked = ("PAGENAME", "FULLPAGENAME", "BASEPAGENAME", "SUBPAGENAME", "ROOTPAGENAME")
    assert tuple(words[word] for word in asked) == expected
