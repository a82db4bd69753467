"""`tropebot init`: makes a bot home for a wiki by its address; `doctor` says what is still to be done.

Must not write to a wiki or overwrite a file. It logs in only where a private wiki wants that, and asks
people only on a terminal.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from tropebot.cli.offline import known_codes
from tropebot.cli.shared import print_line, say, shared, shared_options, warn
from tropebot.cli.writes import say_wrapped
from tropebot.errors import ConfigError, Exit, TropebotError
from tropebot.home import PASSWORDS, Credentials, Operator, home_directory
from tropebot.i18n.counts import counted
from tropebot.newhome.texts import Choices, Found, home_files
from tropebot.newhome.writing import read_secret, refuse_taken, write_home
from tropebot.policy import presets
from tropebot.policy.layers import load
from tropebot.policy.presence import workshop_name
from tropebot.policy.schema import Policy
from tropebot.rules.packs import option_defaults
from tropebot.sites import Place, family_name, place_of

if TYPE_CHECKING:
    from tropebot.wiki.discovery import Discovery

_SHOWN = 6
_Read = TypeVar("_Read")


@click.command(name="init")
@click.argument("api_url", required=False)
@click.option("--user", metavar="NAME", help="The bot's account, without the bot password's name.")
@click.option("--preset", metavar="NAME", help="The policy to begin with, or “none”.")
@click.option("--contact", metavar="TEXT", help="Who runs the bot: a user page or an address.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Holds the bot password, as name@password.",
)
@click.option("--name", metavar="NAME", help="What to call the wiki (letters and digits).")
@shared_options
def command(
    *,
    api_url: str | None,
    user: str | None,
    preset: str | None,
    contact: str | None,
    password_file: Path | None,
    name: str | None,
) -> Exit:
    """Make a bot home for the wiki whose api.php is at API_URL.

    What is not given is asked for on a terminal. The new home only reports: nothing is written to the wiki.
    """
    directory = home_directory(shared().home, os.environ)
    refuse_taken(directory)
    place = _given(api_url, "API_URL", "The address of the wiki’s api.php", read=place_of)
    user = _given(user, "--user", "The bot’s account", read=_account)
    known = (*presets.names(), presets.BARE)
    preset, policy = _given(
        preset, "--preset", f"The preset ({', '.join(known)})", presets.BARE, read=_preset
    )
    contact = _given(contact, "", "Who runs the bot (a user page or an address)", "", read=str)
    secret = read_secret(password_file, user) if password_file else None
    choices = Choices(
        family=_family(name, place), user=user, preset=preset, contact=" ".join(contact.split())
    )
    seen = _discover(place, choices, policy, secret)
    found = Found(
        site=seen.site,
        gaps=seen.gaps,
        asked_workshop="" if policy.workshop.promote == "no" else policy.workshop.namespace,
        workshop=_workshop(seen, policy),
        licence_category=seen.licence_category,
        licence_templates=seen.licence_templates,
    )
    texts = home_files(choices, found, secret)
    write_home(directory, texts)
    _tell(directory, found, tuple(texts), secret is not None)
    return Exit.DONE


def _given(
    value: str | None,
    flag: str,
    question: str,
    default: str | None = None,
    *,
    read: Callable[[str], _Read],
) -> _Read:
    """What was given, or what a person answers; without a terminal nobody is waited for.

    ``read`` makes of it what it means. What it refuses, a person is asked again, and any other is told.
    """
    if value is not None and value.strip():
        return read(value.strip())
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        while True:
            answer: str = click.prompt(question, default=default, err=True)
            try:
                return read(answer.strip())
            except TropebotError as error:
                warn(error)
    if flag:
        raise click.UsageError(f"{flag} is missing, and there is no terminal to ask at.")
    return read(default or "")


def _preset(name: str) -> tuple[str, Policy]:
    return name, load(name, codes=known_codes(), packs=option_defaults()).policy


def _account(user: str) -> str:
    name, _, suffix = user.replace("_", " ").partition("@")
    if suffix:
        raise ConfigError(
            f"--user is the account alone, “{name}”: the part after the “@” is the bot password’s name."
        )
    if any(sign in name for sign in "#<>[]|{}/:") or not name.strip():
        raise ConfigError(f"“{user}” is no name of an account.")
    return name[0].upper() + name[1:]


def _family(name: str | None, place: Place) -> str:
    if name is None:
        return family_name(place)
    if not (name.isascii() and name.isalnum()):
        raise ConfigError(f"--name “{name}”: letters and digits only.")
    return name.lower()


def _discover(
    place: Place, choices: Choices, policy: Policy, secret: Credentials | None
) -> "Discovery":
    # imported here: it brings pywikibot, and mistakes in what was given are told before
    from tropebot.wiki.discovery import look_at  # noqa: PLC0415

    operator = Operator(
        family=choices.family, user=choices.user, preset=choices.preset, contact=choices.contact
    )
    with tempfile.TemporaryDirectory(prefix="tropebot-") as nowhere:
        return look_at(place, operator, policy, secret, Path(nowhere))


def _workshop(seen: "Discovery", policy: Policy) -> str:
    if policy.workshop.promote == "no":
        return ""
    number = seen.facts.namespaces.get(policy.workshop.namespace.lower())
    if number is not None:
        return seen.facts.namespace_names.get(number, policy.workshop.namespace)
    return workshop_name(seen.facts)


def _tell(directory: Path, found: Found, names: tuple[str, ...], has_secret: bool) -> None:
    site, gaps = found.site, found.gaps
    if site.place.exposed:
        warn(f"{site.place.url} is plain http: the password can be read on its way")
    if shared().as_json:
        print_line(
            "home",
            directory=str(directory),
            files=names,
            api=site.place.url,
            wiki=site.name,
            generator=site.generator,
            language=site.language,
            farm=site.farm.value,
            workshop=found.workshop,
            licence_category=found.licence_category,
            missing={
                "types": gaps.types,
                "preloads": gaps.preloads,
                "templates": gaps.templates,
            },
        )
        return
    farm = f", on {site.farm.value}" if site.farm else ""
    say(f"{site.name}: {site.generator}, language {site.language}{farm}")
    if found.asked_workshop:
        say(f"Drafts: {found.workshop or 'no namespace found; nothing is promoted'}")
    if found.licence_category:
        say(
            f"Licences: {counted(found.licence_templates, 'page')} in Category:{found.licence_category}"
        )
    for what, missing in (
        ("page types without a header", gaps.types),
        ("preloads", gaps.preloads),
        ("templates", gaps.templates),
    ):
        if missing:
            more = f" … ({len(missing)} in all)" if len(missing) > _SHOWN else ""
            say_wrapped(f"Not on this wiki, {what}: {', '.join(missing[:_SHOWN])}{more}")
    say()
    say(f"Made {directory}")
    for name in names:
        say(f"  {name}")
    say()
    if not has_secret:
        say_wrapped(
            f"Next: put the bot password into {PASSWORDS} (Special:BotPasswords makes one)."
        )
    say_wrapped(f"{'Then' if not has_secret else 'Next'}: tropebot --home {directory} doctor")
