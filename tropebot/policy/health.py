"""Whether the pages that a policy relies on are what they were: preloads, templates, the drafts' category.

Must not ask the wiki or remember anything: what is known of a page comes in as a `State`. What was never
there is no break unless the policy cannot do without it, for a preset names what a wiki may not have.
"""

from collections.abc import Collection, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from tropebot.model import CATEGORY, TEMPLATE, Page
from tropebot.policy.broken import Break, Fault
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import licence_terms
from tropebot.policy.markup import listed_templates
from tropebot.policy.types import source_page
from tropebot.wikitext.document import Unparsable
from tropebot.wikitext.names import Title, called, full_title, plain, title
from tropebot.wikitext.preload import preloaded

_TYPES = frozenset({"TB101", "TB102", "TB103", "TB106"})
_MARKUP = frozenset({"TB101"})
_FILES = frozenset({"TB201", "TB202"})
_ANY = Title(name="Page", text="Page")


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was seen: ``page_id`` 0 where there is none."""

    page_id: int = 0
    rev_id: int = 0
    redirect_to: str = ""
    blank: bool = False


class Relied(msgspec.Struct, frozen=True, kw_only=True):
    """A template that the policy relies on, and what rests on it.

    ``instead`` are titles that do as well, so that a redirect to one of them leads nowhere else; ``needed``:
    it must be there, whether it ever was or not.
    """

    title: str
    codes: frozenset[str] = frozenset()
    promotes: bool = False
    instead: frozenset[str] = frozenset()
    needed: bool = False


class Preloaded(msgspec.Struct, frozen=True, kw_only=True):
    """A preload: what the policy relies on in it, as labels with the names of templates that do.

    ``copied``: the policy has a text of its own, which serves where the page is gone. ``wanted``: it is to be
    there; the list of licences that the upload form offers need not.
    """

    title: str
    pieces: Mapping[str, frozenset[str]]
    copied: bool
    promotes: bool
    wanted: bool = True


def templates_relied_on(force: PolicyInForce) -> Mapping[str, Relied]:
    """The templates that rules and promotions rest on, by full title."""
    found: dict[str, Relied] = {}
    for relied in _templates(force):
        known = found.get(relied.title, relied)
        found[relied.title] = replace(
            known,
            codes=known.codes | relied.codes,
            promotes=known.promotes or relied.promotes,
            instead=known.instead | relied.instead,
            needed=known.needed or relied.needed,
        )
    return found


def template_break(
    relied: Relied, now: State, before: State | None, *, target: State | None = None
) -> Break | None:
    """What is wrong with a template, seen ``before`` as it was when it was last sound.

    ``target`` is the page that it redirects to now: if that is the page itself under another title, it was
    only renamed.
    """
    fault: Fault | None = None
    params: tuple[str, ...] = ()
    if not now.page_id:
        fault = Fault.MISSING if relied.needed or (before and before.page_id) else None
    elif before is None or not before.page_id:
        return None
    elif now.redirect_to and now.redirect_to != before.redirect_to:
        renamed = target is not None and target.page_id == before.page_id
        if not renamed and now.redirect_to not in relied.instead:
            fault, params = Fault.REDIRECT, (now.redirect_to,)
    elif now.blank and not before.blank:
        fault = Fault.BLANK
    if fault is None:
        return None
    # a name that only led to another is missed by people, but nothing is read by it any more
    spare = fault is Fault.MISSING and before is not None and bool(before.redirect_to)
    return Break(
        title=relied.title,
        fault=fault,
        params=params,
        codes=frozenset() if spare else relied.codes,
        promotes=relied.promotes and not spare,
        spared=spare,
        rev_id=now.rev_id,
        sound_rev=before.rev_id if before else 0,
    )


def preloads_relied_on(force: PolicyInForce) -> tuple[Preloaded, ...]:
    """The preloads that the policy names, and the list of licences, with what it relies on in each."""
    policy, found = force.policy, {}
    openers = force.templates(policy.examples.openers)
    for name, declared in policy.types.items():
        if declared.preload:
            pieces = {"header": force.templates(declared.headers)}
            pieces["footer"] = force.templates(declared.footers)
            promotes = name == policy.workshop.page_type
            found[declared.preload] = Preloaded(
                title=declared.preload,
                pieces=_asked(pieces),
                copied=bool(declared.preload_text.strip()),
                promotes=promotes,
            )
    workshop = policy.workshop
    if workshop.preload:
        pieces = {"workshop": force.templates(workshop.templates), "opener": openers}
        if drafted := policy.types.get(workshop.page_type):
            pieces["header"] = force.templates(drafted.headers)
        copy = _called(workshop.preload_text, force)
        pieces = {
            label: names
            for label, names in pieces.items()
            if not copy or not names.isdisjoint(copy)
        }
        found[workshop.preload] = Preloaded(
            title=workshop.preload, pieces=_asked(pieces), copied=bool(copy), promotes=True
        )
    if listed := policy.files.licences_page:
        found[listed] = Preloaded(
            title=listed, pieces={}, copied=True, promotes=False, wanted=False
        )
    return tuple(found.values())


def preload_break(preload: Preloaded, force: PolicyInForce, before: State | None) -> Break | None:
    """What is wrong with a preload as the wiki has it now; ``before``: when it was last sound.

    Where it never was, it is judged by as it is.
    """
    page = source_page(preload.title, force.facts)
    text = preloaded(page.text) if page else ""
    there = _called(text, force)
    lacking = [names for names in preload.pieces.values() if names.isdisjoint(there)]
    params: tuple[str, ...] = ()
    if page is None:
        fault = Fault.MISSING
    elif not text.strip():
        fault = Fault.BLANK
    elif lacking:
        fault = Fault.LACKS
        params = (", ".join(f"{{{{{min(names)}}}}}" for names in lacking),)
    else:
        return None
    if before is None and not preload.wanted:
        return None
    spared = before is None or (preload.copied and fault is not Fault.LACKS)
    return Break(
        title=preload.title,
        fault=fault,
        params=params,
        promotes=preload.promotes and not spared,
        spared=spared,
        rev_id=page.rev_id if page else 0,
        sound_rev=before.rev_id if before else 0,
    )


def unread(preload: Preloaded, force: PolicyInForce) -> bool:
    """Whether nothing is known of a preload this time, so that what was known stays."""
    facts = force.facts
    return not {preload.title, force.title(preload.title).text} & facts.sources.keys()


def workshop_templates(force: PolicyInForce) -> tuple[str, ...]:
    """The full titles of the templates that mark a draft."""
    return tuple(dict.fromkeys(_full_titles(force, force.policy.workshop.templates)))


def workshop_break(force: PolicyInForce, states: Mapping[str, State]) -> Break | None:
    """Whether the wiki has none of the templates that mark a draft."""
    titles = workshop_templates(force)
    if not titles or any(title in states and states[title].page_id for title in titles):
        return None
    return Break(title=titles[0], fault=Fault.MISSING, spared=True)


def drafts_category(force: PolicyInForce) -> str:
    """The full title of the category that the drafts' template fills; empty where the policy names none."""
    workshop = force.policy.workshop
    if not workshop.templates or not workshop.categories:
        return ""
    return full_title(CATEGORY, plain(workshop.categories[0]), force.facts)


def fills(page: Page, force: PolicyInForce) -> bool | None:
    """Whether a draft that carries the drafts' template is in its category; ``None``: it says nothing.

    Both by the wiki's own lists, which it writes together.
    """
    workshop = force.policy.workshop
    if page.namespace not in force.workshop or page.redirect:
        return None
    if page.templates is None or page.categories is None or not drafts_category(force):
        return None
    if listed_templates(page, force).isdisjoint(force.templates(workshop.templates)):
        return None
    wanted = set(map(plain, workshop.categories))
    return not wanted.isdisjoint(map(plain, page.categories))


def unfilled_break(force: PolicyInForce, draft: str, *, rev_id: int) -> Break:
    """The drafts' category stays empty, as ``draft`` shows; ``rev_id`` is that of the drafts' template."""
    return Break(
        title=drafts_category(force),
        fault=Fault.UNFILLED,
        params=(force.policy.workshop.templates[0], draft),
        spared=True,
        rev_id=rev_id,
    )


def _templates(force: PolicyInForce) -> Iterator[Relied]:
    policy = force.policy
    for declared in policy.types.values():
        yield from _group(force, declared.headers, _TYPES, promotes=True)
        yield from _group(force, declared.footers, _MARKUP)
    yield from _group(force, policy.examples.openers, _MARKUP, promotes=True)
    yield from _group(force, policy.markup.reflist, _MARKUP)
    yield from _group(force, policy.workshop.templates, promotes=True)
    yield from _group(force, policy.workshop.hold, promotes=True)
    for flag in policy.flags.values():
        yield from _group(force, (flag.template,), needed=True, others=flag.aliases)
        yield from _group(force, flag.aliases, others=(flag.template,))
    files = policy.files
    offered = licence_terms(_without_redirects(force)).names
    yield from _group(force, (*files.licences, *sorted(offered)), _FILES)
    yield from _group(force, files.anti_licences, _FILES)


def _without_redirects(force: PolicyInForce) -> PolicyInForce:
    """Names as they are written: where a redirect leads may be what is broken."""
    return replace(force, facts=replace(force.facts, template_redirects={}))


def _group(
    force: PolicyInForce,
    names: Collection[str],
    codes: frozenset[str] = frozenset(),
    *,
    promotes: bool = False,
    needed: bool = False,
    others: Collection[str] = (),
) -> Iterator[Relied]:
    """Templates that do the same: a redirect from one to another is nothing new."""
    titles = tuple(dict.fromkeys(_full_titles(force, names)))
    instead = frozenset((*titles, *_full_titles(force, others)))
    for each in titles:
        yield Relied(title=each, codes=codes, promotes=promotes, instead=instead, needed=needed)


def _full_titles(force: PolicyInForce, names: Collection[str]) -> Iterator[str]:
    for name in names:
        page = title(called(name), force.facts, TEMPLATE)
        if page.name and not page.interwiki:
            yield page.text


def _called(text: str, force: PolicyInForce) -> frozenset[str]:
    """The templates that a preload calls; none of a text that cannot be read."""
    try:
        return frozenset(use.name for use in force.document(text, _ANY).templates)
    except Unparsable:
        return frozenset()


def _asked(pieces: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    return {label: names for label, names in pieces.items() if names}
