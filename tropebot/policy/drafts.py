"""When a draft is stale and whose drafts are too many, by the policy in force and what is known of histories.

Must not read one: `Page.life` tells it. Where it is not known nothing is said; in doubt a draft is exempt.
"""

from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from tropebot.model import DraftLife, Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.markup import listed_templates, page_categories
from tropebot.wikitext.document import Document
from tropebot.wikitext.names import plain


def asks_lives(force: PolicyInForce) -> bool:
    """Whether the policy asks anything about the lives of drafts."""
    return bool(force.policy.workshop.stale.days or force.policy.workshop.drafts_per_creator)


def codes_without_life(page: Page, force: PolicyInForce) -> frozenset[str]:
    """Codes about which nothing is known of a draft whose history could not be read."""
    is_draft = page.namespace in force.workshop and not page.base_exists
    unread = is_draft and page.life is None and asks_lives(force)
    return frozenset({"TB301", "TB302"}) if unread else frozenset()


def stale_at(page: Page, document: Document, force: PolicyInForce) -> datetime | None:
    """When the draft becomes, or became, stale; ``None`` where it never does or nothing is known."""
    stale = force.policy.workshop.stale
    if page.life is None or not stale.days or _is_exempt(page, page.life, document, force):
        return None
    return page.life.touched + timedelta(days=stale.days)


def is_stale(page: Page, document: Document, force: PolicyInForce) -> bool:
    """Whether the draft was stale when it was read."""
    due = stale_at(page, document, force)
    return due is not None and page.read_at is not None and due <= page.read_at


def is_over_limit(page: Page, force: PolicyInForce) -> bool:
    """Whether its creator has as many older live drafts as one person may have."""
    most = force.policy.workshop.drafts_per_creator
    return bool(most) and page.life is not None and page.life.place > most


def _is_exempt(page: Page, life: DraftLife, document: Document, force: PolicyInForce) -> bool:
    stale = force.policy.workshop.stale
    if life.returned and stale.exempt_returned:
        return True
    used = document.template_names | listed_templates(page, force)
    if not used.isdisjoint(force.templates(stale.exempt_templates)):
        return True
    categories = page_categories(page, document, force)
    if not categories.isdisjoint(map(plain, stale.exempt_categories)):
        return True
    name = plain(page.title.partition(":")[2])
    return any(fnmatchcase(name, plain(pattern)) for pattern in stale.exempt_titles)
