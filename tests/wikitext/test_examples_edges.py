"""Rows at the edges of the example count: each stands for a change of the code that no other noticed."""

import pytest

from tests.example_counts import FORCE, TITLE, count, listed, told
from tropebot.wikitext.examples import count_examples
from tropebot.wikitext.examples.edited import Edit, Text
from tropebot.wikitext.examples.inline import read_line
from tropebot.wikitext.examples.vocabulary import PageNames, vocabulary
from tropebot.wikitext.examples.works import work_key

TOLD: list[tuple[str, list[str], str]] = [
    ("* ''A_B'': c d e\n* ''A B'': f g h", ["+A_B", "-duplicate"], "an underscore is a space"),
    ("* “A”b c d", ["+A"], "a title ends with its closing mark"),
    ("* ''A'' b a\u20dda", ["-no-context"], "marks round a letter part no words"),
    ("* x'''A'' b c d", ["+A"], "bold after one letter is an apostrophe and italics"),
    ("* ab'''A'' c d e", ["+A"], "bold after a word is, too"),
    ("* b '''A'' c d e", ["+A"], "bold after a space is, too"),
    ("* '''x''' l'''A'' c d e", ["+A"], "the one after a single letter before the others"),
    ("<tabs name='Trivia'>\n* ''A'': b c d\n</tabs>", ["+A"], "only a single tab has a name"),
    (
        "* Film\n** ''A'': b c d\n* ''B'': e f g\n** h i j\n** k l m",
        ["+A", "+B"],
        "an entry beside a medium's bullet ends it",
    ),
    (
        "<ul><li>''A'':<ul><li>b c d</ul></ul>\n* ''B'': e f g",
        ["+A", "+B"],
        "a list is closed as often as it was opened",
    ),
    ("* ''A'': b\n*: c", ["-no-context"], "the end of a line is no word"),
    (
        "{|\n| a\n{|\n| b\n|}\n|}\n* ''A'': b c d\n| e f g",
        ["+A"],
        "two tables, one in the other, are closed by two ends",
    ),
    (
        "* ''A'': b <!-- x -->\n<!-- y -->\nc d",
        ["+A"],
        "a comment alone on its line takes the line with it, one behind text does not",
    ),
    ("* ''A'': b\n  <!-- x -->\nc d", ["+A"], "with the spaces before it"),
    (
        "{{tabs|name1=Trivia|tab1=\n* ''A'': b c d\n|name2=Film|tab2=\n* ''B'': b c d\n}}",
        ["+B"],
        "numbered titles of tabs",
    ),
    ("'''Tri'''<b>via</b>\n* ''A'': b c d", [], "bold by marks, then by a tag, is one label"),
    ("* <b>A</b>: b c d", ["-no-work-named"], "a bold tag names nothing"),
    ("* ab'''x''' cd'''A'' e f g", ["-no-work-named"], "the first of two after words"),
    ("* ab'''A'' c d ef'''x''' g", ["+A"], "the first of several after words"),
    ("{|\n| x\n|}\n* ''A'': b\n! c d", ["+A"], "a table that was closed is closed"),
    ("*\n''B'': e f g", ["-no-work-named"], "an empty item has no first line further down"),
    ("* [[User:Ada|Ada]] ''A'' b c 1 May 2020", ["-talk"], "a user's link and a date"),
    ("* [[Help:Ada|Ada]] ''A'' b c 1 May 2020", ["+A"], "another page's link and a date"),
    (
        "{{tabs|name1=Film|tab1=\n* ''A'': b c\n}}",
        ["-no-context"],
        "the end of a container adds no words",
    ),
    ("{{fol<!-- x -->der|A|\n* ''A'': b c d\n}}", ["+A"], "a comment in a container's name"),
    ("{|\n| a <ul><li>''A'': b c d</li></ul>\n|}", ["+A"], "a list as tags in a table's cell"),
    (
        "x <ul><li>''A'':\n* b\n** c d e\n</li></ul>\n* ''B'': e f g",
        ["+A", "+B"],
        "a list as tags behind text reaches over its line",
    ),
    ("* ''A'': b <span\n* class=x> c d", ["+A"], "a tag over two lines begins no item"),
    ("<del>x\n* ''A'': b c d", ["+A"], "del, never closed, ends with its line"),
    ("* ''\u2163 b'': c d e", ["+\u2163 b"], "a title may begin with a Roman numeral's sign"),
    ("* ''½ b'': c d e", ["+½ b"], "and with a fraction"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), TOLD, ids=[row[2] for row in TOLD])
def test_what_is_told_of_each_entry(text: str, wanted: list[str], why: str) -> None:
    assert told(listed(text)) == wanted, why


def test_a_list_may_begin_in_the_openers_line() -> None:
    answer = count_examples(
        "{{examples}}<ul><li>''A'': b c d</li></ul>",
        title=TITLE,
        policy=FORCE.policy.examples,
        facts=FORCE.facts,
    )
    assert [(entry.line, entry.work) for entry in answer.entries] == [(1, "A")]


def test_what_stands_behind_the_first_of_two_openers_is_read() -> None:
    assert told(count("{{examples}}<ul><li>''A'': b c d</li></ul>{{examples}}")) == ["+A"]


def test_what_a_tag_of_the_wikis_own_shields_is_no_entry() -> None:
    text = "{{examples}}\n* ''A'': b c d\n<poster>\n* ''B'': b c d\n</poster>"
    for tags, expected in ((("poster",), ["+A"]), ((), ["+A", "+B"])):
        answer = count_examples(
            text,
            policy=FORCE.policy.examples,
            facts=FORCE.facts,
            title=TITLE,
            shielding_tags=tags,
        )
        assert told(answer) == expected, tags


def test_a_subpage_may_be_called_by_the_pages_full_name() -> None:
    assert "examples-on-subpages" in listed("{{:{{FULLPAGENAME}}/Film}}").notes
    assert "examples-on-subpages" not in listed("{{:{{FOO}}/Film}}").notes


def test_what_an_edit_puts_there_stood_where_the_edit_begins() -> None:
    text = Text("0123456789", [Edit(2, 4, "abc"), Edit(7, 8, "")])
    assert text.text == "01abc456" + "89"
    assert [text.origin(offset) for offset in (0, 1, 2, 5, 7, 8, 9)] == [0, 1, 2, 4, 6, 8, 9]


def test_what_is_put_in_where_an_edit_ends_is_kept() -> None:
    assert Text("ab", [Edit(0, 1, "x"), Edit(1, 1, "y")]).text == "xyb"


def test_what_is_shown_of_a_line() -> None:
    """An apostrophe that was read as bold is shown; a bracket that closes nothing is, too."""
    words = vocabulary(FORCE.policy.examples, FORCE.facts, FORCE.aliases, FORCE.shielding_tags)
    names = PageNames(words, FORCE.title(TITLE))
    assert read_line("x'''A'' b", names).shown == "x'A b"
    assert read_line("ab'''A'' b", names).shown == "ab'A b"
    assert read_line("a] b", names).shown == "a] b"
    assert read_line("[https://example.org a] b", names).shown == "a b"


def test_a_work_may_begin_with_any_letter() -> None:
    assert work_key("X-Men") == "x-men"
    assert work_key("\u00a0“C_B” ") == "c b"


def test_a_sample_is_one_over_several_lines_too() -> None:
    preload = ("''Name'': say what happens",)
    for text in ("* ''A'': say what happens", "* ''A'': say\n*: what happens"):
        assert told(listed(text, preload=preload)) == ["-placeholder"], text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("* say\n*: what happens", "the preload's words, which no pattern knows"),
        ("* insert\n*: example here", "a pattern's words, which are in no preload"),
    ],
)
def test_a_sample_over_several_lines_is_told_by_either(text: str, why: str) -> None:
    assert told(listed(text, preload=("say what happens",))) == ["-placeholder"], why
