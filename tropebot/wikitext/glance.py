"""A first look at a page's text, to prove it clean: a `Document` without what takes most of the time.

Must not be used to say that something is wrong: a page on which anything is found at a glance is read in
full. Plain links to pages of the main namespace are no constructs here, and lines are not told. Templates,
categories and what stands first and last are those of the full reading.
"""

from functools import cached_property

from tropebot.wikitext.document import Document
from tropebot.wikitext.preprocess import LINK, Construct, constructs


class Unclear(Exception):
    """At a glance it cannot be told what is called: a link stands in a name."""


class Glance(Document):
    """One page's text at a glance; any question may raise `Unclear`."""

    @cached_property
    def constructs(self) -> tuple[Construct, ...]:
        """Braces, and the links that are not plain ones to the main namespace."""
        return constructs(self.readable.text, telling=True)

    def line_at(self, offset: int) -> int:  # noqa: ARG002  nobody is told a line of a page that is clean
        """Always 1."""
        return 1

    def expanded(self, index: int, start: int, end: int, depth: int = 0) -> str | None:
        """As in the full reading; a link in it could be one that is passed over here."""
        text = super().expanded(index, start, end, depth)
        if text is not None and LINK in text:
            raise Unclear
        return text
