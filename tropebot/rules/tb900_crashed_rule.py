"""A rule crashed on this page: a fault of the bot, not of the page.

What it looks for
-----------------
Nothing on the page. The engine reports it when a rule raises an error; the other rules go on, and
nothing is done about the page.

Why
---
One bad rule must not stop the patrol, nor pass in silence.

Bad
---
Any page on which a rule fails; the finding names the rule and the error.

Good
----
A page that all rules could judge.

Policy keys
-----------
None.

Reasons not to act
------------------
There is nothing to do on the wiki: report the fault to those who keep the bot.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:  # noqa: ARG001 - a rule's form
    yield from ()


RULE = Rule(code="TB900", name="crashed-rule", scope=frozenset(Scope), check=check)
