"""What a document says is used on its page: templates, categories, links, headings, each with its place.

Must not read a text. ``start`` and ``end`` are offsets in the page's own text, lines count from 1, and
``index`` is that of the construct in the document.
"""

from collections.abc import Callable, Mapping
from functools import cached_property

import msgspec


class TemplateUse(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A call of a template; ``name`` is canonical, ``start``/``end`` are offsets in the page's text.

    ``index`` is that of its construct in the document.
    """

    name: str
    start: int
    end: int
    line: int
    certain: bool
    index: int
    _parameters: Callable[[int], Mapping[str, str]]

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """Values by name (`"1"`, `"2"` … without one), comments taken out; the last one of a name counts."""
        return self._parameters(self.index)


class CategoryUse(msgspec.Struct, frozen=True, kw_only=True):
    """A category link; ``name`` is empty where braces in it leave it to the wiki."""

    name: str
    start: int
    end: int
    line: int
    certain: bool
    index: int


class LinkUse(msgspec.Struct, frozen=True, kw_only=True):
    """Any `[[target|text]]`; the target as written but for comments."""

    target: str
    start: int
    end: int
    line: int
    index: int


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """A heading's text as written, without the outer spaces."""

    level: int
    text: str
    start: int
    line: int
