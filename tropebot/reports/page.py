"""The state of the wiki as one page of HTML that opens from disk: what its tiles, charts and tables hold.

Must not know how that is drawn (`page.js`), or how it is made safe (`frame.py`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tropebot.i18n import FALLBACK, message
from tropebot.ledger.overview import DraftStanding, Found, Promoted
from tropebot.ledger.runs import RunRow
from tropebot.policy.broken import sentences
from tropebot.promotion import Step
from tropebot.reports.frame import framed
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

LATELY = timedelta(days=30)
_DID = ("flags", "unflags", "fixes", "promotions", "notices", "taken_back")


def html(state: WikiState, *, wiki: str, script: str, language: str = FALLBACK) -> str:
    """The page; ``wiki`` is the wiki's name, ``script`` the address before `index.php` (empty: no links)."""
    told = contents(state, script=script, language=language)
    return framed("page", told, wiki=wiki, language=language)


def contents(state: WikiState, *, script: str, language: str = FALLBACK) -> Mapping[str, Any]:
    """The page's data, as its script takes it; times are ISO 8601 to the minute, in UTC."""
    until = state.at or max((each.opened for each in state.found), default=None)
    return {
        "prefix": f"{script}index.php?title=" if script else "",
        "when": message("report-at", _minute(state.at), language=language)
        if state.at
        else message("report-at-never", language=language),
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
    """The series for a chart; moments of one day have the time of day at the axis as well."""
    days = [f"{at:%Y-%m-%d}" for at in lines.at]
    one_day = len(days) > 1 and days[0] == days[-1]
    at = [_minute(each) for each in lines.at] if one_day else days
    return {"at": at, "values": lines.values}


def _days(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(now - since, timedelta()) // DAY


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
