"""What mwparserfromhell, the field's own parser, makes of a text: a second reading beside ours.

Must not be called on a text of unknown shape in a process that cannot be killed: the parser is quadratic
on some inputs and cubic on one. `tropebot.bounded` calls it within limits.

Its tokens are read, not its tree: most of a parse is spent on building the tree, and the tree says the same
of names.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from typing import Any

import msgspec


@contextmanager
def _parts_alone(package: str) -> Iterator[None]:
    """Meanwhile parts of a package are imported without the package's own beginning, unless it has begun."""
    spec = None if package in sys.modules else find_spec(package)
    if spec is None:
        yield
        return
    sys.modules[package] = module_from_spec(spec)
    try:
        yield
    finally:
        del sys.modules[package]


# The beginning looks up its own version among all that is installed, which takes longer than all the rest.
try:
    with _parts_alone("mwparserfromhell"):
        from mwparserfromhell.parser import Parser, tokens
except ImportError:
    from mwparserfromhell.parser import Parser, tokens

_NO_NAME = "{"
"""Stands in a name for what no title can hold: another template, a tag, an address."""

_OPENING = frozenset({tokens.TemplateOpen, tokens.WikilinkOpen})
_SEPARATING = frozenset({tokens.TemplateParamSeparator, tokens.WikilinkSeparator})
_CLOSING = frozenset({tokens.TemplateClose, tokens.WikilinkClose})
_SPOILING = frozenset({tokens.TagOpenOpen, tokens.ArgumentOpen, tokens.ExternalLinkOpen})
_REFERENCE = {tokens.HTMLEntityStart: "&", tokens.HTMLEntityNumeric: "#", tokens.HTMLEntityEnd: ";"}


def names_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The templates called and the pages linked, as written but for comments, wherever they stand.

    The text is to be without the parts that MediaWiki does not read (`shielding.removed`), which this
    parser takes for wikitext. Bold and italics are not asked for: their matching costs much and says
    nothing of templates.
    """
    names = _Names()
    parser: Any = Parser
    tokenizer = parser()._tokenizer  # noqa: SLF001 - the parser shows its tokens in no other way
    for token in tokenizer.tokenize(text, 0, True):
        names.take(type(token), token)
    return tuple(dict.fromkeys(names.templates)), tuple(dict.fromkeys(names.links))


class _Names(msgspec.Struct):
    """The names that a row of tokens holds: ``open`` are the parts of those not read to their end."""

    templates: list[str] = []
    links: list[str] = []
    open: "list[list[str] | None]" = []
    comments: int = 0
    tag_name: bool = False

    def take(self, kind: type, token: "dict[str, Any]") -> None:
        """One more token; the parser gives only what is closed, in the right order."""
        parts = self.open[-1] if self.open and not self.comments else None
        if kind is tokens.Text:
            if parts is not None and not self.tag_name:
                parts.append(token["text"])
            self.tag_name = False
        elif kind in _OPENING:
            if parts is not None:
                parts.append(_NO_NAME)
            self.open.append([])
        elif kind in _SEPARATING or kind in _CLOSING:
            if parts is not None:
                is_link = kind in (tokens.WikilinkSeparator, tokens.WikilinkClose)
                (self.links if is_link else self.templates).append("".join(parts).strip())
                self.open[-1] = None
            if kind in _CLOSING:
                self.open.pop()
        elif kind in (tokens.CommentStart, tokens.CommentEnd):
            self.comments += 1 if kind is tokens.CommentStart else -1
        elif parts is not None:
            self._within(kind, token, parts)

    def _within(self, kind: type, token: "dict[str, Any]", parts: list[str]) -> None:
        """What else may stand in a name."""
        if kind in _REFERENCE:
            parts.append(_REFERENCE[kind])
        elif kind is tokens.HTMLEntityHex:
            parts.append(token["char"])
        elif kind is tokens.TagOpenOpen and token.get("wiki_markup"):
            parts.append(
                token["wiki_markup"]
            )  # `*` at the start of a line, for which the tag's name stands
            self.tag_name = True
        elif kind in _SPOILING:
            parts.append(_NO_NAME)
