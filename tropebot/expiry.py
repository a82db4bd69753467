"""Pages and files that have borne a flag of the policy's for longer than its warning time.

They are listed, and where a person asks for it nominated for deletion; an account with an administrator's
rights deletes those that a person confirms, one by one. Must not delete anything unasked, and does not tell
since when a flag stands: `flagages` does, of those that people put on too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tropebot.cleanup import CleanupPass, Job, SelectedRounds, Wanted
from tropebot.drafts import Candidate
from tropebot.enforcer import Saying
from tropebot.errors import ConfigError, NotAllowed
from tropebot.flagages import standing_flags
from tropebot.i18n import message
from tropebot.i18n.counts import counted
from tropebot.ledger.changes import BY_HAND, Work
from tropebot.model import TEMPLATE, Action, Edit, Finding, Kind, Page, State
from tropebot.patrol import Patrol
from tropebot.planning import Held, Judged, Past, why_not
from tropebot.policy.schema import Flag, Policy
from tropebot.policy.texts import nominated
from tropebot.review import Everything, Review, ReviewedEnforcer
from tropebot.runreport import HeldReport, RunReport
from tropebot.survey import SLICE
from tropebot.wikitext.names import called, full_title

IN_USE = "held-in-use"
"""Why a page that is nominated is left alone: its nomination stands among the policy's “in use” templates."""

LISTED = Job(name="expired_flags", kinds=frozenset(), about="flagged")
DELETED = Job(name="expired_flags", kinds=frozenset({Kind.DELETE}), about="flagged")
NOMINATED = Job(name="expired_flags", kinds=frozenset({Kind.NOMINATE}), about="flagged")


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """A page whose flag has stood for ``days``, since ``since`` (server time), about ``codes``.

    ``ours``: the bot put it on; else a person did, perhaps even earlier.
    """

    title: str
    template: str
    codes: tuple[str, ...]
    since: datetime
    days: int
    ours: bool
    episode: int


def expired_flags(
    of: Patrol, wanted: Wanted, *, dry_run: bool = True, review: Review | None = None
) -> tuple[RunReport, tuple[Expired, ...], tuple[str, ...]]:
    """The expired pages, those flagged for longest first, and which of them were deleted. Raises as a run."""
    with of.ledger_for(dry_run=dry_run) as ledger:
        work = ExpiryPass(of, ledger, dry_run=dry_run)
        work.wanted, work.review = wanted, review or Everything()
        report = work.clean_up()
        found = sorted(work.expired.found, key=lambda each: (each.since, each.title))
        return report, tuple(found), tuple(work.expired.deleted)


class ExpiryPass(CleanupPass):
    """One look at the flags."""

    def _own_policy(self, policy: Policy) -> Policy:
        policy, kinds = super()._own_policy(policy), self.wanted.job.kinds
        if not any(flag.warning_days for flag in policy.flags.values()):
            raise ConfigError(
                "By the policy no flag ever expires: set flags.CODE.warning_days to a number of days."
            )
        if kinds and "flag" in (*self.of.forbid.actions, *self.gate.off.actions):
            raise NotAllowed(
                "Flags are switched off or forbidden, and so are nominations and deletions."
            )
        if Kind.DELETE in kinds and "delete" not in self.gate.rights:
            raise NotAllowed(
                f"{self.of.account} may not delete pages: that is for an administrator’s account, whose bot"
                " password has the grant “delete”. --nominate asks for a deletion."
            )
        return policy

    def _equip(self, *, idle: bool) -> None:
        super()._equip(idle=idle)
        self.rounds = self.selected = self.expired = ExpiredRounds(
            self.enforcer, self.of.judge, self.of.progress
        )


@dataclass
class ExpiredRounds(SelectedRounds):
    """The flagged pages of a pass."""

    found: list[Expired] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def _clean(self, page: Page, wanted: Wanted, ready: list[Candidate]) -> None:
        """One page, whose own state says whether the flag is still deserved."""
        del ready
        self.pages.add(page.page_id)
        judged = self._judged(Work(page_id=page.page_id, reason=BY_HAND), page)
        self.strays.look(judged)
        with self.ledger.transaction():
            past = self._remember(judged)
        kinds = wanted.job.kinds
        for flag, expired in self._expired(judged, past, kinds):
            self.found.append(expired)
            why = why_not(judged, self.force, too_old=False)
            if Kind.DELETE in kinds and why == IN_USE:
                why = ""  # a nomination says that: the person who confirms it sees what it is
            if any((kind, expired.template, expired.episode) in past.settled for kind in kinds):
                why = "held-settled"
            if why:
                held = Held(code=expired.codes[0], why=why)
                self.held.setdefault(page.page_id, []).append(
                    HeldReport(title=page.title, held=held)
                )
            self.worked += not (kinds and why)
            if kinds and not why and self._room():
                act = self._delete if Kind.DELETE in kinds else self._nominate
                act(judged, flag, expired)
                return

    def _about(self, job: Job) -> Sequence[int]:
        """Where flags of ours stand, and where others of the same templates do."""
        ids = dict.fromkeys(super()._about(job))
        for name in sorted({flag.template for flag in self._timed().values()}):
            ids |= dict.fromkeys(self._using(full_title(TEMPLATE, called(name), self.force.facts)))
        return tuple(ids)

    def _using(self, template: str) -> Iterator[int]:
        after = ""
        while True:
            found, after = self.enforcer.reader.fetch_page_ids(
                using=template, after=after, limit=SLICE
            )
            yield from found
            if not after:
                return

    def _timed(self) -> dict[str, Flag]:
        """The flags that expire, by code."""
        flags = self.force.policy.flags.items()
        return {code: flag for code, flag in flags if flag.warning_days}

    def _expired(
        self, judged: Judged, past: Past, kinds: frozenset[Kind]
    ) -> Iterator[tuple[Flag, Expired]]:
        """The flags on the page that are too old, and whose findings still stand.

        Of a page that is nominated none is, but to be deleted.
        """
        page, timed, now = judged.page, self._timed(), self._now()
        standing = {finding.code for finding in judged.findings} & timed.keys()
        wanted = {timed[code].template: code for code in sorted(standing, reverse=True)}
        for each in standing_flags(self.enforcer, self.judge, judged, past, wanted):
            codes = sorted({finding.code for finding in self._about_flag(judged, each.template)})
            flag = min(
                (timed[code] for code in codes if code in timed), key=lambda one: one.warning_days
            )
            days = (now - each.since).days
            open_yet = nominated(self.force, page, flag, "") != page.text
            if days >= flag.warning_days and (open_yet or Kind.DELETE in kinds):
                yield (
                    flag,
                    Expired(
                        title=page.title,
                        template=each.template,
                        codes=tuple(codes),
                        since=each.since,
                        days=days,
                        ours=each.ours,
                        episode=each.episode,
                    ),
                )

    def _about_flag(self, judged: Judged, template: str) -> Iterator[Finding]:
        flags = self.force.policy.flags
        for finding in judged.findings:
            if finding.code in flags and flags[finding.code].template == template:
                yield finding

    def _delete(self, judged: Judged, flag: Flag, expired: Expired) -> None:
        """Once a person has said so, and if the page is still as they saw it."""
        del flag
        page, enforcer = judged.page, self.enforcer
        why = f"{', '.join(expired.codes)}, flagged for {counted(expired.days, 'day')}"
        if not isinstance(enforcer, ReviewedEnforcer) or not enforcer.review.deletion(page, why):
            return
        now = enforcer.fetch_by_id([page.page_id])[page.page_id]
        if now is None or (now.rev_id, now.title) != (page.rev_id, page.title):
            self.notes.append(f"“{page.title}” was edited or moved meanwhile: it is not deleted.")
            return
        action = replace(self._action(Kind.DELETE, judged, expired), payload=None)
        saying = Saying(key="summary-delete", params=(", ".join(expired.codes), str(expired.days)))
        intent = enforcer.delete(action, saying)
        if intent is not None and intent.state is State.DONE:
            self.ledger.pages.forget(page.page_id, at=self._now())
            self.deleted.append(page.title)

    def _action(self, kind: Kind, judged: Judged, expired: Expired) -> Action:
        page = judged.page
        return Action(
            kind=kind,
            page_id=page.page_id,
            title=page.title,
            subject=expired.template,
            episode=expired.episode,
            base_rev_id=page.rev_id,
            reason=f"flagged since {expired.since:%Y-%m-%d}",
            findings=tuple(self._about_flag(judged, expired.template)),
        )

    def _nominate(self, judged: Judged, flag: Flag, expired: Expired) -> None:
        page, codes = judged.page, ", ".join(expired.codes)
        reason = message("nominate-reason", expired.days, codes, language=self.force.wording)
        text = nominated(self.force, page, flag, reason)
        if text == page.text:
            return
        edit = Edit.of(page, text=text, bot=False)
        action = replace(self._action(Kind.NOMINATE, judged, expired), payload=edit)
        saying = Saying(key="summary-nominate", params=(codes, str(expired.days)))
        self.enforcer.carry_out(action, saying, before=page.text)

    def _now(self) -> datetime:
        return self.enforcer.gate.server_time()
