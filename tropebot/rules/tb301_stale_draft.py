"""Nobody has done anything substantial to a draft for a long time.

What it looks for
-----------------
A draft whose last substantial edit is `workshop.stale.days` days old or older. Substantial is an edit that
makes the draft longer or shorter by `workshop.stale.substantial_bytes` bytes; a move or what was taken back
again is none, nor are edits marked as minor and bots' edits unless the policy says so. Only online.

Why
---
All The Tropes: a draft untouched for six months is abandoned; only substantial edits count, a link or a word
put right does not.

Bad
---
A draft that was begun a year ago, and has had a comma put right since.

Good
----
A draft begun a year ago to which somebody added an example last week.

Policy keys
-----------
`workshop.stale.days`, `workshop.stale.substantial_bytes`, `workshop.stale.minor_edits`,
`workshop.stale.bot_edits`, `workshop.stale.exempt_templates`, `workshop.stale.exempt_categories`,
`workshop.stale.exempt_titles`, `workshop.stale.exempt_returned`.

Reasons not to act
------------------
Tropes that were moved back to the Workshop wait there for staff. A draft that is good but forgotten wants an
editor, not an end: nothing is ever deleted by the bot.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.drafts import is_stale
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    page = reading.page
    if page.life is None or page.read_at is None:
        return
    if is_stale(page, reading.document, force):
        touched = f"{page.life.touched:%Y-%m-%d}"
        days = (page.read_at - page.life.touched).days
        yield reading.finding(
            RULE,
            params=(str(force.policy.workshop.stale.days), touched),
            details={"touched": page.life.touched.isoformat(), "days": days},
        )


RULE = Rule(
    code="TB301",
    name="stale-draft",
    scope=frozenset({Scope.DRAFTS}),
    check=check,
    online=True,
)
