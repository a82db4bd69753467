"""What judgement rests on, part by part, and which pages each part concerns.

A part is a page type with its preload, the licences, a redirect of a template that the policy names, … Where
one of them changes, pages that nobody edited may be judged otherwise. Must not ask the wiki or judge a page.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Set
from typing import Any

import msgspec
from msgspec.structs import replace

from tropebot.model import FILE
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import attribution_terms, licence_terms
from tropebot.policy.schema import Policy
from tropebot.policy.types import preload
from tropebot.wikitext.pagetypes import PageType

OPEN = "open"
"""The pages on which something was found that still stands."""
USING = "using:"
"""The pages that use the template whose full title follows."""
LISTED = "listed:"
"""The pages in the category whose full title follows."""
INSIDE = "inside:"
"""The pages of the namespace whose number follows."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that judgement rests on; ``digest`` changes with it, ``pages`` are the lists it concerns."""

    digest: str
    pages: tuple[str, ...]


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """The parts by name; of ``unread`` ones nothing is known this time, so what was known stays."""

    parts: Mapping[str, Part]
    unread: frozenset[str] = frozenset()


def basis(force: PolicyInForce) -> Basis:
    """What judgement rests on now."""
    policy, terms = force.policy, licence_terms(force)
    parts = {**dict(_types(force)), **dict(_redirects(force))}
    typed = tuple(dict.fromkeys(each for part in parts.values() for each in part.pages))
    drafts = tuple(f"{INSIDE}{number}" for number in sorted(force.workshop))
    workshop = policy.workshop
    parts["markup"] = _part((policy.markup, policy.exempt, policy.templates), (*typed, *drafts))
    parts["drafts"] = _part(
        (
            workshop,
            policy.examples,
            preload(workshop.preload, workshop.preload_text, force.facts)[0],
        ),
        drafts,
    )
    parts["deeds"] = _part((policy.mode, policy.actions, policy.flags), (OPEN,))
    unread = {f"type {each.name}" for each in force.types if each.elements is None}
    unread |= {
        f"redirect {alias}" for alias in force.facts.template_redirects if force.is_broken(alias)
    }
    if workshop.preload in force.broken:
        unread.add("drafts")
        del parts["drafts"]
    if terms.problem or "TB201" in force.silent:
        unread.add("files")
    else:
        parts["files"] = _part(
            (policy.files, terms, attribution_terms(force)), (f"{INSIDE}{FILE}",)
        )
    return Basis(parts=parts, unread=frozenset(unread))


def renewed(before: Mapping[str, Part], now: Basis) -> Mapping[str, Part]:
    """What is to be remembered: the parts now, and those of before that could not be read."""
    return {**{name: before[name] for name in now.unread & before.keys()}, **now.parts}


def changed(before: Mapping[str, Part], now: Mapping[str, Part]) -> tuple[str, ...]:
    """The names of the parts that are not as they were; none where nothing was known before."""
    if not before:
        return ()
    return tuple(
        name for name in sorted({*before, *now}) if _digest(before, name) != _digest(now, name)
    )


def concerned(
    names: Collection[str], before: Mapping[str, Part], now: Mapping[str, Part]
) -> tuple[str, ...]:
    """The lists of pages that changed parts concern or concerned; what was found comes first."""
    lists = (
        each
        for name in names
        for parts in (before, now)
        if name in parts
        for each in parts[name].pages
    )
    return tuple(dict.fromkeys((OPEN, *lists))) if names else ()


def policy_digest(policy: Policy) -> str:
    """Changes whenever the document does."""
    return _hashed(policy)


def _types(force: PolicyInForce) -> Iterator[tuple[str, Part]]:
    for each in force.types:
        declared = force.policy.types[each.name]
        if each.elements is not None:
            text = preload(declared.preload, declared.preload_text, force.facts)[0]
            yield (
                f"type {each.name}",
                _part((replace(each, source=""), declared.optional, text), _members(each)),
            )


def _members(page_type: PageType) -> tuple[str, ...]:
    """The lists on which pages of a type stand; where it is known by titles alone, whole namespaces."""
    named = (
        *(_using(name) for name in page_type.headers),
        *(f"{LISTED}Category:{name}" for name in sorted(page_type.categories)),
    )
    return named or tuple(f"{INSIDE}{number}" for number in sorted(page_type.namespaces))


def _redirects(force: PolicyInForce) -> Iterator[tuple[str, Part]]:
    """Redirects to templates that the policy, a preload or the licence list names."""
    named = _named(force)
    for alias, target in force.facts.template_redirects.items():
        if (target in named or alias in named) and not force.is_broken(alias):
            yield f"redirect {alias}", _part(target, (_using(alias),))


def _named(force: PolicyInForce) -> Set[str]:
    policy, terms = force.policy, licence_terms(force)
    flags = [name for flag in policy.flags.values() for name in (flag.template, *flag.aliases)]
    listed = (
        *policy.markup.hatnotes,
        *policy.markup.reflist,
        *policy.markup.disambiguation,
        *policy.exempt.templates,
        *policy.exempt.in_use,
        *policy.workshop.templates,
        *policy.workshop.hold,
        *policy.workshop.approval.templates,
        *policy.workshop.stale.exempt_templates,
        *policy.examples.openers,
        *flags,
    )
    asked = {
        name
        for each in force.types
        for element in each.elements or ()
        for name in element.alternatives
        if element.kind == "template"
    }
    headers = {name for each in force.types for name in (*each.headers, *each.footers)}
    licences = {*terms.names, *terms.anti, *terms.by_parameter}
    return force.templates(listed) | asked | headers | licences | force.implied.keys()


def _using(template: str) -> str:
    title = template.removeprefix(":") if ":" in template else f"Template:{template}"
    return f"{USING}{title}"


def _part(rests_on: Any, pages: tuple[str, ...]) -> Part:
    return Part(digest=_hashed(rests_on), pages=pages)


def _digest(parts: Mapping[str, Part], name: str) -> str:
    return parts[name].digest if name in parts else ""


def _hashed(value: Any) -> str:
    text = json.dumps(_plain(value), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _plain(value: Any) -> Any:
    """A value as JSON in one order only, whatever order sets and tables come in."""
    if isinstance(value, msgspec.Struct):
        return [_plain(getattr(value, name)) for name in value.__struct_fields__]
    if isinstance(value, Mapping):
        return sorted([json.dumps(_plain(key)), _plain(each)] for key, each in value.items())
    if isinstance(value, Set):
        return sorted(json.dumps(_plain(each)) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
