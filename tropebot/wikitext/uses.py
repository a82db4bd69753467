"""What a document says is used on its page: templates, categories, links, headings, each with its place.

Must not read a text. ``start`` and ``end`` are offsets in the page's own text, lines count from 1, and
``index`` is that of the construct in the document.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class TemplateUse:
    """A call of a template; ``name`` is canonical, ``start``/``end`` are offsets in the page's text.

    ``index`` is that of its construct in the document.
    """

    name: str
    start: int
    end: int
    line: int
    certain: bool
    index: int
    _parameters: Callable[[int], Mapping[str, str]] = field(repr=False, compare=False)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """Values by name (`"1"`, `"2"` … without one), comments taken out; the last one of a name counts."""
        return self._parameters(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryUse:
    """A category link; ``name`` is empty where braces in it leave it to the wiki."""

    name: str
    start: int
    end: int
    line: int
    certain: bool
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUse:
    """Any `[[target|text]]`; the target as written but for comments."""

    target: str
    start: int
    end: int
    line: int
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading's text as written, without the outer spaces."""

    level: int
    text: str
    start: int
    line: int
