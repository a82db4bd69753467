"""`tropebot report`: the state of the wiki's policy, as a page of HTML or on the wiki.

Must not decide anything. The page of HTML asks the ledger alone, so it works without network.
"""

import os
from pathlib import Path

import click

from tropebot.cli.bars import bar
from tropebot.cli.shared import print_line, say, shared, shared_options
from tropebot.errors import ConfigError, Exit

PAGE = "index.html"


@click.command(name="report")
@click.option(
    "--html",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=f"Write a page with charts and tables, {PAGE}, into DIR; it opens from disk.",
)
@click.option(
    "--wiki", is_flag=True, help="Bring the pages up to date that the policy names under “reports”."
)
@click.option(
    "--dry-run", is_flag=True, help="With --wiki: print what would be written; write nothing."
)
@shared_options
def command(*, directory: Path | None, wiki: bool, dry_run: bool) -> Exit:
    """Show how the wiki stands: open findings, drafts, promotions, runs.

    The page of --html holds all that it shows and fetches nothing; its links lead to the wiki. The pages of
    --wiki are edited only where what they say has changed; a patrol keeps them too.
    """
    if not (directory or wiki):
        raise click.UsageError("Say where to report: --html DIR or --wiki.")
    if dry_run and not wiki:
        raise click.UsageError("--dry-run goes with --wiki.")
    if directory:
        path = write_page(directory)
        if shared().as_json:
            print_line("report", path=str(path))
        else:
            say(f"Wrote “{path}”; open it in a browser.")
    return _report_on_wiki(dry_run=dry_run) if wiki else Exit.DONE


def _report_on_wiki(*, dry_run: bool) -> Exit:
    # imported here: only what needs the wiki waits for it
    from tropebot.app import opened  # noqa: PLC0415
    from tropebot.cli.told import tell  # noqa: PLC0415

    with opened(shared().home) as patrol, bar("reporting") as patrol.progress:
        report = patrol.report(dry_run=dry_run)
    return tell(report, always=True)


def write_page(directory: Path) -> Path:
    """Make the page and put it there. Raises `ConfigError`."""
    # imported here: the ledger brings SQLite, which --help need not wait for
    from tropebot.athome import API_URL, ledger_of, load_policy  # noqa: PLC0415
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
    return put_page(directory, html(state, wiki=wiki, script=script, language=policy.language))


def put_page(directory: Path, page: str) -> Path:
    """Put a page there whole, over an older one. Raises `ConfigError`."""
    import tempfile  # noqa: PLC0415  --help need not wait for it

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
