"""A draft's creator has more drafts in the Workshop than one person may have at a time.

What it looks for
-----------------
A draft whose creator has `workshop.drafts_per_creator` older ones there: with a limit of three, the fourth
and the fifth. Counted are pages of the Workshop's namespace by who made their first edit; imported ones,
ones that bots made, ones that came back from the main namespace, subpages and redirects are left aside. Only
online.

Why
---
All The Tropes: three live candidates for each troper, since drafts stayed for years and few people edit them.

Bad
---
The fourth draft of somebody whose first three are still there.

Good
----
The third draft; and the fourth, once the first has been promoted or deleted.

Policy keys
-----------
`workshop.drafts_per_creator`.

Reasons not to act
------------------
Nobody's draft is worse because it is the fourth: it is promoted like any other once it is ready.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.drafts import is_over_limit
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    life = reading.page.life
    if life is not None and is_over_limit(reading.page, force):
        most = force.policy.workshop.drafts_per_creator
        yield reading.finding(
            RULE,
            params=(life.creator, str(life.live), str(most)),
            details={"creator": life.creator, "live": life.live, "place": life.place},
        )


RULE = Rule(
    code="TB302",
    name="too-many-drafts",
    scope=frozenset({Scope.DRAFTS}),
    check=check,
    online=True,
)
