"""Lists expired flags and asks about each nomination, or deletion: the script `expired_flags`.

Must not decide which flags are expired.
"""

import click

from tropebot.cli.asking import Asking
from tropebot.cli.bars import bar
from tropebot.cli.cleanup import Asked, known_titles, show
from tropebot.cli.shared import print_line, print_table, say, shared
from tropebot.errors import Exit


def expired(asked: Asked) -> Exit:
    """Show the list; with ``nominate`` or ``delete``, and ``apply``, ask about each page."""
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened_for_long  # noqa: PLC0415
    from tropebot.athome import API_URL  # noqa: PLC0415
    from tropebot.cleanup import Wanted  # noqa: PLC0415
    from tropebot.expiry import DELETED, LISTED, NOMINATED, expired_flags  # noqa: PLC0415
    from tropebot.wiki.generators import fetch_titles  # noqa: PLC0415

    nominate, delete = bool(asked.more["nominate"]), bool(asked.more["delete"])
    if nominate and delete:
        raise click.UsageError("Either --nominate or --delete.")
    with opened_for_long(shared().home) as opened, bar("looking") as progress:
        opened.patrol.progress = progress
        titles = known_titles(fetch_titles(opened.home, asked.pages), asked, progress)
        job = DELETED if delete and asked.apply else NOMINATED if nominate else LISTED
        asking = Asking(
            opened.patrol.ledger.changes.note(API_URL).removesuffix("api.php"),
            heard=opened.session.begin_run,
            aside=progress.aside,
            all=asked.unasked,
        )
        applying = asked.apply and (nominate or delete)
        report, found, deleted = expired_flags(
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
                by="bot" if each.ours else "people",
            )
    elif found and not applying:
        rows = [
            (f"{each.days}", f"{each.since:%Y-%m-%d}", ", ".join(each.codes), each.title)
            for each in found
        ]
        print_table(("days", "flagged", "rules", "page"), rows)
    elif not found:
        say("No flag has stood for longer than the policy allows.")
    for title in deleted:
        if shared().as_json:
            print_line("deleted", title=title)
        else:
            say(f"{'deleted':<10} {title}")
    return show(report)
