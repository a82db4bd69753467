"""A file whose page does not say where it is from or who made it, where the wiki asks for that.

What it looks for
-----------------
Source and author, as far as the policy's `require` asks for them: as a parameter of an information template
or of the licence template, as a labelled line (`Source: …`), a definition list or the text under a heading
that is a label; a source also as any link on the page that does not stand in the author's place and does
not lead to a search engine; and, where the policy lets it, in the upload comment. “Unknown”, “Google” and
the like do not count.

Why
---
Whoever made an image is to be named, and without its source nobody can check what is said about it.

Bad
---
    {{Fairuse}}
    Source: Google

Good
----
    {{Fairuse}}
    Source: the film's press kit, https://example.org/press
    Author: Ana Example

Policy keys
-----------
`files.require`, `files.information`, `files.source_parameters`, `files.author_parameters`,
`files.source_labels`, `files.author_labels`, `files.empty_values`, `files.empty_hosts`, `files.own_work`,
`files.upload_comment`, `files.grace_minutes`.

Reasons not to act
------------------
No local file, a redirect, an upload within the grace time, own work of the uploader. Where no list of
licences can be had, no file is judged.
"""

from collections.abc import Iterator

from tropebot.model import Finding
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import attribution_terms, judged_file, licence_terms
from tropebot.rules.rule import Reading, Rule, Scope
from tropebot.wikitext.attribution import AUTHOR, SOURCE, attribution


def check(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    """What the file's page does not name of source and author; a missing licence is not ours to say."""
    files, page = force.policy.files, reading.page
    wanted = [kind for kind in (SOURCE, AUTHOR) if kind in files.require]
    if not wanted or not judged_file(page, force):
        return
    licences = licence_terms(force)
    named = attribution(
        reading.document,
        attribution_terms(force),
        unsaid=licences.names | licences.anti,
        upload_comment=page.file.comment if page.file else "",
    )
    missing = [kind for kind in wanted if kind not in named]
    if missing:
        labels = {SOURCE: files.source_labels, AUTHOR: files.author_labels}
        lines = (next(iter(labels[kind]), kind).capitalize() for kind in missing)
        yield reading.finding(
            RULE,
            message=f"finding-tb202-{'-'.join(missing)}",
            params=tuple(f"{line}: …" for line in lines),
            details={"missing": missing},
        )


RULE = Rule(
    code="TB202",
    name="missing-attribution",
    scope=frozenset({Scope.FILES}),
    check=check,
)
