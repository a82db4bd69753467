"""What was found of a bot home and its wiki, and the lines that are said about it: frozen values.

Must not decide what is wrong (`machine`, `seat` and `rulebook` do).
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from tropebot.errors import Exit
from tropebot.model import OnWikiPage
from tropebot.policy.force import PolicyInForce
from tropebot.sites import Vitals


class Word(StrEnum):
    """How something stands: a warning lets the bot work, a failure does not, or not as the policy asks."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at, what to do about it, and the exit code that a failure comes to."""

    name: str
    word: Word
    says: str
    do: str = ""
    exit: Exit = Exit.DONE


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something that kept us from looking further, with the line's name."""

    name: str
    says: str
    exit: Exit


class LedgerFound(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger's file without its being changed: ``version`` 0 where there is none yet."""

    version: int
    newest: int
    problems: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()


class HomeFound(msgspec.Struct, frozen=True, kw_only=True):
    """The machine's side; ``free`` are bytes on the disk of the state directory.

    ``bot_password``: what is there is no account's own password; ``None``: nothing was read. ``webhooks``:
    how many are told of things, or why their file cannot be used.
    """

    directory: str
    contact: str
    ledger: LedgerFound
    running: bool
    free: int
    bot_password: bool | None = None
    webhooks: int | str = 0


class WikiFound(msgspec.Struct, frozen=True, kw_only=True):
    """The wiki's side, under the policy that stands there.

    ``force`` is by the policy with what the operator forbids, ``planned`` by the one without; ``None`` where
    there is no usable policy: ``policy_problem`` says why. ``editors_groups`` are those of who saved the run
    page last, ``existing`` the templates that the policy relies on and that are there, ``blank`` those of
    them that hold nothing.
    """

    url: str
    account: str
    edits_per_minute: float
    now: datetime
    vitals: Vitals
    policy_title: str
    policy_page: OnWikiPage | None = None
    policy_problem: str = ""
    force: PolicyInForce | None = None
    planned: PolicyInForce | None = None
    forbids_writes: bool = False
    run_title: str = ""
    run_page: OnWikiPage | None = None
    editors_groups: frozenset[str] = frozenset()
    existing: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found; what is ``None`` could not be looked at, and ``troubles`` say why."""

    home: HomeFound | None = None
    wiki: WikiFound | None = None
    troubles: tuple[Trouble, ...] = ()
    requests: int = 0


def ok(name: str, says: str) -> Line:
    """A line about something that is as it should be."""
    return Line(name=name, word=Word.OK, says=says)


def warn(name: str, says: str, do: str = "") -> Line:
    """A line about something that the bot can live with."""
    return Line(name=name, word=Word.WARN, says=says, do=do)


def fail(name: str, says: str, do: str = "", *, exit_code: Exit = Exit.CONFIG) -> Line:
    """A line about something that has to be put right."""
    return Line(name=name, word=Word.FAIL, says=says, do=do, exit=exit_code)
