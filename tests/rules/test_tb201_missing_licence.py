"""TB201: what counts as a licence, and what its detail says where none does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.in_force import in_force
from tropebot.model import FILE, FileInfo, Page
from tropebot.policy.force import PolicyInForce
from tropebot.rules.rule import Reading
from tropebot.rules.tb201_missing_licence import check

LICENCES = """* Fairuse|Fair use
* Free licences
** Self|CC-BY-SA|Own work, shared alike
** PD|Public domain
*** SemiPD|####|Public domain in Canada only
* Odd|####|a licence that the form leaves to be filled in
* No license|I don't know
"""
POLICY: dict[str, Any] = {
    "files": {
        "licences": ["Fairuse", "CC-BY-SA"],
        "licences_page": "MediaWiki:Licenses",
        "licence_by_parameter": {"Self": ["1", "licence"]},
        "mandatory": {"SemiPD": ["1"]},
        "anti_licences": ["No license"],
        "own_work": ["Self"],
        "licence_words": ["fair use", "public domain"],
        "licence_category_members": ["GFDL"],
        "transcludes_licence": ["Game screenshot"],
    },
    "templates": {"aliases": {"Fairuse": ["Fair use", "FU"], "No license": ["Nolicense"]}},
}
FORCE = in_force("none", POLICY, pages={"MediaWiki:Licenses": LICENCES})
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UPLOAD = FileInfo(uploader="Ada", uploaded=NOW - timedelta(days=1))
FILE_PAGE = Page(title="File:Poster.png", text="", namespace=FILE)


def details(text: str, force: PolicyInForce = FORCE, **page: Any) -> dict[str, Any] | None:
    """The finding's details without where the list came from; ``None`` without a finding."""
    judged = replace(FILE_PAGE, text=text, **page)
    reading = Reading(judged, force.document(text, force.title(judged.title)))
    findings = list(check(reading, force))
    assert len(findings) <= 1
    if not findings:
        return None
    return {key: value for key, value in findings[0].details.items() if key != "licences"}


def none(detail: str, template: str = "", parameter: str = "", value: str = "") -> dict[str, str]:
    every = {"detail": detail, "template": template, "parameter": parameter, "value": value}
    return {key: each for key, each in every.items() if each}


MISSING = [
    ("", none("none"), "an empty file page"),
    ("A nice picture.", none("none"), "text without a licence"),
    ("<!-- {{Fairuse}} -->", none("none"), "a comment is not used"),
    ("<nowiki>{{Fairuse}}</nowiki>", none("none"), "nowiki is not used"),
    ("<pre>{{Fairuse}}</pre>", none("none"), "pre is not used"),
    ("<includeonly>{{Fairuse}}</includeonly>", none("none"), "not used on the page itself"),
    ("<!-- forgotten {{Fairuse}}", none("none"), "an unclosed comment runs to the end"),
    ("{{subst:Fairuse}}", none("none"), "saved subst is literal text"),
    ("[[Template:Fairuse]]", none("none"), "a link is no use"),
    ("{{tl|Fairuse}}", none("none"), "only shows the name"),
    ("{{FAIRUSE}}", none("none"), "all letters but the first matter"),
    ("{{Unknown licence}}", none("none"), "not a licence of this wiki"),
    ("{{:Fairuse}}", none("none"), "a page of the main namespace, not the template"),
    ("{{Fairuse", none("none"), "never closed"),
    ("{{Self}}", none("none"), "own work names no licence by itself"),
    ("{{Self|Holiday}}", none("none"), "its parameter is no licence"),
    ("{{Self|No license}}", none("none"), "an anti-licence is no licence"),
    ("{{Self|other=CC-BY-SA}}", none("none"), "a parameter that nobody listed"),
    ("Used as fair use.", none("words-only", value="fair use"), "words alone"),
    ("== FAIR  USE ==", none("words-only", value="fair use"), "any case, any space, in a heading"),
    ("It's fair<!-- x --> '''use'''", none("words-only", value="fair use"), "through markup"),
    ("{{Information|description=fair use}}", none("words-only", value="fair use"), "in a value"),
    ("[[w:X|fair use]]", none("words-only", value="fair use"), "a link's text is shown"),
    ("[http://x.org fair use]", none("words-only", value="fair use"), "an address's text is shown"),
    ("unfair use", none("none"), "not a whole word"),
    ("fair users", none("none"), "not a whole word"),
    ("fair. Use", none("none"), "not the phrase"),
    ("{{fair use rationale}}", none("none"), "a template's name is not shown"),
    ("{{Info|fair use=yes}}", none("none"), "a parameter's name is not shown"),
    ("{{Info|fair|use}}", none("none"), "two parameters are no phrase"),
    ("[[Fair use]]", none("none"), "a link's target does not count as text"),
    ("[[Fair use|see there]]", none("none"), "a link's target is not shown"),
    ("[[Category:Public domain images]]", none("none"), "a category is not shown"),
    ("http://x.org/public domain-free", none("none"), "part of an address"),
    ("<nowiki>fair use</nowiki>", none("none"), "nowiki does not count as shown"),
    ("<pre>fair use</pre>", none("none"), "nor does pre"),
    ("<!-- fair use -->", none("none"), "a comment is not shown"),
    ("{{No license}}", none("anti-licence", "No license"), "says that there is none"),
    ("{{No license}}\n{{Fairuse}}", none("anti-licence", "No license"), "wins over a licence"),
    ("{{Fairuse}}{{nolicense}}", none("anti-licence", "No license"), "an alias, after a licence"),
    ("{{No license}} fair use", none("anti-licence", "No license"), "wins over words"),
    ("{{SemiPD}}", none("parameter-missing", "SemiPD", "1"), "mandatory, absent"),
    ("{{SemiPD|}}", none("parameter-missing", "SemiPD", "1"), "mandatory, blank"),
    ("{{SemiPD| <!-- year --> }}", none("parameter-missing", "SemiPD", "1"), "only a comment"),
    ("{{SemiPD|year=1924}}", none("parameter-missing", "SemiPD", "1"), "another parameter"),
    (
        "{{SemiPD|####}}",
        none("parameter-placeholder", "SemiPD", "1", "####"),
        "as the form left it",
    ),
    (
        "{{SemiPD|1=yyyy}}",
        none("parameter-placeholder", "SemiPD", "1", "yyyy"),
        "the policy's, any case",
    ),
    (
        "{{Odd|####}}",
        none("parameter-placeholder", "Odd", "1", "####"),
        "left open by the list alone",
    ),
    ("{{SemiPD}} fair use", none("parameter-missing", "SemiPD", "1"), "a parameter before words"),
    ("{{SemiPD}}{{No license}}", none("anti-licence", "No license"), "anti before a parameter"),
    (
        "{{Odd|####}}{{SemiPD}}",
        none("parameter-placeholder", "Odd", "1", "####"),
        "the first fault",
    ),
]

LICENSED = [
    ("{{Fairuse}}", "the policy's"),
    ("{{fairuse}}", "first letter in any case"),
    ("{{ Fairuse }}", "spaces around"),
    ("{{Template:Fairuse}}", "with its namespace"),
    ("{{template : fairuse\n|a=b}}", "namespace in any case, parameters"),
    ("{{Fair_use}}", "a redirect, underscore for space"),
    ("{{FU|because}}", "another redirect"),
    ("{{msg:Fairuse}}", "msg: calls the template"),
    ("{{safesubst:Fairuse}}", "safesubst: in saved text does, too"),
    ("{{:Template:Fairuse}}", "a colon before the namespace"),
    ("{{Fair&#117;se}}", "an entity in the name"),
    ("{{Fair<!-- x -->use}}", "a comment in the name"),
    ("{{Fair\u200fuse}}", "a direction mark in the name"),
    ("<noinclude>{{Fairuse}}</noinclude>", "used on the page itself"),
    ("{{Information|permission={{Fairuse}}}}", "in another template's parameter"),
    ("{{#if:x|{{Fairuse}}}}", "in a parser function, offline"),
    ("<gallery>\nA.png|{{Fairuse}}\n</gallery>", "in a caption"),
    ("<ref>{{Fairuse}}", "behind an unclosed tag"),
    ("{{PD}}", "offered by MediaWiki:Licenses, nested"),
    ("{{GFDL}}", "member of the licence category"),
    ("{{Game screenshot|x}}", "transcludes a licence"),
    ("{{Self|CC-BY-SA}}", "names the licence in its parameter"),
    ("{{Self|licence = cc-BY-SA }}".replace("cc", "CC"), "in a named one"),
    ("{{Self|PD}}", "one that only the list offers"),
    ("{{Self}}{{PD}}", "own work and a licence beside it"),
    ("{{SemiPD|1924}}", "mandatory, filled in"),
    ("{{SemiPD|1=1924}}", "by number"),
    ("{{SemiPD|{{CURRENTYEAR}}}}", "filled in by a variable"),
    ("{{SemiPD}}{{PD}}", "another licence counts"),
    ("{{Odd}}", "not mandatory by the policy"),
    ("{{Odd|1924}}", "filled in"),
    ("{{Fairuse|####}}", "a placeholder where nothing is asked for"),
    ("{{PD}} and no license known", "words are no anti-licence"),
    ("{{PD}}<!-- {{No license}} -->", "an anti-licence in a comment"),
    ("{{PD}}{{tl|No license}}", "an anti-licence that is only shown"),
]


@pytest.mark.parametrize(("text", "expected", "why"), MISSING)
def test_without_a_licence(text: str, expected: dict[str, str], why: str) -> None:
    assert details(text) == expected, why


@pytest.mark.parametrize(("text", "why"), LICENSED)
def test_with_a_licence(text: str, why: str) -> None:
    assert details(text) is None, why


ONLINE = [
    ("{{Wrapper}}", {"Template:Wrapper", "Template:Fairuse"}, None, "through a wrapper"),
    ("{{Licence x}}", {"Template:Licence x", "Template:PD"}, None, "a redirect nobody told us of"),
    ("{{#if:|{{PD}}}}", set(), none("none"), "a branch that is not taken"),
    ("{{PD}}", {"Template:PD"}, None, "used"),
    ("{{PD}}", set(), None, "lists that lag take nothing away"),
    ("{{SemiPD}}", {"Template:SemiPD"}, none("parameter-missing", "SemiPD", "1"), "still at fault"),
    (
        "{{X}}",
        {"Template:X", "Template:No license", "Template:PD"},
        none("anti-licence", "No license"),
        "anti",
    ),
    ("{{#if:|{{No license}}}}{{PD}}", {"Template:PD"}, None, "an anti-licence that is not used"),
    ("{{:PD}}", {"PD"}, none("none"), "a page of the main namespace of that name"),
    ("", set(), none("none"), "nothing at all"),
]


@pytest.mark.parametrize(("text", "templates", "expected", "why"), ONLINE)
def test_peer_f16_the_wiki_says_what_is_used(
    text: str, templates: set[str], expected: dict[str, str] | None, why: str
) -> None:
    assert details(text, templates=frozenset(templates), file=UPLOAD) == expected, why


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ({"templates": frozenset()}, "no local file"),
        ({"templates": frozenset(), "file": replace(UPLOAD, local=False)}, "a foreign file"),
        ({"redirect": True}, "a redirect"),
        ({"namespace": 0, "title": "Poster"}, "not a file's page"),
    ],
)
def test_peer_f22_pages_that_are_not_judged(page: dict[str, Any], why: str) -> None:
    assert details("no licence", **page) is None, why


def test_an_upload_within_the_grace_time_is_not_judged() -> None:
    force = in_force("none", POLICY | {"files": POLICY["files"] | {"grace_minutes": 60}})
    for minutes, judged in ((0, False), (59, False), (60, True), (61, True)):
        upload = replace(UPLOAD, uploaded=NOW - timedelta(minutes=minutes))
        found = details("", force, file=upload, templates=frozenset(), read_at=NOW)
        assert (found is not None) is judged, minutes


LISTS = [
    ({}, None, False, "no list at all"),
    ({}, "", False, "an empty page"),
    ({}, "* Group\n** Another group\n", False, "a page that offers nothing"),
    ({}, "* No license|None", False, "a page that offers anti-licences only"),
    ({"licence_category_members": ()}, None, False, "nothing in the policy either"),
    ({"licences": ["PD"]}, None, True, "the policy's own list"),
    ({"licences": ["PD"]}, "", True, "the policy's list stands in for an empty page"),
    ({"licence_category_members": ["PD"]}, None, True, "the policy knows the category's members"),
    ({}, "* PD|Public domain", True, "the page's list"),
]


@pytest.mark.parametrize(("files", "page", "judged", "why"), LISTS)
def test_without_a_list_nothing_is_judged(
    files: dict[str, Any], page: str | None, judged: bool, why: str
) -> None:
    pages = {} if page is None else {"MediaWiki:Licenses": page}
    force = in_force("none", {"files": {"anti_licences": ["No license"]} | files}, pages=pages)
    assert (details("no licence here", force) is not None) is judged, why


def test_a_wiki_that_does_not_ask_for_a_licence_gets_no_finding() -> None:
    assert (
        details("", in_force("none", POLICY | {"files": POLICY["files"] | {"require": ["source"]}}))
        is None
    )


def test_the_line_is_that_of_the_template_at_fault() -> None:
    text = "== Licence ==\n\n{{SemiPD}}"
    reading = Reading(
        replace(FILE_PAGE, text=text), FORCE.document(text, FORCE.title("File:P.png"))
    )
    assert [finding.line for finding in check(reading, FORCE)] == [3]


@given(st.text(alphabet="ab {}[]|=<!->\n'", max_size=60))
def test_text_around_a_licence_does_not_hide_it_unless_it_opens_something(text: str) -> None:
    """Whatever stands behind a licence, the licence in front of it stays used."""
    assert details("{{Fairuse}}\n" + text) is None


@given(st.text(alphabet="ab {}[]|=\n'", max_size=60))
def test_peer_f14_a_licence_in_a_comment_never_counts(text: str) -> None:
    found = details(f"{text}<!-- {{{{Fairuse}}}} -->")
    assert found is not None
    assert found["detail"] == "none"
