"""Runs one command line inside the test's process, as a person at a shell would see it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tropebot.cli import run


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The answer's JSON objects."""
        return [json.loads(line) for line in self.out.splitlines()]


class Shell:
    """`shell("check", "x.wiki")`; what it prints is captured."""

    def __init__(self, capture: pytest.CaptureFixture[str], directory: Path) -> None:
        self._capture = capture
        self.directory = directory

    def __call__(self, *arguments: str | Path) -> Ran:
        self._capture.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self._capture.readouterr()
        return Ran(code, out, err)

    def file(self, name: str, content: str | bytes) -> Path:
        """A file in the working directory of the test."""
        path = self.directory / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path
