"""The one stand-in for a wiki: pages with history, moves, conflicts, recent changes, faults on demand.

It behaves as MediaWiki 1.39 was seen to behave, as far as tropebot can tell; `tests/contract/` holds it to
the real one. It must not be lenient: what MediaWiki refuses, it refuses. People act through the
methods in the first part; tropebot sees only what `ports.WikiReader` and `ports.WikiWriter` name.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tropebot.errors import Conflict, NotAllowed, Refused
from tropebot.model import (
    Account,
    Authorship,
    Change,
    Edit,
    EditResult,
    FileInfo,
    Move,
    MoveResult,
    OnWikiPage,
    Page,
    Poll,
    TitleInfo,
)
from tropebot.policy.schema import Policy
from tropebot.wikitext.facts import DEFAULT_NAMESPACES, SourcePage, WikiFacts
from tropebot.wikitext.merge import merged

NAMESPACES: Mapping[str, int] = {
    **DEFAULT_NAMESPACES,
    "trope workshop": 3000,
    "ykttw": 3000,
    "trope workshop talk": 3001,
    "ykttw talk": 3001,
}
NAMES: Mapping[int, str] = {
    0: "",
    1: "Talk",
    2: "User",
    3: "User talk",
    4: "Project",
    5: "Project talk",
    6: "File",
    7: "File talk",
    8: "MediaWiki",
    9: "MediaWiki talk",
    10: "Template",
    11: "Template talk",
    12: "Help",
    13: "Help talk",
    14: "Category",
    15: "Category talk",
    3000: "Trope Workshop",
    3001: "Trope Workshop talk",
}
INTERWIKI = frozenset({"wikipedia", "de"})
SUMMARY_LIMIT = 500
_REDIRECT = re.compile(r"#REDIRECT\s*\[\[([^\]|#]+)", re.IGNORECASE)
_NOT_WIKITEXT = re.compile(r"<!--.*?(?:-->|\Z)|<nowiki>.*?</nowiki>", re.DOTALL)
_ONLY_INCLUDED = re.compile(r"<includeonly>.*?(?:</includeonly>|\Z)", re.DOTALL)
_NOT_INCLUDED = re.compile(r"<noinclude>.*?(?:</noinclude>|\Z)|</?includeonly>", re.DOTALL)
_TEMPLATE = re.compile(r"\{\{\s*([^#{}|<>\[\]]+?)\s*(?=\||\}\})")
_CATEGORY = re.compile(r"\[\[\s*category\s*:\s*([^\]|]+?)\s*(?:\||\]\])", re.IGNORECASE)
_BAD_TITLE = re.compile(r"[<>\[\]|{}#\x00-\x1f\x7f]|(?:^|/)\.{1,2}(?:/|$)|~~~")

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
class FakeWiki:
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
    no_creation: set[str] = field(default_factory=set)
    refusals: dict[str, str] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    hold_rows: bool = False
    hooks: list[Hook] = field(default_factory=list)
    pages: dict[str, Stored] = field(default_factory=dict)
    moves: list[LogRow] = field(default_factory=list)
    rows: list[Change] = field(default_factory=list)
    held: list[Change] = field(default_factory=list)
    reads: int = 0
    writes: int = 0
    deleted: dict[str, datetime] = field(default_factory=dict)
    _ids: int = 100

    # What people and the test do.

    def put(
        self, title: str, text: str, user: str = "Ada", comment: str = "", *, bot: bool = False
    ) -> int:
        """A person saves a page; the new revision's id."""
        title = self.normal(title)[1]
        page = self.pages.get(title)
        new = page is None
        if page is None:
            page = self.pages[title] = Stored(self._next(), title, [])
        return self._save(page, text, user, comment, bot=bot, kind="new" if new else "edit")

    def upload(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None:
        """A person uploads a file: the upload is one log row, the description page has none."""
        page = self.pages[title] = Stored(self._next(), title, [])
        self._save(page, text, user, comment, kind="")
        page.file = FileInfo(uploader=user, uploaded=self.now, comment=comment)
        self._row(page, "log", user, comment, log_type="upload", log_action="upload")

    def delete(self, title: str, user: str = "Admin") -> None:
        """An admin deletes a page; its row still names the page id."""
        page = self.pages.pop(title)
        self.tick()
        self.deleted[title] = self.now
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

    # ports.WikiReader

    def poll(self, *, since: datetime | None, watch: Collection[str], limit: int) -> Poll:
        self._read("poll")
        rows: list[Change] = []
        if since is not None:
            rows = sorted(
                (row for row in self.rows if row.timestamp >= since),
                key=lambda row: (row.timestamp, row.rcid),
            )
        name = self.account if self.logged_in else "127.0.0.1"
        poll = Poll(
            server_time=self.now,
            changes=tuple(rows[:limit]),
            watched={title: self._watched(title) for title in watch},
            account=Account(
                name=name,
                user_id=self._user_id(name) if self.logged_in else 0,
                groups=self.groups.get(name, frozenset()) if self.logged_in else frozenset(),
                rights=self.rights if self.logged_in else frozenset({"read"}),
                blocked="blocked by Admin" if name in self.blocked else "",
                new_messages=self.new_messages,
            ),
            oldest_change=min((row.timestamp for row in self.rows), default=None),
            complete=len(rows) <= limit,
        )
        self._hook("after", "poll")
        return poll

    def fetch_pages(self, titles: Collection[str]) -> Mapping[str, Page | None]:
        self._read("fetch_pages")
        return {title: self._page(self.pages.get(self.normal(title)[1])) for title in titles}

    def fetch_pages_by_id(self, page_ids: Collection[int]) -> Mapping[int, Page | None]:
        self._read("fetch_pages_by_id")
        known = {page.page_id: page for page in self.pages.values()}
        return {page_id: self._page(known.get(page_id)) for page_id in page_ids}

    def fetch_facts(self, policy: Policy) -> WikiFacts:
        self._read("fetch_facts")
        wanted = {
            policy.workshop.preload,
            policy.files.licences_page,
            *(kind.preload for kind in policy.types.values()),
        } - {""}
        sources = {
            title: SourcePage(title=title, rev_id=page.last.rev_id, text=page.last.text)
            if (page := self.pages.get(title))
            else None
            for title in wanted
        }
        redirects = {
            title.partition(":")[2]: target.partition(":")[2]
            for title, page in self.pages.items()
            if title.startswith("Template:") and (target := self._target(page))
        }
        return WikiFacts(
            online=True,
            namespaces=NAMESPACES,
            namespace_names=NAMES,
            interwiki=INTERWIKI,
            template_redirects=redirects,
            sources=sources,
        )

    def fetch_authorship(self, page_id: int) -> Authorship | None:
        self._read("fetch_authorship")
        page = self._by_id(page_id)
        if page is None:
            return None
        first = next(
            (revision for revision in page.revisions if not _REDIRECT.match(revision.text)),
            page.revisions[0],
        )
        return Authorship(
            user=first.user, user_id=self._user_id(first.user), created=first.timestamp
        )

    def fetch_groups(self, user: str) -> frozenset[str]:
        self._read("fetch_groups")
        return self.groups.get(user, frozenset())

    def fetch_subpages(self, title: str) -> Mapping[str, int]:
        self._read("fetch_subpages")
        return {
            name: page.page_id
            for name, page in sorted(self.pages.items())
            if name.startswith(f"{title}/") and not self._target(page)
        }

    def fetch_titles(self, titles: Sequence[str]) -> Mapping[str, TitleInfo]:
        self._read("fetch_titles")
        return {title: self._title(title) for title in titles}

    def find_mark(self, mark: str, *, page_id: int, title: str, since: datetime) -> int | None:
        self._read("find_mark")
        pages = [self._by_id(page_id) if page_id else None, self.pages.get(title)]
        for page in pages:
            for revision in page.revisions if page else ():
                if (
                    revision.user == self.account
                    and revision.comment.startswith(mark)
                    and revision.timestamp >= since
                ):
                    return revision.rev_id
        for row in self.moves:
            if row.user == self.account and row.comment.startswith(mark) and row.timestamp >= since:
                return row.log_id
        return None

    # ports.WikiWriter

    def edit(self, edit: Edit) -> EditResult:
        self.writes += 1
        self._hook("before", "edit")
        self._assert_allowed("edit")
        page = self._by_id(edit.page_id) if edit.page_id else self.pages.get(edit.title)
        code = self.refusals.get(page.title if page else edit.title)
        if code:
            raise Refused(code)
        result = self._create(edit, page) if not edit.base_rev_id else self._change(edit, page)
        self._hook("after", "edit")
        return result

    def move(self, move: Move) -> MoveResult:
        self.writes += 1
        self._hook("before", "move")
        self._assert_allowed("move")
        page = self._by_id(move.page_id)
        if page is None:
            raise Refused("nosuchpageid")
        target = self.normal(move.target)[1]
        self._assert_movable(page, target)
        source = page.title
        redirect = move.leave_redirect or "suppressredirect" not in self.rights
        self._move(page, target, self.account, move.summary, redirect=redirect)
        talk_moved, talk_error = (
            self._move_talk(source, target, move) if move.move_talk else (False, "")
        )
        self._hook("after", "move")
        return MoveResult(
            title=source,
            target=target,
            redirect_left=redirect,
            talk_moved=talk_moved,
            talk_error=talk_error,
        )

    # How the wiki does it.

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

    def _create(self, edit: Edit, page: Stored | None) -> EditResult:
        if page is not None:
            raise Conflict(f"“{edit.title}” exists")
        namespace, title = self.normal(edit.title)
        if namespace < 0 or _BAD_TITLE.search(title):
            raise Refused("invalidtitle")
        if title in self.no_creation:
            raise Refused("protectedpage")
        if self.deleted.get(title, edit.read_at) > edit.read_at:
            raise Conflict(f"“{title}” was deleted")
        page = self.pages[title] = Stored(self._next(), title, [])
        text = edit.text if edit.text is not None else edit.append or ""
        rev_id = self._save(page, text, self.account, edit.summary, bot=edit.bot, kind="new")
        return EditResult(rev_id=rev_id, old_rev_id=0, page_id=page.page_id)

    def _change(self, edit: Edit, page: Stored | None) -> EditResult:
        if page is None:
            raise Conflict(f"“{edit.title}” does not exist")
        if page.protected or self.normal(page.title)[0] == NAMESPACES["mediawiki"]:
            raise Refused("protectedpage")
        current = page.last
        wanted = current.text + edit.append if edit.append is not None else edit.text or ""
        wanted = self._signed(wanted)
        if edit.base_rev_id != current.rev_id:
            base = next((r for r in page.revisions if r.rev_id == edit.base_rev_id), None)
            both = merged(base.text, wanted, current.text) if base else None
            if both is None:
                raise Conflict(f"“{page.title}” was edited")
            wanted = both
        if wanted == current.text:
            return EditResult(
                rev_id=current.rev_id,
                old_rev_id=current.rev_id,
                no_change=True,
                page_id=page.page_id,
            )
        rev_id = self._save(page, wanted, self.account, edit.summary, bot=edit.bot)
        return EditResult(rev_id=rev_id, old_rev_id=current.rev_id, page_id=page.page_id)

    def _assert_movable(self, page: Stored, target: str) -> None:
        namespace, _ = self.normal(target)
        there = self.pages.get(target)
        code = self.refusals.get(page.title, "")
        if target == page.title:
            code = "selfmove"
        elif namespace < 0:
            code = "immobile-target-namespace"
        elif _BAD_TITLE.search(target) or target.partition(":")[0].lower() in INTERWIKI:
            code = "invalidtitle"
        elif page.protected or target in self.no_creation:
            code = "protectedpage"
        elif there is not None and self._target(there) and self._target(there) != page.title:
            code = "redirectexists"
        elif there is not None and (len(there.revisions) > 1 or not self._target(there)):
            code = "articleexists"
        if code:
            raise Refused(code)

    def _move_talk(self, source: str, target: str, move: Move) -> tuple[bool, str]:
        talk = self.pages.get(self._talk(source))
        if talk is None:
            return False, ""
        talk_target = self._talk(target)
        if talk_target in self.pages:
            return False, "articleexists"
        redirect = move.leave_redirect or "suppressredirect" not in self.rights
        self._move(talk, talk_target, self.account, move.summary, redirect=redirect)
        return True, ""

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
        kind: str = "edit",
    ) -> int:
        self.tick()
        text = self._signed(text.replace("\r\n", "\n"), user).rstrip()
        parent = page.last.rev_id if page.revisions else 0
        if page.revisions and text == page.last.text:
            return parent
        revision = Revision(
            self._next(), parent, text, user, comment[:SUMMARY_LIMIT], self.now, bot
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

    def _page(self, stored: Stored | None) -> Page | None:
        if stored is None:
            return None
        namespace, title = self.normal(stored.title)
        templates: set[str] = set()
        categories: set[str] = set()
        self._collect(_ONLY_INCLUDED.sub("", stored.last.text), templates, categories, title)
        base = title.rpartition("/")[0]
        return Page(
            title=title,
            text=stored.last.text,
            namespace=namespace,
            page_id=stored.page_id,
            rev_id=stored.last.rev_id,
            timestamp=stored.last.timestamp,
            user=stored.last.user,
            content_model=stored.content_model,
            redirect=bool(self._target(stored)),
            templates=frozenset(templates - self.unlisted),
            categories=frozenset(categories),
            missing_templates=frozenset(name for name in templates if name not in self.pages),
            file=stored.file,
            read_at=self.now,
            base_exists=base in self.pages if base else None,
        )

    def _collect(self, text: str, templates: set[str], categories: set[str], title: str) -> None:
        text = _NOT_WIKITEXT.sub("", text)
        for raw in _TEMPLATE.findall(text):
            namespace, name = self.normal(raw)
            name = name if namespace or raw.startswith(":") else f"Template:{name}"
            if name in templates or raw.isupper():
                continue
            templates.add(name)
            page = self.pages.get(name)
            target = self._target(page) if page else ""
            if target:
                templates.add(target)
                page = self.pages.get(target)
            if page:
                self._collect(_NOT_INCLUDED.sub("", page.last.text), templates, categories, title)
        plain = title.partition(":")[2] if self.normal(title)[0] else title
        for raw in _CATEGORY.findall(text.replace("{{PAGENAME}}", plain)):
            categories.add(self.normal(f"Category:{raw}")[1].partition(":")[2])

    def _title(self, raw: str) -> TitleInfo:
        namespace, title = self.normal(raw)
        prefix = title.partition(":")[0].lower() if ":" in title else ""
        page = self.pages.get(title)
        problem = ""
        if prefix in INTERWIKI:
            problem = "interwiki"
        elif not title or _BAD_TITLE.search(title) or len(title.encode()) > 255:
            problem = "invalid"
        elif namespace < 0:
            problem = "special"
        elif title in self.no_creation:
            problem = "protected"
        return TitleInfo(
            title=title,
            namespace=namespace,
            exists=page is not None,
            page_id=page.page_id if page else 0,
            problem=problem,
            redirect_to=self._target(page) if page else "",
        )

    def _target(self, page: Stored) -> str:
        match = _REDIRECT.match(page.last.text)
        return self.normal(match[1])[1] if match else ""

    def _talk(self, title: str) -> str:
        namespace, full = self.normal(title)
        plain = full.partition(":")[2] if namespace else full
        return f"{NAMES[namespace + 1]}:{plain}"

    def _watched(self, title: str) -> OnWikiPage | None:
        page = self.pages.get(self.normal(title)[1])
        if page is None:
            return None
        return OnWikiPage(
            title=page.title,
            rev_id=page.last.rev_id,
            text=page.last.text,
            user=page.last.user,
            timestamp=page.last.timestamp,
            protected=page.protected or page.title.startswith("MediaWiki:"),
        )

    def _signed(self, text: str, user: str = "") -> str:
        user = user or self.account
        return text.replace("~~~~", f"[[User:{user}|{user}]] {self.now:%H:%M, %d %B %Y} (UTC)")

    def _assert_allowed(self, right: str) -> None:
        if not self.logged_in:
            raise NotAllowed("assertnameduserfailed")
        if self.account in self.blocked:
            raise NotAllowed("blocked")
        if right not in self.rights:
            raise NotAllowed("permissiondenied")

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

    def _read(self, request: str) -> None:
        self.reads += 1
        self._hook("before", request)

    def _hook(self, moment: str, request: str) -> None:
        for hook in tuple(self.hooks):
            hook(moment, request)
