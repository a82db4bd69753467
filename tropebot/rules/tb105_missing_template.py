"""A page calls a template that does not exist.

What it looks for
-----------------
Calls of templates that the wiki says do not exist; only online. One finding per page lists them all.

Why
---
Readers see a red link in the place of what was meant: a misspelt name, or a template that was never
imported.

Bad
---
    {{trope}}
    {{No such template}}
    Somebody falls from a great height and lives.
    {{examples}}
    [[Category:{{PAGENAME}}]]

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
The template may be about to be made; a person must say what was meant.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.names import template_name


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    missing = {
        (template_name(title, force.facts, {}) if ":" in title else f":{title}"): title
        for title in sorted(reading.page.missing_templates)
    }
    if missing:
        lines = [use.line for use in reading.document.uses(missing)]
        yield reading.finding(
            RULE,
            params=(", ".join(f"[[{title}]]" for title in missing.values()), str(len(missing))),
            line=min(lines, default=1),
            details={"missing": list(missing)},
        )


RULE = Rule(
    code="TB105",
    name="missing-template",
    scope=frozenset({Scope.PAGES, Scope.DRAFTS, Scope.FILES}),
    check=check,
    online=True,
)
