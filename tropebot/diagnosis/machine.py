"""The machine's side of a bot home: files, ledger, lock, disk, contact.

Must not look at them; what was found comes in.
"""

from collections.abc import Iterator

from tropebot.diagnosis.values import HomeFound, LedgerFound, Line, fail, ok, warn
from tropebot.i18n.counts import counted

ENOUGH = 200 << 20
TOO_LITTLE = 10 << 20
"""Bytes on the disk: a ledger grows by some kilobytes a page, its journal by more."""


def machine(home: HomeFound) -> Iterator[Line]:
    """A line for each thing on this machine that must be right."""
    yield ok("home", f"{home.directory}; settings, family and password are for you alone")
    yield _contact(home)
    if home.bot_password is not None:
        yield _password(home.bot_password)
    yield _webhooks(home.webhooks)
    yield from _ledger(home.ledger)
    yield (
        ok("lock", "held by a run that works right now")
        if home.running
        else ok("lock", "free: no other run works for this wiki and account")
    )
    yield _disk(home.free)


def _contact(home: HomeFound) -> Line:
    if home.contact:
        return ok("contact", f"every request names “{home.contact}”")
    return warn(
        "contact",
        "no contact is named in the requests; Miraheze and others may bar a bot without one",
        "set contact in tropebot.toml: your user page, or an address",
    )


def _password(of_bot: bool) -> Line:
    if of_bot:
        return ok("password", "a bot password, which opens no more than its grants say")
    return warn(
        "password",
        "it is the account’s own: it opens everything, and many wikis let no bot log in with it",
        "make a bot password on Special:BotPasswords",
    )


def _webhooks(found: int | str) -> Line:
    if isinstance(found, str):
        return fail("webhooks", found, "docs/webhooks.md shows the file; without it none is told")
    return ok(
        "webhooks",
        f"{counted(found, 'place')} outside the wiki told of things" if found else "none is named",
    )


def _ledger(ledger: LedgerFound) -> Iterator[Line]:
    if ledger.problems:
        yield fail(
            "ledger",
            f"it is damaged: {ledger.problems[0]}",
            "put a backup in its place (tropebot ledger backup makes one); without one move it away: nothing"
            " is done twice",
        )
    elif ledger.version > ledger.newest:
        yield fail(
            "ledger",
            f"it was written by a newer tropebot (form {ledger.version}, here {ledger.newest})",
            "use that one, or put back a backup of before",
        )
    elif not ledger.version:
        yield ok("ledger", "there is none yet; the first run makes it")
    elif ledger.version < ledger.newest:
        yield ok("ledger", "sound; the next run brings it to its newest form")
    else:
        yield ok("ledger", "sound, and of the newest form")
    for why in ledger.stops:
        yield warn("stop", why, "tropebot resume goes on after it")


def _disk(free: int) -> Line:
    megabytes = f"{free >> 20} MB are free"
    if free < TOO_LITTLE:
        return fail("disk", megabytes, "free some: without its ledger the bot sends nothing")
    if free < ENOUGH:
        return warn("disk", megabytes, "free some before it is full")
    return ok("disk", megabytes)
