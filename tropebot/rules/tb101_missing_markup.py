"""A page lacks basic markup that its type asks for.

What it looks for
-----------------
The templates and categories of the preload of the page's type (the wiki's own boilerplate text, read
from the wiki), the headings that the policy asks for, and the order: the header template first, the
type's footer last. One finding per page lists all that is missing, with what to write and where.

Why
---
The header gives a page its tabs and its categories, the footer its way back, `{{reflist}}` its
references: a page without them is lost to readers, and on Tropedia it may be deleted. The tag `<references>`
shows references too, but not as the wiki's template does, so the template is to stand in its place.
Before the header may stand hatnotes and marks of work to be done: those that the policy names, any template
with a date (`date=May 2026`), and any at all where the page shows message boxes (Ambox). Characters that
nobody sees (marks of direction, spaces of no width) are no reason.

Bad
---
    {{trope}}
    Somebody falls from a great height and lives.
    {{examples}}
    * ''[[Some Film]]'': the hero falls off a train and walks away.

Good
----
    {{trope}}
    Somebody falls from a great height and lives.
    {{examples}}
    * ''[[Some Film]]'': the hero falls off a train and walks away.
    [[Category:{{PAGENAME}}]]

Policy keys
-----------
`types` (`preload`, `preload_text`, `require`, `optional`, `required_headings`, `headers`, `footers`),
`markup.reflist`, `markup.reflist_when`, `markup.hatnotes`, `templates.aliases`, `templates.implies`.

Reasons not to act
------------------
The preload cannot be read (nothing is judged then); a template that only our reading misses: before a
write the wiki's own lists must agree.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tropebot.i18n import message
from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.policy.markup import missing_elements, recognised
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.elements import (
    CATEGORY,
    FOOTER_LAST,
    HEADER_FIRST,
    ORDER,
    TEMPLATE,
    Element,
    label_of,
)
from tropebot.wikitext.pagetypes import PageType


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    page, document = reading.page, reading.document
    page_type = recognised(page, document, force).type
    if page_type is None or page.namespace not in page_type.namespaces:
        return
    missing = tuple(missing_elements(page, document, force, page_type))
    if missing:
        tag = document.has_references_tag
        elements = [_described(element, page_type, force, tag=tag) for element in missing]
        says = (
            message(f"markup-{each['where']}", each["write"], language=force.wording)
            for each in elements
        )
        yield reading.finding(
            RULE,
            params=("; ".join(says), str(len(missing))),
            line=_line(missing, page_type, reading),
            details={
                "missing": [element.name for element in missing],
                "elements": elements,
                "type": page_type.name,
                "preload": page_type.source,
            },
        )


def _described(
    element: Element, page_type: PageType, force: PolicyInForce, *, tag: bool
) -> dict[str, Any]:
    """An element with what to write and where; ``tag``: `<references>` stands on the page."""
    rest = element.name.partition(":")[2]
    where, write = "heading", f"== {rest} =="
    if element.kind == TEMPLATE:
        write = _either(rest.split("|"), force)
        where = "anywhere"
        if set(element.alternatives) & set(page_type.headers):
            where = "top"
        elif set(element.alternatives) & set(page_type.footers):
            where = "bottom"
        elif set(element.alternatives) <= force.templates(force.policy.markup.reflist):
            where = "references-tag" if tag else "references"
        elif set(element.alternatives) & force.templates(force.policy.examples.openers):
            where = "opener"
    elif element.kind == CATEGORY:
        where, write = "category", f"[[Category:{rest}]]"
    elif element.kind == ORDER:
        where = element.name.partition(":")[2]
        named = page_type.headers if element.name == HEADER_FIRST else page_type.footers
        write = _either(map(label_of, named), force)
    return {"name": element.name, "write": write, "where": where}


def _either(names: Iterable[str], force: PolicyInForce) -> str:
    """Templates of which one will do."""
    or_ = message("markup-or", language=force.wording)
    return f" {or_} ".join(f"{{{{{name}}}}}" for name in names)


def _line(missing: tuple[Element, ...], page_type: PageType, reading: Reading) -> int:
    """The line of the template that stands in the wrong place, if that is all; else the first."""
    misplaced = {HEADER_FIRST: page_type.headers, FOOTER_LAST: page_type.footers}
    if all(element.kind == ORDER for element in missing):
        lines = [use.line for use in reading.document.uses(misplaced[missing[0].name])]
        return (lines or [1])[0 if missing[0].name == HEADER_FIRST else -1]
    return 1


RULE = Rule(code="TB101", name="missing-markup", scope=frozenset({Scope.PAGES}), check=check)
