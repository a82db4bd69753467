"""What an audit came to as one page of HTML: counts of everything, and of each rule the first findings.

Must not keep more than that, however much is found. How the page is drawn is `audit.js`, how it is made safe
`frame.py`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tropebot.i18n import FALLBACK, message
from tropebot.reports.frame import framed

FIRST = 500
"""Findings of each rule that the page lists."""

MOST_MISSING = 5_000
"""Things that may be missing, apart: what only turns up when there are more is counted as one."""

SHOWN_MISSING = 200
OTHERS = "…"


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an audit at its end; ``source`` says of what it was.

    ``prefix`` is what a title is put behind to make a link (empty: no links), ``problems`` are sentences,
    ``new`` and ``fixed`` are known where it was compared with an earlier one.
    """

    source: str
    at: datetime
    pages: int = 0
    clean: int = 0
    exempt: int = 0
    prefix: str = ""
    problems: Sequence[str] = ()
    rules: Mapping[str, str] = msgspec.field(default_factory=dict)
    new: int | None = None
    fixed: int | None = None


class Sample:
    """What the page keeps of the findings; they are to come in their order, each page's together."""

    def __init__(self, first: int = FIRST) -> None:
        self._most = first
        self._last = ""
        self._pages_of: dict[str, str] = {}
        self.codes: Counter[str] = Counter()
        self.pages: Counter[str] = Counter()
        self.pages_found = 0
        self.missing: Counter[tuple[str, str]] = Counter()
        self.first: dict[str, list[list[Any]]] = {}

    def take(self, row: Mapping[str, Any]) -> None:
        """One finding as the JSON lines have it."""
        title, code = str(row["title"]), str(row["code"])
        self.codes[code] += 1
        if title != self._last:
            self.pages_found += 1
            self._last = title
        if self._pages_of.get(code) != title:
            self.pages[code] += 1
            self._pages_of[code] = title
        missing = row.get("details", {}).get("missing", ())
        for each in missing if isinstance(missing, list | tuple) else ():
            key = (code, str(each))
            if key not in self.missing and len(self.missing) >= MOST_MISSING:
                key = (code, OTHERS)
            self.missing[key] += 1
        kept = self.first.setdefault(code, [])
        if len(kept) < self._most:
            kept.append(
                [code, title, str(row["message"]), row.get("line", 1), row.get("creator", "")]
            )

    @property
    def listed(self) -> int:
        """How many findings the page lists."""
        return sum(map(len, self.first.values()))


def html(audited: Audited, sample: Sample, *, wiki: str, language: str = FALLBACK) -> str:
    """The page; ``wiki`` is the wiki's name."""
    told = contents(audited, sample, language=language)
    return framed("audit", told, wiki=wiki, language=language)


def contents(audited: Audited, sample: Sample, *, language: str = FALLBACK) -> Mapping[str, Any]:
    """The page's data, as its script takes it."""
    tiles = {
        "audit-pages": audited.pages,
        "audit-findings": sample.codes.total(),
        "audit-found": sample.pages_found,
        "audit-clean": audited.clean,
        "audit-exempt": audited.exempt,
    }
    if audited.new is not None:
        tiles["audit-new"] = audited.new
    if audited.fixed is not None:
        tiles["audit-fixed"] = audited.fixed
    total, listed = sample.codes.total(), sample.listed
    cut = message("report-audit-cut", listed, total, language=language) if listed < total else ""
    return {
        "prefix": audited.prefix,
        "when": message(
            "report-audit-at", audited.source, f"{audited.at:%Y-%m-%d %H:%M}", language=language
        ),
        "tiles": tiles,
        "alerts": list(audited.problems),
        "rules": [
            {
                "code": code,
                "name": audited.rules.get(code, ""),
                "findings": count,
                "pages": sample.pages[code],
            }
            for code, count in sorted(sample.codes.items())
        ],
        "missing": _most_missing(sample),
        "found": [row for code in sorted(sample.first) for row in sample.first[code]],
        "cut": cut,
    }


def _most_missing(sample: Sample) -> list[list[Any]]:
    """What is missing most, with how often, by rule; what is counted as one comes last."""
    rows: Iterable[tuple[tuple[str, str], int]] = sample.missing.items()
    ordered = sorted(rows, key=lambda row: (row[0][1] == OTHERS, -row[1], row[0]))
    return [[code, what, count] for (code, what), count in ordered[:SHOWN_MISSING]]


def link_prefix(base: str) -> str:
    """What titles are put behind, by the address of a wiki's main page as a dump tells it; empty in doubt.

    A dump can say anything there, so only an ordinary address of the web is used.
    """
    try:
        parts = urlsplit(base)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    start = f"{parts.scheme}://{parts.netloc}"
    if "title=" in parts.query:
        return f"{start}{parts.path}?title="
    return f"{start}{parts.path.rpartition('/')[0]}/" if "/" in parts.path else ""
