"""Each write of a pass in turn loses its answer, in every way: on the wiki it is there once.

The names begin with the rows of `docs/reliability.md`.
"""

import time

import pytest

from tests.faults.checker import Shown, shown
from tests.faults.proxy import WRITES, Proxy, Request
from tests.faults.story import SMALL_TROPE, Bot, Stage
from tests.patrols import BAD_TROPE

pytestmark = pytest.mark.real


class EachWriteOnce:
    """Every write meets the fault at its first sending, and an honest way at the second."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.seen: set[str] = set()

    def __call__(self, request: Request) -> str:
        form = request.form
        if form.get("action") not in WRITES:
            return ""
        mark = form.get("summary", form.get("reason", "")).partition(" ")[0]
        if mark in self.seen:
            return ""
        self.seen.add(mark)
        return self.fault


def lost(fault: str, stage: Stage, bot: Bot, proxy: Proxy, wanted: Shown) -> None:
    """The scene with every write's first answer lost in this way, and what the wiki shows then."""
    proxy.stop_at = EachWriteOnce(fault)
    bot.until_quiet()
    proxy.drain()
    proxy.stop_at = None
    assert bot.once() == 0, bot.said
    seen = shown(stage.wiki)
    assert len(proxy.met) >= 5, "too few writes met the fault"
    assert seen.differences(wanted) == []
    assert seen.doubled() == []
    assert bot.exits.keys() <= {0, 7}, "a lost answer is no failure"


def test_f05_peer_f06_a_connection_that_breaks_after_the_wiki_saved(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    lost("reset after", stage, small, proxy, small_done)


def test_f06_peer_f06_an_error_page_after_the_wiki_saved(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    lost("error after", stage, small, proxy, small_done)


def test_f07_peer_f39_html_after_the_wiki_saved(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    lost("html after", stage, small, proxy, small_done)


@pytest.mark.parametrize("cut", ["cut json", "broken body"])
def test_f08_peer_f39_an_answer_cut_in_the_middle(
    cut: str, stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    lost(cut, stage, small, proxy, small_done)


def test_f09_a_request_that_the_wiki_processes_only_later(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    lost("late", stage, small, proxy, small_done)


def test_f12_a_date_as_the_time_to_wait_is_no_second_write(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    proxy.stop_at = EachWriteOnce("date after")
    assert small.once() == 0, small.said
    assert proxy.seen["edit"] + proxy.seen["move"] == len(proxy.met) == 5
    assert shown(stage.wiki).differences(small_done) == []


class AfterTheFlag:
    """The flag's answer is lost, and a person acts before the bot can ask anything more."""

    def __init__(self, stage: Stage, text: str) -> None:
        self.stage = stage
        self.text = text
        self.lost = False
        self.acted = False

    def __call__(self, request: Request) -> str:
        if self.lost and not self.acted:
            self.acted = True
            now = self.stage.persons["Ada"].text(SMALL_TROPE) or ""
            assert "{{Missing markup|" in now
            self.stage.persons["Ada"].edit(SMALL_TROPE, self.text or f"{now}\n\nAda was here.")
        if request.form.get("action") == "edit" and not self.lost:
            self.lost = True
            return "drop after"
        return ""


def test_f10_a_person_edits_before_the_lost_flag_is_looked_for(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    proxy.stop_at = AfterTheFlag(stage, "")
    small.until_quiet()
    text = stage.persons["Ada"].text(SMALL_TROPE) or ""
    assert text.count("{{Missing markup|") == 1
    assert text.endswith("Ada was here.")
    flags = [title for title, _ in shown(stage.wiki).bot_edits.elements() if title == SMALL_TROPE]
    assert len(flags) == 1


def test_f11_peer_f18_a_person_reverts_before_the_lost_flag_is_looked_for(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    proxy.stop_at = AfterTheFlag(stage, BAD_TROPE)
    small.until_quiet()
    assert stage.persons["Ada"].text(SMALL_TROPE) == BAD_TROPE
    stage.persons["Ben"].edit(SMALL_TROPE, f"{BAD_TROPE}\nA line.")
    small.until_quiet()
    flags = [title for title, _ in shown(stage.wiki).bot_edits.elements() if title == SMALL_TROPE]
    assert len(flags) == 1, "the flag was put back on"


@pytest.mark.parametrize("wait", ["-5", "1e9", "99999999999999999999", "soon", "nan", "inf"])
def test_f12_peer_f39_whatever_the_time_to_wait_says_the_run_ends(
    wait: str, small: Bot, proxy: Proxy
) -> None:
    begun = time.monotonic()
    proxy.stop_at = lambda _: f"retry {wait}"
    assert small.once() == 5, small.said
    assert time.monotonic() - begun < 30
    assert not proxy.seen["edit"]
    assert small.said.count("\n") == 1
