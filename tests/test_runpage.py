"""The run page's grammar, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.model import OnWikiPage
from tropebot.policy.forbid import Forbid
from tropebot.policy.schema import Policy, Steering
from tropebot.runpage import run_page_problem, run_page_title, switched_off

GO = {
    "run": "the word",
    "run\n": "a line's end is nothing",
    " run ": "nor are spaces around it",
}
STOP = {
    "": "empty",
    "Run": "another case",
    "RUN": "another case",
    "run run": "more than the word",
    "run.": "more than the word",
    "do not run": "a sentence with the word",
    "'''run'''": "markup",
    "{{run}}": "a template",
    "<!-- -->run": "a comment",
    "run\u200b": "an invisible character",
    "\u00a0run": "a space that is none",
    "ran": "not the word",
    "#REDIRECT [[User:Ada/Run]]": "a redirect",
}
POLICY = Policy(steering=Steering(editors=("Ada", "group:sysop")))
CODES = frozenset({"TB101", "TB102", "TB201"})


@pytest.mark.parametrize("text", GO)
def test_the_exact_word_runs(text: str) -> None:
    page = OnWikiPage(title="User:Bot/Run", rev_id=1, text=text, user="Ada")
    assert run_page_problem(page, POLICY, page.title) == ""


@pytest.mark.parametrize("text", STOP)
def test_anything_else_stops(text: str) -> None:
    page = OnWikiPage(title="User:Bot/Run", rev_id=1, text=text, user="Ada")
    assert "User:Bot/Run" in run_page_problem(page, POLICY, page.title)


def test_a_missing_page_stops() -> None:
    assert "does not exist" in run_page_problem(None, POLICY, "User:Bot/Run")


OFF = {
    "run\nTB101: off": (Forbid(rules=("TB101",)), "one rule"),
    "run\nTB101:off\nTB201 : off": (Forbid(rules=("TB101", "TB201")), "two, spaced otherwise"),
    "run\n\nmove: off\n": (Forbid(actions=("promote",)), "an action; blank lines say nothing"),
    "run\r\nflag: off\r\n": (Forbid(actions=("flag",)), "a Windows line end"),
    "run\npromote: off": (Forbid(actions=("promote",)), "the policy's word for move"),
    "run\nmessage: off": (Forbid(actions=("notify",)), "people's word for notify"),
    "run\nnotify: off\nfix: off\nunflag: off": (
        Forbid(actions=("notify", "fix", "unflag")),
        "three actions",
    ),
    "run": (Forbid(), "nothing"),
}


@pytest.mark.parametrize("text", OFF)
def test_switches(text: str) -> None:
    page = OnWikiPage(title="User:Bot/Run", rev_id=1, text=text, user="Ada")
    assert run_page_problem(page, POLICY, page.title, CODES) == ""
    assert switched_off(page, POLICY) == OFF[text][0], OFF[text][1]


NOT_UNDERSTOOD = {
    "run\nTB101: on": "only “off” is a switch",
    "run\nTB101 off": "no colon",
    "run\nTB1O1: off": "a letter for a digit",
    "run\nTB110: off": "no such rule: a person would think TB101 is off",
    "run\ntb101: off": "codes are compared exactly",
    "run\nmoves: off": "no such action",
    "run\nMove: off": "another case",
    "run\nwrite: off": "who wants everything off takes the word away",
    "run\nTB101: off please": "more than the switch",
    "run\n# TB101: off": "no comments",
    "run\n* TB101: off": "no lists",
    "run\nTB101, TB102: off": "one at a time",
    "run\nTB101: off <!-- for now -->": "nor comments of the wiki",
    "run\nstop": "whatever it means",
    "run\nrun": "the word twice",
    "run\n{{stop}}": "a template",
    "run\nTB101: o\u200bff": "an invisible character",
    "TB101: off\nrun": "the word comes first",
}


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_understood_stops(text: str) -> None:
    page = OnWikiPage(title="User:Bot/Run", rev_id=1, text=text, user="Ada")
    assert run_page_problem(page, POLICY, page.title, CODES), NOT_UNDERSTOOD[text]
    assert switched_off(page, POLICY) == Forbid() or "TB110" in text


def test_the_message_says_which_line_and_how_to_write_it() -> None:
    page = OnWikiPage(title="User:Bot/Run", rev_id=1, text="run\nflag: off\nTB999: off", user="Ada")
    problem = run_page_problem(page, POLICY, page.title, CODES)
    assert "line 3" in problem
    assert "“TB101: off”" in problem
    assert "“move: off”" in problem


@given(st.text(alphabet="run\n TB10:off-", max_size=30))
def test_only_the_word_in_its_own_line_ever_runs(text: str) -> None:
    page = OnWikiPage(title="User:Bot/Run", rev_id=1, text=text, user="Ada")
    if not run_page_problem(page, POLICY, page.title, CODES):
        assert text.strip().split("\n")[0].strip() == "run"


def test_where_the_run_page_stands() -> None:
    assert run_page_title(Policy(), "TropeBot") == "User:TropeBot/Run"
    elsewhere = Policy(steering=Steering(run_page="Project:Run"))
    assert run_page_title(elsewhere, "TropeBot") == "Project:Run"
