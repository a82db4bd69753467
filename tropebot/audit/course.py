"""An audit from beginning to end: the survey, then every unit's outcome in the dump's order.

Must not print or write. A file that is broken is left where it breaks, and the next one is gone on with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from tropebot.audit.judging import Order, Outcome
from tropebot.audit.knowledge import Knowledge, Survey, known_from
from tropebot.audit.streams import STDIN
from tropebot.audit.units import site_of, units
from tropebot.audit.values import Caps, SiteInfo, Unit
from tropebot.audit.workers import crew
from tropebot.errors import BrokenDump
from tropebot.policy.schema import Policy

NO_PAGES = "“{}” holds no page: that is no dump of MediaWiki."


@dataclass(slots=True)
class Files:
    """The files of an audit: which of them broke, and how many pages each has had."""

    paths: Sequence[str]
    caps: Caps
    problems: dict[str, str] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)

    def units(self, *, skipped: int = 0) -> Iterator[Unit]:
        """All units of the files that are whole so far, but for the first ones."""
        for path in self.paths:
            try:
                for unit in units(path, self.caps):
                    if path in self.problems:
                        break
                    if skipped:
                        skipped -= 1
                        continue
                    yield unit
            except BrokenDump as error:
                self.problems.setdefault(path, str(error))

    def note(self, path: str, pages: int, problem: str) -> None:
        """What came of reading a unit."""
        self.pages[path] = self.pages.get(path, 0) + pages
        if problem:
            self.problems.setdefault(path, problem)

    def settle(self) -> None:
        """At the end: a file without a page is no dump."""
        for path in self.paths:
            if not self.pages.get(path):
                name = "The standard input" if path == STDIN else path
                self.problems.setdefault(path, NO_PAGES.format(name))


def order_for(policy: Policy, known: Knowledge, *, source: str, caps: Caps | None = None) -> Order:
    """The order by which a dump is judged."""
    return Order(
        policy=msgspec.json.encode(policy), known=known, source=source, caps=caps or Caps()
    )


def head_of(paths: Sequence[str], caps: Caps) -> SiteInfo:
    """What the first file that tells it says of the wiki."""
    for path in paths:
        if path != STDIN and (site := site_of(path, caps)).namespaces:
            return site
    return SiteInfo()


def survey(
    paths: Sequence[str], order: Order, workers: int
) -> Iterator[tuple[Unit, Knowledge | None]]:
    """What the dump says of its wiki; units as they are done, the last with what is known then."""
    files = Files(paths, order.caps)
    whole = Survey()
    unit: Unit | None = None
    with crew(order, workers) as (look, _):
        for unit, (found, read) in look(files.units()):
            whole.add(found)
            files.note(unit.path, read.pages, read.problem)
            yield unit, None
    if unit is not None:
        yield unit, known_from(order.known.site, whole)


def outcomes(
    files: Files, order: Order, workers: int, *, skipped: int = 0
) -> Iterator[tuple[Unit, Outcome]]:
    """Every unit with what came of it; behind a break in a file nothing more of it."""
    with crew(order, workers) as (_, work):
        for unit, outcome in work(files.units(skipped=skipped)):
            if unit.path in files.problems:
                continue
            files.note(unit.path, outcome.pages, outcome.problem)
            yield unit, outcome
    files.settle()
