"""What a rule is: a code, a name, where it applies, and a pure check of one page.

Must not know any rule. A rule never chooses its consequence (the policy does) and never looks at
exemptions (the engine does).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from tropebot.model import Finding, Page
from tropebot.policy.force import PolicyInForce
from tropebot.wikitext.document import Document
from tropebot.wikitext.facts import WikiFacts

_NUMBERS = re.compile(r"\d+")


class Scope(StrEnum):
    """The kinds of page: one of the wiki's articles, a draft in the Workshop, a file."""

    PAGES = "pages"
    DRAFTS = "drafts"
    FILES = "files"


class Reading(msgspec.Struct, frozen=True):
    """A page together with its text as read; all rules share one."""

    page: Page
    document: Document

    def finding(
        self,
        rule: "Rule",
        *,
        params: tuple[str, ...] = (),
        line: int = 1,
        details: Mapping[str, Any] | None = None,
        message: str = "",
    ) -> Finding:
        """A finding of the rule on this page; the message is `finding-<code>` unless named."""
        return Finding(
            code=rule.code,
            rule=rule.name,
            title=self.page.title,
            page_id=self.page.page_id,
            rev_id=self.page.rev_id,
            message=message or f"finding-{rule.code.lower()}",
            params=params,
            line=line,
            details=details or {},
        )


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What must be there for a rule to be asked (``mediawiki``: the least version) and for its findings to be
    acted on (rights, and the grants that carry them).
    """

    mediawiki: tuple[int, ...] = ()
    extensions: frozenset[str] = frozenset()
    rights: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()

    def met(self, facts: WikiFacts) -> bool:
        """Whether the wiki is one that the rule is made for; in doubt (offline) it is."""
        known = tuple(map(int, _NUMBERS.findall(facts.generator)))
        if known and known < self.mediawiki:
            return False
        return not facts.generator or self.extensions <= facts.extensions


Check = Callable[[Reading, PolicyInForce], Iterator[Finding]]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. ``online`` rules need what only the wiki knows and are left out without it.

    A finding of a rule that ``stands_alone`` is the only one of its page. What follows ``stands_alone`` is
    told by the rule's docstring and by its pack's manifest.
    """

    code: str
    name: str
    scope: frozenset[Scope]
    check: Check
    online: bool = False
    stands_alone: bool = False
    documentation: str = ""
    pack: str = ""
    hooks: tuple[str, ...] = ()
    needs: Needs = Needs()


def asked_after(
    hooks: Collection[str], standing: Collection[str], rules: Iterable[Rule]
) -> tuple[Rule, ...]:
    """The rules that are asked of a page after changes; without ``hooks`` all of them.

    One about whose code something stands on the page is always asked, lest a flag outlive its reason.
    """
    return tuple(
        rule
        for rule in rules
        if not hooks or rule.code in standing or not set(hooks).isdisjoint(rule.hooks)
    )
