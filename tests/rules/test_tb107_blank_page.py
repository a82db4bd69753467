"""TB107: nothing but white space and comments; and it alone."""

import pytest

from tests.rules.judged import codes

BLANK = ["", " \n\t\n", "<!-- x -->", "\n<!-- a -->\n <!-- b -->", "<!-- {{trope}} Text.", "\u3000"]
NOT_BLANK = [
    ("a character", "."),
    ("a template", "{{trope}}"),
    ("a category", "[[Category:Trope]]"),
    ("nowiki", "<nowiki/>"),
    ("text for others", "<includeonly>Text.</includeonly>"),
    ("an inclusion tag", "<noinclude></noinclude>"),
    ("a character that is not white space", "\u200b"),
]


@pytest.mark.parametrize("text", BLANK)
def test_fires_alone(text: str) -> None:
    assert codes(text) == ["TB107"]


@pytest.mark.parametrize(("why", "text"), NOT_BLANK, ids=[row[0] for row in NOT_BLANK])
def test_does_not_fire(why: str, text: str) -> None:
    assert "TB107" not in codes(text)


@pytest.mark.parametrize("title", ["File:Foo.png", "Trope Workshop:Foo", "User talk:Ada"])
def test_files_drafts_and_exempt_namespaces_are_not_looked_at(title: str) -> None:
    assert "TB107" not in codes("", title=title)
