"""How many requests tropebot sends: `python -m benchmarks.requests`, at a proxy before a real MediaWiki.

Counts are exact, so no run differs from the next. Set apart are the session's start (logging in, siteinfo)
and further parts of answers that the wiki cuts. `tests/real/test_requests.py` holds the targets on less.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from benchmarks.traffic import Count, Place, Ran, Saved, make_accounts, place
from demo.populate import png

GOOD = "{{trope}}\nIt happens.\n{{examples}}\n* ''[[Film]]'': it happens there.\n[[Category:{{PAGENAME}}]]"
BAD = GOOD.replace("\n[[Category:{{PAGENAME}}]]", "")
DRAFT = (
    "{{Trope Workshop}}\n{{trope}}\nIt happens.\n{{examples}}\n"
    "* ''[[One Film]]'': it happens to the hero there.\n"
    "* ''[[Two Film]]'': it happens to the villain there.\n"
    "* ''[[Three Film]]'': it happens to the dog there.\n"
    "[[Category:{{PAGENAME}}]]\n[[Category:Trope Workshop]]"
)
ROWS = 500
"""Recent changes in one request, whatever the account's limits are."""
PEOPLE = ("Ada", "Ben", "Cleo", "Dora", "Emil")
PASSWORD = "the people of a benchmark"  # noqa: S105  of accounts on a wiki that lives for a minute
UNREADY = DRAFT.partition("* ''[[Two")[0] + "More is to come. " * 30
"""Longer than a redirect; a draft that began with less costs one request more."""
CLEAN, NEW_FILES, BAD_FILES, NEW, OLD, READY = 400, 80, 10, 20, 40, 5
ONCE = 3
"""What a pass may read beside recent changes and its pages, however many there are."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was counted, the most that there may be, and what there was."""

    what: str
    target: float
    found: float

    @property
    def ok(self) -> bool:
        """Whether the target is kept."""
        return self.found <= self.target

    def __str__(self) -> str:
        return (
            f"{self.what:<58} {self.target:>7g} {self.found:>7g}  {'ok' if self.ok else 'missed'}"
        )


def made(titles: Iterable[str], text: str, people: Sequence[str]) -> list[Saved]:
    """Pages of one text, by these people in turn."""
    return [
        Saved(title=title, text=text, user=people[number % len(people)])
        for number, title in enumerate(titles)
    ]


def idle(at: Place) -> Iterator[Row]:
    """A pass when nobody has done anything."""
    _, count = at.patrol()
    yield Row("idle poll: requests", 1, _all(count))


def clean(at: Place, many: int, number: int = CLEAN) -> Iterator[Row]:
    """A pass over pages that were edited and are in order."""
    titles = [f"Changed {each}" for each in range(number)]
    at.bring_older(made(titles, f"{GOOD}\nOld.", PEOPLE))
    at.bring_changes(made(titles, GOOD, PEOPLE))
    ran, count = at.patrol()
    assert_judged(ran, number)
    most = ceil(number / ROWS) + ceil(number / many) + ONCE
    yield Row(f"pass over {number} changes, all clean: reads", most, count.read)
    per_page = 0.01 if many > 50 else 0.05
    yield Row("  for each clean changed page", per_page, count.read / number)
    yield Row("  writes", 0, count.written)


def flagged(at: Place, number: int = NEW, most: float = 2.2) -> Iterator[Row]:
    """A pass over new pages that lack something, each by somebody else who is told."""
    names = [f"Author {each}" for each in range(number)]
    make_accounts(at.wiki, names, PASSWORD)
    at.bring_changes(made([f"Flagged {each}" for each in range(number)], BAD, names))
    ran, count = at.patrol()
    assert_judged(ran, number, flags=number, notices=number)
    yield Row(
        f"{number} new pages flagged, {number} people told: writes", 2 * number, count.written
    )
    yield Row("  requests for each flagged page, message included", most, _all(count) / number)
    _, again = at.patrol()
    yield Row("  the next pass: requests", 1, _all(again))


def edited(at: Place, number: int = OLD, most: float = 2.2) -> Iterator[Row]:
    """A pass over old pages that somebody broke; each was begun by somebody else, who is told of one alone.

    Who that was is known from the pages' histories only. The longer half of them is longer than a redirect.
    """
    names = [f"Founder {each}" for each in range(number)]
    make_accounts(at.wiki, names, PASSWORD)
    titles = [f"Broken {each}" for each in range(number)]
    at.bring_older(made(titles[::2], GOOD, names[::2]))
    at.bring_older(made(titles[1::2], f"{GOOD}\n{'Long. ' * 100}", names[1::2]))
    at.bring_changes(made(titles, BAD, PEOPLE))
    ran, count = at.patrol()
    assert_judged(ran, number, flags=number, notices=number)
    yield Row(
        f"{number} old pages flagged, {number} people told: writes", 2 * number, count.written
    )
    yield Row("  requests for each flagged page, message included", most, _all(count) / number)


def files(at: Place) -> Iterator[Row]:
    """The case of the field's own program for files: 80 new ones, 10 without a licence, of 10 people."""
    persons = make_accounts(at.wiki, [f"Uploader {each}" for each in range(10)], PASSWORD)
    for number in range(NEW_FILES):
        name, bad = f"New picture {number}.png", number % 8 == 3
        person = persons[f"Uploader {number // 8}"]
        person.upload(name, png(name), "A picture." if bad else "A picture. {{Fairuse}}", "")
    at.wiki.run_jobs()
    ran, count = at.patrol()
    assert_judged(ran, NEW_FILES, flags=BAD_FILES, notices=BAD_FILES)
    yield Row("80 new files, 10 bad, of 10 people: requests", 24, _all(count))
    _, again = at.patrol()
    yield Row("  the next pass: requests", 1, _all(again))


def promoted(at: Place, number: int = READY, *, old: bool = False) -> Iterator[Row]:
    """Drafts that are ready: a strip and a move each, and a message to each of those who began them.

    ``old``: others have worked on them since.
    """
    kind = "old" if old else "new"
    names = [f"Drafter of {kind} {each}" for each in range(number)]
    make_accounts(at.wiki, names, PASSWORD)
    titles = [f"Trope Workshop:Ready {kind} {each}" for each in range(number)]
    if old:
        at.bring_older(made(titles, UNREADY, names))
    at.bring_changes(made(titles, DRAFT, PEOPLE if old else names))
    ran, count = at.patrol()
    effects = count.written
    if (ran.last["promotions"], ran.last["notices"]) != (number, number):
        raise SystemExit(f"{ran.last['promotions']} drafts of {number} were promoted")
    yield Row(f"{number} {kind} drafts promoted, {number} people told: writes", 3 * number, effects)
    # beside the poll and the query for the pages
    yield Row("  extra reads for each effect", 1, (count.read - 2 - ONCE) / effects)


def assert_judged(ran: Ran, pages: int, *, flags: int = 0, notices: int = 0) -> None:
    """What is counted must have been done."""
    last = ran.last
    found = (last["pages"], last["flags"], last["notices"])
    if found != (pages, flags, notices):
        raise SystemExit(f"pages, flags, messages: {found} instead of {(pages, flags, notices)}")


def _all(count: Count) -> int:
    return count.read + count.written


def table(at: Place, *, many: bool) -> Iterator[Row]:
    """All rows for an account with or without `apihighlimits`; each scene goes on from the last."""
    at.begin(many=many)
    yield from idle(at)
    yield from clean(at, 500 if many else 50)
    yield from flagged(at)
    yield from edited(at)
    at.begin(many=many)
    yield from files(at)
    at.begin(many=many)
    yield from promoted(at)
    yield from promoted(at, old=True)


def main() -> int:
    """Count and print; 1 if a target is missed."""
    missed = 0
    with place() as at:
        for many in (False, True):
            print(f"{'with' if many else 'without'} apihighlimits{'most':>48} {'found':>7}")
            for row in table(at, many=many):
                print(row, flush=True)
                missed += not row.ok
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
