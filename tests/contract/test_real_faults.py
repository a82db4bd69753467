"""What only a real wiki can do to a write: lock itself, limit rates, forget sessions, block, refuse tags."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.contract.test_writes import edit_of, move_of
from tests.contract.worlds import RealWorld
from tropebot.errors import NotAllowed, Refused, Unavailable

pytestmark = pytest.mark.real


@contextmanager
def setting(world: RealWorld, name: str, value: object) -> Iterator[None]:
    """One of MediaWiki's settings, for a while."""
    world.wiki.set_toggle(name, value)
    try:
        yield
    finally:
        world.wiki.set_toggle(name, None)


def last_edit(world: RealWorld, title: str) -> dict[str, object]:
    query = world.persons["Admin"].query(
        titles=title, prop="revisions", rvprop="tags|user|comment|flags", rvlimit=1
    )
    found: dict[str, object] = query["pages"][0]["revisions"][0]
    return found


def test_a_locked_wiki_is_unavailable_and_unchanged(real_world: RealWorld) -> None:
    real_world.put("F locked", "Old.")
    page = real_world.read("F locked")
    with setting(real_world, "wgReadOnly", "Being mended"), pytest.raises(Unavailable):
        real_world.writer.edit(edit_of(page, "New."))
    assert real_world.text("F locked") == "Old."


def test_a_rate_limit_is_waited_for_and_then_unavailable(real_world: RealWorld) -> None:
    real_world.put("F limited", "Old.")
    # MediaWiki 1.39 counts an edit once, 1.43 twice
    limits = {"edit": {"user": [2, 60], "bot": [2, 60]}}
    with setting(real_world, "wgRateLimits", limits):
        real_world.writer.edit(edit_of(real_world.read("F limited"), "New."))
        with suppress(Unavailable):
            real_world.writer.edit(edit_of(real_world.read("F limited"), "Newer."))
        with pytest.raises(Unavailable, match="ratelimited"):
            real_world.writer.edit(edit_of(real_world.read("F limited"), "Newest."))
    assert real_world.text("F limited") in ("New.", "Newer.")


def test_a_lost_session_is_renewed_and_the_edit_is_the_bots(real_world: RealWorld) -> None:
    real_world.put("F session", "Old.")
    page = real_world.read("F session")
    real_world.wiki.lose_sessions()
    result = real_world.writer.edit(edit_of(page, "New."))
    assert result.old_rev_id == page.rev_id
    assert last_edit(real_world, "F session")["user"] == "TropeBot"


def test_a_blocked_bot_stops(real_world: RealWorld) -> None:
    real_world.put("F blocked", "Old.")
    page = real_world.read("F blocked")
    real_world.persons["Admin"].block("TropeBot", reason="Too much")
    try:
        with pytest.raises(NotAllowed):
            real_world.writer.edit(edit_of(page, "New."))
        with pytest.raises(NotAllowed):
            real_world.writer.move(move_of(page, "F unblocked"))
    finally:
        real_world.persons["Admin"].unblock("TropeBot")
    assert real_world.text("F blocked") == "Old."
    assert real_world.text("F unblocked") is None


@pytest.mark.parametrize(("tag", "tags"), [("tropebot", ["tropebot"]), ("no-such-tag", [])])
def test_an_edit_carries_the_change_tag_if_the_wiki_has_it(
    real_world: RealWorld, tag: str, tags: list[str]
) -> None:
    title = f"F {tag}"
    real_world.put(title, "Old.")
    real_world.session.use_change_tag(tag)
    try:
        real_world.writer.edit(edit_of(real_world.read(title), "New."))
    finally:
        real_world.session.use_change_tag("")
    assert last_edit(real_world, title)["tags"] == tags


def test_an_edit_is_never_minor_and_its_mark_comes_first(real_world: RealWorld) -> None:
    real_world.put("F mark", "Old.")
    long = "[tb:long] " + "x" * 700
    real_world.writer.edit(edit_of(real_world.read("F mark"), "New.", long))
    edit = last_edit(real_world, "F mark")
    assert not edit["minor"]
    assert str(edit["comment"]).startswith("[tb:long] ")


def test_a_title_on_the_blacklist_is_refused_and_known_beforehand(real_world: RealWorld) -> None:
    real_world.put("MediaWiki:Titleblacklist", ".*F forbidden.*", "Admin")
    real_world.put("F allowed", "Text.")
    info = real_world.reader.fetch_titles(["F forbidden word"])["F forbidden word"]
    assert info.problem == "blacklisted"
    with pytest.raises(Refused) as refusal:
        real_world.writer.move(move_of(real_world.read("F allowed"), "F forbidden word"))
    assert refusal.value.code.startswith("titleblacklist-forbidden")
