"""The three things that tropebot does to a wiki: save, move, delete a page. Each is one request.

Must not decide, and must not repeat: what is not certainly undone is `OutcomeUnknown`, and the caller
looks on the wiki. Fulfils `ports.WikiWriter`.
"""

from collections.abc import Mapping
from typing import Any

from tropebot.errors import OutcomeUnknown
from tropebot.model import Edit, EditResult, Move, MoveResult
from tropebot.parameters import delete_parameters, edit_parameters, move_parameters
from tropebot.wiki.answers import DELETE_ERRORS, EDIT_ERRORS, MOVE_ERRORS, edit_failure
from tropebot.wiki.api import Api


class Writer:
    """Writes to one wiki as one account."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def await_turn(self) -> None:
        """Keep the operator's rate of edits."""
        self._api.await_turn()

    def assert_time_for(self, wait: float) -> None:
        """A wait that the run cannot outlast is none."""
        self._api.assert_time_for(wait)

    def edit(self, edit: Edit) -> EditResult:
        """Save the page on exactly the revision judged.

        ``baserevid`` goes without ``basetimestamp``: with both, MediaWiki overwrites other edits of the same
        second and of our own account. ``starttimestamp`` keeps a page that was deleted since then deleted.
        """
        answer = self._api.write(edit_parameters(edit), EDIT_ERRORS)
        done = answer.get("edit")
        if not isinstance(done, Mapping):
            raise OutcomeUnknown("The wiki answers an edit with something that is not understood.")
        refused = edit_failure(done)
        if refused is not None:
            raise refused
        if done.get("nochange"):
            base = edit.base_rev_id
            return EditResult(
                rev_id=base,
                old_rev_id=base,
                no_change=True,
                page_id=done.get("pageid", edit.page_id),
            )
        if "newrevid" not in done:
            raise OutcomeUnknown("The wiki says that it saved the page, but not as which revision.")
        return EditResult(
            rev_id=done["newrevid"],
            old_rev_id=done.get("oldrevid", 0),
            page_id=done.get("pageid", edit.page_id),
        )

    def move(self, move: Move) -> MoveResult:
        """Move the page of this id, wherever it stands now; never its subpages."""
        answer = self._api.write(move_parameters(move), MOVE_ERRORS)
        done = answer.get("move")
        if not isinstance(done, Mapping) or "to" not in done:
            raise OutcomeUnknown("The wiki answers a move with something that is not understood.")
        return MoveResult(
            title=done["from"],
            target=done["to"],
            redirect_left=bool(done.get("redirectcreated")),
            talk_moved="talkto" in done,
            talk_error=_talk_error(done),
            over_redirect=bool(done.get("moveoverredirect")),
        )

    def delete_page(self, page_id: int, reason: str) -> None:
        """Delete the page of this id, wherever it stands now."""
        answer = self._api.write(delete_parameters(page_id, reason), DELETE_ERRORS)
        if not isinstance(answer.get("delete"), Mapping):
            raise OutcomeUnknown(
                "The wiki answers a deletion with something that is not understood."
            )


def _talk_error(done: Mapping[str, Any]) -> str:
    """Why the talk page stayed; the API still says that the move went well."""
    errors = done.get("talkmove-errors") or ()
    codes = [str(error.get("code", "unknown")) for error in errors if isinstance(error, Mapping)]
    return codes[0] if codes else str(done.get("talkmove-error-code", ""))
