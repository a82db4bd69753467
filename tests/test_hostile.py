"""Texts made to crash, stall or deceive: each gets a verdict or TB901, and the next page is judged.

What they cost is measured by `benchmarks/hostile.py`; here a text that stalls a reading runs into its limits.
"""

import json
import tracemalloc
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.data.hostile.motifs import NESTED, nested, texts
from tests.in_force import in_force
from tropebot import engine
from tropebot.bounded import BoundedReader
from tropebot.judgement import Judgement
from tropebot.model import Page
from tropebot.policy import texts as changes
from tropebot.policy.schema import Flag
from tropebot.promotion import Draft
from tropebot.wikitext.document import Unparsable

pytestmark = pytest.mark.heavy

DATA = Path(__file__).parent / "data" / "hostile"
LABELS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("*.json"))}
FORCE = in_force("tropedia")
TITLES = ("Foo", "File:Foo.png", "Trope Workshop:Foo")
GOOD = "{{trope}}\n{{examples}}\n" + "".join(
    f"* ''Work {number}'': somebody falls from a great height.\n" for number in range(3)
)
EXPECTED = {"TB101", "TB102", "TB104", "TB107", "TB201", "TB901"}
MEMORY = 500 * 1024 * 1024
"""What one page may cost at its peak, beside what the tests' process holds anyway."""


def memory(what: str) -> int:
    """Bytes of this process by `/proc/self/status` (proc(5)): `VmRSS` now, `VmHWM` at its peak."""
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith(f"{what}:"))
    return int(line.split()[1]) * 1024


def forget_the_peak() -> int:
    """Have the peak measured from now on; bytes held now."""
    Path("/proc/self/clear_refs").write_text("5", "utf-8")
    return memory("VmRSS")


@pytest.fixture(scope="module")
def second() -> Iterator[BoundedReader]:
    with BoundedReader(cpu_seconds=2) as reader:
        yield reader


def page(title: str, text: str) -> Page:
    taken = FORCE.title(title)
    return Page(title=taken.text, namespace=taken.namespace, text=text)


def assert_the_next_page_is_judged(second: BoundedReader) -> None:
    verdict = engine.judge(page("Next", "{{trope}}\n{{examples}}"), FORCE, second=second)
    assert [finding.code for finding in verdict.findings] == ["TB101"]


@pytest.mark.parametrize("name", LABELS)
def test_h03_h04_a_small_hostile_page(name: str, second: BoundedReader) -> None:
    said: dict[str, Any] = LABELS[name]
    written = page(said["title"], said["text"])
    verdict = engine.judge(written, FORCE, second=second)
    assert [finding.code for finding in verdict.findings] == said["findings"], said["why"]
    assert verdict.no_edit == ("nobots" if "nobots" in name else ""), said["why"]
    if "works" in said:
        count = engine.examples_of(written, FORCE)
        assert (count.works, count.enough) == (said["works"], said["enough"]), said["why"]


SMALL = dict(texts(30_000))


@pytest.mark.parametrize("name", SMALL)
def test_f34_peer_f13_a_verdict_or_tb901_and_the_next_page_is_judged(
    name: str, second: BoundedReader
) -> None:
    for title in TITLES:
        verdict = engine.judge(page(title, GOOD + SMALL[name]), FORCE, second=second)
        codes = {finding.code for finding in verdict.findings}
        assert codes <= EXPECTED
        assert (verdict.no_edit == engine.UNPARSABLE) is ("TB901" in codes)
    assert_the_next_page_is_judged(second)


@pytest.mark.heavy
@pytest.mark.parametrize("name", [name for name, _ in texts(1_000)])
def test_h01_two_megabytes_of_it(name: str, second: BoundedReader) -> None:
    text = next(text for each, text in texts(2_000_000) if each == name)
    before = forget_the_peak()
    for title in TITLES:
        verdict = engine.judge(page(title, GOOD + text), FORCE, second=second)
        assert {finding.code for finding in verdict.findings} <= EXPECTED
    assert_the_next_page_is_judged(second)
    assert memory("VmHWM") - before < MEMORY


@pytest.mark.parametrize("name", NESTED)
@pytest.mark.parametrize("depth", [60, 2_000, 100_000])
def test_nothing_is_nested_too_deep(name: str, depth: int, second: BoundedReader) -> None:
    for title in TITLES:
        verdict = engine.judge(page(title, GOOD + nested(name, depth)), FORCE, second=second)
        assert {finding.code for finding in verdict.findings} <= EXPECTED
    assert engine.examples_of(page(TITLES[2], GOOD + nested(name, depth)), FORCE).works <= 3
    assert_the_next_page_is_judged(second)


@pytest.mark.parametrize("name", SMALL)
def test_h02_a_draft_that_was_not_wholly_read_is_never_ready(
    name: str, second: BoundedReader
) -> None:
    once = cache(
        second
    )  # a text at the limit of CPU time may be read at one time and not at another
    for text in (GOOD + SMALL[name], SMALL[name] + GOOD):
        written = page("Trope Workshop:Foo", "{{Trope Workshop}}\n" + text)
        draft = drafted(written, once)
        unread = engine.judge(written, FORCE, second=once).no_edit == engine.UNPARSABLE
        assert not (unread and draft.enough)
        if unread:
            assert (draft.works, draft.stripped) == (0, written.text)


def test_h02_a_draft_beyond_bounds_is_not_ready_without_a_second_reader_either() -> None:
    open_templates = page("Trope Workshop:Foo", GOOD + "{{a|" * 20_000)
    assert not drafted(open_templates, None).enough
    assert drafted(replace(open_templates, text=GOOD), None).enough


def drafted(written: Page, second: engine.SecondReader | None) -> Draft:
    draft = Judgement("Bot", second).draft(written, FORCE)
    assert draft is not None
    return draft


@pytest.mark.parametrize("name", SMALL)
def test_changes_touch_nothing_of_a_hostile_text(name: str) -> None:
    written = page("Foo", GOOD + SMALL[name])
    flag = Flag(template="Missing markup")
    try:
        flagged = replace(written, text=f"{{{{Missing markup}}}}\n{written.text}")
        assert changes.unflagged(FORCE, flagged, flag) == written.text
    except Unparsable:
        assert engine.judge(written, FORCE).no_edit == engine.UNPARSABLE


@pytest.mark.heavy
def test_memory_does_not_grow_with_the_number_of_pages(second: BoundedReader) -> None:
    judgement = Judgement("Bot", second)
    rounds = [page("Foo", GOOD + text[:20_000]) for text in SMALL.values()]
    for each in rounds:
        judgement.judged(each, FORCE)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for each in rounds * 2:
            judgement.judged(each, FORCE)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 20_000_000
