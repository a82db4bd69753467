"""What a policy names and a wiki does not have: namespaces, preloads, templates.

Must not ask the wiki: which titles exist comes in. A preset names what its wiki has, another need not.
"""

from collections.abc import Collection
from dataclasses import dataclass

from tropebot.policy import health
from tropebot.policy.force import PolicyInForce
from tropebot.policy.types import source_page
from tropebot.wikitext.facts import WikiFacts

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What the policy names and the wiki has not; names of templates and types as people read them.

    ``types`` are page types none of whose headers exists: such a type finds nothing.
    """

    namespaces: tuple[str, ...] = ()
    preloads: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


def wanted_titles(force: PolicyInForce) -> tuple[str, ...]:
    """The templates whose existence says whether a policy fits a wiki, by full title."""
    return tuple(health.templates_relied_on(force))


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
            for name in (title.partition(":")[2] for title in wanted_titles(force))
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
