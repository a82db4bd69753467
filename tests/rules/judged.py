"""What the engine finds on a text, for the tables of the tests of rules."""

from typing import Any

from tests.in_force import in_force
from tropebot import engine
from tropebot.model import Finding, Page, Verdict
from tropebot.policy.force import PolicyInForce

TROPES = """Help for authors.
<onlyinclude>{{trope}}
<!-- Say what the trope is. -->
Describe the trope here in your own words.

{{examples}}
== [[Film]] ==
* ''Name of the Work'': what happens in it

{{reflist}}
[[Category:{{PAGENAME}}|*]]
</onlyinclude>"""
WORKS = (
    "<noinclude>Help.</noinclude>{{work}}\n{{tropelist}}\n{{reflist}}\n[[Category:{{PAGENAME}}]]"
)
FORCE = in_force("demo", pages={"MediaWiki:Tropes": TROPES, "MediaWiki:Works": WORKS})


def verdict(
    text: str, force: PolicyInForce = FORCE, title: str = "Foo Bar", **page: Any
) -> Verdict:
    """The engine's verdict on a page of that text."""
    namespace = force.title(title).namespace
    return engine.judge(Page(title=title, text=text, namespace=namespace, **page), force)


def findings(
    text: str, force: PolicyInForce = FORCE, title: str = "Foo Bar", **page: Any
) -> tuple[Finding, ...]:
    """What was found on it."""
    return verdict(text, force, title, **page).findings


def codes(
    text: str, force: PolicyInForce = FORCE, title: str = "Foo Bar", **page: Any
) -> list[str]:
    """The codes of what was found."""
    return [finding.code for finding in findings(text, force, title, **page)]


def missing(
    text: str, force: PolicyInForce = FORCE, title: str = "Foo Bar", **page: Any
) -> list[str]:
    """The elements that TB101 misses; it must then be the only finding."""
    found = findings(text, force, title, **page)
    assert [finding.code for finding in found] in ([], ["TB101"])
    return list(found[0].details["missing"]) if found else []
