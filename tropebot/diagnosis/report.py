"""All lines about what was found, and the exit code that they come to.

Must not leave a failure out: what could not be looked at is said as well.
"""

from collections.abc import Iterable

from tropebot.diagnosis.machine import machine
from tropebot.diagnosis.rulebook import rulebook
from tropebot.diagnosis.seat import seat
from tropebot.diagnosis.values import Found, Line, Word, fail
from tropebot.errors import Exit

_DO = {
    "home": "docs/by-hand.md shows what belongs into a home; tropebot init makes a new one",
    "file modes": "then run doctor again: it looks further once they are right",
    "password": "docs/by-hand.md shows the line; Special:BotPasswords makes a password",
    "pywikibot": "docs/by-hand.md shows both files",
    "reachable": "see whether the wiki answers in a browser, and what families/ says of its address",
    "login": "see the account’s name, and make a new bot password on Special:BotPasswords if in doubt",
}
_WORST = (Exit.CONFIG, Exit.NOT_ALLOWED, Exit.UNAVAILABLE)


def diagnosis(found: Found) -> tuple[Line, ...]:
    """Line by line, in the order in which somebody would put things right."""
    lines: list[Line] = []
    if found.home is not None:
        lines += machine(found.home)
    if found.wiki is not None:
        lines += seat(found.wiki)
        lines += rulebook(found.wiki)
    for trouble in found.troubles:
        do = _DO.get(trouble.name, "")
        lines.append(fail(trouble.name, trouble.says, do, exit_code=trouble.exit))
    return tuple(lines)


def exit_code(lines: Iterable[Line]) -> Exit:
    """0 where nothing failed; else of what has to be put right first: settings, account, wiki."""
    codes = {line.exit for line in lines if line.word is Word.FAIL}
    return next((code for code in _WORST if code in codes), Exit.DONE if not codes else min(codes))
