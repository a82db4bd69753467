"""`tropebot worklist`: the open findings of a rule as a list, for people, spreadsheets and wiki pages.

Must not decide anything; the ledger alone is asked, so it works without network.
"""

from typing import TYPE_CHECKING

import click

from tropebot.cli.rules import rule_called
from tropebot.cli.shared import NUMBER, print_line, say, shared, shared_options, warn
from tropebot.errors import Exit
from tropebot.i18n.counts import counted
from tropebot.rules import all_rules

if TYPE_CHECKING:  # the ledger brings SQLite, which --help need not wait for
    from tropebot.reports.worklist import Order

FORMATS = ("titles", "csv", "wikitext", "json")


@click.command(name="worklist")
@click.argument("rule", metavar="RULE")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="titles",
    help="titles: one per line; csv; wikitext: a table for a wiki page; json: an object per line.",
)
@click.option("--creator", metavar="NAME", help="Only pages that this person made.")
@click.option("--age", type=NUMBER, metavar="DAYS", help="Only what has stood for so many days.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(("age", "title", "creator")),
    default="age",
    help="The oldest first, or by title, or by creator.",
)
@shared_options
def command(*, rule: str, form: str, creator: str | None, age: int | None, order: "Order") -> Exit:
    """List the pages with an open finding of RULE (TB101, or a rule's name).

    It is what the bot's patrols found and what still stands; a page is there once. Titles can be handed to
    other tools line by line.
    """
    # imported here: the ledger brings SQLite, which --help need not wait for
    from tropebot.athome import ledger_of, load_policy  # noqa: PLC0415
    from tropebot.home import open_home  # noqa: PLC0415
    from tropebot.reports.worklist import as_csv, fields, selected, wikitable  # noqa: PLC0415

    code = rule_called(rule, all_rules()).code
    language = load_policy(open_home(shared().home), None).policy.language
    with ledger_of(shared().home) as ledger:
        now, found = ledger.overview.at(), ledger.overview.found(code=code, standing=True)
    rows = selected(found, now, creator=creator or "", days=age or 0, order=order) if now else ()
    if shared().as_json or form == "json":
        for each in rows:
            print_line("page", **fields(each, now, language) if now else {})
    elif form == "csv" and now:
        say(as_csv(rows, now, language).removesuffix("\n"))
    elif form == "wikitext":
        say(wikitable(rows, language))
    else:
        for each in rows:
            if each.title:
                say(each.title)
    if form == "titles" and (unnamed := sum(not each.title for each in rows)):
        warn(f"Known by number only: {counted(unnamed, 'more page')}; --format csv lists all.")
    if creator and (unknown := sum(not each.creator for each in found)):
        warn(f"The bot does not know who made {counted(unknown, 'page')} with this finding.")
    return Exit.DONE
