"""The store of the FakeWiki: pages with history, what people do to them, and the rows that this makes.

Must not know what a bot asks: `fake_wiki.py` answers that.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tropebot.model import Change, Deletion, FileInfo
from tropebot.wikitext.facts import DEFAULT_NAMES, DEFAULT_NAMESPACES

NAMESPACES: Mapping[str, int] = {
    **DEFAULT_NAMESPACES,
    "trope workshop": 3000,
    "ykttw": 3000,
    "trope workshop talk": 3001,
    "ykttw talk": 3001,
}
NAMES: Mapping[int, str] = {
    **{number: name for number, name in DEFAULT_NAMES.items() if number >= 0},
    3000: "Trope Workshop",
    3001: "Trope Workshop talk",
}
SUMMARY_LIMIT = 500
REDIRECT = re.compile(r"#REDIRECT\s*\[\[([^\]|#]+)", re.IGNORECASE)

Hook = Callable[[str, str], None]
"""Called with ``before`` or ``after`` and the request's name; it may change the wiki or raise."""


@dataclass(frozen=True)
class Revision:
    """One revision of a page as it is stored."""

    rev_id: int
    parent: int
    text: str
    user: str
    comment: str
    timestamp: datetime
    bot: bool = False
    minor: bool = False


@dataclass
class Stored:
    """A page with its whole history, under the title that it has now."""

    page_id: int
    title: str
    revisions: list[Revision]
    content_model: str = "wikitext"
    protected: bool = False
    file: FileInfo | None = None

    @property
    def last(self) -> Revision:
        return self.revisions[-1]


@dataclass(frozen=True)
class LogRow:
    """A row of the move log; ``title`` is where the page stood before."""

    log_id: int
    page_id: int
    title: str
    target: str
    user: str
    comment: str
    timestamp: datetime


@dataclass
class FakePages:
    """A wiki in memory; ``account`` is the bot's, ``unlisted`` are templates that its tables lack so far."""

    account: str = "TropeBot"
    now: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)
    groups: dict[str, frozenset[str]] = field(
        default_factory=lambda: {"Admin": frozenset({"sysop"}), "TropeBot": frozenset({"bot"})}
    )
    rights: frozenset[str] = frozenset({"read", "edit", "createpage", "move", "suppressredirect"})
    blocked: set[str] = field(default_factory=set)
    logged_in: bool = True
    new_messages: bool = False
    registered: dict[str, datetime] = field(default_factory=dict)
    edits: dict[str, int] = field(default_factory=dict)
    genders: dict[str, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=lambda: dict(NAMES))
    extensions: frozenset[str] = frozenset()
    hidden: set[str] = field(default_factory=set)
    no_creation: set[str] = field(default_factory=set)
    blacklisted: set[str] = field(default_factory=set)
    refusals: dict[str, str] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    hidden_texts: set[int] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    hold_rows: bool = False
    hooks: list[Hook] = field(default_factory=list)
    pages: dict[str, Stored] = field(default_factory=dict)
    moves: list[LogRow] = field(default_factory=list)
    rows: list[Change] = field(default_factory=list)
    held: list[Change] = field(default_factory=list)
    reads: int = 0
    writes: int = 0
    deleted: dict[str, datetime] = field(default_factory=dict)
    deletions: dict[str, Deletion] = field(default_factory=dict)
    taken_as_there: frozenset[str] = frozenset()
    _ids: int = 100

    # What people and the test do.

    def put(
        self,
        title: str,
        text: str,
        user: str = "Ada",
        comment: str = "",
        *,
        bot: bool = False,
        minor: bool = False,
    ) -> int:
        """A person saves a page; the new revision's id."""
        title = self.normal(title)[1]
        page = self.pages.get(title)
        new = page is None
        if page is None:
            page = self.pages[title] = Stored(self._next(), title, [])
        kind = "new" if new else "edit"
        return self._save(page, text, user, comment, bot=bot, minor=minor, kind=kind)

    def upload(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None:
        """A person uploads a file: the upload is one log row, the description page has none."""
        page = self.pages[title] = Stored(self._next(), title, [])
        self._save(page, text, user, comment, kind="")
        page.file = FileInfo(uploader=user, uploaded=self.now, comment=comment)
        self._row(page, "log", user, comment, log_type="upload", log_action="upload")

    def delete(self, title: str, user: str = "Admin", comment: str = "") -> None:
        """An admin deletes a page; its row still names the page id."""
        page = self.pages.pop(title)
        self.tick()
        self.deleted[title] = self.now
        self.deletions[title] = Deletion(user=user, comment=comment, timestamp=self.now)
        self._row(page, "log", user, "", log_type="delete", log_action="delete")

    def rename(
        self,
        title: str,
        target: str,
        user: str = "Ada",
        *,
        redirect: bool = True,
        comment: str = "",
    ) -> None:
        """A person moves a page."""
        self._move(self.pages[title], target, user, comment, redirect=redirect)

    def protect(self, title: str) -> None:
        """An admin protects a page."""
        self.pages[title].protected = True

    def release_rows(self) -> None:
        """Rows of recent changes that were written late become visible, with their old times."""
        self.rows += self.held
        self.held.clear()
        self.hold_rows = False

    def tick(self, seconds: float = 1) -> None:
        """The server's clock goes on."""
        self.now += timedelta(seconds=seconds)

    def once(self, moment: str, request: str, act: Callable[[], None]) -> None:
        """Does something, or raises, at the next such moment and never again."""

        def hook(seen_moment: str, seen_request: str) -> None:
            if (seen_moment, seen_request) == (moment, request):
                self.hooks.remove(hook)
                act()

        self.hooks.append(hook)

    def text(self, title: str) -> str:
        """A page's text now."""
        return self.pages[title].last.text

    def edits_by(self, user: str) -> list[tuple[str, str]]:
        """Every edit that an account has made: title and comment, in order; null revisions are none."""
        found = [
            (revision.rev_id, page.title, revision.comment)
            for page in self.pages.values()
            for index, revision in enumerate(page.revisions)
            if revision.user == user
            and not (index and page.revisions[index - 1].text == revision.text)
        ]
        return [(title, comment) for _, title, comment in sorted(found)]

    # How the wiki keeps it.

    def normal(self, title: str) -> tuple[int, str]:
        """Namespace and full title as the wiki's normaliser gives them."""
        title = re.sub(r"[\s_]+", " ", title).strip(" :")
        prefix, colon, rest = title.partition(":")
        namespace = NAMESPACES.get(prefix.strip().lower()) if colon else None
        if namespace is None:
            return 0, title[:1].upper() + title[1:]
        rest = rest.strip()
        rest = rest[:1].upper() + rest[1:]
        return namespace, f"{NAMES[namespace]}:{rest}" if namespace in NAMES else title

    def _move(self, page: Stored, target: str, user: str, comment: str, *, redirect: bool) -> None:
        self.tick()
        source = page.title
        del self.pages[source]
        self.pages[target] = page
        page.title = target
        null = Revision(
            self._next(),
            page.last.rev_id,
            page.last.text,
            user,
            f"{user} moved page [[{source}]] to [[{target}]]: {comment}",
            self.now,
            minor=True,
        )
        page.revisions.append(null)
        log = LogRow(self._next(), page.page_id, source, target, user, comment, self.now)
        self.moves.append(log)
        self._row(
            page,
            "log",
            user,
            comment,
            log_type="move",
            log_action="move" if redirect else "move_noredirect",
            title=source,
            target=target,
        )
        if redirect:
            left = self.pages[source] = Stored(self._next(), source, [])
            self._save(left, f"#REDIRECT [[{target}]]", user, comment, kind="")

    def _save(
        self,
        page: Stored,
        text: str,
        user: str,
        comment: str,
        *,
        bot: bool = False,
        minor: bool = False,
        kind: str = "edit",
    ) -> int:
        self.tick()
        text = self._signed(text.replace("\r\n", "\n"), user).rstrip()
        parent = page.last.rev_id if page.revisions else 0
        if page.revisions and text == page.last.text:
            return parent
        revision = Revision(
            self._next(), parent, text, user, comment[:SUMMARY_LIMIT], self.now, bot, minor
        )
        page.revisions.append(revision)
        if kind:
            self._row(page, kind, user, comment[:SUMMARY_LIMIT], bot=bot)
        return revision.rev_id

    def _row(
        self,
        page: Stored,
        kind: str,
        user: str,
        comment: str,
        *,
        bot: bool = False,
        log_type: str = "",
        log_action: str = "",
        title: str = "",
        target: str = "",
    ) -> None:
        title = title or page.title
        row = Change(
            rcid=self._next(),
            kind=kind,
            title=title,
            namespace=self.normal(title)[0],
            page_id=page.page_id,
            rev_id=page.last.rev_id,
            old_rev_id=page.last.parent,
            timestamp=self.now,
            user=user,
            user_id=self._user_id(user),
            bot=bot,
            comment=comment,
            log_type=log_type,
            log_action=log_action,
            target_title=target,
            target_namespace=self.normal(target)[0] if target else None,
        )
        (self.held if self.hold_rows else self.rows).append(row)

    def _target(self, page: Stored) -> str:
        match = REDIRECT.match(page.last.text)
        return self.normal(match[1])[1] if match else ""

    def _talk(self, title: str) -> str:
        namespace, full = self.normal(title)
        plain = full.partition(":")[2] if namespace else full
        return f"{NAMES[namespace + 1]}:{plain}"

    def _signed(self, text: str, user: str = "") -> str:
        user = user or self.account
        return text.replace("~~~~", f"[[User:{user}|{user}]] {self.now:%H:%M, %d %B %Y} (UTC)")

    def _by_id(self, page_id: int) -> Stored | None:
        return next((page for page in self.pages.values() if page.page_id == page_id), None)

    def _user_id(self, user: str) -> int:
        return (
            0
            if re.fullmatch(r"[\d.:A-Fa-f]*[.:][\d.:A-Fa-f]*", user)
            else 1000 + sum(user.encode())
        )

    def _next(self) -> int:
        self._ids += 1
        return self._ids

    def _hook(self, moment: str, request: str) -> None:
        for hook in tuple(self.hooks):
            hook(moment, request)
