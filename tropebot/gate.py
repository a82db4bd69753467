"""Whether the bot may go on: what the run page says, the account's standing, how fresh both are.

Must not decide what is done. Before every write the last poll is at most `FRESH_SECONDS` old; whatever is not
clearly a “go on” is a stop.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tropebot.brakes import Brakes
from tropebot.errors import Incomplete, Interrupted, NotAllowed, Stopped
from tropebot.model import Account, OnWikiPage, Poll
from tropebot.policy.forbid import Forbid
from tropebot.policy.schema import Policy
from tropebot.ports import WikiReader
from tropebot.rules import all_rules
from tropebot.runpage import run_page_problem, run_page_title, switched_off

FRESH_SECONDS = 60.0
GROUP_PREFIX = "group:"


class Clock(Protocol):
    """Time from outside: ``now`` for logs only, ``elapsed`` for durations, never for a cursor."""

    def now(self) -> datetime: ...

    def elapsed(self) -> float:
        """Seconds from some fixed moment; never steps back."""

    def sleep(self, seconds: float) -> None: ...


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


def move_problem(account: Account, policy: Policy) -> str:
    """Why this account cannot promote what the policy asks it to; empty if it can."""
    if policy.workshop.promote != "act" or not account.rights or "move" in account.rights:
        return ""
    return (
        f"{account.name} has no right to move pages: give it back (groups, the bot password’s grants), or set"
        " workshop.promote to “report”."
    )


@dataclass
class Gate:
    """The last poll, and the answer it gives to “may we go on?”.

    ``admitted`` names the run page's revision whose editor was found to be one; kept between runs, it
    saves asking for that person's groups again. ``beside`` are pages that the pass will want to read; they
    come with the poll. ``by_hand``: a person at the keyboard asked for just these
    writes, so the run page and a change of policy do not stop them; a block or a lost session does.
    """

    reader: WikiReader
    clock: Clock
    account: str
    policy_title: str = ""
    run_page: str = ""
    admitted: str = ""
    beside: tuple[str, ...] = ()
    by_hand: bool = False
    brakes: Brakes | None = None
    ending: Callable[[], bool] = lambda: False
    _last: Poll | None = None
    _polled: float = 0.0
    _policy: Policy | None = None
    _policy_rev: int | None = None
    _off: Forbid = field(default_factory=Forbid)
    _groups: dict[str, frozenset[str]] = field(default_factory=dict)

    def poll(self, *, since: datetime | None = None, limit: int = 1) -> Poll:
        """Ask the wiki what changed and how we stand, in one query."""
        run_page = self.run_page or f"User:{self.account}/Run"
        talk = self.brakes.talk_page if self.brakes else ""
        watch = tuple(title for title in (run_page, self.policy_title, talk, *self.beside) if title)
        self._polled = self.clock.elapsed()
        self._last = self.reader.poll(since=since, watch=watch, limit=limit)
        return self._last

    def policy_page(self) -> OnWikiPage | None:
        """The policy page as the last poll showed it."""
        return self._last.watched.get(self.policy_title) if self._last else None

    def seen(self, title: str) -> OnWikiPage | None:
        """A page that comes with the poll, as the last one showed it."""
        return self._last.watched.get(title) if self._last else None

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
        self._off = self._switched_off()

    @property
    def rights(self) -> frozenset[str]:
        """What the account may do, by the last poll; empty: not told."""
        return self._last.account.rights if self._last else frozenset()

    @property
    def off(self) -> Forbid:
        """What moderators had switched off on the run page when the pass began."""
        return self._off

    def _switched_off(self) -> Forbid:
        if self._last is None or self._policy is None:
            return Forbid()
        return switched_off(self._last.watched.get(self.run_page), self._policy)

    def may(self, right: str) -> bool:
        """Whether our account has a right, by the last poll; where the wiki did not tell, it has."""
        rights = self._last.account.rights if self._last else frozenset()
        return not rights or right in rights

    def left(self) -> int | None:
        """How many writes a trial still allows; ``None`` without one."""
        return self.brakes.left(self._policy) if self.brakes and self._policy else None

    def trial_over(self) -> str:
        """Why the trial is over, noted as a stop; empty if it goes on, or if there is none."""
        if self.brakes is None or self._policy is None:
            return ""
        return self.brakes.trial_over(self._policy, self.server_time())

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
        account = self._last.account
        if problem := account_problem(account, self.account) or move_problem(account, policy):
            raise NotAllowed(problem)
        if self.by_hand:
            return
        page = self._last.watched.get(self.run_page)
        if problem := run_page_problem(page, policy, self.run_page, _codes()):
            raise Stopped(problem)
        if page is not None and not self._saved_by_an_editor(page, policy):
            raise Stopped(
                f"The run page “{self.run_page}” was last saved by “{page.user}”, who may stop the bot but"
                " not start it: an editor named in the policy (steering.editors) has to save it."
            )
        if self.brakes is not None:
            self.brakes.heed(self._last, policy, self.server_time())

    def check(self) -> None:
        """Before a write: look again if the last look is too old, and stop if anything says so.

        Raises `Incomplete` where the policy page changed since the pass began, and `Interrupted` where the
        process was asked to end.
        """
        if self.ending():
            raise Interrupted
        if self.clock.elapsed() - self._polled > FRESH_SECONDS:
            self.poll()
        self.admit()
        if self.by_hand:
            return
        page = self.policy_page()
        if (page.rev_id if page else None) != self._policy_rev:
            raise Incomplete(
                "The policy page changed during the pass: run again to go on by the new one."
            )
        if self._switched_off() != self._off:
            raise Incomplete(
                "Something was switched off or on by the run page during the pass: run again to go on by it."
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


def _codes() -> frozenset[str]:
    return frozenset(rule.code for rule in all_rules())
