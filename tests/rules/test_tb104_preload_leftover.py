"""TB104: what the boilerplate held to be replaced and still stands on the page."""

import pytest

from tests.in_force import in_force
from tests.rules.judged import TROPES, WORKS, codes, findings

CLEAN = "{{trope}}\nText.\n{{examples}}\n[[Category:{{PAGENAME}}]]\n"
WORKSHOP = "<!-- One bullet each. -->\n* Example 1\n{{quote|Put a quote here|Who said it}}\n"
FORCE = in_force(
    "demo",
    pages={
        "MediaWiki:Tropes": TROPES,
        "MediaWiki:Works": WORKS,
        "MediaWiki:TropesWorkshop": WORKSHOP,
    },
)

FIRES: list[tuple[str, str, str, int]] = [
    ("a help comment", "<!-- Say what the trope is. -->", "comment", 5),
    ("white space aside", "<!--Say what\n  the trope is.-->", "comment", 5),
    ("a sample bullet", "* ''Name of the Work'': what happens in it", "bullet", 5),
    ("a bullet, white space aside", "*''Name of the Work'':  what happens in it ", "bullet", 5),
    ("a placeholder", "Describe the trope here in your own words.", "placeholder", 5),
    ("the workshop's bullet", "* Example 1", "bullet", 5),
    ("the workshop's comment", "<!-- One bullet each. -->", "comment", 5),
    ("a template with sample text", "{{quote|Put a quote here|Who said it}}", "placeholder", 5),
    ("further down", "\n\n<!-- Say what the trope is. -->", "comment", 7),
]
SILENT: list[tuple[str, str]] = [
    ("nothing left", ""),
    ("another comment", "<!-- Say what the work is. -->"),
    ("a part of a comment", "<!-- Say what the trope is. Please. -->"),
    ("in nowiki", "<nowiki><!-- Say what the trope is. --></nowiki>"),
    ("in pre", "<pre>\n* ''Name of the Work'': what happens in it\n</pre>"),
    ("a bullet that was filled in", "* ''Night Train'': what happens in it"),
    ("a bullet with more", "* ''Name of the Work'': what happens in it, twice"),
    ("other letters", "describe the Trope here in your own words."),
    ("within a sentence", "So: Describe the trope here in your own words."),
    ("a heading of a medium", "== [[Film]] =="),
    ("the preload's templates and category", "{{reflist}}\n[[Category:{{PAGENAME}}|*]]"),
    ("what stands outside onlyinclude", "Help for authors."),
]


@pytest.mark.parametrize(("why", "text", "kind", "line"), FIRES, ids=[row[0] for row in FIRES])
def test_fires(why: str, text: str, kind: str, line: int) -> None:
    (finding,) = findings(CLEAN + text, FORCE)
    assert (finding.code, finding.line) == ("TB104", line)
    assert [each["kind"] for each in finding.details["leftovers"]] == [kind]


@pytest.mark.parametrize(("why", "text"), SILENT, ids=[row[0] for row in SILENT])
def test_does_not_fire(why: str, text: str) -> None:
    assert codes(CLEAN + text, FORCE) == []


def test_one_finding_lists_all() -> None:
    (finding,) = findings(CLEAN + "* Example 1\n<!-- One bullet each. -->\n* Example 1", FORCE)
    assert len(finding.details["leftovers"]) == 3
    assert finding.line == 5


def test_drafts_are_looked_at_too() -> None:
    assert codes("Text.\n* Example 1", FORCE, "Trope Workshop:Foo") == ["TB104"]


@pytest.mark.parametrize("title", ["Help:Foo", "MediaWiki:TropesWorkshop", "File:Foo.png"])
def test_other_pages_are_not(title: str) -> None:
    assert "TB104" not in codes(WORKSHOP, FORCE, title)


@pytest.mark.parametrize(
    "line", ["Examples include:", "'''Examples'''", "; Film", "See also:", "----", "__TOC__"]
)
def test_what_is_meant_to_stay_is_no_placeholder(line: str) -> None:
    force = in_force("demo", pages={"MediaWiki:Tropes": f"{{{{trope}}}}\n{line}\n"})
    assert "TB104" not in codes(f"{{{{trope}}}}\n{line}\n", force)
