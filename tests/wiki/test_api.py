"""Reads are repeated within bounds; a write is sent once, unless the wiki says that it did not do it."""

import logging
from typing import Any

import pytest

from tests.wiki.scripted import (
    CSRF,
    HTML,
    LOGGED_IN,
    LOGIN_TOKEN,
    LOST,
    SECRET,
    UNSENT,
    USER,
    Hourglass,
    Script,
    api_of,
    error,
)
from tropebot.errors import (
    ConfigError,
    Conflict,
    Incomplete,
    Interrupted,
    NotAllowed,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from tropebot.home import Limits
from tropebot.wiki.answers import EDIT_ERRORS
from tropebot.wiki.api import FIRST_TRIES, TRIES
from tropebot.wiki.wire import Reply

ANSWER = {"query": {"pages": []}}
DONE = {"edit": {"result": "Success", "newrevid": 8, "oldrevid": 7}}
EDIT = {"action": "edit", "pageid": 3, "text": "x"}


def write(script: Script, **options: Any) -> Any:
    return api_of(script, **options).write(EDIT, EDIT_ERRORS)


@pytest.mark.parametrize("trouble", [LOST, UNSENT, HTML, error("maxlag"), error("readonly")])
def test_a_read_is_asked_again(trouble: Any) -> None:
    script = Script([trouble, trouble, ANSWER])
    assert api_of(script).query({"meta": "siteinfo"}) == ANSWER
    assert len(script.sent) == 3


@pytest.mark.parametrize("trouble", [LOST, UNSENT])
def test_a_wiki_that_never_answered_is_given_up_soon(trouble: Reply) -> None:
    script, glass = Script([trouble]), Hourglass()
    with pytest.raises(Unavailable):
        api_of(script, hourglass=glass).query({})
    assert len(script.sent) == FIRST_TRIES
    assert sum(glass.slept) < 2


@pytest.mark.parametrize(
    ("warm", "lasting", "error", "reason"),
    [
        (False, False, ConfigError, "a page where we have never been is a wrong address"),
        (False, True, ConfigError, "so is one that leads elsewhere"),
        (True, True, ConfigError, "a wiki that has moved needs its operator"),
        (True, False, Unavailable, "whoever has cookies was here: the wiki is in trouble"),
    ],
)
def test_peer_f39_what_never_was_an_api_is_a_wrong_address_and_later_a_wiki_in_trouble(
    warm: bool, lasting: bool, error: type[Exception], reason: str
) -> None:
    elsewhere = Reply(trouble="That is no API.", lasting=lasting, elsewhere=True)
    with pytest.raises(error, match="no API"):
        api_of(Script([elsewhere]), warm=warm).query({})
    api = api_of(Script([ANSWER, elsewhere]))
    api.query({})
    with pytest.raises(Unavailable, match="no API"):
        api.query({})


def test_a_log_of_requests_holds_no_password_token_or_text(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("tropebot"), "propagate", True)
    script = Script([LOGIN_TOKEN, LOGGED_IN, CSRF, DONE])
    with caplog.at_level(logging.DEBUG, logger="tropebot"):
        write(script, warm=False)
    shown = [str(vars(record)) for record in caplog.records]
    assert any("action=login" in line for line in shown)
    assert any("action=edit, pageid=3" in line for line in shown)
    for secret in (SECRET, "T+", "L+", "'x'"):
        assert not any(secret in line for line in shown), secret


def test_a_wiki_that_answered_before_is_given_more_time() -> None:
    script = Script([ANSWER, LOST])
    api = api_of(script)
    api.query({})
    with pytest.raises(Unavailable):
        api.query({})
    assert len(script.sent) == 1 + TRIES


@pytest.mark.parametrize("wait", [None, 0.0, 5.0, 1e9])
def test_f14_peer_f39_a_wiki_that_lags_for_ever_ends_within_the_budget(wait: float | None) -> None:
    script, glass = Script([Reply(data=error("maxlag"), retry_after=wait)]), Hourglass()
    with pytest.raises(Unavailable, match="maxlag"):
        api_of(script, hourglass=glass, limits=Limits(call_seconds=90)).query({})
    assert sum(glass.slept) <= 90


def test_f13_peer_f39_a_wait_that_the_wiki_asks_for_is_kept() -> None:
    script, glass = Script([Reply(data=error("maxlag"), retry_after=7), ANSWER]), Hourglass()
    api_of(script, hourglass=glass).query({})
    assert glass.slept == [7]


def test_a_wrong_address_is_asked_once() -> None:
    script = Script([Reply(trouble="There is no API there.", lasting=True)])
    with pytest.raises(Unavailable, match="no API"):
        api_of(script).query({})
    assert len(script.sent) == 1


def test_an_error_of_a_read_is_not_repeated() -> None:
    script = Script([error("badvalue", "Unrecognized value")])
    with pytest.raises(Unavailable, match="badvalue"):
        api_of(script).query({})
    assert len(script.sent) == 1


def test_f13_no_request_is_begun_past_the_deadline() -> None:
    script, glass = Script([ANSWER]), Hourglass()
    api = api_of(script, hourglass=glass, limits=Limits(run_seconds=60))
    api.begin_run()
    glass.now += 60
    with pytest.raises(Incomplete):
        api.query({})
    with pytest.raises(Incomplete):
        api.write(EDIT, EDIT_ERRORS)
    assert script.sent == []


def test_a_read_never_waits_past_the_deadline() -> None:
    script, glass = Script([error("readonly")]), Hourglass()
    api = api_of(script, hourglass=glass, limits=Limits(run_seconds=10, call_seconds=90))
    api.begin_run()
    with pytest.raises(Unavailable):
        api.query({})
    assert glass.now <= 1010


def test_continuations_are_followed() -> None:
    script = Script([{"query": {"a": 1}, "continue": {"x": "2", "continue": "-||"}}, ANSWER])
    answers = list(api_of(script).query_all({"list": "a"}))
    assert len(answers) == 2
    assert script.sent[1]["x"] == "2"


def test_f27_a_continuation_that_goes_round_ends() -> None:
    script = Script([{"query": {}, "continue": {"x": "1"}}])
    with pytest.raises(Unavailable, match="for ever"):
        list(api_of(script).query_all({"list": "a"}))
    assert len(script.sent) == 2


# Logging in


def test_the_first_read_logs_in_and_every_read_asserts_the_account() -> None:
    script = Script([LOGIN_TOKEN, LOGGED_IN, ANSWER])
    api_of(script, warm=False).query({})
    token, login, read = script.sent
    assert "assertuser" not in token | login
    assert login["lgname"] == f"{USER}@patrol"
    assert script.posted == [False, True, False]
    assert read["assertuser"] == USER
    assert (script.forgotten, script.kept) == (1, 1)


def test_a_lost_session_is_renewed_once() -> None:
    script = Script([error("assertnameduserfailed"), LOGIN_TOKEN, LOGGED_IN, ANSWER])
    assert api_of(script).query({}) == ANSWER
    script = Script(
        [error("assertnameduserfailed"), LOGIN_TOKEN, LOGGED_IN, error("assertnameduserfailed")]
    )
    with pytest.raises(NotAllowed):
        api_of(script).query({})
    assert len(script.sent) == 4


def test_a_stale_login_token_is_fetched_once_more() -> None:
    stale = {"login": {"result": "WrongToken"}}
    script = Script([LOGIN_TOKEN, stale, LOGIN_TOKEN, LOGGED_IN, ANSWER])
    assert api_of(script, warm=False).query({}) == ANSWER
    script = Script([LOGIN_TOKEN, stale, LOGIN_TOKEN, stale, ANSWER])
    with pytest.raises(NotAllowed):
        api_of(script, warm=False).query({})


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"result": "Failed", "reason": "Incorrect username or password entered."}, NotAllowed),
        ({"result": "Aborted", "reason": {"code": "x", "text": "No."}}, NotAllowed),
        ({"result": "Throttled", "wait": 300}, Unavailable),
        ({"result": "Success", "lgusername": "Somebody Else"}, NotAllowed),
    ],
)
def test_a_refused_login_is_told_in_one_line(said: dict[str, Any], wanted: type[Exception]) -> None:
    script = Script([LOGIN_TOKEN, {"login": said}])
    with pytest.raises(wanted) as told:
        api_of(script, warm=False).query({})
    assert len(script.sent) == 2
    assert "\n" not in str(told.value)
    assert SECRET not in str(told.value)


def test_nobody_reads_without_a_login_and_writes_nothing() -> None:
    script = Script([ANSWER])
    api = api_of(script)
    api._credentials = None
    api.query({})
    assert "assertuser" not in script.sent[0]
    with pytest.raises(NotAllowed):
        api.write(EDIT, EDIT_ERRORS)
    assert script.writes() == []


# Writing


def test_a_write_is_one_request_with_the_token_last() -> None:
    script = Script([CSRF, DONE])
    assert write(script) == DONE
    (sent,) = script.writes()
    assert list(sent)[-1] == "token"
    assert sent["token"] == "T+\\"
    assert sent["assertuser"] == USER
    assert "basetimestamp" not in sent
    assert script.posted[-1]


@pytest.mark.parametrize(
    "answer",
    [
        LOST,
        HTML,
        Reply(trouble="“wiki” answers 503 and nothing that can be used.", retry_after=1),
        error("internal_api_error_DBQueryError"),
    ],
)
def test_an_answer_that_is_not_clear_is_never_followed_by_a_second_write(answer: Any) -> None:
    script = Script([CSRF, answer])
    with pytest.raises(OutcomeUnknown):
        write(script)
    assert len(script.writes()) == 1


@pytest.mark.parametrize("code", ["readonly", "maxlag", "ratelimited"])
def test_a_wiki_that_did_nothing_is_asked_again(code: str) -> None:
    script = Script([CSRF, error(code), error(code), DONE])
    assert write(script) == DONE
    assert len(script.writes()) == 3


@pytest.mark.parametrize("code", ["readonly", "maxlag", "ratelimited"])
def test_a_wiki_that_goes_on_doing_nothing_is_unavailable_within_the_budget(code: str) -> None:
    script, glass = Script([CSRF, error(code)]), Hourglass()
    with pytest.raises(Unavailable):
        write(script, hourglass=glass, limits=Limits(write_wait_seconds=120))
    assert 60 < sum(glass.slept) <= 120


def test_a_request_that_never_left_is_unavailable_not_unknown() -> None:
    script = Script([CSRF, UNSENT])
    with pytest.raises(Unavailable):
        write(script)
    assert len(script.writes()) == TRIES


@pytest.mark.parametrize(
    ("script", "writes"),
    [
        (Script([CSRF, error("badtoken"), CSRF, DONE]), 2),
        (Script([CSRF, error("assertnameduserfailed"), LOGIN_TOKEN, LOGGED_IN, CSRF, DONE]), 2),
    ],
    ids=["badtoken", "lost session"],
)
def test_a_stale_token_or_a_lost_session_is_mended_once(script: Script, writes: int) -> None:
    assert write(script) == DONE
    assert len(script.writes()) == writes


def test_f16_peer_f08_a_token_that_is_always_bad_stops_after_the_second() -> None:
    script = Script([CSRF, error("badtoken"), CSRF, error("badtoken")])
    with pytest.raises(NotAllowed):
        write(script)
    assert len(script.writes()) == 2


def test_a_change_tag_that_the_wiki_refuses_is_left_out() -> None:
    script = Script([CSRF, error("badtags"), DONE, DONE])
    api = api_of(script)
    api.change_tag = "tropebot"
    api.write(EDIT, EDIT_ERRORS)
    api.write(EDIT, EDIT_ERRORS)
    assert ["tags" in sent for sent in script.writes()] == [True, False, False]


def test_bad_tags_that_are_not_ours_are_refused() -> None:
    script = Script([CSRF, error("badtags")])
    with pytest.raises(Refused):
        write(script)
    assert len(script.writes()) == 1


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("editconflict", Conflict), ("protectedpage", Refused), ("blocked", NotAllowed)],
)
def test_a_clear_no_is_raised_at_once(code: str, wanted: type[Exception]) -> None:
    script = Script([CSRF, error(code)])
    with pytest.raises(wanted):
        write(script)
    assert len(script.writes()) == 1


def test_an_anonymous_token_is_no_token() -> None:
    script = Script([{"query": {"tokens": {"csrftoken": "+\\"}}}])
    with pytest.raises(NotAllowed):
        write(script)
    assert script.writes() == []


def test_a_text_that_is_no_unicode_is_refused_before_it_is_sent() -> None:
    class Strict(Script):
        def exchange(self, parameters: Any, *, post: bool) -> Reply:
            str(parameters.get("text", "")).encode()
            return super().exchange(parameters, post=post)

    script = Strict([CSRF, DONE])
    with pytest.raises(Refused):
        api_of(script).write({"action": "edit", "text": "\ud800"}, EDIT_ERRORS)
    assert script.writes() == []


def test_writes_keep_their_distance_but_the_first_does_not_wait() -> None:
    script, glass = Script([CSRF, DONE]), Hourglass()
    api = api_of(script, hourglass=glass, edit_seconds=10)
    api.write(EDIT, EDIT_ERRORS)
    assert glass.slept == []
    glass.now += 4
    api.write(EDIT, EDIT_ERRORS)
    assert glass.slept == [6]


def test_whoever_awaits_its_turn_does_not_wait_again_for_the_write() -> None:
    script, glass = Script([CSRF, DONE]), Hourglass()
    api = api_of(script, hourglass=glass, edit_seconds=600)
    api.write(EDIT, EDIT_ERRORS)
    api.await_turn()
    assert glass.slept == [600], "before the gate looks at the run page, not after"
    api.write(EDIT, EDIT_ERRORS)
    assert glass.slept == [600]


def test_a_turn_that_comes_after_the_runs_time_is_none() -> None:
    script, glass = Script([CSRF, DONE]), Hourglass()
    api = api_of(script, hourglass=glass, edit_seconds=10, limits=Limits(run_seconds=5))
    api.begin_run()
    api.write(EDIT, EDIT_ERRORS)
    with pytest.raises(Incomplete):
        api.await_turn()
    assert glass.slept == [], "nobody waits for what cannot be"


def test_a_wait_that_the_run_cannot_outlast_is_refused_at_once() -> None:
    glass = Hourglass()
    api = api_of(Script([ANSWER]), hourglass=glass, limits=Limits(run_seconds=30))
    api.assert_time_for(1e6)  # outside of a run there is time
    api.begin_run()
    api.assert_time_for(29)
    with pytest.raises(Incomplete, match=r"run’s time \(30 s\)"):
        api.assert_time_for(30)
    glass.now += 30
    with pytest.raises(Incomplete):
        api.assert_time_for(0)


def test_asked_to_end_it_asks_nothing_more() -> None:
    script, asked = Script([DONE]), False
    api = api_of(script, ending=lambda: asked)
    api.ask({"action": "query"})
    asked = True
    with pytest.raises(Interrupted):
        api.ask({"action": "query"})
    assert len(script.sent) == 1


@pytest.mark.parametrize("parameters", [EDIT, None], ids=["a write", "a read"])
def test_asked_to_end_it_waits_for_no_wiki_that_is_busy(parameters: Any) -> None:
    asked = False

    class Busy(Script):
        def exchange(self, parameters: Any, *, post: bool) -> Reply:
            nonlocal asked
            asked = parameters.get("type") != "csrf"
            return super().exchange(parameters, post=post)

    script, glass = Busy([CSRF, error("readonly")]), Hourglass()
    api = api_of(script, hourglass=glass, ending=lambda: asked)
    if not parameters:
        script.replies.pop(0)
    with pytest.raises(Unavailable):
        api.write(parameters, EDIT_ERRORS) if parameters else api.ask({"action": "query"})
    assert glass.slept == []
    assert len(script.writes()) == (1 if parameters else 0), "the write itself is never cut short"


def test_requests_are_counted() -> None:
    script = Script([CSRF, DONE])
    api = api_of(script)
    api.write(EDIT, EDIT_ERRORS)
    assert (api.requests.read, api.requests.write) == (1, 1)


@pytest.mark.parametrize(
    ("flagged", "bot", "asserted"),
    [
        (True, True, "bot"),
        (True, False, None),  # people are to see it: it needs no flag
        (False, True, None),  # an account that never had the flag, as in a trial
    ],
)
def test_f18_an_edit_meant_to_be_flagged_asserts_the_flag(
    flagged: bool, bot: bool, asserted: str | None
) -> None:
    script = Script([CSRF, DONE])
    api = api_of(script)
    api.flagged = flagged
    api.write({**EDIT, "bot": bot}, EDIT_ERRORS)
    assert script.writes()[0].get("assert") == asserted
