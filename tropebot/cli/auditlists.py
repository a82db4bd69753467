"""Work lists out of an audit as it goes: kept on disk once they are long, printed rule by rule at its end.

Must not choose words or layout (`reports.auditlists`).
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

import msgspec

from tropebot.cli.shared import json_line, print_line, say, shared
from tropebot.i18n import Language
from tropebot.reports import auditlists

IN_MEMORY = 1 << 20
"""Bytes of a list that is not yet on disk."""


class Lists:
    """A list for each rule; to be closed."""

    def __init__(
        self,
        form: auditlists.Form,
        names: Mapping[str, str],
        language: Language,
        *,
        only: Collection[str] = (),
    ) -> None:
        """``names`` are the rules' by code; ``only`` of these codes, if any are named."""
        self._form, self._names, self._language, self._only = form, names, language, only
        self._files: dict[str, IO[bytes]] = {}
        self._held: dict[str, auditlists.Entry] = {}

    def take(self, row: Mapping[str, Any]) -> None:
        """One finding; those of a page come one behind the other."""
        code = str(row["code"])
        if self._only and code not in self._only:
            return
        held = self._held.get(code)
        if held is not None and held.title == row["title"]:
            self._held[code] = auditlists.entry_of(row, held)
            return
        if held is not None:
            self._put(held)
        self._held[code] = auditlists.entry_of(row)

    def close(self) -> None:
        """Nothing stays on disk."""
        for file in self._files.values():
            file.close()

    def print(self) -> None:
        """All lists, by code."""
        if opening := auditlists.opening(self._form):
            say(opening)
        for code, held in sorted(self._held.items()):
            self._put(held)
            if head := auditlists.head(self._form, code, self._names.get(code, ""), self._language):
                say(head)
            for entry in self._entries(code):
                if self._form == "json" or shared().as_json:
                    print_line("page", **auditlists.fields(entry))
                else:
                    say(auditlists.line(self._form, entry))
            if foot := auditlists.foot(self._form):
                say(foot)

    def _put(self, entry: auditlists.Entry) -> None:
        if entry.code not in self._files:
            file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
            self._files[entry.code] = file
        self._files[entry.code].write(json_line("page", **msgspec.structs.asdict(entry)))

    def _entries(self, code: str) -> Iterator[auditlists.Entry]:
        file = self._files[code]
        file.seek(0)
        for line in file:
            yield auditlists.entry_from(line)
