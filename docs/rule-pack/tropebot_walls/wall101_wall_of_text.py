"""A paragraph is so long that nobody reads it.

What it looks for
-----------------
Paragraphs (text between empty lines; comments and nowiki do not count) of more words than the option
`longest_paragraph` allows. One finding for each.

Why
---
People scroll past it, and so they add what is there already.

Bad
---
Three hundred words without an empty line.

Good
----
    The same in three paragraphs.

    Each says one thing.

Policy keys
-----------
None. The pack's option: `packs.Walls.longest_paragraph`.

Reasons not to act
------------------
A quotation may be long.
"""

import re
from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope

_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    longest = force.option("Walls", "longest_paragraph")
    document = reading.document
    for paragraph in _PARAGRAPH.finditer(document.readable.text):
        words = len(paragraph[0].split())
        if words > longest:
            yield reading.finding(
                RULE,
                params=(str(words), str(longest)),
                line=document.line_at(document.readable.origin(paragraph.start())),
                details={"words": words},
            )


RULE = Rule(
    code="WALL101",
    name="wall-of-text",
    scope=frozenset({Scope.PAGES, Scope.DRAFTS}),
    check=check,
)
