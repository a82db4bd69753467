"""A policy in force for tests: a preset, changed by a document, with facts that a wiki would have told."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import Layer, load
from tropebot.policy.offline import facts_from
from tropebot.wikitext.facts import SourcePage


def in_force(
    preset: str = "tropedia",
    document: Mapping[str, Any] | None = None,
    *,
    pages: Mapping[str, str] | None = None,
    **facts: Any,
) -> PolicyInForce:
    """``document`` is a layer over the preset; ``pages`` are texts of preloads and lists."""
    policy = load(preset, [Layer(name="test", document=document or {})]).policy
    sources = {
        title: SourcePage(title=title, rev_id=1, text=text) for title, text in (pages or {}).items()
    }
    known = replace(facts_from(policy), sources=sources, **facts)
    return PolicyInForce(policy=policy, facts=known)
