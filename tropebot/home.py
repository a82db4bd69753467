"""The bot home: finding the directory that holds an operator's settings, and reading it safely.

Must not talk to a wiki, import pywikibot or write anything but the state directory; and must not let
a password reach a `repr`, a log line or an exception.

A home holds `tropebot.toml` (ours), `user-config.py` and `families/` (pywikibot's, which *runs* them
as code, so they must not be writable by others), `user-password.py` (0600) and `state/`.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec

from tropebot.errors import ConfigError
from tropebot.filemodes import OpenToOthers, find_readable, find_writable
from tropebot.policy.forbid import Forbid
from tropebot.policy.merge import Misfit, merged

SETTINGS = "tropebot.toml"
PYWIKIBOT_SETTINGS = "user-config.py"
PASSWORDS = "user-password.py"
POLICY_PAGE = "MediaWiki:Tropebot-policy.json"
HOME_VARIABLE = "TROPEBOT_HOME"
PASSWORD_VARIABLE = "TROPEBOT_PASSWORD"  # noqa: S105  a variable's name
BOT_PASSWORD = re.compile(r"(?P<suffix>[^@\s]+)@(?P<password>[0-9a-w]{32})")
BARE_PASSWORD = re.compile(r"[0-9a-w]{32}")

Some = Annotated[float, msgspec.Meta(gt=0)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of `tropebot.toml`; a key that is not known is an error."""


class Limits(_Part, frozen=True, kw_only=True):
    """How fast and how long, in seconds where nothing else is said; no page on the wiki changes these.

    ``edits_per_minute`` 0: as fast as the wiki answers. ``call_seconds`` bounds one read with all its
    repetitions, ``answer_seconds`` the wait for one answer, ``write_wait_seconds`` the waiting for a
    wiki that is locked, lagged or limits our rate; ``run_seconds`` a whole pass.
    """

    edits_per_minute: Annotated[float, msgspec.Meta(ge=0)] = 6.0
    run_seconds: Some = 1800.0
    call_seconds: Some = 90.0
    answer_seconds: Some = 45.0
    write_wait_seconds: Some = 120.0


class Watch(_Part, frozen=True, kw_only=True):
    """How often the daemon looks at recent changes, in seconds.

    Between ``shortest_seconds`` (much happens) and ``longest_seconds`` (nothing does); where the wiki is
    away, ever longer up to ``away_seconds``.
    """

    shortest_seconds: Annotated[float, msgspec.Meta(ge=1)] = 10.0
    longest_seconds: Annotated[float, msgspec.Meta(ge=1)] = 120.0
    away_seconds: Annotated[float, msgspec.Meta(ge=1)] = 900.0


class Operator(_Part, frozen=True, kw_only=True):
    """`tropebot.toml`: which wiki, as whom, by which policy, and what is forbidden whatever a page says.

    ``policy`` is the layer between the preset and the wiki's own page.
    """

    family: Annotated[str, msgspec.Meta(min_length=1)]
    code: Annotated[str, msgspec.Meta(min_length=1)] = "en"
    user: Annotated[str, msgspec.Meta(min_length=1)]
    preset: Annotated[str, msgspec.Meta(min_length=1)]
    policy_page: str = POLICY_PAGE
    contact: str = ""
    policy: dict[str, Any] = {}
    forbid: Forbid = Forbid()
    limits: Limits = Limits()
    watch: Watch = Watch()

    @property
    def edit_seconds(self) -> float:
        """The least time between two edits, by the stricter of ``limits`` and ``forbid``."""
        rates = (self.limits.edits_per_minute, self.forbid.edits_per_minute or 0)
        return max((60 / rate for rate in rates if rate), default=0.0)


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A bot home that passed the checks; ``state`` is the directory that only tropebot writes to."""

    directory: Path
    state: Path
    operator: Operator


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """How to log in. The password is in no `repr`, and only ``wiki/`` reads it."""

    login_name: str
    password: str
    password_file: Path | None = None

    def __repr__(self) -> str:
        return f"Credentials(login_name={self.login_name!r})"


def home_directory(
    option: Path | None, environment: Mapping[str, str], *, package: Path | None = None
) -> Path:
    """Where the home is: ``--home``, the environment, the checkout's `config/`, the user's own directory.

    Never the working directory: what lies there may be somebody else's, and pywikibot would run it.
    """
    if option is not None:
        return option.expanduser().absolute()
    if named := environment.get(HOME_VARIABLE):
        return Path(named).expanduser().absolute()
    checkout = (package or Path(__file__).resolve().parent).parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "config" / SETTINGS).is_file():
        return checkout / "config"
    # imported here: most homes are named
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path("tropebot")


def open_home(
    option: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
) -> Home:
    """Read and check the bot home.

    Raises `ConfigError` with one line that names the file and what to do.
    """
    directory = home_directory(option, os.environ if environment is None else environment)
    settings = directory / SETTINGS
    if not settings.is_file():
        raise ConfigError(
            f"“{directory}” is not a bot home: it holds no {SETTINGS}."
            f" Name another with --home or {HOME_VARIABLE}; `tropebot init` makes one."
        )
    check_file_modes(directory)
    operator = read_settings(settings)
    if not (directory / PYWIKIBOT_SETTINGS).is_file():
        raise ConfigError(
            f"“{directory / PYWIKIBOT_SETTINGS}” is missing: docs/by-hand.md shows one."
        )
    return Home(directory=directory, state=directory / "state", operator=operator)


def read_settings(path: Path) -> Operator:
    """`tropebot.toml` as a value; every mistake is a `ConfigError` of one line."""
    try:
        document = msgspec.toml.decode(path.read_bytes())
        return msgspec.convert(merged({}, document, Operator), Operator)
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"“{path}” is not usable: {error}.") from None
    except Misfit as error:
        raise ConfigError(f"“{path}”: {' '.join(str(error).split())}") from None


def check_file_modes(directory: Path) -> None:
    """Refuse a home in which somebody else could write what we run or what steers us.

    pywikibot only *skips* such a `user-config.py`, with a warning, and then works for another wiki. Raises
    `OpenToOthers`, which names every such file, and the password's beside them if it is open too.
    """
    families = directory / "families"
    problems = find_writable(
        (
            directory,
            directory / SETTINGS,
            directory / PYWIKIBOT_SETTINGS,
            families,
            *sorted(families.glob("*.py")),
            directory / "state",
        )
    )
    if problems:
        password = directory / PASSWORDS
        beside = find_readable(password) if password.is_file() else ""
        raise OpenToOthers((*problems, beside) if beside else problems)


def make_state_directory(home: Home) -> Path:
    """The state directory, made (0700) where it is missing."""
    try:
        home.state.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"“{home.state}” cannot be made: {error.strerror}.") from None
    return home.state


def state_file(home: Home, suffix: str) -> Path:
    """A file of the home's wiki and account: two wikis of one home do not share it."""
    operator = home.operator
    name = "-".join((operator.family, operator.code, operator.user))
    safe = "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in name)
    return make_state_directory(home) / f"{safe}.{suffix}"


def read_credentials(home: Home, *, environment: Mapping[str, str] | None = None) -> Credentials:
    """The password, from the environment (``suffix@password`` for a bot password) or the 0600 file.

    Raises `ConfigError` where there is none; no message holds any part of a password.
    """
    user = home.operator.user
    given = os.environ if environment is None else environment
    if secret := given.get(PASSWORD_VARIABLE):
        if BARE_PASSWORD.fullmatch(secret):
            raise ConfigError(
                f"{PASSWORD_VARIABLE} holds the 32 characters of a bot password without its name: write"
                " name@password, with the name that Special:BotPasswords shows after the “@”."
            )
        if match := BOT_PASSWORD.fullmatch(secret):
            return Credentials(login_name=f"{user}@{match['suffix']}", password=match["password"])
        return Credentials(login_name=user, password=secret)
    path = home.directory / PASSWORDS
    text = _private_text(path, user)
    found: Credentials | None = None
    for line in _entries(path, text):
        if _is_for(line, home.operator):
            found = _credentials(path, line[-1], user)
    if found is None:
        raise ConfigError(
            f"“{path}” holds no password for {user} on {home.operator.family}: add the line"
            f" ('{user}', BotPassword('suffix', 'password'))."
        )
    return found


def _private_text(path: Path, user: str) -> str:
    """The password file's text, if nobody else can read or replace it."""
    try:
        if problem := find_readable(path):
            raise ConfigError(problem)
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"There is no password for {user}: make “{path}” (mode 0600) with the line"
            f" ('{user}', BotPassword('suffix', 'password')), or set {PASSWORD_VARIABLE}."
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"“{path}” is not UTF-8 text.") from None
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from None


_Entry = tuple[str | tuple[str, str], ...]


def _entries(path: Path, text: str) -> Iterator[_Entry]:
    """The tuples of a password file; literals only, nothing of it is ever run."""
    try:
        statements = ast.parse(text).body
    except (
        SyntaxError,
        ValueError,
    ):  # the exception would quote the line, and with it the password
        raise ConfigError(f"“{path}” is not a list of Python tuples.") from None
    for statement in statements:
        entry = _entry(statement)
        if entry is None:
            raise ConfigError(
                f"“{path}”, line {statement.lineno}, is not a tuple of two to four texts,"
                " the last of which may be BotPassword('suffix', 'password')."
            )
        yield entry


def _entry(statement: ast.stmt) -> _Entry | None:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Tuple):
        return None
    values: list[str | tuple[str, str]] = []
    for node in statement.value.elts:
        match node:
            case ast.Constant(value=str(text)):
                values.append(text)
            case ast.Call(
                func=ast.Name(id="BotPassword"),
                args=[ast.Constant(value=str(suffix)), ast.Constant(value=str(password))],
                keywords=[],
            ):
                values.append((suffix, password))
            case _:
                return None
    return tuple(values) if 2 <= len(values) <= 4 else None


def _is_for(entry: _Entry, operator: Operator) -> bool:
    """Whether the entry, ``([[code,] family,] user, password)``, is for the operator's account."""
    wanted: tuple[str, ...] = (operator.code, operator.family, operator.user)
    given = tuple(str(part).replace("_", " ") for part in entry[:-1])
    return given == tuple(part.replace("_", " ") for part in wanted[3 - len(given) :])


def _credentials(path: Path, secret: str | tuple[str, str], user: str) -> Credentials:
    if isinstance(secret, str):
        return Credentials(login_name=user, password=secret, password_file=path)
    suffix, password = secret
    if not BOT_PASSWORD.fullmatch(f"{suffix}@{password}"):
        # MediaWiki would take such a password for the account's main one and never log in
        raise ConfigError(
            f"“{path}” holds something for {user} that is no bot password: those are 32 characters"
            " of 0-9 and a-w, as Special:BotPasswords shows them."
        )
    return Credentials(login_name=f"{user}@{suffix}", password=password, password_file=path)


@contextmanager
def pywikibot_environment(home: Home) -> Iterator[None]:
    """What pywikibot looks at while it is imported, so that it reads this home and nothing else.

    It takes its directory from ``-dir:`` in the *host program's* arguments, then from the environment,
    then from the working directory; and it prints when it sees ``-v``.
    """
    names = ("PYWIKIBOT_DIR", "PYWIKIBOT_NO_USER_CONFIG")
    kept = {name: os.environ.get(name) for name in names}
    arguments = sys.argv
    os.environ["PYWIKIBOT_DIR"] = str(home.directory)
    os.environ["PYWIKIBOT_NO_USER_CONFIG"] = (
        "0"  # without a user-config.py: an error, not a default
    )
    sys.argv = arguments[:1]
    try:
        yield
    finally:
        sys.argv = arguments
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
