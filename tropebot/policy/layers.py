"""From documents to the policy: a preset, then the operator's table, then the page on the wiki.

Must not read files or ask a wiki: documents come in as text or tables. Every error is one line that
names the layer, the key and what to do.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from tropebot.errors import PolicyError
from tropebot.policy import presets
from tropebot.policy.account import with_account
from tropebot.policy.checks import fault
from tropebot.policy.forbid import Forbid, within
from tropebot.policy.merge import Misfit, closest, merged
from tropebot.policy.packs import Defaults, pack_faults, with_defaults
from tropebot.policy.schema import Policy

_WRITING = frozenset({"tell", "flag", "fix"})
_NO_PACKS: Defaults = MappingProxyType({})

MOST_DEPTH = 50
"""Objects and lists in one another; the schema has no more than six."""

IDLE = (
    "The policy says “act”, but no rule’s action is “tell”, “flag” or “fix”, and workshop.promote is not"
    " “act”: nothing is written to the wiki but the bot’s own reports."
)
FORBIDDEN = (
    "The policy says “act”, but tropebot.toml forbids writing ([forbid] actions): nothing is written to"
    " the wiki."
)


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One document of the pile; ``name`` is how messages call it (a file, a page)."""

    name: str
    document: Mapping[str, Any]


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """The policy that came out, and sentences that the operator should read."""

    policy: Policy
    notes: tuple[str, ...] = ()


def load(
    preset: str = presets.DEFAULT,
    layers: Sequence[Layer] = (),
    *,
    forbid: Forbid | None = None,
    codes: Collection[str] = (),
    packs: Defaults = _NO_PACKS,
    account: str = "",
) -> Loaded:
    """The preset with the layers on it, later ones above, cut down to what the operator allows.

    ``codes`` are the rule codes there are; empty: only their form is looked at. ``packs`` are the options of
    installed rule packs, ``account`` is the bot's, for which `<account>` stands.
    Raises `PolicyError`.
    """
    policy = _base(preset)
    for layer in (each for each in layers if each.document):
        policy = _layered(policy, layer, codes)
        for said in pack_faults(policy, packs):
            raise PolicyError(_line(layer.name, said))
    policy = with_defaults(policy, packs)
    policy = with_account(policy, account) if account else policy
    forbid = forbid or Forbid()
    for code in forbid.rules if codes else ():
        if code not in codes:
            raise PolicyError(
                f"tropebot.toml [forbid] rules: there is no rule “{code}”{closest(code, codes)}; "
                "`tropebot rules` lists them."
            )
    return Loaded(policy=within(policy, forbid), notes=tuple(_why_idle(policy, forbid)))


def _why_idle(policy: Policy, forbid: Forbid) -> Iterator[str]:
    """Why a policy that says “act” acts on nothing."""
    if policy.mode == "act" and "write" in forbid.actions:
        yield FORBIDDEN
    elif policy.mode == "act" and not _acts(policy):
        yield IDLE


def _why_not_json(error: json.JSONDecodeError) -> str:
    """What the parser says; of a comma before a closing bracket, what that is."""
    before, behind = error.doc[: error.pos].rstrip(), error.doc[error.pos :].lstrip()
    # Python 3.13 says it itself, and stands at the comma
    if error.msg.startswith("Illegal trailing comma") or (
        before.endswith(",") and behind.startswith(("}", "]"))
    ):
        return "the comma before the closing bracket is one too many,"
    return error.msg


def layer_from_json(text: str, name: str) -> Layer:
    """A layer from JSON text; ``name`` is the file or page. Raises `PolicyError`."""
    try:
        document = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        raise PolicyError(
            f"{name}: this is not JSON: {_why_not_json(error)} in line {error.lineno}, column {error.colno}; "
            "correct it there."
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise PolicyError(f"{name}: a number is too large; write a smaller one.") from error
    except RecursionError as error:
        raise PolicyError(f"{name}: the JSON is nested too deeply; write it flatter.") from error
    except _DoubleKey as error:
        raise PolicyError(
            _line(name, f"the key “{error}” stands there twice; keep one.")
        ) from error
    if _depth_exceeds(document, MOST_DEPTH):
        raise PolicyError(f"{name}: the JSON is nested too deeply; write it flatter.")
    if not isinstance(document, dict):
        raise PolicyError(
            f"{name}: a policy is a JSON object, in braces; put the keys into {{ … }}."
        )
    return Layer(name=name, document=document)


def _depth_exceeds(document: Any, most: int) -> bool:
    """Whether objects and lists stand in one another more than ``most`` deep: how deep the JSON
    reader itself goes differs between Pythons."""
    level = [document]
    for _ in range(most):
        level = [
            below
            for each in level
            if isinstance(each, dict | list)
            for below in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _acts(policy: Policy) -> bool:
    """Whether anything in the policy leads to a write."""
    return policy.workshop.promote == "act" or not _WRITING.isdisjoint(policy.actions.values())


class _DoubleKey(Exception):
    """JSON would silently keep the last one."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise _DoubleKey(key)
        table[key] = value
    return table


def _base(preset: str) -> Policy:
    """One of ours: the tests check it as any layer is checked here."""
    if preset == presets.BARE:
        return Policy()
    known = presets.names()
    if preset not in known:
        raise PolicyError(
            f"There is no preset “{preset}”{closest(preset, known)}; "
            f"choose one of {', '.join(known)}, or {presets.BARE}."
        )
    return msgspec.json.decode(presets.text(preset), type=Policy)


def _layered(policy: Policy, layer: Layer, codes: Collection[str]) -> Policy:
    try:
        document = merged(msgspec.to_builtins(policy), layer.document, Policy)
    except Misfit as error:
        raise PolicyError(_line(layer.name, str(error))) from error
    result = msgspec.convert(document, Policy)
    if said := fault(result, codes):
        raise PolicyError(_line(layer.name, said))
    return result


def _line(layer: str, said: str) -> str:
    """One line, whatever the document's own keys and values are made of."""
    plain = " ".join(f"{layer}: {said}".split())
    return plain.encode("utf-8", "backslashreplace").decode("utf-8")
