"""Where a page that was seen being made comes from: the Workshop, or somebody who need not go there.

Must not judge the page: the answer is a fact of it, which TB106 asks for.
"""

from dataclasses import replace

from tropebot.gate import GROUP_PREFIX
from tropebot.model import Page
from tropebot.policy.force import PolicyInForce
from tropebot.ports import WikiReader


def with_past(page: Page, force: PolicyInForce, reader: WikiReader) -> Page:
    """The page with whether it has been in the Workshop; whoever need not go there counts as if it had."""
    draft = f"{force.policy.workshop.namespace}:{page.title}"
    titles = reader.fetch_past_titles(page.page_id, draft=draft)
    was = any(force.title(title).namespace in force.workshop for title in titles)
    return replace(page, was_in_workshop=was or _made_by_the_excused(page, force, reader))


def _made_by_the_excused(page: Page, force: PolicyInForce, reader: WikiReader) -> bool:
    """Whether its first author is one whom the policy lets make tropes in Main; in doubt so."""
    excused = force.policy.workshop.bypass
    if not excused:
        return False
    author = reader.fetch_authorship(page.page_id)
    if author is None or author.user in excused:
        return True
    if not any(name.startswith(GROUP_PREFIX) for name in excused):
        return False
    groups = reader.fetch_groups(author.user)
    return any(f"{GROUP_PREFIX}{group}" in excused for group in groups)
