"""What the bot says: one message for all pages, a mark that is never cut off, and no markup of others."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.in_force import in_force
from tropebot.model import Finding
from tropebot.notices import (
    LISTED_PAGES,
    SUMMARY_LIMIT,
    Concern,
    Notice,
    Promoted,
    notice,
    summary,
)

FORCE = in_force("none")
MARK = "[tb:0123abcd]"
SUMMARIES = (
    ("summary-flag", 2),
    ("summary-unflag", 1),
    ("summary-fix", 2),
    ("summary-notice", 1),
    ("summary-strip", 2),
    ("summary-move", 1),
    ("summary-restore", 2),
    ("summary-after", 1),
    ("summary-taken-back", 1),
)
HOSTILE = (
    "}}{{Delete}}",
    "a|b=c",
    "</nowiki><script>",
    "~~~~",
    "{{subst:x}}",
    "[[Category:X]]",
    "--> <!--",
    "== x ==",
    "line\n== break",
    "$2 {{PLURAL:1|a|b}}",
    "http://spam.example",
)


def finding(value: str = "Poster of 1924") -> Finding:
    return Finding(
        code="TB201",
        rule="missing-licence",
        title="File:A.png",
        page_id=1,
        rev_id=1,
        message="finding-tb201-parameter-placeholder",
        params=("SemiPD", "1", value),
    )


def told(**pages: int) -> Notice:
    return notice(
        "Ada",
        concerns=[
            Concern(title=f"File:{number}.png", findings=(finding(),))
            for number in range(pages.get("concerns", 0))
        ],
        promoted=[
            Promoted(draft=f"Trope Workshop:{number}", target=str(number))
            for number in range(pages.get("promoted", 0))
        ],
        mark=MARK,
        policy_page="Project:Policy",
        opt_out="no tropebot",
    )


@pytest.mark.parametrize(("key", "count"), SUMMARIES)
def test_a_summary_begins_with_the_mark_and_fits(key: str, count: int) -> None:
    for length in (1, 80, 255, 2000):
        text = summary(MARK, key, *["x" * length] * count, policy_page="Project:Bot policy")
        assert text.startswith(f"{MARK} ")
        assert text.endswith(" ([[:Project:Bot policy|policy]])")
        assert len(text) <= SUMMARY_LIMIT


@given(st.lists(st.text(max_size=600), min_size=2, max_size=2), st.sampled_from(SUMMARIES))
def test_a_summary_is_one_line_and_links_only_what_we_link(
    values: list[str], key: tuple[str, int]
) -> None:
    text = summary(MARK, key[0], *values[: key[1]])
    assert text.startswith(f"{MARK} ")
    assert len(text) <= SUMMARY_LIMIT
    assert "\n" not in text


@pytest.mark.parametrize("value", ["[[Category:X]]", "[[[[x]]]]", "/* a */", "[[File:A|", "a]]b"])
def test_values_in_a_summary_link_nothing(value: str) -> None:
    text = summary(MARK, "summary-flag", "TB101", value)
    assert "[[" not in text
    assert "]]" not in text
    assert not re.search(r"/\*|\*/", text)


def test_a_summary_without_a_policy_page_links_none() -> None:
    assert summary(MARK, "summary-notice", "1") == f"{MARK} Message about a page"


def test_one_message_for_all_pages() -> None:
    told_of = told(concerns=2, promoted=1)
    assert told_of.title == "About 3 pages of yours"
    assert told_of.body.count("[[:File:") == 2
    assert told_of.body.count("[[:Trope Workshop:0]] is now [[:0]]") == 1
    assert "SemiPD" in told_of.body
    assert "[[:Project:Policy]]" in told_of.body
    assert "&#123;&#123;no tropebot&#125;&#125;" in told_of.body


def test_the_message_ends_with_our_signature_and_the_hidden_mark() -> None:
    body = told(concerns=1).body
    assert body.endswith(f" ~~~~<!-- {MARK} -->")
    assert body.count("~~~~") == 1
    assert "\n" not in body[-60:].split("~~~~")[1]


def test_a_section_stands_alone_or_is_appended() -> None:
    told_of = told(promoted=1)
    assert told_of.section == f"== Your draft has left the Workshop ==\n{told_of.body}"
    assert told_of.appended == f"\n\n{told_of.section}"


def test_a_long_list_is_cut_and_says_so() -> None:
    body = told(concerns=LISTED_PAGES + 3).body
    assert body.count("[[:File:") == LISTED_PAGES
    assert "… and 3 more." in body
    assert "more" not in told(concerns=LISTED_PAGES).body.split("If you want")[0]


def test_nothing_to_tell_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a page"):
        told()


@pytest.mark.parametrize("value", HOSTILE)
def test_names_of_others_do_nothing_in_a_message(value: str) -> None:
    """H15, H16: titles, user names and values are shown, not obeyed."""
    told_of = notice(
        value,
        concerns=[Concern(title=value, findings=(finding(value),))],
        promoted=[Promoted(draft=value, target=value)],
        mark=MARK,
        policy_page=value,
        opt_out=value,
    )
    text = told_of.section
    document = FORCE.document(text, FORCE.title("User talk:Ada"))
    assert [use.name for use in document.templates] == []
    assert document.categories == ()
    assert [heading.line for heading in document.headings] == [1]
    assert text.count("~~~~") == 1
    assert text.count("<!--") == text.count("-->") == 1
    assert "<script>" not in text
    assert "://" not in text


def of_a_draft(code: str, *params: str) -> Finding:
    return replace(finding(), code=code, message=f"finding-{code.lower()}", params=params)


STALE = of_a_draft("TB301", "30", "2026-01-05")
MANY = of_a_draft("TB302", "Ada", "4", "3")


def test_a_draft_is_named_once_with_all_that_is_said_of_it() -> None:
    concerns = [
        Concern(title="Trope Workshop:Foo", findings=(STALE,)),
        Concern(title="Trope Workshop:Foo", findings=(MANY,)),
    ]
    said = notice("Ada", concerns=concerns, mark=MARK)
    assert said.title == "About a draft of yours"
    assert said.body.count("Trope Workshop:Foo") == 1
    assert "for 30 days or more" in said.body
    assert "Ada has 4 drafts" in said.body
    assert "the flag" not in said.body, "there may be none"


TOGETHER = [
    ({"concerns": [Concern(title="D", findings=(STALE,))]}, "About a draft of yours"),
    (
        {"concerns": [Concern(title=name, findings=(STALE,)) for name in "DE"]},
        "About 2 drafts of yours",
    ),
    (
        {
            "concerns": [Concern(title="D", findings=(STALE,))],
            "promoted": [Promoted(draft="E", target="E")],
        },
        "About 2 pages of yours",
    ),
    (
        {"concerns": [Concern(title="D", findings=(STALE, finding()))]},
        "About a page of yours",
    ),
]


@pytest.mark.parametrize(("news", "title"), TOGETHER)
def test_the_title_says_what_the_message_is_about(news: dict[str, Any], title: str) -> None:
    assert notice("Ada", mark=MARK, **news).title == title


DEEDS = [
    ((True,), "has put a flag on the page,", "one page"),
    ((True, True), "has put a flag on each of these pages,", "all of them"),
    ((True, False), "has put a flag on one of these pages,", "one of two"),
    ((True, True, False), "has put a flag on 2 of these pages,", "two of three"),
    ((False,), "has changed nothing on the page,", "only told: no flag, so none to take off"),
    ((False, False), "has changed nothing on these pages,", "only told, of two"),
]


@pytest.mark.parametrize(("flagged", "said", "why"), DEEDS)
def test_a_message_says_what_the_bot_did_and_did_not_do(
    flagged: tuple[bool, ...], said: str, why: str
) -> None:
    concerns = [
        Concern(title=f"D{number}", findings=(STALE,), flagged=each)
        for number, each in enumerate(flagged)
    ]
    body = notice("Ada", concerns=concerns, mark=MARK).body
    assert said in body, why
    assert ("take the flag off" in body) == any(flagged), why


def test_where_nothing_was_put_on_a_page_no_deed_is_told() -> None:
    body = told(promoted=1).body
    assert "has put a flag" not in body
    assert "has changed nothing" not in body
