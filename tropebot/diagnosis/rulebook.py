"""The policy's side: is it sound and protected, and does the wiki have what it names.

Must not ask the wiki. It asks the same questions as a pass does, so that both say the same.
"""

from collections.abc import Iterator, Mapping

from tropebot.diagnosis.values import Line, WikiFound, fail, ok, warn
from tropebot.errors import UnknownNamespace
from tropebot.gate import may_restart
from tropebot.i18n.counts import counted
from tropebot.policy import health
from tropebot.policy.force import PolicyInForce
from tropebot.policy.images import licence_terms
from tropebot.policy.namespaces import assert_namespaces, namespace_note
from tropebot.policy.presence import Gaps, astray, gaps
from tropebot.policy.schema import Policy
from tropebot.rules import all_rules
from tropebot.runpage import run_page_problem, switches

_SHOWN = 5


def rulebook(wiki: WikiFound) -> Iterator[Line]:
    """A line for each thing about the policy and the pages that it rests on."""
    yield _policy(wiki)
    force, there = wiki.planned, wiki.existing
    if force is None or wiki.force is None:
        return
    yield _run_page(wiki, force.policy)
    yield _namespaces(wiki.force)
    yield _types(force, gaps(force, there))
    yield _preloads(force)
    acts = force.policy.mode == "act" and not wiki.forbids_writes
    yield _flags(force, there, wiki.blank, acts=acts)
    yield _blank(force, wiki.blank)
    yield _workshop(force, there)
    yield _licences(force, there)
    yield _redirects(force, there)
    yield _messages(force)
    yield _tag(force.policy.steering.change_tag, wiki.vitals.tags)
    yield _writing(wiki, wiki.force.policy)


def _policy(wiki: WikiFound) -> Line:
    title, page = wiki.policy_title, wiki.policy_page
    if wiki.policy_problem:
        return fail(
            "policy",
            wiki.policy_problem,
            "docs/policy.md lists every key; tropebot policy check FILE looks at a page’s text",
        )
    if not title:
        return ok("policy", "the operator’s own; no page on the wiki is read")
    if page is None:
        return warn(
            "policy",
            f"“{title}” does not exist: nothing is written until it does, and the preset serves for reports",
            "tropebot setup-wiki shows a text for it",
        )
    if not page.protected:
        return fail(
            "policy",
            f"“{title}” is not protected: anybody could steer the bot, so nothing is written",
            "have an administrator protect it",
        )
    return ok("policy", f"“{title}” is sound and protected, revision {page.rev_id} by {page.user}")


def _run_page(wiki: WikiFound, policy: Policy) -> Line:
    """Who stopped the bot had a reason: that is no failure of the home."""
    page, title, word = wiki.run_page, wiki.run_title, policy.steering.run_word
    codes = frozenset(rule.code for rule in all_rules())
    if page is None:
        return warn(
            "run page",
            f"“{title}” does not exist, so nothing is written",
            f"tropebot setup-wiki makes it; an administrator then writes the word “{word}”",
        )
    if problem := run_page_problem(page, policy, title, codes):
        return warn("run page", problem, f"ask {page.user or 'who saved it'}, who stopped the bot")
    if not may_restart(page.user, wiki.editors_groups, policy):
        return warn(
            "run page",
            f"“{title}” was saved last by {page.user}, who may stop the bot but not start it",
            f"let one of {', '.join(policy.steering.editors)} save it",
        )
    if page.protected:
        return warn(
            "run page",
            f"“{title}” is protected: ordinary people cannot stop the bot",
            "have the protection taken off",
        )
    off = ", ".join(switches(page, policy))
    but = f" and switches off {off}" if off else ""
    return ok(
        "run page", f"“{title}” says “{word}”{but}; whoever may edit it can stop the bot there"
    )


def _namespaces(force: PolicyInForce) -> Line:
    try:
        assert_namespaces(force)
    except UnknownNamespace as error:
        return fail("namespaces", str(error), "tropebot.toml [policy], or the policy page")
    if said := namespace_note(force):
        return warn("namespaces", said, "correct the name, or take it out")
    if not force.workshop:
        return ok("namespaces", "no drafts: nothing is promoted")
    (number,) = force.workshop
    return ok("namespaces", f"“{force.policy.workshop.namespace}” has the number {number}")


def _types(force: PolicyInForce, missing: Gaps) -> Line:
    if not force.policy.types:
        return warn(
            "page types", "the policy names none: no markup is looked for", "docs/policy.md, types"
        )
    if missing.types:
        return warn(
            "page types",
            f"no header template is there for: {', '.join(missing.types)}; they find nothing",
            "name your wiki’s templates in types.NAME.headers",
        )
    return ok(
        "page types", f"a header template is there for each of {', '.join(force.policy.types)}"
    )


def _preloads(force: PolicyInForce) -> Line:
    preloads = [preload for preload in health.preloads_relied_on(force) if preload.wanted]
    broken = [
        f"{what.title} ({what.fault}{': ' if what.params else ''}{', '.join(what.params)})"
        for preload in preloads
        if not health.unread(preload, force)
        and (what := health.preload_break(preload, force, None))
    ]
    if broken:
        return warn(
            "preloads",
            f"not as the policy expects: {'; '.join(broken)}; the preset’s own text serves instead",
            "name the right page in types.NAME.preload or workshop.preload, or mend it",
        )
    return ok(
        "preloads", f"sound: {', '.join(preload.title for preload in preloads) or 'none is named'}"
    )


def _flags(
    force: PolicyInForce, there: frozenset[str], blank: frozenset[str], *, acts: bool
) -> Line:
    """The templates that mark pages; a rule that is to flag without one cannot act."""
    policy = force.policy
    flagging = [code for code, word in policy.actions.items() if word == "flag"]
    bare = [code for code in flagging if code not in policy.flags]
    needed = _needed(force)
    if empty := sorted(needed & blank):
        says = f"{', '.join(empty)} is blank: no page is marked with it"
        do = "put back a revision that was in order"
        return fail("flags", says, do) if acts else warn("flags", says, do)
    if gone := sorted(needed - there):
        says = f"the wiki has no {', '.join(gone)}, which is to mark pages"
        do = "tropebot setup-wiki makes it, with its category and documentation"
        return fail("flags", says, do) if acts else warn("flags", says, do)
    if bare:
        says = f"no template is named for {', '.join(bare)}"
        return warn("flags", says, "name it in flags.CODE.template")
    return ok("flags", ", ".join(sorted(needed)) or "no rule marks pages")


def _blank(force: PolicyInForce, blank: frozenset[str]) -> Line:
    """Of flags the line before has told; a redirect is not blank."""
    if empty := sorted((blank & health.templates_relied_on(force).keys()) - _needed(force)):
        return warn(
            "templates",
            f"blank: {', '.join(empty[:_SHOWN])}; once it was seen in order, what rests on it is not judged",
            "put back a revision that was in order, or take the name out of the policy",
        )
    return ok("templates", "none that the policy names is blank")


def _needed(force: PolicyInForce) -> frozenset[str]:
    """The templates that mark pages."""
    relied = health.templates_relied_on(force).values()
    return frozenset(each.title for each in relied if each.needed)


def _workshop(force: PolicyInForce, there: frozenset[str]) -> Line:
    workshop = force.policy.workshop
    if workshop.promote == "no":
        return ok("workshop", "the policy promotes no drafts")
    known = [title for title in health.workshop_templates(force) if title in there]
    if not known:
        names = ", ".join(workshop.templates[:_SHOWN]) or "none is named"
        return warn(
            "workshop",
            f"the wiki has none of the templates that mark a draft ({names})",
            "name yours in workshop.templates",
        )
    return ok("workshop", f"drafts are marked by {', '.join(known)}")


def _licences(force: PolicyInForce, there: frozenset[str]) -> Line:
    terms = licence_terms(force)
    if terms.problem:
        return warn(
            "licences",
            "no image is judged: neither the wiki nor the policy lists licences",
            "name the templates in files.licences, or their category in files.licence_category",
        )
    listed = health.templates_relied_on(force)
    here = [
        title
        for title in listed
        if title in there and force.title(title).name and _called(title, force) in terms.names
    ]
    members = force.facts.licence_category_members
    if not here and not members:
        return warn(
            "licences",
            "the wiki has none of the licence templates that the policy knows: every image would be at fault",
            "name yours in files.licences, or their category in files.licence_category",
        )
    offered = (
        "MediaWiki:Licenses is read, "
        if force.facts.sources.get(force.policy.files.licences_page)
        else ""
    )
    number = counted(len(here) or len(members), "licence template")
    return ok("licences", f"{offered}on the wiki: {number}")


def _redirects(force: PolicyInForce, there: frozenset[str]) -> Line:
    """A name that leads nowhere marks nothing, though people go on using it."""
    lost = astray(force, there)
    if not lost:
        return ok("redirects", "each template that the policy names leads somewhere")
    said = "; ".join(
        f"{each.title} leads to {each.target}, which "
        + ("redirects itself" if each.again else "is not there")
        for each in lost[:_SHOWN]
    )
    return warn("redirects", said, "have the redirect mended, or take the name out of the policy")


def _called(title: str, force: PolicyInForce) -> str:
    return next(iter(force.templates((title.partition(":")[2],))), "")


def _messages(force: PolicyInForce) -> Line:
    """The wiki's own versions of our messages; one that cannot be said is left out, and ours is said."""
    unsaid = [f"{key}: {why}" for key, why in sorted(force.unsaid.items())]
    if unsaid:
        more = f" … ({len(unsaid)} in all)" if len(unsaid) > _SHOWN else ""
        return warn(
            "messages",
            f"the wiki’s own cannot be said: {'; '.join(unsaid[:_SHOWN])}{more}",
            "correct the pages MediaWiki:Tropebot-KEY",
        )
    own = len(force.facts.messages)
    return ok("messages", f"{own} of them in the wiki’s own words" if own else "the bot’s own")


def _tag(tag: str, tags: Mapping[str, bool]) -> Line:
    if not tag:
        return ok("change tag", "the policy asks for none")
    if tags.get(tag):
        return ok("change tag", f"“{tag}” is there and in use")
    return warn(
        "change tag",
        f"the wiki has no change tag “{tag}” that may be used: edits go without it",
        "an administrator makes it on Special:Tags",
    )


def _writing(wiki: WikiFound, policy: Policy) -> Line:
    """Not a fault, whatever it is: but who reads this should know."""
    if wiki.forbids_writes:
        return ok("writing", "nothing is written: [forbid] in tropebot.toml says so")
    if policy.mode != "act" or (wiki.policy_title and wiki.policy_page is None):
        return ok("writing", "nothing is written: the policy only reports")
    acting = sorted(code for code, word in policy.actions.items() if word not in ("none", "report"))
    return ok("writing", f"the policy acts on {', '.join(acting) or 'no finding'}")
