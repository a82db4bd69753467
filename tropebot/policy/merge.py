"""One policy document laid over another, guided by the schema's types.

Objects merge by key; a list replaces, or is `{"add": […], "remove": […]}`; `null` takes a key out of a
table of names. Must not know what any key means.
"""

import json
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

_LIST_EDIT = frozenset({"add", "remove"})
_FEW = 12
MOST = 1_000_000
"""No number of a policy need be larger; days, minutes and counts beyond it cannot be reckoned with."""


class Misfit(Exception):
    """A value that does not fit; the message names its key and what to do."""


def merged(base: Mapping[str, Any], over: Mapping[str, Any], shape: type) -> dict[str, Any]:
    """``over`` laid on ``base``, both documents of the struct ``shape``. Raises `Misfit`."""
    return _struct(base, over, shape, "")


def closest(word: str, known: Collection[str]) -> str:
    """A “did you mean” in brackets, or nothing."""
    # imported here: where nothing is wrong nobody asks
    from difflib import get_close_matches  # noqa: PLC0415

    lowered = {each.lower(): each for each in known}
    match = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return f" (did you mean “{lowered[match[0]]}”?)" if match else ""


def _struct(base: Any, over: Any, shape: Any, path: str) -> dict[str, Any]:
    if not isinstance(over, Mapping):
        raise Misfit(f"{path} must be an object, in braces; it is {_described(over)}.")
    known = msgspec.structs.fields(shape)
    fields = {field.encode_name: field.type for field in known}
    result = dict(base or {})
    for key, value in over.items():
        here = f"{path}.{key}" if path else str(key)
        if key not in fields:
            raise Misfit(
                f"the key “{here}” does not exist{closest(key, fields)}; {_listed(path, fields)}."
            )
        result[key] = _value(result.get(key), value, fields[key], here)
    for field in known:
        if field.required and field.encode_name not in result:
            here = f"{path}.{field.encode_name}" if path else field.encode_name
            raise Misfit(
                f"the key “{here}” is missing, and nothing goes without it; write it there."
            )
    return result


def _listed(path: str, fields: Collection[str]) -> str:
    """Which keys there are, where they fit on a line."""
    if len(fields) > _FEW:
        return "`tropebot policy schema` lists all keys"
    return f"{'it' if path else 'there'} {'has' if path else 'are'} {', '.join(fields)}"


def _value(base: Any, over: Any, shape: Any, path: str) -> Any:
    plain = get_args(shape)[0] if get_origin(shape) is Annotated else shape
    origin = get_origin(plain)
    if isinstance(plain, type) and origin is None and issubclass(plain, msgspec.Struct):
        return _struct(base, over, plain, path)
    if origin is dict:
        return _table(base, over, get_args(plain)[1], path)
    if origin is tuple and isinstance(over, Mapping):
        over = _edited(base, over, path)
    _assert_allowed(over, plain, path)
    if isinstance(over, int) and over > MOST:
        raise Misfit(f"{path}: a number is at most {MOST}; write a smaller one.")
    if origin is tuple and isinstance(over, list):
        for each in over:
            _assert_allowed(each, get_args(plain)[0], path)
    try:
        msgspec.convert(over, shape)
    except msgspec.ValidationError as error:
        raise Misfit(f"{path}: {_said(error)}") from error
    return over


def _assert_allowed(word: Any, shape: Any, path: str) -> None:
    allowed = _choices(shape)
    if allowed and isinstance(word, str | int) and word not in allowed:
        raise Misfit(
            f"{path}: “{_as_json(word)}” is none of {', '.join(map(str, allowed))}"
            f"{closest(str(word), [str(each) for each in allowed])}; choose one of them."
        )


def _as_json(word: str | int) -> str:
    """A value as the document has it: `true` and not Python's `True`."""
    return word if isinstance(word, str) else json.dumps(word)


def _choices(shape: Any) -> tuple[Any, ...]:
    return get_args(shape) if get_origin(shape) is Literal else ()


def _table(base: Any, over: Any, shape: Any, path: str) -> dict[str, Any]:
    if not isinstance(over, Mapping):
        raise Misfit(f"{path} must be an object, in braces; it is {_described(over)}.")
    result = dict(base or {})
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _value(result.get(key), value, shape, f"{path}.{key}")
    return result


def _edited(base: Any, edit: Mapping[str, Any], path: str) -> list[Any]:
    strange = [key for key in edit if key not in _LIST_EDIT]
    if strange or not edit or not all(isinstance(part, (list, tuple)) for part in edit.values()):
        raise Misfit(
            f'{path} must be a list, or {{"add": […], "remove": […]}}; it is '
            f"an object with {', '.join(f'“{key}”' for key in edit) or 'nothing in it'}."
        )
    gone = list(edit.get("remove", ()))
    kept = [item for item in base or () if item not in gone]
    return kept + [item for item in edit.get("add", ()) if item not in kept]


def _said(error: msgspec.ValidationError) -> str:
    """msgspec's sentence in words that people without Python can follow."""
    text, _, place = str(error).partition(" - at ")
    for python, people in _WORDS.items():
        text = text.replace(f"`{python}`", people)
    inner = place.strip("`$")
    return f"{text[:1].lower()}{text[1:]}{f' at {inner}' if inner else ''}; correct it."


def _described(value: Any) -> str:
    for kind, words in _KINDS:
        if isinstance(value, kind):
            return words
    return "nothing"


_WORDS = {
    "array": "a list",
    "object": "an object",
    "str": "text",
    "int": "a whole number",
    "bool": "true or false",
    "float": "a number",
    "null": "null",
}
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
)
