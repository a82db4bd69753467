"""Lists expired flags and asks about each nomination: the script `expired_flags`.

Must not decide which flags are expired.
"""

from tropebot.cli.asking import Asking
from tropebot.cli.cleanup import Asked, show
from tropebot.cli.shared import print_line, print_table, shared
from tropebot.errors import Exit


def expired(asked: Asked) -> Exit:
    """Show the list; with ``nominate`` the plan, and with ``apply`` ask about each."""
    # imported here: only what needs the wiki waits for it
    from tropebot.app import API_URL, opened_for_long  # noqa: PLC0415
    from tropebot.cleanup import Wanted  # noqa: PLC0415
    from tropebot.expiry import LISTED, NOMINATED, expired_flags  # noqa: PLC0415
    from tropebot.wiki.generators import fetch_titles  # noqa: PLC0415

    nominate = bool(asked.more["nominate"])
    with opened_for_long(shared().home) as opened:
        titles = fetch_titles(opened.home, asked.pages) if asked.pages else None
        job = NOMINATED if nominate else LISTED
        asking = Asking(
            opened.patrol.ledger.changes.note(API_URL).removesuffix("api.php"),
            heard=opened.session.begin_run,
            all=asked.unasked,
        )
        applying = asked.apply and nominate
        report, found = expired_flags(
            opened.patrol,
            Wanted(job=job, titles=titles, limit=asked.limit),
            dry_run=not applying,
            review=asking if applying else None,
        )
    if shared().as_json:
        for each in found:
            print_line(
                "expired",
                title=each.title,
                template=each.template,
                codes=each.codes,
                since=each.since,
                days=each.days,
            )
    elif found and not applying:
        rows = [
            (f"{each.days}", f"{each.since:%Y-%m-%d}", ", ".join(each.codes), each.title)
            for each in found
        ]
        print_table(("days", "flagged", "rules", "page"), rows)
    return show(report)
