"""What the count is asked by and what it answers, as frozen values.

Must not count. The Protocols name what is needed of the policy, which this package may not import.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

NOTES = (
    "no-examples-section",
    "bullets-before-opener",
    "indented-bullet",
    "examples-on-subpages",
    "examples-not-in-list",
    "works-in-children",
    "too-many-entries",
)
REASONS = (
    "placeholder",
    "talk",
    "no-work-named",
    "no-context",
    "excluded",
    "duplicate",
)
PASSED = ("outside-list", "label")


class TooMuch(Exception):
    """The page holds more than is judged; it is never ready."""


class ContainerRules(Protocol):
    """A template whose parameters are content: the names of those with its label and its content."""

    @property
    def title(self) -> Sequence[str]: ...
    @property
    def content(self) -> Sequence[str]: ...


class ExampleRules(Protocol):
    """The policy's part on examples (`policy.schema.Examples`)."""

    @property
    def unit(self) -> str: ...
    @property
    def minimum(self) -> int: ...
    @property
    def openers(self) -> Sequence[str]: ...
    @property
    def media(self) -> Sequence[str]: ...
    @property
    def not_examples(self) -> Sequence[str]: ...
    @property
    def no_real_life(self) -> Sequence[str]: ...
    @property
    def real_life(self) -> Sequence[str]: ...
    @property
    def containers(self) -> Mapping[str, ContainerRules]: ...
    @property
    def text_templates(self) -> Sequence[str]: ...
    @property
    def min_context_words(self) -> int: ...
    @property
    def placeholders(self) -> Sequence[str]: ...
    @property
    def unsigned(self) -> Sequence[str]: ...
    @property
    def exclude(self) -> Sequence[str]: ...


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One first-level item: ``line`` of the page's own text from 1, the work it names or `""`.

    ``reason`` is one of `REASONS` where it does not count, else `""`; ``instances`` is what it adds to them.
    """

    line: int
    work: str
    counted: bool
    reason: str
    instances: int


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is no entry though its author may have meant one: ``reason`` is one of `PASSED`."""

    line: int
    reason: str


class ExampleCount(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for a page: both numbers, what they are compared with, and every entry in order."""

    works: int
    instances: int
    minimum: int
    unit: str
    enough: bool
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    passed: tuple[Passed, ...] = ()
