"""An edit is of a page as it was read, or makes one; there is no third way."""

from datetime import UTC, datetime

import pytest

from tropebot.model import Edit, Page

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
READ = Page(title="Bad", text="Old.", page_id=7, rev_id=11, read_at=AT)


def test_an_edit_of_a_page_holds_what_was_read() -> None:
    edit = Edit.of(READ, text="New.", bot=False)
    assert (edit.page_id, edit.title, edit.base_rev_id, edit.read_at) == (7, "Bad", 11, AT)
    assert (edit.text, edit.append, edit.bot, edit.undo) == ("New.", None, False, 0)
    assert Edit.of(READ, append="More.", undo=3).append == "More."
    assert Edit.of(READ, append="More.", undo=3).undo == 3
    assert Edit.of(READ, text="New.").bot


def test_a_page_that_came_from_a_file_cannot_be_edited() -> None:
    with pytest.raises(ValueError, match="read from the wiki"):
        Edit.of(Page(title="Bad", text="Old."), text="New.")


def test_a_page_is_made_where_there_was_none_at_a_moment() -> None:
    edit = Edit.making("New page", "Text.", at=AT)
    assert (edit.page_id, edit.base_rev_id, edit.read_at) == (0, 0, AT)
    assert (edit.title, edit.text, edit.bot) == ("New page", "Text.", True)
