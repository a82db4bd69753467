"""TB101: every element that the type asks for and the page has not, and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tests.rules.judged import FORCE, TROPES, findings, missing
from tropebot.policy.force import PolicyInForce

BODY = "\nText.\n{{examples}}\n"
OWN = "[[Category:{{PAGENAME}}]]"
CLEAN = f"{{{{trope}}}}{BODY}{OWN}"
SUB = "{{trope}}\nText.\n{{tropesubpagefooter}}"

HEADER, EXAMPLES = "template:trope", "template:examples"
REFLIST, NAME = "template:reflist", "category:{{PAGENAME}}"
FIRST, LAST = "order:header-first", "order:footer-last"

FIRES: list[tuple[str, str, str, list[str]]] = [
    ("a template of the preload", "Foo Bar", f"{{{{trope}}}} Text. {OWN}", [EXAMPLES]),
    ("the own-name category", "Foo Bar", "{{trope}}" + BODY, [NAME]),
    ("all in the preload's order", "Foo Bar", "{{trope}}<ref>x</ref>", [EXAMPLES, REFLIST, NAME]),
    ("reflist where there are refs", "Foo Bar", CLEAN + "<ref>x</ref>", [REFLIST]),
    ("a named empty ref is a ref", "Foo Bar", CLEAN + '<ref name="a" />', [REFLIST]),
    ("the tag is not the template", "Foo Bar", CLEAN + "<ref>a</ref><references/>", [REFLIST]),
    ("the header, by a category", "Foo Bar", f"[[Category:Trope]]{BODY}{OWN}", [HEADER]),
    ("the header, by a subpage", "Foo/Analysis", "x{{tropesubpagefooter}}", [HEADER]),
    ("commented out", "Foo Bar", f"{{{{trope}}}}<!-- {BODY} -->{OWN}", [EXAMPLES]),
    ("in nowiki", "Foo Bar", f"{{{{trope}}}}<nowiki>{BODY}</nowiki>{OWN}", [EXAMPLES]),
    ("in pre", "Foo Bar", f"{{{{trope}}}}<pre>{BODY}</pre>{OWN}", [EXAMPLES]),
    ("in source", "Foo Bar", f"{{{{trope}}}}<source>{BODY}</source>{OWN}", [EXAMPLES]),
    ("in math", "Foo Bar", f"{{{{trope}}}}<math>{BODY}</math>{OWN}", [EXAMPLES]),
    (
        "only for others",
        "Foo Bar",
        f"{{{{trope}}}}<includeonly>{BODY}</includeonly>{OWN}",
        [EXAMPLES],
    ),
    ("an unclosed comment", "Foo Bar", f"{{{{trope}}}}<!-- {BODY}{OWN}", [EXAMPLES, NAME]),
    ("only shown by name", "Foo Bar", f"{{{{trope}}}}{{{{tl|examples}}}}{OWN}", [EXAMPLES]),
    ("subst is literal text", "Foo Bar", f"{{{{trope}}}}{{{{subst:examples}}}}{OWN}", [EXAMPLES]),
    ("a link to the category", "Foo Bar", f"{{{{trope}}}}{BODY}[[:Category:Foo Bar]]", [NAME]),
    ("another case than the first", "Foo Bar", f"{{{{trope}}}}{{{{EXAMPLES}}}}{OWN}", [EXAMPLES]),
    ("another page's category", "Foo Bar", f"{{{{trope}}}}{BODY}[[Category:Foo bar]]", [NAME]),
    (
        "an argument is no template",
        "Foo Bar",
        f"{{{{trope}}}}{{{{{{examples}}}}}}{OWN}",
        [EXAMPLES],
    ),
    ("text before the header", "Foo Bar", f"Text. {CLEAN}", [FIRST]),
    ("a visible sign before it", "Foo Bar", f"\u200e\u00b7{CLEAN}", [FIRST]),
    ("text among unseen marks", "Foo/Analysis", SUB + "\u200ex", [LAST]),
    ("an image before it", "Foo Bar", f"[[File:A.png]]\n{CLEAN}", [FIRST]),
    ("a template before it", "Foo Bar", f"{{{{quote|a|b}}}}{CLEAN}", [FIRST]),
    ("a template without a date", "Foo Bar", f"{{{{quote|a|dated=x|date}}}}{CLEAN}", [FIRST]),
    ("text behind a dated mark", "Foo Bar", f"{{{{mark|date=x}}}} y {CLEAN}", [FIRST]),
    ("a date within a parameter", "Foo Bar", f"{{{{quote|{{{{a|date=x}}}}}}}}{CLEAN}", [FIRST]),
    ("a heading before it", "Foo Bar", f"== Text ==\n{CLEAN}", [FIRST]),
    ("an indented line not in italics", "Foo Bar", f":For more see B.\n{CLEAN}", [FIRST]),
    ("not wholly in italics", "Foo Bar", f":''For'' more ''see B''.\n{CLEAN}", [FIRST]),
    ("bold is not italics", "Foo Bar", f":'''For more see B.'''\n{CLEAN}", [FIRST]),
    ("italics without indent", "Foo Bar", f"''For more see B.''\n{CLEAN}", [FIRST]),
    ("a nowiki is something", "Foo Bar", f"<nowiki>x</nowiki>{CLEAN}", [FIRST]),
    ("a colon link is no category", "Foo Bar", f"[[:Category:X]]{CLEAN}", [FIRST]),
    ("text after the footer", "Foo/Analysis", SUB + "\nText.", [LAST]),
    ("a template after the footer", "Foo/Analysis", SUB + "{{quote|a|b}}", [LAST]),
    ("a switch after the footer", "Foo/Analysis", SUB + "__NOTOC__", [LAST]),
    ("a displayed title after it", "Foo/Analysis", SUB + "{{DISPLAYTITLE:X}}", [LAST]),
    (
        "no footer is not out of order",
        "Foo/Analysis",
        "{{trope}} x",
        ["template:tropesubpagefooter"],
    ),
    (
        "footer within text in a div",
        "Foo/Analysis",
        "{{trope}}<div>{{tropesubpagefooter}}</div> x",
        [LAST],
    ),
    ("both orders", "Foo/Analysis", "x {{trope}}{{tropesubpagefooter}} x", [FIRST, LAST]),
    ("the work's footer", "Foo/YMMV", "{{work}} x", ["template:worksubpagefooter"]),
    ("a pattern's subpage", "Foo/Recap/S1 E1", "{{work}} x", ["template:worksubpagefooter"]),
]

CLEAN_PAGES: list[tuple[str, str, str]] = [
    ("all there", "Foo Bar", CLEAN),
    ("no refs, no reflist", "Foo Bar", CLEAN),
    ("refs and reflist", "Foo Bar", "{{trope}}<ref>x</ref>\n{{examples}}{{reflist}}" + OWN),
    ("a ref in a comment", "Foo Bar", CLEAN + "<!-- <ref>x</ref> -->"),
    ("a ref in nowiki", "Foo Bar", CLEAN + "<nowiki><ref>x</ref></nowiki>"),
    ("a ref that is never closed is text", "Foo Bar", CLEAN + "<ref>"),
    ("references alone are no ref", "Foo Bar", CLEAN + "<references/>"),
    ("the category spelled out", "Foo Bar", "{{trope}}" + BODY + "[[Category:Foo Bar]]"),
    (
        "with underscores, case and a key",
        "Foo Bar",
        "{{trope}}" + BODY + "[[ category : foo_Bar |*]]",
    ),
    ("by its full name", "Foo Bar", "{{trope}}" + BODY + "[[Category:{{FULLPAGENAME}}]]"),
    ("in spaced braces", "Foo Bar", "{{trope}}" + BODY + "[[Category:{{ PAGENAME }}|x]]"),
    ("with an entity", "R&D", "{{trope}}" + BODY + "[[Category:R&amp;D]]"),
    (
        "in doubt the category is there",
        "Foo Bar",
        "{{trope}}" + BODY + "[[Category:{{ucfirst:foo}}]]",
    ),
    ("another first letter", "Foo Bar", "{{Trope}}\nText.\n{{Examples}}" + OWN),
    ("with parameters", "Foo Bar", "{{trope|wppage=Foo}}{{examples|x}}" + OWN),
    ("by its full title", "Foo Bar", "{{Template:Trope}}{{ template: examples }}" + OWN),
    ("by a colon and title", "Foo Bar", "{{:Template:Trope}}{{examples}}" + OWN),
    ("by msg and safesubst", "Foo Bar", "{{msg:trope}}{{safesubst:examples}}" + OWN),
    ("with a comment in the name", "Foo Bar", "{{tro<!-- x -->pe}}{{examples}}" + OWN),
    ("with an entity in the name", "Foo Bar", "{{trop&#101;}}{{examples}}" + OWN),
    ("with a mark in the name", "Foo Bar", "{{trope\u200f}}{{examples}}" + OWN),
    ("with an argument in the name", "Foo Bar", "{{{{{x|}}}trope}}{{examples}}" + OWN),
    (
        "in a gallery's caption",
        "Foo Bar",
        "{{trope}}<gallery>\nA.png|{{examples}}\n</gallery>" + OWN,
    ),
    ("in a function: in doubt", "Foo Bar", "{{trope}}{{#if:x|{{examples}}}}" + OWN),
    ("in a parameter: in doubt", "Foo Bar", "{{trope}}{{tab|{{examples}}}}" + OWN),
    ("in noinclude", "Foo Bar", "{{trope}}<noinclude>{{examples}}</noinclude>" + OWN),
    ("after unclosed markup", "Foo Bar", "{{trope}}<ref>[[x {| <b> {{examples}}" + OWN),
    ("space and comments first", "Foo Bar", "\n <!-- x -->\n" + CLEAN),
    ("a mark of direction first", "Foo Bar", "\u200e" + CLEAN),
    ("a space of no width first", "Foo Bar", "\u200b\n\u2060" + CLEAN),
    ("a soft hyphen, a byte order mark", "Foo Bar", "\ufeff\u00ad" + CLEAN),
    ("a mark after a hatnote line", "Foo Bar", ":''For B.''\u200e\n" + CLEAN),
    ("a mark after the footer", "Foo/Analysis", SUB + "\n\u200e\u200b"),
    ("a hatnote template", "Foo Bar", "{{for|a|b}}\n" + CLEAN),
    ("what keeps bots off", "Foo Bar", "{{nobots}}\n{{bots|deny=FooBot}}\n" + CLEAN),
    ("a hatnote line", "Foo Bar", ":''For the film, see [[Foo (film)]].''\n" + CLEAN),
    ("a deeper hatnote line", "Foo Bar", "::''For '''more''' see {{x}}.''\n" + CLEAN),
    ("a hatnote in tags", "Foo Bar", ":<i>For more see B.</i>\n" + CLEAN),
    ("a flag", "Foo Bar", "{{Missing markup|date=May 2026}}\n" + CLEAN),
    ("a flag's alias", "Foo Bar", "{{markup needed}}\n" + CLEAN),
    (
        "another policy's flag, by its date",
        "Foo Bar",
        "{{Markup|date=May 2026|missing=x}}\n" + CLEAN,
    ),
    ("another wiki's mark", "Foo Bar", "{{Unreferenced\n|Date = 2026\n}}\n{{POV|date=x}}" + CLEAN),
    ("a category before the header", "Foo Bar", "[[Category:Comedy]]\n" + CLEAN),
    (
        "sort key, title, switches",
        "Foo Bar",
        "{{DEFAULTSORT:Bar}}{{DISPLAYTITLE:x}}__NOTOC__\n" + CLEAN,
    ),
    ("an interlanguage link", "Foo Bar", "[[fr:Foo]]\n" + CLEAN),
    ("inclusion tags", "Foo Bar", "<noinclude><onlyinclude>" + CLEAN),
    ("in a div", "Foo Bar", '<div class="x">{{trope}}</div>\nText {{examples}}' + OWN),
    ("in a table", "Foo Bar", "{|\n| x || {{trope}}\n|}\n{{examples}}" + OWN),
    ("in another template", "Foo Bar", "{{tabs|{{trope}}}}{{examples}}" + OWN),
    ("the header twice", "Foo Bar", "{{trope}}" + CLEAN),
    ("in bold", "Foo Bar", "'''{{trope}}'''{{examples}}" + OWN),
    ("text after the category", "Foo Bar", CLEAN + "\nText."),
    ("the subpage's footer last", "Foo/Analysis", SUB),
    (
        "what may follow a footer",
        "Foo/Analysis",
        SUB + "</noinclude>\n[[Category:A]]{{DEFAULTSORT:x}}[[fr:A]]<!-- x -->",
    ),
    ("the footer in a div", "Foo/Analysis", "{{trope}}<div>x {{tropesubpagefooter}}</div>\n"),
    ("a footer after unclosed items", "Foo/Analysis", "{{trope}}<li>a<li>b{{tropesubpagefooter}}"),
    ("a footer of another case", "Foo/Analysis", "{{trope}} x {{Tropesubpagefooter}}"),
    ("no media heading is asked for", "Foo Bar", CLEAN),
    ("a base page is not judged", "Foo/Bar", "{{trope}}{{examples}}[[Category:Foo/Bar]]"),
]


@pytest.mark.parametrize(("why", "title", "text", "expected"), FIRES, ids=[row[0] for row in FIRES])
def test_fires(why: str, title: str, text: str, expected: list[str]) -> None:
    assert missing(text, title=title) == expected


@pytest.mark.parametrize(("why", "title", "text"), CLEAN_PAGES, ids=[row[0] for row in CLEAN_PAGES])
def test_does_not_fire(why: str, title: str, text: str) -> None:
    assert findings(text, title=title) == ()


def trope(**keys: Any) -> PolicyInForce:
    return in_force("demo", {"types": {"trope": keys}}, pages={"MediaWiki:Tropes": TROPES})


POLICIES: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("an optional template", {"optional": ["template:Examples"]}, "{{trope}}" + OWN, []),
    ("an optional category", {"optional": ["category:{{PAGENAME}}"]}, "{{trope}}" + BODY, []),
    ("an optional order", {"optional": ["order:header-first"]}, "x" + CLEAN, []),
    ("an optional header", {"optional": ["template:trope"]}, f"[[Category:Trope]]{BODY}{OWN}", []),
    ("a required template", {"require": ["template:Stub"]}, CLEAN, ["template:stub"]),
    ("a set: none", {"require": ["template:a|b"]}, CLEAN, ["template:a|b"]),
    ("a set: one suffices", {"require": ["template:a|b"]}, CLEAN + "{{b}}", []),
    (
        "a set takes in the preload's",
        {"require": ["template:examples|list"]},
        "{{trope}}{{list}}" + OWN,
        [],
    ),
    (
        "such a set is named",
        {"require": ["template:examples|list"]},
        "{{trope}}" + OWN,
        ["template:examples|list"],
    ),
    ("a required category", {"require": ["category:Fun"]}, CLEAN, ["category:Fun"]),
    ("one that a template adds", {"require": ["category:Trope"]}, CLEAN, []),
    ("a heading", {"required_headings": ["Film"]}, CLEAN, ["heading:Film"]),
    (
        "a heading, linked, bold, deep",
        {"required_headings": ["Film"]},
        CLEAN + "\n==== '''[[X|Film]]''' ====\n",
        [],
    ),
    (
        "a heading in a comment",
        {"required_headings": ["Film"]},
        CLEAN + "\n<!--\n== Film ==\n-->",
        ["heading:Film"],
    ),
    (
        "a plain line is no heading",
        {"required_headings": ["Film"]},
        CLEAN + "\nFilm\n",
        ["heading:Film"],
    ),
    ("a required reflist waits for refs", {"require": ["template:reflist"]}, CLEAN, []),
    ("two headers of one type", {"headers": ["trope", "trope2"]}, "{{trope2}}" + BODY + OWN, []),
]


@pytest.mark.parametrize(
    ("why", "keys", "text", "expected"), POLICIES, ids=[row[0] for row in POLICIES]
)
def test_policy_keys(why: str, keys: dict[str, Any], text: str, expected: list[str]) -> None:
    assert missing(text, trope(**keys)) == expected


def test_reflist_always() -> None:
    force = in_force(
        "demo", {"markup": {"reflist_when": "always"}}, pages={"MediaWiki:Tropes": TROPES}
    )
    assert missing(CLEAN, force) == [REFLIST]


PRELOADS: list[tuple[str, str, str, list[str]]] = [
    (
        "only what is in onlyinclude",
        "{{a}}<onlyinclude>{{trope}}{{b}}</onlyinclude>{{c}}",
        "{{trope}}",
        ["template:b"],
    ),
    (
        "without noinclude",
        "{{trope}}<noinclude>{{a}}</noinclude>{{b}}",
        "{{trope}}",
        ["template:b"],
    ),
    ("with includeonly", "<includeonly>{{trope}}{{b}}</includeonly>", "{{trope}}", ["template:b"]),
    ("a noinclude never closed", "{{trope}}<noinclude>{{a}}", "{{trope}}", []),
    (
        "a call in a help comment",
        "{{trope}}<!-- use {{a}} or <noinclude> -->{{b}}",
        "{{trope}}",
        ["template:b"],
    ),
    ("a call in nowiki", "{{trope}}<nowiki>{{a}}</nowiki>", "{{trope}}", []),
    ("a substituted call", "{{trope}}{{subst:a}}{{subst:CURRENTYEAR}}", "{{trope}}", []),
    (
        "variables and functions",
        "{{trope}}{{PAGENAME}}{{#if:x|y}}{{DEFAULTSORT:x}}__NOTOC__",
        "{{trope}}",
        [],
    ),
    ("a header of its own is implied", "{{b}}", "{{trope}}{{b}}", []),
    ("the base page's category", "{{trope}}[[Category:{{BASEPAGENAME}}]]", "{{trope}}", [NAME]),
    ("a fixed category", "{{trope}}[[Category:Fun|k]]", "{{trope}}", ["category:Fun"]),
    (
        "headings and samples",
        "{{trope}}\n== Film ==\n* ''Name'': sample\nText here.",
        "{{trope}}",
        [],
    ),
    (
        "an alias stands for its target",
        "{{trope}}{{trope list}}",
        "{{trope}}",
        ["template:tropelist"],
    ),
]


@pytest.mark.parametrize(
    ("why", "preload", "text", "expected"), PRELOADS, ids=[row[0] for row in PRELOADS]
)
def test_what_a_preload_asks_for(why: str, preload: str, text: str, expected: list[str]) -> None:
    assert missing(text, in_force("demo", pages={"MediaWiki:Tropes": preload})) == expected


def test_the_base_page_of_a_subpage_is_evaluated() -> None:
    pages = {"MediaWiki:Tropes": "{{trope}}[[Category:{{BASEPAGENAME}}]]"}
    keys = {"subpages": ["Own"], "headers": ["own"], "preload": "MediaWiki:Tropes"}
    force = in_force("demo", {"types": {"own": keys}}, pages=pages)
    assert missing("{{own}}{{trope}}", force, title="Foo/Own") == ["category:Foo"]
    assert missing("{{own}}{{trope}}[[category:foo]]", force, title="Foo/Own") == []


def test_the_policys_text_takes_the_place_of_an_unreadable_preload() -> None:
    (finding,) = findings("{{trope}}" + OWN, in_force("demo"))
    assert finding.details["missing"] == [EXAMPLES]
    assert finding.details["preload"] == "policy"
    (finding,) = findings("{{trope}}" + OWN)
    assert finding.details["preload"] == "MediaWiki:Tropes@1"


@pytest.mark.parametrize(
    "pages", [{}, {"MediaWiki:Tropes": " "}, {"MediaWiki:Tropes": "<noinclude>x"}]
)
def test_without_any_preload_nothing_is_judged(pages: dict[str, str]) -> None:
    force = in_force("demo", {"types": {"trope": {"preload_text": ""}}}, pages=pages)
    assert findings("{{trope}}", force) == ()


ONLINE: list[tuple[str, str, dict[str, Any], list[str]]] = [
    (
        "a template through another",
        "{{trope}}" + OWN,
        {"templates": {"Template:Examples", "Template:Trope"}},
        [],
    ),
    (
        "false branch: the wiki says no",
        "{{trope}}{{#if:|{{examples}}}}" + OWN,
        {"templates": {"Template:Trope"}},
        [EXAMPLES],
    ),
    (
        "true branch: the wiki says yes",
        "{{trope}}{{#if:x|{{examples}}}}" + OWN,
        {"templates": {"Template:Trope", "Template:Examples"}},
        [],
    ),
    ("lists that lag take nothing away", CLEAN, {"templates": set()}, []),
    (
        "a category that the wiki shows",
        "{{trope}}{{examples}}",
        {"templates": set(), "categories": {"Foo Bar"}},
        [],
    ),
    (
        "a category that it does not",
        "{{trope}}{{examples}}",
        {"templates": set(), "categories": {"Foo"}},
        [NAME],
    ),
    (
        "the header through another",
        "{{tabs}}{{examples}}" + OWN,
        {"templates": {"Template:Tabs", "Template:Trope"}},
        [],
    ),
    (
        "a message box, as its own page says",
        "{{Needs eyes}}" + CLEAN,
        {"templates": {"Template:Needs eyes", "Template:Ambox", "Template:Trope"}},
        [],
    ),
    (
        "no box: the wiki lists none",
        "{{Needs eyes}}" + CLEAN,
        {"templates": {"Template:Needs eyes", "Template:Trope"}},
        [FIRST],
    ),
    (
        "a box is no text",
        "{{Needs eyes}} x" + CLEAN,
        {"templates": {"Template:Needs eyes", "Template:Ambox", "Template:Trope"}},
        [FIRST],
    ),
    (
        "a main-space page is no template",
        "{{trope}}{{:examples}}" + OWN,
        {"templates": {"Examples"}},
        [EXAMPLES],
    ),
]


@pytest.mark.parametrize(
    ("why", "text", "page", "expected"), ONLINE, ids=[row[0] for row in ONLINE]
)
def test_online_the_wiki_has_the_last_word(
    why: str, text: str, page: dict[str, Any], expected: list[str]
) -> None:
    listed = {key: frozenset(value) for key, value in page.items()}
    assert missing(text, **listed) == expected


def test_redirects_of_templates_count_as_the_template() -> None:
    force = in_force(
        "demo", pages={"MediaWiki:Tropes": TROPES}, template_redirects={"Tropen": "Trope"}
    )
    assert missing("{{tropen}}{{examples}}" + OWN, force) == []


def test_each_element_says_what_to_write_and_where() -> None:
    (finding,) = findings("x<ref>y</ref>{{tropesubpagefooter}}x", title="Foo/Laconic/Haiku")
    assert finding.code == "TB102"
    (finding,) = findings("{{trope}}<ref>x</ref>")
    written = {each["name"]: (each["write"], each["where"]) for each in finding.details["elements"]}
    assert written == {
        EXAMPLES: ("{{examples}}", "opener"),
        REFLIST: ("{{reflist}}", "references"),
        NAME: ("[[Category:{{PAGENAME}}]]", "category"),
    }
    assert "{{reflist}}" in finding.params[0]


REFERENCES = [
    ("the tag: the template in its place", "<references />", "in the place of <references>"),
    ("its opening tag", '<References group="a">', "in the place of <references>"),
    ("no tag", "", "so that the references are shown"),
    ("a tag that is commented out", "<!-- <references/> -->", "so that the references are shown"),
    ("a tag of another name", "<referencesx/>", "so that the references are shown"),
]


@pytest.mark.parametrize(("why", "tag", "says"), REFERENCES, ids=[row[0] for row in REFERENCES])
def test_the_template_is_asked_for_by_what_shows_the_references_now(
    why: str, tag: str, says: str
) -> None:
    (finding,) = findings(CLEAN + "<ref>x</ref>" + tag)
    assert "{{reflist}}" in finding.params[0]
    assert says in finding.params[0]


def test_the_line_is_that_of_what_stands_wrong() -> None:
    (finding,) = findings("a\nb\n" + CLEAN)
    assert finding.line == 3


SPACES = st.text(alphabet=" \n\t", max_size=4)
PAGES = st.sampled_from(
    [text for _, title, text, _ in FIRES if title == "Foo Bar" and "\n" not in text]
    + [CLEAN, CLEAN + "<ref>x</ref>"]
)


@given(PAGES, SPACES, SPACES)
def test_space_and_comments_around_a_page_change_nothing(
    text: str, before: str, after: str
) -> None:
    assume_closed = text.count("<!--") == text.count("-->")
    changed = before + "<!-- x -->" + text + (after if assume_closed else "")
    before_it = [finding.details["missing"] for finding in findings(text)]
    assert [finding.details["missing"] for finding in findings(changed)] == before_it


@given(PAGES)
def test_aliases_and_first_letters_change_nothing(text: str) -> None:
    changed = text.replace("{{trope", "{{Template: Trope").replace("{{examples", "{{msg:Examples")
    assert missing(changed) == missing(text)


@given(st.sampled_from(["{{trope}}", "{{examples}}", OWN]))
def test_wrapping_in_a_comment_removes(part: str) -> None:
    wrapped = CLEAN.replace(part, f"<!-- {part} -->")
    assert findings(wrapped, FORCE) != ()
