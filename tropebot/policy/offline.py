"""The facts of a wiki that nobody asked: taken from the policy document's own constants.

Must not read files or ask a wiki. What only a wiki can know (redirects of templates beyond the
policy's aliases, the text of preload pages) stays empty.
"""

from tropebot.policy.schema import Policy
from tropebot.wikitext.facts import DEFAULT_NAMES, DEFAULT_NAMESPACES, WikiFacts


def facts_from(policy: Policy) -> WikiFacts:
    """What is known of the policy's wiki without asking it; `preload_text` takes the preloads' place."""
    numbers = dict(DEFAULT_NAMESPACES)
    names = dict(DEFAULT_NAMES)
    for name, namespace in policy.wiki.namespaces.items():
        names[namespace.id] = name.replace("_", " ")
        for each in (name, *namespace.aliases):
            numbers[each.replace("_", " ").lower()] = namespace.id
    return WikiFacts(
        namespaces=numbers,
        namespace_names=names,
        interwiki=frozenset(prefix.lower() for prefix in policy.wiki.interwiki),
        interlanguage=frozenset(prefix.lower() for prefix in policy.wiki.interlanguage),
        extension_tags=frozenset(tag.lower() for tag in policy.wiki.shielding_tags),
        main_page=policy.wiki.main_page,
        licence_category_members=frozenset(policy.files.licence_category_members),
        transcludes_licence=frozenset(policy.files.transcludes_licence),
    )
