"""The engine: what is judged at all, what may not be edited, and what a draft lacks to be promoted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tests.rules.judged import FORCE, TROPES, codes, verdict
from tropebot import engine
from tropebot.model import Page

FAULTY = "{{trope}}"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)

EXEMPT: list[tuple[str, str, dict[str, Any]]] = [
    ("redirect", "#REDIRECT [[Foo]]", {}),
    ("redirect", "\n#redirect: [[Foo]] {{trope}}", {}),
    ("redirect", "x", {"redirect": True}),
    ("content-model", "x", {"content_model": "json"}),
    ("namespace", "x", {"title": "User:Ada"}),
    ("namespace", "x", {"title": "User talk:Ada"}),
    ("main-page", "x", {"title": "Main Page"}),
    ("title", "x", {"title": "Sandbox 2"}),
    ("disambiguation", "{{Disambiguation}}", {}),
    ("disambiguation", "{{#if:x|{{disambig}}}}", {}),
    ("disambiguation", "x", {"templates": frozenset({"Template:Disambig"})}),
    ("template", "{{useful notes}}", {}),
    ("grace", FAULTY, {"timestamp": NOW - timedelta(minutes=4), "read_at": NOW}),
    ("", FAULTY, {"timestamp": NOW - timedelta(minutes=6), "read_at": NOW}),
    ("", FAULTY, {}),
    ("", "#REDIRECT to somewhere", {}),
    ("", "See #REDIRECT [[Foo]]", {}),
    ("", "<!-- {{disambig}} -->", {}),
    ("", "x", {"title": "Sand"}),
    ("", "x", {"title": "Help:Foo"}),
]
STRICT = in_force(
    "demo",
    {
        "exempt": {
            "titles": ["Sandbox*"],
            "grace_minutes": 5,
            "namespaces": {"remove": ["Help"]},
        }
    },
)


@pytest.mark.parametrize(("why", "text", "page"), EXEMPT)
def test_exempt_pages_have_no_findings(why: str, text: str, page: dict[str, Any]) -> None:
    judged = verdict(text, STRICT, **page)
    assert judged.exempt == why
    assert not (why and judged.findings)


def test_a_fresh_page_is_to_be_judged_again() -> None:
    judged = verdict(FAULTY, STRICT, timestamp=NOW, read_at=NOW)
    assert judged.again_at == NOW + timedelta(minutes=5)


KEPT_OFF: list[tuple[str, str, str]] = [
    ("bare", "{{nobots}}", "nobots"),
    ("any case", "{{NoBots}}", "nobots"),
    ("by its full title", "{{template:Nobots}}", "nobots"),
    ("deny all", "{{bots|deny=all}}", "nobots"),
    ("deny us", "{{bots|deny=OtherBot, TropeBot}}", "nobots"),
    ("deny the account", "{{bots|deny=Patrol Bot}}", "nobots"),
    ("deny in capitals", "{{bots|Deny=TROPEBOT}}", "nobots"),
    ("allow none", "{{bots|allow=none}}", "nobots"),
    ("allow others", "{{bots|allow=OtherBot}}", "nobots"),
    ("opted out of all", "{{bots|optout=all}}", "nobots"),
    ("listed in nobots", "{{nobots|OtherBot,TropeBot}}", "nobots"),
    ("nobots for all", "{{nobots|all}}", "nobots"),
    ("a form that nobody knows", "{{bots|please=no}}", "nobots"),
    ("a form without a name", "{{bots|OtherBot}}", "nobots"),
    ("a blank list", "{{bots|deny=}}", "nobots"),
    ("in doubt", "{{#if:x|{{nobots}}}}", "nobots"),
    ("in use", "{{in use}}", "in-use"),
    ("in use, in doubt", "{{#if:x|{{inuse}}}}", "in-use"),
    ("in use comes first", "{{nobots}}{{Under construction}}", "in-use"),
    ("allowed", "{{bots}}", ""),
    ("allow all", "{{bots|allow=all}}", ""),
    ("allow us", "{{bots|allow=OtherBot,Tropebot}}", ""),
    ("deny none", "{{bots|deny=none}}", ""),
    ("deny others", "{{bots|deny=OtherBot}}", ""),
    ("nobots for others", "{{nobots|OtherBot}}", ""),
    ("commented out", "<!-- {{nobots}} -->", ""),
    ("only shown", "{{tl|nobots}}<nowiki>{{nobots}}</nowiki>", ""),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("why", "text", "expected"), KEPT_OFF, ids=[row[0] for row in KEPT_OFF])
def test_peer_f23_pages_that_must_not_be_edited_are_judged_all_the_same(
    why: str, text: str, expected: str
) -> None:
    page = Page(title="Foo", text=FAULTY + text)
    judged = engine.judge(page, FORCE, account="Patrol Bot")
    assert judged.no_edit == expected
    assert [finding.code for finding in judged.findings] == ["TB101"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{bots|deny=TB101}}", {"TB101"}),
        ("{{bots|deny=missing-markup,Blank-Page}}", {"TB101", "TB107"}),
        ("{{bots|optout=tb105}}", {"TB105"}),
        ("{{nobots|TB101}}", {"TB101"}),
        ("{{bots|deny=TB9}}", set()),
    ],
)
def test_a_page_may_send_single_rules_away(text: str, expected: set[str]) -> None:
    judged = verdict(FAULTY + text)
    assert (judged.no_edit, judged.no_edit_codes) == ("", expected)


def test_a_mark_that_only_the_wiki_sees_is_heeded() -> None:
    for template in ("Nobots", "Bots"):
        listed = frozenset({f"Template:{template}", "Template:Trope"})
        assert verdict(FAULTY, templates=listed).no_edit == "nobots"
    assert verdict(FAULTY, templates=frozenset({"Template:In use"})).no_edit == "in-use"


def test_an_unreadable_preload_is_told_to_the_operator() -> None:
    force = in_force("demo", {"types": {"trope": {"preload_text": ""}}})
    judged = verdict(FAULTY, force)
    assert judged.findings == ()
    assert judged.notes == ("preload-unreadable: MediaWiki:Tropes",)
    assert verdict(FAULTY).notes == ()


def test_a_draft_is_asked_only_for_leftovers() -> None:
    assert codes("", title="Trope Workshop:Foo") == []
    assert codes("{{trope}}{{work}}", title="YKTTW:Foo") == []


PROMOTION: list[tuple[str, str, list[str]]] = [
    ("a full draft", "{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]", []),
    ("its name is that of the target", "{{trope}}{{examples}}[[Category:Foo]]", []),
    ("no category", "{{trope}}{{examples}}", ["category:{{PAGENAME}}"]),
    ("no header", "{{examples}}[[Category:Foo]]", ["template:trope"]),
]


@pytest.mark.parametrize(("why", "text", "expected"), PROMOTION, ids=[row[0] for row in PROMOTION])
def test_what_a_draft_lacks_to_be_promoted(why: str, text: str, expected: list[str]) -> None:
    page = Page(title="Trope Workshop:Foo", text=text, namespace=3000)
    found = engine.missing_for_promotion(page, FORCE, "Foo")
    assert [element.name for element in found] == expected


def test_a_draft_is_held_to_the_type_that_the_policy_names_and_to_no_other() -> None:
    force = in_force("demo", {"workshop": {"page_type": "creator"}})
    page = Page(title="Trope Workshop:Foo", text="{{creator}}[[Category:Foo]]", namespace=3000)
    assert engine.missing_for_promotion(page, force, "Foo") == ()


MARKS = (
    "{{ }} {{{ }}} [[ ]] | = trope examples * : <!-- --> <nowiki> </nowiki> <includeonly> <ref> </ref> "
    "'' <div {| |} Category: PAGENAME #if: nobots &#58;"
)
TOKENS = st.lists(
    st.sampled_from((*MARKS.split(), " ", "\n", "\x00", "\u200f", "\ud800")), max_size=40
).map("".join)


@given(TOKENS)
def test_any_text_is_judged_and_always_alike(text: str) -> None:
    first = verdict(text)
    assert first.findings == verdict(text).findings
    assert all(finding.code != "TB900" for finding in first.findings)
    assert all(1 <= finding.line <= text.count("\n") + 1 for finding in first.findings)


@given(TOKENS)
def test_what_follows_an_unclosed_comment_changes_nothing(text: str) -> None:
    hidden = text.replace("-->", "")
    before = [(finding.code, finding.details) for finding in verdict("{{trope}}<!--").findings]
    after = [
        (finding.code, finding.details) for finding in verdict("{{trope}}<!--" + hidden).findings
    ]
    assert before == after


def test_the_preload_is_read_once_for_a_policy() -> None:
    force = in_force("demo", pages={"MediaWiki:Tropes": TROPES})
    assert force.types is force.types
