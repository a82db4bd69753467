"""A trope page was made in the main namespace and never was in the Workshop.

What it looks for
-----------------
A page of the type that drafts become (`workshop.page_type`) that the patrol saw being made in the main
namespace, and whose history names no title in the Workshop's namespace. Only online: the history is asked
for once, when such a page is first judged. In doubt (a draft of that name was moved somewhere) it was there.
Pages that were imported, or moved to the main namespace from elsewhere, were not made there. Accounts and
groups in `workshop.bypass` may make tropes where they like. A page that is still being written is judged
when it has been left alone for `exempt.grace_minutes`.

Why
---
Tropedia's site notice: every new trope is made in the Trope Workshop, and worked on there until it has
three examples.

Bad
---
A trope page whose first revision was saved under its title in the main namespace.

Good
----
A trope page that was moved to the main namespace out of the Workshop.

Policy keys
-----------
`workshop.namespace`, `workshop.page_type`, `workshop.bypass`, `exempt.grace_minutes`.

Reasons not to act
------------------
Pages from before the Workshop, split pages and imports: this is for people to look at.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.policy.markup import may_bypass
from tropebot.rules.rule import Reading, Rule, Scope


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    page = reading.page
    if page.was_in_workshop is False and may_bypass(page, reading.document, force):
        workshop, minimum = force.policy.workshop.namespace, force.policy.examples.minimum
        yield reading.finding(RULE, params=(workshop, str(minimum), page.title))


RULE = Rule(
    code="TB106",
    name="bypassed-workshop",
    scope=frozenset({Scope.PAGES}),
    check=check,
    online=True,
)
