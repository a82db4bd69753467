"""What a policy names and a wiki does not have: namespaces, preloads, templates.

Must not ask the wiki: which titles exist comes in. A preset names what its wiki has, another need not.
"""

from collections.abc import Collection

import msgspec

from tropebot.policy import health
from tropebot.policy.force import PolicyInForce
from tropebot.policy.types import source_page
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.names import capitalised

WORKSHOPS = ("Trope Workshop", "YKTTW", "Workshop", "Draft", "Drafts", "Incubator")
"""What drafts' namespaces are called where the policy's name is not known, likeliest first."""
LICENCE_CATEGORIES = (
    "Category:Image license templates",
    "Category:Image licence templates",
    "Category:License templates",
    "Category:Licence templates",
    "Category:Image copyright tags",
    "Category:Copyright tags",
    "Category:License tags",
    "Category:Licensing templates",
)
"""What the category of licence templates is called on wikis of the kind."""


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy names and the wiki has not; names of templates and types as people read them.

    ``types`` are page types none of whose headers exists: such a type finds nothing.
    """

    namespaces: tuple[str, ...] = ()
    preloads: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class Astray(msgspec.Struct, frozen=True, kw_only=True):
    """A template that the policy names and that leads nowhere; ``again``: to one that redirects itself."""

    title: str
    target: str
    again: bool


def wanted_titles(force: PolicyInForce) -> tuple[str, ...]:
    """The templates whose existence says whether a policy fits a wiki, by full title, and where they lead."""
    relied = tuple(health.templates_relied_on(force))
    targets = (target for title in relied if (target := _target(title, force)))
    return tuple(dict.fromkeys((*relied, *targets)))


def astray(force: PolicyInForce, existing: Collection[str]) -> tuple[Astray, ...]:
    """Redirects among those templates that MediaWiki does not follow to an end."""
    return tuple(
        Astray(title=title, target=target, again=bool(_target(target, force)))
        for title in health.templates_relied_on(force)
        if title in existing
        and (target := _target(title, force))
        and (target not in existing or _target(target, force))
    )


def _target(title: str, force: PolicyInForce) -> str:
    """Where a template redirects to, by full title; empty where it does not."""
    prefix, _, name = title.partition(":")
    target = force.facts.template_redirects.get(capitalised(name, force.facts), "")
    return f"{prefix}:{target}" if target else ""


def gaps(force: PolicyInForce, existing: Collection[str]) -> Gaps:
    """What is missing; ``existing`` are those of `wanted_titles` that the wiki has."""
    policy = force.policy
    there = {title.partition(":")[2] for title in existing}
    known = force.templates(there)
    alike = {_spelt_alike(name) for name in there}
    return Gaps(
        namespaces=tuple(
            name for name in (policy.workshop.namespace,) if name and not force.namespaces((name,))
        ),
        preloads=tuple(
            preload.title
            for preload in health.preloads_relied_on(force)
            if source_page(preload.title, force.facts) is None
        ),
        templates=tuple(
            name
            for name in (title.partition(":")[2] for title in health.templates_relied_on(force))
            if name not in there and _spelt_alike(name) not in alike
        ),
        types=tuple(
            name
            for name, kind in policy.types.items()
            if kind.headers and force.templates(kind.headers).isdisjoint(known)
        ),
    )


def _spelt_alike(name: str) -> str:
    """A name without what spellings differ in: presets list them all, a wiki has one or two."""
    return "".join(name.lower().replace("licence", "license").split())


def workshop_name(facts: WikiFacts) -> str:
    """The namespace of the wiki in which drafts are likely to stand, by its own name; empty: none."""
    for name in WORKSHOPS:
        number = facts.namespaces.get(name.lower())
        if number is not None:
            return facts.namespace_names.get(number, name).replace("_", " ")
    return ""
