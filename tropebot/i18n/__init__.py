"""Every text that people see, by key, in MediaWiki's message format.

`$1` … are parameters; `{{PLURAL:$1|one|many}}` and `{{GENDER:|he|she|they}}` choose. Must not know who says a
message or where. Parameters are put in as they are and never read as markup of ours.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from tropebot.i18n.choices import filled
from tropebot.i18n.fallbacks import FALLBACK, chain
from tropebot.i18n.overrides import accepted

__all__ = [
    "FALLBACK",
    "Language",
    "Wording",
    "add_directory",
    "keys_in",
    "message",
    "texts",
    "wording",
]


class Wording(msgspec.Struct, frozen=True):
    """A language, and the wiki's own versions of messages by key."""

    language: str = FALLBACK
    own: Mapping[str, str] = {}

    def text(self, key: str) -> tuple[str, str]:
        """The message as it is written, and the language that it is in.

        Raises `KeyError` for a key that English does not have: that is a bug.
        """
        if text := self.own.get(key):
            return text, self.language
        found = ((texts(code).get(key), code) for code in chain(self.language))
        text, code = next(((text, code) for text, code in found if text), ("", ""))
        if not text:
            raise KeyError(key)
        return text, code


Language: TypeAlias = str | Wording
"""In what something is said: a language, or that with a wiki's own wording."""


def message(key: str, *params: str | int, language: Language = FALLBACK, gender: str = "") -> str:
    """The message with its parameters in place.

    ``language`` falls back as MediaWiki's do, at last to English; ``gender`` is MediaWiki's word (``male``,
    ``female``, anything else: not said). Raises `KeyError` for a key that English does not have.
    """
    spoken = language if isinstance(language, Wording) else Wording(language)
    text, code = spoken.text(key)
    return filled(text, tuple(map(str, params)), language=code, gender=gender)


def wording(language: str, found: Mapping[str, str]) -> tuple[Wording, Mapping[str, str]]:
    """A language with a wiki's own messages, and by key why some of those cannot be said."""
    own, problems = accepted(found, texts(FALLBACK))
    return Wording(language, own), problems


_directories = [Path(__file__).parent]


@cache
def texts(language: str) -> Mapping[str, str]:
    """A language's messages by key, without the file's metadata; empty where there is no such file."""
    found: dict[str, str] = {}
    for directory in _directories:
        found |= _read(directory, language)
    return found


def add_directory(directory: Path) -> None:
    """Have the messages of a rule pack said too; a directory that is known already changes nothing."""
    if directory.resolve() not in {each.resolve() for each in _directories}:
        _directories.append(directory)
        texts.cache_clear()


def keys_in(directory: Path) -> Collection[str]:
    """The keys of a directory's English messages."""
    return _read(directory, FALLBACK).keys()


def _read(directory: Path, language: str) -> Mapping[str, str]:
    source = directory.joinpath(f"{language}.json")
    if not language.replace("-", "").isalnum() or not source.is_file():
        return {}
    messages: dict[str, str] = json.loads(source.read_text(encoding="utf-8"))
    return {key: text for key, text in messages.items() if not key.startswith("@")}
