"""What always holds of a mechanical fix, by the engine: clean, the rest untouched, twice is once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tropebot import engine
from tropebot.model import Finding, Page
from tropebot.policy import texts

FORCE = in_force("demo", {"markup": {"defaultsort": True, "add_header": True}})
PIECES = st.sampled_from(
    (
        "{{trope}}",
        "{{work}}",
        "{{creator}}",
        "{{examples}}",
        "{{tropelist}}",
        "{{reflist}}",
        "{{tropesubpagefooter}}",
        "{{worksubpagefooter}}",
        "[[Category:{{PAGENAME}}]]",
        "[[Category:Trope]]",
        "[[Category:Other|key]]",
        "{{DEFAULTSORT:Umbrella, The}}",
        "[[de:Schirm]]",
        "== References ==",
        "== Film ==",
        "Text with a note.<ref>a</ref>",
        "* ''[[Film]]'': it happens.",
        "<references />",
        "<!-- {{reflist}} -->",
        "<nowiki>[[Category:{{PAGENAME}}]]</nowiki>",
        "<noinclude>{{trope}}</noinclude>",
        "<includeonly>{{trope}}</includeonly>",
        "{{#if:x|{{reflist}}}}",
        "{| class=x",
        "|}",
        "<div>",
        "",
        " ",
    )
)
TEXTS = st.lists(PIECES, max_size=9).map("\n".join)
TITLES = st.sampled_from(
    ("Umbrella", "The Umbrella", "Umbrella/Quotes", "Umbrella/Playing With", "Umbrella/Laconic")
)


def lacking(page: Page) -> tuple[Finding, ...]:
    return tuple(each for each in engine.judge(page, FORCE).findings if each.code == "TB101")


def is_within(short: str, long: str) -> bool:
    """Whether the one is the other with something put in."""
    rest = iter(long)
    return all(letter in rest for letter in short)


@given(TEXTS, TITLES)
def test_a_fixed_page_is_clean_the_rest_untouched_and_twice_is_once(text: str, title: str) -> None:
    page = Page(title=title, text=text)
    before = engine.judge(page, FORCE).findings
    fixed = texts.fixed(FORCE, page, lacking(page))
    if fixed is None:
        return
    assert is_within(text, fixed)
    after = Page(title=title, text=fixed)
    assert lacking(after) == ()
    codes = {each.code for each in before}
    assert {each.code for each in engine.judge(after, FORCE).findings} <= codes - {"TB101"}
    assert texts.fixed(FORCE, after, lacking(page)) in (None, fixed)


@given(TEXTS, TITLES)
def test_a_page_that_lacks_nothing_is_not_fixed(text: str, title: str) -> None:
    page = Page(title=title, text=text)
    if not lacking(page):
        assert texts.fixed(FORCE, page, lacking(page)) is None


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (
            "{{trope}}\n<nowiki>{{x}}</nowiki>",
            "{{trope}}\n<nowiki>{{x}}</nowiki>\n{{tropesubpagefooter}}",
            "behind what is shown as it is, not inside",
        ),
        (
            "{{trope}}\n<pre>x</pre><!-- y -->\n",
            "{{trope}}\n<pre>x</pre>\n{{tropesubpagefooter}}\n<!-- y -->\n",
            "a comment may follow",
        ),
        (
            "{{trope}}\nText.\n{{worksubpagefooter}}",
            None,
            "another type’s footer would stand behind it: a person must choose",
        ),
    ],
)
def test_a_footer_goes_where_it_is_the_last_thing(
    text: str, expected: str | None, why: str
) -> None:
    page = Page(title="Umbrella/Quotes", text=text)
    assert texts.fixed(FORCE, page, lacking(page)) == expected, why
