"""A piece of the boilerplate text was left standing on the page.

What it looks for
-----------------
A help comment, a placeholder or a sample bullet that equals, white space aside, one in the preload of
any page type or of the Workshop. One finding per page lists them all. The preloads are read from the
wiki. `tropebot check` of a file knows only the policy's `preload_text`, in which no preset but `demo` has
help texts: the example below is found by `tropebot check --preset demo`, or where your policy holds your
wiki's own.

Why
---
The boilerplate tells the author what to write; left on the page it shows readers an unfinished one.

Bad
---
    {{trope}}
    <!-- Say what the trope is, in a few sentences of your own. Bold its name once. -->
    Somebody falls from a great height and lives.
    {{examples}}
    * Example 1
    [[Category:{{PAGENAME}}]]

Good
----
    {{trope}}
    Somebody falls from a great height and lives.
    {{examples}}
    [[Category:{{PAGENAME}}]]

Policy keys
-----------
`types` (`preload`, `preload_text`), `workshop.preload`, `workshop.preload_text`.

Reasons not to act
------------------
Headings of media, labels and the opener of the examples stand in a preload to be kept: they are no
leftovers.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.preload import leftovers

_SHOWN = 80


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    found = tuple(leftovers(reading.document, force.boilerplate))
    if found:
        shown = (
            each.text if len(each.text) <= _SHOWN else f"{each.text[:_SHOWN]}…" for each in found
        )
        yield reading.finding(
            RULE,
            params=(", ".join(f"“{' '.join(text.split())}”" for text in shown), str(len(found))),
            line=min(each.line for each in found),
            details={
                "leftovers": [
                    {"kind": each.kind, "text": each.text, "line": each.line} for each in found
                ]
            },
        )


RULE = Rule(
    code="TB104",
    name="preload-leftover",
    scope=frozenset({Scope.PAGES, Scope.DRAFTS}),
    check=check,
)
