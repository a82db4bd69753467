"""What is broken of the pages that a policy relies on, and what rests on each of them.

Must not look for breaks (`policy.health` does) or know whom they are told.
"""

from collections.abc import Collection
from enum import StrEnum

import msgspec


class Fault(StrEnum):
    """What is wrong with a page that the policy relies on; each has a message `break-…`."""

    MISSING = "missing"
    BLANK = "blank"
    REDIRECT = "redirect"
    LACKS = "lacks"
    UNFILLED = "unfilled"


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A page that the policy relies on and that is broken, as long as it is.

    ``codes`` are the rules that judge nothing meanwhile; ``promotes``: no draft is moved either. ``spared``:
    something else does as well, so that nothing rests on the page.
    ``rev_id`` is the revision that broke it and ``user`` who saved that, or who deleted the page; 0 and empty
    where that is not known. ``sound_rev`` is the last revision that was sound, 0 where none was ever seen.
    """

    title: str
    fault: Fault
    params: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()
    promotes: bool = False
    spared: bool = False
    rev_id: int = 0
    user: str = ""
    sound_rev: int = 0

    @property
    def message(self) -> str:
        """The key of the message that says what is wrong."""
        return f"break-{self.fault}"


def sentences(what: Break) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is to be said of a break, as messages and their parameters, in order."""
    said = [(what.message, what.params)]
    if what.rev_id and what.user:
        said.append(("break-since", (str(what.rev_id), what.user)))
    elif what.rev_id:
        said.append(("break-since-revision", (str(what.rev_id),)))
    elif what.user:
        said.append(("break-by", (what.user,)))
    if what.sound_rev and what.sound_rev != what.rev_id:
        said.append(("break-sound", (str(what.sound_rev),)))
    if what.codes:
        said.append(("break-rules", (", ".join(sorted(what.codes)), str(len(what.codes)))))
    if what.promotes:
        said.append(("break-promotes", ()))
    return tuple(said)


def silenced(breaks: Collection[Break]) -> frozenset[str]:
    """The rules that judge nothing while these breaks last."""
    return frozenset(code for each in breaks for code in each.codes)
