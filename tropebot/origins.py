"""Where pages come from: who made them, and of those that were seen being made, whether they were drafts.

Must not judge the pages: the answer is a fact of each, which TB106 asks for. Pages that nobody has edited
since are asked about together; of the others each has a history to be read.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from tropebot.gate import GROUP_PREFIX
from tropebot.ledger import Ledger
from tropebot.model import Authorship, Page
from tropebot.policy.force import PolicyInForce
from tropebot.ports import WikiReader
from tropebot.wikitext.names import linked_titles


def with_pasts(pages: Sequence[Page], force: PolicyInForce, reader: WikiReader) -> list[Page]:
    """The pages with whether each has been in the Workshop; who need not go there counts as if they had."""
    titles = _past_titles(pages, force, reader)
    found = {
        page.page_id
        for page in pages
        if any(force.title(title).namespace in force.workshop for title in titles[page.page_id])
    }
    found |= _made_by_the_excused([p for p in pages if p.page_id not in found], force, reader)
    return [replace(page, was_in_workshop=page.page_id in found) for page in pages]


def _past_titles(
    pages: Sequence[Page], force: PolicyInForce, reader: WikiReader
) -> Mapping[int, Collection[str]]:
    """What each page was called, and its draft's title if something was ever moved away from there.

    A move makes a revision: a page with one alone was never moved, and its summary is read already.
    """
    found: dict[int, Collection[str]] = {}
    alone: dict[int, str] = {}
    for page in pages:
        draft = force.title(f"{force.policy.workshop.namespace}:{page.title}").text
        if page.made_with is None:
            found[page.page_id] = reader.fetch_past_titles(page.page_id, draft=draft)
        else:
            found[page.page_id] = linked_titles(page.made_with)
            alone[page.page_id] = draft
    for namespace in force.workshop if alone else ():
        moved = reader.fetch_moved_from(frozenset(alone.values()), namespace=namespace)
        for page_id, draft in alone.items():
            if draft in moved:
                found[page_id] = (*found[page_id], draft)
    return found


def _made_by_the_excused(
    pages: Sequence[Page], force: PolicyInForce, reader: WikiReader
) -> set[int]:
    """Those whose first author is one whom the policy lets make tropes in Main; in doubt so."""
    excused = force.policy.workshop.bypass
    if not excused or not pages:
        return set()
    authors = _authors(pages, reader)
    found = {page_id for page_id, name in authors.items() if not name or name in excused}
    groups = {name.removeprefix(GROUP_PREFIX) for name in excused if name.startswith(GROUP_PREFIX)}
    if groups and (names := frozenset(authors.values()) - {"", *excused}):
        people = reader.fetch_people(sorted(names))
        found |= {
            page_id
            for page_id, name in authors.items()
            if name in people and people[name].groups & groups
        }
    return found


def _authors(pages: Sequence[Page], reader: WikiReader) -> dict[int, str]:
    """Who made each page; empty where that is not known."""
    known = {page.page_id: author.user for page in pages if (author := only_author(page))}
    rest = [page.page_id for page in pages if page.page_id not in known]
    found = reader.fetch_authors(rest) if rest else {}
    return known | {page_id: author.user if author else "" for page_id, author in found.items()}


def only_author(page: Page) -> Authorship | None:
    """Who made a page that has one revision alone and is no redirect: it says so itself."""
    if page.made_with is None or page.redirect or not page.user or page.timestamp is None:
        return None
    return Authorship(user=page.user, user_id=0, created=page.timestamp)


def first_authors(
    page_ids: Collection[int], ledger: Ledger, reader: WikiReader
) -> dict[int, Authorship]:
    """Who made the pages, by the ledger, else by the wiki, and kept from then; some may not be known."""
    known = {page_id: ledger.pages.author(page_id) for page_id in page_ids}
    rest = [page_id for page_id, author in known.items() if author is None]
    found = reader.fetch_authors(rest) if rest else {}
    with ledger.transaction():
        for page_id, author in found.items():
            if author is not None:
                ledger.pages.set_author(page_id, author)
    return {page_id: author for page_id, author in {**known, **found}.items() if author is not None}
