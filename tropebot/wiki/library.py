"""The little that is used of pywikibot: its configuration, its families, its HTTP session.

Must not be imported before the bot home is announced to pywikibot (`home.pywikibot_environment`), and must
not make a `pywikibot.Site`: that talks to the wiki, and waits for minutes where it does not answer.
"""

import atexit
import re
from math import ceil
from pathlib import Path
from typing import Any

from pywikibot import config
from pywikibot.comms import http
from pywikibot.exceptions import UnknownFamilyError
from pywikibot.family import Family

from tropebot import __version__
from tropebot.errors import ConfigError
from tropebot.home import Home
from tropebot.wiki.wire import Address

# Else pywikibot prints “CRITICAL: Exiting due to …” after an error that we have told already.
atexit.unregister(http.flush)

_HOST = re.compile(r"[^\s/@]+")

SESSION: Any = http.session
COOKIES: Any = http.cookie_jar


def check_config(home: Home) -> None:
    """pywikibot must have read this home; else it would quietly work for another wiki."""
    operator = home.operator
    if Path(config.base_dir).resolve() != home.directory.resolve():
        raise ConfigError(
            f"pywikibot was loaded for “{config.base_dir}”: one process works for one bot home."
        )
    if (config.family, config.mylang) != (operator.family, operator.code):
        raise ConfigError(
            f"“{home.directory / 'user-config.py'}” names {config.family}:{config.mylang}, tropebot.toml"
            f" {operator.family}:{operator.code}: make them agree."
        )


def keep_pace(seconds: float) -> None:
    """Have pywikibot's own throttle keep the same distance between edits as we do."""
    config.put_throttle = ceil(seconds)
    config.maxthrottle = max(config.maxthrottle, config.put_throttle)


def address(home: Home) -> Address:
    """The API's address by the family file; nothing is asked of any wiki for it."""
    operator = home.operator
    path = home.directory / "families" / f"{operator.family}_family.py"
    family = _family(operator.family, path)
    if not isinstance(family.langs, dict) or not all(
        _HOST.fullmatch(str(host)) for host in family.langs.values()
    ):
        raise ConfigError(
            f"“{path}”: langs must give each code a host and nothing else, as in"
            f' {{"{operator.code}": "wiki.example.org"}}; http or https is for protocol() to say.'
        )
    if operator.code not in family.langs:
        known = ", ".join(sorted(family.langs))
        raise ConfigError(f"Family {operator.family} has no “{operator.code}”, only: {known}.")
    return Address(
        url=family.base_url(operator.code, family.apipath(operator.code)),
        agent=user_agent(operator.contact, operator.user),
        verify=bool(family.verify_SSL_certificate(operator.code)),
    )


def _family(name: str, path: Path) -> Any:
    """The family that the file describes, which pywikibot runs. Raises `ConfigError`."""
    try:
        return Family.load(name)
    except UnknownFamilyError as error:
        if path.is_file() and isinstance(error.__context__, ImportError):
            raise _unusable(path, error.__context__) from None
        files = path.parent.glob("*_family.py")
        known = ", ".join(sorted(each.name.removesuffix("_family.py") for each in files))
        raise ConfigError(
            f"There is no family “{name}” in “{path.parent}”, only: {known}."
            if known
            else f"“{path.parent}” holds no family file: write {path.name} there, which says"
            " where the wiki is; docs/by-hand.md shows one."
        ) from None
    except Exception as error:  # noqa: BLE001  the operator's own program, which may raise anything
        raise _unusable(path, error) from None


def _unusable(path: Path, error: Exception) -> ConfigError:
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return ConfigError(f"pywikibot cannot use “{path}”: {said}; correct it there.")


def user_agent(contact: str, user: str) -> str:
    """Tool, version and contact, as Wikimedia's and Miraheze's rules for bots want it; ASCII only."""
    who = "; ".join(part for part in (contact, f"User:{user}") if part)
    named = who.encode("ascii", "replace").decode().replace("(", "[").replace(")", "]")
    clean = " ".join(named.split())
    products = http.USER_AGENT_PRODUCTS
    return f"tropebot/{__version__} ({clean}) {products['pwb']} {products['http_backend']}"
