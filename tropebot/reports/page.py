"""The state of the wiki as one page of HTML that opens from disk: data, charts and tables all inside.

Must not let a word of the wiki act: its text goes into the page as data only, and a policy in the page lets
no script run but the page's own and nothing be fetched. The libraries are in `vendor/`, with their licences.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from tropebot.i18n import FALLBACK, message, texts
from tropebot.ledger.overview import DraftStanding, Found, Promoted
from tropebot.ledger.runs import RunRow
from tropebot.policy.broken import sentences
from tropebot.promotion import Step
from tropebot.reports.series import (
    DAY,
    TIMES_TO_FIX,
    Lines,
    flags_by_week,
    median_days,
    open_over_time,
    times_to_fix,
)
from tropebot.reports.state import WikiState
from tropebot.reports.worklist import what

SCRIPTS = ("vendor/chart.umd.min.js", "vendor/dataTables.min.js", "page.js")
TEXTS = "report-"
"""The beginning of the keys of all texts of the page; its script asks for them by the rest."""

LATELY = timedelta(days=30)
_MARK = re.compile(r"@@([a-z-]+)@@")
# What could end the script element that holds the data, or a line of it.
_ACTS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_DID = ("flags", "unflags", "fixes", "promotions", "notices", "taken_back")


def html(state: WikiState, *, wiki: str, script: str, language: str = FALLBACK) -> str:
    """The page; ``wiki`` is the wiki's name, ``script`` the address before `index.php` (empty: no links)."""
    data = json.dumps(contents(state, wiki=wiki, script=script, language=language))
    scripts = [_asset(name) for name in SCRIPTS]
    hashes = " ".join(f"'sha256-{_hash(text)}'" for text in scripts)
    parts = {
        "lang": escape(language),
        "wiki": escape(_visible(wiki)),
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src {hashes}",
        "style": _asset("page.css"),
        "data": data.translate(_ACTS),
        "scripts": "\n".join(f"<script>{text}</script>" for text in scripts),
    }

    def put(match: re.Match[str]) -> str:
        name = match[1]
        return (
            parts[name] if name in parts else escape(message(f"{TEXTS}{name}", language=language))
        )

    return _MARK.sub(put, _asset("page.html"))


def contents(
    state: WikiState, *, wiki: str, script: str, language: str = FALLBACK
) -> Mapping[str, Any]:
    """The page's data, as its script takes it; times are ISO 8601 to the minute, in UTC."""
    until = state.at or max((each.opened for each in state.found), default=None)
    return {
        "wiki": wiki,
        "script": script,
        "language": language,
        "texts": _texts(language),
        "at": _minute(state.at),
        "tiles": _tiles(state),
        "alerts": _alerts(state, language),
        "rules": _rules(state, until),
        "open": _lines(open_over_time(state.found, until)) if until else None,
        "flags": _lines(flags_by_week(state.flags, until)) if until else None,
        "times": {
            "classes": [name for name, _ in TIMES_TO_FIX],
            "rules": times_to_fix(state.found),
        },
        "found": [_found(each, until, language) for each in state.standing],
        "drafts": [_draft(each, state.at or each.seen, language) for each in state.drafts],
        "promotions": [_promotion(each) for each in state.promotions],
        "runs": [_run(each) for each in state.runs],
    }


def _tiles(state: WikiState) -> dict[str, int]:
    """The figures at a glance."""
    standing = state.standing
    steps = [each.step for each in state.promotions]
    return {
        "open": len(standing),
        "pages": len({each.page_id for each in standing}),
        "flags": state.open_flags,
        "drafts": len(state.drafts),
        "ready": sum(each.ready for each in state.drafts),
        "promoted": steps.count(Step.PROMOTED),
        "refused": steps.count(Step.REFUSED),
    }


def _alerts(state: WikiState, language: str) -> list[str]:
    """What stops the bot, and what is broken, a sentence each."""
    stops = [
        message("report-stop", stop.since[:16].replace("T", " "), stop.why, language=language)
        for stop in state.stops
    ]
    breaks = [
        message(
            "report-break",
            each.what.title,
            " ".join(message(key, *said, language=language) for key, said in sentences(each.what)),
            language=language,
        )
        for each in state.breaks
        if not each.what.spared
    ]
    return [*stops, *breaks]


def _rules(state: WikiState, until: datetime | None) -> list[dict[str, Any]]:
    """Rule by rule: what stands, what came and went lately, how fast it goes."""
    by_code: dict[str, list[Found]] = {}
    for each in state.found:
        by_code.setdefault(each.code, []).append(each)
    since = until - LATELY if until else None
    return [
        {
            "code": code,
            "name": state.rules.get(code, ""),
            "open": sum(each.closed is None for each in rows),
            "came": sum(since is not None and each.opened >= since for each in rows),
            "went": sum(each.closed is not None and each.closed >= since for each in rows)
            if since
            else 0,
            "median": median_days(rows),
        }
        for code, rows in sorted(by_code.items())
    ]


def _found(each: Found, until: datetime | None, language: str) -> list[Any]:
    """A row; a list and not an object, since there may be very many."""
    return [
        each.code,
        each.title,
        each.page_id,
        what(each, language),
        _minute(each.opened),
        max(until - each.opened, timedelta()) // DAY if until else 0,
        each.creator,
        each.flag,
    ]


def _draft(each: DraftStanding, now: datetime, language: str) -> dict[str, Any]:
    holds = dict.fromkeys(
        message(hold.message, *hold.params, language=language) for hold in each.holds
    )
    return {
        "title": each.title,
        "works": each.works,
        "minimum": each.minimum,
        "ready": each.ready,
        "holds": "; ".join(holds),
        "age": _days(each.created, now),
        "idle": _days(each.touched, now),
        "creator": each.creator,
    }


def _promotion(each: Promoted) -> dict[str, Any]:
    return {
        "at": _minute(each.at),
        "title": each.title,
        "target": each.target,
        "works": each.works,
        "step": str(each.step)
        if each.step in (Step.PROMOTED, Step.REFUSED, Step.ABANDONED)
        else "open",
        "why": each.why,
    }


def _run(each: RunRow) -> dict[str, Any]:
    return {
        "number": each.number,
        "kind": each.kind,
        "began": each.started_at[:16].replace("T", " "),
        "pages": each.report.get("pages"),
        "found": each.report.get("findings"),
        "did": {name: each.report.get(name, 0) for name in _DID if each.report.get(name)},
        "status": each.status,
    }


def _lines(lines: Lines) -> dict[str, Any]:
    return {"at": [f"{at:%Y-%m-%d}" for at in lines.at], "values": lines.values}


def _texts(language: str) -> dict[str, str]:
    keys: Iterable[str] = (key for key in texts(FALLBACK) if key.startswith(TEXTS))
    return {
        key.removeprefix(TEXTS): texts(language).get(key) or texts(FALLBACK)[key] for key in keys
    }


def _days(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(now - since, timedelta()) // DAY


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _visible(text: str) -> str:
    """A lone surrogate cannot be saved; the data has it as an escape."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
