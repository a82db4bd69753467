"""`tropebot audit --wiki`: every page of the home's wiki over its API, slice by slice; nothing is written.

Must not judge. With this module comes what talks to a wiki, so it is imported where it is needed.
"""

import logging
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tropebot.audit.results import mark_of_wiki
from tropebot.bounded import BoundedReader
from tropebot.cli.auditing import Output, Wanted
from tropebot.cli.online import force_on_wiki, reading_session
from tropebot.cli.progress import Progress
from tropebot.errors import Exit
from tropebot.home import open_home
from tropebot.reports.auditpage import Audited
from tropebot.wholewiki import Place, WholeWiki, expected

log = logging.getLogger(__name__)


def audit_wiki(wanted: Wanted, home: Path | None, *, pause: float) -> Exit:
    """Judge the wiki's pages, waiting so many seconds between two requests for them.

    Raises what reading the wiki raises; what was found until then stands, and can be gone on with.
    """
    opened = open_home(home)
    session = reading_session(opened)
    reader = session.reader
    force = force_on_wiki(opened, reader)
    policy = force.policy

    def mark() -> str:
        return mark_of_wiki(session.url, msgspec.json.encode(policy))

    with BoundedReader() as second, Output(wanted.speaking(policy.language), mark) as output:
        whole = WholeWiki(
            reader=reader,
            force=force,
            account=opened.operator.user,
            second=second,
            rest=partial(time.sleep, pause),
        )
        _go_through(whole, output, expected(reader.fetch_size()))
        log.info(
            "Judged %d pages with %d requests",
            output.tally.pages,
            session.requests.read,
            extra={"action": "wiki_audited", "requests": session.requests.read},
        )
        about = Audited(
            source=session.url,
            at=datetime.now(UTC),
            prefix=f"{session.url.removesuffix('api.php')}index.php?title=",
        )
        wiki = policy.name or urlsplit(session.url).netloc
        return output.end((), about, wiki=wiki)


def _go_through(whole: WholeWiki, output: Output, pages: int) -> None:
    """All slices, from where an earlier run was."""
    begun = output.place
    if begun == []:
        return
    begin = Place(*begun) if begun is not None else None
    with Progress(time.monotonic, pages, of_pages=True) as progress:
        progress.again(pages=output.tally.pages)
        for place, outcome in whole.outcomes(begin):
            progress.clear()
            output.take("", outcome, [place.namespace, place.after] if place else [])
            progress.show("judging", outcome.pages)
