"""Looks at a bot home and its wiki for `doctor`, in at most eight requests or so, and changes nothing.

Must not judge what it finds (`diagnosis` does), and must not write: not to the wiki, not into the ledger.
"""

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from tropebot.diagnosis.values import Found, HomeFound, LedgerFound, Trouble, WikiFound
from tropebot.errors import ConfigError, NotAllowed, PolicyError, WikiError
from tropebot.filemodes import OpenToOthers
from tropebot.gate import GROUP_PREFIX
from tropebot.home import Home, read_credentials
from tropebot.ledger.peek import NEWEST, in_use, peek
from tropebot.model import OnWikiPage
from tropebot.policy.force import PolicyInForce
from tropebot.policy.presence import wanted_titles
from tropebot.policy.schema import Policy
from tropebot.runpage import run_page_title
from tropebot.sites import Vitals
from tropebot.wikitext.facts import WikiFacts


class Wiki(Protocol):
    """The wiki as it is looked at; every method asks it, and may raise `WikiError`."""

    @property
    def url(self) -> str: ...

    @property
    def asked(self) -> int:
        """How many requests were sent so far."""

    def fetch_vitals(self, titles: Sequence[str]) -> Vitals: ...

    def fetch_facts(self, policy: Policy) -> WikiFacts: ...

    def fetch_sizes(self, titles: Collection[str]) -> Mapping[str, int]:
        """The bytes of those that exist."""

    def fetch_groups(self, user: str) -> frozenset[str]: ...


class Instruments(msgspec.Struct, frozen=True, kw_only=True):
    """What the examination works with.

    ``load`` gives the policy by a page's text, with or without what the operator forbids; ``open_wiki``
    opens the home's wiki; ``now`` is the machine's clock; ``state`` gives a file of the home's by its suffix;
    ``webhooks`` counts its webhooks, or raises `ConfigError`.
    """

    open_wiki: Callable[[], Wiki]
    load: Callable[[str | None, bool], Policy]
    now: Callable[[], datetime]
    state: Callable[[str], Path]
    webhooks: Callable[[], int]


def refused(error: ConfigError) -> Found:
    """What is said of a home that cannot be opened: of each file that is open to others a line."""
    if isinstance(error, OpenToOthers):
        return Found(
            troubles=tuple(
                Trouble(name="file modes", says=problem, exit=error.exit_code)
                for problem in error.problems
            )
        )
    return Found(troubles=_troubles("home", error))


def examine(home: Home, tools: Instruments) -> Found:
    """What can be found of the home and its wiki; what keeps us from more is the trouble."""
    try:
        machine = _machine(home, tools)
    except ConfigError as error:
        return Found(troubles=_troubles("home", error))
    try:
        secret = read_credentials(home)
    except ConfigError as error:
        return Found(home=machine, troubles=_troubles("password", error))
    machine = replace(machine, bot_password="@" in secret.login_name)
    try:
        wiki = tools.open_wiki()
    except ConfigError as error:
        return Found(home=machine, troubles=_troubles("pywikibot", error))
    try:
        seen = _wiki(home, tools, wiki)
    except NotAllowed as error:
        return Found(home=machine, troubles=_troubles("login", error), requests=wiki.asked)
    except (WikiError, ConfigError) as error:
        return Found(home=machine, troubles=_troubles("reachable", error), requests=wiki.asked)
    return Found(home=machine, wiki=seen, requests=wiki.asked)


def _troubles(name: str, error: ConfigError | WikiError) -> tuple[Trouble, ...]:
    return (Trouble(name=name, says=str(error), exit=error.exit_code),)


def _machine(home: Home, tools: Instruments) -> HomeFound:
    ledger = peek(tools.state("sqlite"))
    return HomeFound(
        directory=str(home.directory),
        contact=home.operator.contact,
        ledger=LedgerFound(
            version=ledger.version,
            newest=NEWEST,
            problems=ledger.problems,
            stops=ledger.stopped,
        ),
        running=in_use(tools.state("lock")),
        free=shutil.disk_usage(home.state).free,
        webhooks=_webhooks(tools),
    )


def _webhooks(tools: Instruments) -> int | str:
    try:
        return tools.webhooks()
    except ConfigError as error:
        return str(error)


def _wiki(home: Home, tools: Instruments, wiki: Wiki) -> WikiFound:
    operator = home.operator
    title = operator.policy_page
    default_run = f"User:{operator.user}/Run"
    watched = [each for each in (title, default_run, f"User talk:{operator.user}") if each]
    vitals = wiki.fetch_vitals(watched)
    page = vitals.pages.get(title)
    base = WikiFound(
        url=wiki.url,
        account=operator.user,
        edits_per_minute=60 / operator.edit_seconds if operator.edit_seconds else 0.0,
        now=tools.now(),
        vitals=vitals,
        policy_title=title,
        policy_page=page,
        forbids_writes="write" in operator.forbid.actions,
    )
    try:
        text = page.text if page else None
        policy, planned = tools.load(text, True), tools.load(text, False)
    except PolicyError as error:
        return replace(base, policy_problem=str(error))
    facts = wiki.fetch_facts(planned)
    force = PolicyInForce(policy=policy, facts=facts)
    as_planned = PolicyInForce(policy=planned, facts=facts)
    run_title = run_page_title(planned, operator.user)
    run_page = vitals.pages.get(run_title)
    if run_title != default_run:
        run_page = wiki.fetch_vitals([run_title]).pages.get(run_title)
    sizes = wiki.fetch_sizes(wanted_titles(as_planned))
    return replace(
        base,
        force=force,
        planned=as_planned,
        run_title=run_title,
        run_page=run_page,
        editors_groups=_groups(wiki, run_page, planned),
        existing=frozenset(sizes),
        blank=frozenset(title for title, size in sizes.items() if not size),
    )


def _groups(wiki: Wiki, page: OnWikiPage | None, policy: Policy) -> frozenset[str]:
    """The groups of who saved the run page, where the policy lets groups start the bot."""
    editors = policy.steering.editors
    if page is None or page.user in editors:
        return frozenset()
    if not any(name.startswith(GROUP_PREFIX) for name in editors):
        return frozenset()
    return wiki.fetch_groups(page.user)
