"""What tells whether a page is what it was: the same on the FakeWiki and on MediaWiki."""

from tests.contract.worlds import World
from tropebot.model import TitleInfo


def look(world: World, title: str) -> TitleInfo:
    return world.reader.fetch_titles((), beside=(title,))[title]


def test_a_page_as_it_stands(world: World) -> None:
    world.put("Template:H box", "One.")
    world.put("Template:H box", "Two.", "Ben")
    page = world.read("Template:H box")
    info = look(world, "Template:H box")
    assert (info.exists, info.page_id, info.rev_id) == (True, page.page_id, page.rev_id)
    assert info.redirect_to == ""


def test_a_page_that_is_gone(world: World) -> None:
    world.put("Template:H gone", "One.")
    world.delete("Template:H gone")
    info = look(world, "Template:H gone")
    assert (info.exists, info.page_id, info.rev_id) == (False, 0, 0)


def test_a_redirect_has_its_own_revision(world: World) -> None:
    world.put("Template:H other", "Another.")
    world.put("Template:H box", "One.")
    before = world.read("Template:H box")
    world.put("Template:H box", "#REDIRECT [[Template:H other]]", "Ben")
    info = look(world, "Template:H box")
    assert info.redirect_to == "Template:H other"
    assert info.page_id == before.page_id
    assert info.rev_id == world.read("Template:H box").rev_id != before.rev_id


def test_a_renamed_page_keeps_its_id_under_the_new_title(world: World) -> None:
    world.put("Template:H named", "One.")
    page = world.read("Template:H named")
    world.rename("Template:H named", "Template:H renamed")
    old, new = look(world, "Template:H named"), look(world, "Template:H renamed")
    assert (old.redirect_to, new.page_id) == ("Template:H renamed", page.page_id)
    assert old.page_id != page.page_id
