"""A page calls a template that does not exist.

What it looks for
-----------------
Calls of templates that the wiki says do not exist; only online. One finding per page lists them all. A
template by which the bot marks pages is left out: that it is gone is its operator's matter, who is told.

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
`flags`: their templates and aliases are left out.

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
    marks = {template_name(mark, force.facts, {}) for mark in _marks(force)}
    missing = {
        name: title
        for title in sorted(reading.page.missing_templates)
        if (name := _name(title, force)) not in marks
    }
    if missing:
        lines = [use.line for use in reading.document.uses(missing)]
        yield reading.finding(
            RULE,
            params=(", ".join(f"[[{title}]]" for title in missing.values()), str(len(missing))),
            line=min(lines, default=1),
            details={"missing": list(missing)},
        )


def _marks(force: PolicyInForce) -> Iterator[str]:
    for flag in force.policy.flags.values():
        yield from (flag.template, *flag.aliases)


def _name(title: str, force: PolicyInForce) -> str:
    """What calls of it are known by; a page that stands in no template keeps its title."""
    return template_name(title, force.facts, {}) if ":" in title else f":{title}"


RULE = Rule(
    code="TB105",
    name="missing-template",
    scope=frozenset({Scope.PAGES, Scope.DRAFTS, Scope.FILES}),
    check=check,
    online=True,
)
