"""The frame of a page of HTML that opens from disk: data, scripts and style all inside.

Must not let a word of the wiki act: its text goes into the page as data only, and a policy in the page lets
no script run but the page's own and nothing be fetched. The libraries are in `vendor/`, with their licences.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from tropebot.i18n import FALLBACK, message, texts

SCRIPTS = ("vendor/chart.umd.min.js", "vendor/dataTables.min.js", "base.js")
"""What every page has before its own script."""

TEXTS = "report-"
"""The beginning of the keys of all texts of the pages; their scripts ask for them by the rest."""

_HERE = Path(__file__).parent
_MARK = re.compile(r"@@([a-z-]+)@@")
# What could end the script element that holds the data, or a line of it.
_ACTS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def framed(name: str, contents: Mapping[str, Any], *, wiki: str, language: str) -> str:
    """The page of the template and the script of that name; ``wiki`` is the wiki's name.

    ``contents`` is what the script takes, to which the language and its texts are added.
    """
    whole = {**contents, "language": language, "texts": _texts(language)}
    scripts = [_asset(each) for each in (*SCRIPTS, f"{name}.js")]
    hashes = " ".join(f"'sha256-{_hash(text)}'" for text in scripts)
    parts = {
        "lang": escape(language),
        "wiki": escape(_visible(wiki)),
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src {hashes}",
        "style": _asset("page.css"),
        "data": json.dumps(whole).translate(_ACTS),
        "scripts": "\n".join(f"<script>{text}</script>" for text in scripts),
    }

    def put(match: re.Match[str]) -> str:
        name = match[1]
        return (
            parts[name] if name in parts else escape(message(f"{TEXTS}{name}", language=language))
        )

    return _MARK.sub(put, _asset(f"{name}.html"))


def _texts(language: str) -> dict[str, str]:
    keys: Iterable[str] = (key for key in texts(FALLBACK) if key.startswith(TEXTS))
    return {
        key.removeprefix(TEXTS): texts(language).get(key) or texts(FALLBACK)[key] for key in keys
    }


def _visible(text: str) -> str:
    """A lone surrogate cannot be saved; the data has it as an escape."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text("utf-8")
