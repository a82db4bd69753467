"""Mechanical fixes of files: shown as a diff, or written in place.

Must not decide what can be fixed (`policy/texts.py` does) and touches nothing of a file but what the fix
adds: byte order mark and line ends stay as they are.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from tropebot.errors import ConfigError
from tropebot.i18n import message
from tropebot.model import Finding, Verdict
from tropebot.policy import texts
from tropebot.policy.force import PolicyInForce

_BOM = b"\xef\xbb\xbf"


def fixed_text(verdict: Verdict, force: PolicyInForce) -> str | None:
    """The page's text with all that TB101 misses; ``None`` where not all of it has one right place.

    A page that bids bots keep off has no fix.
    """
    findings = [finding for finding in verdict.findings if finding.code == "TB101"]
    if not findings or verdict.no_edit or "TB101" in verdict.no_edit_codes:
        return None
    text = texts.fixed(force, verdict.page, findings)
    return None if text == verdict.page.text else text


def why_not_fixed(verdict: Verdict, force: PolicyInForce) -> str:
    """Why a page that lacks markup has no fix, for people; empty where it lacks none."""
    findings = [finding for finding in verdict.findings if finding.code == "TB101"]
    if not findings:
        return ""
    if verdict.no_edit or "TB101" in verdict.no_edit_codes:
        return message(f"held-{verdict.no_edit or 'nobots'}")
    alone = [
        element["write"]
        for finding in findings
        for element in finding.details.get("elements", ())
        if texts.fixed(force, verdict.page, [_lacking(finding, element["name"])]) is None
    ]
    return message("check-needs-a-person", ", ".join(alone), len(alone))


def _lacking(finding: Finding, element: str) -> Finding:
    return replace(finding, details={"missing": [element]})


def diff(before: str, after: str, name: str) -> str:
    """The change as a unified diff that `patch` takes; empty where there is none."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, name
    )
    return "".join(_ended(lines))


def write_in_place(name: str, text: str) -> None:
    """Write a text into its file, in the line ends that the file has. Raises `ConfigError`."""
    path = Path(name)
    try:
        before = path.read_bytes()
        lone = before.replace(b"\r\n", b"")
        if b"\r" in lone or (b"\r\n" in before and b"\n" in lone):
            raise ConfigError(
                f"“{name}” mixes different line ends; bring them into line, then fix it in place."
            )
        ending = b"\r\n" if b"\r\n" in before else b"\n"
        mark = _BOM if before.startswith(_BOM) else b""
        path.write_bytes(mark + text.encode().replace(b"\n", ending))
    except OSError as error:
        raise ConfigError(
            f"“{name}” cannot be written: {error.strerror}; check its rights."
        ) from error


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
