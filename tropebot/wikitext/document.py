"""One text, read once for all rules: the templates, categories, links, headings and references in use.

Must not know the policy's meaning of a name or judge anything. Offsets and lines are those of the
page's own text; lines count from 1. Used is what the page itself shows: nothing inside a comment, a
shielding tag or the page's own `<includeonly>` is. `certain` is false where only the wiki can tell,
inside a parser function or another template's parameter.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from tropebot.model import CATEGORY
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.late import late
from tropebot.wikitext.names import (
    Title,
    category_name,
    function_name,
    magic_words,
    template_name,
)
from tropebot.wikitext.preprocess import (
    ARGUMENT,
    DEEPEST,
    LINK,
    LONGEST_NAME,
    TEMPLATE,
    Construct,
    Readable,
    constructs,
    depths,
    own_equals,
    readable,
)
from tropebot.wikitext.references import references, shown_by_tag
from tropebot.wikitext.shielding import Span, shielded
from tropebot.wikitext.uses import CategoryUse, Heading, LinkUse, TemplateUse

LONGEST = 4_000_000
"""Characters; twice what MediaWiki lets a page hold (`$wgMaxArticleSize`)."""

_DEFAULTS = 10
_LONGEST_KEPT = 100
_HEADING = late(r"^(={1,6})(.+?)\1[ \t]*$", re.MULTILINE)


class Unparsable(Exception):
    """The text is too long to be read within bounds."""


class Document:
    """One page's text. Raises `Unparsable` when it is too long; everything else is read on demand."""

    def __init__(
        self,
        text: str,
        *,
        page: Title,
        facts: WikiFacts,
        aliases: Mapping[str, str],
        shielding: Collection[str],
        names: dict[tuple[str, bool], str] | None = None,
    ) -> None:
        """``names`` keeps templates' names by how they are written, for all documents of a wiki."""
        if len(text) > LONGEST:
            raise Unparsable
        self.text = text
        self.page = page
        self.facts = facts
        self._aliases = aliases
        self.shielding = shielding
        self._names = {} if names is None else names

    @cached_property
    def shielded(self) -> tuple[Span, ...]:
        """The parts of the text that are not wikitext."""
        return shielded(self.text, self.shielding)

    @cached_property
    def readable(self) -> Readable:
        """The text as the preprocessor passes it on, without comments and shielded parts."""
        return readable(self.text, self.shielded)

    @cached_property
    def constructs(self) -> tuple[Construct, ...]:
        """Braces and links of the readable text, with its offsets."""
        return constructs(self.readable.text)

    @cached_property
    def children(self) -> Mapping[int, tuple[int, ...]]:
        """The constructs that stand directly inside another (`-1`: inside none), by index."""
        inside: dict[int, list[int]] = {}
        for index, construct in enumerate(self.constructs):
            inside.setdefault(construct.parent, []).append(index)
        return {parent: tuple(held) for parent, held in inside.items()}

    @cached_property
    def templates(self) -> tuple[TemplateUse, ...]:
        """Every call of a template, in the order of the page."""
        return tuple(self._template_uses())

    @cached_property
    def template_names(self) -> frozenset[str]:
        """The canonical names of all templates used, in doubt too."""
        return frozenset(use.name for use in self.templates)

    def uses(self, names: Collection[str]) -> Iterator[TemplateUse]:
        """The calls of any of the templates, by canonical name."""
        return (use for use in self.templates if use.name in names)

    @cached_property
    def links(self) -> tuple[LinkUse, ...]:
        """Every `[[…]]`, categories and files too."""
        return tuple(self._link_uses())

    @cached_property
    def categories(self) -> tuple[CategoryUse, ...]:
        """Every category link that puts the page in its category."""
        return tuple(self._category_uses())

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Every heading, inside templates' parameters too."""
        return tuple(
            Heading(
                level=len(match[1]),
                text=match[2].strip(),
                start=self.readable.origin(match.start()),
                line=self.line_at(self.readable.origin(match.start())),
            )
            for match in _HEADING.finditer(self.readable.text)
        )

    @cached_property
    def has_references(self) -> bool:
        """Whether the page has a `<ref>`; one that is never closed is literal text."""
        return bool(self._references)

    @property
    def has_references_tag(self) -> bool:
        """Whether the page shows its references by the tag `<references>`."""
        return shown_by_tag(self.readable.text)

    @cached_property
    def _references(self) -> tuple[tuple[int, int], ...]:
        """Every whole `<ref>`, as readable offsets."""
        return references(self.readable.text)

    def line_at(self, offset: int) -> int:
        """The line on which the page's character at ``offset`` stands."""
        return bisect_right(self._line_starts, offset)

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in re.finditer("\n", self.text)))

    def parts(self, index: int) -> tuple[tuple[int, int], ...]:
        """What stands between a construct's bars, first the name or target, as readable offsets."""
        kind, start, end, bars, _ = self.constructs[index]
        start, end = start + len(kind), end - len(kind)
        if not bars:
            return ((start, end),)
        starts = (start, *(bar + 1 for bar in bars))
        return tuple(zip(starts, (*bars, end), strict=True))

    def parameters(self, index: int) -> Mapping[str, str]:
        """A template's parameters by name; named values are trimmed, as MediaWiki does."""
        result: dict[str, str] = {}
        position = 0
        for start, end in self.parts(index)[1:]:
            equals = self._equals(index, start, end)
            if equals < 0:
                position += 1
                result[str(position)] = self.readable.text[start:end]
            else:
                name = self.expanded(index, start, equals)
                if name is not None:
                    result[name.strip()] = self.readable.text[equals + 1 : end].strip()
        return result

    def expanded(self, index: int, start: int, end: int, depth: int = 0) -> str | None:
        """Readable text inside a construct with magic words and parameters' defaults put in.

        ``None`` where it holds something that only the wiki can expand, or defaults in defaults too deep.
        """
        result: list[str] = []
        for child in self._held(index, start, end):
            construct = self.constructs[child]
            value = self._value(child, depth)
            if value is None:
                return None
            result.append(self.readable.text[start : construct.start])
            result.append(value)
            start = construct.end
        result.append(self.readable.text[start:end])
        return "".join(result)

    def _held(self, index: int, start: int, end: int) -> tuple[int, ...]:
        """The constructs directly inside another that begin in a stretch of it."""
        children = self.children.get(index, ())
        first = bisect_left(children, start, key=self._start)
        return children[first : bisect_left(children, end, lo=first, key=self._start)]

    def _start(self, index: int) -> int:
        return self.constructs[index].start

    def _value(self, index: int, depth: int) -> str | None:
        construct = self.constructs[index]
        parts = self.parts(index)
        if construct.kind == ARGUMENT:
            known = len(parts) > 1 and depth < _DEFAULTS
            return self.expanded(index, *parts[1], depth=depth + 1) if known else None
        if construct.kind == TEMPLATE and len(parts) == 1:
            return self._magic_words.get(self.readable.text[slice(*parts[0])].strip())
        return None

    @cached_property
    def _magic_words(self) -> Mapping[str, str]:
        return magic_words(self.page)

    def _equals(self, index: int, start: int, end: int) -> int:
        """Where a parameter's own `=` stands (not one of a construct or reference in it), or -1."""
        text = self.readable.text
        if text.find("=", start, end) < 0:
            return -1
        held = [
            (construct.start, construct.end)
            for construct in map(self.constructs.__getitem__, self._held(index, start, end))
        ]
        first = bisect_left(self._references, (start, start))
        held += self._references[first : bisect_left(self._references, (end, end))]
        return own_equals(text, start, end, sorted(held))

    def _name(self, index: int) -> str:
        """The canonical name of the template that a construct calls, or `""`."""
        written = self.expanded(index, *self.parts(index)[0])
        if written is None:
            return ""
        written, has_parameters = written.strip(), bool(self.constructs[index].bars)
        if written.startswith("/"):  # the page's own subpage
            written = f":{self.page.text}{written}"
        key = written, has_parameters
        name = self._names.get(key)
        if name is None:
            name = template_name(written, self.facts, self._aliases, parameters=has_parameters)
            if len(written) <= _LONGEST_KEPT:
                self._names[key] = name
        return name

    def function(self, index: int) -> str:
        """The parser function that a construct calls (`#if`, `DEFAULTSORT`), or `""`."""
        if self.constructs[index].kind != TEMPLATE:
            return ""
        start, end = self.parts(index)[0]
        return function_name(self.readable.text[start : min(end, start + LONGEST_NAME)])

    @cached_property
    def _doubtful(self) -> tuple[bool, ...]:
        """For each construct whether it stands inside a call, where only the wiki knows its fate."""
        result: list[bool] = []
        for _, _, _, _, parent in self.constructs:
            held = parent >= 0 and (result[parent] or self.constructs[parent].kind != LINK)
            result.append(held)
        return tuple(result)

    @cached_property
    def _depths(self) -> tuple[int, ...]:
        """How many constructs hold each construct."""
        return depths(self.constructs)

    def _template_uses(self) -> Iterator[TemplateUse]:
        for index, construct in enumerate(self.constructs):
            called = construct.kind == TEMPLATE and self._depths[index] <= DEEPEST
            name = self._name(index) if called else ""
            if name:
                start = self.readable.origin(construct.start)
                yield TemplateUse(
                    name=name,
                    start=start,
                    end=self.readable.origin_of_end(construct.end),
                    line=self.line_at(start),
                    certain=not self._doubtful[index],
                    index=index,
                    _parameters=self.parameters,
                )

    def _link_uses(self) -> Iterator[LinkUse]:
        for index, (kind, *_) in enumerate(self.constructs):
            if kind == LINK and self._depths[index] <= DEEPEST:
                yield self._link_use(index)

    def _link_use(self, index: int) -> LinkUse:
        text = self.readable.text
        construct = self.constructs[index]
        start, end = self.parts(index)[0]
        origin = self.readable.origin(construct.start)
        return LinkUse(
            target=text[start:end],
            start=origin,
            end=self.readable.origin_of_end(construct.end),
            line=self.line_at(origin),
            index=index,
        )

    def _links_with_prefix(self) -> Iterator[LinkUse]:
        """Links that may lead to a category; where a plain prefix says otherwise they are passed over."""
        text, known = self.readable.text, self.facts.namespaces
        for index, (kind, start, end, bars, _) in enumerate(self.constructs):
            if kind != LINK or self._depths[index] > DEEPEST:
                continue
            colon = text.find(":", start, bars[0] if bars else end)
            prefix = text[start + 2 : min(colon, start + LONGEST_NAME)].strip()
            is_plain = prefix.isascii() and prefix.isalnum()
            if colon >= 0 and not (is_plain and known.get(prefix.lower()) != CATEGORY):
                yield self._link_use(index)

    def _follows_bracket(self, link: LinkUse) -> bool:
        """Whether a bracket of an odd run before the link spoils it, as in `[[[Category:X]]`."""
        start = position = self.constructs[link.index].start
        while position and self.readable.text[position - 1] == "[":
            position -= 1
        return (start - position) % 2 == 1

    def _category_uses(self) -> Iterator[CategoryUse]:
        for link in self._links_with_prefix():
            # a target over two lines, or a third bracket, makes no link (`Parser::replaceInternalLinks`)
            if "\n" in link.target or self._follows_bracket(link):
                continue
            written = self.expanded(link.index, *self.parts(link.index)[0])
            if written is None:
                prefix = link.target.partition("{")[0]
                name = "" if category_name(f"{prefix}x", self.facts) else None
            else:
                name = category_name(written, self.facts) or None
            if name is not None:
                yield CategoryUse(
                    name=name,
                    start=link.start,
                    end=link.end,
                    line=link.line,
                    certain=not self._doubtful[link.index],
                    index=link.index,
                )
