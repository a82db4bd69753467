"""Wires the parts: bot home → session → facts and policy → ledger → patrol.

Must not decide anything about pages; it opens, hands over, and closes. Imported only by commands that need
the wiki: with it comes pywikibot.
"""

import logging
import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tropebot.athome import API_URL, kept_ledger, load_policy
from tropebot.bounded import BoundedReader, Names
from tropebot.builder import BuildReport, build
from tropebot.daemon.rhythm import Rhythm
from tropebot.diagnosis.values import Found
from tropebot.errors import ConfigError, PolicyError
from tropebot.examination import Instruments, examine, refused
from tropebot.groundwork import Who, groundwork
from tropebot.herald import Herald, Place
from tropebot.home import SETTINGS, Home, open_home, state_file
from tropebot.i18n import FALLBACK
from tropebot.judgement import Judgement
from tropebot.ledger import Ledger, locked
from tropebot.model import OnWikiPage
from tropebot.notify.posting import Webhook
from tropebot.notify.settings import read_targets
from tropebot.patrol import Patrol
from tropebot.policy.forbid import Forbid
from tropebot.policy.layers import Loaded
from tropebot.policy.schema import Policy
from tropebot.policydiff import Trial, try_policy
from tropebot.reports.wikipages import MARK
from tropebot.rules import all_rules
from tropebot.runreport import RunReport
from tropebot.sites import Vitals
from tropebot.wiki.seat import Time
from tropebot.wiki.session import Session, open_session
from tropebot.wiki.vitals import fetch_sizes, fetch_vitals
from tropebot.wikitext.facts import WikiFacts

log = logging.getLogger(__name__)


SLICE_SECONDS = 1.0
"""The longest that a wait goes on unheard, and after the process was asked to end."""

_CONTACT, _ASKED = "contact", "asked for"


class SystemClock(msgspec.Struct, frozen=True):
    """The machine's clock: for logs and for durations; the wiki's own time steers everything else.

    ``pulse`` hears the seconds whenever somebody asks for them or waits: that the process lives.
    """

    pulse: Callable[[float], None] = lambda _: None
    ending: Callable[[], bool] = lambda: False

    def now(self) -> datetime:
        """The machine's time, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds since some moment; never steps back."""
        elapsed = time.monotonic()
        self.pulse(elapsed)
        return elapsed

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer once the process was asked to end."""
        left = seconds
        while left > 0 and not self.ending():
            time.sleep(min(left, SLICE_SECONDS))
            left -= SLICE_SECONDS
            self.elapsed()


@contextmanager
def opened(home: Path | None) -> Iterator[Patrol]:
    """A patrol of the home's wiki, ready for one run; its ledger is closed at the end."""
    with opened_for_long(home) as passes:
        yield passes.patrol


class OpenedHome(msgspec.Struct, frozen=True, kw_only=True):
    """A bot home for pass after pass, as `daemon.loop.Passes`."""

    patrol: Patrol
    session: Session
    home: Home

    def run(self) -> RunReport:
        """One pass, its time counted from now."""
        self.session.begin_run()
        return self.patrol.run()

    def rhythm(self) -> Rhythm:
        """How often to look, by the home's `[watch]`."""
        watch = self.home.operator.watch
        return Rhythm(
            shortest=watch.shortest_seconds,
            longest=max(watch.shortest_seconds, watch.longest_seconds),
            away=max(watch.longest_seconds, watch.away_seconds),
        )


@contextmanager
def opened_for_long(
    home: Path | None,
    *,
    pulse: Callable[[float], None] = lambda _: None,
    ending: Callable[[], bool] = lambda: False,
) -> Iterator[OpenedHome]:
    """The home's wiki, ready for many runs.

    ``pulse`` hears, before each request and each long reading and while one is waited for, the seconds of a
    clock that never steps back; ``ending`` says whether the process was asked to end.
    """
    found = open_home(home)
    clock = SystemClock(pulse, ending)
    session = open_session(found, time=Time(clock.elapsed, clock.sleep, ending))
    with kept_ledger(found) as ledger, BoundedReader() as second:

        def policy(page: OnWikiPage | None) -> Loaded:
            loaded = load_policy(found, page.text if page else None)
            session.use_change_tag(loaded.policy.steering.change_tag)
            return loaded

        def read_again(text: str) -> Names | None:
            clock.elapsed()  # a chunk of hostile pages is no silence
            return second(text)

        session.begin_run()
        log.info(
            "Working on %s as %s; the bot home is %s",
            session.url,
            found.operator.user,
            found.directory,
            extra={"action": "home_opened", "url": session.url, "home": str(found.directory)},
        )
        if ledger.changes.note(API_URL) != session.url:
            ledger.changes.set_note(API_URL, session.url)
        _ask_for_contact(found, ledger)
        patrol = Patrol(
            reader=session.reader,
            writer=session.writer,
            ledger=ledger,
            judge=Judgement(found.operator.user, read_again),
            clock=clock,
            new_mark=new_mark,
            account=found.operator.user,
            load_policy=policy,
            policy_title=found.operator.policy_page,
            forbid=found.operator.forbid,
            lock=lambda: locked(state_file(found, "lock")),
            requests=lambda: (session.requests.read, session.requests.write),
            ending=ending,
            hear=_herald(found, clock).hear,
        )
        yield OpenedHome(patrol=patrol, session=session, home=found)


def _herald(home: Home, clock: SystemClock) -> Herald:
    """The home's webhooks. Raises `ConfigError` for settings that cannot be used."""
    try:
        policy = load_policy(home, None).policy
        wiki, language = policy.name, policy.language
    except PolicyError:  # a pass will say so; this must be able to tell it
        wiki, language = home.operator.family, FALLBACK
    places = (
        Place(
            name=target.kind,
            post=Webhook(target=target, wiki=wiki, sleep=clock.sleep, language=language).post,
        )
        for target in read_targets(home.directory, os.environ)
    )
    return Herald(places=tuple(places), clock=clock)


def examined(home: Path | None) -> Found:
    """What `doctor` judges: the home and its wiki as they stand. Nothing is written."""
    try:
        opened_home = open_home(home)
    except ConfigError as error:
        return refused(error)

    def load_by(text: str | None, forbidden: bool) -> Policy:
        forbid = opened_home.operator.forbid if forbidden else Forbid()
        return load_policy(opened_home, text, forbid=forbid).policy

    tools = Instruments(
        open_wiki=lambda: _Examined(open_session(opened_home)),
        load=load_by,
        now=SystemClock().now,
        state=lambda suffix: state_file(opened_home, suffix),
        webhooks=lambda: len(read_targets(opened_home.directory, os.environ)),
    )
    return examine(opened_home, tools)


def set_up(
    home: Path | None, *, apply: bool, progress: Callable[[int, int], None] = lambda *_: None
) -> BuildReport:
    """The pages that the bot needs on its wiki: shown, or made where they are not there."""
    with opened_for_long(home) as passes:
        passes.patrol.progress = progress
        operator = passes.home.operator
        who = Who(
            account=operator.user,
            contact=operator.contact,
            policy_title=operator.policy_page,
            layer=operator.policy,
            report_mark=MARK,
        )
        rules = all_rules()
        return build(
            passes.patrol,
            lambda force: groundwork(force, who, rules),
            apply=apply,
            pace=operator.edit_seconds,
        )


class _Examined(msgspec.Struct, frozen=True):
    """A session as `examination.Wiki`."""

    session: Session

    @property
    def url(self) -> str:
        return self.session.url

    @property
    def asked(self) -> int:
        return self.session.requests.read

    def fetch_vitals(self, titles: Sequence[str]) -> Vitals:
        return fetch_vitals(self.session.api, titles)

    def fetch_facts(self, policy: Policy) -> WikiFacts:
        return self.session.reader.fetch_facts(policy)

    def fetch_sizes(self, titles: Collection[str]) -> Mapping[str, int]:
        return fetch_sizes(self.session.api, titles)

    def fetch_groups(self, user: str) -> frozenset[str]:
        return self.session.reader.fetch_groups(user)


def _ask_for_contact(home: Home, ledger: Ledger) -> None:
    """Say once that nobody is named whom the wiki's host could reach."""
    contact = home.operator.contact
    if not contact and ledger.changes.note(_CONTACT) != _ASKED:
        log.warning(
            "No contact is named in our requests, and hosts bar such bots: set contact in “%s”",
            home.directory / SETTINGS,
        )
    ledger.changes.set_note(_CONTACT, "" if contact else _ASKED)


def tried(
    home: Path | None,
    text: str,
    name: str,
    *,
    titles: Sequence[str],
    recent: int,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Trial:
    """What would change if a document stood in place of the wiki's policy page; reads only."""
    with opened_for_long(home) as passes:
        passes.patrol.progress = progress
        new = load_policy(passes.home, text, name=name).policy
        return try_policy(passes.patrol, new, titles=titles, recent=recent)


def new_mark() -> str:
    """What a summary begins with, so that our edit is found again; unique across lost ledgers."""
    return f"[tb:{secrets.token_hex(5)}]"
