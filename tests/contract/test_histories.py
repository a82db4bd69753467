"""Histories, and edits that the wiki itself undoes: the same on the FakeWiki and on MediaWiki."""

import pytest
from msgspec.structs import replace

from tests.contract.test_writes import edit_of, move_of
from tests.contract.worlds import World
from tropebot.errors import Conflict
from tropebot.model import Edit

LINES = "\n".join(f"Line {number}." for number in range(1, 10))


def _our_edit(world: World, title: str, text: str) -> tuple[int, Edit]:
    """A page of Ada's with an edit of ours on it; its revision, and what would undo it."""
    world.put(title, LINES)
    page = world.read(title)
    done = world.writer.edit(edit_of(page, text, "[tb:history] a test"))
    undo = replace(edit_of(world.read(title), LINES, "[tb:undo] a test"), undo=done.rev_id)
    return done.rev_id, undo


def test_revisions_come_with_text_parent_and_page(world: World) -> None:
    ours, undo = _our_edit(world, "H one", f"FLAG\n{LINES}")
    (found,) = world.reader.fetch_revisions([ours]).values()
    assert found is not None
    assert (found.rev_id, found.page_id, found.title) == (ours, undo.page_id, "H one")
    assert (found.user, found.text) == ("TropeBot", f"FLAG\n{LINES}")
    assert found.comment.startswith("[tb:history]")
    before = world.reader.fetch_revisions([found.parent_id])[found.parent_id]
    assert before is not None
    assert (before.text, before.user, before.parent_id) == (LINES, "Ada", 0)


def test_a_revision_that_there_is_not_is_none(world: World) -> None:
    assert world.reader.fetch_revisions([999_999_999]) == {999_999_999: None}


def test_a_revision_of_a_deleted_page_is_none(world: World) -> None:
    ours, _ = _our_edit(world, "H deleted", f"FLAG\n{LINES}")
    world.delete("H deleted")
    assert world.reader.fetch_revisions([ours]) == {ours: None}


def test_a_history_is_newest_first_and_shows_our_move(world: World) -> None:
    _our_edit(world, "H moved", f"FLAG\n{LINES}")
    page = world.read("H moved")
    world.writer.move(move_of(page, "H moved away"))
    world.put("H moved away", "Something else.", "Ben")
    found = world.reader.fetch_history(page.page_id, 3)
    assert [each.user for each in found] == ["Ben", "TropeBot", "TropeBot"]
    assert "[tb:move]" in found[1].comment
    assert found[2].comment.startswith("[tb:history]")
    assert {each.text for each in found} == {None}


def test_our_own_marks_are_found_the_newest_first(world: World) -> None:
    first, _ = _our_edit(world, "H mark one", f"FLAG\n{LINES}")
    second, _ = _our_edit(world, "H mark two", f"FLAG\n{LINES}")
    page = world.read("H mark two")
    world.writer.move(move_of(page, "H mark three", redirect=False))
    found = world.reader.fetch_own_marks("[tb:", 500)
    ours = [
        each for each in found if each.page_id in (page.page_id, world.read("H mark one").page_id)
    ]
    assert [each.rev_id for each in ours][1:] == [second, first]
    assert "[tb:move]" in ours[0].comment
    assert ours[0].page_id == page.page_id
    assert world.reader.fetch_own_marks("[no such mark", 500) in ((), [])


def test_the_wiki_undoes_our_last_edit(world: World) -> None:
    ours, undo = _our_edit(world, "H undo", f"FLAG\n{LINES}")
    done = world.writer.edit(undo)
    assert (done.old_rev_id, world.text("H undo")) == (ours, LINES)


def test_the_wiki_undoes_our_edit_apart_from_a_later_one(world: World) -> None:
    """Somebody was quicker, elsewhere on the page: theirs stays, ours goes; the answer tells of it."""
    ours, undo = _our_edit(world, "H apart", f"FLAG\n{LINES}")
    world.put("H apart", f"FLAG\n{LINES}\nBelow.", "Ben")
    done = world.writer.edit(undo)
    assert done.old_rev_id != ours
    assert world.text("H apart") == f"{LINES}\nBelow."


def test_an_undo_in_somebodys_way_is_a_conflict(world: World) -> None:
    _, undo = _our_edit(world, "H conflict", f"FLAG\n{LINES}")
    world.put("H conflict", f"FLAG, as Ben has it\n{LINES}", "Ben")
    with pytest.raises(Conflict):
        world.writer.edit(undo)
    assert world.text("H conflict") == f"FLAG, as Ben has it\n{LINES}"


def test_a_page_is_left_blank(world: World) -> None:
    _our_edit(world, "H blank", f"FLAG\n{LINES}")
    world.writer.edit(edit_of(world.read("H blank"), ""))
    assert world.text("H blank") == ""


def test_a_talk_page_moves_back_over_the_redirect_that_it_left(world: World) -> None:
    world.put("H page", "Text.")
    world.put("Talk:H page", "Talk.")
    page = world.read("H page")
    world.writer.move(move_of(page, "H page away"))
    done = world.writer.move(move_of(page, "H page", redirect=False))
    assert (done.talk_moved, done.talk_error) == (True, "")
    assert world.text("Talk:H page") == "Talk."
    assert world.text("Talk:H page away") is None


def test_a_history_tells_sizes_and_which_texts_are_the_same(world: World) -> None:
    world.put("H sizes", "Naïve.")
    world.put("H sizes", LINES)
    world.put("H sizes", "Naïve.", "Ben")
    world.rename("H sizes", "H sizes moved")
    moved, back, lines, first = world.reader.fetch_history(world.read("H sizes moved").page_id, 9)
    assert [each.size for each in (moved, back, lines, first)] == [7, 7, len(LINES), 7]
    assert moved.sha1 == back.sha1 == first.sha1 != lines.sha1
    assert (first.parent_id, moved.minor, first.minor) == (0, True, False)
    assert "[[H sizes]] to [[H sizes moved]]" in moved.comment


def test_nothing_was_imported_here(world: World) -> None:
    world.put("Trope Workshop:H draft", "A draft.")
    page = world.read("Trope Workshop:H draft")
    assert page.page_id not in world.reader.fetch_imports(page.namespace)
