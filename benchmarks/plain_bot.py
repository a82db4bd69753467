"""tropebot beside the bot that somebody who knows pywikibot writes in an evening.

`python -m benchmarks.plain_bot`: both go over the same changed pages of a real MediaWiki, each on a fresh
copy of it, with every throttle at 0. The plain bot (`Evening`) reads recent changes and `page.text` of each
page, parses it with mwparserfromhell, asks for the same markup and licences, puts the same flags on with
`page.save`, and tells the first authors. Requests are counted at a proxy; `--pages N`, and `--faulty N` of a
hundred.
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
        for page in self._changed():
            text = page.text
            code = self._parse(text)
            names = {str(each.name).strip().lower() for each in code.filter_templates()}
            links = {str(each.title).strip() for each in code.filter_wikilinks()}
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
                page = self._library.Page(self._site, row["title"])
                if page.exists() and not page.isRedirectPage():
                    yield page

    def _look(self, page: Any, text: str, names: set[str], links: set[str]) -> None:
        kinds = [name for name in HEADERS if name in names]
        if not kinds:
            return
        if "/" in page.title():
            footers = {"tropesubpagefooter", "worksubpagefooter"}
            self._mark(page, text, "Missing markup", bad=not names & footers, names=names)
            return
        bad = "Category:{{PAGENAME}}" not in links
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
    """The table."""
    policy = {"limits": {"writes_per_run": 10 * number}, "actions": {"TB106": "none"}}
    at.begin(many=True, policy=policy)
    since = at.server_time()
    made = changed(number, faulty)
    at.bring_older([Saved(title=each.title, text="{{trope}}\n") for each in made])
    at.bring_changes(made)
    at.wiki.snapshot("changed")
    ours = at.patrol()
    at.wiki.reset("changed")
    plain = at.run("-m", "benchmarks.plain_bot", "--as-bot", since)
    last, said = ours[0].last, int(plain[0].out.split()[-1])
    yield f"{number} changed pages; flagged: tropebot {last['flags']}, the plain bot {said}"
    yield f"{'':<26} {'tropebot':>10} {'plain':>10} {'ratio':>8}"
    for name, ours_is, plain_is in figures(ours, plain):
        ratio = plain_is / ours_is if ours_is else 0.0
        aim = f"   aim {AIMS[name]:g}" if name in AIMS else ""
        yield f"{name:<26} {ours_is:>10.5g} {plain_is:>10.5g} {ratio:>8.1f}{aim}"


def figures(
    ours: tuple[Ran, Count], plain: tuple[Ran, Count]
) -> Iterator[tuple[str, float, float]]:
    """Each figure of both, by name."""
    runs, counts = (ours[0], plain[0]), (ours[1], plain[1])
    for name, values in (
        ("reads", [each.read + each.continued.total() for each in counts]),
        ("  of the session's start", [each.start.total() for each in counts]),
        ("writes", [each.written for each in counts]),
        ("seconds", [each.seconds for each in runs]),
        ("  of processor", [each.processor for each in runs]),
        ("memory (MB)", [each.memory / 2**20 for each in runs]),
    ):
        yield name, values[0], values[1]


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--faulty", type=int, default=5)
    parser.add_argument("--as-bot", metavar="SINCE", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.as_bot:
        print(Evening(asked.as_bot).run())
        return 0
    with place() as at:
        for line in compared(at, asked.pages, asked.faulty):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
