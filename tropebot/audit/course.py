"""An audit from beginning to end: the survey, then every unit's outcome in the dump's order.

Must not print or write. A file that is broken is left where it breaks, and the next one is gone on with.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tropebot.audit.judging import Order, Outcome
from tropebot.audit.knowledge import Knowledge, Survey, known_from
from tropebot.audit.seats import Seat
from tropebot.audit.streams import STDIN
from tropebot.audit.turns import Deadly
from tropebot.audit.units import Read, pages_of, site_of, units
from tropebot.audit.values import Caps, SiteInfo, Unit
from tropebot.audit.workers import Crew
from tropebot.errors import BrokenDump, Incomplete
from tropebot.policy.schema import Policy

NO_PAGES = "“{}” holds no page: that is no dump of MediaWiki."
UNREAD = (
    "“{}”: every process that read the pages from “{}” to “{}” was ended from outside, so that it is not "
    "known which templates the wiki has; --one-pass judges without that."
)


@dataclass(slots=True)
class Files:
    """The files of an audit: which of them broke, and how many pages each has had."""

    paths: Sequence[str]
    caps: Caps
    problems: dict[str, str] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    """Units that an earlier run has had of each file."""
    stretches: Mapping[str, tuple[int, int]] | None = None
    """From and up to which byte of each file; those that are not named are left out."""

    def units(self) -> Iterator[Unit]:
        """All units of the files that are whole so far, but for those that are done."""
        for path in self.paths if self.stretches is None else self.stretches:
            stretch = self.stretches[path] if self.stretches else None
            try:
                for number, unit in enumerate(units(path, self.caps, stretch)):
                    if path in self.problems:
                        break
                    if number >= self.done.get(path, 0):
                        yield unit
            except BrokenDump as error:
                self.problems.setdefault(path, str(error))

    def note(self, path: str, pages: int, problem: str) -> None:
        """What came of reading a unit."""
        self.pages[path] = self.pages.get(path, 0) + pages
        if problem:
            self.problems.setdefault(path, problem)

    def settle(self) -> None:
        """At the end: a file without a page is no dump; of a part of it that cannot be said."""
        for path in () if self.stretches is not None else self.paths:
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
    paths: Sequence[str], order: Order, crew: Crew
) -> Iterator[tuple[Unit, Knowledge | None]]:
    """What the dump says of its wiki; units as they are done, the last with what is known then.

    Raises `Incomplete` where a unit could not be read: what it says is missing would not be so.
    """
    files = Files(paths, order.caps)
    whole = Survey()
    unit: Unit | None = None
    for unit, seen in crew.work(Seat.survey_unit, order, files.units()):
        if isinstance(seen, Deadly):
            titles = _titles(unit, order.caps, Read()) or ("",)
            raise Incomplete(UNREAD.format(unit.path, titles[0], titles[-1]))
        found, read = seen
        whole.add(found)
        files.note(unit.path, read.pages, read.problem)
        yield unit, None
    if unit is not None:
        yield unit, known_from(order.known.site, whole)


def outcomes(files: Files, order: Order, crew: Crew) -> Iterator[tuple[Unit, Outcome]]:
    """Every unit with what came of it; behind a break in a file nothing more of it.

    Pages whose unit ended its workers are named in its outcome, and what stands behind them is gone on with.
    """
    for unit, outcome in crew.work(Seat.judge_unit, order, files.units()):
        if unit.path in files.problems:
            continue
        found = _unjudged(unit, order.caps) if isinstance(outcome, Deadly) else outcome
        files.note(unit.path, found.pages, found.problem)
        yield unit, found
    files.settle()


def _unjudged(unit: Unit, caps: Caps) -> Outcome:
    """What is said of a unit that nobody survived; reading alone is bounded, so it is done here."""
    read = Read()
    titles = _titles(unit, caps, read)
    return Outcome(pages=read.pages, unjudged=titles, problem=read.problem)


def _titles(unit: Unit, caps: Caps, read: Read) -> tuple[str, ...]:
    return tuple(page.title for page in pages_of(unit, caps, read))
