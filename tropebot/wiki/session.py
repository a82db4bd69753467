"""Opens a bot home's wiki: pywikibot for families, configuration, cookies and HTTP; our own requests over it.

Must not let pywikibot send, repeat or print anything: its `Site` already talks to the wiki while it is
made, and blocks for minutes where the wiki does not answer. One process opens one home.
"""

import logging
from http.cookiejar import LWPCookieJar
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from tropebot.errors import ConfigError
from tropebot.home import (
    Credentials,
    Home,
    make_state_directory,
    pywikibot_environment,
    read_credentials,
)
from tropebot.ports import WikiReader, WikiWriter
from tropebot.sites import least_edit_seconds
from tropebot.wiki.api import Api
from tropebot.wiki.reads import Reader
from tropebot.wiki.seat import SYSTEM_TIME, Login, Requests, Time
from tropebot.wiki.wire import Address, Wire
from tropebot.wiki.writes import Writer

LOG = logging.getLogger(__name__)

# What a wrong user-config.py or family file can raise while pywikibot runs it.
_MISTAKES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
)


class Session(msgspec.Struct, frozen=True):
    """A wiki, opened: ``reader`` and ``writer`` fulfil the Protocols of `ports`."""

    reader: WikiReader
    writer: WikiWriter
    url: str
    api: Api

    @property
    def requests(self) -> Requests:
        """How many requests were sent so far."""
        return self.api.requests

    def begin_run(self) -> None:
        """Count the run's time from now on; past the operator's limit no request is begun."""
        self.api.begin_run()

    def use_change_tag(self, tag: str) -> None:
        """Put this change tag on every edit and move from now on, as long as the wiki takes it."""
        self.api.change_tag = tag


def open_session(home: Home, *, login: bool = True, time: Time = SYSTEM_TIME) -> Session:
    """Open the home's wiki; the first request is sent, and the account logged in, when it is needed.

    ``login`` false reads as nobody and needs no password. Raises `ConfigError` for an unusable home.
    """
    operator = home.operator
    credentials = read_credentials(home) if login else None
    library, address = _load_library(home)
    cookies = library.COOKIES
    cookies.clear()
    # in our own directory: pywikibot's file in the home would serve its own scripts' sessions
    cookies.filename = str(make_state_directory(home) / f"{_file_name(operator.user)}.cookies")
    wire = Wire(
        library.SESSION,
        cookies,
        address,
        answer_seconds=operator.limits.answer_seconds,
        clock=time.clock,
    )
    pace = max(operator.edit_seconds, least_edit_seconds(wire.host))
    library.keep_pace(pace)
    warm = credentials is not None and _load_cookies(cookies, credentials)
    api = Api(
        wire,
        Login(user=operator.user, credentials=credentials, warm=warm),
        operator.limits,
        edit_seconds=pace,
        time=time,
    )
    return Session(reader=Reader(api), writer=Writer(api), url=address.url, api=api)


def _load_library(home: Home) -> tuple[Any, Address]:
    """pywikibot, imported only now and with this home as its directory."""
    with pywikibot_environment(home):
        try:
            library = import_module("tropebot.wiki.library")
            library.check_config(home)
            address = library.address(home)
        except _MISTAKES as error:
            raise ConfigError(
                f"pywikibot cannot use “{home.directory}” (user-config.py, families/):"
                f" {type(error).__name__}: {error}"
            ) from None
        except SystemExit:
            raise ConfigError(
                f"“{home.directory / 'user-config.py'}” makes pywikibot end: its permissions are too wide."
            ) from None
    return library, address


def _file_name(user: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in user)


def _load_cookies(cookies: Any, credentials: Credentials) -> bool:
    """Go on with the last run's session, unless the password could have changed since then.

    A session outlives the password's correction in the file, and would hide that the new one is wrong. A
    password from the environment shows no age, so it always logs in.
    """
    kept, secret = Path(cookies.filename), credentials.password_file
    try:
        if secret is None or secret.stat().st_ctime >= kept.stat().st_mtime:
            return False
        # not pywikibot's own `load`, which looks for a file of its own naming
        LWPCookieJar.load(cookies, ignore_discard=True)
    except OSError:  # no such file, or not one of cookies (LoadError): log in
        return False
    return len(cookies) > 0
