"""Makes the pages that the bot needs and that are not there, each once and so that it can be undone.

Must not overwrite: every page is made with ``createonly``. It is asked for by a person, so the run page,
which is one of those pages, does not stop it; a block does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from tropebot.enforcer import Enforcer, Saying
from tropebot.errors import ConfigError, Exit, TropebotError
from tropebot.gate import Gate
from tropebot.groundwork import Wanted
from tropebot.ledger import Ledger
from tropebot.model import Action, Edit, Kind, State
from tropebot.patrol import Patrol
from tropebot.policy.force import PolicyInForce
from tropebot.rehearsal import Rehearsal
from tropebot.standing import standing_policy
from tropebot.undo import FORBIDDEN
from tropebot.undoable import kept_out
from tropebot.written import Written

SETUP_RUN = "setup"
"""The kind of a run that makes pages."""

Plan = Callable[[PolicyInForce], tuple[Wanted, ...]]


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one page; ``lacks`` is a right that only others have, ``why`` what the wiki said."""

    wanted: Wanted
    exists: bool = False
    lacks: str = ""
    why: str = ""


class BuildReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it all; ``written`` holds what was, or would be, sent, ``pace`` seconds apart."""

    run: int
    applied: bool
    pages: tuple[Made, ...]
    written: tuple[Written, ...]
    reads: int
    writes: int
    pace: float = 0.0
    problem: str = ""
    exit_code: Exit = Exit.DONE


def build(of: Patrol, plan: Plan, *, apply: bool, pace: float = 0.0) -> BuildReport:
    """Look which pages are there, and make those that are not; without ``apply`` nothing is written.

    Raises `ConfigError` where the operator forbids all writing, and as `Patrol.run` does.
    """
    if apply and "write" in of.forbid.actions:
        raise ConfigError(
            "tropebot.toml forbids all writing: take “write” out of [forbid] actions to have the pages made."
            " As long as the policy says “report”, nothing else is written."
        )
    with _ledger(of, apply=apply) as ledger:
        return replace(_Build(of, ledger, apply).run(plan), pace=pace)


@contextmanager
def _ledger(of: Patrol, *, apply: bool) -> Iterator[Ledger]:
    if apply:
        with of.lock():
            yield of.ledger
        return
    scratch = of.ledger.scratch_copy()
    try:
        yield scratch
    finally:
        scratch.close()


@dataclass
class _Build:
    of: Patrol
    ledger: Ledger
    apply: bool
    pages: list[Made] = field(default_factory=list)

    def run(self, plan: Plan) -> BuildReport:
        before = self.of.requests()
        enforcer = self._enforcer()
        problem: TropebotError | None = None
        try:
            if self.apply:
                enforcer.gate.admit()
                enforcer.reconcile()
            self._make(enforcer, plan(enforcer.force))
        except TropebotError as error:
            problem = error
        after = self.of.requests()
        report = BuildReport(
            run=enforcer.run,
            applied=self.apply,
            pages=tuple(self.pages),
            written=tuple(enforcer.written),
            reads=after[0] - before[0],
            writes=after[1] - before[1],
            problem=str(problem) if problem else "",
            exit_code=problem.exit_code if problem else Exit.DONE,
        )
        self.ledger.runs.end(
            enforcer.run,
            status=report.problem or "done",
            report={"made": len(report.written), "exit_code": int(report.exit_code)},
            at=enforcer.gate.server_time(),
        )
        return report

    def _enforcer(self) -> Enforcer:
        of = self.of
        gate = Gate(of.reader, of.clock, of.account, policy_title=of.policy_title, ending=of.ending)
        gate.by_hand = True
        gate.poll()
        changes = self.ledger.changes
        standing = standing_policy(of.policy_title, gate.policy_page(), of.load_policy, changes)
        gate.steer_by(standing.policy)
        return Enforcer(
            reader=of.reader,
            writer=of.writer if self.apply else Rehearsal(),
            ledger=self.ledger,
            gate=gate,
            clock=of.clock,
            new_mark=of.new_mark,
            force=PolicyInForce(
                policy=standing.policy,
                facts=of.reader.fetch_facts(standing.policy),
                rev_id=standing.rev_id,
            ),
            run=self.ledger.runs.begin(
                SETUP_RUN, policy_rev=standing.rev_id, at=gate.server_time()
            ),
            rehearsing=not self.apply,
        )

    def _make(self, enforcer: Enforcer, pages: tuple[Wanted, ...]) -> None:
        there = enforcer.reader.fetch_titles((), beside=[page.title for page in pages])
        closed = kept_out(self.of.forbid, enforcer.force)
        for number, page in enumerate(pages):
            self.of.progress(number, len(pages))
            if page.beside and there[page.beside].exists:
                continue
            if there[page.title].exists:
                self.pages.append(Made(wanted=page, exists=True))
            elif there[page.title].namespace in closed:
                self.pages.append(Made(wanted=page, why=FORBIDDEN))
            elif page.needs and not enforcer.gate.may(page.needs):
                self.pages.append(Made(wanted=page, lacks=page.needs))
            else:
                self.pages.append(self._made(enforcer, page))

    def _made(self, enforcer: Enforcer, page: Wanted) -> Made:
        # not bot-flagged: people should see what the bot puts up
        edit = Edit.making(page.title, page.text, at=enforcer.gate.server_time(), bot=False)
        action = Action(
            kind=Kind.SETUP,
            page_id=0,
            title=page.title,
            subject=page.title,
            episode=self._episode(page.title),
            base_rev_id=0,
            reason=page.purpose,
            payload=edit,
        )
        sent = enforcer.carry_out(action, Saying(key="summary-setup"))
        if sent is None:
            return Made(wanted=page, why="what became of it is not known yet: run the same again")
        intent, _ = sent
        if intent.state is State.SUPERSEDED:
            return Made(wanted=page, exists=True)
        return Made(wanted=page, why=intent.why if intent.state is not State.DONE else "")

    def _episode(self, title: str) -> int:
        """A page that was made before and is gone is made anew: a person asks for it."""
        number = 1
        while (
            known := self.ledger.intents.find(Kind.SETUP, 0, title, number)
        ) is not None and known.state in (State.DONE, State.REFUSED):
            number += 1
        return number
