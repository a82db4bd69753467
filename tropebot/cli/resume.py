"""`tropebot resume`: a person lets the bot go on, or lets a rule judge a page anew.

Must not decide what stops the bot.
"""

from typing import TYPE_CHECKING

import click

from tropebot.cli.shared import print_line, say, shared, shared_options
from tropebot.errors import Exit

if TYPE_CHECKING:
    from tropebot.resumption import Resumed


@click.command(name="resume")
@click.option("--page", metavar="TITLE", default="", help="Clear people’s noes on this page.")
@click.option(
    "--rule",
    metavar="CODE",
    default="",
    help="With --page only this rule’s no (TB101, promotion …); alone: close this rule’s breaker.",
)
@click.option("--list", "only_list", is_flag=True, help="Tell what stands; change nothing.")
@shared_options
def command(page: str, rule: str, only_list: bool) -> Exit:
    """Go on after a message, the end of a trial or a lost right; or clear a breaker or a no.

    A breaker is closed only by its rule’s name, a no only by its page.
    """
    # imported here: the ledger brings SQLite, which --help need not wait for
    from tropebot.athome import ledger_of  # noqa: PLC0415
    from tropebot.resumption import resume, standing  # noqa: PLC0415

    if only_list:
        with ledger_of(shared().home) as ledger:
            found = standing(ledger)
        _tell(found, stop="stopped by", no="kept off")
        if not (found.stops or found.noes) and not shared().as_json:
            say("Nothing stops the bot, and nobody has said no.")
        return Exit.DONE
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened  # noqa: PLC0415

    with opened(shared().home) as patrol, patrol.lock():
        found = resume(patrol.reader, patrol.ledger, page=page, rule=rule)
        left = standing(patrol.ledger).stops
    _tell(found, stop="cleared", no="cleared")
    if not shared().as_json:
        if not (found.stops or found.noes):
            say("Nothing of the kind stopped the bot.")
        for stop in left:
            say(f"still open: {stop.kind} {stop.subject}: {stop.why}")
    return Exit.DONE


def _tell(found: "Resumed", *, stop: str, no: str) -> None:
    for each in found.stops:
        if shared().as_json:
            print_line(
                "stop",
                state=stop,
                kind=each.kind,
                subject=each.subject,
                why=each.why,
                at=each.since,
            )
        else:
            say(" ".join(filter(None, (f"{stop}:", each.kind, each.subject))) + f": {each.why}")
    for one in found.noes:
        if shared().as_json:
            print_line("no", state=no, title=one.title, code=one.code, why=one.why, at=one.at)
        else:
            since = f", {one.at[:16].replace('T', ' ')}" if one.at else ""
            name = f"“{one.title}”" if one.title else f"page {one.page_id}"
            say(f"{no}: {one.code} on {name} ({one.why}{since})")
