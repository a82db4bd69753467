"""A pack beside the built-in one, read in this process: what its manifest says reaches its rules."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tropebot import i18n
from tropebot.errors import ConfigError
from tropebot.i18n import message
from tropebot.rules.manifest import HOOKS, least, manifest_from, manifest_schema, version
from tropebot.rules.packs import BUILT_IN, Pack, joined, option_defaults

MANIFEST: dict[str, Any] = {
    "manifest_version": 1,
    "name": "Roofs",
    "version": "1.2",
    "requires": {"MediaWiki": ">= 1.39.2", "extensions": {"Cite": "*"}},
    "config": {"shapes": {"value": {"@flat": 1, "x": 2}, "description": "What roofs there are."}},
    "Rules": {"ROOF101": {"rights": ["edit"], "grants": ["editpage"]}},
    "Hooks": {"PageMoveComplete": ["ROOF101"], "UploadComplete": ["ROOF101"]},
    "MessagesDirs": {"Roofs": ["i18n"]},
}
RULE = '''"""{documentation}"""

from tropebot.rules.rule import Rule, Scope

RULE = Rule(code="{code}", name="{name}", scope=frozenset({{Scope.PAGES}}), check=lambda *_: iter(()))
'''


@pytest.fixture
def roofs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with two rules, the second of which is not in the manifest."""
    monkeypatch.setattr(i18n, "_directories", list(i18n._directories))
    folder = tmp_path / f"tropebot_roofs_{tmp_path.name}"
    (folder / "i18n").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "roof102_bare.py").write_text(
        RULE.format(documentation="Bare.", code="ROOF102", name="bare-roof")
    )
    (folder / "roof101_flat.py").write_text(
        RULE.format(documentation="Flat.", code="ROOF101", name="flat-roof")
    )
    (folder / "no_rule.py").write_text("raise AssertionError('this is no rule and is not loaded')")
    (folder / "i18n" / "en.json").write_text('{"finding-roof101": "Mind the “$1”."}')
    (folder / "extension.json").write_text(json.dumps(MANIFEST))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    i18n.texts.cache_clear()


def declared(folder: Path, **changes: Any) -> Path:
    (folder / "extension.json").write_text(json.dumps({**MANIFEST, **changes}), encoding="utf-8")
    return folder


def read(folder: Path) -> Pack:
    (pack,) = joined((folder.name,))
    return pack


def test_the_manifest_reaches_the_rules(roofs: Path) -> None:
    pack = read(roofs)
    assert [rule.code for rule in pack.rules] == ["ROOF101", "ROOF102"]
    flat, bare = pack.rules
    assert (flat.documentation, bare.documentation) == ("Flat.", "Bare.")
    assert {rule.pack for rule in pack.rules} == {"Roofs"}
    assert flat.hooks == ("PageMoveComplete", "UploadComplete")
    assert bare.hooks == tuple(HOOKS), "one that is not named is asked after each"
    assert (flat.needs.rights, flat.needs.grants) == (("edit",), ("editpage",))
    assert (bare.needs.rights, bare.needs.grants) == ((), ())
    assert {rule.needs.mediawiki for rule in pack.rules} == {(1, 39, 2)}
    assert {rule.needs.extensions for rule in pack.rules} == {frozenset({"Cite"})}


def test_an_options_value_is_kept_as_it_is(roofs: Path) -> None:
    """A key that begins with `@` is a note everywhere else."""
    assert dict(read(roofs).options) == {"shapes": {"@flat": 1, "x": 2}}


def test_its_messages_can_be_said(roofs: Path) -> None:
    joined((roofs.name,))
    assert message("finding-roof101", "gap") == "Mind the “gap”."


def test_a_rule_without_a_docstring_has_no_manual(roofs: Path) -> None:
    (roofs / "roof103_mute.py").write_text(
        RULE.format(documentation="", code="ROOF103", name="mute-roof")
    )
    assert read(roofs).rules[-1].documentation == ""


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (
        {"Rules": {"ROOF199": {}, "ROOF198": {}}},
        r"The rule pack “Roofs” declares ROOF198, ROOF199, but has no such rule\.",
        "rules that are not there",
    ),
    (
        {"requires": {"tropebot": ">= 99.1"}},
        r"The rule pack “Roofs” requires tropebot >= 99\.1, this is [0-9.]+: upgrade, or uninstall",
        "a later tropebot",
    ),
    (
        {"version": "new"},
        r"The rule pack’s manifest \w+/extension\.json is not usable: \S[^\n]*\$\.version[^\n]*\.",
        "a version that is none",
    ),
]


@pytest.mark.parametrize(("changes", "said", "why"), WRONG, ids=[row[2] for row in WRONG])
def test_what_is_wrong_is_said(roofs: Path, changes: dict[str, Any], said: str, why: str) -> None:
    changes = {"Hooks": {}, **changes}
    with pytest.raises(ConfigError, match=f"^{said}"):
        read(declared(roofs, **changes))


def test_the_version_that_it_requires_may_be_this_one(roofs: Path) -> None:
    from tropebot import __version__  # noqa: PLC0415 - what is asked for is what there is

    assert read(declared(roofs, requires={"tropebot": f">= {__version__}"})).rules


def test_the_built_in_options_are_the_policys_own() -> None:
    (built_in,) = joined((BUILT_IN,))
    assert built_in.manifest.name not in option_defaults()


VERSIONS = [
    ("1.39.17", (1, 39, 17), "numbers"),
    ("1.44.0-wmf.3", (1, 44, 0), "as far as it begins with numbers"),
    ("none", (), "no numbers"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), VERSIONS)
def test_versions(text: str, wanted: tuple[int, ...], why: str) -> None:
    assert version(text) == wanted, why


@pytest.mark.parametrize(
    ("text", "wanted"), [("*", ()), (">= 1.2", (1, 2)), (">=1.2", (1, 2)), (">= 3", (3,))]
)
def test_the_least_version(text: str, wanted: tuple[int, ...]) -> None:
    assert least(text) == wanted


def test_what_is_not_json_is_said_on_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        manifest_from('{\n"name" "x"}', "there")
    assert str(caught.value) == (
        "The rule pack’s manifest there is not usable: Expecting ':' delimiter: line 2 column 8 (char 9)."
    )


def test_the_schema_says_what_it_is() -> None:
    schema = manifest_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "A tropebot rule pack"
    notes = {part["patternProperties"]["^@"]["description"] for part in schema["$defs"].values()}
    assert notes == {"A note, not read."}
