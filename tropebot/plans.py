"""A plan that is reviewed away from the wiki: what a rehearsal would write, as a document, and back.

A plan permits; it does not command. What is sent is worked out anew from the page as it stands, and goes out
only if it is to the letter what an entry of the plan shows. So nothing that is written into a plan by others
can reach the wiki. Must not read files or the wiki.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct

from tropebot.errors import ConfigError
from tropebot.i18n import message
from tropebot.model import Action, Edit, Kind, Move, Page
from tropebot.policy.basis import policy_digest
from tropebot.policy.force import PolicyInForce
from tropebot.promotion import Draft
from tropebot.runreport import RunReport
from tropebot.written import Written

FORMAT = 1
MARK = "[tb:…]"
"""What a plan shows for the mark of a summary, which is made when the write is sent."""
PROMOTION = "promotion"
EDITS = (Kind.FLAG, Kind.UNFLAG, Kind.FIX)


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the document; a key that is not known is an error."""


class PolicyRead(_Part, frozen=True, kw_only=True):
    """By which policy the plan was made."""

    page: str
    revision: int
    digest: str


class Write(_Part, frozen=True, kw_only=True):
    """One request: the exact API parameters but for token, account and mark, and what it changes."""

    kind: str
    title: str
    parameters: Mapping[str, str]
    diff: tuple[str, ...]


class Entry(_Part, frozen=True, kw_only=True):
    """What is to be done about one page on one revision; ``read`` is when (server time) it was read.

    ``do`` is `flag`, `unflag`, `fix` or `promotion`; ``seal`` shows whether the entry was altered.
    """

    page: str
    page_id: int
    revision: int
    do: str
    rule: str
    reason: str
    read: datetime | None = None
    writes: tuple[Write, ...]
    seal: str = ""


class Plan(_Part, frozen=True, kw_only=True):
    """The document. ``messages`` are those that follow from the entries: they are composed anew."""

    tropebot_plan: int
    version: str
    wiki: str
    account: str
    policy: PolicyRead
    entries: tuple[Entry, ...]
    messages: tuple[Write, ...] = ()
    seal: str = ""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Whose plan it is: made by which version, for which wiki and account."""

    version: str
    wiki: str
    account: str


def planned(report: RunReport, force: PolicyInForce, origin: Origin) -> Plan:
    """The plan of a rehearsal; of a page that needs two edits it holds the first."""
    bare = Plan(
        tropebot_plan=FORMAT,
        version=origin.version,
        wiki=origin.wiki,
        account=origin.account,
        policy=PolicyRead(
            page=force.source, revision=force.rev_id, digest=policy_digest(force.policy)
        ),
        entries=(),
    )
    entries = {each.page_id: each for each in reversed((*_entries(report.written),))}
    messages = tuple(_write(each) for each in report.written if each.action.kind is Kind.NOTICE)
    sealed = tuple(_sealed(each, bare) for each in reversed(entries.values()))
    whole = msgspec.structs.replace(bare, messages=messages, seal=_hash(bare, messages))
    return msgspec.structs.replace(whole, entries=sealed)


def encoded(plan: Plan) -> bytes:
    """The document, for people to read."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"


def decoded(document: bytes, origin: Origin) -> Plan:
    """The plan, if it was made for this wiki, account and version, and nobody altered it.

    Entries may have been taken out. Raises `ConfigError`.
    """
    try:
        plan = msgspec.json.decode(document, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"This is no plan: {error}.") from None
    for name, made, ours in (
        ("format", str(plan.tropebot_plan), str(FORMAT)),
        ("version of tropebot", plan.version, origin.version),
        ("wiki", plan.wiki, origin.wiki),
        ("account", plan.account, origin.account),
    ):
        if made != ours:
            raise ConfigError(
                f"The plan is for another {name}: “{made}”, not “{ours}”. Make one here: `tropebot plan`."
            )
    bare = msgspec.structs.replace(plan, entries=(), messages=(), seal="")
    altered = [each.page for each in plan.entries if _sealed(each, bare) != each]
    if altered or plan.seal != _hash(bare, plan.messages):
        raise ConfigError(
            f"The plan was altered{f' (“{altered[0]}”)' if altered else ''}: entries can be taken out of it,"
            " and nothing else changed. Make a new one."
        )
    return plan


def _entries(written: Sequence[Written]) -> Iterator[Entry]:
    for each in written:
        if each.action.kind in EDITS and isinstance(each.payload, Edit):
            yield _entry(each, str(each.action.kind), each.action.subject, (each,))
    steps = [
        each for each in written if each.action.kind not in (*EDITS, Kind.NOTICE, Kind.CORRECTION)
    ]
    for _, found in groupby(steps, key=lambda each: each.action.episode):
        whole = tuple(found)
        move = next((each for each in whole if isinstance(each.payload, Move)), None)
        if move is not None:
            yield _entry(whole[0], PROMOTION, move.action.subject, whole, of=move)


def _entry(
    first: Written, do: str, rule: str, writes: Sequence[Written], of: Written | None = None
) -> Entry:
    of, edit = of or first, first.payload
    found = (message(each.message, *each.params) for each in first.action.findings)
    return Entry(
        page=of.action.title,
        page_id=of.action.page_id,
        revision=first.action.base_rev_id,
        do=do,
        rule=rule,
        reason=" ".join(found) or first.action.reason,
        read=edit.read_at if isinstance(edit, Edit) else None,
        writes=tuple(_write(each) for each in writes),
    )


def _write(written: Written) -> Write:
    sent = written.parameters()
    for name in ("summary", "reason"):
        if name in sent:
            sent[name] = " ".join((MARK, sent[name].partition("] ")[2]))
    diff = written.diff()
    return Write(
        kind=str(written.action.kind),
        title=written.payload.title,
        parameters=sent,
        diff=tuple(diff.split("\n")) if diff else (),
    )


def _sealed(entry: Entry, plan: Plan) -> Entry:
    bare = msgspec.structs.replace(entry, seal="")
    return msgspec.structs.replace(entry, seal=_hash(plan, bare))


def _hash(plan: Plan, part: Any) -> str:
    told = msgspec.json.encode((plan, part), order="deterministic")
    return hashlib.sha256(told).hexdigest()[:32]


@dataclass
class Approved:
    """The plan as `review.Review`; ``refused`` says why an entry was not carried out, by page id."""

    plan: Plan
    refused: dict[int, str] = field(default_factory=dict)
    let_through: set[int] = field(default_factory=set)
    ended: bool = False
    final: bool = False

    def __post_init__(self) -> None:
        self._entries = {each.page_id: each for each in self.plan.entries}
        self._told = {each.title for each in self.plan.messages}

    def wants(self, page: Page, force: PolicyInForce) -> bool:
        """Whether page and policy are still those that the plan was made by."""
        entry = self._entries.get(page.page_id)
        if entry is None:
            return False
        why = ""
        if policy_digest(force.policy) != self.plan.policy.digest:
            why = message("plan-policy-changed")
        elif page.rev_id != entry.revision or page.title != entry.page:
            why = message("plan-moved-on", str(entry.revision), str(page.rev_id))
        if why:
            self.refused[page.page_id] = why
        return not why

    def write(self, action: Action, before: str) -> Action | None:
        """The action, if it is the very one of the plan."""
        del before
        if action.kind is Kind.NOTICE:
            return action if action.title in self._told else None
        entry, edit = self._entries.get(action.page_id), action.payload
        if (
            entry is not None
            and isinstance(edit, Edit)
            and (entry.do, entry.rule, entry.revision)
            == (str(action.kind), action.subject, action.base_rev_id)
            and entry.writes[0].parameters.get("text") == edit.text
        ):
            self.let_through.add(action.page_id)
            return action
        self.refused[action.page_id] = message("plan-differs")
        return None

    def promotion(self, draft: Draft, target: str) -> bool:
        """Whether the plan moves this revision of the draft there, and strips it to the same text."""
        page, entry = draft.page, self._entries.get(draft.page.page_id)
        if entry is None or (entry.do, entry.rule) != (PROMOTION, target):
            self.refused[page.page_id] = message("plan-differs")
            return False
        strips = [each for each in entry.writes if each.kind == Kind.STRIP]
        text = strips[0].parameters.get("text") if strips else page.text
        if page.rev_id != entry.revision or text != draft.stripped:
            self.refused[page.page_id] = message("plan-differs")
            return False
        self.let_through.add(page.page_id)
        return True

    def deletion(self, page: Page, why: str) -> bool:
        """A plan deletes nothing."""
        del page, why
        return False


def outcome(entry: Entry, approved: Approved, report: RunReport) -> tuple[bool, str]:
    """Whether an entry was carried out, and if not, why."""
    kinds = (Kind.MOVE,) if entry.do == PROMOTION else (Kind(entry.do),)
    if any(
        each.action.page_id == entry.page_id and each.action.kind in kinds
        for each in report.written
    ):
        return True, ""
    if why := approved.refused.get(entry.page_id):
        return False, why
    held = [each.held.why for each in report.held if each.title == entry.page]
    if held:
        return False, message(held[0])
    drafts = [each.sentence() for each in report.drafts if each.title == entry.page]
    if drafts and entry.do == PROMOTION:
        return False, drafts[0]
    return False, report.problem or message(
        "plan-not-done" if entry.page_id in approved.let_through else "plan-nothing-to-do"
    )
