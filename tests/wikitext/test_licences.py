"""The list that the upload form offers, read as MediaWiki reads it."""

import pytest

from tests.in_force import in_force
from tropebot.policy.images import licence_terms
from tropebot.wikitext.licences import Offer, offers, says_nothing, words_found

FORCE = in_force("none", {"templates": {"aliases": {"Fairuse": ["Fair use"]}}})

LINES = [
    ("* Fairuse|Fair use", [("Fairuse", {})], "template and text"),
    ("*fair use|Fair use", [("Fairuse", {})], "a redirect, no space"),
    ("* SemiPD|####|in Canada", [("SemiPD", {"1": "####"})], "split at the last bar"),
    ("* Self|1=PD|b|c=d|Own", [("Self", {"1": "b", "c": "d"})], "parameters, named or not"),
    ("** PD|x\n*** GFDL|y", [("PD", {}), ("GFDL", {})], "nested lines"),
    ("* Self}}{{PD|Own", [("Self", {}), ("PD", {})], "two templates in one line"),
    ("* Template:PD|x", [("PD", {})], "with its namespace"),
]
NO_OFFER = [
    ("", "an empty page"),
    ("-", "the list switched off"),
    ("* Free licences", "a group's name has no bar"),
    (" * PD|x", "a space before the asterisk"),
    ("PD|x", "no asterisk"),
    ("# PD|x", "another list"),
    ("* |none", "an offer of nothing"),
    ("* subst:PD|x", "literal once it is saved"),
]


@pytest.mark.parametrize(("text", "expected", "why"), LINES)
def test_offers(text: str, expected: list[tuple[str, dict[str, str]]], why: str) -> None:
    wanted = [Offer(template=name, parameters=parameters) for name, parameters in expected]
    assert list(offers(text, FORCE.facts, FORCE.aliases)) == wanted, why


@pytest.mark.parametrize(("text", "why"), NO_OFFER)
def test_lines_that_offer_nothing(text: str, why: str) -> None:
    assert offers(text, FORCE.facts, FORCE.aliases) == (), why


@pytest.mark.parametrize("value", ["####", "?", "...", "_", "–"])
def test_a_value_that_only_stands_for_one(value: str) -> None:
    assert says_nothing(value)


@pytest.mark.parametrize(
    ("value", "why"), [("1924", "a year"), ("CC-BY", "a licence"), ("", "none")]
)
def test_a_value_that_says_something(value: str, why: str) -> None:
    assert not says_nothing(value), why


def test_the_terms_say_whether_the_wiki_or_the_policy_was_asked() -> None:
    policy = {"files": {"licences": ["Fairuse"]}}
    assert licence_terms(in_force("none", policy)).source == "policy"
    asked = in_force("none", policy, pages={"MediaWiki:Licenses": "* PD|x"})
    assert licence_terms(asked).source == "wiki"
    assert licence_terms(asked).names == {"Fairuse", "PD"}


def test_templates_for_own_work_are_no_licences_though_the_form_offers_them() -> None:
    policy = {"files": {"own_work": ["Own"], "licence_by_parameter": {"Self": ["1"]}}}
    page = {"MediaWiki:Licenses": "* Own|mine\n* Self|PD|mine\n* PD|x"}
    assert licence_terms(in_force("none", policy, pages=page)).names == {"PD"}


def test_the_wiki_names_members_of_the_category_and_wrappers() -> None:
    force = in_force(
        "none",
        {"files": {"licences": ["PD"]}},
        licence_category_members=frozenset({"GFDL"}),
        transcludes_licence=frozenset({"Game screenshot"}),
    )
    assert licence_terms(force).names == {"PD", "GFDL", "Game screenshot"}


def test_words_before_several_templates_are_seen() -> None:
    document = FORCE.document("My own work, {{a|b=c}} and {{d}}.", FORCE.title("File:A.png"))
    assert words_found(document, ["own work"]) == "own work"
