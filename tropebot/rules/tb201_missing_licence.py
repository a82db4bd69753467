"""A file whose page carries no licence that counts.

What it looks for
-----------------
A use of a licence template: those of the policy, those that `MediaWiki:Licenses` offers, members of the
wiki's category of licence templates, and templates that transclude one. A template that says that there is
no licence wins over any licence. A licence whose mandatory parameter is absent, blank or still the upload
form's placeholder does not count. The detail is `anti-licence`, `parameter-missing`,
`parameter-placeholder`, `words-only` (the page speaks of a licence without a template) or `none`.

Why
---
Without a licence nobody may say why the wiki may show the image; hosts and rights holders ask for it first.

Bad
---
    == Summary ==
    Poster of the first film, used as fair use.

Good
----
    == Summary ==
    Poster of the first film.

    {{Fairuse}}

Policy keys
-----------
`files.licences`, `files.licences_page`, `files.licence_category`, `files.licence_by_parameter`,
`files.mandatory`, `files.parameter_placeholders`, `files.anti_licences`, `files.licence_words`,
`files.require`, `files.grace_minutes`.

Reasons not to act
------------------
No local file, a redirect, an upload within the grace time. Where the list of licences cannot be read and
the policy has none, no file is judged.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import judged_file, licence_terms, transcluded
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.licences import NONE, WORDS, Fault, LicenceTerms, licence_fault, words_found


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    """The file's fault, if it has no licence that counts."""
    page, document = reading.page, reading.document
    if "licence" not in force.policy.files.require or not judged_file(page, force):
        return
    terms = licence_terms(force)
    fault = licence_fault(
        document.templates,
        terms,
        transcluded=transcluded(page, force),
        facts=force.facts,
        aliases=force.aliases,
    )
    if fault is None:
        return
    if fault.detail == NONE and (words := words_found(document, terms.words)):
        fault = Fault(WORDS, "", value=words)
    details = {"detail": fault.detail, "licences": terms.source}
    for key in ("template", "parameter", "value"):
        if value := getattr(fault, key):
            details[key] = value
    yield reading.finding(
        RULE,
        message=f"finding-tb201-{fault.detail}",
        params=_params(fault, terms, force),
        line=next((use.line for use in document.uses((fault.template,))), 1),
        details=details,
    )


def _params(fault: Fault, terms: LicenceTerms, force: PolicyInForce) -> tuple[str, ...]:
    if fault.template:
        return (fault.template, fault.parameter, fault.value)
    preferred = (name for name in force.policy.files.licences if name in terms.names)
    return (next(preferred, min(terms.names)), fault.value)


RULE = Rule(
    code="TB201",
    name="missing-licence",
    scope=frozenset({Scope.FILES}),
    check=check,
)
