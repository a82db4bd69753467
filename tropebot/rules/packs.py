"""Rule packs: the built-in one and those that are installed beside it, each with its manifest.

A pack is a package with an `extension.json` whose modules are called `tb123_some_name` and hold a `RULE`; it
joins through the entry point group `tropebot.rules`. Must not name a rule.
"""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import msgspec
from msgspec.structs import replace

from tropebot import __version__, i18n
from tropebot.errors import ConfigError
from tropebot.rules.manifest import (
    FILE_NAME,
    HOOKS,
    Declared,
    Manifest,
    least,
    manifest_from,
    version,
)
from tropebot.rules.rule import Needs, Rule

GROUP = "tropebot.rules"
BUILT_IN = "tropebot.rules"
_MODULE = re.compile(r"[a-z]+\d+_\w+")
_IN_GROUP = re.compile(rf"^\[{re.escape(GROUP)}\]\s*^([^\[]*)", re.MULTILINE)


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A pack with its rules, by code; ``directory`` is its package's."""

    package: str
    directory: Path
    manifest: Manifest
    rules: tuple[Rule, ...]

    @property
    def options(self) -> Mapping[str, Any]:
        """The defaults of its options."""
        return {name: option.value for name, option in self.manifest.config.items()}


@cache
def all_packs() -> tuple[Pack, ...]:
    """Every pack there is, the built-in one first; their messages can be said from now on.

    Raises `ConfigError` for a pack that is not usable, and where two claim one thing.
    """
    return joined((BUILT_IN, *sorted(_installed())))


def joined(packages: Iterable[str]) -> tuple[Pack, ...]:
    """The packs in these packages, with their messages. Raises `ConfigError` where two claim one thing."""
    packs = tuple(map(_pack, packages))
    claimed: dict[str, str] = {}
    for pack in packs:
        for word in _words(pack):
            here = f"the pack “{pack.manifest.name}” ({pack.package})"
            if word in claimed:
                raise ConfigError(
                    f"Two rule packs claim “{word}”: {claimed[word]} and {here}; take one of them out."
                )
            claimed[word] = here
    for pack in packs:
        for directory in _messages(pack):
            i18n.add_directory(directory)
    return packs


def option_defaults() -> Mapping[str, Mapping[str, Any]]:
    """The options of the packs installed beside the built-in one, by pack."""
    return {pack.manifest.name: pack.options for pack in all_packs() if pack.package != BUILT_IN}


def _installed() -> Collection[str]:
    """The packages of the packs that are installed beside the built-in one."""
    if not any(map(_may_hold_packs, map(Path, sys.path))):
        return ()
    # imported here: it takes as long to load as a command to run, and few have a pack
    from importlib.metadata import entry_points  # noqa: PLC0415

    return {entry.value for entry in entry_points(group=GROUP)} - {BUILT_IN}


def _may_hold_packs(place: Path) -> bool:
    """Whether a distribution installed there may hold a pack; where there is no telling, it may."""
    if place.suffix == ".egg" or place.is_file():
        return True
    texts = map(_text, place.glob("*-info/entry_points.txt"))
    return any(
        line.partition("=")[2].strip() != BUILT_IN
        for text in texts
        for group in _IN_GROUP.findall(text)
        for line in group.splitlines()
        if line.strip()
    )


def _text(file: Path) -> str:
    """A file's text as far as it can be read."""
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _words(pack: Pack) -> Iterator[str]:
    """Everything that only one pack can have."""
    yield f"pack {pack.manifest.name}"
    for rule in pack.rules:
        yield from (rule.code, rule.name)
    for directory in _messages(pack):
        yield from (f"message {key}" for key in i18n.keys_in(directory))


def _messages(pack: Pack) -> Iterator[Path]:
    for names in pack.manifest.MessagesDirs.values():
        yield from (pack.directory / name for name in names)


def _pack(package: str) -> Pack:
    try:
        module = import_module(package)
        directory = Path(module.__path__[0])
        text = (directory / FILE_NAME).read_text(encoding="utf-8")
        loaded = [
            import_module(f"{package}.{each.name}")
            for each in iter_modules(module.__path__)
            if _MODULE.fullmatch(each.name)
        ]
        found = [(each.RULE, each.__doc__ or "") for each in loaded]
    except (ImportError, AttributeError, OSError) as error:
        said = " ".join(str(error).split())
        raise ConfigError(
            f"The rule pack “{package}” cannot be loaded: {said}; mend it or uninstall it."
        ) from error
    manifest = manifest_from(text, f"{package}/{FILE_NAME}")
    _assert_met(manifest)
    rules = (_declared(rule, documentation, manifest) for rule, documentation in found)
    pack = Pack(
        package=package,
        directory=directory,
        manifest=manifest,
        rules=tuple(sorted(rules, key=lambda rule: rule.code)),
    )
    if missing := manifest.Rules.keys() - {rule.code for rule in pack.rules}:
        raise ConfigError(
            f"The rule pack “{manifest.name}” declares {', '.join(sorted(missing))}, but has no such rule."
        )
    return pack


def _declared(rule: Rule, documentation: str, manifest: Manifest) -> Rule:
    """The rule with what its manifest says of it; one that it does not name needs nothing of the account."""
    declared, requires = manifest.Rules.get(rule.code, Declared()), manifest.requires
    hooks = tuple(hook for hook, codes in manifest.Hooks.items() if rule.code in codes)
    return replace(
        rule,
        documentation=documentation,
        pack=manifest.name,
        hooks=hooks or tuple(HOOKS),
        needs=Needs(
            mediawiki=least(requires.MediaWiki),
            extensions=frozenset(requires.extensions),
            rights=declared.rights,
            grants=declared.grants,
        ),
    )


def _assert_met(manifest: Manifest) -> None:
    if version(__version__) < least(manifest.requires.tropebot):
        raise ConfigError(
            f"The rule pack “{manifest.name}” requires tropebot {manifest.requires.tropebot}, this is"
            f" {__version__}: upgrade, or uninstall the pack."
        )
