"""Lists of pages in the words that pywikibot's scripts take: `-cat:`, `-transcludes:`, `-start:` and so on.

The one place where a `pywikibot.Site` is made: for these lists, which are only read, with pywikibot's own
throttle, and of the bot home's wiki alone. Must not ask a person, or write.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from tropebot.errors import ConfigError, Unavailable
from tropebot.home import Home

MOST_RETRIES = 3
"""How often pywikibot may repeat a request; its own default is 15, which takes half an hour."""

ELSEWHERE = frozenset(
    {
        *("google", "mysqlquery", "onlyif", "onlyifnot", "pagepile", "searchitem", "sparql"),
        *("sparqlendpoint", "supersetquery", "unconnectedpages", "url", "liverecentchanges"),
    }
)
"""pywikibot's words that ask another place than the wiki, or that never come to an end."""

HELP = "https://doc.wikimedia.org/pywikibot/stable/api_ref/pywikibot.pagegenerators.html"


_MEANT_FOR_DEVELOPERS = (ValueError, AssertionError, KeyError, NotImplementedError, re.error)
"""What pywikibot raises for values that are none: a namespace, a pattern, a kind of log."""


def wrapping_home() -> Path | None:
    """The directory that pywikibot's wrapper (`pwb`) works with, where it is that which runs us."""
    config = sys.modules.get("pywikibot.config")
    return Path(config.base_dir) if config else None


def is_simulated() -> bool:
    """Whether pywikibot's wrapper was asked to write nothing."""
    config = sys.modules.get("pywikibot.config")
    return bool(config and config.simulate)


def assert_own_family(home: Home) -> None:
    """Raise `ConfigError` where pywikibot's wrapper was started for another wiki than the home's."""
    config = sys.modules.get("pywikibot.config")
    operator = home.operator
    if config and (config.family, config.mylang) != (operator.family, operator.code):
        raise ConfigError(
            f"pywikibot was started for {config.family}:{config.mylang}; this bot home works for"
            f" {operator.family}:{operator.code} and for nothing else."
        )


def fetch_titles(home: Home, arguments: Sequence[str]) -> Iterator[str]:
    """Titles of the pages that the arguments ask for, read as they are needed; the home must be opened.

    Raises `ConfigError` for an argument that pywikibot does not know, that lacks its value or has one that
    is none, and for one that asks another place than the wiki.
    """
    for argument in arguments:
        if argument.partition(":")[0].removeprefix("-") in ELSEWHERE:
            raise ConfigError(f"“{argument}” asks elsewhere than the wiki, or without end: {HELP}")
    pywikibot: Any = import_module("pywikibot")
    factories: Any = import_module("pywikibot.pagegenerators")
    pywikibot.config.max_retries = min(pywikibot.config.max_retries, MOST_RETRIES)
    pywikibot.input = pywikibot.input_choice = _refuse_to_ask
    with _told(" ".join(arguments)):
        site = pywikibot.Site(home.operator.code, home.operator.family)
        for page in _listed(factories.GeneratorFactory(site=site), arguments):
            if page.site != site:
                raise ConfigError(f"“{page}” is a page of another wiki: leave it out.")
            yield page.title()


def _listed(factory: Any, arguments: Sequence[str]) -> Iterator[Any]:
    """The pages as pywikibot lists them."""
    for argument in arguments:
        if not factory.handle_arg(argument):
            raise ConfigError(f"“{argument}” is no way to name pages that pywikibot knows: {HELP}")
    pages = factory.getCombinedGenerator()
    if pages is None:
        raise ConfigError(f"“{' '.join(arguments)}” names no pages: say which, as in -cat:NAME.")
    yield from pages


@contextmanager
def _told(arguments: str) -> Iterator[None]:
    """What pywikibot raises, as what the person who typed the arguments should do."""
    errors: Any = import_module("pywikibot.exceptions")
    try:
        yield
    except (errors.ApiTimeoutError, errors.ServerError, errors.MaxlagTimeoutError) as error:
        raise Unavailable(f"The list of pages cannot be read: {error}") from None
    except errors.TranslationError:
        _refuse_to_ask(arguments)  # it wanted to ask, but has no words for it here
    except errors.Error as error:
        raise ConfigError(f"The list of pages cannot be read: {error}") from None
    except FileNotFoundError as error:
        raise ConfigError(f"“{error.filename}” is not there: name a file of titles.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise ConfigError(f"“{error.filename}” cannot be read: {error.strerror}.") from None
    except _MEANT_FOR_DEVELOPERS as error:
        raise ConfigError(f"“{arguments}” is not understood: {_said(error)}") from None


def _said(error: Exception) -> str:
    """What pywikibot says; of a name that it looked up in vain its words are the error's only argument."""
    return str(error.args[0] if isinstance(error, KeyError) and error.args else error)


def _refuse_to_ask(question: str, *_: Any, **__: Any) -> NoReturn:
    raise ConfigError(
        f"A value is missing ({question.strip()}): write it behind a colon, as in -cat:NAME."
    )
