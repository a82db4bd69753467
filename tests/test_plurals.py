"""Numbers agree with their nouns, in the English that stands in the code too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tropebot
from tropebot.i18n.counts import counted

CHECKOUT = Path(tropebot.__file__).parent.parent
NOUNS = (
    *(
        "changes",
        "characters",
        "days",
        "drafts",
        "edits",
        "entries",
        "examples",
        "files",
    ),
    *("findings", "fixes", "flags", "lines", "messages", "minutes", "pages", "people", "problems"),
    *("promotions", "reads", "requests", "rows", "seconds", "titles", "words", "writes"),
)
MANY = re.compile(rf"^ (?:[a-z]+ )?(?:{'|'.join(NOUNS)})\b(?!/)")
ALWAYS_MANY = {
    "tropebot/audit/reading.py": "its numbers are limits in thousands",
    "tropebot/i18n/overrides.py": "its number is a limit in hundreds",
}


@pytest.mark.parametrize(
    ("number", "one", "many", "said"),
    [
        (0, "page", "", "0 pages"),
        (1, "page", "", "1 page"),
        (2, "page", "", "2 pages"),
        (1, "entry", "entries", "1 entry"),
        (3, "entry", "entries", "3 entries"),
    ],
)
def test_a_number_with_its_noun(number: int, one: str, many: str, said: str) -> None:
    assert counted(number, one, many) == said


def numbers_before(source: str) -> Iterator[tuple[int, str]]:
    """The lines where some value stands right before the plural of one of the nouns."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            for value, after in zip(node.values, node.values[1:], strict=False):
                said = str(after.value) if isinstance(after, ast.Constant) else ""
                if isinstance(value, ast.FormattedValue) and (found := MANY.match(said)):
                    yield node.lineno, found[0].strip()


def test_what_is_looked_for() -> None:
    assert list(numbers_before('f"{n} pages judged"')) == [(1, "pages")]
    assert list(numbers_before('f"{n} more pages"')) == [(1, "more pages")]
    assert list(numbers_before("f\"{counted(n, 'page')} judged, {title} pagesize\"")) == []


@pytest.mark.parametrize("part", ["tropebot", "scripts"])
def test_no_number_stands_before_a_plural_that_it_may_not_have(part: str) -> None:
    wrong = [
        f"{path.relative_to(CHECKOUT)}:{line}: {words}"
        for path in sorted((CHECKOUT / part).rglob("*.py"))
        if str(path.relative_to(CHECKOUT)) not in ALWAYS_MANY
        for line, words in numbers_before(path.read_text("utf-8"))
    ]
    assert not wrong
