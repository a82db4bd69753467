"""Who made pages, as both wikis tell it: of one page, and of many at a time."""

import pytest

from tests.contract.worlds import RealWorld, World
from tropebot.model import Authorship
from tropebot.wiki.authors import FEW, SHORT

LONG = "Long. " * (SHORT // 4)


def author(world: World, title: str) -> Authorship | None:
    page_id = world.read(title).page_id
    return world.reader.fetch_authors([page_id])[page_id]


def name(found: Authorship | None) -> str:
    return found.user if found else ""


def test_the_first_author_counts(world: World) -> None:
    world.put("A authored", "Text.", "Cleo")
    world.put("A authored", "Other.", "Ben")
    found = author(world, "A authored")
    assert found is not None
    assert (found.user, found.hidden) == ("Cleo", False)
    assert found.user_id


def test_who_made_a_redirect_is_not_the_author(world: World) -> None:
    world.put("A redirected", "#REDIRECT [[Main Page]]", "Cleo")
    world.put("A redirected", "A page.", "Ben")
    assert name(author(world, "A redirected")) == "Ben"


def test_a_page_that_is_gone_has_no_author(world: World) -> None:
    world.put("A unwritten", "Text.")
    page_id = world.read("A unwritten").page_id
    world.delete("A unwritten")
    assert world.reader.fetch_authors([page_id]) == {page_id: None}


MANY = [
    ("alone", [("Ada", "Text.")], "Ada", "one revision"),
    ("edited", [("Ben", "Text."), ("Ada", "More.")], "Ben", "the second author is no author"),
    ("long", [("Cleo", LONG), ("Ben", "Less.")], "Cleo", "too long for a redirect"),
    ("short", [("Cleo", "# one"), ("Ben", "# two")], "Cleo", "a list is no redirect"),
    ("again", [("Ada", "One."), ("Ben", "Two."), ("Ada", "Three.")], "Ada", "she began it too"),
    (
        "redirected",
        [("Cleo", "#REDIRECT [[Main Page]]"), ("Ada", LONG), ("Ben", "Less.")],
        "Ada",
        "who made it a page",
    ),
    ("many", [("Dora", LONG), *((each, each) for each in ("Ada", "Ben", "Cleo"))], "Dora", "first"),
]


def test_many_pages_at_once_have_the_same_authors(world: World) -> None:
    ids = {}
    for title, history, _, _ in MANY:
        for user, text in history:
            world.put(f"A many {title}", text, user)
        ids[title] = world.read(f"A many {title}").page_id
    world.rename("A many long", "A many longer")
    world.put("A many gone", "Text.")
    ids["gone"] = world.read("A many gone").page_id
    world.delete("A many gone")
    assert len(ids) > FEW
    found = world.reader.fetch_authors(ids.values())
    for title, _, wanted, why in MANY:
        assert name(found[ids[title]]) == wanted, why
    assert found[ids["gone"]] is None
    alone = {each: world.reader.fetch_authors([each])[each] for each in ids.values()}
    assert found == alone


def test_what_is_behind_a_page_and_a_title(world: World) -> None:
    world.put("A behind", "#REDIRECT [[Main Page]]", "Cleo")
    world.put("A behind", "A page.", "Ben")
    world.put("A deleted", "Text.")
    world.delete("A deleted", "no trope")
    page_id = world.read("A behind").page_id
    ask = world.reader.fetch_background
    begun, gone = ask(page_id, "A deleted")
    assert begun == author(world, "A behind")
    assert gone == world.reader.fetch_deletion("A deleted")
    assert gone is not None
    assert ask(page_id, "A never was") == (begun, None)
    assert ask(page_id, "") == (begun, None)
    assert ask(0, "A deleted") == (None, gone)
    world.put("A long behind", LONG, "Cleo")
    world.put("A long behind", "Less.", "Ben")
    assert name(ask(world.read("A long behind").page_id, "")[0]) == "Cleo"


def test_of_a_title_deleted_twice_the_last_deletion_is_told(world: World) -> None:
    for reason in ("first", "second"):
        world.put("A deleted twice", reason)
        world.delete("A deleted twice", reason)
    world.put("A above it", "Text.")
    page_id = world.read("A above it").page_id
    _, gone = world.reader.fetch_background(page_id, "A deleted twice")
    assert gone is not None
    assert gone.comment == "second"


@pytest.mark.real
def test_h13_something_hidden_in_a_history_shows(real_world: RealWorld) -> None:
    admin = real_world.persons["Admin"]
    real_world.put("A hidden", f"Bad. {LONG}", "Cleo")
    rev_id = real_world.read("A hidden").rev_id
    real_world.put("A hidden", LONG, "Ada")
    page_id = real_world.read("A hidden").page_id
    ask = real_world.reader.fetch_background
    before, _ = ask(page_id, "")
    assert before is not None
    assert not before.hidden
    admin.do(action="revisiondelete", type="revision", ids=rev_id, hide="content", reason="test")
    after, _ = ask(page_id, "")
    assert after is not None
    assert after.hidden


@pytest.mark.real
def test_a_hidden_author_is_not_told_of_many_either(real_world: RealWorld) -> None:
    admin = real_world.persons["Admin"]
    titles = [f"A veiled {number}" for number in range(FEW + 2)]
    for title in titles:
        real_world.put(title, f"{title} {LONG}", "Cleo")
    veiled = real_world.read(titles[0])
    real_world.put(titles[0], LONG, "Ben")
    admin.do(
        action="revisiondelete", type="revision", ids=veiled.rev_id, hide="user", reason="test"
    )
    ids = [real_world.read(title).page_id for title in titles]
    found = real_world.reader.fetch_authors(ids)
    assert found[veiled.page_id] is None
    assert [name(found[each]) for each in ids[1:]] == ["Cleo"] * (FEW + 1)


@pytest.mark.real
def test_many_authors_are_few_requests(real_world: RealWorld) -> None:
    ids = []
    for number in range(12):
        real_world.put(
            f"A counted {number}", f"{number} {LONG}", ("Ada", "Ben", "Cleo")[number % 3]
        )
        real_world.put(f"A counted {number}", f"{number} less", "Dora")
        ids.append(real_world.read(f"A counted {number}").page_id)
    requests = real_world.session.api.requests
    before = requests.read
    found = real_world.reader.fetch_authors(ids)
    assert [name(found[each]) for each in ids] == ["Ada", "Ben", "Cleo"] * 4
    assert requests.read - before == 2, "who worked on them, and what those began"
