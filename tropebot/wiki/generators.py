"""Lists of pages in the words that pywikibot's scripts take: `-cat:`, `-transcludes:`, `-start:` and so on.

The one place where a `pywikibot.Site` is made: for these lists, which are only read, with pywikibot's own
throttle, and of the bot home's wiki alone. Must not ask a person, or write.
"""

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from tropebot.errors import ConfigError, Unavailable
from tropebot.home import Home

MOST_RETRIES = 3
"""How often pywikibot may repeat a request; its own default is 15, which takes half an hour."""

HELP = "https://doc.wikimedia.org/pywikibot/stable/api_ref/pywikibot.pagegenerators.html"


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

    Raises `ConfigError` for an argument that pywikibot does not know, or that lacks its value.
    """
    pywikibot: Any = import_module("pywikibot")
    factories: Any = import_module("pywikibot.pagegenerators")
    pywikibot.config.max_retries = min(pywikibot.config.max_retries, MOST_RETRIES)
    pywikibot.input = pywikibot.input_choice = _refuse_to_ask
    errors: Any = import_module("pywikibot.exceptions")
    try:
        site = pywikibot.Site(home.operator.code, home.operator.family)
        factory = factories.GeneratorFactory(site=site)
        for argument in arguments:
            if not factory.handle_arg(argument):
                raise ConfigError(
                    f"“{argument}” is no way to name pages that pywikibot knows: {HELP}"
                )
        pages = factory.getCombinedGenerator()
        if pages is None:
            raise ConfigError(
                f"“{' '.join(arguments)}” names no pages: say which, as in -cat:NAME."
            )
        for page in pages:
            if page.site != site:
                raise ConfigError(f"“{page}” is a page of another wiki: leave it out.")
            yield page.title()
    except (errors.ApiTimeoutError, errors.ServerError, errors.MaxlagTimeoutError) as error:
        raise Unavailable(f"The list of pages cannot be read: {error}") from None
    except errors.TranslationError:
        _refuse_to_ask(" ".join(arguments))  # it wanted to ask, but has no words for it here
    except errors.Error as error:
        raise ConfigError(f"The list of pages cannot be read: {error}") from None
    except (ValueError, AssertionError) as error:
        raise ConfigError(f"“{' '.join(arguments)}” is not understood: {error}") from None


def _refuse_to_ask(question: str, *_: Any, **__: Any) -> NoReturn:
    raise ConfigError(
        f"A value is missing ({question.strip()}): write it behind a colon, as in -cat:NAME."
    )
