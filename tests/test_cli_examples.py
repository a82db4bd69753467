"""`tropebot examples` from files: the JSON that others rely on, the table for people."""

import json

import pytest

from tests.cli_runs import Shell
from tropebot.i18n import message
from tropebot.wikitext.examples import NOTES, REASONS
from tropebot.wikitext.examples.values import PASSED as PASSED_REASONS

DRAFT = """{{Trope Workshop}}
{{trope}}
A fall that nobody should survive.
{{examples}}
* ''[[Some Film]]'': the hero falls off a train and walks away.
* ''[[Other Film]]''
** In the sequel the captain leaps from the bridge.
** And the dragon falls down the stairs unharmed.
* The hero falls off a train.
 * indented
"""


def test_json_is_one_object_a_page(shell: Shell) -> None:
    ran = shell("examples", "--json", shell.file("Trope_Workshop%3AFall.wiki", DRAFT))
    (answer,) = ran.lines
    assert ran.code == 0
    assert answer.pop("entries") == [
        {"line": 5, "work": "Some Film", "counted": True, "reason": "", "instances": 1},
        {"line": 6, "work": "Other Film", "counted": True, "reason": "", "instances": 2},
        {"line": 9, "work": "", "counted": False, "reason": "no-work-named", "instances": 0},
    ]
    assert answer == {
        "type": "examples",
        "title": "Trope Workshop:Fall",
        "works": 2,
        "instances": 3,
        "unit": "works",
        "minimum": 3,
        "enough": False,
        "notes": ["indented-bullet"],
    }


def test_people_get_every_entry_with_its_reason(shell: Shell) -> None:
    ran = shell("examples", shell.file("Fall.wiki", DRAFT))
    rows = [line.split() for line in ran.out.splitlines()]
    assert rows[0] == ["Fall"]
    assert [row[:2] for row in rows[2:5]] == [["5", "+"], ["6", "+"], ["9", "-"]]
    assert message("example-no-work-named") in ran.out
    assert message("note-indented-bullet") in ran.out
    assert ran.out.splitlines()[-1] == "2 of 3 examples (not enough)"


@pytest.mark.parametrize(
    ("policy", "arguments", "enough", "why"),
    [
        ({}, [], False, "two works of three"),
        ({"examples": {"unit": "instances"}}, [], True, "three instances of three"),
        ({"examples": {"minimum": 2}}, [], True, "two works of two"),
        ({}, ["--preset", "allthetropes"], False, "two works of five"),
    ],
)
def test_the_policy_decides_what_is_enough(
    shell: Shell, policy: dict[str, object], arguments: list[str], enough: bool, why: str
) -> None:
    shell.file("p.json", json.dumps(policy))
    page = shell.file("Fall.wiki", DRAFT)
    ran = shell("examples", "--json", "--policy", "p.json", *arguments, page)
    assert ran.lines[0]["enough"] is enough, why


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_text(reason: str) -> None:
    assert message(f"example-{reason}")


@pytest.mark.parametrize("note", NOTES)
def test_every_note_has_a_text(note: str) -> None:
    assert message(f"note-{note}")


FALL = "the hero falls off a train and walks away."
PASSED = [
    (f":''[[Some Film]]'': {FALL}", {5: "outside-list"}, "indented, below no item"),
    (f":* ''[[Some Film]]'': {FALL}", {5: "outside-list"}, "an indented bullet below no item"),
    (f"''[[Some Film]]'' (2001) – {FALL}", {5: "outside-list"}, "a paragraph"),
    (
        f"* ''[[A]]'': {FALL}\n\n[[B]]: {FALL}",
        {7: "outside-list"},
        "a paragraph apart from the list",
    ),
    (f"* Film\n** {FALL}", {5: "label"}, "a work that is called as a medium is"),
    (f"* ''[[A]]'': {FALL}\n: ''[[B]]'': {FALL}", {}, "it goes on with the item above"),
    (f"* ''[[A]]'': {FALL}\n''[[B]]'': {FALL}", {}, "a wrapped line"),
    (f"* Film\n** ''[[A]]'': {FALL}", {}, "a label with works below it"),
    (f"{FALL}\n: {FALL}\nHere is ''[[A]]'': a film.", {}, "text without a title in front"),
    (f"== See also ==\n''[[A]]'': {FALL}", {}, "a section that holds no examples"),
]


@pytest.mark.parametrize(("text", "passed", "why"), PASSED, ids=[row[2] for row in PASSED])
def test_lines_that_may_have_been_meant_as_entries_are_told(
    shell: Shell, text: str, passed: dict[int, str], why: str
) -> None:
    draft = shell.file(
        "Fall.wiki", f"{{{{Trope Workshop}}}}\n{{{{trope}}}}\nText.\n{{{{examples}}}}\n{text}\n"
    )
    (answer,) = shell("examples", "--json", draft).lines
    assert {each["line"]: each["reason"] for each in answer.get("passed", ())} == passed, why
    out = shell("examples", draft).out
    for reason in PASSED_REASONS:
        assert (message(f"example-{reason}")[:30] in out) == (reason in passed.values())


def test_a_page_without_examples_says_so(shell: Shell) -> None:
    ran = shell("examples", shell.file("Empty.wiki", "Nothing yet."))
    assert message("note-no-examples-section") in ran.out
    assert "0 of 3 examples (not enough)" in ran.out
