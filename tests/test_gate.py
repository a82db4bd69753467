"""The run page's grammar and the account's standing, as tables."""

import pytest

from tropebot.gate import account_problem, may_restart, run_page_problem, run_page_title
from tropebot.model import Account, OnWikiPage
from tropebot.policy.schema import Policy, Steering

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


RESTART = [
    ("Ada", frozenset(), True, "named"),
    ("Ben", frozenset({"sysop"}), True, "of a group that is named"),
    ("Ben", frozenset({"autoconfirmed"}), False, "of another group"),
    ("ada", frozenset(), False, "names are compared exactly"),
    ("group:sysop", frozenset(), True, "harmless: no account can have such a name"),
    ("", frozenset(), False, "a hidden name"),
]


@pytest.mark.parametrize(("user", "groups", "wanted", "why"), RESTART)
def test_who_may_restart(user: str, groups: frozenset[str], wanted: bool, why: str) -> None:
    assert may_restart(user, groups, POLICY) is wanted, why


def test_where_the_run_page_stands() -> None:
    assert run_page_title(Policy(), "TropeBot") == "User:TropeBot/Run"
    elsewhere = Policy(steering=Steering(run_page="Project:Run"))
    assert run_page_title(elsewhere, "TropeBot") == "Project:Run"


ACCOUNTS = [
    (Account(name="Bot", user_id=3, rights=frozenset({"edit"})), "", "all is well"),
    (Account(name="Bot", user_id=3), "", "the wiki did not tell our rights"),
    (Account(name="127.0.0.1", user_id=0), "logged out", "a lost session"),
    (Account(name="Bot", user_id=0), "logged out", "no account, whatever its name"),
    (Account(name="Other", user_id=4), "not as Bot", "another account"),
    (Account(name="Bot", user_id=3, blocked="spam"), "is blocked", "a block"),
    (Account(name="Bot", user_id=3, rights=frozenset({"read"})), "lost the right", "no edit right"),
]


@pytest.mark.parametrize(("account", "wanted", "why"), ACCOUNTS)
def test_which_account_may_work(account: Account, wanted: str, why: str) -> None:
    problem = account_problem(account, "Bot")
    assert (wanted in problem) if wanted else (problem == ""), why
