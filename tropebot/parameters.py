"""The exact API parameters of a write: what is sent, and what a plan shows before it is.

Must not send anything. Token, account and change tag are added on the way.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from tropebot.model import Edit, Move

EARLIER_STEP = "made by an earlier step"
"""What a plan shows for the number of a page or revision that is not there yet; such a number is negative."""


def edit_parameters(edit: Edit) -> dict[str, object]:
    """Of an edit. ``notminor``: the account's preferences may mark every edit as minor."""
    return {
        "action": "edit",
        **({"pageid": edit.page_id} if edit.page_id else {"title": edit.title}),
        "text": None if edit.undo else edit.text,
        "undo": edit.undo or None,
        "appendtext": edit.append,
        "summary": edit.summary,
        "notminor": True,
        "bot": edit.bot,
        "watchlist": "nochange",
        **(
            {"baserevid": edit.base_rev_id, "nocreate": True}
            if edit.base_rev_id
            else {"createonly": True}
        ),
        "starttimestamp": edit.read_at,
    }


def move_parameters(move: Move) -> dict[str, object]:
    """Of a move: of a page by its id, never with subpages that are not named."""
    return {
        "action": "move",
        "fromid": move.page_id,
        "to": move.target,
        "reason": move.summary,
        "movetalk": move.move_talk,
        "noredirect": not move.leave_redirect,
        "watchlist": "nochange",
    }


def delete_parameters(page_id: int, reason: str) -> dict[str, object]:
    """Of a deletion of the page of this id, with its talk page left alone."""
    return {"action": "delete", "pageid": page_id, "reason": reason, "watchlist": "nochange"}


def shown(write: Edit | Move) -> dict[str, str]:
    """The parameters as text, those left out that are not sent."""
    asked: Mapping[str, object] = (
        move_parameters(write) if isinstance(write, Move) else edit_parameters(write)
    )
    return {name: _text(name, value) for name, value in asked.items() if value not in (None, False)}


def _text(name: str, value: object) -> str:
    if value is True:
        return "1"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if name in ("pageid", "baserevid") and isinstance(value, int) and value < 0:
        return EARLIER_STEP
    return str(value)
