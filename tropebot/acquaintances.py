"""Whom a pass has asked the wiki about: how their accounts stand, and their talk pages, asked for together.

Must not decide what follows from either. Those who began drafts are told a moment after that these moved: a
talk page is written on as it was read, or read again. What is older than a minute is asked for again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tropebot.gate import FRESH_SECONDS, Clock
from tropebot.model import Page, Person
from tropebot.ports import WikiReader


@dataclass
class Acquaintances:
    """The people of one pass, by name, and their talk pages, by title."""

    _people: dict[str, tuple[float, Person | None]] = field(default_factory=dict)
    _pages: dict[str, tuple[float, Page | None]] = field(default_factory=dict)

    def meet(
        self, talks: Mapping[str, str], reader: WikiReader, clock: Clock
    ) -> tuple[dict[str, Person], dict[str, Page | None]]:
        """The people named, with the pages of these titles; an empty title: nothing is read there."""
        now = clock.elapsed()
        names = sorted(name for name in talks if not _fresh(self._people.get(name), now))
        titles = sorted({title for title in talks.values() if title} - self._fresh_pages(now))
        if names or titles:
            people, pages = reader.fetch_people_and_pages(names, titles)
            self._people |= {name: (now, people.get(name)) for name in names}
            self._pages |= {title: (now, pages.get(title)) for title in titles}
        known = {name: self._people[name][1] for name in talks}
        return (
            {name: person for name, person in known.items() if person is not None},
            {title: self._pages[title][1] for title in talks.values() if title},
        )

    def _fresh_pages(self, now: float) -> set[str]:
        return {title for title, seen in self._pages.items() if _fresh(seen, now)}


def _fresh(seen: tuple[float, object] | None, now: float) -> bool:
    return seen is not None and now - seen[0] <= FRESH_SECONDS
