"""Messages: MediaWiki's format is understood, every key is documented, used and given its parameters."""

import ast
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tropebot
from tropebot.i18n import message, texts

PACKAGE = Path(tropebot.__file__).parent
FAMILIES = (
    "finding-",
    "held-",
    "hold-",
    "summary-",
    "notice-",
    "refusal-",
    "note-",
    "example-",
    "check-",
)
EN = texts("en")
QQQ = texts("qqq")
PARAMETER = re.compile(r"\$([1-9])")


def constants() -> Iterator[str]:
    """Every text in the sources that could be a key, and the fixed beginnings of those put together."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def calls() -> Iterator[tuple[str, int, str]]:
    """`message("key", …)` in the sources: key, number of parameters, place."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("message", "said")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and not any(isinstance(argument, ast.Starred) for argument in node.args)
            ):
                yield str(node.args[0].value), len(node.args) - 1, f"{path.name}:{node.lineno}"


def test_every_message_is_documented() -> None:
    assert EN.keys() == QQQ.keys()


def test_documentation_names_every_parameter() -> None:
    silent = {
        key: missing
        for key, text in EN.items()
        if (missing := set(PARAMETER.findall(text)) - set(PARAMETER.findall(QQQ[key])))
    }
    assert silent == {}


def test_every_key_that_is_used_exists() -> None:
    used = {
        text
        for text in constants()
        if re.fullmatch(rf"(?:{'|'.join(FAMILIES)})[a-z0-9-]*[a-z0-9]", text)
    }
    assert used - EN.keys() == set()


def test_every_key_is_used() -> None:
    known = set(constants())
    begun = tuple(
        text for text in known if text in FAMILIES or (text.endswith("-") and len(text) > 5)
    )
    assert [key for key in EN if key not in known and not key.startswith(begun)] == []


def test_calls_give_what_the_message_wants() -> None:
    wrong = [
        f"{place}: {key} wants {wanted}, gets {given}"
        for key, given, place in calls()
        if given < (wanted := max(map(int, PARAMETER.findall(EN[key])), default=0))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["en", "qqq"])
def test_files_are_as_mediawiki_keeps_them(name: str) -> None:
    """Sorted, four spaces, metadata first: so translators' tools change nothing else."""
    text = files("tropebot.i18n").joinpath(f"{name}.json").read_text("utf-8")
    table = json.loads(text)
    assert list(table) == ["@metadata", *sorted(table.keys() - {"@metadata"})]
    assert text == json.dumps(table, indent=4, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("text", "params", "gender", "expected"),
    [
        ("$1 of $2", ("a", "b"), "", "a of b"),
        ("$2 $1 $2", ("a", "b"), "", "b a b"),
        ("$1 {{PLURAL:$1|page|pages}}", ("1",), "", "1 page"),
        ("$1 {{PLURAL:$1|page|pages}}", ("0",), "", "0 pages"),
        ("$1 {{PLURAL:$1|page|pages}}", ("21",), "", "21 pages"),
        ("{{PLURAL:$2|$1|$2 pages}}", ("it", "1"), "", "it"),
        ("{{GENDER:$1|he|she|they}}", ("A",), "male", "he"),
        ("{{GENDER:$1|he|she|they}}", ("A",), "female", "she"),
        ("{{GENDER:$1|he|she|they}}", ("A",), "unknown", "they"),
        ("{{GENDER:$1|they}}", ("A",), "male", "they"),
        ("costs $$1", ("5",), "", "costs $5"),
        ("$3 is not given", ("a",), "", "$3 is not given"),
        ("use {{tl|delete}}", (), "", "use {{tl|delete}}"),
    ],
)
def test_format(
    monkeypatch: pytest.MonkeyPatch, text: str, params: tuple[str, ...], gender: str, expected: str
) -> None:
    monkeypatch.setattr("tropebot.i18n.texts", lambda _language: {"key": text})
    assert message("key", *params, gender=gender) == expected


@given(st.text(), st.text())
def test_parameters_stay_what_they_are(first: str, second: str) -> None:
    """A title with `$2` or `{{PLURAL:…}}` in it is shown as it is."""
    shown = message("example-verdict", first, second, "enough")
    assert shown.startswith(f"{first} of {second} ")


def test_an_unknown_language_speaks_english() -> None:
    assert message("example-enough", language="tlh") == EN["example-enough"]
    assert message("example-enough", language="../en") == EN["example-enough"]


def test_an_unknown_key_is_a_bug() -> None:
    with pytest.raises(KeyError):
        message("no-such-key")
