"""Which licence a file's page carries: licence templates, anti-licences, parameters to be filled in.

Must not read the policy document or decide what is done about a file: `policy/images.py` says which templates
are licences here. Source of the list's format: `Licenses` and `License` of MediaWiki's upload form (1.39).
"""

import html
import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

import msgspec

from tropebot.wikitext.document import Document
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.late import late
from tropebot.wikitext.names import template_name
from tropebot.wikitext.preprocess import LINK, LONGEST_NAME, MARKER
from tropebot.wikitext.uses import TemplateUse

ANTI = "anti-licence"
MISSING = "parameter-missing"
PLACEHOLDER = "parameter-placeholder"
WORDS = "words-only"
NONE = "none"

_NOTHING: Mapping[str, Collection[str]] = MappingProxyType({})
_PARAMETER_NAME = late(r"[^={}\[\]<>|]*=")
_ADDRESS = late(r"(?<!\w)https?://[^\s\[\]<>\"|{}]+|(?<=\[)//[^\s\[\]<>\"|{}]+", re.IGNORECASE)
_NOT_SHOWN = late(r"''+|<[^<>\n]*>")
_SAYS_NOTHING = late(r"[\W_]+")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A template that the upload form puts on the page, with the parameters that it puts in."""

    template: str
    parameters: Mapping[str, str]


class LicenceTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as a licence on this wiki; all names are canonical.

    ``mandatory`` maps a licence to the parameters without which it does not count; ``placeholders`` are
    case-folded; ``offered`` maps a licence and a parameter to the values that the upload form leaves there
    for people to replace; ``problem`` says why no file can be judged, empty where files can. ``source`` is
    ``wiki`` or ``policy``.
    """

    names: frozenset[str]
    anti: frozenset[str] = frozenset()
    by_parameter: Mapping[str, Collection[str]] = _NOTHING
    mandatory: Mapping[str, Collection[str]] = _NOTHING
    placeholders: frozenset[str] = frozenset()
    offered: Mapping[tuple[str, str], Collection[str]] = {}
    words: tuple[str, ...] = ()
    problem: str = ""
    source: str = "policy"


class Fault(msgspec.Struct, frozen=True):
    """Why a licence does not count; ``value`` is the placeholder that still stands there."""

    detail: str
    template: str
    parameter: str = ""
    value: str = ""


def offers(text: str, facts: WikiFacts, aliases: Mapping[str, str]) -> tuple[Offer, ...]:
    """What a licence list offers: ``* template|text``, at any depth, split at the last bar.

    Lines without a bar name groups. Comments are not looked for, as MediaWiki does not; a line may hold
    several templates (``A}}{{B|text``), because the form writes braces round the whole.
    """
    found: list[Offer] = []
    for line in text.split("\n"):
        if not line.startswith("*") or "|" not in line:
            continue
        call = line.lstrip("*").lstrip(" ").rpartition("|")[0]
        for part in call.split("}}{{"):
            raw, *arguments = part.split("|")
            if name := template_name(raw, facts, aliases):
                found.append(Offer(template=name, parameters=_numbered(arguments)))
    return tuple(found)


def _numbered(arguments: Iterable[str]) -> Mapping[str, str]:
    parameters: dict[str, str] = {}
    number = 0
    for argument in arguments:
        name, named, value = argument.partition("=")
        if not named:
            number += 1
            name, value = str(number), argument
        parameters[name.strip()] = value.strip()
    return parameters


def says_nothing(value: str) -> bool:
    """Whether a value that the form offers can only stand for one to be filled in (``####``, ``?``)."""
    return _SAYS_NOTHING.fullmatch(value) is not None


def _plain(value: str) -> str:
    """A value as it is shown; one that is too long to be a name or placeholder stays as it is."""
    return (html.unescape(value) if len(value) <= LONGEST_NAME else value).strip()


def licence_fault(
    uses: Iterable[TemplateUse],
    terms: LicenceTerms,
    *,
    transcluded: Collection[str] | None,
    facts: WikiFacts,
    aliases: Mapping[str, str],
) -> Fault | None:
    """Why the page has no licence that counts, or ``None`` where it has one.

    ``transcluded`` are the canonical names of all that the wiki says the rendered page uses; where it is
    given, it decides what only the wiki can know, and a licence inside a wrapper counts. It takes nothing
    away that the text uses for certain: the wiki's lists lag behind a fresh upload.
    """
    counted: set[str] = set()
    faults: list[Fault] = []
    for use in uses:
        if transcluded is not None and not use.certain and use.name not in transcluded:
            continue
        if use.name in terms.anti:
            return Fault(ANTI, use.name)
        named = use.name in terms.by_parameter and any(
            template_name(_plain(use.parameters.get(parameter, "")), facts, aliases)
            in terms.names - terms.anti
            for parameter in terms.by_parameter[use.name]
        )
        if use.name not in terms.names and not named and use.name not in terms.mandatory:
            continue
        if fault := _parameter_fault(use, terms):
            faults.append(fault)
        elif named or use.name in terms.names:
            counted.add(use.name)
    if transcluded is not None:
        if anti := sorted(terms.anti.intersection(transcluded)):
            return Fault(ANTI, anti[0])
        counted |= terms.names.intersection(transcluded) - {fault.template for fault in faults}
    if counted:
        return None
    return faults[0] if faults else Fault(NONE, "")


def _parameter_fault(use: TemplateUse, terms: LicenceTerms) -> Fault | None:
    for parameter in terms.mandatory.get(use.name, ()):
        value = _plain(use.parameters.get(parameter, ""))
        if not value:
            return Fault(MISSING, use.name, parameter)
        if value.casefold() in terms.placeholders:
            return Fault(PLACEHOLDER, use.name, parameter, value)
    for parameter, text in use.parameters.items():
        value = _plain(text)
        written = value[: LONGEST_NAME + 1].casefold()
        if value and written in terms.offered.get((use.name, parameter), ()):
            return Fault(PLACEHOLDER, use.name, parameter, value)
    return None


def words_found(document: Document, phrases: Iterable[str]) -> str:
    """The first of the phrases in the text that the page shows, any case, as whole words; else empty."""
    text = _shown(document)
    folded = text.casefold()  # a phrase whose words are not even there need not be searched for
    for phrase in phrases:
        words = r"\s+".join(map(re.escape, phrase.split()))
        if not all(word.casefold() in folded for word in phrase.split()):
            continue
        if words and re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
            return phrase
    return ""


def _shown(document: Document) -> str:
    """The text without names of templates and parameters, link targets, addresses and tags."""
    text = document.readable.text
    hidden: list[tuple[int, int]] = []
    categories = {use.index for use in document.categories}
    for index, construct in enumerate(document.constructs):
        parts = document.parts(index)
        if index in categories:
            hidden.append((construct.start, construct.end))
            continue
        hidden.append((construct.start, parts[0][1]))
        if construct.kind != LINK:
            names = (_PARAMETER_NAME.match(text, *part) for part in parts[1:])
            hidden += [name.span() for name in names if name]
    shown: list[str] = []
    position = 0
    for start, end in sorted(hidden):
        if end > position:
            shown += [text[position : max(start, position)], MARKER]
            position = end
    shown.append(text[position:])
    return _NOT_SHOWN.sub("", _ADDRESS.sub(MARKER, html.unescape("".join(shown))))
