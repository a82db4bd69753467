"""What the policy in force and the wiki together say about images: licences, source and author.

Must not look at a page's text. Which licences there are is asked of the wiki (`MediaWiki:Licenses`, the
category of licence templates) and of the policy; without any list no file is judged at all.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache

from tropebot.model import FILE, Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.markup import listed_templates
from tropebot.policy.types import source_page
from tropebot.wikitext.attribution import AUTHOR, SOURCE, AttributionTerms
from tropebot.wikitext.licences import LicenceTerms, Offer, offers, says_nothing


@lru_cache(maxsize=8)
def licence_terms(force: PolicyInForce) -> LicenceTerms:
    """What counts as a licence; its ``problem`` says why no file can be judged, if so."""
    files = force.policy.files
    page = source_page(files.licences_page, force.facts)
    offered = offers(page.text, force.facts, force.aliases) if page else ()
    anti = force.templates(files.anti_licences)
    by_parameter = {
        name: parameters
        for template, parameters in files.licence_by_parameter.items()
        for name in force.templates((template,))
    }
    listed = force.templates(files.licences) | force.templates(files.mandatory)
    members = force.templates(force.facts.licence_category_members)
    members |= force.templates(files.licence_category_members)
    # A template for one's own work is offered beside the licences; by itself it is none.
    found = {offer.template for offer in offered} | members
    found |= force.templates(force.facts.transcludes_licence)
    found |= force.templates(files.transcludes_licence)
    found -= by_parameter.keys() | force.templates(files.own_work)
    names = (found | (listed - by_parameter.keys()) | force.templates(files.licences)) - anti
    known = listed or files.licence_category_members
    readable = bool({offer.template for offer in offered} - anti) or not files.licences_page
    return LicenceTerms(
        names=frozenset(names),
        anti=anti,
        by_parameter=by_parameter,
        mandatory={
            name: parameters
            for template, parameters in files.mandatory.items()
            for name in force.templates((template,))
        },
        placeholders=frozenset(value.casefold() for value in files.parameter_placeholders),
        offered=_left_open(offered, files.parameter_placeholders),
        words=files.licence_words,
        problem="" if names and (known or readable) else "no-licence-list",
        source="wiki" if offered else "policy",
    )


def _left_open(
    offered: Collection[Offer], placeholders: Collection[str]
) -> dict[tuple[str, str], frozenset[str]]:
    """The values that the upload form puts in only to be replaced, by template and parameter."""
    known = {value.casefold() for value in placeholders}
    found: dict[tuple[str, str], frozenset[str]] = {}
    for offer in offered:
        for parameter, value in offer.parameters.items():
            if value and (value.casefold() in known or says_nothing(value)):
                key = (offer.template, parameter)
                found[key] = found.get(key, frozenset()) | {value.casefold()}
    return found


@lru_cache(maxsize=8)
def attribution_terms(force: PolicyInForce) -> AttributionTerms:
    """How source and author are named: by information templates, licences, labels."""
    files, licences = force.policy.files, licence_terms(force)
    own = {SOURCE: files.source_parameters, AUTHOR: files.author_parameters}
    parameters = dict.fromkeys((*licences.names, *licences.anti, *licences.by_parameter), own)
    for template, named in files.information.items():
        for name in force.templates((template,)):
            parameters[name] = {SOURCE: named.source, AUTHOR: named.author}
    return AttributionTerms(
        parameters=parameters,
        labels={
            SOURCE: frozenset(" ".join(label.split()).casefold() for label in files.source_labels),
            AUTHOR: frozenset(" ".join(label.split()).casefold() for label in files.author_labels),
        },
        empty_values=frozenset(value.casefold() for value in files.empty_values),
        empty_hosts=frozenset(host.lower().removeprefix("www.") for host in files.empty_hosts),
        own_work=force.templates(files.own_work),
        upload_comment=files.upload_comment,
    )


def judged_file(page: Page, force: PolicyInForce) -> bool:
    """Whether the page is of a local file that is old enough to be judged, and can be.

    Not so: no local file (offline that is not known, and the page is judged), a redirect, an upload
    within the grace time, and any file where there is no list of licences.
    """
    if page.namespace != FILE or page.redirect or licence_terms(force).problem:
        return False
    if page.file is None:
        return page.templates is None
    return page.file.local and grace_end(page, force) is None


def grace_end(page: Page, force: PolicyInForce) -> datetime | None:
    """When a fresh upload may be judged, by the server's clock; ``None`` where it may be now."""
    if page.file is None or page.read_at is None:
        return None
    due = page.file.uploaded + timedelta(minutes=force.policy.files.grace_minutes)
    return due if due > page.read_at else None


def transcluded(page: Page, force: PolicyInForce) -> frozenset[str] | None:
    """Canonical names of what the wiki says the page uses; ``None`` where it was not asked."""
    return None if page.templates is None else listed_templates(page, force)
