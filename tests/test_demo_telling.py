"""What `make demo` shows of a patrol: little, and nothing that was done left out."""

from demo.telling import gist

WHOLE = """\
Salt Circle:1: TB101 missing-markup: Basic markup is missing or misplaced: write {{reflist}}.
Night Ferry: the Film:12: TB101 missing-markup: Basic markup is missing or misplaced: write it.
Trope Workshop:Counting Crows:7: TB104 preload-leftover: Boilerplate text was left on this page.
flag       Salt Circle: [tb:3bec921ec8] Flagged (TB101): template:reflist
    --- Salt Circle
    +++ Salt Circle
    @@ -1,2 +1,3 @@
    +{{Missing markup|date=2026-11-22}}
    API: action=edit pageid=96 bot=1
flag       A page with a very long title indeed, so long that no line of a terminal holds it whole
move       Trope Workshop:Polite Poltergeist → Polite Poltergeist
draft      Trope Workshop:Lantern: “Lantern” exists already
not done   Kept Off: TB101: the page keeps bots off
unheard    Of: in these tables
Dry run: 95 changes, 89 pages judged, 3 findings; would be written: 2 flags,
0 unflagged.
"""


def test_each_kind_of_line_is_counted_and_the_sum_stands_whole() -> None:
    lines = list(gist(WHOLE))
    assert lines == [
        "   2 TB101 missing-markup         Salt Circle …",
        "   1 TB104 preload-leftover       Trope Workshop:Counting Crows",
        "   2 marked as faulty             Salt Circle …",
        "   1 moved out of the Workshop    Trope Workshop:Polite Poltergeist",
        "   1 drafts looked at             Trope Workshop:Lantern",
        "   1 left alone, for a reason     Kept Off",
        "   1 unheard                      Of",
        *WHOLE.splitlines()[-2:],
    ]


def test_no_line_is_wider_than_a_terminal() -> None:
    long = WHOLE.replace("Polite Poltergeist", "A title of many words " * 9)
    assert all(len(line) <= 80 for line in gist(long))


def test_of_a_run_that_broke_off_what_was_printed_is_told() -> None:
    assert list(gist("flag       Salt Circle: Flagged\n")) == [
        "   1 marked as faulty             Salt Circle"
    ]
    assert list(gist("")) == []
