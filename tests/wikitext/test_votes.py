"""Votes on a talk page: rows that count, and beside them rows that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tropebot.wikitext.votes import UNSIGNED, Votes, votes

FORCE = in_force("demo")
SUPPORT = (r"[^\pL\pN]*(?:support|launch|yes|\+1)\b.*",)
OPPOSE = (r"[^\pL\pN]*(?:oppose|not ready|needs work|no|-1)\b.*",)
ADA = "[[User:Ada|Ada]] ([[User talk:Ada|talk]]) 12:00, 1 January 2026 (UTC)"
BEN = "[[User:Ben|Ben]] 12:00, 1 January 2026 (UTC)"
DAY = "12:00, 1 January 2026 (UTC)"


def counted(text: str, section: str = "") -> Votes:
    document = FORCE.document(text, FORCE.title("Trope Workshop talk:Foo"))
    return votes(document, section=section, support=SUPPORT, oppose=OPPOSE)


COUNT = [
    (f"* '''Support''' – good. {ADA}", ("Ada",), (), "the usual form"),
    (f"Support {ADA}", ("Ada",), (), "no list"),
    (f"# {{{{Support}}}} {ADA}", ("Ada",), (), "a template as the word"),
    (f"::+1 {ADA}", ("Ada",), (), "indented"),
    (f"* Yes, launch it, says Ben too. {ADA}", ("Ada",), (), "only the signer has said it"),
    (f"* Support, as [[User:Ben]] said. {ADA}", ("Ada",), (), "the last link is the signature"),
    (f"* Support {ADA}\n* Support {BEN}", ("Ada", "Ben"), (), "two people"),
    (f"* Support,\n: because it is good.\n: {ADA}", ("Ada",), (), "signed further below"),
    (f"* Support [[user_talk:ada_lovelace#top|Ada]] {DAY}", ("Ada lovelace",), (), "spellings"),
    (f"* Support [[Special:Contributions/Ada|Ada]] {DAY}", ("Ada",), (), "linked so"),
    (f"* Support {ADA}\n* Oppose {BEN}", ("Ada",), ("Ben",), "one each"),
    (f"* Not ready. {BEN}", (), ("Ben",), "an objection"),
    ("* Oppose: too few examples.", (), (UNSIGNED,), "unsigned, but in doubt it holds"),
    (
        f"* Oppose [[Special:Contributions/127.0.0.1|127.0.0.1]] {DAY}",
        (),
        ("127.0.0.1",),
        "an address may object",
    ),
    (
        f"<s>* Oppose {BEN}\n* Support {ADA}",
        (),
        ("Ben",),
        "a strike never closed: hold yes, approval no",
    ),
    (f"* Good. <s>\n* Oppose {BEN}\n</s>* Support {ADA}", ("Ada",), (), "a strike keeps its lines"),
    (f"* Support, as [[wikipedia:Dogs]] says. {ADA}", ("Ada",), (), "links before a signature"),
    (f"* Support [[User:Ada/Sign|Ada]] {DAY}", ("Ada",), (), "a signature to a subpage"),
    (f"* Support {ADA}\n* Oppose {ADA}", ("Ada",), ("Ada",), "a changed mind holds"),
]
NOT = [
    ("", "nothing there"),
    (f"* I like it. {ADA}", "no vote"),
    (f"* Somebody should support this. {ADA}", "the word is not how the line begins"),
    (f"* Supporting cast is missing. {ADA}", "another word"),
    ("* Support", "unsigned"),
    ("* Support ~~~~", "never saved as a signature"),
    ("* Support\n* I like it.\n", "nobody signed"),
    (f"* <s>Support</s> {ADA}", "withdrawn"),
    (f"* I <s>cannot</s> support this. {ADA}\n", "what was struck begins no line"),
    (f"* <del>Support {ADA}</del>", "withdrawn with its signature"),
    (f"* <strike>Oppose</strike> {BEN}", "an objection withdrawn"),
    (f"<s>* Oppose {BEN}\n<s>inner</s>\n* Not ready {ADA}</s>", "struck over lines, nested"),
    (f"<!-- * Support {ADA} -->", "in a comment"),
    (f"<nowiki>* Support {ADA}</nowiki>", "shown, not said"),
    (f"<pre>\n* Oppose {BEN}\n</pre>", "shown, not said"),
    (
        f"* Support [[Special:Contributions/127.0.0.1|127.0.0.1]] {DAY}",
        "an address is nobody certain",
    ),
    (f"* Support [[Special:Contributions/2001:DB8::1]] {DAY}", "nor this one"),
    (f"* Support [[Special:Contributions/2001:db8::1]] {DAY}", "nor in small letters"),
    (f"* Support [[Foo/Bar]] {DAY}", "a link to a subpage is no signature"),
    (f"* Support [[Special:Log]] {DAY}", "nor is one to any special page"),
    (f"* Support [[User:~2026-12]] {DAY}", "nor a temporary account"),
    (f"* Support [[wikipedia:User:Ada]] {DAY}", "somebody elsewhere"),
    (f"* Support\n== Next ==\n{ADA}", "the signature belongs to another section"),
]


@pytest.mark.parametrize(("text", "support", "against", "why"), COUNT)
def test_votes(text: str, support: tuple[str, ...], against: tuple[str, ...], why: str) -> None:
    assert counted(text) == Votes(support=support, against=against), why


@pytest.mark.parametrize(("text", "why"), NOT)
def test_no_votes(text: str, why: str) -> None:
    assert counted(text) == Votes(), why


def test_list_marks_bold_and_italics_are_no_part_of_the_line() -> None:
    document = FORCE.document(f"*: ''''' Support ''''' {ADA}", FORCE.title("Talk:Foo"))
    assert votes(document, section="", support=("support .*",), oppose=()).support == ("Ada",)


def test_without_patterns_nobody_votes() -> None:
    document = FORCE.document(f"* Support {ADA}\n* Oppose {BEN}", FORCE.title("Talk:Foo"))
    assert votes(document, section="", support=(), oppose=OPPOSE) == Votes(against=("Ben",))
    assert votes(document, section="", support=SUPPORT, oppose=()) == Votes(support=("Ada",))


def test_one_person_votes_once() -> None:
    text = f"* Support {ADA}\n* Launch! {ADA}\n* +1 [[User talk:Ada]] {DAY}"
    assert counted(text).support == ("Ada",)


def test_an_unsigned_vote_does_not_take_the_next_ones_signature() -> None:
    assert counted(f"* Support\n* Oppose {BEN}") == Votes(support=(), against=("Ben",))
    assert counted(f"* Oppose\n* Support {ADA}") == Votes(support=("Ada",), against=(UNSIGNED,))


PAGE = f"""* Support {ADA}
== Votes ==
* Support {BEN}
=== More ===
* Support [[User:Cleo]] {DAY}
== Talk ==
* Oppose {ADA}
"""


def test_only_the_section_counts() -> None:
    assert counted(PAGE, "votes") == Votes(support=("Ben", "Cleo"))
    assert counted(PAGE.replace("== Votes ==", "== ''[[Votes]]'' =="), "Votes").support == (
        "Ben",
        "Cleo",
    )
    assert counted(PAGE, "Launch") == Votes(), "there is no such section"


def test_a_lone_surrogate_is_a_character_like_others() -> None:
    assert counted(PAGE.replace("* Support", "* \ud800\n* Support", 1)) == counted(PAGE)


def test_of_two_sections_the_last_approves_and_both_object() -> None:
    again = f"{PAGE}== Votes ==\n* Support {ADA}\n"
    assert counted(again, "Votes").support == ("Ada",)
    objected = again.replace("* Support [[User:Cleo]]", "* Oppose [[User:Cleo]]")
    assert counted(objected, "Votes").against == ("Cleo",)


@given(
    st.lists(
        st.sampled_from(
            [
                f"* Support {ADA}",
                f"* Oppose {BEN}",
                "<s>",
                "</s>",
                "== Votes ==",
                "* Yes",
                "<!--",
                "-->",
            ]
        )
    )
)
def test_an_approval_is_always_somebodys(lines: list[str]) -> None:
    """Whatever is left open, nobody is made a voter, and each votes once."""
    found = counted("\n".join(lines))
    assert set(found.support) <= {"Ada"}
    assert set(found.against) <= {"Ben", UNSIGNED}


def test_a_section_may_begin_right_before_a_strike_that_is_never_closed() -> None:
    text = f"== Votes ==\n* Support {ADA}\n== Votes ==<s>\n* Support {BEN}"
    assert counted(text, "Votes") == Votes(), "the last section counts, and is struck"
