"""Titles that people would take for one another, and titles that could deceive them.

Must not ask whether there is a page under one.
"""

import re
import unicodedata

_SMALL = "a an and as at but by for from in into nor of on or over the to up via with"
_SMALL_WORDS = frozenset(_SMALL.split())


def similar_titles(title: str) -> frozenset[str]:
    """Titles that people would take for this one: other case, other form of the same letters or marks."""
    words = title.split(" ")
    capitals = [word[:1].upper() + word[1:].lower() for word in words]
    headline = [
        word if number == 0 or word.lower() not in _SMALL_WORDS else word.lower()
        for number, word in enumerate(capitals)
    ]
    forms = {
        title.lower(),
        title.upper(),
        title.casefold(),
        " ".join(word[:1].upper() + word[1:] for word in words),
        " ".join(capitals),
        " ".join(headline),
        title.replace("’", "'"),
        title.replace("'", "’"),
        title.replace("–", "-").replace("—", "-"),
        title.replace("-", "–"),
        unicodedata.normalize("NFKC", title),
    }
    first_upper = {form[:1].upper() + form[1:] for form in forms}
    return frozenset(first_upper - {title, title[:1].upper() + title[1:], ""})


def suspect_title(title: str) -> bool:
    """Whether a title could deceive: control, direction, zero-width or private characters, mixed scripts."""
    if any(
        unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn", "Cs"} for character in title
    ):
        return True
    # accents part no words: a Cyrillic letter with one may stand before Latin letters
    letters = "".join(each for each in title if not unicodedata.category(each).startswith("M"))
    return any(len(_scripts(word)) > 1 for word in re.findall(r"[^\W\d_]+", letters))


def _scripts(word: str) -> set[str]:
    names = {unicodedata.name(character, "?").split()[0] for character in word}
    japanese = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
    return {"JAPANESE" if name in japanese else name for name in names} - {"MODIFIER"}
