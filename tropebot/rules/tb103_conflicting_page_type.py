"""A page says that it is of two types at once.

What it looks for
-----------------
Header templates of two types on one page; or, where there is no header, categories of two types. A
category beside a header never conflicts, nor do two headers of one type.

Why
---
A page is a trope or a work, not both: its tabs, its categories and what it must carry depend on it.

Bad
---
    {{trope}}
    {{work}}
    Somebody falls from a great height and lives.

Good
----
    {{trope}}
    Somebody falls from a great height and lives.
    {{examples}}
    [[Category:{{PAGENAME}}]]

Policy keys
-----------
`types` (`headers`, `categories`, `namespaces`).

Reasons not to act
------------------
Which of the two is meant only a person can say: this is never mended by the bot.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.policy.markup import recognised
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.elements import label_of
from tropebot.wikitext.pagetypes import Verdict


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    found = recognised(reading.page, reading.document, force)
    here = any(reading.page.namespace in each.namespaces for each in found.types)
    if found.verdict is Verdict.CONFLICT and here:
        headers = dict.fromkeys(name for each in found.types for name in each.headers)
        lines = [use.line for use in reading.document.uses(headers)]
        names = [each.name for each in found.types]
        by = "header" if lines else "category"
        shown = [name for name in headers if not lines or name in reading.document.template_names]
        yield reading.finding(
            RULE,
            message=f"finding-tb103-{by}",
            params=(", ".join(f"{{{{{label_of(name)}}}}}" for name in shown), ", ".join(names)),
            line=lines[1] if len(lines) > 1 else 1,
            details={"types": names, "by": by},
        )


RULE = Rule(
    code="TB103",
    name="conflicting-page-type",
    scope=frozenset({Scope.PAGES}),
    check=check,
    stands_alone=True,
)
