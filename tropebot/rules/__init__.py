"""The rules: one file each, found by its name, in packs; this one lists them.

Must not name a rule. The built-in rules are the pack in this directory.
"""

from functools import cache

from tropebot.rules.packs import all_packs
from tropebot.rules.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """The rules of all packs, by code. Raises `ConfigError` for a pack that is not usable."""
    rules = (rule for pack in all_packs() for rule in pack.rules)
    return tuple(sorted(rules, key=lambda rule: rule.code))
