"""Layers of policy: what merges, what is refused, in which words, and what no page can widen."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.errors import Exit, PolicyError
from tropebot.policy import presets
from tropebot.policy.checks import fault
from tropebot.policy.forbid import Forbid
from tropebot.policy.layers import Layer, Loaded, layer_from_json, load
from tropebot.rules import all_rules

PAGE = "MediaWiki:Tropebot-policy.json"


def laid(document: dict[str, Any], preset: str = "demo", **more: Any) -> Loaded:
    return load(preset, [Layer(name=PAGE, document=document)], **more)


@pytest.mark.parametrize("preset", [*presets.names(), presets.BARE])
def test_every_preset_is_a_usable_policy(preset: str) -> None:
    assert load(preset).policy.version == 1


@pytest.mark.parametrize("preset", presets.names())
def test_a_preset_stands_as_a_layer_that_is_checked_does(preset: str) -> None:
    layer = layer_from_json(presets.text(preset), preset)
    codes = [rule.code for rule in all_rules()]
    assert load(presets.BARE, [layer], codes=codes).policy == load(preset).policy


@pytest.mark.parametrize("preset", [*presets.names(), presets.BARE])
def test_an_empty_layer_changes_nothing(preset: str) -> None:
    assert laid({}, preset) == load(preset)
    assert fault(load(preset).policy, [rule.code for rule in all_rules()]) == ""


@pytest.mark.parametrize("preset", presets.names())
def test_presets_name_no_people(preset: str) -> None:
    policy = load(preset).policy
    assert policy.contacts == ()
    assert policy.notify.skip_users == ()
    assert all(name.startswith("group:") for name in policy.steering.editors)


@pytest.mark.parametrize("preset", presets.names())
def test_the_bots_own_pages_are_named_by_its_account(preset: str) -> None:
    own = {"page": "User:<account>/State", "worklists": "User:<account>/Lists"}
    asked = {"page": "User:<account>/Requests", "rules": "User:<account>/Rules"}
    document = {"reports": own, "requests": asked, "steering": {"run_page": "User:<account>/Go"}}
    policy = laid(document, preset, account="My bot").policy
    assert policy.reports.page == "User:My bot/State"
    assert policy.reports.worklists == "User:My bot/Lists"
    assert policy.requests.page == "User:My bot/Requests"
    assert policy.requests.rules == "User:My bot/Rules"
    assert policy.steering.run_page == "User:My bot/Go"
    assert "<" not in load(preset, account="My bot").policy.reports.page


def test_on_a_wiki_of_walls_the_preset_names_a_report() -> None:
    assert load("tropedia", account="TropeBot").policy.reports.page == "User:TropeBot/Report"


@pytest.mark.parametrize(
    ("preset", "minimum", "require", "promote"),
    [
        (
            "tropedia",
            3,
            ("licence",),
            "report",
        ),  # its site notice: three examples, at least fair use
        (
            "allthetropes",
            5,
            ("licence", "source"),
            "report",
        ),  # its launch checklist; its copyright page
        ("demo", 3, ("licence",), "act"),
    ],
)
def test_the_wikis_own_numbers(
    preset: str, minimum: int, require: tuple[str, ...], promote: str
) -> None:
    policy = load(preset).policy
    assert (policy.examples.minimum, policy.files.require) == (minimum, require)
    assert (policy.examples.unit, policy.workshop.promote) == ("works", promote)


@pytest.mark.parametrize(
    ("document", "path", "expected", "why"),
    [
        ({"examples": {"minimum": 4}}, "examples.minimum", 4, "a value replaces"),
        ({"examples": {"minimum": 4}}, "examples.unit", "works", "its neighbours stay"),
        ({"examples": {"openers": ["list"]}}, "examples.openers", ("list",), "a list replaces"),
        (
            {"examples": {"openers": {"add": ["list"]}}},
            "examples.openers",
            ("examples", "tropelist", "list"),
            "a list is added to",
        ),
        (
            {"examples": {"openers": {"remove": ["tropelist"]}}},
            "examples.openers",
            ("examples",),
            "a list is taken from",
        ),
        (
            {"examples": {"openers": {"add": ["a", "examples"], "remove": ["tropelist"]}}},
            "examples.openers",
            ("examples", "a"),
            "both at once; what is there is not added twice",
        ),
        (
            {"exempt": {"titles": {"add": ["X"]}}},
            "exempt.titles",
            ("X",),
            "an empty list can be added to",
        ),
        (
            {"markup": {"reflist": {"add": ["notelist"]}}},
            "markup.reflist",
            ("reflist", "notelist"),
            "also a list that only the format's default gives",
        ),
    ],
)
def test_layers_merge(document: dict[str, Any], path: str, expected: object, why: str) -> None:
    value: Any = laid(document).policy
    for step in path.split("."):
        value = getattr(value, step)
    assert value == expected, why


def test_tables_merge_by_key_and_null_takes_out() -> None:
    policy = laid({"types": {"creator": None, "index": {"headers": ["index"]}}}).policy
    assert "creator" not in policy.types
    assert policy.types["index"].namespaces == ("",)
    assert policy.types["trope"].headers == ("trope",)


def test_later_layers_stand_above_earlier_ones() -> None:
    layers = [
        Layer(name="tropebot.toml", document={"examples": {"minimum": 4, "min_context_words": 5}}),
        Layer(name=PAGE, document={"examples": {"minimum": 6}}),
    ]
    examples = load("demo", layers).policy.examples
    assert (examples.minimum, examples.min_context_words) == (6, 5)


@pytest.mark.parametrize(
    ("document", "said", "why"),
    [
        ({"exmaples": {}}, ["“exmaples”", "did you mean “examples”"], "a typo at the top"),
        (
            {"examples": {"minimun": 3}},
            ["“examples.minimun”", "did you mean “minimum”"],
            "a typo deeper down",
        ),
        (
            {"types": {"trope": {"header": ["x"]}}},
            ["“types.trope.header”", "did you mean “headers”"],
            "a typo in a named object",
        ),
        (
            {"examples": {"minimum": "3"}},
            ["examples.minimum", "a whole number"],
            "text for a number",
        ),
        (
            {"examples": {"minimum": 0}},
            ["examples.minimum", ">= 1"],
            "zero examples are no minimum",
        ),
        ({"examples": {"minimum": True}}, ["examples.minimum"], "true is no number"),
        (
            {"examples": {"unit": "work"}},
            ["examples.unit", "works, instances", "did you mean “works”"],
            "a word that is none of the choices",
        ),
        ({"examples": []}, ["examples must be an object"], "a list for an object"),
        ({"examples": {"openers": "examples"}}, ["examples.openers", "a list"], "text for a list"),
        (
            {"examples": {"openers": {"append": ["x"]}}},
            ["examples.openers", "“append”"],
            "a list edit of another name",
        ),
        ({"examples": {"openers": {}}}, ["examples.openers"], "an empty list edit"),
        (
            {"examples": {"openers": [1]}},
            ["examples.openers", "[0]"],
            "a number in a list of names",
        ),
        (
            {"examples": {"placeholders": ["(?=x)"]}},
            ["examples.placeholders", "(?=x)", "RE2"],
            "a pattern that RE2 refuses",
        ),
        (
            {"workshop": {"approval": {"oppose": ["("]}}},
            ["workshop.approval.oppose"],
            "a pattern that nobody understands",
        ),
        (
            {"examples": {"placeholders": ["x", r"\Qabc"]}},
            ["examples.placeholders", r"“\Qabc”", "RE2"],
            "a quotation that is not closed would take in what stands behind it",
        ),
        (
            {"examples": {"placeholders": ["\ud800"]}},
            ["examples.placeholders", r"“\ud800”", "a lone surrogate"],
            "half a character",
        ),
        (
            {"examples": {"placeholders": [r"\pL{200}", r"\pL{201}", r"\pL{202}"]}},
            ["examples.placeholders", "all of them together", "too large"],
            "patterns of which each alone would do",
        ),
        (
            {"limits": {"writes_per_run": 10**30}},
            ["limits.writes_per_run", "at most 1000000"],
            "a number that cannot be reckoned with",
        ),
        ({"limits": {"max_age_days": 10**7}}, ["limits.max_age_days"], "as many days"),
        (
            {"actions": {"TB103": "flag"}},
            ["actions.TB103", "flags.TB103"],
            "a flag action without its template",
        ),
        ({"actions": {"TB101": "tell"}}, ["actions.TB101", "drafts alone"], "speaks of the flag"),
        ({"actions": {"markup": "flag"}}, ["actions.markup", "tropebot rules"], "no rule's code"),
        ({"types": {"x": {}}}, ["types.x"], "a type that nothing recognises"),
        (
            {"types": {"x": {"headers": ["Trope"]}}},
            ["types.x.headers", "trope"],
            "two types with one header",
        ),
        (
            {"types": {"work": {"require": ["tropelist"]}}},
            ["types.work.require", "template:NAME"],
            "an element without its kind",
        ),
        (
            {"types": {"work": {"require": ["category:Works|Films"]}}},
            ["types.work.require", "two categories"],
            "a sort key, or an alternative that there is not",
        ),
        (
            {"workshop": {"page_type": "tropes"}},
            ["workshop.page_type", "did you mean “trope”"],
            "drafts become a type that is not there",
        ),
        ({"workshop": {"namespace": " "}}, ["workshop.namespace"], "drafts in the main namespace"),
        ({"workshop": {"approval": {"votes": 3}}}, ["workshop.approval"], "votes that none tells"),
        (
            {"steering": {"run_word": "run "}},
            ["steering.run_word"],
            "a word that nobody could write",
        ),
        ({"version": 2}, ["version"], "another format"),
    ],
)
def test_a_mistake_is_one_line_that_names_layer_and_key(
    document: dict[str, Any], said: list[str], why: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        laid(document)
    text = str(caught.value)
    assert text.startswith(PAGE), why
    assert "\n" not in text, why
    assert [part for part in said if part not in text] == [], f"{why}: {text}"
    assert caught.value.exit_code is Exit.CONFIG


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ('{"name": "x",}', "line 1, column", "a comma too many"),
        ("", "not JSON", "an empty page"),
        ("[1]", "in braces", "a list"),
        ('{"name": "x", "name": "y"}', "“name” stands there twice", "one key twice"),
        ('{"a": ' * 5000 + "1" + "}" * 5000, "nested too deeply", "a tower of objects"),
        (f'{{"a": {"9" * 5000}}}', "a number is too large", "five thousand digits"),
    ],
)
def test_what_is_no_document_is_refused(text: str, said: str, why: str) -> None:
    with pytest.raises(PolicyError, match=said):
        layer_from_json(text, PAGE)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert layer_from_json('\ufeff{"name": "x"}', PAGE).document == {"name": "x"}


def test_an_unknown_preset_is_named_with_those_there_are() -> None:
    with pytest.raises(PolicyError, match=r"did you mean “tropedia”.*allthetropes, demo, tropedia"):
        load("tropdia")


def test_an_unknown_code_is_told_where_the_codes_are_known() -> None:
    with pytest.raises(PolicyError, match="did you mean “TB101”"):
        laid(
            {"actions": {"TB1O1": "report"}},
            codes=tuple(load("demo").policy.actions),
        )


@pytest.mark.parametrize("preset", sorted(set(presets.names()) - {"demo"}))
def test_a_new_wiki_starts_in_report_only(preset: str) -> None:
    assert load(preset).policy.mode == "report"
    assert load(preset).notes == ()


ACTING = [
    ({"actions": {"TB101": "flag"}, "flags": {"TB101": {"template": "Bad markup"}}}, "a flag"),
    ({"actions": {"TB101": "fix"}}, "a fix"),
    ({"actions": {"TB302": "tell"}}, "a message"),
    ({"workshop": {"promote": "act"}}, "a move"),
]


@pytest.mark.parametrize("preset", [*presets.names(), presets.BARE])
@pytest.mark.parametrize(("acting", "reason"), ACTING)
def test_a_policy_that_says_act_acts(acting: dict[str, Any], reason: str, preset: str) -> None:
    own = {"types": {"trope": {"headers": ["Trope"]}}} if preset == presets.BARE else {}
    loaded = laid({"mode": "act", **own, **acting}, preset)
    assert (loaded.policy.mode, loaded.notes) == ("act", ()), reason


@pytest.mark.parametrize("preset", sorted({*presets.names(), presets.BARE} - {"demo"}))
@pytest.mark.parametrize(("acting", "reason"), ACTING)
def test_a_policy_that_does_not_say_act_reports(
    acting: dict[str, Any], reason: str, preset: str
) -> None:
    own = {"types": {"trope": {"headers": ["Trope"]}}} if preset == presets.BARE else {}
    assert laid({**own, **acting}, preset).policy.mode == "report", reason


def test_act_without_anything_to_do_is_told() -> None:
    loaded = laid({"mode": "act", "workshop": {"promote": "report"}}, "tropedia")
    assert ["nothing is written" in note for note in loaded.notes] == [True]


def test_act_where_the_operator_forbids_writing_is_told_as_that() -> None:
    loaded = load("demo", forbid=Forbid(actions=("write",)))
    assert loaded.policy.mode == "report"
    assert ["tropebot.toml forbids writing" in note for note in loaded.notes] == [True]


def test_the_demo_acts_without_a_word() -> None:
    loaded = load("demo")
    assert (loaded.policy.mode, loaded.notes) == ("act", ())


ALLOWING = {
    "mode": "act",
    "actions": {"TB101": "flag", "TB201": "fix", "TB301": "tell"},
    "workshop": {"promote": "act"},
    "notify": {"enabled": True},
    "limits": {
        "writes_per_run": 9999,
        "promotions_per_run": 9999,
        "keep_out": [],
        "keep_flags": False,
    },
}


@pytest.mark.parametrize(
    ("forbid", "path", "expected"),
    [
        (Forbid(actions=("write",)), "mode", "report"),
        (Forbid(actions=("flag",)), "actions", {"TB101": "report", "TB201": "fix"}),
        (Forbid(actions=("fix",)), "actions", {"TB101": "flag", "TB201": "report"}),
        (Forbid(rules=("TB201",)), "actions", {"TB101": "flag", "TB201": "report"}),
        (Forbid(actions=("notify",)), "notify.enabled", False),
        (Forbid(actions=("notify",)), "actions", {"TB101": "flag", "TB301": "report"}),
        (Forbid(rules=("TB301",)), "actions", {"TB301": "report", "TB201": "fix"}),
        (Forbid(actions=("flag",)), "actions", {"TB301": "tell"}),
        (Forbid(actions=("promote",)), "workshop.promote", "report"),
        (Forbid(actions=("unflag",)), "limits.keep_flags", True),
        (Forbid(namespaces=("File",)), "limits.keep_out", ("File",)),
        (Forbid(writes_per_run=5), "limits.writes_per_run", 5),
        (Forbid(promotions_per_run=0), "limits.promotions_per_run", 0),
        (Forbid(), "limits.writes_per_run", 9999),
    ],
)
def test_what_the_operator_forbids_no_page_can_allow(
    forbid: Forbid, path: str, expected: object
) -> None:
    value: Any = laid(ALLOWING, forbid=forbid).policy
    for step in path.split("."):
        value = getattr(value, step)
    if isinstance(expected, dict):
        value = {code: value[code] for code in expected}
    assert value == expected


def test_a_forbidden_rule_that_there_is_not_is_an_error() -> None:
    with pytest.raises(PolicyError, match=r"no rule “TB110” \(did you mean “TB101”\?\)"):
        load("none", forbid=Forbid(rules=("TB110",)), codes=("TB101", "TB201"))


def test_a_forbidden_promotion_that_is_off_stays_off() -> None:
    policy = laid({"workshop": {"promote": "no"}}, forbid=Forbid(actions=("promote",))).policy
    assert policy.workshop.promote == "no"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)
keys = st.sampled_from(
    ["examples", "types", "wiki", "actions", "files", "name", "limits", "workshop"]
)


@given(st.dictionaries(keys, json_values, max_size=4))
def test_any_document_gives_a_policy_or_one_line(document: dict[str, Any]) -> None:
    """Never another exception, and never a traceback for a person who edits a wiki page."""
    layer = layer_from_json(json.dumps(document), PAGE)
    said = ""
    try:
        load("demo", [layer])
    except PolicyError as error:
        said = str(error)
    assert "\n" not in said
    said.encode()
