"""Each rule's finding as a whole: whose page it is, the message and its parameters, the line, the details."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.in_force import in_force
from tests.rules.judged import FORCE, TROPES, findings
from tropebot.i18n import message
from tropebot.model import DraftLife, Finding
from tropebot.rules import all_rules
from tropebot.rules.rule import Needs
from tropebot.wikitext.facts import WikiFacts

ASKING_FOR_ALL = in_force("demo", {"files": {"require": ["licence", "source", "author"]}})
OWN = "[[Category:{{PAGENAME}}]]"
COMMENT = "<!-- Say what the trope is. -->"
BULLET = "* ''Name of the Work'': what happens in it"
LISTED: dict[str, Any] = {
    "templates": frozenset({"Template:Trope", "Template:Examples"}),
    "categories": frozenset({"Category:Foo Bar"}),
    "missing_templates": frozenset({"Template:Gone", "Gone page"}),
}


def written(name: str, write: str, where: str) -> dict[str, str]:
    return {"name": name, "write": write, "where": where}


def said(where: str, write: str) -> str:
    return message(f"markup-{where}", write)


def lacking(kind: str, preload: str, *elements: dict[str, str]) -> dict[str, Any]:
    names = [each["name"] for each in elements]
    return {"missing": names, "elements": list(elements), "type": kind, "preload": preload}


Row = tuple[str, str, dict[str, Any], str, tuple[str, ...], int, dict[str, Any]]

ROWS: dict[str, Row] = {
    "TB101 where each element goes": (
        f"Text.\n{{{{trope}}}}\nMore.<ref>x</ref>\n{OWN}",
        "Foo Bar",
        {},
        "",
        (
            f"{said('opener', '{{examples}}')}; {said('references', '{{reflist}}')};"
            f" {said('header-first', '{{trope}}')}",
            "3",
        ),
        1,
        lacking(
            "trope",
            "MediaWiki:Tropes@1",
            written("template:examples", "{{examples}}", "opener"),
            written("template:reflist", "{{reflist}}", "references"),
            written("order:header-first", "{{trope}}", "header-first"),
        ),
    ),
    "TB101 on a subpage": (
        "words",
        "Foo/Recap/One",
        {},
        "",
        (
            f"{said('top', '{{work}}')}; {said('bottom', '{{worksubpagefooter}}')}",
            "2",
        ),
        1,
        lacking(
            "work-subpage",
            "policy",
            written("template:work", "{{work}}", "top"),
            written("template:worksubpagefooter", "{{worksubpagefooter}}", "bottom"),
        ),
    ),
    "TB101 whose only fault is a header too low": (
        f"Text.\n{{{{trope}}}}\n{{{{examples}}}}\n{{{{trope}}}}\n{OWN}",
        "Foo Bar",
        {},
        "",
        (said("header-first", "{{trope}}"), "1"),
        2,
        lacking(
            "trope",
            "MediaWiki:Tropes@1",
            written("order:header-first", "{{trope}}", "header-first"),
        ),
    ),
    "TB101 whose only fault is a footer too high": (
        "{{work}}\nText.\n{{worksubpagefooter}}\nMore.\n{{worksubpagefooter}}\nStill more.",
        "Foo/Recap/One",
        {},
        "",
        (said("footer-last", "{{worksubpagefooter}}"), "1"),
        5,
        lacking(
            "work-subpage",
            "policy",
            written("order:footer-last", "{{worksubpagefooter}}", "footer-last"),
        ),
    ),
    "TB103 on the line of the second header": (
        "{{work}}\n\n{{trope}}\n{{trope}}",
        "Foo Bar",
        {},
        "-header",
        ("{{trope}}, {{work}}", "trope, work"),
        3,
        {"types": ["trope", "work"], "by": "header"},
    ),
    "TB102 names the headers once": (
        "words",
        "Foo/Laconic",
        {},
        "",
        ("{{trope}}, {{work}}, {{creator}}", "trope-subpage, work-subpage, creator-subpage"),
        1,
        {
            "candidates": ["trope-subpage", "work-subpage", "creator-subpage"],
            "headers": ["trope", "work", "creator"],
        },
    ),
    "TB104 says each leftover on one line": (
        f"{{{{trope}}}}\n{{{{examples}}}}\n* ''Name of the Work'':   what happens in it\n{COMMENT}\n{OWN}",
        "Foo Bar",
        {},
        "",
        (f"“{COMMENT}”, “{BULLET}”", "2"),
        3,
        {
            "leftovers": [
                {"kind": "comment", "text": COMMENT, "line": 4},
                {
                    "kind": "bullet",
                    "text": "* ''Name of the Work'':   what happens in it",
                    "line": 3,
                },
            ]
        },
    ),
    "TB105 on the line of the first call": (
        f"{{{{trope}}}}\n{{{{examples}}}}\n{{{{Gone}}}} {{{{:Gone page}}}}\n{{{{Gone}}}}\n{OWN}",
        "Foo Bar",
        LISTED,
        "",
        ("[[Gone page]], [[Template:Gone]]", "2"),
        3,
        {"missing": [":Gone page", "Gone"]},
    ),
    "TB106 where it should have begun": (
        f"{{{{trope}}}}\n{{{{examples}}}}\n{OWN}",
        "Foo Bar",
        {**LISTED, "missing_templates": frozenset(), "was_in_workshop": False},
        "",
        ("Trope Workshop", "3", "Foo Bar"),
        1,
        {},
    ),
    "TB107 says nothing more": ("<!-- x -->\n", "Foo Bar", {}, "", (), 1, {}),
    "TB201 names the licence that comes first": (
        "Poster.",
        "File:Foo.png",
        {},
        "-none",
        ("Fairuse", ""),
        1,
        {"detail": "none", "licences": "policy"},
    ),
    "TB201 of words": (
        "Poster, fair use.",
        "File:Foo.png",
        {},
        "-words-only",
        ("Fairuse", "fair use"),
        1,
        {"detail": "words-only", "licences": "policy", "value": "fair use"},
    ),
    "TB201 of an anti-licence": (
        "\n{{No license}}",
        "File:Foo.png",
        {},
        "-anti-licence",
        ("No license", "", ""),
        2,
        {"detail": "anti-licence", "licences": "policy", "template": "No license"},
    ),
    "TB201 of a placeholder": (
        "\n\n{{SemiPD|####}}",
        "File:Foo.png",
        {},
        "-parameter-placeholder",
        ("SemiPD", "1", "####"),
        3,
        {
            "detail": "parameter-placeholder",
            "licences": "policy",
            "template": "SemiPD",
            "parameter": "1",
            "value": "####",
        },
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_whole_finding(name: str) -> None:
    text, title, page, detail, params, line, details = ROWS[name]
    rule = next(rule for rule in all_rules() if rule.code == name[:5])
    assert findings(text, FORCE, title, page_id=7, rev_id=70, **page) == (
        Finding(
            code=rule.code,
            rule=rule.name,
            title=title,
            page_id=7,
            rev_id=70,
            message=f"finding-{rule.code.lower()}{detail}",
            params=params,
            line=line,
            details=details,
        ),
    )


UNNAMED = [
    ("{{Fairuse}}\nAuthor: Ana", "source", ["source"], "Source: …"),
    ("{{Fairuse}}\nSource: a book", "author", ["author"], "Author: …"),
]


@pytest.mark.parametrize(("text", "detail", "missing", "example"), UNNAMED)
def test_an_attribution_that_lacks_one_thing(
    text: str, detail: str, missing: list[str], example: str
) -> None:
    (found,) = findings(text, ASKING_FOR_ALL, "File:Foo.png", page_id=7, rev_id=70)
    assert (found.message, found.params) == (f"finding-tb202-{detail}", (example,))
    assert (found.details, found.line, found.rev_id) == ({"missing": missing}, 1, 70)


LINKS = [
    (
        "Author: Ana\nhttps://archive.example.org/2020//https://google.com/x",
        "the first host of an address is where it leads",
    ),
    ("Author: http://google.com/ana\nSource: a book", "an author may be named by any address"),
]


@pytest.mark.parametrize(("text", "why"), LINKS)
def test_links_that_name_enough(text: str, why: str) -> None:
    force = in_force(
        "demo", {"files": {"require": ["source", "author"], "empty_hosts": ["google.com"]}}
    )
    assert findings(f"{{{{Fairuse}}}}\n{text}", force, "File:Foo.png") == (), why


def test_a_long_leftover_is_cut_in_the_message_only() -> None:
    comment = f"<!-- {'w' * 150} -->"
    force = in_force("demo", {"types": {"trope": {"preload_text": f"{{{{trope}}}}\n{comment}"}}})
    (found,) = findings(f"{{{{trope}}}}\n{comment}", force)
    assert found.params == (f"“{comment[:80]}…”", "1")
    assert found.details["leftovers"][0]["text"] == comment
    exactly = comment[:77] + "-->"
    force = in_force("demo", {"types": {"trope": {"preload_text": f"{{{{trope}}}}\n{exactly}"}}})
    (found,) = findings(f"{{{{trope}}}}\n{exactly}", force)
    assert found.params == (f"“{exactly}”", "1")


NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LIFE = DraftLife(
    creator="Ada", created=NOW - timedelta(400), touched=NOW - timedelta(200), place=4, live=5
)
ABOUT_DRAFTS: list[tuple[str, dict[str, Any], tuple[str, ...], dict[str, Any]]] = [
    (
        "TB301",
        {"stale": {"days": 183}},
        ("183", "2025-06-19"),
        {"touched": "2025-06-19T12:00:00+00:00", "days": 200},
    ),
    (
        "TB302",
        {"drafts_per_creator": 3},
        ("Ada", "5", "3"),
        {"creator": "Ada", "live": 5, "place": 4},
    ),
]


@pytest.mark.parametrize(("code", "workshop", "params", "details"), ABOUT_DRAFTS)
def test_the_whole_finding_on_a_draft(
    code: str, workshop: dict[str, Any], params: tuple[str, ...], details: dict[str, Any]
) -> None:
    (found,) = findings(
        "{{trope}}\nIt falls.\n{{examples}}\n",
        in_force("demo", {"workshop": workshop}),
        "Trope Workshop:Foo",
        page_id=7,
        rev_id=70,
        life=LIFE,
        read_at=NOW,
        templates=frozenset({"Template:Trope"}),
    )
    assert (found.code, found.params, found.details) == (code, params, details)
    assert (found.page_id, found.rev_id, found.line) == (7, 70, 1)


Narrow = tuple[str, str, dict[str, Any], dict[str, Any], tuple[str, ...], int, str]

NARROW: list[Narrow] = [
    (
        "TB101",
        f"{{{{trope}}}}\n{{{{examples}}}}\n{OWN}",
        {"types": {"trope": {"required_headings": ["Part: two"]}}},
        {},
        (said("heading", "== Part: two =="), "1"),
        1,
        "a heading with a colon",
    ),
    (
        "TB101",
        f"{{{{trope}}}}\n{{{{examples}}}}\n{OWN}",
        {"types": {"trope": {"require": ["template:quote|box"]}}},
        {},
        (said("anywhere", f"{{{{quote}}}} {message('markup-or')} {{{{box}}}}"), "1"),
        1,
        "one of two templates",
    ),
    (
        "TB105",
        f"{{{{trope}}}}\n{{{{examples}}}}\n{OWN}",
        {},
        {**LISTED, "missing_templates": frozenset({"Template:Gone"})},
        ("[[Template:Gone]]", "1"),
        1,
        "a call that comes out of another template",
    ),
    (
        "TB103",
        "[[Category:Film]][[Category:Book]]",
        {
            "types": {
                "film": {"headers": ["film"], "categories": ["Film"]},
                "book": {"headers": ["book"], "categories": ["Book"]},
            }
        },
        {},
        ("{{film}}, {{book}}", "film, book"),
        1,
        "by categories",
    ),
]


@pytest.mark.parametrize("row", NARROW, ids=[row[-1] for row in NARROW])
def test_what_a_finding_says_where_the_policy_asks_for_more(row: Narrow) -> None:
    code, text, policy, page, params, line, why = row
    force = in_force("demo", policy, pages={"MediaWiki:Tropes": TROPES})
    (found,) = findings(text, force, **page)
    assert (found.code, found.params, found.line) == (code, params, line), why


def test_a_licence_that_only_the_wiki_offers_is_named() -> None:
    force = in_force("none", {}, pages={"MediaWiki:Licenses": "* Zero|Nothing\n* Any|Anything"})
    (found,) = findings("Poster.", force, "File:Foo.png")
    assert found.params == ("Any", "")


def test_without_a_label_of_the_policy_the_kind_is_named() -> None:
    force = in_force(
        "demo", {"files": {"require": ["source"], "source_labels": [], "source_parameters": []}}
    )
    (found,) = findings("{{Fairuse}}", force, "File:Foo.png")
    assert found.params == ("Source: …",)


def test_of_a_draft_without_a_date_of_reading_nothing_is_said() -> None:
    listed = {"templates": frozenset({"Template:Trope"}), "life": LIFE}
    force = in_force("demo", {"workshop": {"stale": {"days": 183}}})
    text = "{{trope}}\nIt falls.\n{{examples}}\n"
    assert findings(text, force, "Trope Workshop:Foo", **listed) == ()


MET = [
    (Needs(mediawiki=(1, 39)), "MediaWiki 1.39", frozenset(), True, "just that version"),
    (Needs(mediawiki=(1, 39)), "MediaWiki 1.38.9", frozenset(), False, "an older one"),
    (Needs(mediawiki=(1, 39)), "", frozenset(), True, "offline nobody knows"),
    (Needs(extensions=frozenset({"Cite"})), "MediaWiki 1.39", frozenset({"Cite"}), True, "just it"),
    (Needs(extensions=frozenset({"Cite"})), "MediaWiki 1.39", frozenset({"X"}), False, "another"),
    (Needs(extensions=frozenset({"Cite"})), "", frozenset(), True, "offline nobody knows that"),
    (Needs(), "MediaWiki 1.39", frozenset(), True, "it needs nothing"),
]


@pytest.mark.parametrize(("needs", "generator", "extensions", "wanted", "why"), MET)
def test_which_wikis_a_rule_is_made_for(
    needs: Needs, generator: str, extensions: frozenset[str], wanted: bool, why: str
) -> None:
    assert needs.met(WikiFacts(generator=generator, extensions=extensions)) is wanted, why
