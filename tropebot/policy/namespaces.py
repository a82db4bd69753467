"""Whether the wiki has the namespaces that the policy names; what it does not have would be left out unsaid.

Must not ask the wiki: its facts are in the policy in force, and only those that came from it count.
"""

from collections.abc import Iterator
from functools import cache

from tropebot.errors import UnknownNamespace
from tropebot.policy import presets
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.merge import closest
from tropebot.policy.schema import Names, Policy


def assert_namespaces(force: PolicyInForce) -> None:
    """Raise `UnknownNamespace` where the drafts' namespace, or one that is kept out of, is missing."""
    policy = force.policy
    if not force.facts.online:
        return
    for name in _unknown((policy.workshop.namespace,), force):
        if policy.workshop.promote != "no":
            raise UnknownNamespace(
                f"workshop.namespace: the wiki has no namespace “{name}”{_closest(name, force)}; correct the"
                " name, or say workshop.promote = “no” where there are no drafts."
            )
    for name in _unknown(policy.limits.keep_out, force):
        raise UnknownNamespace(
            "[forbid] namespaces (or limits.keep_out): the wiki has no namespace"
            f" “{name}”{_closest(name, force)}; correct the name, so that nothing is written there."
        )


def namespace_note(force: PolicyInForce) -> str:
    """A sentence about the other names that no preset brings along and the wiki does not know, or nothing."""
    if not force.facts.online:
        return ""
    wrong = [
        f"“{name}”{_closest(name, force)} in {key}"
        for key, names in _named(force.policy)
        for name in _unknown(names, force)
        if name not in _usual()
    ]
    return f"The wiki has no namespace {', '.join(wrong)}: it plays no part." if wrong else ""


def _named(policy: Policy) -> Iterator[tuple[str, Names]]:
    yield "exempt.namespaces", policy.exempt.namespaces
    yield "markup.needs_type", policy.markup.needs_type
    for name, kind in policy.types.items():
        yield f"types.{name}.namespaces", kind.namespaces


def _unknown(names: Names, force: PolicyInForce) -> list[str]:
    return [name for name in names if not force.namespaces((name,))]


def _closest(name: str, force: PolicyInForce) -> str:
    shown = {shown.lower(): shown for shown in force.facts.namespace_names.values()}
    return closest(name, [shown.get(key, key) for key in force.facts.namespaces if key])


@cache
def _usual() -> frozenset[str]:
    """Names of the presets: other wikis of the kind need not have them all."""
    policies = (load(preset).policy for preset in presets.names())
    return frozenset(name for policy in policies for _, names in _named(policy) for name in names)
