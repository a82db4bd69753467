"""What an API's error code means for the caller, as tables.

Must not send anything or look at a clock. The codes are MediaWiki's (1.39 to 1.45) and those of
the extensions AbuseFilter, CentralAuth, ConfirmEdit, GlobalBlocking, Moderation and the two blacklists.
"""

from collections.abc import Mapping
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import Any

from tropebot.errors import (
    Conflict,
    ListRefused,
    NotAllowed,
    OutcomeUnknown,
    Refused,
    Unavailable,
    WikiError,
)


class Meaning(Enum):
    """What to do about an error that the API gave in answer to a write."""

    WAIT = auto()  # certainly not done; may be sent again after a while
    TOKEN = auto()  # certainly not done; once more with a fresh token
    LOGIN = auto()  # certainly not done; once more after logging in
    TAG = auto()  # certainly not done; once more without the change tag
    CONFLICT = auto()
    NOT_ALLOWED = auto()
    UNKNOWN = auto()
    REFUSED = auto()


_BOTH: tuple[tuple[str, Meaning], ...] = (
    ("maxlag", Meaning.WAIT),
    ("readonly", Meaning.WAIT),
    ("ratelimited", Meaning.WAIT),
    ("actionthrottledtext", Meaning.WAIT),
    ("badtoken", Meaning.TOKEN),
    ("notoken", Meaning.TOKEN),
    ("assertuserfailed", Meaning.LOGIN),
    ("assertnameduserfailed", Meaning.LOGIN),
    ("notloggedin", Meaning.LOGIN),
    ("badtags", Meaning.TAG),
    ("tags-apply-*", Meaning.TAG),
    ("blocked", Meaning.NOT_ALLOWED),
    ("autoblocked", Meaning.NOT_ALLOWED),
    ("globalblocking-*", Meaning.NOT_ALLOWED),
    ("wikimedia-globalblocking-*", Meaning.NOT_ALLOWED),
    ("blockedtext*", Meaning.NOT_ALLOWED),
    ("centralauth-error-*", Meaning.NOT_ALLOWED),  # the account is locked on all wikis
    ("torblock-*", Meaning.NOT_ALLOWED),  # these two: the address is not welcome on any page
    ("stopforumspam-blocked", Meaning.NOT_ALLOWED),
    ("permissiondenied", Meaning.NOT_ALLOWED),
    ("readapidenied", Meaning.NOT_ALLOWED),
    ("writeapidenied", Meaning.NOT_ALLOWED),
    ("noapiwrite", Meaning.NOT_ALLOWED),
    ("assertbotfailed", Meaning.LOGIN),  # asked before assertuser: logged out, or the flag is gone
    ("mwoauth-*", Meaning.NOT_ALLOWED),
    ("internal_api_error_*", Meaning.UNKNOWN),  # thrown perhaps after the commit
    ("internalerror", Meaning.UNKNOWN),
)
EDIT_ERRORS: tuple[tuple[str, Meaning], ...] = (
    *_BOTH,
    ("noedit", Meaning.NOT_ALLOWED),
    ("noedit-anon", Meaning.NOT_ALLOWED),
    ("editconflict", Meaning.CONFLICT),
    ("articleexists", Meaning.CONFLICT),  # createonly: somebody was quicker
    ("missingtitle", Meaning.CONFLICT),  # nocreate: it is gone
    ("pagedeleted", Meaning.CONFLICT),
    ("nosuchpageid", Meaning.CONFLICT),
    ("nosuchrevid", Meaning.CONFLICT),
    ("undofailure", Meaning.CONFLICT),  # undo: later edits are in the way
)
DELETE_ERRORS: tuple[tuple[str, Meaning], ...] = (
    *_BOTH,
    ("missingtitle", Meaning.CONFLICT),
    ("nosuchpageid", Meaning.CONFLICT),
    ("cantdelete", Meaning.CONFLICT),  # somebody was quicker
)
MOVE_ERRORS: tuple[tuple[str, Meaning], ...] = (*_BOTH, ("cantmove-anon", Meaning.NOT_ALLOWED))

READ_ERRORS: tuple[tuple[str, Meaning], ...] = (
    ("maxlag", Meaning.WAIT),
    ("readonly", Meaning.WAIT),
    ("ratelimited", Meaning.WAIT),
    ("internal_api_error_*", Meaning.WAIT),
    ("assertuserfailed", Meaning.LOGIN),
    ("assertnameduserfailed", Meaning.LOGIN),
    ("readapidenied", Meaning.NOT_ALLOWED),
    ("mwoauth-*", Meaning.NOT_ALLOWED),
)


def meaning(code: str, table: tuple[tuple[str, Meaning], ...]) -> Meaning:
    """The code's meaning; one that is not known is a refusal: an API error means that nothing was done."""
    return next((word for name, word in table if fnmatchcase(code, name)), Meaning.REFUSED)


def failure(code: str, info: str, table: tuple[tuple[str, Meaning], ...]) -> WikiError:
    """The error to raise for a code, when it is not to be tried again."""
    said = f"The wiki says “{code}”: {info}" if info else f"The wiki says “{code}”."
    match meaning(code, table):
        case Meaning.CONFLICT:
            return Conflict(said)
        case Meaning.UNKNOWN:
            return OutcomeUnknown(said)
        case Meaning.NOT_ALLOWED | Meaning.TOKEN | Meaning.LOGIN:
            return NotAllowed(said)
        case _:
            return Refused(code, said)


def edit_failure(answer: Mapping[str, Any]) -> WikiError | None:
    """What an ``edit`` answer that is no error says, where it is no success either.

    AbuseFilter (before 1.36), ConfirmEdit and SpamBlacklist refuse in this form.
    """
    result = answer.get("result")
    if result == "Success":
        return None
    if result != "Failure":
        return OutcomeUnknown(f"The wiki answers an edit with “{result}”, which is not understood.")
    for key in ("captcha", "spamblacklist", "assert"):
        if key in answer:
            return Refused(key, f"The wiki wants no such edit: {key}.")
    code = str(answer.get("code") or "failure")
    return Refused(code, f"The wiki refuses the edit: {answer.get('info') or code}")


def told(error: object) -> tuple[str, str]:
    if not isinstance(error, Mapping):
        return "unknown", str(error)
    return str(error.get("code", "unknown")), str(error.get("info", ""))


def part(answer: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """A part of an answer, empty where a wiki left it out or sent something else."""
    part: Any = answer
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def read_failure(code: str, info: str) -> NotAllowed | Unavailable:
    found = failure(code, info, READ_ERRORS)
    if code == "badcontinue":
        return ListRefused(str(found))
    return found if isinstance(found, NotAllowed) else Unavailable(str(found))
