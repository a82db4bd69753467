"""`tropebot report`: the state of the wiki's policy, as a page of HTML.

Must not decide anything; the ledger alone is asked, so it works without network.
"""

import os
import tempfile
from pathlib import Path

import click

from tropebot.cli.shared import print_line, say, shared, shared_options
from tropebot.errors import ConfigError, Exit

PAGE = "index.html"


@click.command(name="report")
@click.option(
    "--html",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help=f"Write a page with charts and tables, {PAGE}, into DIR; it opens from disk.",
)
@shared_options
def command(directory: Path) -> Exit:
    """Show how the wiki stands: open findings, drafts, promotions, runs.

    The page holds all that it shows and fetches nothing; its links lead to the wiki.
    """
    path = write_page(directory)
    if shared().as_json:
        print_line("report", path=str(path))
    else:
        say(f"Wrote “{path}”; open it in a browser.")
    return Exit.DONE


def write_page(directory: Path) -> Path:
    """Make the page and put it there whole, over an older one. Raises `ConfigError`."""
    # imported here: the ledger brings SQLite, which --help need not wait for
    from tropebot.app import API_URL, ledger_of, load_policy  # noqa: PLC0415
    from tropebot.home import open_home  # noqa: PLC0415
    from tropebot.reports.page import html  # noqa: PLC0415
    from tropebot.reports.state import read_state  # noqa: PLC0415
    from tropebot.rules import all_rules  # noqa: PLC0415

    home = open_home(shared().home)
    policy = load_policy(home, None).policy
    with ledger_of(shared().home) as ledger:
        state = read_state(ledger, {rule.code: rule.name for rule in all_rules()})
        script = ledger.changes.note(API_URL).removesuffix("api.php")
    wiki = policy.name or home.operator.family
    page = html(state, wiki=wiki, script=script, language=policy.language)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=directory, prefix=".report-", suffix=".html")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page)
        return Path(name).replace(directory / PAGE)
    except OSError as error:
        raise ConfigError(
            f"The page cannot be written to “{directory}”: {error.strerror}."
        ) from None
