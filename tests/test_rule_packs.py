"""Rule packs: manifests are checked, the worked example installs and runs, clashes are told."""

import copy
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tropebot.engine import judge
from tropebot.errors import ConfigError, PolicyError
from tropebot.intake import _work
from tropebot.model import Change, Kind, Page
from tropebot.policy.layers import Layer, load
from tropebot.policy.published import keys
from tropebot.rules import all_rules
from tropebot.rules.manifest import HOOKS, manifest_from, manifest_schema
from tropebot.rules.packs import all_packs, joined
from tropebot.rules.rule import Needs

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "rule-pack"
BUILT_IN: dict[str, Any] = json.loads(
    files("tropebot.rules").joinpath("extension.json").read_text()
)
WALLS: dict[str, Any] = json.loads((EXAMPLE / "tropebot_walls" / "extension.json").read_text())


def changed(path: str, value: object) -> dict[str, Any]:
    """The example's manifest with one thing changed."""
    document = copy.deepcopy(WALLS)
    *way, last = path.split(".")
    place = document
    for part in way:
        place = place[part]
    place[last] = value
    return document


@pytest.mark.parametrize("document", [BUILT_IN, WALLS], ids=["built in", "example"])
def test_the_schema_and_the_reader_take_what_there_is(document: dict[str, Any]) -> None:
    jsonschema.validate(document, manifest_schema())
    assert manifest_from(json.dumps(document), "x").name == document["name"]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("Ruels", {}, "an unknown key"),
        ("config.longest_paragraph.valeu", 1, "an unknown key further in"),
        ("manifest_version", 2, "a version of the format that is to come"),
        ("name", "", "a pack without a name"),
        ("version", "new", "a version without numbers"),
        ("requires.MediaWiki", "^1.39", "a constraint of another kind"),
        ("Rules", {"Walls": {}}, "a code that is none"),
        (
            "Hooks",
            {"EditFilter": ["WALL101"]},
            "a hook that a bot cannot see: it is before the save",
        ),
        ("config", {"x": {"value": 1}}, "an option that says not what it is for"),
        ("type", "skin", "no rule pack"),
    ],
)
def test_a_manifest_that_is_refused(path: str, value: object, why: str) -> None:
    document = changed(path, value)
    with pytest.raises(ConfigError, match=r"^The rule pack’s manifest there is not usable: "):
        manifest_from(json.dumps(document), "there")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, manifest_schema())


@pytest.mark.parametrize(
    "path", ["@x", "config.@x", "config.longest_paragraph.@x", "Rules.@x", "Hooks.@x"]
)
def test_notes_may_stand_anywhere(path: str) -> None:
    document = changed(path, "a note")
    jsonschema.validate(document, manifest_schema())
    assert manifest_from(json.dumps(document), "x") == manifest_from(json.dumps(WALLS), "x")


def test_a_hook_names_rules_of_the_pack() -> None:
    with pytest.raises(ConfigError, match=r"Hooks\.UploadComplete names WALL999"):
        manifest_from(json.dumps(changed("Hooks", {"UploadComplete": ["WALL999"]})), "x")


def test_what_is_not_json_is_one_line() -> None:
    with pytest.raises(ConfigError, match=r"^[^\n]*not usable[^\n]*$"):
        manifest_from('{\n"name" "x"}', "there")


def test_the_built_in_pack_declares_what_it_has() -> None:
    pack = all_packs()[0]
    assert pack.package == "tropebot.rules"
    assert pack.manifest.Rules.keys() <= {rule.code for rule in pack.rules}
    assert {f"tropebot/{kind}" for kind in Kind} == pack.manifest.LogActions.keys()
    assert all(rule.pack == "Tropebot" and rule.hooks for rule in pack.rules)
    assert all(bool(rule.needs.rights) == bool(rule.needs.grants) for rule in pack.rules)
    acting = {code for code in pack.manifest.Rules if code < "TB9"}
    assert {rule.code for rule in pack.rules if rule.needs.rights} == acting
    described = {key.path: key.description for key in keys()}
    assert {key: option.description for key, option in pack.manifest.config.items()} == {
        key: described[key] for key in pack.manifest.config
    }
    assert pack.manifest.config["markup.reflist_when"].value == "refs"


@pytest.mark.parametrize("hook", HOOKS)
def test_after_each_hook_the_page_is_looked_at(hook: str) -> None:
    kind, log, action = HOOKS[hook]
    row = Change(
        rcid=1,
        kind=kind,
        title="A",
        namespace=0,
        page_id=7,
        rev_id=1,
        old_rev_id=0,
        timestamp=datetime(2026, 1, 5, tzinfo=UTC),
        user="Ada",
        log_type=log,
        log_action=action,
    )
    assert [(work.page_id, work.hooks) for work in _work([row])] == [(7, {hook})]
    assert [work.hooks for work in _work([row], in_full=True)] == [frozenset()]
    assert _work([replace(row, kind="log", log_type="patrol")]) == [], (
        "this is seen, but changes no page"
    )


def test_two_packs_that_claim_one_code_are_an_error_that_names_both() -> None:
    with pytest.raises(
        ConfigError, match=r"claim “pack Tropebot”: the pack “Tropebot” .* and the pack"
    ):
        joined(("tropebot.rules", "tropebot.rules"))


@pytest.mark.parametrize(
    ("package", "why"),
    [("tropebot_no_such_pack", "No module named"), ("tropebot.wikitext", "extension.json")],
)
def test_what_is_no_pack_is_one_line(package: str, why: str) -> None:
    with pytest.raises(ConfigError, match=rf"^The rule pack “{package}” cannot be loaded: .*{why}"):
        joined((package,))


@pytest.mark.parametrize(
    ("needs", "generator", "asked", "why"),
    [
        (Needs(mediawiki=(1, 39)), "MediaWiki 1.39.17", True, "new enough"),
        (Needs(mediawiki=(1, 43)), "MediaWiki 1.39.17", False, "too old"),
        (Needs(mediawiki=(1, 43)), "", True, "offline nobody knows"),
        (Needs(extensions=frozenset({"Cite"})), "MediaWiki 1.39.17", True, "it has that"),
        (Needs(extensions=frozenset({"Poem"})), "MediaWiki 1.39.17", False, "it has not"),
        (Needs(extensions=frozenset({"Poem"})), "", True, "offline nobody knows"),
    ],
)
def test_a_rule_is_asked_on_wikis_it_is_made_for(
    needs: Needs, generator: str, asked: bool, why: str
) -> None:
    force = in_force("demo", generator=generator, extensions=frozenset({"Cite"}))
    rules = [replace(rule, needs=needs) for rule in all_rules()]
    verdict = judge(Page(title="Foo", text="No header."), force, rules=rules)
    assert bool(verdict.findings) == asked, why
    assert any(note.startswith("rules-not-made") for note in verdict.notes) == (not asked), why


DEFAULTS = {"Walls": {"longest_paragraph": 250, "words": ["a"], "strict": False}}


@pytest.mark.parametrize(
    ("packs", "why"),
    [
        ({"Wals": {}}, "did you mean “Walls”?"),
        ({"Walls": {"longest_paragraf": 1}}, "did you mean “longest_paragraph”?"),
        ({"Walls": {"longest_paragraph": "1"}}, "must be a whole number; it is text"),
        ({"Walls": {"longest_paragraph": True}}, "must be a whole number; it is true or false"),
        ({"Walls": {"words": "a"}}, "must be a list; it is text"),
        ({"Walls": 3}, "packs.Walls must be an object"),
    ],
)
def test_an_option_that_does_not_fit_is_a_policy_error(packs: dict[str, Any], why: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load("demo", [Layer(name="page", document={"packs": packs})], packs=DEFAULTS)
    assert str(refused.value).startswith("page: packs.")
    assert why in str(refused.value)


def test_options_come_from_the_pack_until_the_policy_sets_them() -> None:
    layers = [
        Layer(name="home", document={"packs": {"Walls": {"strict": True, "longest_paragraph": 9}}}),
        Layer(name="page", document={"packs": {"Walls": {"longest_paragraph": 7}}}),
    ]
    policy = load("demo", layers, packs=DEFAULTS).policy
    assert policy.packs == {"Walls": {"longest_paragraph": 7, "words": ["a"], "strict": True}}
    assert load("demo", packs=DEFAULTS).policy.packs == DEFAULTS
    assert load("demo").policy.packs == {}


# The worked example, installed as a person would install it.


def install(source: Path, site: Path) -> None:
    subprocess.run(
        (
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
            *("--no-build-isolation", "--disable-pip-version-check", "--no-cache-dir"),
            *("--target", str(site), str(source)),
        ),
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )


def example(directory: Path, **replaced: str) -> Path:
    """A copy of the example, with words replaced in all its files."""
    source = directory / "source"
    shutil.copytree(
        EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    )
    for path in [*source.rglob("*.toml"), *source.rglob("*.json"), *source.rglob("*.py")]:
        text = path.read_text("utf-8")
        for old, new in replaced.items():
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    return source


def run(site: str, *arguments: str | Path, module: str = "tropebot", cwd: Path) -> Any:
    path = os.pathsep.join((site, str(ROOT)))
    return subprocess.run(
        (sys.executable, "-m", module, *map(str, arguments)),
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the example installed."""
    directory = tmp_path_factory.mktemp("pack")
    install(example(directory), directory / "site")
    return directory / "site"


@pytest.mark.heavy
def test_an_installed_pack_is_there(site: Path, tmp_path: Path) -> None:
    done = run(str(site), "rules", "--json", "WALL101", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rule = json.loads(done.stdout)
    assert (rule["name"], rule["pack"], rule["action"]) == ("wall-of-text", "Walls", "report")
    assert rule["hooks"] == ["PageSaveComplete", "PageMoveComplete"]
    assert "packs.Walls.longest_paragraph" in {option["key"] for option in rule["options"]}
    assert "WALL101" not in run(str(tmp_path), "rules", cwd=tmp_path).stdout, "nor without it"


@pytest.mark.heavy
def test_its_rule_option_and_message_work(site: Path, tmp_path: Path) -> None:
    (tmp_path / "Foo.wiki").write_text(
        "{{trope}}\n{{examples}}\n[[Category:Foo]]\n\nword word word"
    )
    policy = tmp_path / "policy.json"
    policy.write_text(
        '{"packs": {"Walls": {"longest_paragraph": 2}}, "actions": {"WALL101": "report"}}'
    )
    command = ("check", "--preset", "demo", "Foo.wiki")
    assert run(str(site), *command, cwd=tmp_path).returncode == 0
    done = run(str(site), *command, "--policy", policy, cwd=tmp_path)
    assert (
        "WALL101 wall-of-text: This paragraph has 3 words, more than 2: break it up." in done.stdout
    )
    policy.write_text('{"packs": {"Walls": {"longest": 2}}}')
    done = run(str(site), *command, "--policy", policy, cwd=tmp_path)
    assert done.returncode == 2
    assert "packs.Walls.longest: the pack has no such option" in done.stderr


@pytest.mark.heavy
def test_its_own_tests_pass(site: Path, tmp_path: Path) -> None:
    done = run(
        str(site),
        *("-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, EXAMPLE / "tests"),
        module="pytest",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        ({"Walls": "Ramparts"}, "“WALL101”: the pack “Ramparts”"),
        (
            {"WALL101": "RAMP101", "wall101": "ramp101", "wall-of": "rampart-of"},
            "“pack Walls”: the pack",
        ),
        (
            {"Walls": "Ramparts", "WALL101": "RAMP101", "wall-of": "rampart-of"},
            "“message finding-wall101”: the pack “Ramparts” (tropebot_ramparts) and the pack “Walls”",
        ),
    ],
    ids=["code", "name", "messages"],
)
def test_two_installed_packs_that_claim_one_thing(
    site: Path, tmp_path: Path, replaced: dict[str, str], said: str
) -> None:
    other = {"tropebot_walls": "tropebot_ramparts", "tropebot-walls": "tropebot-ramparts"}
    source = example(tmp_path, **other, **replaced)
    (source / "tropebot_walls").rename(source / "tropebot_ramparts")
    install(source, tmp_path / "site")
    done = run(os.pathsep.join((str(site), str(tmp_path / "site"))), "rules", cwd=tmp_path)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "(tropebot_ramparts)" in done.stderr
    assert "(tropebot_walls)" in done.stderr
