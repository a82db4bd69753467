"""The published JSON schema and the manual's table say what the loader does."""

import json
from typing import Any

import jsonschema
import pytest

from tropebot.errors import PolicyError
from tropebot.policy import presets
from tropebot.policy.layers import Layer, load
from tropebot.policy.published import json_schema, keys

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("name", presets.names())
def test_presets_keep_to_the_schema(name: str) -> None:
    VALIDATOR.validate(json.loads(presets.text(name)))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"examples": {"media": {"add": ["Opera"]}}},
        {"types": {"creator": None}},
        {"types": {"index": {"headers": {"add": ["index"]}}}},
        {"templates": {"aliases": {"tropelist": {"remove": ["trope list"]}}}},
        {"wiki": {"namespaces": {"Blog": {"id": 500}}}},
        {"exmaples": {}},
        {"examples": {"minimum": 0}},
        {"examples": {"media": {"append": []}}},
        {"examples": {"media": "Opera"}},
        {"wiki": {"namespaces": {"Blog": {"aliases": []}}}},
        {"actions": {"TB101": "shout"}},
        {"version": 3},
    ],
)
def test_schema_and_loader_agree(document: dict[str, Any]) -> None:
    try:
        load("demo", [Layer(name="page", document=document)])
        usable = True
    except PolicyError:
        usable = False
    # what a named object must hold is only known when the layers are merged
    assert VALIDATOR.is_valid(document) >= usable


def test_every_key_says_what_it_is_for() -> None:
    assert [key.path for key in keys() if len(key.description) < 15] == []


def test_every_key_of_the_presets_is_in_the_manual() -> None:
    described = {key.path for key in keys()}

    def paths(table: dict[str, Any], above: str) -> set[str]:
        found = set()
        for key, value in table.items():
            here = f"{above}{key}"
            if here not in described and f"{above}NAME" not in here and isinstance(value, dict):
                found |= paths(value, f"{here}.")
            else:
                found.add(here)
        return found

    assert {
        path for path in paths(json.loads(presets.text("tropedia")), "") if path not in described
    } == set()
