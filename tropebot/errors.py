"""Every failure that tropebot expects, named for what the caller must do, with its exit code.

Must not import anything of ours. Each class's docstring is its default message.
"""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit code says; cron jobs and scripts rely on it."""

    DONE = 0
    FINDINGS = 1
    CONFIG = 2
    STOPPED = 3
    NOT_ALLOWED = 4
    UNAVAILABLE = 5
    LOCKED = 6
    INCOMPLETE = 7
    BUG = 70
    INTERRUPTED = 130


class TropebotError(Exception):
    """Something went wrong that tropebot knows about."""

    exit_code: Exit = Exit.BUG

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").split("\n\n")[0].replace("\n", " "))


class ConfigError(TropebotError):
    """The bot home or the command line is not usable: correct it and run again."""

    exit_code = Exit.CONFIG


class PolicyError(ConfigError):
    """The policy document is not usable: correct it; nothing is written to the wiki until then."""


class UnknownNamespace(PolicyError):
    """The policy, or tropebot.toml, names a namespace that the wiki does not have."""


class BrokenDump(ConfigError):
    """The dump is broken: fetch it again; what was read up to the break has been given."""


class LedgerError(ConfigError):
    """The ledger cannot be read or written: nothing is sent to the wiki until that is mended."""


class Stopped(TropebotError):
    """The run page does not say “run”: an editor named in the policy can start the bot again."""

    exit_code = Exit.STOPPED


class LockHeld(TropebotError):
    """Another tropebot works for this wiki and account: wait for it to end."""

    exit_code = Exit.LOCKED


class Incomplete(TropebotError):
    """The work is not complete: what is missing is said above; run again to go on."""

    exit_code = Exit.INCOMPLETE


class Interrupted(TropebotError):
    """Interrupted: what was begun is in the ledger, and the next run goes on from there."""

    exit_code = Exit.INTERRUPTED


class AnswerLost(Incomplete):
    """The answer cannot be written to the standard output."""


class ReaderGone(Incomplete):
    """Whoever read the answer reads no further, as `head` does: there is nobody to tell."""


class WikiError(TropebotError):
    """The wiki gave an answer that tropebot cannot go on with."""

    exit_code = Exit.UNAVAILABLE


class Unavailable(WikiError):
    """The wiki does not answer as a MediaWiki API: try again later."""


class ListRefused(Unavailable):
    """The wiki does not know the place from which a list is to go on: read it from its beginning."""


class OutcomeUnknown(WikiError):
    """A write was sent and its answer was lost: look on the wiki for its mark before sending again."""


class Conflict(WikiError):
    """The page is not as it was when it was judged: judge it again."""


class Refused(WikiError):
    """The wiki refused this one write: record the reason, do not repeat it."""

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(message or code)
        self.code = code


class NotAllowed(WikiError):
    """The account may not work here (logged out, blocked, rights lost): stop and tell the operator."""

    exit_code = Exit.NOT_ALLOWED


EARLY_ENDS = (Stopped, NotAllowed, Unavailable, Incomplete, Interrupted, UnknownNamespace)
"""What ends a pass before all is done, and is told in its report."""
