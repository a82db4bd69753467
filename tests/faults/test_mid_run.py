"""What can happen in the middle of a run: locks, blocks, lost sessions and rights, people who are quicker.

The names begin with the rows of `docs/reliability.md`.
"""

import signal
from collections.abc import Callable

import pytest

from tests.faults.checker import Shown, shown
from tests.faults.proxy import WRITES, Proxy, Request
from tests.faults.story import SMALL_DRAFT, SMALL_TARGET, SMALL_TROPE, Bot, Stage
from tests.patrols import BAD_TROPE, DRAFT, FINISHED, GOOD_TROPE

pytestmark = pytest.mark.real


class At:
    """Does something before the ``number``-th request of an action reaches the wiki."""

    def __init__(self, action: str, number: int, act: Callable[[], None]) -> None:
        self.action = action
        self.left = number
        self.act = act

    def __call__(self, request: Request) -> str:
        if request.form.get("action") == self.action:
            self.left -= 1
            if self.left == 0:
                self.act()
        return ""


class Always:
    """Every write meets this fault."""

    def __init__(self, fault: str) -> None:
        self.fault = fault

    def __call__(self, request: Request) -> str:
        return self.fault if request.form.get("action") in WRITES else ""


def writes(proxy: Proxy) -> int:
    return proxy.seen["edit"] + proxy.seen["move"]


def goes_on(stage: Stage, bot: Bot, proxy: Proxy, wanted: Shown) -> None:
    """The trouble is over: the next passes end what was begun."""
    proxy.stop_at = None
    bot.until_quiet()
    seen = shown(stage.wiki)
    assert seen.differences(wanted) == []
    assert seen.doubled() == []


def test_f14_peer_f39_lag_without_end_ends_the_run_and_writes_nothing(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    proxy.stop_at = Always("maxlag")
    assert small.once() == 5, small.said
    assert not shown(stage.wiki).bot_edits
    goes_on(stage, small, proxy, small_done)


def test_f15_a_wiki_locked_in_the_middle_is_left_for_later(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    proxy.stop_at = At("edit", 2, lambda: stage.wiki.set_toggle("wgReadOnly", "being mended"))
    assert small.once() == 5, small.said
    assert "readonly" in small.said
    stage.wiki.set_toggle("wgReadOnly", None)
    goes_on(stage, small, proxy, small_done)


def test_f16_peer_f07_a_bad_token_is_mended_once(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    seen: list[str] = []

    def once(request: Request) -> str:
        if request.form.get("action") != "edit" or seen:
            return ""
        seen.append("edit")
        return "badtoken"

    proxy.stop_at = once
    assert small.once() == 0, small.said
    assert shown(stage.wiki).differences(small_done) == []


def test_f16_peer_f08_a_token_that_is_always_bad_stops_after_the_second(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    proxy.stop_at = Always("badtoken")
    assert small.once() == 4, small.said
    assert writes(proxy) == 2
    goes_on(stage, small, proxy, small_done)


def test_f17_peer_f36_a_lost_session_is_opened_again_and_nothing_is_done_logged_out(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    proxy.stop_at = At("edit", 2, stage.wiki.lose_sessions)
    assert small.once() == 0, small.said
    assert shown(stage.wiki).differences(small_done) == []


def test_f17_peer_f36_without_a_session_for_good_nothing_is_done(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    before = shown(stage.wiki)
    proxy.stop_at = Always("session lost")
    assert small.once() == 4, small.said
    assert shown(stage.wiki).differences(before) == []
    goes_on(stage, small, proxy, small_done)


def change_group(stage: Stage, **change: str) -> None:
    """The bot gets a group (``add``) or loses it (``remove``)."""
    admin = stage.persons["Admin"]
    admin.do(action="query", meta="userinfo")  # logged in
    token = admin.query(meta="tokens", type="userrights")["tokens"]["userrightstoken"]
    admin.ask(action="userrights", user="TropeBot", token=token, **change)


def test_f18_a_bot_that_loses_its_flag_floods_nobodys_recent_changes(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    proxy.stop_at = At("edit", 1, lambda: change_group(stage, remove="bot"))
    assert small.once() == 4, small.said
    assert not shown(stage.wiki).bot_edits
    change_group(stage, add="bot")
    goes_on(stage, small, proxy, small_done)


def test_f19_peer_f36_a_block_in_the_middle_stops_at_once(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    admin = stage.persons["Admin"]
    proxy.stop_at = At("edit", 2, lambda: admin.block("TropeBot", reason="Too much"))
    assert small.once() == 4, small.said
    assert writes(proxy) == 2, "something was tried after the refusal"
    before = writes(proxy)
    assert small.once() == 4, small.said
    assert writes(proxy) == before
    admin.unblock("TropeBot")
    goes_on(stage, small, proxy, small_done)


def test_f20_peer_f04_a_page_deleted_before_the_write_stays_deleted(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    admin = stage.persons["Admin"]
    proxy.stop_at = At("edit", 1, lambda: admin.delete(SMALL_TROPE))
    small.until_quiet()
    assert admin.text(SMALL_TROPE) is None
    assert SMALL_TROPE not in shown(stage.wiki).texts.get("User talk:Ben", "")


def test_f20_peer_f05_a_page_moved_before_the_write_is_flagged_where_it_stands(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    admin = stage.persons["Admin"]
    proxy.stop_at = At("edit", 1, lambda: admin.move(SMALL_TROPE, "Small Trope, moved") and None)
    small.until_quiet()
    assert (admin.text("Small Trope, moved") or "").count("{{Missing markup|") == 1
    assert (admin.text(SMALL_TROPE) or "").startswith("#REDIRECT")
    assert not [title for title, _ in shown(stage.wiki).bot_edits if title == SMALL_TROPE]


def test_f20_peer_f07_a_page_protected_before_the_write_is_left_alone(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    admin = stage.persons["Admin"]
    proxy.stop_at = At("edit", 1, lambda: admin.protect(SMALL_TROPE))
    assert small.once() == 0, small.said
    assert small.last["refused"] == 1
    small.until_quiet()
    assert admin.text(SMALL_TROPE) == BAD_TROPE


def test_f21_peer_f24_a_target_made_before_the_move_is_not_touched(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    ada = stage.persons["Ada"]
    proxy.stop_at = At("move", 1, lambda: ada.edit(SMALL_TARGET, GOOD_TROPE) and None)
    small.until_quiet()
    small.until_quiet()
    assert ada.text(SMALL_TARGET) == GOOD_TROPE
    assert ada.text(SMALL_DRAFT) == DRAFT
    assert proxy.seen["move"] == 1, "the refused move was tried again"


def test_f22_peer_f28_a_draft_emptied_before_the_move_goes_back(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    cleo = stage.persons["Cleo"]
    proxy.stop_at = At("move", 1, lambda: cleo.edit(SMALL_DRAFT, "Never mind.") and None)
    small.until_quiet()
    small.until_quiet()
    assert cleo.text(SMALL_TARGET) is None
    assert "Never mind." in (cleo.text(SMALL_DRAFT) or "")
    assert proxy.seen["move"] == 2


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_f33_a_run_that_is_asked_to_end_leaves_nothing_half_done(
    sign: signal.Signals, stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    process = small.start()
    proxy.stop_at = At("edit", 2, lambda: process.send_signal(sign))
    assert small.end(process) in {-15, 130}, small.said
    assert "Traceback" not in small.said
    goes_on(stage, small, proxy, small_done)


def test_f36_peer_f37_a_run_page_that_cannot_be_read_stops(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    before = shown(stage.wiki)

    def no_poll(request: Request) -> str:
        return "html before" if "recentchanges" in request.form.get("list", "") else ""

    proxy.stop_at = no_poll
    assert small.once() == 5, small.said
    assert not writes(proxy)
    assert shown(stage.wiki).differences(before) == []


def test_f36_peer_f37_the_run_page_stops_the_next_pass_whatever_it_says(
    stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    admin = stage.persons["Admin"]
    for text in ("stop", "= run =", "not running", "running", "run run"):
        admin.edit("User:TropeBot/Run", text)
        assert small.once() == 3, (text, small.said)
    admin.delete("User:TropeBot/Run")
    assert small.once() == 3, small.said
    assert not writes(proxy)
    admin.edit("User:TropeBot/Run", "run")
    small.until_quiet()
    assert shown(stage.wiki).texts["Small Draft"] == FINISHED


def test_peer_f10_a_write_that_fails_shows_in_exit_code_and_counts(
    small: Bot, proxy: Proxy
) -> None:
    proxy.stop_at = Always("readonly")
    assert small.once() == 5
    assert (small.last["flags"], small.last["promotions"], small.last["notices"]) == (0, 0, 0)
    assert "readonly" in small.last["problem"]
