"""What a policy must keep to beyond the types of its keys.

Must not change the policy. `fault` gives the first sentence of complaint, or nothing.
"""

import re
from collections.abc import Collection, Iterator

from tropebot.policy.merge import closest
from tropebot.policy.schema import Policy
from tropebot.wikitext.patterns import pattern_faults

_CODE = re.compile(r"[A-Z]{2,6}[0-9]{3}")
_ELEMENT = re.compile(
    r"(?:template|category|heading):\s*\S.*|order:(?:header-first|footer-last)", re.DOTALL
)


def fault(policy: Policy, codes: Collection[str] = ()) -> str:
    """The first thing wrong with the policy, as a sentence with what to do; empty: nothing is."""
    for check in (_codes, _flags, _types, _elements, _workshop, _patterns, _words):
        for said in check(policy, codes):
            return said
    return ""


def _codes(policy: Policy, codes: Collection[str]) -> Iterator[str]:
    for key, table in (("actions", policy.actions), ("flags", policy.flags)):
        for code in table:
            if not _CODE.fullmatch(code) or (codes and code not in codes):
                yield (
                    f"{key}.{code}: there is no rule “{code}”{closest(code, codes)}; "
                    "`tropebot rules` lists them."
                )


def _flags(policy: Policy, _codes: Collection[str]) -> Iterator[str]:
    for code, word in policy.actions.items():
        if word == "flag" and code not in policy.flags:
            yield (
                f"actions.{code} is “flag”, but flags.{code} names no template; "
                "name one, or say “report”."
            )
        if word == "tell" and not code.startswith("TB3"):
            yield (
                f"actions.{code} is “tell”, which is for drafts alone (TB301, TB302): elsewhere a message "
                "speaks of the flag; say “flag”, or “report”."
            )


def _types(policy: Policy, _codes: Collection[str]) -> Iterator[str]:
    holders: dict[str, str] = {}
    for name, kind in policy.types.items():
        if not kind.headers and not kind.categories:
            yield f"types.{name} has neither headers nor categories; name a header template."
        if kind.subpages or kind.subpage_patterns:
            continue
        for header in kind.headers:
            key = header[:1].upper() + header[1:].replace("_", " ")
            if key in holders:
                yield (
                    f"types.{name}.headers: “{header}” is the header of {holders[key]} too; "
                    "give each type its own, or its subpages."
                )
            holders[key] = name


def _elements(policy: Policy, _codes: Collection[str]) -> Iterator[str]:
    for name, kind in policy.types.items():
        for key, elements in (("require", kind.require), ("optional", kind.optional)):
            for element in elements:
                if not _ELEMENT.fullmatch(element):
                    yield (
                        f"types.{name}.{key}: “{element}” is no element; write `template:NAME`, "
                        "`category:NAME`, `heading:TEXT`, `order:header-first` or "
                        "`order:footer-last`."
                    )
                elif element.startswith("category:") and "|" in element:
                    yield (
                        f"types.{name}.{key}: “{element}” names two categories; write each as an "
                        "element of its own, for all of them are asked for."
                    )


def _workshop(policy: Policy, _codes: Collection[str]) -> Iterator[str]:
    workshop, types = policy.workshop, policy.types
    if types and workshop.promote != "no" and workshop.page_type not in types:
        yield (
            f"workshop.page_type: there is no page type “{workshop.page_type}”"
            f"{closest(workshop.page_type, types)}; types has {', '.join(types)}."
        )
    if workshop.promote != "no" and not workshop.namespace.strip():
        yield "workshop.namespace is empty: drafts cannot live in the main namespace; name theirs."
    if workshop.approval.votes and not workshop.approval.support:
        yield (
            "workshop.approval.votes asks for votes, but workshop.approval.support has no pattern "
            "that tells one; add one."
        )


def _patterns(policy: Policy, _codes: Collection[str]) -> Iterator[str]:
    approval = policy.workshop.approval
    for key, patterns in (
        ("examples.placeholders", policy.examples.placeholders),
        ("workshop.approval.support", approval.support),
        ("workshop.approval.oppose", approval.oppose),
        ("workshop.approval", (*approval.support, *approval.oppose)),
    ):
        for pattern, why in pattern_faults(tuple(patterns)):
            yield (
                f"{key}: the pattern “{pattern:.200}” is refused ({why:.200}); write it in RE2 syntax."
            )


def _words(policy: Policy, _codes: Collection[str]) -> Iterator[str]:
    if policy.steering.run_word != policy.steering.run_word.strip():
        yield "steering.run_word has spaces round it; take them off."
