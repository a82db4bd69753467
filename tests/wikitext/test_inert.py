"""Foreign text in our texts: shown as it is, doing nothing."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.policy.force import PolicyInForce
from tropebot.policy.offline import facts_from
from tropebot.policy.schema import Policy
from tropebot.wikitext.inert import inert, link, one_line

FORCE = PolicyInForce(policy=Policy(), facts=facts_from(Policy()))

SHOWN = [
    ("Big Fall", "Big Fall", "plain text stays readable"),
    ("R&D, Q&A, 50 %", "R&D, Q&A, 50 %", "no entity, no markup"),
    ("a|b=c", "a&#124;b&#61;c", "a bar and an equals sign"),
    ("{{x}}", "&#123;&#123;x&#125;&#125;", "braces"),
    ("[[x]]", "&#91;&#91;x&#93;&#93;", "brackets"),
    ("~~~~", "&#126;&#126;&#126;&#126;", "a signature"),
    ("</nowiki>", "&#60;/nowiki&#62;", "a tag"),
    ("''x'''y", "&#39;&#39;x&#39;&#39;&#39;y", "italics and bold"),
    ("It's", "It's", "an apostrophe"),
    ("__TOC__", "&#95;&#95;TOC&#95;&#95;", "a behaviour switch"),
    ("a_b", "a_b", "one underscore"),
    ("http://x.org", "http&#58;//x.org", "an address"),
    ("mailto:a@b.org", "&#109;ailto:a@b.org", "an address without slashes"),
    ("News: a fall", "News: a fall", "the same word in a sentence"),
    ("&lt;", "&#38;lt;", "an entity shows as it was written"),
    ("--->", "&#45;&#45;-&#62;", "the end of a comment"),
    ("* a", "&#42; a", "a list mark at the start"),
    ("a * b", "a * b", "and elsewhere"),
    ("ISBN 1234567890", "&#73;SBN 1234567890", "a magic link"),
    ("a\nb\r\n\tc\u2028d", "a b c d", "one line"),
    ("a\u202eb\u200f\x1b[31mc", "ab&#91;31mc", "direction marks and escape codes"),
    ("\ud800", "", "a lone surrogate"),
    ("", "", "nothing"),
]


@pytest.mark.parametrize(("text", "expected", "why"), SHOWN)
def test_inert(text: str, expected: str, why: str) -> None:
    assert inert(text) == expected, why


@given(st.text(alphabet="ab {}[]|=<>'~_-&;:#*/\n\u202e!", max_size=40))
def test_inert_text_shows_the_same_and_holds_no_markup(text: str) -> None:
    value = inert(text)
    assert html.unescape(value) == one_line(text)
    document = FORCE.document(f"{{{{Flag|missing={value}}}}}", FORCE.title("X"))
    assert [use.name for use in document.templates] == ["Flag"]
    assert document.templates[0].parameters == {"missing": value}
    assert document.links == ()
    assert not set(value) & set("{}[]|<>=~\n")


LINKS = [
    ("Big Fall", "[[:Big Fall]]", "a page"),
    ("Category:Falls", "[[:Category:Falls]]", "not categorised"),
    ("File:A.png", "[[:File:A.png]]", "not embedded"),
    ("''A''", "[[:''A''|&#39;&#39;A&#39;&#39;]]", "its name is not italics"),
    ("A|b", "A&#124;b", "no title"),
    ("A]]{{x}}", "A&#93;&#93;&#123;&#123;x&#125;&#125;", "no title"),
    (":A", "&#58;A", "no title"),
    ("A~~~~", "A&#126;&#126;&#126;&#126;", "no title"),
    ("A__TOC__", "A&#95;&#95;TOC&#95;&#95;", "no title: underscores are spaces in one"),
    ("http://x.org", "http&#58;//x.org", "nor an address, though it could be one"),
    ("", "", "nothing"),
]


@pytest.mark.parametrize(("title", "expected", "why"), LINKS)
def test_link(title: str, expected: str, why: str) -> None:
    assert link(title) == expected, why
