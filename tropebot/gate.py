"""Whether the bot may go on: the run page's grammar, the account's standing, how fresh both are.

Must not decide what is done. Before every write the last poll is at most `FRESH_SECONDS` old; whatever is not
clearly a “go on” is a stop.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tropebot.errors import Incomplete, NotAllowed, Stopped
from tropebot.model import Account, OnWikiPage, Poll
from tropebot.policy.schema import Policy
from tropebot.ports import WikiReader

FRESH_SECONDS = 60.0
GROUP_PREFIX = "group:"


class Clock(Protocol):
    """Time from outside: ``now`` for logs only, ``elapsed`` for durations, never for a cursor."""

    def now(self) -> datetime: ...

    def elapsed(self) -> float:
        """Seconds from some fixed moment; never steps back."""

    def sleep(self, seconds: float) -> None: ...


def run_page_title(policy: Policy, account: str) -> str:
    """Where the run page stands."""
    return policy.steering.run_page or f"User:{account}/Run"


def run_page_problem(page: OnWikiPage | None, policy: Policy, title: str) -> str:
    """Why the run page's text does not let the bot run; empty if it does."""
    word = policy.steering.run_word
    if page is None:
        return f"The run page “{title}” does not exist: make it, with the one word “{word}”."
    if page.text.strip(" \t\r\n") != word:
        return (
            f"The run page “{title}” does not say just “{word}”: an editor can start the bot again."
        )
    return ""


def may_restart(user: str, groups: Collection[str], policy: Policy) -> bool:
    """Whether the run page counts when this account saved it last."""
    editors = policy.steering.editors
    return user in editors or any(f"{GROUP_PREFIX}{group}" in editors for group in groups)


def account_problem(account: Account, expected: str) -> str:
    """Why this account must not work; empty if it may."""
    if not account.user_id:
        return f"The session of {expected} is logged out: nothing is done as “{account.name}”."
    if account.name != expected:
        return f"We are logged in as {account.name}, not as {expected}: correct the bot home."
    if account.blocked:
        return f"{account.name} is blocked ({account.blocked}): settle it on the wiki first."
    if account.rights and "edit" not in account.rights:
        return f"{account.name} has lost the right to edit: see its groups and its bot password’s grants."
    return ""


@dataclass
class Gate:
    """The last poll, and the answer it gives to “may we go on?”.

    ``admitted`` names the run page's revision whose editor was found to be one; kept between runs, it
    saves asking for that person's groups again.
    """

    reader: WikiReader
    clock: Clock
    account: str
    policy_title: str = ""
    run_page: str = ""
    admitted: str = ""
    _last: Poll | None = None
    _polled: float = 0.0
    _policy: Policy | None = None
    _policy_rev: int | None = None
    _groups: dict[str, frozenset[str]] = field(default_factory=dict)

    def poll(self, *, since: datetime | None = None, limit: int = 1) -> Poll:
        """Ask the wiki what changed and how we stand, in one query."""
        run_page = self.run_page or f"User:{self.account}/Run"
        watch = tuple(title for title in (run_page, self.policy_title) if title)
        self._polled = self.clock.elapsed()
        self._last = self.reader.poll(since=since, watch=watch, limit=limit)
        return self._last

    def policy_page(self) -> OnWikiPage | None:
        """The policy page as the last poll showed it."""
        return self._last.watched.get(self.policy_title) if self._last else None

    def steer_by(self, policy: Policy) -> None:
        """From now on this policy says where the run page is, and may not change under our hands."""
        self._policy = policy
        page = self.policy_page()
        self._policy_rev = page.rev_id if page else None
        title = run_page_title(policy, self.account)
        if title != (self.run_page or f"User:{self.account}/Run"):
            self.run_page = title
            self.poll()
        self.run_page = title

    def server_time(self) -> datetime:
        """The server's time by the last poll and the seconds since; never later than the truth by more."""
        if self._last is None:
            raise Incomplete("the wiki has not been asked yet")
        return self._last.server_time + timedelta(seconds=self.clock.elapsed() - self._polled)

    def admit(self) -> None:
        """Raise `Stopped` or `NotAllowed` unless everything says that we may write."""
        if self._last is None or self._policy is None:
            raise Stopped
        policy = self._policy
        if problem := account_problem(self._last.account, self.account):
            raise NotAllowed(problem)
        page = self._last.watched.get(self.run_page)
        if problem := run_page_problem(page, policy, self.run_page):
            raise Stopped(problem)
        if page is not None and not self._saved_by_an_editor(page, policy):
            raise Stopped(
                f"The run page “{self.run_page}” was last saved by “{page.user}”, who may stop the bot but"
                " not start it: an editor named in the policy (steering.editors) has to save it."
            )

    def check(self) -> None:
        """Before a write: look again if the last look is too old, and stop if anything says so.

        Raises `Incomplete` where the policy page changed since the pass began.
        """
        if self.clock.elapsed() - self._polled > FRESH_SECONDS:
            self.poll()
        self.admit()
        page = self.policy_page()
        if (page.rev_id if page else None) != self._policy_rev:
            raise Incomplete(
                "The policy page changed during the pass: run again to go on by the new one."
            )

    def _saved_by_an_editor(self, page: OnWikiPage, policy: Policy) -> bool:
        key = " ".join((str(page.rev_id), page.user, *policy.steering.editors))
        if key != self.admitted:
            if not may_restart(page.user, self._groups_of(page, policy), policy):
                return False
            self.admitted = key
        return True

    def _groups_of(self, page: OnWikiPage, policy: Policy) -> frozenset[str]:
        editors = policy.steering.editors
        if page.user in editors or not any(name.startswith(GROUP_PREFIX) for name in editors):
            return frozenset()
        if page.user not in self._groups:
            self._groups[page.user] = self.reader.fetch_groups(page.user)
        return self._groups[page.user]
