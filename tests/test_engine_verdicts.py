"""What a verdict says, to the word: what a second reading adds, faults of the bot, unreadable pages."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tests.rules.judged import FORCE, verdict
from tropebot import engine
from tropebot.engine import SecondReader
from tropebot.model import Finding, Page
from tropebot.policy.force import PolicyInForce
from tropebot.rules import all_rules
from tropebot.rules.rule import Needs, Reading, Rule, Scope
from tropebot.wikitext.document import LONGEST

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CLEAN = "{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]"
FAULTY = "{{trope}}\n[[Category:{{PAGENAME}}]]"
PAGE = Page(title="Foo", text=FAULTY, page_id=7, rev_id=70)


def seen(templates: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> SecondReader:
    return lambda _text: (templates, links)


# A page on which our own reading finds TB101.

DOUBTS: list[tuple[str, SecondReader, list[str], str, str]] = [
    ("nothing more", seen(("trope",)), ["TB101"], "", ""),
    ("what is missing", seen(("examples",)), [], "", ""),
    ("what is missing, by its full title", seen(("Template:Examples",)), [], "", ""),
    ("an exemption", seen(("disambig",)), [], "disambiguation", ""),
    ("an exempt template", seen(("useful notes",)), [], "template", ""),
    ("a word to bots", seen(("nobots",)), ["TB101"], "", "nobots"),
    ("that somebody is at it", seen(("In use",)), ["TB101"], "", "in-use"),
    ("a page of another namespace", seen((":Foo/In use",)), ["TB101"], "", ""),
    ("no name", seen(("", "{{x}}"), ("",)), ["TB101"], "", ""),
]


@pytest.mark.parametrize(
    ("what", "second", "codes", "exempt", "no_edit"), DOUBTS, ids=[row[0] for row in DOUBTS]
)
def test_what_only_the_second_reading_sees_is_there(
    what: str, second: SecondReader, codes: list[str], exempt: str, no_edit: str
) -> None:
    judged = engine.judge(PAGE, FORCE, second=second)
    assert [finding.code for finding in judged.findings] == codes
    assert (judged.exempt, judged.no_edit) == (exempt, no_edit)
    assert judged.page is PAGE


def test_a_category_that_only_the_second_reading_sees_is_there() -> None:
    page = replace(PAGE, text="{{trope}}{{examples}}")
    assert [each.code for each in engine.judge(page, FORCE, second=seen()).findings] == ["TB101"]
    assert engine.judge(page, FORCE, second=seen((), ("Category:Foo",))).findings == ()


def test_templates_of_the_main_namespace_are_told_from_others() -> None:
    """`{{:Disambig}}` shows an article of that name, `{{User:X}}` a user's page."""
    for name in (":Disambig", "User:Disambig", "Help:Disambig"):
        assert engine.judge(PAGE, FORCE, second=seen((name,))).exempt == ""
    assert engine.judge(PAGE, FORCE, second=seen((":Template:Disambig",))).exempt != ""


def test_a_page_of_the_main_namespace_may_be_an_exempt_template() -> None:
    force = in_force("demo", {"exempt": {"templates": {"add": [":Notice"]}}})
    assert engine.judge(PAGE, force, second=seen((":notice",))).exempt == "template"
    assert engine.judge(PAGE, force, second=seen(("Notice",))).exempt == ""


READ_AGAIN: list[tuple[Page, bool, bool, str]] = [
    (replace(PAGE, text=CLEAN), False, False, "a clean page is not"),
    (replace(PAGE, text=CLEAN), True, True, "but where the caller wants it"),
    (PAGE, False, True, "a page with a finding is"),
    (
        Page(title="Trope Workshop:Foo", text="Clean.", namespace=3000),
        False,
        True,
        "a draft is, whatever is found",
    ),
    (Page(title="Talk:Foo", text="{{nobots}}", namespace=1), True, False, "an exempt page is not"),
]


@pytest.mark.parametrize(
    ("page", "always", "wanted", "why"), READ_AGAIN, ids=[row[3] for row in READ_AGAIN]
)
def test_which_pages_are_read_twice(page: Page, always: bool, wanted: bool, why: str) -> None:
    read: list[str] = []

    def second(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        read.append(text)
        return (), ()

    engine.judge(page, FORCE, second=second, always_second=always)
    assert read == ([page.text] if wanted else []), why
    read.clear()
    if not always:
        engine.judge(page, FORCE, second=second)
        assert bool(read) is wanted, why


def test_a_text_with_too_much_left_open_is_not_given_to_the_second_parser() -> None:
    def never(text: str) -> None:
        raise AssertionError("it may not come back from this")

    judged = engine.judge(replace(PAGE, text="{{trope}}" + "[" * 20_000), FORCE, second=never)
    assert [each.code for each in judged.findings] == ["TB901"]


UNREADABLE: list[tuple[Page, SecondReader | None, str]] = [
    (replace(PAGE, text="x" * (LONGEST + 1)), None, "longer than any page"),
    (PAGE, lambda _text: None, "over the second parser's limits"),
]


@pytest.mark.parametrize(("page", "second", "why"), UNREADABLE, ids=[row[2] for row in UNREADABLE])
def test_what_is_said_of_a_page_that_cannot_be_read(
    page: Page, second: SecondReader | None, why: str
) -> None:
    judged = engine.judge(page, FORCE, second=second)
    assert judged.findings == (
        Finding(
            code="TB901",
            rule="unparsable",
            title="Foo",
            page_id=7,
            rev_id=70,
            message="finding-tb901",
            details={"characters": len(page.text)},
        ),
    ), why
    assert (judged.page, judged.no_edit) == (page, "unparsable")


def test_a_page_that_cannot_be_read_is_not_edited_either_where_nobody_asks_for_the_finding() -> (
    None
):
    rules = [rule for rule in all_rules() if rule.code == "TB101"]
    judged = engine.judge(UNREADABLE[0][0], FORCE, rules=rules)
    assert (judged.findings, judged.no_edit) == ((), "unparsable")


def _fail(reading: Reading, force: PolicyInForce) -> Iterator[Finding]:
    raise RuntimeError("boom")


def test_what_is_said_of_a_rule_that_fails() -> None:
    bad = Rule(code="TB199", name="bad", scope=frozenset({Scope.PAGES}), check=_fail)
    judged = engine.judge(PAGE, FORCE, rules=(bad,))
    assert judged.findings == (
        Finding(
            code="TB900",
            rule="crashed-rule",
            title="Foo",
            page_id=7,
            rev_id=70,
            message="finding-tb900",
            params=("TB199", "RuntimeError"),
            details={"rule": "TB199", "error": "RuntimeError: boom"},
        ),
    )


def test_an_exempt_page_is_named_in_its_verdict() -> None:
    strict = in_force("demo", {"exempt": {"grace_minutes": 5}})
    for page in (
        replace(PAGE, text="{{disambig}}"),
        replace(PAGE, redirect=True),
        replace(PAGE, timestamp=NOW, read_at=NOW),
    ):
        judged = engine.judge(page, strict)
        assert judged.exempt
        assert judged.page is page


SENT_AWAY: list[tuple[str, str, set[str], str]] = [
    ("{{bots|deny=TB101}}{{bots|optout=TB105}}", "", {"TB101", "TB105"}, "two marks add up"),
    ("{{bots|deny=TB101|optout=TB105}}", "", {"TB101", "TB105"}, "two lists in one"),
    ("{{nobots|TB101,TB105}}", "", {"TB101", "TB105"}, "nobots with a list"),
    ("{{bots|deny=any}}", "nobots", set(), "any bot"),
    ("{{nobots|any}}", "nobots", set(), "any bot, in nobots"),
    ("{{bots|optout=any}}", "nobots", set(), "any message"),
    ("{{bots|deny=xxxx}}", "", set(), "a bot called so, which we are not"),
]


@pytest.mark.parametrize(
    ("text", "no_edit", "codes", "why"), SENT_AWAY, ids=[row[3] for row in SENT_AWAY]
)
def test_whom_a_page_sends_away(text: str, no_edit: str, codes: set[str], why: str) -> None:
    judged = verdict(FAULTY + text)
    assert (judged.no_edit, judged.no_edit_codes) == (no_edit, codes), why


def test_a_blank_page_has_no_header_either_but_that_is_not_said() -> None:
    """Of two findings that stand alone the last by code stands, whichever rule is asked first."""
    assert [each.code for each in verdict("<!-- soon -->").findings] == ["TB107"]
    backwards = tuple(reversed(all_rules()))
    judged = engine.judge(replace(PAGE, text=" "), FORCE, rules=backwards)
    assert [each.code for each in judged.findings] == ["TB107"]


def test_examples_are_counted_for_the_page_that_they_stand_on() -> None:
    """Links to the page's own subpages name no works; what a preload offers is no example."""
    text = "{{trope}}\n{{examples}}\n* [[Foo/Film]]: somebody falls and lives there.\n"
    own = engine.examples_of(Page(title="Foo", text=text), FORCE)
    other = engine.examples_of(Page(title="Bar", text=text), FORCE)
    assert (own.works, other.works) == (0, 1)
    sample = "{{trope}}\n{{examples}}\n* ''Name of the Work'': what happens in it\n"
    assert engine.examples_of(Page(title="Foo", text=sample), FORCE).works == 0
    assert engine.examples_of(Page(title="Foo", text=sample), in_force("demo")).works == 1


def test_what_an_extensions_tag_shields_is_no_example() -> None:
    text = "{{trope}}\n{{examples}}\n<poem>\n* [[Film]]: somebody falls and lives there.\n</poem>\n"
    plain = in_force("demo", {"wiki": {"shielding_tags": ["nowiki"]}})
    shielding = in_force("demo", {"wiki": {"shielding_tags": ["nowiki", "poem"]}})
    page = Page(title="Foo", text=text)
    assert [engine.examples_of(page, force).works for force in (plain, shielding)] == [1, 0]


def test_rules_that_are_not_made_for_the_wiki_are_named_where_they_would_be_asked() -> None:
    newer = Needs(mediawiki=(9, 0))
    unmet = [
        replace(rule, needs=newer) if rule.code in ("TB101", "TB104", "TB201") else rule
        for rule in all_rules()
    ]
    force = in_force("demo", generator="MediaWiki 1.39.17")
    assert engine.judge(PAGE, force, rules=unmet).notes[0] == (
        "rules-not-made-for-this-wiki: TB101, TB104"
    )
    draft = Page(title="Trope Workshop:Foo", text="Text.", namespace=3000)
    assert engine.judge(draft, force, rules=unmet).notes == ("rules-not-made-for-this-wiki: TB104",)


def test_a_preload_that_is_known_to_be_broken_is_told_once_and_not_for_each_page() -> None:
    unread = in_force("demo", {"types": {"trope": {"preload_text": ""}}})
    assert engine.judge(PAGE, unread).notes == ("preload-unreadable: MediaWiki:Tropes",)
    silent = in_force("demo", {"types": {"trope": {"preload_text": ""}}})
    silent.__dict__["silent"] = frozenset({"TB101"})
    assert engine.judge(PAGE, silent).notes == ()
