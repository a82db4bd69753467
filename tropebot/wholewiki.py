"""Every page of a wiki judged over its API, namespace after namespace: an audit without a dump.

Must not write, on the wiki or into a ledger, and asks for nobody's history: whether a page ever was a draft
(TB106) and what became of a draft (TB301, TB302) would each be a request for each page.
"""

from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from tropebot.audit.judging import HIDDEN, Outcome, outcome_of
from tropebot.engine import SecondReader, judge
from tropebot.model import UNREADABLE, Page, Verdict, WikiSize
from tropebot.policy.force import PolicyInForce
from tropebot.ports import WikiReader


class Place(msgspec.Struct, frozen=True):
    """Where an audit goes on: a namespace, and the wiki's word for a place in it (empty: its beginning)."""

    namespace: int
    after: str = ""


class WholeWiki(msgspec.Struct, frozen=True, kw_only=True):
    """A wiki's pages with the policy that they are judged by; ``account`` is the bot's.

    ``rest`` is called between two requests for pages.
    """

    reader: WikiReader
    force: PolicyInForce
    account: str
    second: SecondReader
    rest: Callable[[], None] = lambda: None

    @property
    def namespaces(self) -> tuple[int, ...]:
        """The namespaces whose pages the policy judges, in the order of their numbers."""
        exempt = self.force.namespaces(self.force.policy.exempt.namespaces)
        known = self.force.facts.namespace_names
        return tuple(sorted(number for number in known if number >= 0 and number not in exempt))

    def outcomes(self, begin: Place | None = None) -> Iterator[tuple[Place | None, Outcome]]:
        """What came of each slice of pages, and where to go on behind it (``None``: nowhere).

        Begins where it is told, else at the first page. Raises what the wiki's reader raises.
        """
        place = begin or next(map(Place, self.namespaces), None)
        while place is not None:
            pages, after = self.reader.fetch_slice(place.namespace, after=place.after)
            place = Place(place.namespace, after) if after else self._behind(place.namespace)
            yield place, outcome_of(map(self.verdict, pages))
            if place is not None:
                self.rest()

    def verdict(self, page: Page) -> Verdict:
        """What the patrol says of the page, but for what rests on histories."""
        found = judge(page, self.force, account=self.account, second=self.second)
        hidden = found.exempt and page.content_model == UNREADABLE
        return replace(found, exempt=HIDDEN) if hidden else found

    def _behind(self, namespace: int) -> Place | None:
        return next((Place(each) for each in self.namespaces if each > namespace), None)


def expected(size: WikiSize) -> int:
    """About how many pages there are to judge: a wiki counts content and files, and pages of all kinds."""
    return size.articles + size.files
