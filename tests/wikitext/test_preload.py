"""A preload as MediaWiki loads it into the edit box."""

import pytest

from tropebot.wikitext.preload import preloaded

PRELOADS = [
    ("plain", "a\nb", "a\nb"),
    ("onlyinclude", "x<onlyinclude>a</onlyinclude>y<onlyinclude>b</onlyinclude>z", "ab"),
    ("noinclude inside onlyinclude", "x<onlyinclude>a<noinclude>b</noinclude></onlyinclude>", "a"),
    ("an onlyinclude never closed counts not", "a<onlyinclude>b", "ab"),
    ("noinclude", "a<noinclude>b</noinclude>c", "ac"),
    ("noinclude never closed", "a<noinclude>b", "a"),
    ("an empty noinclude", "a<noinclude/>b", "ab"),
    ("includeonly", "a<includeonly>b</includeonly>c", "abc"),
    ("comments stay", "a<!-- <noinclude> -->b</noinclude>", "a<!-- <noinclude> -->b"),
    ("nowiki stays", "<nowiki><noinclude></nowiki>b", "<nowiki><noinclude></nowiki>b"),
    ("any case", "a<NoInclude >b</NOINCLUDE>c", "ac"),
]


@pytest.mark.parametrize(("why", "text", "expected"), PRELOADS, ids=[row[0] for row in PRELOADS])
def test_what_reaches_the_edit_box(why: str, text: str, expected: str) -> None:
    assert preloaded(text) == expected
