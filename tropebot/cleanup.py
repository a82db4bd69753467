"""A pass over pages that somebody named, for one purpose: a moderator's script, or a plan that was reviewed.

The same rules, planner, ledger and gate as the patrol's. What a script may do beyond the policy's actions is
to choose “flag” or “fix” for its own rule where the policy acts at all; what the operator forbids, the run
page switches off or our rights do not allow stays so. Must not read recent changes or ask a person itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Literal

import msgspec
from msgspec.structs import replace
from msgspec.structs import replace as altered

from tropebot.drafts import Candidate
from tropebot.errors import (
    ConfigError,
    Incomplete,
    Interrupted,
    NotAllowed,
    Stopped,
    TropebotError,
    Unavailable,
    UnknownNamespace,
)
from tropebot.intake import Taken
from tropebot.ledger.changes import BY_HAND, Work
from tropebot.messenger import Messenger
from tropebot.model import Kind, Page
from tropebot.onepass import Pass
from tropebot.patrol import Patrol
from tropebot.planning import FLAGGED, Held, Judged, Plan, plan
from tropebot.policy.forbid import Forbid, within
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import ActionWord, Policy
from tropebot.recipients import has_talk_pages
from tropebot.review import Everything, Review, ReviewedDrafts, ReviewedEnforcer
from tropebot.rounds import Rounds
from tropebot.runreport import HeldReport, RunReport
from tropebot.survey import draft_ids
from tropebot.undo import Undoer

AT_ONCE = 50
"""Pages read at a time: so few that they are still fresh when somebody is asked about the last of them."""

NOT_WRITTEN_TO = "Nobody can be written to on this wiki: the report tells it (reports.page)."

NO_ONE_PLACE = "held-no-one-place"
"""Why a fix is not made though nothing keeps us off the page."""

EDITS = frozenset({Kind.FLAG, Kind.UNFLAG, Kind.FIX})

_EARLY_ENDS = (Stopped, NotAllowed, Unavailable, Incomplete, Interrupted, UnknownNamespace)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a pass by hand is for; ``name`` is its kind in the list of runs.

    ``word`` is done about the findings of ``codes``, and nothing about others; with ``by_policy`` the
    policy's own actions stand instead. Of what follows only edits of ``kinds`` are made. ``drafts``: those
    that are ready are promoted.
    """

    name: str
    kinds: frozenset[Kind] = EDITS
    codes: tuple[str, ...] = ()
    word: ActionWord = "none"
    drafts: bool = False
    by_policy: bool = False
    about: "About" = ""


About = Literal["", "drafts", "flagged"]
"""Where a job finds its pages if nobody names any: the Workshop, or where flags of ours stand."""

BY_POLICY = Job(name="plan", drafts=True, by_policy=True)
"""What the policy says, and nothing else."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A job on these titles, for at most ``limit`` pages on which there is something to do.

    ``titles`` ``None`` is all pages that the job is about.
    ``moments`` are the dates that flags bear, by page id and in server time, where they are not of now.
    """

    job: Job
    titles: Iterable[str] | None
    limit: int | None = None
    moments: Mapping[int, datetime] = {}


def clean_up(
    of: Patrol, wanted: Wanted, *, dry_run: bool = False, review: Review | None = None
) -> RunReport:
    """Do the job on the pages; each write is put to ``review`` first. Raises as `Patrol.run` does.

    Raises `ConfigError` where the policy has nothing to do the job with.
    """
    with of.ledger_for(dry_run=dry_run) as ledger:
        work = CleanupPass(of, ledger, dry_run=dry_run)
        work.wanted, work.review = wanted, review or Everything()
        return work.clean_up()


def rehearsed(
    of: Patrol,
    *,
    titles: Iterable[str] = (),
    since: datetime | None = None,
    limit: int | None = None,
) -> tuple[RunReport, PolicyInForce]:
    """What the bot would do about these pages, or without any about recent changes, and by which policy."""
    with of.ledger_for(dry_run=True) as ledger:
        if named := tuple(titles):
            work = CleanupPass(of, ledger, dry_run=True)
            work.wanted, work.review = (
                Wanted(job=BY_POLICY, titles=named, limit=limit),
                Everything(),
            )
            return work.clean_up(), work.enforcer.force
        patrol = Pass(of, ledger, dry_run=True)
        return patrol.patrol(limit, since), patrol.enforcer.force


def chosen(policy: Policy, job: Job) -> Policy:
    """The policy with the job's word for the job's rules. Raises `ConfigError`."""
    if job.by_policy:
        return policy
    if job.word == "flag" and not any(code in policy.flags for code in job.codes):
        raise ConfigError(
            f"The policy names no template to flag with (flags.{job.codes[0]}): nothing can be flagged."
        )
    if job.word == "tell" and not policy.notify.enabled:
        raise ConfigError("The policy wants nobody to be told anything (notify.enabled).")
    if job.word == "tell" and "TB301" in job.codes and not policy.workshop.stale.days:
        raise ConfigError(
            "By the policy no draft ever counts as stale: set workshop.stale.days to a number of days."
        )
    # not “none”: what the policy asks about stands open in the ledger, and nobody has judged it away
    actions: dict[str, ActionWord] = {
        code: "none" if word == "none" else "report" for code, word in policy.actions.items()
    }
    actions |= dict.fromkeys(job.codes, job.word)
    policy = altered(policy, actions=actions)
    return _promoting(policy) if job.drafts else policy


def _promoting(policy: Policy) -> Policy:
    """Where ready drafts are only reported, a person may have them moved. Raises `ConfigError`."""
    if policy.workshop.promote == "no":
        raise ConfigError(
            "The policy wants no promotions (workshop.promote): set it to “report” or “act”."
        )
    return altered(policy, workshop=altered(policy.workshop, promote="act"))


class CleanupPass(Pass):
    """One pass by hand."""

    wanted: Wanted
    review: Review

    def clean_up(self) -> RunReport:
        """The job on all pages, then those who are to be told."""
        job = self.wanted.job
        self.gate.poll()
        self._begin(job.name)
        problem: TropebotError | None = None
        self._equip(idle=False)
        try:
            with self._interruptible():
                self._look_at_namespaces()
                self.enforcer.reconcile()
                self.selected.clean(self.wanted, self.review)
                if job.word == "tell" and not has_talk_pages(self.enforcer.force):
                    self.notes.append(NOT_WRITTEN_TO)
                self.messenger.tell_all()
        except _EARLY_ENDS as error:
            problem = error
        return self._end(Taken(changes=0), problem)

    def _own_policy(self, policy: Policy) -> Policy:
        """The policy with the job's word. Raises `ConfigError` or `NotAllowed` where that cannot be done."""
        job = self.wanted.job
        if not job.by_policy:
            policy = within(chosen(policy, job), self.of.forbid)
        if job.drafts and not job.by_policy:
            policy = within(policy, Forbid(promotions_per_run=self.wanted.limit))
            if policy.mode == "act" and not (self.dry_run or self.gate.may("move")):
                raise NotAllowed(f"{self.of.account} has no right to move pages.")
        return super()._own_policy(policy)

    def _equip(self, *, idle: bool) -> None:
        super()._equip(idle=idle)
        self.enforcer = ReviewedEnforcer.of(self.enforcer, self.review)
        self.rounds = self.selected = SelectedRounds(self.enforcer, self.of.judge, self.of.progress)
        self.messenger = Messenger(self.enforcer, self.of.account, self.of.progress)
        self.undoer = Undoer(self.enforcer)


@dataclass
class SelectedRounds(Rounds):
    """The pages of a pass by hand; work that waits for the patrol stays as it is."""

    worked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.workshop = ReviewedDrafts(self.enforcer, self.judge, self.drafts)

    def clean(self, wanted: Wanted, review: Review) -> None:
        """Judge the pages one after the other, and do the job's first edit on each; then drafts move."""
        ready: list[Candidate] = []
        looked = False
        named, total = self._named(wanted)
        for number, (title, page) in enumerate(self._pages(named)):
            looked = True
            if wanted.limit is None:
                self.progress(number, total)
            else:
                self.progress(self.worked, wanted.limit)
            if review.ended or (wanted.limit is not None and self.worked >= wanted.limit):
                break
            if page is None:
                self.notes.append(f"“{title}” does not exist.")
            elif page.page_id not in self.pages and review.wants(page, self.force):
                self._clean(page, wanted, ready)
        if wanted.titles is not None and not looked:
            self.notes.append("What was named holds no page: check the words, as in -cat:NAME.")
        if not review.ended:
            self.workshop.promote(ready)

    def _named(self, wanted: Wanted) -> tuple[Iterable[str], int]:
        """The titles of the pages, and how many there are (0: a list that is read as it is needed)."""
        if wanted.titles is not None:
            return wanted.titles, len(wanted.titles) if isinstance(wanted.titles, Sized) else 0
        ids = self._about(wanted.job)
        return self._titles(ids), len(ids)

    def _about(self, job: Job) -> Sequence[int]:
        """All pages that the job is about. Raises `ConfigError` where only a person can say that."""
        match job.about:
            case "drafts":
                return tuple(draft_ids(self.enforcer.reader, self.force))
            case "flagged":
                return self.ledger.pages.with_flags()
        raise ConfigError("Say which pages, as in -cat:NAME; --help tells more.")

    def _titles(self, page_ids: Sequence[int]) -> Iterator[str]:
        reader = self.enforcer.reader
        for start in range(0, len(page_ids), AT_ONCE):
            pages = reader.fetch_pages_by_id(page_ids[start : start + AT_ONCE])
            yield from (page.title for page in pages.values() if page)

    def _pages(self, titles: Iterable[str]) -> Iterator[tuple[str, Page | None]]:
        waiting = iter(titles)
        while found := list(dict.fromkeys(islice(waiting, AT_ONCE))):
            pages = self.workshop.completed(self.enforcer.reader.fetch_pages(found))
            yield from ((title, pages[title]) for title in found)

    def _clean(self, page: Page, wanted: Wanted, ready: list[Candidate]) -> None:
        """One page; a draft that nothing in its text holds is put to those that are ``ready``."""
        item, job = Work(page_id=page.page_id, reason=BY_HAND), wanted.job
        self.pages.add(page.page_id)
        judged = self._judged(item, page)
        self.notes += judged.notes
        self.strays.look(judged)
        with self.ledger.transaction():
            past = self._remember(judged)
            todo = plan(
                judged,
                past,
                self.force,
                self.texts,
                now=wanted.moments.get(page.page_id) or self.enforcer.gate.server_time(),
                too_old=False,
                breakers=self.breakers.open,
            )
            self._have_told(page, todo, past)
            draft = self.judge.draft(page, self.force) if job.drafts else None
            candidates = self.workshop.candidate(draft, judged, too_old=False) if draft else []
        ready += candidates
        self._note(judged, todo, job)
        action = next((each for each in todo.actions if each.kind in job.kinds), None)
        self.worked += bool(action or todo.told)
        if action is not None:
            self._act(item, page, replace(todo, actions=(action,)), past)

    def _note(self, judged: Judged, todo: Plan, job: Job) -> None:
        """What the report says of the page: findings of the job's rules, and what was not done about them."""
        page, mine = judged.page, frozenset(job.codes)
        found = [each for each in judged.findings if job.by_policy or each.code in mine]
        held = [each for each in todo.held if job.by_policy or each.code in mine]
        if job.kinds == {Kind.FIX} and not any(each.kind is Kind.FIX for each in todo.actions):
            held = [_for_people(each) for each in held]
        self.findings[page.page_id] = tuple(found)
        self.held[page.page_id] = [HeldReport(title=page.title, held=each) for each in held]


def _for_people(held: Held) -> Held:
    """Where the page is to be fixed, that a flag stands on it keeps nobody from it."""
    flagged = held.why in (FLAGGED, "held-flagged-by-people")
    return replace(held, why=NO_ONE_PLACE) if flagged else held
