"""What a wiki's own guards answer: each outcome is recorded, none is retried, none is overridden.

The names begin with the rows of `docs/reliability.md`.
"""

import json
from collections.abc import Callable

import pytest

from tests.faults.checker import Shown, shown
from tests.faults.proxy import SAYS, WRITES, Proxy, Request
from tests.faults.story import SMALL_DRAFT, SMALL_TARGET, SMALL_TROPE, Bot, Stage, add_filter
from tests.faults.test_mid_run import At
from tests.patrols import BAD_TROPE, DRAFT

pytestmark = pytest.mark.real


def page_id(stage: Stage, title: str) -> str:
    return str(stage.persons["Admin"].query(titles=title)["pages"][0]["pageid"])


class Count:
    """How often the edit of a page was sent; ``answer`` stands for the wiki's if there is one."""

    def __init__(self, stage: Stage, answer: dict[str, object] | None = None) -> None:
        self.page_id = page_id(stage, SMALL_TROPE)
        self.answer = SAYS + json.dumps(answer) if answer else ""
        self.sent = 0

    def __call__(self, request: Request) -> str:
        form = request.form
        if form.get("action") != "edit" or form.get("pageid") != self.page_id:
            return ""
        self.sent += 1
        return self.answer


def told(bot: Bot) -> str:
    """What `tropebot runs show` says of the last run but one: the one that was refused."""
    run = str(bot.last["run"] - 1)
    return bot.home.run("--json", "runs", "show", run).stdout


def refused_once(stage: Stage, bot: Bot, proxy: Proxy, count: Count, code: str) -> None:
    """One refusal, recorded; nobody is told of a flag that is not there; never sent again."""
    proxy.stop_at = count
    assert bot.once() == 0, bot.said
    assert (bot.last["refused"], bot.last["flags"]) == (1, 0)
    assert bot.once() == 0, bot.said
    assert bot.last["refused"] == 0
    assert count.sent == 1, "a refusal was retried"
    assert code in told(bot)
    assert stage.persons["Admin"].text(SMALL_TROPE) == BAD_TROPE
    assert SMALL_TROPE not in shown(stage.wiki).texts.get("User talk:Ben", "")


@pytest.mark.parametrize("consequence", ["warn", "disallow"])
def test_f31_peer_f07_an_abuse_filter_has_the_last_word(
    consequence: str, stage: Stage, small: Bot, proxy: Proxy
) -> None:
    add_filter(stage.wiki, f'page_title == "{SMALL_TROPE}" & action == "edit"', consequence)
    refused_once(stage, small, proxy, Count(stage), "abusefilter-")


def test_peer_f07_a_text_that_is_too_long_for_the_wiki(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    count = Count(stage)
    stage.wiki.set_toggle("wgMaxArticleSize", 0)
    proxy.stop_at = count
    assert small.once() == 0, small.said
    stage.wiki.set_toggle("wgMaxArticleSize", None)
    assert small.once() == 0, small.said
    assert count.sent == 1
    assert "contenttoobig" in told(small)


FLAG_TEMPLATE = "Template:Missing markup"
LINK = "https://flags.example.org/help"


def link_in_the_flag(stage: Stage) -> None:
    """From now on whoever puts the flag on a page adds a link to it."""
    admin = stage.persons["Admin"]
    admin.edit(FLAG_TEMPLATE, f"{admin.text(FLAG_TEMPLATE)}\n[{LINK} Help]")


def forbid_link(stage: Stage) -> None:
    link_in_the_flag(stage)
    stage.persons["Admin"].edit("MediaWiki:Spam-blacklist", r"flags\.example\.org")


def ask_for_a_captcha(stage: Stage) -> None:
    link_in_the_flag(stage)
    stage.wiki.set_toggle("wgCaptchaTriggers", {"addurl": True})


def forbid_editing(stage: Stage) -> None:
    stage.persons["Admin"].edit("MediaWiki:Titleblacklist", f"{SMALL_TROPE} <noedit>")


GUARDS = {
    "spamblacklist": forbid_link,
    "captcha": ask_for_a_captcha,
    "titleblacklist-forbidden": forbid_editing,
}


@pytest.mark.parametrize("code", GUARDS)
def test_f31_peer_f07_the_wikis_own_guards_have_the_last_word(
    code: str, stage: Stage, small: Bot, proxy: Proxy
) -> None:
    GUARDS[code](stage)
    refused_once(stage, small, proxy, Count(stage), code)


# What no bundled extension or no page of the test wiki answers stands in for the wiki's own answer.
ANSWERS: dict[str, dict[str, object]] = {
    "spamblacklist": {"edit": {"result": "Failure", "spamblacklist": "as before 1.36"}},
    "moderation-edit-queued": {"error": {"code": "moderation-edit-queued", "info": "later"}},
    "hookaborted": {"error": {"code": "hookaborted", "info": "no"}},
    "no-such-code": {"error": {"code": "no-such-code", "info": "of tomorrow"}},
}


@pytest.mark.parametrize("code", ANSWERS)
def test_f31_peer_f07_no_guard_is_argued_with(
    code: str, stage: Stage, small: Bot, proxy: Proxy
) -> None:
    refused_once(stage, small, proxy, Count(stage, ANSWERS[code]), code)


@pytest.mark.parametrize("code", ["globalblocking-blockedtext-user", "centralauth-error-locked"])
def test_f19_peer_f36_a_block_on_all_wikis_stops_at_once(
    code: str, stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    """The extensions of wiki farms are not bundled: their answers stand in for the wiki's."""
    answer = SAYS + json.dumps({"error": {"code": code, "info": "blocked on all wikis"}})
    proxy.stop_at = lambda request: answer if request.form.get("action") in WRITES else ""
    assert small.once() == 4, small.said
    assert code in small.said
    assert (proxy.seen["edit"], proxy.seen["move"]) == (1, 0), "it went on"
    proxy.stop_at = None
    small.until_quiet()
    assert shown(stage.wiki).differences(small_done) == []


def test_f31_peer_f07_a_message_that_a_blacklist_keeps_out_is_not_sent_again(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    """The flag stands; its message would make a talk page whose title is forbidden."""
    stage.persons["Admin"].edit("MediaWiki:Titleblacklist", "User talk:Ben")
    assert small.once() == 0, small.said
    assert (small.last["refused"], small.last["flags"], small.last["notices"]) == (1, 1, 1)
    sent = proxy.seen["edit"]
    small.until_quiet()
    assert proxy.seen["edit"] == sent, "the refused message was tried again"
    seen = shown(stage.wiki).texts
    assert "User talk:Ben" not in seen
    assert "{{Missing markup" in seen[SMALL_TROPE]


def forbid_title(stage: Stage) -> None:
    stage.persons["Admin"].edit("MediaWiki:Titleblacklist", f"{SMALL_TARGET}.*")


def forbid_creation(stage: Stage) -> None:
    stage.persons["Admin"].protect(SMALL_TARGET, "create=sysop")


def forbid_by_filter(stage: Stage) -> None:
    add_filter(stage.wiki, f'action == "move" & moved_to_title == "{SMALL_TARGET}"', "disallow")


@pytest.mark.parametrize("forbid", [forbid_title, forbid_creation, forbid_by_filter])
def test_peer_f24_a_target_forbidden_before_the_move_puts_the_draft_back(
    forbid: Callable[[Stage], None], stage: Stage, small: Bot, proxy: Proxy
) -> None:
    proxy.stop_at = At("move", 1, lambda: forbid(stage))
    small.until_quiet()
    small.until_quiet()
    assert stage.persons["Admin"].text(SMALL_TARGET) is None
    assert stage.persons["Admin"].text(SMALL_DRAFT) == DRAFT
    assert proxy.seen["move"] == 1, "the refused move was tried again"


def test_peer_f24_a_title_on_the_blacklist_is_no_target_and_nothing_is_stripped(
    stage: Stage, small: Bot, proxy: Proxy
) -> None:
    forbid_title(stage)
    small.until_quiet()
    assert stage.persons["Admin"].text(SMALL_DRAFT) == DRAFT
    assert not proxy.seen["move"]
    assert not [title for title, _ in shown(stage.wiki).bot_edits if title == SMALL_DRAFT]
