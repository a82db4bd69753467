"""The manifest of a rule pack: `extension.json`, in the shape that MediaWiki's extensions have.

The same key names where a bot can honestly mean the same; unknown keys are refused, keys that begin with `@`
are notes. Must not load a rule. Source of the shape: docs/extension.schema.v2.json of MediaWiki 1.39.
"""

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from tropebot.errors import ConfigError

FILE_NAME = "extension.json"
Constraint = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(\*|>= ?[0-9]+(\.[0-9]+)*)$", description="`*`, or `>= 1.2`: that or newer."
    ),
]
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2,6}[0-9]{3}$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]

HOOKS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "PageSaveComplete": ("edit", "", ""),
        "PageMoveComplete": ("log", "move", "move"),
        "UploadComplete": ("log", "upload", "upload"),
        "PageDeleteComplete": ("log", "delete", "delete"),
        "PageUndeleteComplete": ("log", "delete", "restore"),
    }
)
"""The hooks that a bot sees, after the fact, and what shows each: kind, log and action in recent changes."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the manifest; unknown keys are errors."""


class Requires(_Part, frozen=True, kw_only=True):
    """What must be there for the pack's rules to be asked."""

    tropebot: Constraint = "*"
    MediaWiki: Constraint = "*"
    extensions: Annotated[
        dict[str, Constraint],
        msgspec.Meta(description="Extensions that the wiki must have; `*`, versions are not told."),
    ] = {}


class Option(_Part, frozen=True, kw_only=True):
    """An option of the pack, set in the policy as `packs.NAME.OPTION`."""

    value: Annotated[Any, msgspec.Meta(description="The default; it also says of what kind.")]
    description: Text


class Declared(_Part, frozen=True, kw_only=True):
    """What acting on a rule's findings needs of the bot's account."""

    rights: tuple[Text, ...] = ()
    grants: tuple[Text, ...] = ()


class Manifest(_Part, frozen=True, kw_only=True):
    """A rule pack, as it declares itself."""

    manifest_version: Literal[1]
    name: Text
    version: Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+)*$")]
    type: Literal["rules"] = "rules"
    author: tuple[Text, ...] = ()
    url: str = ""
    description: str = ""
    license_name: str = msgspec.field(default="", name="license-name")
    requires: Requires = Requires()
    config: dict[str, Option] = {}
    MessagesDirs: Annotated[
        dict[str, tuple[Text, ...]],
        msgspec.Meta(description="Directories of en.json, qqq.json …, beside the manifest."),
    ] = {}
    Rules: Annotated[
        dict[Code, Declared],
        msgspec.Meta(description="By code, what a rule needs; one not named needs nothing."),
    ] = {}
    Hooks: Annotated[
        dict[
            Literal[
                "PageSaveComplete",
                "PageMoveComplete",
                "UploadComplete",
                "PageDeleteComplete",
                "PageUndeleteComplete",
            ],
            tuple[Code, ...],
        ],
        msgspec.Meta(
            description="After what a rule is asked of a page; one not named: after each. Pages that use a "
            "template which was made, moved, deleted or restored are judged in full."
        ),
    ] = {}
    LogActions: Annotated[
        dict[Annotated[str, msgspec.Meta(pattern=r"^[a-z]+/[a-z-]+$")], Text],
        msgspec.Meta(description="The words (type/action) under which deeds are told."),
    ] = {}


def manifest_from(text: str, name: str) -> Manifest:
    """The manifest in a JSON text; ``name`` is how messages call it. Raises `ConfigError`."""
    try:
        found = msgspec.convert(_without_notes(json.loads(text)), Manifest)
    except (ValueError, msgspec.ValidationError) as error:
        said = " ".join(str(error).split())
        raise ConfigError(f"The rule pack’s manifest {name} is not usable: {said}.") from None
    for said in _faults(found):
        raise ConfigError(f"The rule pack’s manifest {name} is not usable: {said}.")
    return found


def manifest_schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of a manifest."""
    schema = msgspec.json.schema(Manifest)
    for definition in schema["$defs"].values():
        definition["patternProperties"] = {"^@": {"description": "A note, not read."}}
    properties = schema["$defs"]["Manifest"]["properties"]
    properties["Hooks"]["propertyNames"] = {"enum": sorted(HOOKS)}
    for key in ("config", "MessagesDirs", "Rules", "Hooks", "LogActions"):
        properties[key]["patternProperties"] = {"^@": {}}
        names = properties[key].get("propertyNames")
        if names:
            properties[key]["propertyNames"] = {"anyOf": [names, {"pattern": "^@"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A tropebot rule pack",
        **schema,
    }


def hooks_after(kind: str, log_type: str, log_action: str) -> frozenset[str]:
    """The hook that a row of recent changes shows; none where every rule is to be asked (an import)."""
    if kind != "log":
        return frozenset({"PageSaveComplete"})
    restored = log_action == "restore"
    return frozenset(
        hook
        for hook, (_, of, action) in HOOKS.items()
        if of and of == log_type and (of != "delete" or (action == "restore") == restored)
    )


def version(text: str) -> tuple[int, ...]:
    """The numbers of a version, as far as it begins with numbers."""
    found = re.match(r"[0-9]+(?:\.[0-9]+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def least(constraint: str) -> tuple[int, ...]:
    """The least version that a constraint allows; empty: any."""
    return version(constraint.removeprefix(">=").strip())


def _faults(manifest: Manifest) -> Iterator[str]:
    for hook, codes in manifest.Hooks.items():
        for code in codes:
            if code not in manifest.Rules:
                yield f"Hooks.{hook} names {code}, which Rules does not; declare it there"


def _without_notes(value: Any) -> Any:
    """The document without the keys that begin with `@`; an option's value stays as it is."""
    if not isinstance(value, dict):
        return value
    return {
        key: each if key == "value" else _without_notes(each)
        for key, each in value.items()
        if not key.startswith("@")
    }
