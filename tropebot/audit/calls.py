"""Which templates a few pages of a dump call, to tell whether the dump has the wiki's templates at all.

Must not judge pages. A whole dump has nearly every template that its pages call; an export of some pages has
few of them, or none, and that a template is not in it says nothing about the wiki.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from tropebot.audit.values import DumpPage
from tropebot.model import MAIN
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.late import late
from tropebot.wikitext.names import template_name

_PAGES = 50
"""Pages of a stretch of a dump that are looked at, and the characters of each."""

_CHARACTERS = 20_000
_MANY = 5
_TENTH = 10
_CALL = late(r"\{\{([^{}|<>\[\]\n#]{1,255}?)\s*(\||\}\}|\n)")
_COMMENT = late(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(slots=True)
class Calls:
    """On how many of the pages looked at each template is called; parts add up in any order."""

    pages: int = 0
    names: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Calls") -> None:
        """Take in what was seen of another part."""
        self.pages += other.pages
        self.names.update(other.names)

    def see(self, page: DumpPage, facts: WikiFacts) -> None:
        """Look at a page, if it is an article and not enough were looked at."""
        if page.namespace != MAIN or page.text is None or page.redirect or self.pages >= _PAGES:
            return
        self.pages += 1
        text = _COMMENT.sub("", page.text[:_CHARACTERS])
        written = {(call[1].strip(), call[2] == "|") for call in _CALL.finditer(text)}
        called = {template_name(name, facts, {}, parameters=more) for name, more in written}
        self.names.update(name for name in called if name and ":" not in name)

    def lacking(self, known: Collection[str]) -> str:
        """The template most called of those not ``known``, where so much is unknown that the dump is a part.

        So it is where two of five calls lead nowhere, or a template that five pages and every tenth call is
        not there: such a gap is mended on a wiki on the day it shows. Empty: the dump may be whole.
        """
        unknown = {name: pages for name, pages in self.names.items() if name not in known}
        if not unknown:
            return ""
        most = max(unknown, key=lambda name: (unknown[name], name))
        calls, lost = self.names.total(), sum(unknown.values())
        common = unknown[most] >= _MANY and unknown[most] * _TENTH >= self.pages
        return most if common or lost * 5 >= calls * 2 else ""
