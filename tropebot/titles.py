"""What stands, or once stood, at the titles that drafts would have; asked of the wiki.

Must not decide what follows: `promotion.readiness` does.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from tropebot.model import Deletion, Page, TitleInfo
from tropebot.policy.schema import Workshop
from tropebot.ports import WikiReader
from tropebot.promotion import Draft, target_title
from tropebot.wikitext.alike import similar_titles


def with_titles(
    drafts: Sequence[Draft], reader: WikiReader, *, others: Sequence[Draft] = ()
) -> list[Draft]:
    """The drafts with what the wiki says of the titles that they would have, and of similar ones.

    The ``others`` come after them: of their titles it is not asked whether the wiki forbids them.
    """
    whole = [*drafts, *others]
    asked = {target_title(draft.page.title) for draft in drafts} - {""}
    targets = asked | {target_title(draft.page.title) for draft in others} - {""}
    beside = {draft.page.title for draft in whole} | targets
    beside |= {title for target in targets for title in similar_titles(target)}
    infos = reader.fetch_titles(sorted(asked), beside=sorted(beside - asked)) if targets else {}
    return [_with_title(draft, infos) for draft in whole]


def _with_title(draft: Draft, infos: Mapping[str, TitleInfo]) -> Draft:
    title = draft.page.title
    target = infos.get(target_title(title))
    own = infos.get(title)
    if target is None:
        return draft
    similar = (infos.get(each) for each in sorted(similar_titles(target_title(title))))
    return replace(
        draft,
        target=target,
        move_protected=bool(own and own.move_protected),
        similar=next(
            (
                each.title
                for each in similar
                # a redirect that waits for the page is no page that looks like it
                if each and each.exists and each.redirect_to not in (target.title, title)
            ),
            "",
        ),
    )


def with_what_is_there(
    drafts: Sequence[Draft], reader: WikiReader, kind: Callable[[Page], str]
) -> list[Draft]:
    """The drafts with the type of the page that stands at their title, if one does."""
    taken = {each.target.title for each in drafts if each.target and each.target.exists}
    pages = reader.fetch_pages(sorted(taken)) if taken else {}
    kinds = {title: kind(page) for title, page in pages.items() if page}
    return [
        replace(each, there=kinds.get(each.target.title, "")) if each.target else each
        for each in drafts
    ]


def deletion_asked(draft: Draft, workshop: Workshop) -> str:
    """The title of which it matters whether a page was deleted there; empty: of none."""
    return draft.target.title if draft.target and workshop.deleted_before != "ignore" else ""


def with_deletion(draft: Draft, gone: Deletion | None, begun: datetime | None) -> Draft:
    """With the last deletion under its title; one after the draft was ``begun`` made way for it."""
    return draft if gone and begun and gone.timestamp > begun else replace(draft, deleted=gone)
