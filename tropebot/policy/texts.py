"""The texts that pages are to have by the policy in force: flagged, unflagged, stripped, with markup added.

Must not decide that a page gets one of them: planning and promotion do. All may raise `Unparsable`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from tropebot.model import Finding, Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.markup import missing_elements, recognised
from tropebot.policy.schema import Flag
from tropebot.wikitext.document import Document
from tropebot.wikitext.edits import has_template, with_template, without
from tropebot.wikitext.fixes import Layout, mechanical_fix
from tropebot.wikitext.names import category_name
from tropebot.wikitext.pruning import without_empty_headings


def flagged(
    force: PolicyInForce,
    page: Page,
    flag: Flag,
    findings: Sequence[Finding],
    now: datetime,
    *,
    advice: str = "",
) -> str:
    """The page's text with the flag on top, dated; unchanged where the flag stands, by whatever name.

    ``advice`` says in words what to write and where, for flags that show it.
    """
    values = {
        flag.date_parameter: f"{now:%Y-%m-%d}",
        flag.detail_parameter: ", ".join(missing(findings)),
    }
    if flag.advice_parameter and advice:
        values[flag.advice_parameter] = advice
    return with_template(
        _document(force, page), flag.template, values, names=_flag_names(force, flag)
    )


def nominated(force: PolicyInForce, page: Page, flag: Flag, reason: str) -> str:
    """The page's text with the flag's nomination for deletion on top; unchanged where one stands already."""
    names = force.templates((flag.nomination,))
    return with_template(_document(force, page), flag.nomination, {"1": reason}, names=names)


def unflagged(force: PolicyInForce, page: Page, flag: Flag) -> str:
    """The page's text without the flag, under any of its names, and without the line it stood on."""
    return without(_document(force, page), templates=_flag_names(force, flag))


def has_flag(force: PolicyInForce, page: Page, flag: Flag) -> bool:
    """Whether the page's own text uses the flag, under any of its names."""
    return has_template(_document(force, page), _flag_names(force, flag))


def stripped_draft(force: PolicyInForce, page: Page) -> str:
    """The draft's text without the policy's workshop templates and categories, and nothing else changed.

    So goes a warning that is only about its stay in the Workshop (flags of TB3xx). Where the policy says so,
    headings of media without anything under them go too.
    """
    workshop = force.policy.workshop
    categories = (category_name(f"Category:{name}", force.facts) for name in workshop.categories)
    text = without(
        _document(force, page),
        templates=force.templates(workshop.templates) | _warnings(force),
        categories=frozenset(name for name in categories if name),
    )
    if not workshop.prune_empty_headings:
        return text
    footers = {name for each in force.types for name in each.footers}
    return without_empty_headings(
        _document(force, replace(page, text=text)),
        force.policy.examples.media,
        closing=footers | force.templates(force.policy.markup.reflist),
    )


def fixed(force: PolicyInForce, page: Page, findings: Sequence[Finding]) -> str | None:
    """The page's text with all that TB101 misses, where each has one right place; else ``None``.

    Nothing is fixed where something else, or the same, would be missing afterwards.
    """
    if not findings or any("missing" not in finding.details for finding in findings):
        return None
    document, names = _document(force, page), missing(findings)

    def read(text: str) -> Document:
        return force.document(text, document.page)

    text = mechanical_fix(document, names, _layout(force, document), read)
    if text is None:
        return None
    left = _lacking(force, replace(page, text=text), read(text))
    return text if left <= _lacking(force, page, document) - {*names} else None


def _lacking(force: PolicyInForce, page: Page, document: Document) -> frozenset[str]:
    """The elements that the page's type asks for in vain."""
    page_type = recognised(page, document, force).type
    if page_type is None:
        return frozenset()
    return frozenset(each.name for each in missing_elements(page, document, force, page_type))


def missing(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What the findings say is missing, each once: elements by name, else what the rule is called for."""
    names = [
        name
        for finding in findings
        for name in finding.details.get("missing") or (finding.rule.removeprefix("missing-"),)
    ]
    return tuple(dict.fromkeys(names))


def _document(force: PolicyInForce, page: Page) -> Document:
    return force.document(page.text, force.title(page.title))


def _warnings(force: PolicyInForce) -> frozenset[str]:
    """The flags that speak of drafts alone."""
    drafts: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    for code, flag in force.policy.flags.items():
        if code.startswith("TB3"):
            drafts |= _flag_names(force, flag)
        else:
            others |= _flag_names(force, flag)
    return drafts - others


def _flag_names(force: PolicyInForce, flag: Flag) -> frozenset[str]:
    return force.templates((flag.template, *flag.aliases))


def _layout(force: PolicyInForce, document: Document) -> Layout:
    markup = force.policy.markup
    return Layout(
        footers=frozenset(name for each in force.types for name in each.footers),
        reflists=force.templates(markup.reflist),
        header=_certain_header(force, document) if markup.add_header else "",
        sort_articles=markup.defaultsort,
    )


def _certain_header(force: PolicyInForce, document: Document) -> str:
    """The header of the one type that the subpage's name or a category written on the page tells."""
    written = {use.name for use in document.categories if use.certain}
    _, slash, last = document.page.name.rpartition("/")
    headers = {
        each.headers[0]
        for each in force.types
        if each.headers
        and (last in each.subpages if slash else not written.isdisjoint(each.categories))
    }
    return headers.pop() if len(headers) == 1 else ""
