"""The options of rule packs in the policy document: `packs.NAME.OPTION`.

Must not know a pack: which options there are, and their defaults, is handed in.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from tropebot.policy.merge import closest
from tropebot.policy.schema import Policy

Defaults = Mapping[str, Mapping[str, Any]]
"""The options of every pack with their defaults, by the pack's name."""

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "an object"),
)


def pack_faults(policy: Policy, defaults: Defaults) -> Iterator[str]:
    """What the policy says of packs that no pack understands, as sentences with what to do."""
    for name, options in policy.packs.items():
        if name not in defaults:
            yield (
                f"packs.{name}: no rule pack “{name}” is installed{closest(name, defaults)}; "
                "install it, or take the key out."
            )
            continue
        for option, value in options.items():
            known = defaults[name]
            if option not in known:
                yield (
                    f"packs.{name}.{option}: the pack has no such option{closest(option, known)}; "
                    f"it has {', '.join(known) or 'none'}."
                )
            elif _kind(value) != _kind(known[option]):
                yield f"packs.{name}.{option} must be {_kind(known[option])}; it is {_kind(value)}."


def with_defaults(policy: Policy, defaults: Defaults) -> Policy:
    """The policy with every option of every pack in it."""
    packs = {name: {**options, **policy.packs.get(name, {})} for name, options in defaults.items()}
    return replace(policy, packs=packs) if packs else policy


def _kind(value: Any) -> str:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "nothing")
