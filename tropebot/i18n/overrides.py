"""A wiki's own versions of our messages, from `MediaWiki:Tropebot-<key>`: which of them can be said.

Must not fetch them. A version that cannot be said is left out, so that ours stands, and why is told.
"""

import re
from collections.abc import Mapping

from tropebot.i18n.choices import PARAMETER, filled

PREFIX = "tropebot-"
"""The beginning of their titles, as MediaWiki writes names of messages: with a small letter."""

LONGEST = 2000
"""Characters of one version."""

_NUMBERS = ("0", "1", "2", "5")
_GENDERS = ("male", "female", "")
# By the link in it a message is known again after the ledger was lost (`retold.py`).
_KNOWN_BY = {"notice-item": "$1", "notice-promotion-item": "$1"}
_PAIRS = (("{{", "}}"), ("[[", "]]"), ("<nowiki>", "</nowiki>"), ("<pre>", "</pre>"))
_NEVER = ("<!--", "~~~", "<noinclude", "<onlyinclude", "<includeonly", "__NOTOC__")
_SUBSTITUTED = re.compile(r"\{\{\s*(?:safe)?subst\s*:", re.IGNORECASE)


def override_problem(key: str, text: str, ours: str) -> str:
    """Why a wiki's version of message ``key`` cannot be said, after “it”; empty if it can.

    ``ours`` is the English one: the version may use its parameters and no others.
    """
    if text.strip() in ("", "-"):
        return "is empty"
    if len(text) > LONGEST:
        return f"has more than {LONGEST} characters"
    if "\n" in text.strip():
        return "has more than one line"
    if unknown := sorted({*PARAMETER.findall(text)} - {*PARAMETER.findall(ours)}, key=int):
        return f"uses ${unknown[0]}, which this message does not have"
    if (needed := _KNOWN_BY.get(key, "")) not in text:
        return f"lacks {needed}, by which the bot knows its messages again"
    return _markup_problem(text)


def _markup_problem(text: str) -> str:
    """What in it could act beyond its own place: on the signature and the mark behind it, for one."""
    lower = text.lower()
    for never in _NEVER:
        if never.lower() in lower:
            return f"holds “{never}”"
    if _SUBSTITUTED.search(text):
        return "holds “{{subst:”"
    for begun, ended in _PAIRS:
        if lower.count(begun) != lower.count(ended):
            return f"has “{begun}” and “{ended}” that do not belong together"
    for number in _NUMBERS:
        for gender in _GENDERS:
            said = filled(text, [number] * 9, language="en", gender=gender)
            if re.search(r"\{\{(?:PLURAL|GENDER):", said, re.IGNORECASE):
                return "has a choice that is not closed"
    return ""


def accepted(
    found: Mapping[str, str], ours: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The versions that can be said, by key, and why the others cannot; unknown keys are nobody's."""
    good: dict[str, str] = {}
    bad: dict[str, str] = {}
    for key, text in found.items():
        if key not in ours:
            continue
        if problem := override_problem(key, text, ours[key]):
            bad[key] = problem
        else:
            good[key] = text.strip()
    return good, bad
