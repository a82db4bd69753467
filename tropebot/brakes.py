"""What stops the bot beside the run page: a person's message to it, a lost right, the end of a trial.

Must not write to the wiki or clear what it raised: a person does, by `tropebot resume`. Each stop is written
down when it is first seen, so that it stands across runs and is told once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tropebot.errors import NotAllowed, Stopped
from tropebot.i18n.counts import counted
from tropebot.ledger import Ledger
from tropebot.ledger.stops import StopKind
from tropebot.ledger.store import moment, stamp
from tropebot.model import Person, Poll
from tropebot.policy.schema import Policy
from tropebot.ports import WikiReader

KEPT_RIGHTS = frozenset({"edit", "move", "bot"})
"""Rights that the bot works with; one that it had and has no more stops it."""

_TALK_READ = "talk-page-read"
_TOLD = "new-messages"
_RIGHTS = "rights"
_RIGHTS_LOST = "rights-lost"
_TRIAL = "trial-begun"


@dataclass
class Brakes:
    """The stops of one wiki and account, over the ledger."""

    ledger: Ledger
    reader: WikiReader
    account: str

    @property
    def talk_page(self) -> str:
        """Where people write to the bot."""
        return f"User talk:{self.account}"

    def heed(self, poll: Poll, policy: Policy, now: datetime) -> None:
        """Raise `Stopped` or `NotAllowed` where a stop stands or begins; ``now`` is server time."""
        self._heed_rights(poll, now)
        self._heed_messages(poll, now)
        self._heed_trial(policy, now)

    def left(self, policy: Policy) -> int | None:
        """How many writes a trial still allows; ``None`` without a trial."""
        trial = policy.trial
        begun = self.ledger.changes.note(_TRIAL)
        if not trial.edits:
            return None
        done = self.ledger.intents.done_since(moment(begun)) if begun else 0
        return max(trial.edits - done, 0)

    def trial_over(self, policy: Policy, now: datetime) -> str:
        """Why the trial is over, noted as a stop; empty if it goes on, or if there is none."""
        trial, begun = policy.trial, self.ledger.changes.note(_TRIAL)
        over = ""
        if begun and self.left(policy) == 0:
            over = f"{counted(trial.edits, 'edit')} made"
        elif begun and trial.days and now - moment(begun) >= timedelta(days=trial.days):
            over = f"{counted(trial.days, 'day')} past"
        if not over:
            return ""
        why = (
            f"The trial is over, {over}: look at `tropebot runs`; `tropebot resume` begins another, without"
            " “trial” in the policy there is none."
        )
        self.ledger.stops.raise_(StopKind.TRIAL, "", why, at=now)
        return why

    def _heed_rights(self, poll: Poll, now: datetime) -> None:
        """A right that the account had before and has lost; what it never had is no matter here."""
        notes, stops = self.ledger.changes, self.ledger.stops
        if not poll.account.rights:
            return
        have = KEPT_RIGHTS & poll.account.rights
        had = set(notes.note(_RIGHTS).split())
        lost = had - have
        if had == have and not notes.note(_RIGHTS_LOST):
            return
        named = " ".join(sorted(lost))
        accepted = notes.note(_RIGHTS_LOST) == named and not stops.standing(StopKind.RIGHTS)
        with self.ledger.transaction():
            if not lost or accepted:
                notes.set_note(_RIGHTS, " ".join(sorted(have)))
                notes.set_note(_RIGHTS_LOST, "")
                stops.clear(StopKind.RIGHTS, at=now)
                return
            why = (
                f"{self.account} has lost the right to “{'”, “'.join(sorted(lost))}”: give it back (groups,"
                " the bot password’s grants), or accept it with `tropebot resume`."
            )
            notes.set_note(_RIGHTS_LOST, named)
            stops.raise_(StopKind.RIGHTS, named, why, at=now)
        raise NotAllowed(why)

    def _heed_messages(self, poll: Poll, now: datetime) -> None:
        """A new message from a person stops once; from a bot, or from ourselves, it does not."""
        stops = self.ledger.stops
        who = self._new_writers(poll)
        if who is not None:
            page = poll.watched.get(self.talk_page)
            with self.ledger.transaction():
                self._note_read(poll)
                if who:
                    stops.raise_(
                        StopKind.MESSAGE,
                        str(page.rev_id if page else 0),
                        f"{who} wrote on “{self.talk_page}”: read it, then `tropebot resume`.",
                        at=now,
                    )
        for stop in stops.standing(StopKind.MESSAGE):
            raise Stopped(stop.why)

    def _new_writers(self, poll: Poll) -> str | None:
        """The people who wrote since we last looked, empty for none; ``None`` where nothing is new."""
        notes, page = self.ledger.changes, poll.watched.get(self.talk_page)
        read = notes.note(_TALK_READ)
        rev_id = page.rev_id if page else 0
        told = "1" if poll.account.new_messages else ""
        if not read:
            return ""
        if page is None:
            # A message wall has no page: all that is known is that there is something to read.
            if told == notes.note(_TOLD):
                return None
            return "Somebody" if told else ""
        if rev_id <= int(read):
            return None
        writers = set(self.reader.fetch_writers(self.talk_page, after=int(read))) - {self.account}
        people = self.reader.fetch_people(sorted(writers - {""}))
        persons = [name for name in sorted(writers) if not _is_bot(people, name)]
        return ", ".join(name or "Somebody" for name in persons)

    def _note_read(self, poll: Poll) -> None:
        page = poll.watched.get(self.talk_page)
        notes = self.ledger.changes
        notes.set_note(_TALK_READ, str(page.rev_id if page else int(notes.note(_TALK_READ) or 0)))
        notes.set_note(_TOLD, "1" if poll.account.new_messages else "")

    def _heed_trial(self, policy: Policy, now: datetime) -> None:
        """The trial begins with the first look that may lead to a write, and anew after `resume`."""
        notes, stops = self.ledger.changes, self.ledger.stops
        if not (policy.trial.edits or policy.trial.days):
            if notes.note(_TRIAL):
                notes.set_note(_TRIAL, "")
                stops.clear(StopKind.TRIAL, at=now)
            return
        for stop in stops.standing(StopKind.TRIAL):
            raise Stopped(stop.why)
        begun, last = notes.note(_TRIAL), stops.latest(StopKind.TRIAL)
        if not begun or (last is not None and last.cleared_at > begun):
            notes.set_note(_TRIAL, stamp(now))
        if over := self.trial_over(policy, now):
            raise Stopped(over)


def _is_bot(people: Mapping[str, Person], name: str) -> bool:
    known = people.get(name)
    return known is not None and "bot" in known.groups
