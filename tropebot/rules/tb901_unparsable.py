"""A page that is too large or too tangled to be read within bounds was not judged.

What it looks for
-----------------
A text longer than any that MediaWiki would save, one in which far too much stands open or in one another
(braces, brackets, tags, lists), or one that the second parser cannot read within its seconds and megabytes.
The engine reports it in the place of all other findings; the next page is judged as usual.

Why
---
What was not read whole must not be judged, and must not pass for clean.

Bad
---
A text of more than four million characters, out of a damaged dump for instance; or a thousand tags that
nobody closed.

Good
----
Any page that the wiki itself would save.

Policy keys
-----------
None.

Reasons not to act
------------------
Nothing is known about the page: no edit, no promotion.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:  # noqa: ARG001 - a rule's form
    yield from ()


RULE = Rule(code="TB901", name="unparsable", scope=frozenset(Scope), check=check)
