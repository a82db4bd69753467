"""Keeps findings current: where what judgement rests on has changed, pages are judged again, slice by slice.

So are all drafts once a day where the policy asks for what time alone changes, and when somebody wrote on a
draft's talk page, where votes are cast. Must not judge. Which lists of pages wait, and how far each has been
read, stands in the ledger; nothing is asked of the wiki while nothing waits.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import asdict

from tropebot.errors import ListRefused
from tropebot.i18n import message
from tropebot.ledger import Ledger
from tropebot.ledger.changes import RENEWAL, STANDING, VOTED_ON, Work
from tropebot.policy.basis import (
    INSIDE,
    LISTED,
    OPEN,
    USING,
    Part,
    basis,
    changed,
    concerned,
    policy_digest,
    renewed,
)
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Policy
from tropebot.ports import WikiReader

MOST_READS = 20
"""Slices of lists that are asked for in one pass, however short they are."""
DRAFTS_EVERY = timedelta(days=1)
"""How often all drafts are judged though nobody edited them."""
_DRAFTS = "drafts-looked-through"
_BASIS = "basis"
_POLICY = "basis-policy"
_BEGUN_AGAIN = "renewal-begun-again"


class Renewal:
    """The lists of pages that wait to be judged again."""

    def __init__(self, ledger: Ledger, reader: WikiReader) -> None:
        self._ledger = ledger
        self._reader = reader
        self.notes: list[str] = []

    def waits(self, policy: Policy, now: datetime) -> bool:
        """Whether there is something to compare or to judge again; asks nobody. ``now`` is server time."""
        if self._drafts_due(policy, now):
            return True
        known = self._ledger.changes.note(_POLICY)
        return bool(self._ledger.changes.waiting_lists()) or bool(
            known and known != policy_digest(policy)
        )

    def compare(self, force: PolicyInForce) -> tuple[str, ...]:
        """Note what judgement rests on now, and the lists to be read again; what changed, in words."""
        notes = self._ledger.changes
        now, digest = basis(force), policy_digest(force.policy)
        before = _parts(notes.note(_BASIS))
        parts = renewed(before, now)
        names = changed(before, parts)
        if parts != before or digest != notes.note(_POLICY):
            with self._ledger.transaction():
                self._begin(concerned(names, before, parts))
                notes.set_note(_BASIS, json.dumps({name: asdict(parts[name]) for name in parts}))
                notes.set_note(_POLICY, digest)
        return tuple(map(_in_words, names))

    def begin_drafts(self, force: PolicyInForce, now: datetime) -> None:
        """Once a day, have all drafts judged again, if the policy asks for that."""
        if not self._drafts_due(force.policy, now):
            return
        changes = self._ledger.changes
        lists = tuple(f"{INSIDE}{number}" for number in sorted(force.workshop))
        voted = _asks_votes(force.policy)
        with self._ledger.transaction():
            changes.set_waiting_lists({**changes.waiting_lists(), **dict.fromkeys(lists, "")})
            changes.set_note(VOTED_ON, json.dumps(sorted(force.workshop) if voted else []))
            changes.set_cursor(_DRAFTS, now)

    def _drafts_due(self, policy: Policy, now: datetime) -> bool:
        workshop = policy.workshop
        if not (workshop.stale.days or workshop.drafts_per_creator or _asks_votes(policy)):
            return False
        last = self._ledger.changes.cursor(_DRAFTS)
        return last is None or now - last >= DRAFTS_EVERY

    def take_slice(self, pages: int) -> int:
        """Put the next pages, at most that many, among those to be judged now; how many they were."""
        taken = 0
        for _ in range(MOST_READS):
            waiting = self._ledger.changes.waiting_lists()
            if taken >= pages or not waiting:
                break
            name, after = next(iter(waiting.items()))
            rest = {each: place for each, place in waiting.items() if each != name}
            try:
                page_ids, further = self._read(name, after, pages - taken)
            except ListRefused:
                self._begin_again(name, rest)
                continue
            with self._ledger.transaction():
                for page_id in page_ids:
                    reason = STANDING if name == OPEN else RENEWAL
                    self._ledger.changes.add(Work(page_id=page_id, reason=reason))
                if not further:
                    self._note_begun_again(self._begun_again() - {name})
                self._ledger.changes.set_waiting_lists({name: further, **rest} if further else rest)
            taken += len(page_ids)
        return taken

    def _begin_again(self, name: str, rest: Mapping[str, str]) -> None:
        """The wiki does not know our place in the list: from its beginning, once; then it is given up."""
        begun = self._begun_again()
        once = name not in begun
        key = "note-list-begun-again" if once else "note-list-given-up"
        self.notes.append(message(key, name.partition(":")[2]))
        with self._ledger.transaction():
            self._note_begun_again(begun ^ {name})
            self._ledger.changes.set_waiting_lists({name: "", **rest} if once else rest)

    def _begun_again(self) -> frozenset[str]:
        return frozenset(json.loads(self._ledger.changes.note(_BEGUN_AGAIN) or "[]"))

    def _note_begun_again(self, names: frozenset[str]) -> None:
        if names != self._begun_again():
            self._ledger.changes.set_note(_BEGUN_AGAIN, json.dumps(sorted(names)))

    def _begin(self, names: tuple[str, ...]) -> None:
        """Read these lists from their beginning; others go on where they are."""
        changes = self._ledger.changes
        waiting = {
            name: place for name, place in changes.waiting_lists().items() if name not in names
        }
        changes.set_waiting_lists({**dict.fromkeys(names, ""), **waiting})

    def _read(self, name: str, after: str, limit: int) -> tuple[tuple[int, ...], str]:
        if name == OPEN:
            found = self._ledger.pages.with_findings(after=int(after or 0), limit=limit)
            return found, str(found[-1]) if len(found) == limit else ""
        if name.startswith(USING):
            return self._reader.fetch_page_ids(
                using=name.removeprefix(USING), after=after, limit=limit
            )
        if name.startswith(LISTED):
            return self._reader.fetch_page_ids(
                category=name.removeprefix(LISTED), after=after, limit=limit
            )
        number = int(name.removeprefix(INSIDE))
        return self._reader.fetch_page_ids(namespace=number, after=after, limit=limit)


def _parts(note: str) -> dict[str, Part]:
    return {
        name: Part(digest=part["digest"], pages=tuple(part["pages"]))
        for name, part in json.loads(note or "{}").items()
    }


def _asks_votes(policy: Policy) -> bool:
    approval = policy.workshop.approval
    return bool(approval.votes or approval.oppose)


def _in_words(part: str) -> str:
    """A part of the basis as people call it."""
    kind, _, name = part.partition(" ")
    return message(f"basis-{kind}", name)
