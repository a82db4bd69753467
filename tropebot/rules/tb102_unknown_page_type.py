"""A page has no header template that says what type of page it is.

What it looks for
-----------------
A page, in a namespace whose pages must have a type, that no header template, subpage title or category
makes one. The finding lists the types that it could have been.

Why
---
Without a type nobody, and no tab row, knows whether this is a trope, a work or a creator; and nothing
else of its basic markup can be judged.

Bad
---
    Somebody falls from a great height and lives.

Good
----
    {{trope}}
    Somebody falls from a great height and lives.
    {{examples}}
    [[Category:{{PAGENAME}}]]

Policy keys
-----------
`types` (`headers`, `categories`, `subpages`, `subpage_patterns`), `markup.needs_type`.

Reasons not to act
------------------
A page of a kind that the policy does not know: put its template in `exempt.templates`.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.policy.markup import recognised
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.elements import label_of
from tropebot.wikitext.pagetypes import Verdict


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    namespace = reading.page.namespace
    if namespace not in force.namespaces(force.policy.markup.needs_type):
        return
    found = recognised(reading.page, reading.document, force)
    candidates = [each for each in found.types if namespace in each.namespaces]
    if found.verdict is Verdict.UNKNOWN and candidates:
        headers = dict.fromkeys(label_of(name) for each in candidates for name in each.headers)
        yield reading.finding(
            RULE,
            params=(
                ", ".join(f"{{{{{name}}}}}" for name in headers),
                ", ".join(each.name for each in candidates),
            ),
            details={"candidates": [each.name for each in candidates], "headers": list(headers)},
        )


RULE = Rule(
    code="TB102",
    name="unknown-page-type",
    scope=frozenset({Scope.PAGES}),
    check=check,
    stands_alone=True,
)
