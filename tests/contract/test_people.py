"""What both wikis say of people: who wrote, how their accounts stand, what is protected."""

import pytest
from msgspec.structs import replace

from tests.contract.worlds import RealWorld, World


def test_accounts_as_they_stand(world: World) -> None:
    found = world.reader.fetch_people(["Ada", "Admin", "127.0.0.1", "TropeBot"])
    assert found["Ada"].user_id
    assert "sysop" in found["Admin"].groups
    assert "bot" in found["TropeBot"].groups
    assert not found["127.0.0.1"].user_id
    assert not any(person.blocked for person in found.values())


def test_accounts_with_pages(world: World) -> None:
    """The pages are as they stand; nothing round them is asked for."""
    world.put("User talk:Ben", "{{Nobots}} {{P no such template}}")
    talks = ("User talk:Ben", "User talk:Cleo")
    people, pages = world.reader.fetch_people_and_pages(["Ben", "Cleo", "127.0.0.1"], talks)
    assert people == world.reader.fetch_people(["Ben", "Cleo", "127.0.0.1"])
    assert pages["User talk:Cleo"] is None
    page = pages["User talk:Ben"]
    assert page is not None
    alone = replace(world.read("User talk:Ben"), missing_templates=frozenset())
    assert replace(page, read_at=None) == replace(alone, read_at=None)
    assert page.read_at
    assert world.reader.fetch_people_and_pages([], []) == ({}, {})
    assert world.reader.fetch_people_and_pages(["Ben"], [])[0]["Ben"].user_id


def test_nobody_asked_for_is_nobody_told(world: World) -> None:
    assert world.reader.fetch_people([]) == {}


def test_who_wrote_since(world: World) -> None:
    world.put("P written", "One.", "Ada")
    first = world.read("P written").rev_id
    assert world.reader.fetch_writers("P written", after=first) == ()
    world.put("P written", "Two.", "Ben")
    world.put("P written", "Three.", "Cleo")
    assert set(world.reader.fetch_writers("P written", after=first)) == {"Ben", "Cleo"}
    assert world.reader.fetch_writers("P not there", after=0) == ()


def test_a_page_that_people_may_not_move_says_so(world: World) -> None:
    world.put("P guarded", "Text.")
    world.put("P open", "Text.")
    world.protect("P guarded")
    found = world.reader.fetch_titles(["P guarded", "P open"])
    assert (found["P guarded"].move_protected, found["P open"].move_protected) == (True, False)


@pytest.mark.real
def test_how_many_edits_somebody_has_and_how_they_are_spoken_of(real_world: RealWorld) -> None:
    ada = real_world.persons["Ada"]
    before = real_world.reader.fetch_people(["Ada", "Nobody At All"])
    assert before["Nobody At All"].edits is None
    real_world.put("P counted", "Text.", "Ada")
    ada.do(action="options", change="gender=female")
    try:
        after = real_world.reader.fetch_people(["Ada"])["Ada"]
    finally:
        ada.do(action="options", change="gender=unknown")
    assert before["Ada"].edits is not None
    assert after.edits is not None
    assert after.edits > before["Ada"].edits
    assert (before["Ada"].gender, after.gender) == ("unknown", "female")


@pytest.mark.real
def test_h13_a_block_shows_of_accounts_and_of_addresses_in_a_range(real_world: RealWorld) -> None:
    admin = real_world.persons["Admin"]
    admin.block("Emil")
    admin.block("Dora", partial=True, pagerestrictions="Main Page", allowusertalk=True)
    admin.block("198.51.100.0/24")
    try:
        found = real_world.reader.fetch_people(
            ["Ada", "Dora", "Emil", "198.51.100.7", "203.0.113.7", "2001:db8::7"]
        )
    finally:
        for name in ("Emil", "Dora", "198.51.100.0/24"):
            admin.unblock(name)
    blocked = {name for name, person in found.items() if person.blocked}
    assert blocked == {"Dora", "Emil", "198.51.100.7"}
    assert found["Emil"].registered
