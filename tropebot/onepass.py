"""The one loop, once: changes → pages → judgement → plan → ledger → enforcer; a rehearsal is the same.

Must not import pywikibot, sqlite3 or click, and decides nothing itself: `planning` and `promotion` do.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tropebot.brakes import Brakes
from tropebot.checkup import Checkup
from tropebot.enforcer import Enforcer
from tropebot.equipment import Equipment
from tropebot.errors import EARLY_ENDS, Exit, Interrupted, NotAllowed, Stopped, TropebotError
from tropebot.gate import Gate
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.intake import Taken, first_poll, take
from tropebot.ledger import Ledger
from tropebot.messenger import Messenger
from tropebot.model import State
from tropebot.passreport import run_report
from tropebot.petitions import Petitions, asked_for
from tropebot.policy.forbid import within
from tropebot.policy.force import PolicyInForce
from tropebot.policy.namespaces import assert_namespaces
from tropebot.policy.schema import Policy
from tropebot.policy.types import source_titles
from tropebot.rehearsal import Rehearsal
from tropebot.renewal import Renewal
from tropebot.reporter import LOOKED, Reporter, reports_due
from tropebot.rounds import Rounds
from tropebot.runreport import RunReport, incomplete
from tropebot.standing import (
    namespace_notes,
    policy_within_rights,
    standing_policy,
    wording_notes,
)
from tropebot.strays import read_own_marks
from tropebot.undo import Undoer
from tropebot.undoable import UNDO_RUN, assert_not_forbidden, assert_undoable, kept_out
from tropebot.undoreport import Asked, UndoReport
from tropebot.wikitext.facts import WikiFacts

_RUN_PAGE = "run-page"
_ADMITTED = "run-page-admitted"
_SOURCES = "policy-sources"


@dataclass
class Pass:
    """One pass: the values that live as long as it does."""

    of: Equipment
    ledger: Ledger
    dry_run: bool
    notes: list[str] = field(default_factory=list)
    polled: datetime | None = None

    def __post_init__(self) -> None:
        patrol = self.of
        self._began = patrol.clock.elapsed()
        self.renewal = Renewal(self.ledger, patrol.reader)
        self.checkup = Checkup(self.ledger, patrol.reader, self.notes)
        self._requests = patrol.requests()
        self.gate = Gate(
            patrol.reader,
            patrol.clock,
            patrol.account,
            policy_title=patrol.policy_title,
            run_page=self.ledger.changes.note(_RUN_PAGE),
            admitted=self.ledger.changes.note(_ADMITTED),
            beside=tuple(json.loads(self.ledger.changes.note(_SOURCES) or "[]")),
            brakes=Brakes(self.ledger, patrol.reader, patrol.account),
            ending=patrol.ending,
        )

    def patrol(self, limit: int | None, since: datetime | None) -> RunReport:
        """Recent changes, then everything that is due, then those who are to be told."""
        poll = first_poll(self.gate, self.ledger.changes, since)
        self._begin("patrol", reads_changes=True)
        try:
            with self._interruptible():
                as_left = self.ledger.intents.as_left
                taken = take(self.gate, self.ledger.changes, poll, since, as_left)
                self.polled = poll.server_time
                if taken.gap:
                    self.ledger.templates.forget_all()
                    read_own_marks(self.ledger, self.of.reader, newest=True)
        except EARLY_ENDS as error:
            self._equip(idle=True)
            return self._end(Taken(changes=0), error)
        if taken.began:
            self.notes.append(message("note-new-home"))
        self.checkup.touched = taken.touched
        self._equip(idle=not self._anything_to_do())
        try:
            with self._interruptible():
                self._look_at_namespaces()
                self.notes += wording_notes(self.enforcer.force, self.ledger.changes)
                self.enforcer.reconcile()
                self._renew()
                self.petitions.read(self.gate.seen(self.policy.requests.page))
                self.rounds.work(limit)
                self.petitions.answer(self.rounds)
                self._look_at_drafts()
                self.messenger.tell_all()
                self.reporter.report_if_due()
        except EARLY_ENDS as error:
            return self._end(taken, error)
        return self._end(taken)

    def promote(self, titles: Sequence[str]) -> RunReport:
        """The named drafts, judged by the same rules now."""
        return self._at_once(
            "promote",
            lambda now: now.rounds.promote(titles),
            lambda now: now.messenger.tell_all(),
        )

    def report(self) -> RunReport:
        """The reports on the wiki, brought up to date now."""
        return self._at_once("report", lambda now: now.reporter.report(now.of.progress))

    def _at_once(self, kind: str, *steps: Callable[["Pass"], None]) -> RunReport:
        """A run that reads no recent changes: what was left open is settled, then come the steps."""
        self.gate.poll()
        self._begin(kind)
        self._equip(idle=False)
        try:
            with self._interruptible():
                self._look_at_namespaces()
                self.enforcer.reconcile()
                for step in steps:
                    step(self)
        except EARLY_ENDS as error:
            return self._end(Taken(changes=0), error)
        return self._end(Taken(changes=0))

    def undo(self, asked: Asked) -> UndoReport:
        """The effects asked for are taken back, whatever the run page says."""
        assert_undoable(self.ledger, asked)
        if not self.dry_run:
            assert_not_forbidden(self.of.forbid)
        self.gate.by_hand = True
        self.gate.poll()
        self._begin(UNDO_RUN)
        self._equip(idle=not self.of.forbid.namespaces)
        problem: TropebotError | None = None
        try:
            with self._interruptible("ask for the same again to go on"):
                self.undoer.progress = self.of.progress
                self.undoer.keep_out = kept_out(self.of.forbid, self.enforcer.force)
                self._admit()
                self.enforcer.reconcile()
                self.undoer.undo(asked)
        except EARLY_ENDS as error:
            problem = error
        said, exit_code = self._outcome(Taken(changes=0), problem)
        requests = self.of.requests()
        report = UndoReport(
            run=self.run,
            dry_run=self.dry_run,
            rows=tuple(self.undoer.rows),
            written=tuple(self.enforcer.written),
            reads=requests[0] - self._requests[0],
            writes=requests[1] - self._requests[1],
            seconds=self.of.clock.elapsed() - self._began,
            notes=tuple(dict.fromkeys(self.notes)),
            problem=said,
            exit_code=exit_code,
        )
        self._end_run(said, {**report.counts(), "exit_code": int(exit_code)})
        return report

    def _begin(self, kind: str, *, reads_changes: bool = False) -> None:
        """Policy and permission first: without them nothing is read further or written down.

        Then what we did before, where this ledger does not know it; recent changes will tell most of that.
        """
        patrol, page = self.of, self.gate.policy_page()
        self.standing = standing_policy(
            patrol.policy_title, page, patrol.load_policy, self.ledger.changes
        )
        self.notes += self.standing.notes
        self.gate.steer_by(self.standing.policy)
        if self.standing.policy.mode == "act":
            self._admit()
        self.policy = self._own_policy(self.standing.policy)
        read_own_marks(self.ledger, patrol.reader, newest=not reads_changes)
        now = self.gate.server_time()
        self.run = self.ledger.runs.begin(kind, policy_rev=self.standing.rev_id, at=now)

    def _own_policy(self, policy: Policy) -> Policy:
        """The policy as far as this pass works by it: within the run page's switches, and our rights."""
        if policy.mode != "act":
            return policy
        switched = within(policy, self.gate.off)
        policy, said = policy_within_rights(switched, self.gate.rights, self.ledger.changes)
        self.notes += said
        return policy

    def _anything_to_do(self) -> bool:
        """Whether a page, a write or a message waits; if none does, the wiki is asked nothing more."""
        policy, now = self.policy, self.gate.server_time()
        due = self.standing.sound and (
            self.renewal.waits(policy, now) or self.checkup.due(self.standing.policy, now)
        )
        return (
            due
            or self.ledger.anything_waits(now)
            or asked_for(policy, self.gate.seen(policy.requests.page), self.ledger)
            or reports_due(policy, self.ledger.changes.cursor(LOOKED), now)
        )

    @contextmanager
    def _interruptible(self, onward: str = "the next run goes on from there") -> Iterator[None]:
        """Ctrl-C ends the pass as anything else does: what was done is told, and the run is noted."""
        try:
            yield
        except KeyboardInterrupt:
            said = (
                "this was a rehearsal, nothing was written."
                if self.dry_run
                else f"`tropebot runs show {self.run}` tells what was done; {onward}."
            )
            raise Interrupted(f"Interrupted: {said}") from None

    def _look_at_namespaces(self) -> None:
        """Names that the wiki does not know are an error, or told once."""
        force = self.enforcer.force
        assert_namespaces(force)
        self.notes += namespace_notes(force, self.ledger.changes)

    def _renew(self) -> None:
        """Have pages judged again where what judgement rests on has changed."""
        force = self.enforcer.force
        if not self.standing.sound or not force.facts.online:
            return
        if names := self.renewal.compare(force):
            self.notes.append(message("note-renewed", ", ".join(names), len(names)))
        self.renewal.begin_drafts(force, self.gate.server_time())
        self.renewal.take_slice(force.policy.limits.judged_again_per_run)
        self.notes += self.renewal.notes

    def _look_at_drafts(self) -> None:
        """Whether the drafts' category fills, by the drafts of this pass."""
        if self.standing.sound:
            force, filling = self.enforcer.force, self.rounds.filling
            self.checkup.look_at_drafts(force, filling, self.gate.server_time())

    def _equip(self, *, idle: bool) -> None:
        """The policy with what the wiki says of itself, and the hands that work by it."""
        patrol, standing = self.of, self.standing
        force = PolicyInForce(
            policy=self.policy,
            facts=WikiFacts() if idle else self._facts(),
            rev_id=standing.rev_id,
            source=patrol.policy_title if standing.rev_id else "operator",
        )
        if force.facts.online and standing.sound:
            now = self.gate.server_time()
            force = self.checkup.look(force, now, policy=standing.policy)
        self.enforcer = Enforcer(
            reader=patrol.reader,
            writer=Rehearsal() if self.dry_run else patrol.writer,
            ledger=self.ledger,
            gate=self.gate,
            clock=patrol.clock,
            new_mark=patrol.new_mark,
            force=force,
            run=self.run,
            rehearsing=self.dry_run,
        )
        self.rounds = Rounds(self.enforcer, patrol.judge, patrol.progress)
        self.petitions = Petitions(self.enforcer)
        self.messenger = Messenger(self.enforcer, patrol.account, patrol.progress)
        self.reporter = Reporter(self.enforcer, patrol.account, self.gate.run_page, self.notes)
        self.undoer = Undoer(self.enforcer)

    def _facts(self) -> WikiFacts:
        """What the wiki says of itself; who has read recent changes knows what templates are still there."""
        there = self.ledger.templates.there(self.gate.server_time()) if self.polled else ()
        return self.of.reader.fetch_facts(self.standing.policy, templates=there)

    def _admit(self) -> None:
        """Whether we may write; a rehearsal goes on where the bot is stopped or may not, and says so."""
        try:
            self.gate.admit()
        except (Stopped, NotAllowed) as error:
            if not self.dry_run:
                raise
            self.notes.append(f"{error} A real run would stop here.")

    def _end(self, taken: Taken, problem: TropebotError | None = None) -> RunReport:
        said, exit_code = self._outcome(taken, problem)
        requests = self.of.requests()
        late = f"Visible only after their time: {counted(taken.late, 'change')}."
        others = (self.messenger, self.petitions, self.reporter)
        report = run_report(
            self.enforcer,
            self.rounds,
            taken,
            deferred=sum(each.deferred for each in others),
            reads=requests[0] - self._requests[0],
            writes=requests[1] - self._requests[1],
            seconds=self.of.clock.elapsed() - self._began,
            notes=(
                *self.notes,
                *self.rounds.notes,
                *self.petitions.notes,
                *self.rounds.promoter.notes,
                *([late] if taken.late else ()),
            ),
            breaks=self.checkup.reports(),
            polled=self.polled,
            problem=said,
            exit_code=exit_code,
        )
        idle = not (report.changes or report.pages or report.written or report.notes or said)
        self._end_run(said, report.stored(), idle=idle)
        return report

    def _end_run(self, said: str, counts: Mapping[str, Any], *, idle: bool = False) -> None:
        """The run's row in the ledger, and what the next one need not ask again."""
        with self.ledger.transaction():
            self.ledger.changes.set_note(_RUN_PAGE, self.gate.run_page)
            self.ledger.changes.set_note(_ADMITTED, self.gate.admitted)
            policy = self.standing.policy
            beside = sorted({*source_titles(policy), policy.requests.page} - {""})
            self.ledger.changes.set_note(_SOURCES, json.dumps(beside))
            status, now = said or "done", self.gate.server_time()
            self.ledger.runs.end(self.run, status=status, report=counts, at=now, idle=idle)

    def _outcome(self, taken: Taken, problem: TropebotError | None) -> tuple[str, Exit]:
        """How the pass ended, in one line, and its exit code."""
        if problem is not None:
            return str(problem), problem.exit_code
        intents = self.ledger.intents
        unsettled = sum(each.state is State.UNKNOWN for each in intents.open())
        if said := incomplete(taken.gap, unsettled):
            return said, Exit.INCOMPLETE
        over = self.gate.trial_over() if self.policy.mode == "act" and not self.dry_run else ""
        return (over, Exit.STOPPED) if over else ("", Exit.DONE)
