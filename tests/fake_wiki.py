"""The one stand-in for a wiki: what `ports.WikiReader` and `ports.WikiWriter` name, over the pages in memory.

It behaves as MediaWiki 1.39 was seen to behave, as far as tropebot can tell; `tests/contract/` holds it to
the real one. It must not be lenient: what MediaWiki refuses, it refuses. People act through `FakePages`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from tests.fake_pages import NAMESPACES, Stored
from tests.fake_people import FakePeople
from tropebot.errors import Conflict, ListRefused, NotAllowed, Refused
from tropebot.model import (
    Account,
    Change,
    Deletion,
    Edit,
    EditResult,
    Linking,
    Move,
    MoveResult,
    OnWikiPage,
    Page,
    Person,
    Poll,
    TitleInfo,
    WikiSize,
)
from tropebot.policy.schema import Policy
from tropebot.wikitext.facts import SourcePage, WikiFacts
from tropebot.wikitext.merge import merged

SLICE = 50
"""Pages of a namespace that are given at a time."""
INTERWIKI = frozenset({"wikipedia", "de"})
_NOT_WIKITEXT = re.compile(r"<!--.*?(?:-->|\Z)|<nowiki>.*?</nowiki>", re.DOTALL)
_ONLY_INCLUDED = re.compile(r"<includeonly>.*?(?:</includeonly>|\Z)", re.DOTALL)
_NOT_INCLUDED = re.compile(r"<noinclude>.*?(?:</noinclude>|\Z)|</?includeonly>", re.DOTALL)
_TEMPLATE = re.compile(r"\{\{\s*([^#{}|<>\[\]]+?)\s*(?=\||\}\})")
_CATEGORY = re.compile(r"\[\[\s*category\s*:\s*([^\]|]+?)\s*(?:\||\]\])", re.IGNORECASE)
_LINK = re.compile(r"\[\[([^\]|]+)")
_BAD_TITLE = re.compile(r"[<>\[\]|{}#\x00-\x1f\x7f]|(?:^|/)\.{1,2}(?:/|$)|~~~")


class FakeWiki(FakePeople):
    """A wiki as a bot meets it."""

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

    def fetch_facts(self, policy: Policy, *, templates: Collection[str] = ()) -> WikiFacts:
        self._read("fetch_facts")
        self.taken_as_there = frozenset(templates)
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
            namespace_names=self.names,
            interwiki=INTERWIKI,
            template_redirects=redirects,
            sources=sources,
            extensions=self.extensions,
            messages={
                title.removeprefix("MediaWiki:Tropebot-"): page.last.text
                for title, page in self.pages.items()
                if title.startswith("MediaWiki:Tropebot-")
            },
        )

    def fetch_page_and_subpages(
        self, page_id: int, title: str
    ) -> tuple[Page | None, Mapping[str, int]]:
        self._read("fetch_page_and_subpages")
        return self._page(self._by_id(page_id)), self._below(title)

    def fetch_people_and_pages(
        self, names: Collection[str], titles: Collection[str]
    ) -> tuple[Mapping[str, Person], Mapping[str, Page | None]]:
        self._read("fetch_people_and_pages")
        pages = {title: self._page(self.pages.get(self.normal(title)[1])) for title in titles}
        return {name: self._person(name) for name in names}, {
            title: page
            and replace(page, missing_templates=frozenset(), base_exists=None, base_listed=None)
            for title, page in pages.items()
        }

    def fetch_page_ids(
        self,
        *,
        using: str = "",
        category: str = "",
        namespace: int = 0,
        after: str = "",
        limit: int,
    ) -> tuple[tuple[int, ...], str]:
        self._read("fetch_page_ids")
        if not after.isdecimal() and after:
            raise ListRefused
        found = sorted(
            page.page_id
            for page in self.pages.values()
            if (category or not self._target(page))
            and page.page_id > int(after or 0)
            and (
                (using or category) in self._listed(page.title)
                if using or category
                else self.normal(page.title)[0] == namespace
            )
        )
        return tuple(found[:limit]), str(found[limit - 1]) if len(found) > limit else ""

    def fetch_recent(self, limit: int) -> tuple[int, ...]:
        self._read("fetch_recent")
        rows = sorted(self.rows, key=lambda row: (row.timestamp, row.rcid), reverse=True)
        ids = (row.page_id for row in rows if row.page_id and row.namespace % 2 == 0)
        return tuple(dict.fromkeys(ids))[:limit]

    def fetch_past_titles(self, page_id: int, *, draft: str) -> frozenset[str]:
        self._read("fetch_past_titles")
        page = self._by_id(page_id)
        revisions = page.revisions if page else []
        linked = {title for each in revisions for title in _LINK.findall(each.comment)}
        return frozenset(linked | {row.title for row in self.moves if row.title == draft})

    def fetch_moved_from(self, titles: Collection[str], *, namespace: int) -> frozenset[str]:
        self._read("fetch_moved_from")
        moved = {row.title for row in self.moves if self.normal(row.title)[0] == namespace}
        return moved & frozenset(titles)

    def fetch_subpages(self, title: str) -> Mapping[str, int]:
        self._read("fetch_subpages")
        return self._below(title)

    def _below(self, title: str) -> dict[str, int]:
        return {
            name: page.page_id
            for name, page in sorted(self.pages.items())
            if name.startswith(f"{title}/") and not self._target(page)
        }

    def fetch_slice(self, namespace: int, *, after: str = "") -> tuple[tuple[Page, ...], str]:
        self._read("fetch_slice")
        titles = sorted(
            (
                title
                for title, page in self.pages.items()
                if self.normal(title)[0] == namespace and not self._target(page)
            ),
            key=_place,
        )
        todo = [title for title in titles if _place(title) >= _place(after)]
        slice_, rest = todo[:SLICE], todo[SLICE:]
        pages = [self._page(self.pages[title]) for title in slice_]
        return tuple(page for page in pages if page), rest[0] if rest else ""

    def fetch_size(self) -> WikiSize:
        self._read("fetch_size")
        spaces = [
            self.normal(title)[0] for title, page in self.pages.items() if not self._target(page)
        ]
        return WikiSize(
            pages=len(self.pages), articles=spaces.count(0), files=sum(each == 6 for each in spaces)
        )

    def fetch_linking(self, title: str, *, limit: int) -> tuple[Linking, ...]:
        self._read("fetch_linking")
        found = [
            Linking(
                page_id=page.page_id,
                namespace=self.normal(page.title)[0],
                redirect=bool(self._target(page)),
            )
            for page in self.pages.values()
            if self.normal(title)[1] in self._linked(page) and page.title != title
        ]
        return tuple(sorted(found, key=lambda each: each.page_id)[:limit])

    def fetch_deletion(self, title: str) -> Deletion | None:
        self._read("fetch_deletion")
        return self.deletions.get(self.normal(title)[1])

    def fetch_titles(
        self, titles: Sequence[str], *, beside: Collection[str] = ()
    ) -> Mapping[str, TitleInfo]:
        self._read("fetch_titles")
        return {title: self._title(title) for title in (*titles, *beside)}

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

    def await_turn(self) -> None:
        """It takes as many edits as it is given."""

    def assert_time_for(self, wait: float) -> None:
        """A run lasts as long as it needs."""

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
        over = target in self.pages
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
            over_redirect=over,
        )

    def delete_page(self, page_id: int, reason: str) -> None:
        self.writes += 1
        self._hook("before", "delete_page")
        self._assert_allowed("delete")
        page = self._by_id(page_id)
        if page is None:
            raise Conflict("nosuchpageid")
        self.delete(page.title, self.account, reason)
        self._hook("after", "delete_page")

    # How the wiki does it.

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
        wanted = self._undone(edit, page) if edit.undo else self._signed(wanted)
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

    def _undone(self, edit: Edit, page: Stored) -> str:
        """The page's text without the revision to be undone, as the wiki works it out."""
        found = [each for each in page.revisions if each.rev_id == edit.undo]
        before = [each for each in page.revisions if found and each.rev_id == found[0].parent]
        if not before:
            raise Refused("nosuchrevid")
        text = merged(found[0].text, before[0].text, page.last.text)
        if text is None:
            raise Conflict("undofailure")
        return text

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
        elif target in self.blacklisted and there is None:
            code = "titleblacklist-forbidden"
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
        there = self.pages.get(talk_target)
        if there and (len(there.revisions) > 1 or self._target(there) != talk.title):
            return False, "articleexists"
        redirect = move.leave_redirect or "suppressredirect" not in self.rights
        self._move(talk, talk_target, self.account, move.summary, redirect=redirect)
        return True, ""

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
            missing_templates=frozenset(templates - self.pages.keys() - self.taken_as_there),
            file=stored.file,
            read_at=self.now,
            made_with=None
            if stored.last.parent or stored.title in self.hidden
            else stored.last.comment,
            base_exists=base in self.pages if base else None,
            base_listed=self._listed(base) if base else None,
        )

    def _listed(self, title: str) -> frozenset[str]:
        """Templates and categories of a page, as full titles."""
        templates: set[str] = set()
        categories: set[str] = set()
        if page := self.pages.get(title):
            text = _ONLY_INCLUDED.sub("", page.last.text)
            self._collect(text, templates, categories, title)
        return frozenset(templates | {f"Category:{name}" for name in categories})

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
        elif title in self.blacklisted and page is None:
            problem = "blacklisted"
        return TitleInfo(
            title=title,
            namespace=namespace,
            exists=page is not None,
            page_id=page.page_id if page else 0,
            rev_id=page.last.rev_id if page else 0,
            problem=problem,
            redirect_to=self._target(page) if page else "",
            move_protected=bool(page and page.protected),
        )

    def _linked(self, page: Stored) -> set[str]:
        """The titles that a page links to."""
        targets = _LINK.findall(_NOT_WIKITEXT.sub("", page.last.text))
        return {self.normal(target.partition("#")[0])[1] for target in targets}

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

    def _assert_allowed(self, right: str) -> None:
        if not self.logged_in:
            raise NotAllowed("assertnameduserfailed")
        if self.account in self.blocked:
            raise NotAllowed("blocked")
        if right not in self.rights:
            raise NotAllowed("permissiondenied")


def _place(title: str) -> bytes:
    """Where MediaWiki's order has a title."""
    return title.replace(" ", "_").encode()
