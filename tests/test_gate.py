"""Who may start the bot, and the account's standing, as tables."""

from typing import Literal

import pytest

from tropebot.gate import account_problem, may_restart, move_problem
from tropebot.model import Account
from tropebot.policy.schema import Policy, Steering, Workshop

POLICY = Policy(steering=Steering(editors=("Ada", "group:sysop")))

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


MOVERS = [
    ("act", {"read", "edit"}, "no right to move", "it would strip drafts and leave them there"),
    ("act", {"edit", "move"}, "", "it can"),
    ("report", {"edit"}, "", "it need not"),
    ("act", set(), "", "the wiki did not tell our rights"),
]


@pytest.mark.parametrize(("promote", "rights", "wanted", "why"), MOVERS)
def test_who_can_promote(
    promote: Literal["act", "report"], rights: set[str], wanted: str, why: str
) -> None:
    account = Account(name="Bot", user_id=3, rights=frozenset(rights))
    problem = move_problem(account, Policy(workshop=Workshop(promote=promote)))
    assert (wanted in problem) if wanted else (problem == ""), why
