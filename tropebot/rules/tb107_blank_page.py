"""A page holds nothing but white space and comments.

What it looks for
-----------------
A page, not a file's, on which nothing is written; a comment that is never closed runs to the end.

Why
---
A blank page says to readers and to links that there is something; it was blanked, or never begun.

Bad
---
    <!-- to be written -->

Good
----
    {{trope}}
    Somebody falls from a great height and lives.
    {{examples}}
    [[Category:{{PAGENAME}}]]

Policy keys
-----------
None.

Reasons not to act
------------------
A page blanked by its author is for people to delete or to bring back.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.shielding import COMMENT, removed


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:  # noqa: ARG001 - a rule's form
    text = reading.document.text
    if reading.document.readable.text.strip():
        return
    comments = [span for span in reading.document.shielded if span.kind == COMMENT]
    if not removed(text, comments).strip():
        yield reading.finding(RULE)


RULE = Rule(
    code="TB107",
    name="blank-page",
    scope=frozenset({Scope.PAGES}),
    check=check,
    stands_alone=True,
)
