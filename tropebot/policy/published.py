"""The policy's format as others see it: a JSON schema for editors and validators, a table for people.

Must not say anything that `schema.py` does not. A *layer* may hold less than a whole policy, and may
change a list by `{"add": […], "remove": […]}`; the schema allows for both.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from tropebot.policy.schema import Policy

TITLE = "A tropebot policy"


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key of the document, for the manual; ``path`` has NAME where a table has names."""

    path: str
    kind: str
    default: str
    description: str


def json_schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of one layer of a policy."""
    schema = msgspec.json.schema(Policy)
    definitions: dict[str, Any] = schema["$defs"]
    for definition in definitions.values():
        for key, shape in definition.get("properties", {}).items():
            definition["properties"][key] = _as_layer(shape)
    for definition in definitions.values():
        definition.pop("required", None)
        if "description" in definition:  # a docstring: only Python 3.13 takes its indent off
            definition["description"] = _unindented(definition["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "description": "One layer: preset, operator's table or the page on the wiki.",
        **schema,
    }


def document(policy: Policy) -> dict[str, Any]:
    """The whole policy as one document, every default written out."""
    built: dict[str, Any] = msgspec.to_builtins(policy)
    return built


def keys() -> tuple[Key, ...]:
    """Every key of the document, in the schema's order."""
    return tuple(_keys(Policy, ""))


def _unindented(text: str) -> str:
    """A docstring without the indent of its lines."""
    return "\n".join(line.strip() for line in text.splitlines())


def _as_layer(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A property's schema, widened to what a layer may say."""
    description = {k: v for k, v in shape.items() if k in ("description", "default")}
    bare = {k: v for k, v in shape.items() if k not in description}
    if bare.get("type") == "array":
        edit = {
            "type": "object",
            "properties": {"add": bare, "remove": bare},
            "minProperties": 1,
            "additionalProperties": False,
        }
        return {**description, "anyOf": [bare, edit]}
    if bare.get("type") == "object" and isinstance(bare.get("additionalProperties"), dict):
        inner = _as_layer(bare["additionalProperties"])
        choices = inner.pop("anyOf", [inner])
        return {
            **description,
            **bare,
            "additionalProperties": {"anyOf": [*choices, {"type": "null"}]},
        }
    return dict(shape)


def _keys(shape: type[msgspec.Struct], path: str) -> Iterator[Key]:
    for field in msgspec.structs.fields(shape):
        here = f"{path}{field.encode_name}"
        plain, description = _taken_apart(field.type)
        inner = _struct_of(plain)
        if inner is not None and get_origin(plain) is not dict:
            yield from _keys(inner, f"{here}.")
            continue
        yield Key(path=here, kind=_kind(plain), default=_default(field), description=description)
        if inner is not None:
            yield from _keys(inner, f"{here}.NAME.")


def _taken_apart(shape: Any) -> tuple[Any, str]:
    if get_origin(shape) is not Annotated:
        return shape, ""
    plain, *notes = get_args(shape)
    said = [note.description for note in notes if isinstance(note, msgspec.Meta)]
    return plain, " ".join(text for text in said if text)


def _struct_of(plain: Any) -> type[msgspec.Struct] | None:
    if get_origin(plain) is dict:
        plain, _ = _taken_apart(get_args(plain)[1])
    return plain if isinstance(plain, type) and issubclass(plain, msgspec.Struct) else None


def _kind(plain: Any) -> str:
    plain, _ = _taken_apart(plain)
    origin, arguments = get_origin(plain), get_args(plain)
    if origin is Literal:
        return " / ".join(f"`{word}`" for word in arguments)
    if origin is tuple:
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return f"table of {'objects' if _struct_of(plain) else _kind(arguments[1])} by name"
    if plain is Any:
        return "values"
    return {str: "text", int: "number", bool: "yes/no"}[plain]


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "must be given"
    value = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    plain = msgspec.to_builtins(value)
    if plain in ("", (), {}):
        return ""
    return f"`{msgspec.json.encode(plain).decode()}`"
