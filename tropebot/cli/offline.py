"""Pages from files and a policy without a wiki: what `check` and `examples` share.

Must not import anything that talks to a wiki. Nothing of the bot home but its preset, its policy table
and what it forbids is used here, and only where the home was named.
"""

import logging
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import click

from tropebot.errors import ConfigError
from tropebot.model import MAIN, Page
from tropebot.policy import presets
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import Layer, Loaded, layer_from_json, load
from tropebot.policy.offline import facts_from
from tropebot.wikitext import names
from tropebot.wikitext.facts import WikiFacts

log = logging.getLogger(__name__)

STDIN = "-"
MOST_BYTES = 256 << 20
"""What is read of a file; a page has at most two megabytes, a device may have no end."""
MOST_TITLE_BYTES = 255
"""What MediaWiki allows (`page_title`)."""
_SUFFIXES = (".wikitext", ".wiki", ".mediawiki", ".txt")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_Command = TypeVar("_Command", bound=Callable[..., Any])


def policy_options(command: _Command) -> _Command:
    """`--preset` and `--policy`."""
    for option in (
        click.option(
            "--policy",
            "policy_file",
            metavar="FILE",
            help="A policy document (JSON), laid on the preset; without --preset, one that lists headers of "
            "page types stands alone.",
        ),
        click.option(
            "--preset",
            metavar="NAME",
            help=f"The policy to begin with (default: that of --home, else {presets.DEFAULT}; with a "
            f"document that stands alone: {presets.BARE}).",
        ),
    ):
        command = option(command)
    return command


def load_policy(
    preset: str | None, policy_file: str | None, home: Path | None, *, page: Layer | None = None
) -> Loaded:
    """The policy for work without the wiki; ``page`` is what stands on the wiki, in place of a file.

    Raises `PolicyError` or `ConfigError`.
    """
    layers: list[Layer] = []
    forbid = None
    if home is not None or os.environ.get("TROPEBOT_HOME"):
        from tropebot.home import SETTINGS, home_directory, read_settings  # noqa: PLC0415

        settings = home_directory(home, os.environ) / SETTINGS
        operator = read_settings(settings)
        if preset is None or preset == operator.preset:
            preset = operator.preset
            layers.append(Layer(name=f"{settings} [policy]", document=operator.policy))
            forbid = operator.forbid
    document = page if policy_file is None else layer_from_json(read_text(policy_file), policy_file)
    if document is not None:
        if preset is None and _describes_a_wiki(document):
            preset, layers = presets.BARE, []
        layers.append(document)
    # only wanted where a policy is read
    from tropebot.rules.packs import option_defaults  # noqa: PLC0415

    codes = known_codes()
    preset = presets.DEFAULT if preset is None else preset
    return load(preset, layers, forbid=forbid, codes=codes, packs=option_defaults())


def _describes_a_wiki(layer: Layer) -> bool:
    """Whether a document says itself by which headers page types are known.

    Such a one is whole: mixed with the types of another wiki's preset it would judge by both.
    """
    types = layer.document.get("types")
    kinds = types.values() if isinstance(types, dict) else ()
    return any(isinstance(kind, dict) and isinstance(kind.get("headers"), list) for kind in kinds)


def known_codes() -> tuple[str, ...]:
    """The codes of all rules there are, those of the bot itself (TB9xx) included."""
    from tropebot.rules import all_rules  # noqa: PLC0415  rules are only wanted where a policy is read

    return tuple(rule.code for rule in all_rules())


def force_for(preset: str | None, policy_file: str | None, home: Path | None) -> PolicyInForce:
    """The policy in force without a wiki; what the operator should know goes to stderr."""
    loaded = load_policy(preset, policy_file, home)
    for note in loaded.notes:
        log.info("%s", note)
    log.info(
        "Judging without a wiki, by %s",
        policy_file or (f"preset {preset or presets.DEFAULT}" if home is None else home),
        extra={"action": "policy_loaded"},
    )
    return PolicyInForce(
        policy=loaded.policy, facts=facts_from(loaded.policy), source=policy_file or "preset"
    )


def read_text(name: str) -> str:
    """A file's text, or stdin's for `-`, with line ends as the wiki keeps them. Raises `ConfigError`."""
    _assert_named(name)
    if name == STDIN and sys.stdin is None:
        raise ConfigError("The standard input is closed: send the text to it, or name a file.")
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"“{name}” cannot be read: {error.strerror}; check its name and rights."
        ) from error
    if len(data) > MOST_BYTES:
        raise ConfigError(f"“{name}” has more than {MOST_BYTES >> 20} MB: that is no page’s text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"“{name}” is not UTF-8 text (byte {error.start + 1}); save it as UTF-8 and try again."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def page_from(
    name: str, title: str | None, namespace: str | None, facts: WikiFacts, *, fallback: str = ""
) -> Page:
    """The page that a file stands for. Raises `ConfigError` if there is no telling its title."""
    _assert_named(name)
    raw = title
    if raw is None:
        raw = fallback if name == STDIN else title_from(name)
        if not raw.strip():
            raise ConfigError(f"“{name}” says no title: name the page with --title.")
    found = names.title(raw, facts, default=namespace_number(namespace, facts))
    if not found.name or found.interwiki or "#" in names.plain(raw) or not _fits(found.name):
        raise ConfigError(f"“{raw}” cannot be a page's title; say another with --title.")
    return Page(title=found.text, text=read_text(name), namespace=found.namespace)


def _assert_named(name: str) -> None:
    if not name:
        raise ConfigError("A file’s name is empty: name a file, or “-” for the standard input.")


def _fits(title: str) -> bool:
    """Whether a title can be stored: as UTF-8, in at most 255 bytes beside its namespace."""
    try:
        return len(title.encode()) <= MOST_TITLE_BYTES
    except UnicodeEncodeError:
        return False


def title_from(name: str) -> str:
    """The title that a file's name says: `Foo_Bar%2FQuotes.wiki` is the page “Foo Bar/Quotes”."""
    stem = Path(name).name
    for suffix in _SUFFIXES:
        if stem.lower().endswith(suffix) and len(stem) > len(suffix):
            stem = stem[: -len(suffix)]
            break
    return unquote(stem.replace("_", " "))


def namespace_number(namespace: str | None, facts: WikiFacts) -> int:
    """A namespace by name or number. Raises `ConfigError` for one that the wiki does not have."""
    if namespace is None:
        return MAIN
    key = namespace.replace("_", " ").strip().rstrip(":").lower()
    if key in ("", "main"):
        return MAIN
    if key in facts.namespaces:
        return facts.namespaces[key]
    if _NUMBER.fullmatch(key) and int(key) in facts.namespaces.values():
        return int(key)
    raise ConfigError(
        f"There is no namespace “{namespace}” in this policy; name it in wiki.namespaces, or use one of "
        f"{', '.join(sorted(name for name in facts.namespaces if name))}."
    )
