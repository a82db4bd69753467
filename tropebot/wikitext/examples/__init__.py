"""What counts as an example: the number that a draft's promotion hangs on, explained entry by entry.

Must not ask a wiki or a clock: the same text gives the same answer always. A page is read in steps:
`flow` (what is shown, in the order of the wiki's parser), `rows` (what each line is), `structure` (the
region and its list items), `inline` and `works` (what a line shows and names), `count` (what counts).
"""

from tropebot.wikitext.examples.count import count_examples
from tropebot.wikitext.examples.structure import list_items
from tropebot.wikitext.examples.values import (
    NOTES,
    REASONS,
    ContainerRules,
    Entry,
    ExampleCount,
    ExampleRules,
)

__all__ = [
    "NOTES",
    "REASONS",
    "ContainerRules",
    "Entry",
    "ExampleCount",
    "ExampleRules",
    "count_examples",
    "list_items",
]
