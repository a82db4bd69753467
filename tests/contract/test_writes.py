"""What a write does and how it fails: the same on the FakeWiki and on MediaWiki."""

import pytest
from msgspec.structs import replace

from tests.contract.worlds import World
from tropebot.errors import Conflict, Refused
from tropebot.model import Edit, Move, Page

LINES = "\n".join(f"Line {number} of the page." for number in range(1, 10))


def edit_of(page: Page, text: str, summary: str = "[tb:edit] a test") -> Edit:
    assert page.read_at is not None
    return Edit(
        page_id=page.page_id,
        title=page.title,
        base_rev_id=page.rev_id,
        read_at=page.read_at,
        summary=summary,
        text=text,
    )


def creation(world: World, title: str, text: str = "Fresh.") -> Edit:
    return Edit(
        page_id=0,
        title=title,
        base_rev_id=0,
        read_at=world.poll().server_time,
        summary="[tb:new] a test",
        text=text,
    )


def move_of(page: Page, target: str, *, talk: bool = True, redirect: bool = True) -> Move:
    return Move(
        page_id=page.page_id,
        title=page.title,
        target=target,
        summary="[tb:move] a test",
        move_talk=talk,
        leave_redirect=redirect,
    )


def test_an_edit_replaces_exactly_the_revision_judged(world: World) -> None:
    world.put("W edit", "Old.")
    page = world.read("W edit")
    result = world.writer.edit(edit_of(page, "New."))
    assert world.text("W edit") == "New."
    assert (result.old_rev_id, result.page_id) == (page.rev_id, page.page_id)
    assert result.rev_id == world.read("W edit").rev_id > page.rev_id
    assert not result.no_change


def test_peer_f11_the_same_text_is_no_edit(world: World) -> None:
    world.put("W same", "Text.")
    page = world.read("W same")
    result = world.writer.edit(edit_of(page, "Text."))
    assert result.no_change
    assert (result.rev_id, result.old_rev_id) == (page.rev_id, page.rev_id)
    assert world.read("W same").rev_id == page.rev_id


def test_a_person_who_was_quicker_wins(world: World) -> None:
    world.put("W quick", "Old.")
    page = world.read("W quick")
    world.put("W quick", "A person's.", "Ben")
    with pytest.raises(Conflict):
        world.writer.edit(edit_of(page, "The bot's."))
    assert world.text("W quick") == "A person's."


def test_our_own_other_edit_is_a_conflict_as_well(world: World) -> None:
    world.put("W own", "Old.")
    page = world.read("W own")
    world.writer.edit(edit_of(page, "First."))
    with pytest.raises(Conflict):
        world.writer.edit(edit_of(page, "Second."))
    assert world.text("W own") == "First."


def test_a_silent_merge_shows_in_the_old_revision(world: World) -> None:
    world.put("W merge", LINES)
    page = world.read("W merge")
    world.put("W merge", LINES + "\nA person's line.", "Ben")
    theirs = world.read("W merge")
    result = world.writer.edit(edit_of(page, "The bot's line.\n" + LINES))
    assert result.old_rev_id == theirs.rev_id != page.rev_id
    assert world.text("W merge") == "The bot's line.\n" + LINES + "\nA person's line."


def test_text_appended_twice_stands_there_once(world: World) -> None:
    world.put("W append", "Talk.")
    page = world.read("W append")
    edit = replace(edit_of(page, ""), text=None, append="\n\n== News ==\nA message.")
    world.writer.edit(edit)
    with pytest.raises(Conflict):
        world.writer.edit(edit)
    assert world.text("W append") == "Talk.\n\n== News ==\nA message."


def test_a_page_is_created_once(world: World) -> None:
    edit = creation(world, "W new")
    result = world.writer.edit(edit)
    assert world.text("W new") == "Fresh."
    assert (result.old_rev_id, result.page_id) == (0, world.read("W new").page_id)
    with pytest.raises(Conflict):
        world.writer.edit(replace(edit, text="Again."))
    assert world.text("W new") == "Fresh."


def test_a_deleted_page_stays_deleted(world: World) -> None:
    world.put("W gone", "Old.")
    page = world.read("W gone")
    world.delete("W gone")
    with pytest.raises(Conflict):
        world.writer.edit(edit_of(page, "New."))
    assert world.text("W gone") is None


def test_a_page_deleted_since_the_reading_is_not_created_again(world: World) -> None:
    edit = creation(world, "W ghost")
    world.put("W ghost", "A person's.")
    world.delete("W ghost")
    with pytest.raises(Conflict):
        world.writer.edit(edit)
    assert world.text("W ghost") is None


def test_a_moved_page_is_edited_where_it_stands_now(world: World) -> None:
    """By its id: nothing is written to the redirect that was left behind."""
    world.put("W before", "Old.")
    page = world.read("W before")
    world.rename("W before", "W after")
    result = world.writer.edit(edit_of(page, "New."))
    assert world.text("W after") == "New."
    assert result.old_rev_id != page.rev_id
    assert world.read("W before").redirect


def test_a_protected_page_is_refused(world: World) -> None:
    world.put("W protected", "Old.")
    world.protect("W protected")
    with pytest.raises(Refused) as refusal:
        world.writer.edit(edit_of(world.read("W protected"), "New."))
    assert refusal.value.code == "protectedpage"


def test_a_protected_title_is_not_created(world: World) -> None:
    world.forbid_creation("W never")
    with pytest.raises(Refused) as refusal:
        world.writer.edit(creation(world, "W never"))
    assert refusal.value.code == "protectedpage"


@pytest.mark.parametrize("redirect", [True, False])
def test_a_move_takes_the_talk_page_along(world: World, redirect: bool) -> None:
    source, target = f"W moved {redirect}", f"W target {redirect}"
    world.put(source, "Text.")
    world.put(f"Talk:{source}", "Talk.")
    page = world.read(source)
    result = world.writer.move(move_of(page, target, redirect=redirect))
    assert (result.title, result.target) == (source, target)
    assert (result.redirect_left, result.talk_moved, result.talk_error) == (redirect, True, "")
    assert not result.over_redirect
    assert world.read(target).page_id == page.page_id
    assert world.text(f"Talk:{target}") == "Talk."
    assert (world.text(source) is not None) == redirect


def test_a_talk_page_stays_when_it_is_not_wanted(world: World) -> None:
    world.put("W alone", "Text.")
    world.put("Talk:W alone", "Talk.")
    result = world.writer.move(move_of(world.read("W alone"), "W lone", talk=False))
    assert (result.talk_moved, result.talk_error) == (False, "")
    assert world.text("Talk:W alone") == "Talk."


def test_a_talk_page_that_cannot_move_is_told(world: World) -> None:
    world.put("W taken", "Text.")
    world.put("Talk:W taken", "Talk.")
    world.put("Talk:W free", "Another talk.")
    result = world.writer.move(move_of(world.read("W taken"), "W free"))
    assert (result.talk_moved, result.talk_error) == (False, "articleexists")
    assert world.text("W free") == "Text."
    assert world.text("Talk:W taken") == "Talk."


def test_no_subpage_is_dragged_along(world: World) -> None:
    world.put("W base", "Text.")
    world.put("W base/Sub", "Subpage.")
    world.writer.move(move_of(world.read("W base"), "W basis"))
    assert world.text("W base/Sub") == "Subpage."
    assert world.text("W basis/Sub") is None


def test_a_move_finds_the_page_by_its_id(world: World) -> None:
    world.put("W swapped", "Text.")
    page = world.read("W swapped")
    world.rename("W swapped", "W elsewhere", redirect=False)
    world.put("W swapped", "Another page.")
    result = world.writer.move(move_of(page, "W wanted"))
    assert result.title == "W elsewhere"
    assert world.text("W wanted") == "Text."
    assert world.text("W swapped") == "Another page."


@pytest.mark.parametrize(
    ("target", "there", "code", "reason"),
    [
        ("W occupied", "A page.", "articleexists", "another page stands there"),
        ("W pointing", "#REDIRECT [[Main Page]]", "redirectexists", "a redirect elsewhere does"),
        ("W refused", None, "selfmove", "the page itself"),
        ("W [bracket", None, "invalidtitle", "no title at all"),
    ],
)
def test_a_refused_move_changes_nothing(
    world: World, target: str, there: str | None, code: str, reason: str
) -> None:
    world.put("W refused", "Text.")
    if there is not None:
        world.put(target, there)
    with pytest.raises(Refused) as refusal:
        world.writer.move(move_of(world.read("W refused"), target))
    assert refusal.value.code == code, reason
    assert world.text("W refused") == "Text."


def test_a_protected_title_is_no_target(world: World) -> None:
    world.put("W unwelcome", "Text.")
    world.forbid_creation("W closed")
    with pytest.raises(Refused) as refusal:
        world.writer.move(move_of(world.read("W unwelcome"), "W closed"))
    assert refusal.value.code == "protectedpage"


def test_a_redirect_back_is_no_obstacle(world: World) -> None:
    """Moving back over the redirect that the move left is what putting a draft back takes."""
    world.put("W there", "Text.")
    page = world.read("W there")
    world.writer.move(move_of(page, "W thither"))
    result = world.writer.move(move_of(page, "W there", redirect=False))
    assert result.over_redirect
    assert result.target == "W there"
    assert world.text("W thither") is None


def test_a_page_that_is_gone_is_not_moved(world: World) -> None:
    world.put("W vanished", "Text.")
    page = world.read("W vanished")
    world.delete("W vanished")
    with pytest.raises(Refused) as refusal:
        world.writer.move(move_of(page, "W nowhere"))
    assert refusal.value.code == "nosuchpageid"
