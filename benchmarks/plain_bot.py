"""tropebot beside the bot that somebody who knows pywikibot writes in an evening.

`python -m benchmarks.plain_bot`: both go over the same changed pages of a real MediaWiki, each on a fresh
copy of it, with every throttle at 0. The plain bot (`Evening`) reads recent changes and `page.text` of each
page, parses it with mwparserfromhell, asks for the same markup and licences, puts the same flags on with
`page.save`, and tells the first authors; `Preloading` is the same with pywikibot's fifty pages at a time. All
three must flag the same number of pages. Requests are counted at a proxy; `--pages N`, and `--faulty N` of a
hundred, once for each share of bad pages that is to be shown.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.corpus import pages
from benchmarks.traffic import Count, Place, Ran, Saved, place
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.offline import facts_from

AIMS = {"reads": 20.0, "seconds": 5.0}
SHARES = (1, 5)
"""Bad pages of a hundred: a wiki that is mostly in order, and one that has just begun to ask for its markup.

Assumed; no wiki was asked.
"""
PEOPLE = ("Ada", "Ben", "Cleo", "Dora", "Emil")
HEADERS = ("trope", "work", "creator")
LONGEST = 10_000
"""Characters: half of the pages of the wikis are shorter than 4,000, few longer than this."""


class Evening:
    """The plain bot."""

    def __init__(self, since: str) -> None:
        # imported here: the benchmark's own process has no bot home
        import mwparserfromhell  # noqa: PLC0415
        import pywikibot  # noqa: PLC0415
        from pywikibot import config  # noqa: PLC0415

        config.put_throttle = config.minthrottle = config.maxthrottle = 0
        self._library, self._parse = pywikibot, mwparserfromhell.parse
        self._since = since
        self._site = pywikibot.Site()
        self._site.login()
        self._flagged: defaultdict[str, list[str]] = defaultdict(list)

    def run(self) -> int:
        """Go over what changed, flag, tell; how many pages were flagged."""
        licences = {
            page.title(with_ns=False)
            for page in self._library.Category(
                self._site, "Category:Image license templates"
            ).articles()
        }
        for page in self._pages():
            text = page.text
            if not text:
                continue
            code = self._parse(text)
            names = {str(each.name).strip().lower() for each in code.filter_templates()}
            links = {str(each.title).strip() for each in code.filter_wikilinks()}
            if page.isRedirectPage():
                continue
            if page.namespace() == 0:
                self._look(page, text, names, links)
            elif page.namespace() == 6:
                used = {each.title(with_ns=False) for each in page.templates()}
                self._mark(page, text, "Unattributed image", bad=not used & licences, names=names)
        for name, titles in self._flagged.items():
            self._tell(name, titles)
        return sum(map(len, self._flagged.values()))

    def _changed(self) -> Iterator[Any]:
        """Each changed page once."""
        seen: set[str] = set()
        start = self._library.Timestamp.fromISOformat(self._since)
        for row in self._site.recentchanges(
            start=start, reverse=True, changetype="edit|new|log", namespaces=[0, 6]
        ):
            if row["title"] not in seen:
                seen.add(row["title"])
                yield self._library.Page(self._site, row["title"])

    def _pages(self) -> Iterator[Any]:
        """The changed pages; the text of each is read when it is asked for, and tells what else is asked."""
        return self._changed()

    def _look(self, page: Any, text: str, names: set[str], links: set[str]) -> None:
        kinds = [name for name in HEADERS if name in names]
        if "/" in page.title():
            footers = {"tropesubpagefooter", "worksubpagefooter"}
            self._mark(page, text, "Missing markup", bad=not names & footers, names=names)
            return
        bad = not kinds or "Category:{{PAGENAME}}" not in links
        bad = bad or not text.lstrip().startswith("{{")
        bad = bad or ("trope" in kinds and "examples" not in names)
        bad = bad or ("work" in kinds and "tropelist" not in names)
        bad = bad or ("<ref" in text and "reflist" not in names)
        self._mark(page, text, "Missing markup", bad=bad, names=names)

    def _mark(self, page: Any, text: str, flag: str, *, bad: bool, names: set[str]) -> None:
        if not bad or flag.lower() in names:
            return
        page.text = f"{{{{{flag}}}}}\n{text}"
        page.save(summary="needs attention", minor=False, bot=True, quiet=True)
        self._flagged[page.oldest_revision.user].append(page.title())

    def _tell(self, name: str, titles: Sequence[str]) -> None:
        talk = self._library.User(self._site, name).getUserTalkPage()
        listed = "\n".join(f"* [[:{title}]]" for title in titles)
        talk.text = f"{talk.text}\n\n== Your pages ==\n{listed}\n~~~~"
        talk.save(summary="about your pages", minor=False, quiet=True)


class Preloading(Evening):
    """The plain bot of somebody who knows pywikibot's generators well."""

    def _pages(self) -> Iterator[Any]:
        from pywikibot.pagegenerators import PreloadingGenerator  # noqa: PLC0415

        found: Iterator[Any] = PreloadingGenerator(self._changed())
        return found


BOTS = {"plain": Evening, "preloading": Preloading}


def changed(number: int, faulty: int) -> list[Saved]:
    """Pages of the corpus that are no longer than most, so many of a hundred with a fault."""
    policy = load("demo", []).policy
    force = PolicyInForce(policy=policy, facts=facts_from(policy))
    chance = random.Random(11)  # noqa: S311  nothing secret
    wanted = [chance.randrange(100) < faulty for _ in range(number)]
    clean = (each.page for each in pages(number * 20, force, faulty_of_ten=0))
    bad = (each.page for each in pages(number * 20, force, faulty_of_ten=10))
    found: list[Saved] = []
    for index, is_bad in enumerate(wanted):
        source = bad if is_bad else clean
        page = next(page for page in source if page.namespace == 0 and len(page.text) < LONGEST)
        title = f"{page.title} {'b' if is_bad else 'g'}" if "/" not in page.title else page.title
        found.append(Saved(title=title, text=page.text, user=PEOPLE[index % len(PEOPLE)]))
    return found


def compared(at: Place, number: int, faulty: int) -> Iterator[str]:
    """The table of one share of bad pages."""
    policy = {"limits": {"writes_per_run": 10 * number}, "actions": {"TB106": "none"}}
    at.begin(many=True, policy=policy)
    made = changed(number, faulty)
    at.bring_older(
        [
            Saved(title=each.title, text="{{trope}}\n", user=PEOPLE[index % 4])
            for index, each in enumerate(made)
        ]
    )
    since = at.server_time()
    at.bring_changes(made)
    at.wiki.snapshot("changed")
    ours = at.patrol()
    flagged = [int(ours[0].last["flags"])]
    columns = [ours]
    for name in BOTS:
        at.wiki.reset("changed")
        columns.append(at.run("-m", "benchmarks.plain_bot", "--as", name, since))
        flagged.append(int(columns[-1][0].out.split()[-1]))
    yield f"{number} changed pages, {faulty} of a hundred bad; flagged: {flagged}"
    yield f"{'':<26}" + "".join(f"{name:>12}" for name in ("tropebot", *BOTS)) + f"{'ratio':>9}"
    for name, values in figures(columns):
        ratio = values[1] / values[0] if values[0] else 0.0
        aim = f"   aim {AIMS[name]:g}" if name in AIMS else ""
        yield f"{name:<26}" + "".join(f"{each:>12.5g}" for each in values) + f"{ratio:>9.1f}{aim}"
    if len(set(flagged)) > 1:
        raise SystemExit("they did not do the same work")


def figures(columns: Sequence[tuple[Ran, Count]]) -> Iterator[tuple[str, list[float]]]:
    """Each figure of all bots, by name."""
    runs, counts = [ran for ran, _ in columns], [count for _, count in columns]
    yield "reads", [each.read + each.continued.total() for each in counts]
    yield "  of the session's start", [each.start.total() for each in counts]
    yield "writes", [each.written for each in counts]
    yield "seconds", [each.seconds for each in runs]
    yield "  of processor", [each.processor for each in runs]
    yield "memory (MB)", [each.memory / 2**20 for each in runs]


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--faulty", type=int, action="append")
    parser.add_argument("--as", nargs=2, metavar=("BOT", "SINCE"), help=argparse.SUPPRESS)
    asked = vars(parser.parse_args())
    if asked["as"]:
        name, since = asked["as"]
        print(BOTS[name](since).run())
        return 0
    with place() as at:
        for faulty in asked["faulty"] or SHARES:
            for line in compared(at, asked["pages"], faulty):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
