"""What both wikis know of a title: who links to it, what was deleted under it, whether people may have it."""

import pytest

from tests.contract.test_writes import move_of
from tests.contract.worlds import RealWorld, World
from tropebot.errors import Refused
from tropebot.model import Linking


def linking(world: World, title: str, limit: int = 50) -> set[Linking]:
    return set(world.reader.fetch_linking(title, limit=limit))


def row(world: World, title: str) -> Linking:
    page = world.read(title)
    return Linking(page_id=page.page_id, namespace=page.namespace, redirect=page.redirect)


def test_who_links_to_a_title_that_is_there_or_not(world: World) -> None:
    for title in ("T target", "T nowhere"):
        world.put(f"{title} linker", f"As in [[{title}|it]].")
        world.put(f"Talk:{title} talk", f"I like [[{title}]].")
        world.put(f"{title} redirect", f"#REDIRECT [[{title}]]")
        world.put(f"{title} shown", f"<nowiki>[[{title}]]</nowiki> <!-- [[{title}]] -->")
        world.put(f"{title} part", f"See [[{title}#Film]].")
    world.put("T target", "Text.")
    for title in ("T target", "T nowhere"):
        wanted = {
            row(world, each)
            for each in (
                f"{title} linker",
                f"Talk:{title} talk",
                f"{title} redirect",
                f"{title} part",
            )
        }
        assert linking(world, title) == wanted
        assert len(linking(world, title, 2)) == 2


def test_what_a_link_leads_to_after_a_move(world: World) -> None:
    """The link leads to the old title, as before; the redirect that the move left is none of them."""
    draft = "Trope Workshop:T moved"
    world.put(draft, "Text.")
    world.put("T moved linker", f"As in [[{draft}]].")
    world.writer.move(move_of(world.read(draft), "T moved"))
    assert linking(world, draft) == {row(world, "T moved linker")}
    world.put("T moved linker", "As in [[T moved]].")
    assert linking(world, draft) == set()
    assert linking(world, "T moved") >= {row(world, "T moved linker")}


def test_a_deletion_is_told_with_who_and_why(world: World) -> None:
    world.put("T deleted", "Text.")
    assert world.reader.fetch_deletion("T deleted") is None
    world.delete("T deleted", "no trope")
    found = world.reader.fetch_deletion("T deleted")
    assert found is not None
    assert (found.user, found.comment) == ("Admin", "no trope")
    assert found.timestamp <= world.poll().server_time
    world.put("T deleted", "Again.")
    assert world.reader.fetch_deletion("T deleted") == found
    assert world.reader.fetch_deletion("T never was") is None


def test_a_move_is_no_deletion(world: World) -> None:
    world.put("Trope Workshop:T gone", "Text.")
    world.rename("Trope Workshop:T gone", "T gone", redirect=False)
    assert world.reader.fetch_deletion("Trope Workshop:T gone") is None
    assert world.reader.fetch_deletion("T gone") is None


def test_a_title_on_the_blacklist_is_told_beforehand_and_refused(world: World) -> None:
    world.put("Trope Workshop:T blacklisted", "Text.")
    world.blacklist("T blacklisted")
    world.poll()  # tells what we may
    found = world.reader.fetch_titles(["T blacklisted", "T other"], beside=["Main Page"])
    info = found["T blacklisted"]
    assert (info.exists, info.problem) == (False, "blacklisted")
    assert found["T other"].problem == ""
    with pytest.raises(Refused) as refused:
        world.writer.move(move_of(world.read("Trope Workshop:T blacklisted"), "T blacklisted"))
    assert refused.value.code.startswith("titleblacklist-forbidden")


@pytest.mark.real
def test_the_list_of_titles_is_asked_where_we_may_pass_it(real_world: RealWorld) -> None:
    """Then what we may do says nothing of what people may."""
    real_world.blacklist("T only ours")
    real_world.poll()
    api = real_world.session.api
    assert not api.overrides_titles
    before = api.requests.read
    told = real_world.reader.fetch_titles(["T only ours", "T anybodys"])
    assert api.requests.read == before + 1
    api.overrides_titles = True
    assert real_world.reader.fetch_titles(["T only ours", "T anybodys"]) == told
    assert api.requests.read == before + 4
    assert [each.problem for each in told.values()] == ["blacklisted", ""]
