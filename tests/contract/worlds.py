"""The two wikis that the contract is about, with the same handles for what people do there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from demo.mediawiki import Wiki
from demo.people import Person
from demo.populate import png
from tests.fake_wiki import FakeWiki
from tropebot.model import Page, Poll
from tropebot.ports import WikiReader, WikiWriter
from tropebot.wiki.session import Session


class World(Protocol):
    """A wiki with the bot's two sides of it and its people."""

    reader: WikiReader
    writer: WikiWriter

    def put(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None: ...
    def upload(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None: ...
    def rename(self, title: str, target: str, *, redirect: bool = True) -> None: ...
    def delete(self, title: str, reason: str = "") -> None: ...
    def protect(self, title: str) -> None: ...
    def forbid_creation(self, title: str) -> None: ...
    def blacklist(self, title: str) -> None: ...
    def read(self, title: str) -> Page: ...
    def text(self, title: str) -> str | None: ...
    def poll(self, since: datetime | None = None, *watch: str, limit: int = 500) -> Poll: ...


@dataclass
class FakeWorld:
    """The FakeWiki."""

    wiki: FakeWiki = field(default_factory=FakeWiki)

    @property
    def reader(self) -> WikiReader:
        return self.wiki

    @property
    def writer(self) -> WikiWriter:
        return self.wiki

    def put(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None:
        self.wiki.put(title, text, user, comment)

    def upload(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None:
        self.wiki.tick()
        self.wiki.upload(title, text, user, comment)

    def rename(self, title: str, target: str, *, redirect: bool = True) -> None:
        self.wiki.rename(title, target, "Admin", redirect=redirect)

    def delete(self, title: str, reason: str = "") -> None:
        self.wiki.delete(title, comment=reason)

    def protect(self, title: str) -> None:
        self.wiki.protect(title)

    def forbid_creation(self, title: str) -> None:
        self.wiki.no_creation.add(title)

    def blacklist(self, title: str) -> None:
        self.wiki.blacklisted.add(title)

    def read(self, title: str) -> Page:
        return page_of(self, title)

    def text(self, title: str) -> str | None:
        return self.wiki.text(title) if title in self.wiki.pages else None

    def poll(self, since: datetime | None = None, *watch: str, limit: int = 500) -> Poll:
        return self.wiki.poll(since=since, watch=watch, limit=limit)


@dataclass
class RealWorld:
    """A MediaWiki on this machine."""

    wiki: Wiki
    session: Session
    persons: dict[str, Person]
    settle: Callable[[], None]

    @property
    def reader(self) -> WikiReader:
        return self.session.reader

    @property
    def writer(self) -> WikiWriter:
        return self.session.writer

    def put(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None:
        self.persons[user].edit(title, text, comment)

    def upload(self, title: str, text: str, user: str = "Ada", comment: str = "") -> None:
        name = title.partition(":")[2]
        self.persons[user].upload(name, png(name), text, comment)

    def rename(self, title: str, target: str, *, redirect: bool = True) -> None:
        self.persons["Admin"].move(title, target, noredirect=not redirect)

    def delete(self, title: str, reason: str = "") -> None:
        self.settle()  # deletions are told apart from reads by the second
        self.persons["Admin"].delete(title, reason)

    def protect(self, title: str) -> None:
        self.persons["Admin"].protect(title)

    def forbid_creation(self, title: str) -> None:
        self.persons["Admin"].protect(title, "create=sysop")

    def blacklist(self, title: str) -> None:
        """The list itself is an admin's page, and MediaWiki keeps it for a while: one line for all tests."""
        self.persons["Admin"].edit("MediaWiki:Titleblacklist", title)

    def read(self, title: str) -> Page:
        return page_of(self, title)

    def text(self, title: str) -> str | None:
        return self.persons["Admin"].text(title)

    def poll(self, since: datetime | None = None, *watch: str, limit: int = 500) -> Poll:
        return self.session.reader.poll(since=since, watch=watch, limit=limit)


def page_of(world: World, title: str) -> Page:
    """The page as the bot reads it; it must exist."""
    page = world.reader.fetch_pages([title])[title]
    assert page is not None
    return page
