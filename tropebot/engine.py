"""Judges one page: which rules apply, what they find, and what exempts the page from judgement or edits.

The only place that knows of exemptions. Must not do I/O, and what follows from a finding is not decided
here but in `planning`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from msgspec.structs import replace

from tropebot.model import FILE, Finding, Page, Verdict
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import grace_end, licence_terms
from tropebot.policy.markup import listed_templates, missing_elements, recognised
from tropebot.rules import all_rules
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.bounds import over_bounds
from tropebot.wikitext.document import Document, Unparsable
from tropebot.wikitext.elements import Element
from tropebot.wikitext.examples import ExampleCount, count_examples
from tropebot.wikitext.names import category_name, plain, template_name

NOBOTS = "nobots"
IN_USE = "in-use"
CRASHED = "crashed-rule"
UNPARSABLE = "unparsable"

_REDIRECT = re.compile(r"\s*#redirect\s*(?::\s*)?\[\[[^\[\]|\n]", re.IGNORECASE)
_CRASHED_RULE = "TB900"
_UNPARSABLE_PAGE = "TB901"
_OURS = "tropebot"
_MARKS = frozenset({"bots", NOBOTS})

SecondReader = Callable[[str], tuple[tuple[str, ...], tuple[str, ...]] | None]
"""Reads a text with another parser: the templates called and the pages linked, or `None` over a limit."""


def judge(
    page: Page,
    force: PolicyInForce,
    *,
    rules: Collection[Rule] | None = None,
    account: str = "",
    second: SecondReader | None = None,
    always_second: bool = False,
    document: Document | None = None,
) -> Verdict:
    """What the rules say of a page; ``account`` is the bot's, for `{{bots|deny=…}}`.

    A page on which something is found, and every draft, is read a second time by ``second``: what either
    reading sees is there, and a page that the second parser cannot read in time is unparsable. A page that
    our reading proves clean is not parsed, unless ``always_second``. Nothing raises but a bug outside the
    rules: a rule that fails is a finding, a text that cannot be read is one. ``document`` is the page's text
    where it is read already.
    """
    rules = all_rules() if rules is None else rules
    if exempt := exempt_unread(page, force):
        return Verdict(page=page, exempt=exempt)
    try:
        document = document or force.document(page.text, force.title(page.title))
    except Unparsable:
        return _unparsable(page, rules)
    if exempt := _exempt_read(page, document, force):
        return Verdict(page=page, exempt=exempt)
    if again_at := _grace_end(page, force):
        return Verdict(page=page, exempt="grace", again_at=again_at)
    reading = Reading(page, document)
    scope = scope_of(page, force)
    asked = [
        rule
        for rule in rules
        if scope in rule.scope and rule.needs.met(force.facts) and rule.code not in force.silent
    ]
    findings, crashed = _findings(reading, force, asked)
    doubted = page
    if second is not None and (findings or scope is Scope.DRAFTS or always_second):
        doubt = _seen_by(second, document, force)
        if doubt is None:
            return _unparsable(page, rules)
        if doubt:
            doubted = replace(page, second_reading=doubt)
            if exempt := _exempt_read(doubted, document, force):
                return Verdict(page=page, exempt=exempt)
            findings, crashed = _findings(Reading(doubted, document), force, asked)
    whole, codes = _kept_off(doubted, document, force, rules, account)
    return Verdict(
        page=page,
        findings=findings,
        no_edit=CRASHED if crashed else whole,
        no_edit_codes=codes,
        notes=tuple(_notes(reading, force, scope, rules)),
    )


def scope_of(page: Page, force: PolicyInForce) -> Scope:
    """Which kind of page this is."""
    if page.namespace == FILE:
        return Scope.FILES
    return Scope.DRAFTS if page.namespace in force.workshop else Scope.PAGES


def examples_of(page: Page, force: PolicyInForce) -> ExampleCount:
    """The page's examples, counted and explained; raises for no text."""
    return count_examples(
        page.text,
        title=page.title,
        policy=force.policy.examples,
        facts=force.facts,
        preload_items=force.preload_items,
        aliases=force.aliases,
        shielding_tags=force.shielding_tags,
    )


def _grace_end(page: Page, force: PolicyInForce) -> datetime | None:
    """When a page that was edited, or a file that was uploaded, just now may be judged."""
    if page.namespace == FILE and (due := grace_end(page, force)):
        return due
    fresh = timedelta(minutes=force.policy.exempt.grace_minutes)
    if page.timestamp and page.read_at and page.read_at - page.timestamp < fresh:
        return page.timestamp + fresh
    return None


def missing_for_promotion(page: Page, force: PolicyInForce, target: str) -> tuple[Element, ...]:
    """What the draft's text would lack as a page of the type that drafts become, under its new title.

    Raises `Unparsable`. Templates and categories that the wiki lists for the draft count.
    """
    document = force.document(page.text, force.title(target))
    wanted = force.policy.workshop.page_type
    for page_type in force.types:
        if page_type.name == wanted:
            moved = replace(page, title=target, namespace=force.title(target).namespace)
            return tuple(missing_elements(moved, document, force, page_type))
    return ()


def _findings(
    reading: Reading, force: PolicyInForce, rules: Collection[Rule]
) -> tuple[tuple[Finding, ...], bool]:
    """All findings, and whether a rule crashed; one that stands alone puts the others out."""
    found: list[Finding] = []
    alone: list[Finding] = []
    crashed: list[Finding] = []
    online = reading.page.templates is not None
    for rule in sorted(rules, key=lambda rule: (not rule.stands_alone, rule.code)):
        if rule.online and not online:
            continue
        try:
            findings = tuple(rule.check(reading, force))
        except Exception as error:  # noqa: BLE001 - one bad rule must not stop the patrol
            crashed.append(_crash(reading, rule, error))
            continue
        (alone if rule.stands_alone else found).extend(findings)
    kept = _only_one(alone) or sorted(found, key=lambda finding: finding.code)
    return (*kept, *crashed), bool(crashed)


def _seen_by(
    second: SecondReader, document: Document, force: PolicyInForce
) -> frozenset[str] | None:
    """What only the second parser sees, as full titles; `None` if it cannot read that in time."""
    text = document.readable.text
    names = None if over_bounds(text) else second(text)
    if names is None:
        return None
    facts = force.facts
    templates = {template_name(raw, facts, force.aliases) for raw in names[0]} - {""}
    categories = {category_name(raw, facts) for raw in names[1]} - {""}
    ours = {use.name for use in document.categories}
    return frozenset(
        {_full_title(name) for name in templates - document.template_names}
        | {f"Category:{name}" for name in categories - ours}
    )


def _full_title(template: str) -> str:
    return template.removeprefix(":") if ":" in template else f"Template:{template}"


def _only_one(alone: list[Finding]) -> list[Finding]:
    """Of findings that stand alone the last by code: a blank page has no header either."""
    return sorted(alone, key=lambda finding: finding.code)[-1:]


def _crash(reading: Reading, rule: Rule, error: Exception) -> Finding:
    kind = type(error).__name__
    return replace(
        reading.finding(rule, message="finding-tb900", params=(rule.code, kind)),
        code=_CRASHED_RULE,
        rule=CRASHED,
        details={"rule": rule.code, "error": f"{kind}: {error}"},
    )


def _unparsable(page: Page, rules: Collection[Rule]) -> Verdict:
    finding = Finding(
        code=_UNPARSABLE_PAGE,
        rule=UNPARSABLE,
        title=page.title,
        page_id=page.page_id,
        rev_id=page.rev_id,
        message="finding-tb901",
        details={"characters": len(page.text)},
    )
    asked = any(rule.code == _UNPARSABLE_PAGE for rule in rules)
    return Verdict(page=page, findings=(finding,) if asked else (), no_edit=UNPARSABLE)


def exempt_unread(page: Page, force: PolicyInForce) -> str:
    """Why the page is never judged, as far as its text need not be read for it."""
    exempt = force.policy.exempt
    if page.redirect or _REDIRECT.match(page.text):
        return "redirect"
    if page.content_model != "wikitext":
        return "content-model"
    if page.namespace < 0 or page.namespace in force.namespaces(exempt.namespaces):
        return "namespace"
    title = plain(page.title)
    if title == force.main_page:
        return "main-page"
    if any(fnmatchcase(title, pattern) for pattern in force.exempt_titles):
        return "title"
    return ""


def _exempt_read(page: Page, document: Document, force: PolicyInForce) -> str:
    """Why the page is never judged, by a template on it; in doubt it is there."""
    used = document.template_names | listed_templates(page, force)
    if not used.isdisjoint(force.templates(force.policy.markup.disambiguation)):
        return "disambiguation"
    if not used.isdisjoint(force.templates(force.policy.exempt.templates)):
        return "template"
    return ""


def _kept_off(
    page: Page,
    document: Document,
    force: PolicyInForce,
    rules: Collection[Rule],
    account: str,
) -> tuple[str, frozenset[str]]:
    """Why nobody's bot may edit the page now, and the rules for which it may not; doubt means: keep off."""
    used = document.template_names | listed_templates(page, force)
    if not used.isdisjoint(force.templates(force.policy.exempt.in_use)):
        return IN_USE, frozenset()
    uses = [use for use in document.templates if use.name.casefold() in _MARKS]
    if not uses and any(name.casefold() in _MARKS for name in used):
        return NOBOTS, frozenset()
    names = {_OURS, account.casefold()} - {""}
    codes: set[str] = set()
    for use in uses:
        denied = _denied(use.parameters, is_nobots=use.name.casefold() == NOBOTS, names=names)
        if denied is None:
            return NOBOTS, frozenset()
        codes |= {
            rule.code for rule in rules if denied & {rule.code.casefold(), rule.name.casefold()}
        }
    return "", frozenset(codes)


def _denied(parameters: Mapping[str, str], *, is_nobots: bool, names: set[str]) -> set[str] | None:
    """Whom `{{bots}}` or `{{nobots}}` sends away, beside us, in lower case; `None` if it sends us away.

    Forms: `{{nobots}}`, `{{nobots|A,B}}`, `{{bots|allow=…}}`, `deny=` and `optout=` with `all`, `none` or
    names; what is none of these is taken for a no. Source: Template:Bots, pywikibot's `botMayEdit`.
    """
    if is_nobots and not parameters:
        return None
    denied: set[str] = set()
    for key, value in parameters.items():
        listed = {name.strip().casefold() for name in value.split(",")} - {""}
        kind = "deny" if is_nobots and key == "1" else key.strip().lower()
        if kind == "allow":
            if listed.isdisjoint(names | {"all"}):
                return None
        elif kind not in ("deny", "optout") or not listed or listed & (names | {"all", "any"}):
            return None
        else:
            denied |= listed
    return denied


def _notes(
    reading: Reading, force: PolicyInForce, scope: Scope, rules: Collection[Rule]
) -> Iterator[str]:
    """What could not be judged of this page, for the operator."""
    unmet = [rule.code for rule in rules if scope in rule.scope and not rule.needs.met(force.facts)]
    if unmet:
        yield f"rules-not-made-for-this-wiki: {', '.join(unmet)}"
    if scope is Scope.FILES and licence_terms(force).problem:
        yield f"licences-unreadable: {force.policy.files.licences_page}"
    if scope is not Scope.PAGES:
        return
    page_type = recognised(reading.page, reading.document, force).type
    if page_type and page_type.elements is None and "TB101" not in force.silent:
        yield f"preload-unreadable: {force.policy.types[page_type.name].preload}"
