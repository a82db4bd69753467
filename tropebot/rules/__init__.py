"""The rules: one file each, found by its name; this one finds them.

Must not name a rule. A pack is a package whose modules are called `tb123_some_name` and hold a `RULE`;
the built-in rules are one pack, others join by handing their packages in.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tropebot.errors import ConfigError
from tropebot.rules.rule import Rule

_MODULE = re.compile(r"[a-z]+\d+_\w+")


@cache
def all_rules() -> tuple[Rule, ...]:
    """The built-in rules, by code."""
    return rules_of((__name__,))


def rules_of(packages: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of several packs, by code. Raises `ConfigError` where two claim one code or name."""
    found: dict[str, str] = {}
    rules: list[Rule] = []
    for package in packages:
        for module, rule in _rules_in(package):
            for claimed in (rule.code, rule.name):
                if claimed in found:
                    raise ConfigError(
                        f"Two rules claim “{claimed}”: {found[claimed]} and {module}; take one pack out."
                    )
                found[claimed] = module
            rules.append(rule)
    return tuple(sorted(rules, key=lambda rule: rule.code))


def _rules_in(package: str) -> Iterator[tuple[str, Rule]]:
    for module in iter_modules(import_module(package).__path__):
        if _MODULE.fullmatch(module.name):
            loaded = import_module(f"{package}.{module.name}")
            yield loaded.__name__, replace(loaded.RULE, documentation=loaded.__doc__ or "")
