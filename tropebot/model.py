"""The words of the program as frozen values: page, change, finding, action, intent.

Must not do I/O, read a clock or know a rule. Titles are full titles as the wiki shows them
(local namespace name, spaces, no underscores); times are aware datetimes in UTC by the *server's*
clock; revision, page, user and log ids are MediaWiki's.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

MAIN = 0
USER = 2
USER_TALK = 3
FILE = 6
MEDIAWIKI = 8
CATEGORY = 14
TEMPLATE = 10
MODULE = 828
MESSAGE_WALL = 1200
"""Of Fandom's wikis, in place of user talk pages: no edit leaves a message there."""

UNREADABLE = "unreadable"
"""A content model of ours: the wiki did not give us the text, so nothing is judged."""

DISAMBIGUATION = "disambiguation"
"""What a page is called that is of no type and leads to several others."""


class FileInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The current version of a file: who uploaded it and what the upload comment said."""

    uploader: str
    uploaded: datetime
    comment: str = ""
    local: bool = True


class DraftLife(msgspec.Struct, frozen=True, kw_only=True):
    """A draft's history in short: who began it, and when somebody last did something substantial to it.

    ``imported``: it came from elsewhere, so that nobody here began it. ``returned``: it was moved here out
    of the main namespace. ``place`` is the draft's among its creator's ``live`` drafts, the oldest 1; 0: not
    known.
    """

    creator: str
    created: datetime
    touched: datetime
    imported: bool = False
    returned: bool = False
    place: int = 0
    live: int = 0


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it stood at one revision.

    ``templates`` (full titles) and ``categories`` (names without the prefix) are what the wiki
    itself says of the rendered page; ``None`` means that the wiki was not asked (offline), here as in
    ``base_exists`` (a page above it by its title exists), ``base_listed`` (full titles of the templates and
    categories there) and ``was_in_workshop``.
    ``second_reading`` are templates and categories (full titles) that only another parser sees in the text.
    ``made_with`` is the summary of a page that has one revision only, by ``user``; ``None`` where there are
    more, or the summary is hidden.
    Of a draft, ``talk`` is the text of its talk page (empty: there is none, or it is no wikitext) and
    ``life`` its history in short; ``None`` where nobody asked or the wiki did not tell.
    """

    title: str
    text: str
    namespace: int = MAIN
    page_id: int = 0
    rev_id: int = 0
    timestamp: datetime | None = None
    user: str = ""
    content_model: str = "wikitext"
    redirect: bool = False
    templates: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    missing_templates: frozenset[str] = frozenset()
    file: FileInfo | None = None
    read_at: datetime | None = None
    base_exists: bool | None = None
    base_listed: frozenset[str] | None = None
    second_reading: frozenset[str] = frozenset()
    was_in_workshop: bool | None = None
    made_with: str | None = None
    talk: str | None = None
    life: DraftLife | None = None


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One revision in a page's history; ``text`` is ``None`` where it is hidden or was not asked for.

    ``parent_id`` 0 is a page's first revision. ``size`` is in bytes; revisions with the same ``sha1`` read
    the same, and it is empty where the text is hidden.
    """

    rev_id: int
    parent_id: int
    page_id: int
    title: str
    user: str
    comment: str
    timestamp: datetime
    text: str | None = None
    size: int = 0
    sha1: str = ""
    minor: bool = False


class Authorship(msgspec.Struct, frozen=True, kw_only=True):
    """Who made a page's first revision, and when.

    ``hidden``: an admin has hidden part of some revision of the page.
    """

    user: str
    user_id: int
    created: datetime
    hidden: bool = False


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the wiki knows it now; an address or a vanished name has no ``user_id``.

    ``registered`` is ``None`` for accounts older than the wiki's records, and for addresses; ``edits`` is
    ``None`` where the wiki does not tell. ``gender`` is as the person set it: male, female, anything else:
    not said.
    """

    name: str
    user_id: int = 0
    groups: frozenset[str] = frozenset()
    blocked: bool = False
    registered: datetime | None = None
    edits: int | None = None
    gender: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One row of recent changes: a hint that a page changed, never a verdict on it."""

    rcid: int
    kind: str
    title: str
    namespace: int
    page_id: int
    rev_id: int
    old_rev_id: int
    timestamp: datetime
    user: str
    user_id: int = 0
    bot: bool = False
    comment: str = ""
    log_type: str = ""
    log_action: str = ""
    target_title: str = ""
    target_namespace: int | None = None


class OnWikiPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page that steers the bot, as last read: its text, its revision and whether it is protected."""

    title: str
    rev_id: int
    text: str
    user: str = ""
    timestamp: datetime | None = None
    protected: bool = False


class TitleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A title as the wiki's own normaliser reads it.

    ``problem`` says why nothing can be moved there (``invalid``, ``interwiki``, ``protected`` …) or is
    empty; ``rev_id`` is the page's newest; ``redirect_to`` is the target where the page is a redirect;
    ``move_protected``: an admin keeps people from moving the page.
    """

    title: str
    namespace: int
    exists: bool
    page_id: int = 0
    rev_id: int = 0
    problem: str = ""
    redirect_to: str = ""
    move_protected: bool = False


class Linking(msgspec.Struct, frozen=True, kw_only=True):
    """A page that links to another one."""

    page_id: int
    namespace: int
    redirect: bool = False


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """A page was deleted; ``user`` and ``comment`` are empty where they are hidden."""

    user: str
    comment: str
    timestamp: datetime


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The account that the wiki says we are."""

    name: str
    user_id: int
    groups: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    blocked: str = ""
    new_messages: bool = False


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the wiki: what changed, and whether and as whom we may go on.

    ``watched`` holds the pages asked for (run page, policy page, preloads …); a page that does not
    exist is there with the value ``None``. ``complete`` is false when more changes remain.
    """

    server_time: datetime
    changes: tuple[Change, ...]
    watched: Mapping[str, OnWikiPage | None]
    account: Account
    oldest_change: datetime | None = None
    complete: bool = True


class WikiSize(msgspec.Struct, frozen=True, kw_only=True):
    """How large a wiki is by its own count: all pages of all namespaces, content pages, files."""

    pages: int
    articles: int
    files: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One violation on one revision.

    ``message`` is the key of a message in ``i18n`` and ``params`` its ``$1 …``; ``line`` counts
    from 1; ``details`` is what machines read (design: JSON lines).
    """

    code: str
    rule: str
    title: str
    page_id: int
    rev_id: int
    message: str
    params: tuple[str, ...] = ()
    line: int = 1
    details: Mapping[str, Any] = {}


class Kind(StrEnum):
    """What an intent does on the wiki."""

    FLAG = "flag"
    UNFLAG = "unflag"
    FIX = "fix"
    NOMINATE = "nominate"
    DELETE = "delete"
    NOTICE = "notice"
    STRIP = "strip"
    MOVE = "move"
    RESTORE = "restore"
    AFTER = "after"
    LINKS = "links"
    LISTED = "listed"
    UNDO = "undo"
    UNDO_MOVE = "undo-move"
    CORRECTION = "correction"
    ANSWER = "answer"
    SETUP = "setup"
    REPORT = "report"


class State(StrEnum):
    """Where an intent stands; only the ledger's transition table changes it.

    planned → sending → done | refused | superseded | unknown; unknown → done | planned.
    A planned intent that was sent before is done where its effect is found after all.
    """

    PLANNED = "planned"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """The whole text of a page, or a text to append, to be saved on exactly the revision judged.

    ``base_rev_id`` 0 creates the page and nothing else (``createonly``). ``undo`` has the wiki itself take
    that revision back to the one before it, which reads ``text``.
    """

    page_id: int
    title: str
    base_rev_id: int
    read_at: datetime
    summary: str
    text: str | None = None
    append: str | None = None
    bot: bool = True
    undo: int = 0

    @classmethod
    def of(
        cls,
        page: Page,
        *,
        text: str | None = None,
        append: str | None = None,
        bot: bool = True,
        undo: int = 0,
    ) -> "Edit":
        """An edit of a page as it was read from the wiki; any other page is a `ValueError`."""
        if page.read_at is None:
            raise ValueError("only a page that was read from the wiki can be edited")
        return cls(
            page_id=page.page_id,
            title=page.title,
            base_rev_id=page.rev_id,
            read_at=page.read_at,
            summary="",
            text=text,
            append=append,
            bot=bot,
            undo=undo,
        )

    @classmethod
    def making(cls, title: str, text: str, *, at: datetime, bot: bool = True) -> "Edit":
        """An edit that makes a page where there was none at that moment of the server's time."""
        return cls(
            page_id=0, title=title, base_rev_id=0, read_at=at, summary="", text=text, bot=bot
        )


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be moved by its id, with its talk page or not, never with implied subpages."""

    page_id: int
    title: str
    target: str
    summary: str
    move_talk: bool
    leave_redirect: bool


class EditResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the wiki did with an edit; ``no_change`` means that it already read so."""

    rev_id: int
    old_rev_id: int
    no_change: bool = False
    page_id: int = 0


class MoveResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the wiki did with a move, which may be less than was asked (talk page, redirect).

    ``over_redirect``: a redirect of one revision to the page stood at the target, and is deleted now.
    """

    title: str
    target: str
    redirect_left: bool
    talk_moved: bool
    talk_error: str = ""
    over_redirect: bool = False


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What policy says to do about a page: decided, not yet written down.

    ``subject`` is the rule's code, the recipient's name, or the promotion's target: with kind, page
    id and episode it makes the key under which at most one effect may ever happen.
    """

    kind: Kind
    page_id: int
    title: str
    subject: str
    episode: int
    base_rev_id: int
    reason: str
    findings: tuple[Finding, ...] = ()
    payload: Edit | Move | None = None


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """An action written down: where it stands, and what became of it.

    ``episode`` tells one occasion from the next (of a promotion: its number, of a notice: the first row
    told). ``details`` is what must be done here once it has happened there. ``tries`` counts sendings;
    ``planned_at`` is server time, not later than the first sending.
    """

    intent_id: int
    run: int
    kind: Kind
    page_id: int
    title: str
    subject: str
    episode: int
    base_rev_id: int
    reason: str
    codes: tuple[str, ...]
    policy_rev: int
    mark: str
    state: State
    tries: int
    planned_at: datetime
    result_rev: int = 0
    result_old_rev: int = 0
    why: str = ""
    details: Mapping[str, Any] = {}

    @property
    def found(self) -> bool:
        """Whether it is a flag that ``run`` found on the wiki: whose run put it on nobody knows."""
        return self.kind is Kind.FLAG and self.episode < 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was judged of a page at one revision.

    ``exempt`` says why a page is not judged at all, ``no_edit`` why it must not be edited whatever was
    found; ``no_edit_codes`` are rules that the page bids keep off. ``again_at`` is when to judge again
    (server time) a page that was too fresh; ``notes`` are for the operator (what could not be judged).
    """

    page: Page
    findings: tuple[Finding, ...] = ()
    exempt: str = ""
    no_edit: str = ""
    no_edit_codes: frozenset[str] = frozenset()
    again_at: datetime | None = None
    notes: tuple[str, ...] = ()
