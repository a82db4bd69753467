"""`tropebot policy check`: each kind of mistake is said in one line, with where it is."""

import pytest

from tests.cli_runs import Shell

pytestmark = pytest.mark.heavy

MISTAKES = [
    ("{", "line 1", "it is no JSON: a brace is missing"),
    ('{"mode": "act",}', "one too many, in line 1", "it is no JSON: a comma too many"),
    ('{"contacts": ["Ada", ]}', "one too many, in line 1", "a comma too many in a list"),
    ('{"mode": true}', "“true” is none of", "true where a word belongs: said as JSON has it"),
    ("", "p.json", "there is nothing in it"),
    ("[]", "p.json", "it is a list"),
    ('{"mode": "act", "mode": "report"}', "mode", "a key stands there twice"),
    ('{"mod": "act"}', "“mode”", "a key is misspelt: the right one is named"),
    ('{"examples": {"minimun": 5}}', "examples.minimun", "a key further down is misspelt"),
    ('{"mode": "at"}', "mode", "a word is misspelt"),
    ('{"examples": {"minimum": "five"}}', "examples.minimum", "a word where a number belongs"),
    ('{"examples": {"minimum": -1}}', "examples.minimum", "a number that is too small"),
    ('{"limits": {"breaker_share": 200}}', "limits.breaker_share", "a share above a hundred"),
    ('{"files": "Fairuse"}', "files", "a text where a table belongs"),
    ('{"version": 2}', "version", "a format of another day"),
    ('{"actions": {"TB999": "flag"}}', "TB999", "no rule has that code"),
    ('{"actions": {"TB101": "delete"}}', "actions", "no action is called so"),
    ('{"mode": "act", "actions": {"TB102": "flag"}}', "TB102", "a flag without its template"),
    (
        '{"examples": {"openers": {"append": ["x"]}}}',
        "examples.openers",
        "lists are added to otherwise",
    ),
    ('{"steering": {"editors": "Ada"}}', "steering.editors", "one name where a list belongs"),
    ('{"trial": {"days": 1.5}}', "trial.days", "half a day"),
]


NO_MISTAKES = [
    ("{}", "nothing differs from the preset"),
    ('\ufeff{"mode": "act"}', "an editor put a mark before it"),
    ('{"types": {"trope": {"subpage_patterns": ["a("]}}}', "such a pattern knows stars only"),
    ('{"examples": {"openers": {"add": ["x"]}}}', "a list with something added"),
    ('{"contacts": []}', "nobody is to be told"),
]


@pytest.mark.parametrize(("text", "where", "why"), MISTAKES)
def test_each_mistake_is_said_with_its_place(shell: Shell, text: str, where: str, why: str) -> None:
    shell.file("p.json", text)
    ran = shell("policy", "check", "--preset", "tropedia", "p.json")
    assert (ran.code, ran.out) == (2, ""), why
    assert ran.err.startswith("tropebot: p.json")
    assert where in ran.err, why
    assert ran.err.count("\n") == 1, "one line"
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(("text", "why"), NO_MISTAKES)
def test_what_is_no_mistake(shell: Shell, text: str, why: str) -> None:
    shell.file("p.json", text)
    ran = shell("policy", "check", "--preset", "tropedia", "p.json")
    assert (ran.code, ran.err) == (0, ""), why
