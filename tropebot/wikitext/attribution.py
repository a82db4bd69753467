"""Who made an image and where it is from, as far as its page and its upload comment say it.

Must not decide what a wiki asks for, nor look for licences. Each place where people write a source or an
author is one small reader here; they all give values, and one function says whether a value says anything.
"""

import html
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from tropebot.wikitext.document import Document
from tropebot.wikitext.late import late
from tropebot.wikitext.uses import TemplateUse

SOURCE = "source"
AUTHOR = "author"

_LINE_END = late(r"\n|</?(?:br|p|div|li|dd|dt)\b[^<>]*>", re.IGNORECASE)
_EMPHASIS = late(r"''+|</?(?:b|i|strong|em|u|small|big)\s*>", re.IGNORECASE)
_HEADING = late(r"^(={1,6})(.+?)\1[ \t]*$", re.MULTILINE)
_SWITCH = late(r"__[A-Z]+__")
_URL = late(r"(?<!\w)https?://[^\s\[\]<>\"|{}]+|(?<=\[)//[^\s\[\]<>\"|{}]+", re.IGNORECASE)
_BRACKETED = late(r"\[(?:https?:)?//[^\[\]\n]*\]", re.IGNORECASE)
_TAG = late(r"<[^<>]*>")
_QUOTES = "\"'“”„‟‘’‚‛«»‹›`´"

LONGEST_EMPTY = 500
"""Characters; a longer value is taken to say something."""
LONGEST_CREDIT = 10_000
"""Characters; in a longer author's value links are not looked for."""
LONGEST_HOST = 255


class AttributionTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How source and author are named on this wiki.

    ``parameters`` maps canonical template names to the parameters that hold the one or the other;
    ``labels`` and ``empty_values`` are case-folded; ``own_work`` are canonical template names.
    """

    parameters: Mapping[str, Mapping[str, Collection[str]]] = {}
    labels: Mapping[str, frozenset[str]] = {}
    empty_values: frozenset[str] = frozenset()
    empty_hosts: frozenset[str] = frozenset()
    own_work: frozenset[str] = frozenset()
    upload_comment: bool = False


def attribution(
    document: Document,
    terms: AttributionTerms,
    *,
    unsaid: Collection[str] = (),
    upload_comment: str = "",
) -> frozenset[str]:
    """Which of source and author are named: on the page, or where the terms allow it in the upload comment.

    ``unsaid`` are templates (licences) that say neither by standing under a heading.
    """
    if not document.template_names.isdisjoint(terms.own_work):
        return frozenset({SOURCE, AUTHOR})
    text = document.readable.text
    values = [
        *_parameter_values(document.templates, terms),
        *_labelled_values(text, terms),
        *_headed_values(_without_furniture(document, unsaid), terms),
    ]
    found = _said(values, text, terms)
    if terms.upload_comment and upload_comment:
        found |= _said(list(_comment_values(upload_comment, terms)), upload_comment, terms)
    return frozenset(found)


def _said(values: Collection[tuple[str, str]], text: str, terms: AttributionTerms) -> set[str]:
    found = {kind for kind, value in values if _says_something(kind, value, terms)}
    if SOURCE not in found:
        credited = Counter(
            url
            for kind, value in values
            if kind == AUTHOR and len(value) <= LONGEST_CREDIT
            for url in _sources(value, terms)
        )
        if Counter(_sources(text, terms)) - credited:
            found.add(SOURCE)
    return found


def _says_something(kind: str, value: str, terms: AttributionTerms) -> bool:
    if not is_named(value, terms.empty_values):
        return False
    if kind == SOURCE and len(value) <= LONGEST_EMPTY and _URL.search(value):
        words = _URL.sub(" ", _BRACKETED.sub(" ", value))
        return is_named(words, terms.empty_values) or any(_sources(value, terms))
    return True


def is_named(value: str, empty_values: Collection[str]) -> bool:
    """Whether a value says anything; ``empty_values`` (case-folded) are those that do not, as a whole."""
    if len(value) > LONGEST_EMPTY:
        return bool(value.strip())
    bare = " ".join(html.unescape(_EMPHASIS.sub("", value)).split())
    unquoted = bare.strip(_QUOTES + " ")
    unended = unquoted.removesuffix(".").strip(_QUOTES + " ")
    forms = {form.casefold() for form in (bare, unquoted, unended, bare.removesuffix("."))}
    return bool(_TAG.sub("", unended).strip()) and forms.isdisjoint(empty_values)


def _sources(text: str, terms: AttributionTerms) -> Iterator[str]:
    """The links that may name a source: all but those to search engines and the like."""
    for match in _URL.finditer(text):
        host = re.split(r"[/?#]", match[0].partition("//")[2], maxsplit=1)[0]
        host = host.rpartition("@")[2].partition(":")[0].rstrip(".,;!)").lower()
        if len(host) > LONGEST_HOST:
            continue
        parts = host.split(".")
        names = {".".join(parts[start:]) for start in range(len(parts))}
        if host and not names & terms.empty_hosts:
            yield match[0]


def _parameter_values(
    uses: Iterable[TemplateUse], terms: AttributionTerms
) -> Iterator[tuple[str, str]]:
    for use in uses:
        for kind, names in terms.parameters.get(use.name, {}).items():
            for name in names:
                if name in use.parameters:
                    yield kind, use.parameters[name]


@lru_cache(maxsize=8)
def _labelled(labels: frozenset[str]) -> re.Pattern[str]:
    """A line that begins with a label: its mark, the label, and perhaps a colon before the value."""
    return re.compile(
        rf"\s*(?P<mark>[*#:;]*)\s*(?:\[\[)?(?P<label>{_one_of(labels)})(?:\]\])?\s*(?P<colon>:?)",
        re.IGNORECASE,
    )


def _one_of(labels: Iterable[str]) -> str:
    ordered = sorted(labels, key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, label.split())) for label in ordered) or r"(?!)"


def _kinds(label: str, terms: AttributionTerms) -> tuple[str, ...]:
    folded = " ".join(label.split()).casefold()
    return tuple(kind for kind, labels in terms.labels.items() if folded in labels)


def _labelled_values(text: str, terms: AttributionTerms) -> Iterator[tuple[str, str]]:
    """Values of labelled lines and of definition lists."""
    pattern = _labelled(frozenset().union(*terms.labels.values()))
    defined: tuple[str, ...] = ()
    for line in map(str.strip, _LINE_END.split(_EMPHASIS.sub("", text))):
        if defined and line.startswith(":"):
            yield from ((kind, line.lstrip(": ")) for kind in defined)
            continue
        defined = ()
        match = pattern.match(line)
        if match is None:
            continue
        kinds, value = _kinds(match["label"], terms), line[match.end() :]
        if match["colon"]:
            yield from ((kind, value) for kind in kinds)
        if match["mark"].endswith(";") and not value.strip():
            defined = kinds


def _headed_values(text: str, terms: AttributionTerms) -> Iterator[tuple[str, str]]:
    """What stands under headings that are labels, each up to the next heading."""
    headings = list(_HEADING.finditer(text))
    for heading, end in zip(headings, _ends(headings, text), strict=True):
        label = _EMPHASIS.sub("", heading[2]).strip(" []:")
        for kind in _kinds(label, terms):
            yield kind, text[heading.end() : end]


def _without_furniture(document: Document, unsaid: Collection[str]) -> str:
    """The readable text with categories, behaviour switches and these templates blanked out."""
    text = document.readable.text
    indexes = {use.index for use in document.categories}
    indexes |= {use.index for use in document.uses(unsaid)}
    parts: list[str] = []
    position = 0
    for index in sorted(indexes):
        construct = document.constructs[index]
        if construct.start >= position:
            parts += [text[position : construct.start], " "]
            position = construct.end
    return _SWITCH.sub(" ", "".join([*parts, text[position:]]))


def _comment_values(comment: str, terms: AttributionTerms) -> Iterator[tuple[str, str]]:
    """Labelled values of an upload comment: one line, so that a label may stand anywhere in it."""
    names = _one_of(frozenset().union(*terms.labels.values()))
    found = list(re.finditer(rf"(?<!\w)({names})\s*:", comment, re.IGNORECASE))
    for match, end in zip(found, _ends(found, comment), strict=True):
        value = comment[match.end() : end].strip(" ,;|")
        for kind in _kinds(match[1], terms):
            yield kind, value


def _ends(found: Sequence[re.Match[str]], text: str) -> list[int]:
    """Where what belongs to each match ends: at the next one, the last at the text's end."""
    starts = [match.start() for match in found]
    return [*starts[1:], len(text)][: len(starts)]
