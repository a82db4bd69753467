"""Titles that deceive, or that people would take for one another: each form and each script by itself."""

import pytest

from tropebot.wikitext.alike import similar_titles, suspect_title

SUSPECT = [
    ("Falling\x07Dog", "a control character"),
    ("Falling\u200bDog", "nothing to be seen"),
    ("Falling\ue000Dog", "private to whoever has the font"),
    ("Falling\u0378Dog", "no character at all"),
    ("Falling\ud800Dog", "half a character"),
    ("Falling \u0410\u0301lpha", "a Cyrillic letter, with an accent between it and the Latin ones"),
    ("F\u0301\u0430", "no letters but one on each side of the accent"),
    ("\U00017000a", "a letter that Python has no name for, among Latin ones"),
    ("\u30c9\u30b0s", "Japanese and Latin in one word"),
]
HONEST = [
    ("e\u0301te\u0301 \u0410\u0301\u043b\u044c\u0444\u0430", "accents are of no script"),
    ("\u0915\u0941\u0924\u094d\u0924\u093e", "signs on letters part no words"),
    ("Alpha\u02b0", "a modifier letter is of no script"),
    ("\U00017000\U00017001", "letters that Python has no names for, among themselves"),
    ("\u72acのドッグ", "Japanese is written in three scripts"),
    ("\u72ac\u30fc", "a mark that lengthens is Japanese too"),
]


@pytest.mark.parametrize(("title", "why"), SUSPECT, ids=[row[1] for row in SUSPECT])
def test_what_deceives(title: str, why: str) -> None:
    assert suspect_title(title), why


@pytest.mark.parametrize(("title", "why"), HONEST, ids=[row[1] for row in HONEST])
def test_what_does_not(title: str, why: str) -> None:
    assert not suspect_title(title), why


SIMILAR = {
    "Große Mauer": ({"Große mauer", "Grosse mauer", "GROSSE MAUER"}, "lower, folded, upper case"),
    "foo-BAR of x": (
        {
            "Foo-bar of x",
            "FOO-BAR OF X",
            "Foo-BAR Of X",
            "Foo-bar Of X",
            "Foo-bar of X",
            "Foo–BAR of x",
        },
        "each word's first letter, with the rest as it was and small; small words small; the dash",
    ),
    "the End": ({"The end", "THE END"}, "“The End” is how the wiki writes it anyway"),
    "Of Mice": ({"Of mice", "OF MICE"}, "a small word that stands first is not small"),
    "A  b": ({"A  B"}, "two spaces stay two"),
    "It's": ({"IT'S", "It’s"}, "a straight apostrophe for a curled one"),
    "It’s": ({"IT’S", "It's"}, "and the other way round"),
    "A—B": ({"A—b", "A-B"}, "a long dash for a short one"),
    "\uff21b": ({"\uff21B", "Ab"}, "full width, which is the same letter"),
    "B": (set(), "there is no other form"),
    "b": (set(), "the wiki takes it for “B” itself"),
    "": (set(), "no title"),
}


@pytest.mark.parametrize("title", SIMILAR)
def test_exactly_the_forms_that_people_would_take_for_it(title: str) -> None:
    wanted, why = SIMILAR[title]
    assert similar_titles(title) == wanted, why
