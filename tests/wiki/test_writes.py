"""The exact parameters of an edit and a move, and what is made of their answers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tests.wiki.scripted import CSRF, Script, api_of
from tropebot.errors import OutcomeUnknown, Refused
from tropebot.model import Edit, EditResult, Move, MoveResult
from tropebot.parameters import edit_parameters, move_parameters
from tropebot.wiki.wire import encoded
from tropebot.wiki.writes import Writer

READ_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
EDIT = Edit(
    page_id=3,
    title="A page",
    base_rev_id=7,
    read_at=READ_AT,
    summary="[tb:12345678] a reason",
    text="Text.",
)
MOVE = Move(
    page_id=3,
    title="Trope Workshop:A",
    target="A",
    summary="[tb:12345678] a reason",
    move_talk=True,
    leave_redirect=True,
)


def form(parameters: dict[str, object]) -> set[str]:
    return set(encoded(parameters).split("&"))


def test_peer_f01_an_edit_is_conditional_on_the_judged_revision() -> None:
    assert form(edit_parameters(EDIT)) == {
        "action=edit",
        "pageid=3",
        "text=Text.",
        "summary=%5Btb%3A12345678%5D+a+reason",
        "notminor=1",
        "bot=1",
        "watchlist=nochange",
        "baserevid=7",
        "nocreate=1",
        "starttimestamp=2026-01-05T12%3A00%3A00Z",
    }


@pytest.mark.parametrize(
    ("edit", "has", "has_not", "reason"),
    [
        (replace(EDIT, bot=False), "notminor=1", "bot", "people are to see it"),
        (replace(EDIT, page_id=0), "title=A+page", "pageid", "a page without an id"),
        (replace(EDIT, base_rev_id=0, page_id=0), "createonly=1", "baserevid", "a new page"),
        (replace(EDIT, base_rev_id=0, page_id=0), "createonly=1", "nocreate", "a new page"),
        (replace(EDIT, text=None, append="\nx"), "appendtext=%0Ax", "text", "appended"),
        (replace(EDIT, text=""), "text=", "appendtext", "a page made blank"),
    ],
)
def test_variants_of_an_edit(edit: Edit, has: str, has_not: str, reason: str) -> None:
    sent = form(edit_parameters(edit))
    assert has in sent, reason
    assert has_not not in {part.partition("=")[0] for part in sent}, reason


@pytest.mark.parametrize("never", ["minor", "section", "recreate", "basetimestamp", "movesubpages"])
def test_what_is_never_sent(never: str) -> None:
    assert never not in edit_parameters(EDIT) | move_parameters(MOVE)


def test_a_move_goes_by_the_pages_id() -> None:
    assert form(move_parameters(MOVE)) == {
        "action=move",
        "fromid=3",
        "to=A",
        "reason=%5Btb%3A12345678%5D+a+reason",
        "movetalk=1",
        "watchlist=nochange",
    }
    bare = replace(MOVE, move_talk=False, leave_redirect=False)
    assert "noredirect=1" in form(move_parameters(bare))
    assert "movetalk=1" not in form(move_parameters(bare))


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (
            {"result": "Success", "pageid": 3, "oldrevid": 7, "newrevid": 8},
            EditResult(rev_id=8, old_rev_id=7, page_id=3),
        ),
        (
            {"result": "Success", "pageid": 3, "nochange": True},
            EditResult(rev_id=7, old_rev_id=7, page_id=3, no_change=True),
        ),
        (
            {"result": "Success", "pageid": 9, "oldrevid": 0, "newrevid": 10, "new": True},
            EditResult(rev_id=10, old_rev_id=0, page_id=9),
        ),
    ],
)
def test_what_an_edit_did(answer: dict[str, Any], result: EditResult) -> None:
    assert Writer(api_of(Script([CSRF, {"edit": answer}]))).edit(EDIT) == result


@pytest.mark.parametrize(
    "answer", [{"edit": "ok"}, {"edit": {"result": "Success"}}, {"batchcomplete": True}]
)
def test_an_edit_whose_answer_says_nothing_is_unknown(answer: dict[str, Any]) -> None:
    script = Script([CSRF, answer])
    with pytest.raises(OutcomeUnknown):
        Writer(api_of(script)).edit(EDIT)
    assert len(script.writes()) == 1


def test_a_captcha_is_a_refusal_and_is_not_answered() -> None:
    script = Script([CSRF, {"edit": {"result": "Failure", "captcha": {"id": "5"}}}])
    with pytest.raises(Refused):
        Writer(api_of(script)).edit(EDIT)
    assert len(script.writes()) == 1


MOVED = {"from": "Trope Workshop:A", "to": "A", "reason": "r"}


@pytest.mark.parametrize(
    ("answer", "redirect", "talk", "error"),
    [
        ({**MOVED, "redirectcreated": True}, True, False, ""),
        ({**MOVED, "talkfrom": "T", "talkto": "U"}, False, True, ""),
        ({**MOVED, "talkmove-errors": [{"code": "articleexists"}]}, False, False, "articleexists"),
        ({**MOVED, "talkmove-error-code": "articleexists"}, False, False, "articleexists"),
    ],
)
def test_what_a_move_did(answer: dict[str, Any], redirect: bool, talk: bool, error: str) -> None:
    assert Writer(api_of(Script([CSRF, {"move": answer}]))).move(MOVE) == MoveResult(
        title="Trope Workshop:A",
        target="A",
        redirect_left=redirect,
        talk_moved=talk,
        talk_error=error,
    )


def test_a_move_whose_answer_says_nothing_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        Writer(api_of(Script([CSRF, {"move": {}}]))).move(MOVE)
