"""What a deletion does and how it fails: the same on the FakeWiki and on MediaWiki."""

import pytest

from demo.mediawiki import ADMIN
from tests.contract.worlds import FakeWorld, RealWorld, World, page_of
from tropebot.errors import Conflict, NotAllowed
from tropebot.home import Credentials, Limits
from tropebot.ports import WikiWriter
from tropebot.wiki.api import Api
from tropebot.wiki.seat import Login
from tropebot.wiki.writes import Writer


@pytest.fixture
def admins_writer(world: World) -> WikiWriter:
    """The writer of an account that may delete."""
    if isinstance(world, FakeWorld):
        world.wiki.rights |= {"delete"}
        return world.writer
    assert isinstance(world, RealWorld)
    known = Credentials(login_name=ADMIN, password=world.wiki.passwords[ADMIN])
    login = Login(user=ADMIN, credentials=known)
    return Writer(Api(world.session.api._wire, login, Limits()))


def test_an_ordinary_bot_may_not_delete(world: World) -> None:
    world.put("D kept", "Text.")
    with pytest.raises(NotAllowed):
        world.writer.delete_page(page_of(world, "D kept").page_id, "[tb:x] why")
    assert world.text("D kept") == "Text."


def test_a_deletion_is_of_the_page_and_its_log_shows_the_mark(
    world: World, admins_writer: WikiWriter
) -> None:
    world.put("D gone", "Text.")
    page = page_of(world, "D gone")
    admins_writer.delete_page(page.page_id, "[tb:abc] why")
    assert world.text("D gone") is None
    deletion = world.reader.fetch_deletion("D gone")
    assert deletion is not None
    assert deletion.comment.startswith("[tb:abc] why")
    with pytest.raises(Conflict):
        admins_writer.delete_page(page.page_id, "[tb:abc] why")
