"""Each of the API's error codes leads to the error that says what the caller must do."""

from typing import Any

import pytest

from tropebot.errors import Conflict, NotAllowed, OutcomeUnknown, Refused, WikiError
from tropebot.wiki.answers import (
    EDIT_ERRORS,
    MOVE_ERRORS,
    Meaning,
    edit_failure,
    failure,
    meaning,
)


@pytest.mark.parametrize(
    ("code", "wanted", "reason"),
    [
        ("editconflict", Conflict, "somebody was quicker"),
        ("articleexists", Conflict, "createonly: the page is there by now"),
        ("missingtitle", Conflict, "nocreate: the page is gone"),
        ("pagedeleted", Conflict, "deleted since it was read"),
        ("nosuchpageid", Conflict, "the id is gone with the page"),
        ("nosuchrevid", Conflict, "the judged revision is gone"),
        ("blocked", NotAllowed, "our own block"),
        ("autoblocked", NotAllowed, "our address's block"),
        ("globalblocking-ipblocked", NotAllowed, "a block on all wikis, before 1.40"),
        ("globalblocking-blockedtext-ip", NotAllowed, "our address, on all wikis"),
        ("globalblocking-blockedtext-range", NotAllowed, "our network, on all wikis"),
        ("globalblocking-blockedtext-xff", NotAllowed, "our proxy, on all wikis"),
        ("globalblocking-blockedtext-user", NotAllowed, "our account, on all wikis"),
        ("globalblocking-blockedtext-autoblock-xff", NotAllowed, "what hangs on such a block"),
        ("wikimedia-globalblocking-blockedtext-user", NotAllowed, "in a wiki farm's own words"),
        ("centralauth-error-locked", NotAllowed, "our account is locked on all wikis"),
        ("torblock-blocked", NotAllowed, "our address: any page gets the same answer"),
        ("permissiondenied", NotAllowed, "the right to edit was lost"),
        ("writeapidenied", NotAllowed, "the right to write was lost"),
        ("badtoken", NotAllowed, "when it comes back after a fresh token"),
        ("assertnameduserfailed", NotAllowed, "when it comes back after a login"),
        ("assertbotfailed", NotAllowed, "the bot flag was lost"),
        ("internal_api_error_DBQueryError", OutcomeUnknown, "thrown perhaps after the commit"),
        ("internal_api_error_Wikimedia\\Rdbms\\DBConnectionError", OutcomeUnknown, "the same"),
        ("protectedpage", Refused, "this page only"),
        ("cascadeprotected", Refused, "this page only"),
        ("titleblacklist-forbidden", Refused, "this title only"),
        ("titleblacklist-forbidden-edit", Refused, "this title only, on 1.39"),
        ("abusefilter-warning", Refused, "a warning is not overridden"),
        ("abusefilter-disallowed", Refused, "this text only"),
        ("spamblacklist", Refused, "this text only"),
        ("captcha", Refused, "a person's task"),
        ("contenttoobig", Refused, "this text only"),
        ("moderation-edit-queued", Refused, "queued: repeating would queue it again"),
        ("hookaborted", Refused, "an extension's word"),
        ("something-new", Refused, "an API error means that nothing was done"),
    ],
)
def test_what_an_error_of_an_edit_means(code: str, wanted: type[WikiError], reason: str) -> None:
    found = failure(code, "as the wiki tells it", EDIT_ERRORS)
    assert type(found) is wanted, reason
    assert code in str(found)
    if isinstance(found, Refused):
        assert found.code == code


@pytest.mark.parametrize(
    ("code", "wanted", "reason"),
    [
        ("articleexists", Refused, "another page stands at the target"),
        ("redirectexists", Refused, "a redirect elsewhere does"),
        ("selfmove", Refused, "it is there already"),
        ("missingtitle", Refused, "nothing to move"),
        ("nosuchpageid", Refused, "nothing to move"),
        ("cantmove", Refused, "no right to move: flags may go on"),
        ("immobilenamespace", Refused, "such pages are not moved"),
        ("invalidtitle", Refused, "no title"),
        ("moderation-move-queued", Refused, "queued: repeating would queue it again"),
        ("blocked", NotAllowed, "our own block"),
        ("globalblocking-blockedtext-user", NotAllowed, "our account, on all wikis"),
        ("centralauth-error-locked", NotAllowed, "our account is locked on all wikis"),
        ("cantmove-anon", NotAllowed, "logged out"),
        ("internal_api_error_Exception", OutcomeUnknown, "perhaps it was done"),
    ],
)
def test_what_an_error_of_a_move_means(code: str, wanted: type[WikiError], reason: str) -> None:
    assert type(failure(code, "", MOVE_ERRORS)) is wanted, reason


@pytest.mark.parametrize("code", ["maxlag", "readonly", "ratelimited"])
@pytest.mark.parametrize("table", [EDIT_ERRORS, MOVE_ERRORS])
def test_what_is_waited_out(code: str, table: tuple[tuple[str, Meaning], ...]) -> None:
    assert meaning(code, table) is Meaning.WAIT


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"result": "Failure", "captcha": {"type": "simple", "id": "7"}}, "captcha"),
        ({"result": "Failure", "spamblacklist": "spam.example"}, "spamblacklist"),
        ({"result": "Failure", "code": "abusefilter-warning", "info": "?"}, "abusefilter-warning"),
        ({"result": "Failure"}, "failure"),
    ],
)
def test_an_edit_that_failed_without_an_error_is_refused(answer: dict[str, Any], code: str) -> None:
    found = edit_failure(answer)
    assert isinstance(found, Refused)
    assert found.code == code


def test_a_success_is_no_failure() -> None:
    assert edit_failure({"result": "Success", "nochange": True}) is None


def test_a_result_nobody_knows_is_unknown() -> None:
    assert isinstance(edit_failure({"result": "Perhaps"}), OutcomeUnknown)
