"""Every text that people see, by key, in MediaWiki's message format.

`$1` … are parameters; `{{PLURAL:$1|one|many}}` and `{{GENDER:|he|she|they}}` choose. Must not know who says a
message or where. Parameters are put in as they are and never read as markup of ours.
"""

import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

FALLBACK = "en"
_PARAMETER = re.compile(r"\$([1-9][0-9]?)")
_CHOICE = re.compile(r"\{\{(PLURAL|GENDER):([^{}|]*)\|((?:[^{}]|\{\{[^{}]*\}\})*)\}\}")
_GENDERS = {"male": 0, "female": 1}


def message(key: str, *params: str | int, language: str = FALLBACK, gender: str = "") -> str:
    """The message with its parameters in place.

    ``language`` falls back to English; ``gender`` is MediaWiki's word (``male``, ``female``, anything else:
    not said). Raises `KeyError` for a key that English does not have: that is a bug.
    """
    values = tuple(map(str, params))
    text = texts(language).get(key) or texts(FALLBACK)[key]
    chosen = _CHOICE.sub(lambda match: _chosen(match, values, gender), text)
    return _PARAMETER.sub(lambda match: _parameter(match, values), chosen)


_OURS = files(__name__)
_directories: list[Traversable] = [_OURS]


@cache
def texts(language: str) -> Mapping[str, str]:
    """A language's messages by key, without the file's metadata; empty where there is no such file."""
    found: dict[str, str] = {}
    for directory in _directories:
        found |= _read(directory, language)
    return found


def add_directory(directory: Traversable) -> None:
    """Have the messages of a rule pack said too; a directory that is known already changes nothing."""
    if Path(str(directory)).resolve() not in {Path(str(each)).resolve() for each in _directories}:
        _directories.append(directory)
        texts.cache_clear()


def keys_in(directory: Traversable) -> Collection[str]:
    """The keys of a directory's English messages."""
    return _read(directory, FALLBACK).keys()


def _read(directory: Traversable, language: str) -> Mapping[str, str]:
    source = directory.joinpath(f"{language}.json")
    if not language.replace("-", "").isalnum() or not source.is_file():
        return {}
    messages: dict[str, str] = json.loads(source.read_text(encoding="utf-8"))
    return {key: text for key, text in messages.items() if not key.startswith("@")}


def _parameter(match: re.Match[str], values: tuple[str, ...]) -> str:
    number = int(match[1])
    return values[number - 1] if number <= len(values) else match[0]


def _chosen(match: re.Match[str], values: tuple[str, ...], gender: str) -> str:
    kind, subject, forms = match[1], match[2].strip(), match[3].split("|")
    if kind == "GENDER":
        return forms[min(_GENDERS.get(gender, 2), len(forms) - 1)]
    number = _PARAMETER.sub(lambda inner: _parameter(inner, values), subject)
    return forms[0 if number.strip() == "1" else -1]
