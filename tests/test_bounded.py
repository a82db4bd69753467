"""The second reading: what it sees, and that no text can hold it beyond its limits."""

import os
import subprocess
import sys
import threading

import pytest

from tropebot.bounded import BoundedReader
from tropebot.wikitext.bounds import over_bounds

pytestmark = pytest.mark.heavy

ORDINARY = (
    "{{Trope}}\n'''X''' is a thing. See [[Y|that]].<br>\n{{examples}}\n* ''[[W]]'': {{quote|a|b}}\n"
)

READINGS = [
    ("{{trope}} [[a|b]]", (("trope",), ("a",)), "a template and a link"),
    ("{{#if:x|{{y}}}}", (("#if:x", "y"), ()), "a template inside a parser function"),
    ("{{tro<!-- x -->pe}}", (("trope",), ()), "a comment in a name is not of it"),
    ("", ((), ()), "no text"),
    ("\ud800{{a}}", (("a",), ()), "a lone surrogate is replaced"),
]


either = pytest.mark.parametrize("copied", [False, True], ids=["interpreter", "copy"])


@either
@pytest.mark.parametrize(("text", "names", "why"), READINGS, ids=[row[2] for row in READINGS])
def test_it_reads(text: str, names: object, why: str, *, copied: bool) -> None:
    with BoundedReader(copied=copied) as read:
        assert read(text) == names, why


@either
@pytest.mark.heavy
def test_a_text_over_the_limit_ends_the_child_and_the_next_is_read(*, copied: bool) -> None:
    """16 KB of this would take the parser more than a minute."""
    with BoundedReader(cpu_seconds=1, copied=copied) as read:
        assert read("<!--<b>" * 2300) is None
        assert read("{{a}}") == (("a",), ())


@either
@pytest.mark.heavy
def test_memory_is_bounded(*, copied: bool) -> None:
    with BoundedReader(memory_bytes=96 * 1024 * 1024, cpu_seconds=30, copied=copied) as read:
        assert read("{{a|b}}" * 200_000) is None
        assert read("{{a}}") == (("a",), ())


@either
def test_nothing_is_left_behind(*, copied: bool) -> None:
    with BoundedReader(copied=copied) as read:
        read("x")
        child = read._child
        assert child is not None
    with pytest.raises(ProcessLookupError):
        os.kill(child.process.pid, 0)


def test_a_process_with_more_threads_is_not_copied() -> None:
    """Another thread may hold a lock, which would be held in the copy for ever."""
    ended = threading.Event()
    other = threading.Thread(target=ended.wait)
    other.start()
    try:
        with BoundedReader(copied=True) as read:
            assert read("{{a}}") == (("a",), ())
            assert isinstance(read._child.process if read._child else None, subprocess.Popen)
    finally:
        ended.set()
        other.join()


def test_what_the_process_holds_back_is_not_said_twice() -> None:
    """The copy has our unwritten output too, and must not write it."""
    program = (
        "from tropebot.bounded import BoundedReader\nprint('once')\n"
        "with BoundedReader(copied=True) as read:\n    a = read('{{a}}')\n"
        "    print(a, type(read._child.process).__name__)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    )
    assert ran.stdout.splitlines() == ["once", "(('a',), ()) _Copy"]


OVER = [
    ("{{a|" * 20_000, "templates left open"),
    ("[[a|<div>" * 10_000, "links and tags left open"),
    ("[http://a " * 10_000, "external links left open"),
    ("<b a='" * 4_000, "tags left open"),
    ("{|\n|\n" * 10_000, "tables left open"),
    ("<ul><li>" * 2_000 + "</li></ul>" * 2_000, "lists in lists, though closed"),
    ("{{a|" * 20 + "word " * 400_000, "a few left open in the longest page"),
    ("{{a|" * 1_000, "a thousand left open in a short page"),
    ("}}" * 5_000 + "{{a|" * 5_000, "as many closed as opened, in the wrong order"),
    ("a\n==" + "= a " * 1_000 + "==\n", "a heading of equals signs"),
    ("=" + " =" * 1_000, "in the first line"),
    ("<ul>" + "<li>a" * 20_000 + "</ul>", "items of one list, none of them closed"),
]
WITHIN = [
    (ORDINARY, "a short page"),
    (ORDINARY * 2_000, "a long page that closes what it opens"),
    ("<br>" * 100_000, "a tag that is never closed by right"),
    ("{{a|b=" * 30 + "x" * 50_000, "a few left open in a long page"),
    ("<ul><li>a</li><li>b</li></ul>" * 5_000, "many lists, none in another"),
    ("<div>" * 300 + "</div>" * 300 + "x" * 50_000, "deep, but closed, and no lists"),
    ("{{a|" * 39, "a few left open"),
    ("<ul>" + "<li>a\n" * 1_000 + "</ul>", "a thousand items that are never closed"),
    ("== a = b ==\n" * 10_000, "many headings, each with few equals signs"),
    ("\n" + "=" * 10_000, "a line of equals signs"),
    ("a " + "= a " * 10_000, "equals signs in a line that is no heading"),
    ("{{a|b=" * 50_000 + "}}" * 50_000, "deep, but closed"),
]


@pytest.mark.parametrize(("text", "why"), OVER, ids=[row[1] for row in OVER])
def test_what_could_take_long_is_not_read(text: str, why: str) -> None:
    assert over_bounds(text), why


@pytest.mark.parametrize(("text", "why"), WITHIN, ids=[row[1] for row in WITHIN])
def test_what_people_write_is_read(text: str, why: str) -> None:
    assert not over_bounds(text), why
