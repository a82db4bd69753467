"""A dry run's writer: it sends nothing, and remembers what it would have, so that later steps build on it.

Must not write to the wiki. A revision or a page that a step would make has a negative number.
"""

from dataclasses import dataclass, field

from msgspec.structs import replace

from tropebot.model import Edit, EditResult, Move, MoveResult, Page


@dataclass
class Rehearsal:
    """Says of each write that it went well."""

    _texts: dict[int, str] = field(default_factory=dict)
    _titles: dict[int, str] = field(default_factory=dict)
    _revisions: dict[int, int] = field(default_factory=dict)
    _made: dict[str, Page] = field(default_factory=dict)
    _last: int = 0

    def await_turn(self) -> None:
        """Nobody waits for a write that is not sent."""

    def assert_time_for(self, wait: float) -> None:
        """Nor for what became of it."""

    def edit(self, edit: Edit) -> EditResult:
        """Answer as the wiki would."""
        self._last -= 1
        return EditResult(
            rev_id=self._last, old_rev_id=edit.base_rev_id, page_id=edit.page_id or self._last
        )

    def move(self, move: Move) -> MoveResult:
        """Answer as the wiki would, and keep where the page would stand; a move makes a revision too."""
        self._last -= 1
        self._titles[move.page_id] = move.target
        self._revisions[move.page_id] = self._last
        return MoveResult(
            title=move.title,
            target=move.target,
            redirect_left=move.leave_redirect,
            talk_moved=move.move_talk,
        )

    def delete_page(self, page_id: int, reason: str) -> None:
        """A deletion is never rehearsed: nothing follows from it."""
        del page_id, reason

    def keep(self, edit: Edit, text: str) -> None:
        """How the page would read after the last edit."""
        page_id = edit.page_id or self._last
        self._texts[page_id] = text
        self._revisions[page_id] = self._last
        if not edit.base_rev_id:
            self._made[edit.title] = Page(
                title=edit.title, text=text, page_id=page_id, read_at=edit.read_at
            )

    def seen(self, page: Page | None, title: str = "") -> Page | None:
        """The page as it would stand by now; ``title`` is that of one that the wiki does not have."""
        page = page or self._made.get(title)
        if page is None:
            return None
        page_id = page.page_id
        if page_id in self._texts:
            page = replace(page, text=self._texts[page_id], templates=None, categories=None)
        return replace(
            page,
            title=self._titles.get(page_id, page.title),
            rev_id=self._revisions.get(page_id, page.rev_id),
        )
