"""What always holds of the example count, on wikitext that nobody would write."""

from hypothesis import given
from hypothesis import strategies as st

from tests.example_counts import FORCE, TITLE, count, listed, told
from tropebot.wikitext.examples import NOTES, REASONS, ExampleCount, count_examples

PIECES = [
    "* ", "** ", "# ", "*: ", ": ", "; ", " * ", "\n", "\n\n", "== Film ==\n", "=== Notes ===\n",
    "'''Film'''\n", "''", "'''", "'", "''[[Alien]]''", "[[Brazil|x]]", "[[", "]]", "|", '"', "“", "”",
    "{{examples}}\n", "{{", "}}", "{{folder|title=Film|content=", "{{spoiler|", "{{/Film}}",
    "{{spoiler}}", "{{folder}}", "{{scrollbox }}",
    "<!--", "-->", "<nowiki>", "</nowiki>", "<ref>", "</ref>", "<li>", "</li>", "<ul>", "</ul>",
    "<s>", "</s>", "<del>", "<i>", "</i>", "<br>", "<pre>", "<tabber>", "</tabber>", "|-|", "=",
    "{|\n", "|-\n", "|}\n", "----\n", "one two three ", "Title", "&quot;", "&amp;", "~~~~",
    "[[User:Bob]] (talk)", "[[File:X.png|", "[[Category:X]]\n", "Example 1", "月が見た", "\r\n", "\x01",
]  # fmt: skip
WIKITEXT = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=25).map("".join),
)
# Texts after which a new line is read for itself: nothing is open that reaches over it.
LINES = st.lists(
    st.sampled_from(
        [
            "* ''[[Alien]]'': the cat gets out.",
            "* ''[[Alien]]''",
            "** the cat gets in again.",
            "* [[Brazil]] has no cat in it.",
            "* Example 1",
            "*",
            ": more of the same here.",
            "wrapped words of a line",
            "",
            "== Film ==",
            "'''Music'''",
            "* Film",
            " * ''Indented'': one two three.",
            "* ''Cats'' one two three ~~~~",
            "<li>''Cats'': one two three</li>",
            "{{spoiler|x}}",
        ]
    ),
    max_size=12,
).map("\n".join)


@given(WIKITEXT)
def test_no_text_makes_it_raise_and_the_answer_is_in_order(text: str) -> None:
    answer = listed(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 2
    numbers = [entry.line for entry in answer.entries]
    assert numbers == sorted(numbers)
    assert all(1 <= number <= lines for number in numbers)
    assert answer.works == sum(entry.counted for entry in answer.entries)
    assert answer.instances == sum(entry.instances for entry in answer.entries)
    assert answer.instances >= answer.works
    assert set(answer.notes) <= set(NOTES)
    for entry in answer.entries:
        assert entry.counted is (entry.reason == "")
        assert entry.reason in {"", *REASONS}
        assert not entry.counted or entry.work
        assert (entry.instances > 0) <= (entry.reason in {"", "duplicate"})


@given(WIKITEXT)
def test_the_same_text_gives_the_same_answer(text: str) -> None:
    fresh = count_examples(
        "{{examples}}\n" + text,
        title=TITLE,
        policy=FORCE.policy.examples,
        facts=FORCE.facts,
        aliases=dict(FORCE.aliases),
        shielding_tags=FORCE.shielding_tags,
    )
    assert listed(text) == fresh == listed(text)


@given(LINES, st.sampled_from(["== Video Games ==\n", "", "\n"]))
def test_a_complete_example_at_the_end_never_lowers_the_count(text: str, before: str) -> None:
    added = f"{text}\n{before}* ''[[Quite New]]'': somebody does it here."
    assert told(listed(added)) == [*told(listed(text)), "+Quite New"]
    assert listed(added).works == listed(text).works + 1


@given(LINES, st.data())
def test_comments_change_nothing_but_lines(text: str, data: st.DataObject) -> None:
    """But for one that stands alone on a blank line: MediaWiki takes the line out with it."""
    rows = [*text.split("\n"), "end"]
    at = data.draw(st.sampled_from([at for at, row in enumerate(rows) if row]))
    within = data.draw(st.integers(0, len(rows[at])))
    comment = data.draw(st.sampled_from(["<!-- ''[[X]]'': a b c -->", "<!--\n* x\n-->"]))
    rows[at] = rows[at][:within] + comment + rows[at][within:]
    assert _without_lines(listed("\n".join(rows))) == _without_lines(listed(f"{text}\nend"))


@given(LINES)
def test_what_is_in_a_comment_is_not_there(text: str) -> None:
    assert listed(f"<!--\n{text}\n-->").entries == ()


@given(LINES)
def test_lines_before_the_region_change_only_lines(text: str) -> None:
    shifted = count(f"Two lines\nof description.\n{{{{examples}}}}\n{text}")
    assert _without_lines(shifted) == _without_lines(listed(text))
    pairs = zip(shifted.entries, listed(text).entries, strict=True)
    assert all(later.line == entry.line + 2 for later, entry in pairs)


@given(LINES)
def test_case_of_the_openers_first_letter_and_redirects_change_nothing(text: str) -> None:
    answers = [count(f"{{{{{name}}}}}\n{text}") for name in ("examples", "Examples", "trope list")]
    assert answers[0] == answers[1] == answers[2]


def _without_lines(answer: ExampleCount) -> tuple[object, ...]:
    entries = [(e.work, e.counted, e.reason, e.instances) for e in answer.entries]
    return answer.works, answer.instances, answer.notes, entries
